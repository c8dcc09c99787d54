//! Commands are what they say, in real shells.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};
use std::{env, fs};

/// Shells, and how each is to read commands from standard input.
const SHELLS: [(&str, &[&str]); 5] = [
    ("sh", &["-s"]),
    ("dash", &["-s"]),
    ("bash", &["-s"]),
    // As it reads what is typed: with `!` for the commands before.
    ("bash", &["-s", "-o", "history", "-o", "histexpand"]),
    ("zsh", &["-s"]),
];

fn installed(shell: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders)
        .map(|folder| folder.join(shell))
        .find(|path| path.is_file())
}

#[test]
fn only_what_lies_in_the_account_is_removed_from_it() {
    let at = |name: &str| {
        format!("/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/{name}")
    };
    let account = AccountId::parse(&at("a")).unwrap();
    let removal = |id: &str| Command::new("az").own(&account, "--id", id).finish();
    assert_eq!(removal(&at("A/sqlRoleAssignments/r1")).unwrap(), "az --id r1");
    let elsewhere = [
        at("b/sqlRoleAssignments/r1"),
        at("a/sqlRoleAssignments/r1/../r2"),
        at("a/sqlRoleAssignments/"),
        at("a"),
        "r1".to_owned(),
        String::new(),
    ];
    for id in elsewhere {
        assert!(removal(&id).is_err(), "{id}");
    }
}

#[test]
fn an_assignment_of_azure_is_removed_by_a_whole_id() {
    let name = "providers/Microsoft.Authorization/roleAssignments/0a0b0c0d-0000-4000-8000-000000000001";
    for scope in ["/", "/subscriptions/s/", "/subscriptions/s/resourceGroups/a b/"] {
        assert!(
            Command::delete_azure_assignment(&format!("{scope}{name}"))
                .finish()
                .is_ok(),
            "{scope}"
        );
    }
    for scope in ["", "--help /", "/subscriptions//", "/subscriptions/s/../t/"] {
        assert!(
            Command::delete_azure_assignment(&format!("{scope}{name}"))
                .finish()
                .is_err(),
            "{scope}"
        );
    }
    for id in [
        "",
        "--help /x y",
        "/providers/Microsoft.Authorization/roleAssignments/a b",
    ] {
        assert!(Command::delete_azure_assignment(id).finish().is_err(), "{id}");
    }
}

/// A folder with an `az` in it that keeps the arguments it gets, each ended by a NUL.
fn stand_in() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let az = folder.path().join("az");
    fs::write(&az, "#!/bin/sh\nprintf '%s\\0' \"$@\" end >>arguments\n").unwrap();
    fs::set_permissions(&az, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// What `az` gets when a shell runs the commands.
fn arguments(shell: &Path, options: &[&str], commands: &[String], folder: &Path) -> Vec<String> {
    let kept = folder.join("arguments");
    let _ = fs::remove_file(&kept);
    let mut child = Process::new(shell)
        .args(options)
        .env_clear()
        // Nothing but `az` can be run: whatever else is in a command must not be.
        .env("PATH", folder)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all((commands.join("\n") + "\n").as_bytes()).unwrap();
    drop(input);
    child.wait().unwrap();
    let text = String::from_utf8(fs::read(&kept).unwrap()).unwrap();
    let left = fs::read_dir(folder).unwrap().count();
    assert_eq!(left, 2, "something else was run");
    text.split_terminator('\0').map(str::to_owned).collect()
}

fn value() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "'",
            "\"",
            "\\",
            "$",
            "`",
            "!",
            "!!",
            "-",
            "--",
            "=",
            "~",
            "#",
            ";",
            "&",
            "|",
            ">pwned",
            "*",
            "?",
            "[a]",
            "{a,b}",
            "(",
            ")",
            " ",
            "%",
            "^",
            "@",
            "$(>pwned)",
            "'; >pwned #",
            "é",
            "!az",
            "\\'",
        ])
        .prop_map(str::to_owned),
        "[a-z0-9]{1,3}",
        any::<char>().prop_map(String::from),
    ];
    vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn every_shell_sees_what_is_meant(values in vec(value(), 40)) {
        let folder = stand_in();
        let mut commands = Vec::new();
        let mut meant: Vec<String> = Vec::new();
        for value in &values {
            if let Ok(command) = Command::new("az do it").flag("--id", value).flag("--set", "a=b").finish() {
                commands.push(command);
                meant.extend(["do", "it"].map(str::to_owned));
                if value.starts_with('-') {
                    meant.push(format!("--id={value}"));
                } else {
                    meant.extend(["--id".to_owned(), value.clone()]);
                }
                meant.extend(["--set", "a=b", "end"].map(str::to_owned));
            }
        }
        prop_assume!(!commands.is_empty());
        for (shell, options) in SHELLS {
            if let Some(path) = installed(shell) {
                let got = arguments(&path, options, &commands, folder.path());
                prop_assert_eq!(&got, &meant, "{} {:?}\n{}", shell, options, commands.join("\n"));
            }
        }
    }
}

/// The test above says nothing if the shells do not do what it guards against.
#[test]
fn shells_act_on_what_is_not_quoted() {
    let folder = stand_in();
    assert!(installed("sh").is_some());
    if let Some(bash) = installed("bash") {
        let commands = ["az one".to_owned(), "az !az:1".to_owned()];
        let got = arguments(
            &bash,
            &["-s", "-o", "history", "-o", "histexpand"],
            &commands,
            folder.path(),
        );
        assert_eq!(got, ["one", "end", "one", "end"]);
    }
}

#[test]
fn a_shell_sees_one_word() {
    for (value, expected) in [
        ("orders", "az --id orders"),
        ("", "az --id ''"),
        ("a b", "az --id 'a b'"),
        ("$(id)", "az --id '$(id)'"),
        ("it's", r"az --id 'it'\''s'"),
        ("wow!", "az --id 'wow!'"),
        ("-x", "az --id=-x"),
        ("- x", "az --id='- x'"),
        ("=x", "az --id '=x'"),
    ] {
        assert_eq!(Command::new("az").flag("--id", value).finish().unwrap(), expected);
    }
}

#[test]
fn what_cannot_be_pasted_is_in_no_command() {
    for (value, why) in [
        ("\u{1}'; touch pwned #", "control"),
        ("a\nb", "control"),
        ("\u{7f}", "control"),
        ("\u{9b}", "control"),
        ("a\u{2028}b", "control or invisible"),
        ("a\u{202e}b", "control or invisible"),
        ("@/etc/passwd", "`@`"),
        ("a=@b", "`@`"),
    ] {
        let refused = Command::new("az").flag("--id", value).flag("--more", "x").finish();
        assert!(refused.unwrap_err().contains(why), "{value:?}");
    }
}
