//! What packages bring beside the program: completion for shells, and manual pages.

use crate::support::{Bench, repository};
use std::fs;
use std::process::Command;

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

#[test]
fn every_shell_completes_every_command() {
    let bench = Bench::offline();
    for shell in SHELLS {
        let script = bench.run(&["completions", shell]).exits(0).stdout;
        for command in cosmos_rbac::cli::command().get_subcommands() {
            assert!(script.contains(command.get_name()), "{shell}: {}", command.get_name());
        }
        assert!(script.contains("all-subscriptions"), "{shell}");
    }
    bench.run(&["completions", "tcsh"]).exits(2);
    // Where a check is named, all of them are offered. What is generated for the others has no values.
    for shell in ["bash", "fish", "zsh"] {
        let script = bench.run(&["completions", shell]).exits(0).stdout;
        for check in cosmos_rbac::checks::CHECKS.iter() {
            assert!(script.contains(check.id), "{shell}: {}", check.id);
        }
    }
}

#[test]
fn bash_completes() {
    let bench = Bench::offline();
    let script = bench.run(&["completions", "bash"]).exits(0).stdout;
    let asked = r#"
COMP_WORDS=(cosmos-rbac who-can --princi); COMP_CWORD=2; COMPREPLY=()
complete=$(complete -p cosmos-rbac | sed "s/.*-F \([^ ]*\).*/\1/")
"$complete" cosmos-rbac --princi who-can
echo "${COMPREPLY[@]}""#;
    let output = Command::new("bash")
        .args(["--norc", "-c", &(script + asked)])
        .output()
        .unwrap();
    assert_eq!(
        (
            String::from_utf8_lossy(&output.stdout).trim(),
            &*String::from_utf8_lossy(&output.stderr)
        ),
        ("--principal", "")
    );
}

#[test]
fn manual_pages_are_of_these_commands() {
    let made = Bench::offline();
    let folder = made.path("man");
    fs::create_dir(&folder).unwrap();
    // What a build says of itself is no part of the manual.
    let command = cosmos_rbac::cli::command().long_version(env!("CARGO_PKG_VERSION"));
    clap_mangen::generate_to(command, &folder).unwrap();
    let kept = repository("docs/man");
    let names = |folder: &std::path::Path| {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let _ = fs::remove_dir_all(&kept);
        fs::create_dir_all(&kept).unwrap();
        for name in names(&folder) {
            fs::copy(folder.join(&name), kept.join(&name)).unwrap();
        }
    }
    assert_eq!(names(&folder), names(&kept), "run it again with UPDATE_GOLDEN=1");
    for name in names(&folder) {
        let [new, old] = [&folder, &kept].map(|folder| fs::read_to_string(folder.join(&name)).unwrap());
        assert!(new == old, "{name:?} has changed; run it again with UPDATE_GOLDEN=1");
        assert!(!new.contains('\u{1b}'), "{name:?}");
    }
}
