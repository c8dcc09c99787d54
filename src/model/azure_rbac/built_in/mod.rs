//! Azure's built-in roles. A snapshot holds only the definitions that are assigned, but whoever can assign roles can assign
//! every other, too, and a template names them by nothing but their IDs.
//!
//! Source: "Azure built-in roles", 928 of them in August 2026. `+` in the file: the role certainly gives a bypass; `?`: it
//! could (it has a condition, or an action of which it isn't known what it does); `~`: it gives none by itself, and has an
//! action of paths that begin elsewhere (`takeover`); `-`: it gives none. A role that the file lacks could give anything. A
//! test computes the file anew.

mod definitions;

use super::{AzurePermission, AzureRoleDefinition};
use crate::model::action::ActionPattern;
use crate::model::{arm_id, guid};
use definitions::DEFINITIONS;
use foldhash::HashMap;
use std::sync::LazyLock;

const FILE: &str = include_str!("roles.txt");

/// What a built-in role opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opens {
    /// Certainly a bypass.
    Bypass,
    /// Possibly a bypass.
    Possibly,
    /// No bypass, but a part of a path that begins at an identity or a backup.
    Elsewhere,
    /// Nothing.
    Nothing,
}

/// A role that Azure made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltInAzureRole {
    /// Its GUID, in lower case.
    pub guid: String,
    /// The name that people see.
    pub name: &'static str,
    /// What it opens.
    pub opens: Opens,
}

static ALL: LazyLock<HashMap<String, BuiltInAzureRole>> = LazyLock::new(|| {
    let line = |line: &'static str| {
        let mut words = line.splitn(3, ' ');
        let opens = match words.next()? {
            "+" => Opens::Bypass,
            "?" => Opens::Possibly,
            "~" => Opens::Elsewhere,
            "-" => Opens::Nothing,
            _ => return None,
        };
        let guid = guid::parse(words.next()?)?;
        let name = words.next()?;
        Some((guid.clone(), BuiltInAzureRole { guid, name, opens }))
    };
    FILE.lines().filter_map(line).collect()
});

impl BuiltInAzureRole {
    /// All that are known, in no order.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        ALL.values()
    }

    /// The one that an ARM id names by the GUID at its end.
    pub fn of_id(id: &str) -> Option<&'static Self> {
        ALL.get(&guid::parse(arm_id::last_segment(id))?)
    }

    /// The one with a name, in any casing.
    pub fn named(name: &str) -> Option<&'static Self> {
        let of_name = Self::all().filter(|role| role.name.eq_ignore_ascii_case(name));
        of_name.min_by_key(|role| &role.guid)
    }

    /// What it grants, of one that certainly opens a bypass.
    pub fn definition(&self) -> Option<AzureRoleDefinition> {
        let (guid, actions, not_actions) = DEFINITIONS.iter().find(|(guid, ..)| *guid == self.guid)?;
        let patterns = |texts: &[&str]| texts.iter().map(|text| ActionPattern::full(*text)).collect();
        Some(AzureRoleDefinition {
            id: format!("/providers/Microsoft.Authorization/roleDefinitions/{guid}"),
            role_name: self.name.to_owned(),
            built_in: true,
            assignable_scopes: vec!["/".into()],
            permissions: vec![AzurePermission {
                actions: patterns(actions),
                not_actions: patterns(not_actions),
                condition: None,
            }],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_role_and_those_that_open_a_bypass_are_defined() {
        assert_eq!(ALL.len(), FILE.lines().count());
        let owner = BuiltInAzureRole::of_id("/x/8E3AF657-a8ff-443c-a75c-2fe8c4bcb635").unwrap();
        assert_eq!((owner.name, owner.opens), ("Owner", Opens::Bypass));
        assert_eq!(BuiltInAzureRole::named("owner"), Some(owner));
        for role in BuiltInAzureRole::all() {
            assert_eq!(
                role.definition().is_some(),
                role.opens == Opens::Bypass,
                "{}",
                role.name
            );
        }
    }
}
