//! Commands of remedies. They are printed, and somebody pastes them into a shell; the names in them come from the
//! tenant.

use crate::model::{Account, AccountId, PrincipalId, Scope, Shown};

/// A command for any shell that reads POSIX: sh (dash), bash, zsh. Every value in it stays one argument, as it is.
pub(super) struct Command {
    words: String,
    /// Why there cannot be one.
    refused: Option<&'static str>,
}

impl Command {
    pub(super) fn new(words: &'static str) -> Self {
        Self {
            words: words.to_owned(),
            refused: None,
        }
    }

    /// A command on the account: `words` with its name, resource group and subscription.
    pub(super) fn on(account: &AccountId, words: &'static str, name_flag: &'static str) -> Self {
        Self::new(words).naming(account, name_flag)
    }

    /// A command on roles of the account's kind, such as `assignment delete`; `None`: the Azure CLI has none.
    pub(super) fn on_roles(account: &Account, words: &'static str) -> Option<Self> {
        let az = account.api.role_kind()?.az?;
        let command = Self {
            words: format!("{az} {words}"),
            refused: None,
        };
        Some(command.naming(&account.id, "--account-name"))
    }

    /// Removes a role assignment of the data plane.
    pub(super) fn delete_assignment(account: &Account, id: &str) -> Option<Self> {
        let command = Self::on_roles(account, "assignment delete")?;
        Some(command.own(&account.id, "--role-assignment-id", id))
    }

    /// Removes a role definition of the data plane.
    pub(super) fn delete_definition(account: &Account, id: &str) -> Option<Self> {
        let command = Self::on_roles(account, "definition delete")?;
        Some(command.own(&account.id, "--id", id))
    }

    /// Removes an assignment of an Azure role.
    pub(super) fn delete_azure_assignment(id: &str) -> Self {
        let command = Self::new("az role assignment delete");
        let command = if is_azure_assignment(id) {
            command
        } else {
            command.refused("its id is not that of a role assignment")
        };
        command.flag("--ids", id)
    }

    /// Gives a principal a role of the data plane, which is named.
    pub(super) fn create_assignment(
        account: &Account,
        role: &str,
        principal: &PrincipalId,
        scope: &Scope,
    ) -> Option<Self> {
        let command = Self::on_roles(account, "assignment create")?;
        let command = command.flag("--role-definition-name", role);
        let command = command.flag("--principal-id", principal.as_str());
        Some(command.flag("--scope", &scope.to_string()))
    }

    fn naming(self, account: &AccountId, name_flag: &'static str) -> Self {
        self.flag(name_flag, account.name())
            .flag("--resource-group", account.resource_group())
            .flag("--subscription", account.subscription())
    }

    /// Something of the account by the last part of its id. Of an id that lies elsewhere that part could name another thing.
    fn own(self, account: &AccountId, flag: &'static str, id: &str) -> Self {
        let name = match AccountId::split_prefix(id) {
            Some((of, rest)) if of == *account => match rest.split('/').collect::<Vec<_>>()[..] {
                ["", _, name] if !name.is_empty() => Some(name),
                _ => None,
            },
            _ => None,
        };
        match name {
            Some(name) => self.flag(flag, name),
            None => self.refused("its id does not lie in the account").flag(flag, id),
        }
    }

    fn refused(mut self, why: &'static str) -> Self {
        self.refused = self.refused.or(Some(why));
        self
    }

    pub(super) fn flag(mut self, flag: &'static str, value: &str) -> Self {
        self.refused = self.refused.or_else(|| refused(value));
        // What begins with a hyphen would be taken for a flag if it stood alone.
        let between = if value.starts_with('-') { "=" } else { " " };
        self.words.push_str(&format!(" {flag}{between}{}", quoted(value)));
        self
    }

    /// The command, or why there is none.
    pub(super) fn finish(self) -> Result<String, &'static str> {
        match self.refused {
            Some(why) => Err(why),
            None => Ok(self.words),
        }
    }
}

/// Whether it is the id of an assignment of an Azure role: whole, with a GUID as its name.
/// Source: <https://learn.microsoft.com/rest/api/authorization/role-assignments/get>.
fn is_azure_assignment(id: &str) -> bool {
    const PROVIDER: &str = "/providers/microsoft.authorization/roleassignments/";
    let lower = id.to_ascii_lowercase();
    let Some((scope, name)) = lower.rsplit_once(PROVIDER) else {
        return false;
    };
    let is_whole = |segment: &str| !segment.is_empty() && segment != "." && segment != "..";
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    (scope.is_empty()
        || scope
            .strip_prefix('/')
            .is_some_and(|scope| scope.split('/').all(is_whole)))
        && is_name(name)
}

/// Why a value is in no command.
fn refused(value: &str) -> Option<&'static str> {
    // A terminal acts on control characters when the command is pasted, not every shell can write them in another way,
    // and a command in which one is shown as an escape is another command.
    if Shown::of(value).as_str() != value {
        return Some("a name or id holds control or invisible characters");
    }
    // The Azure CLI reads `@FILE` as what the file holds, also behind the first `=` of an argument.
    let file = value.starts_with('@') || value.split_once('=').is_some_and(|(_, rest)| rest.starts_with('@'));
    file.then_some("a name or id holds `@` where the Azure CLI expects the name of a file")
}

/// A value as one word. `shlex` has other quotes for the same, in which not every shell leaves `!` alone.
fn quoted(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=".contains(c);
    // zsh takes `=name` for a path.
    if !value.is_empty() && !value.starts_with('=') && value.chars().all(is_plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
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
}
