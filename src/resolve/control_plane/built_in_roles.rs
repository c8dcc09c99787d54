//! Azure's built-in roles: whether assigning one of them opens a bypass. A snapshot holds only the definitions that are
//! assigned, but whoever can assign roles can assign every other, too.
//!
//! Source: "Azure built-in roles", 928 of them in August 2026. `+` in the file: the role certainly gives a bypass; `?`: it
//! could (it has a condition, or an action of which it isn't known what it does); `-`: it gives none. A role that the file
//! lacks could give anything. A test computes the file anew.

use super::truth::Truth;
use crate::model::guid;
use std::collections::HashMap;
use std::sync::LazyLock;

const FILE: &str = include_str!("built_in_roles.txt");

/// By the role's key.
pub(super) static BUILT_IN: LazyLock<HashMap<String, Truth>> = LazyLock::new(|| {
    let line = |line: &str| {
        let mut words = line.split(' ');
        let gives = match words.next()? {
            "+" => Truth::True,
            "?" => Truth::Unknown,
            "-" => Truth::False,
            _ => return None,
        };
        Some((guid::parse(words.next()?)?, gives))
    };
    FILE.lines().filter_map(line).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_role() {
        assert_eq!(BUILT_IN.len(), FILE.lines().count());
        let owner = BUILT_IN.get("8e3af657-a8ff-443c-a75c-2fe8c4bcb635");
        assert_eq!(owner, Some(&Truth::True));
    }
}
