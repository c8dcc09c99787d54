//! How findings speak: names in backticks, lists of actions in words, commands with every value quoted.

use crate::model::{Account, ActionSet, Universe, action::Atom, action::Effect, arm_id};

/// Actions named in a sentence before "and N more".
const NAMED: usize = 5;

/// A name in backticks.
pub(super) fn quote(name: &str) -> String {
    format!("`{name}`")
}

/// `one thing`, `2 things`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {many}")
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}

/// What a set of actions allows, as the end of "may …": `delete items, query items and 3 more`. Writes come first.
pub(super) fn verbs(universe: &Universe, set: &ActionSet) -> String {
    let mut atoms: Vec<&Atom> = universe.members(set).collect();
    atoms.sort_by_key(|atom| harm(atom));
    let words: Vec<String> = atoms.iter().map(|atom| verb(atom)).collect();
    match words.get(..NAMED) {
        Some(named) if words.len() > NAMED + 1 => format!("{} and {} more", named.join(", "), words.len() - NAMED),
        _ => list(&words),
    }
}

/// What an action allows, as the end of "may …".
pub(super) fn verb(atom: &Atom) -> String {
    match atom {
        Atom::Known(action) => action.verb.to_owned(),
        Atom::Unlisted(_) => format!("do {}", quote(&atom.short())),
        Atom::AnyOther(pattern) => format!("do any other action matching {}", quote(pattern.short())),
    }
}

/// The member that shows best what is wrong: what changes data before what reads it, known before unknown.
pub(super) fn worst<'u>(universe: &'u Universe, set: &'u ActionSet) -> Option<&'u Atom> {
    universe.members(set).min_by_key(|atom| harm(atom))
}

/// Orders actions for people: the smaller, the worse.
pub(super) fn harm(atom: &Atom) -> (u8, String) {
    let rank = match atom {
        Atom::Known(action) => match (action.effect, action.name.rsplit('/').next()) {
            (Effect::Write, Some("delete")) => 0,
            (Effect::Write, _) => 1,
            (Effect::Read, _) => 2,
            (Effect::Metadata, _) => 3,
        },
        Atom::Unlisted(_) => 4,
        Atom::AnyOther(_) => 5,
    };
    (rank, atom.short())
}

/// A command for a POSIX shell. Every value is quoted: names come from the tenant.
pub(super) struct Command(String);

impl Command {
    pub(super) fn new(words: &str) -> Self {
        Self(words.to_owned())
    }

    /// A command on the account: `words` with its name, resource group and subscription.
    pub(super) fn on(account: &Account, words: &str, name_flag: &str) -> Self {
        Self::new(words)
            .flag(name_flag, &account.name)
            .flag("--resource-group", &account.resource_group)
            .flag("--subscription", &account.subscription)
    }

    /// Removes a role assignment of the data plane.
    pub(super) fn delete_assignment(account: &Account, id: &str) -> Self {
        Self::on(account, "az cosmosdb sql role assignment delete", "--account-name")
            .flag("--role-assignment-id", arm_id::last_segment(id))
    }

    pub(super) fn flag(mut self, flag: &str, value: &str) -> Self {
        self.0.push_str(&format!(" {flag} {}", shell_quote(value)));
        self
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

fn shell_quote(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=".contains(c);
    if !value.is_empty() && !value.starts_with('-') && value.chars().all(plain) {
        return value.to_owned();
    }
    if value.chars().any(char::is_control) {
        // Control characters would reach the terminal when the command is pasted.
        let escape = |c: char| match c {
            '\'' | '\\' => format!("\\{c}"),
            c if c.is_control() => c.to_string().bytes().map(|byte| format!("\\x{byte:02x}")).collect(),
            c => c.to_string(),
        };
        return format!("$'{}'", value.chars().map(escape).collect::<String>());
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_sees_one_word() {
        for (value, expected) in [
            ("orders", "orders"),
            ("", "''"),
            ("a b", "'a b'"),
            ("$(id)", "'$(id)'"),
            ("it's", r"'it'\''s'"),
            ("-x", "'-x'"),
            ("a\n\u{1b}'", r"$'a\x0a\x1b\''"),
        ] {
            assert_eq!(shell_quote(value), expected);
        }
    }

    #[test]
    fn lists_read_like_sentences() {
        let items = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(list(&items("a b c")), "a, b and c");
        assert_eq!(list(&items("a b")), "a and b");
        assert_eq!(list(&items("a")), "a");
    }
}
