//! What an account's record says of kinds of roles, and of users of MongoDB itself.

use super::account::AccountRecord;
use super::api::Api;
use super::arm_id::last_segment;
use super::gap::{Gap, Part};
use super::native::Native;
use super::role::RoleDefinition;
use super::role_kind::RoleKind;
use std::collections::BTreeSet;

impl AccountRecord {
    /// Whether it isn't certain that a role definition or an assignment is there, and what it says.
    pub fn is_doubtful(&self, id: &str) -> bool {
        !self.doubtful.is_empty() && self.doubtful.contains(&id.to_ascii_lowercase())
    }

    /// Whether role definitions of a kind weren't read in full.
    pub fn lacks_role_definitions(&self, kind: RoleKind) -> bool {
        let is_missing = match kind.has_passwords() {
            true => self.mongo_roles.is_none(),
            false => self.role_definitions.is_none(),
        };
        let gaps = self.gaps.iter().filter(|gap| gap.part() == Part::RoleDefinitions);
        let mut lists = gaps.map(|gap| RoleKind::of_list(&gap.what));
        is_missing || lists.any(|of| of.is_none_or(|of| of == kind))
    }

    /// The users of MongoDB itself and their roles, as role definitions and assignments.
    pub fn native(&self) -> &Native {
        self.native.get(|| {
            let roles = self.mongo_roles.as_deref().unwrap_or_default();
            Native::of(&self.account.id, roles, self.mongo_users.as_deref().unwrap_or_default())
        })
    }

    /// All role definitions: those that were read, and what roles of MongoDB itself come to.
    pub fn all_role_definitions(&self) -> impl Iterator<Item = &RoleDefinition> + Clone {
        self.role_definitions().iter().chain(&self.native().definitions)
    }

    /// The roles of users of MongoDB itself that are in no list and that this version doesn't know. Where the list wasn't read in full,
    /// nobody knows which these are.
    pub fn unknown_mongo_roles(&self) -> BTreeSet<&str> {
        if self.lacks_role_definitions(RoleKind::Mongodb) {
            return BTreeSet::new();
        }
        let unknown = self.native().assignments.iter().filter(|one| one.role.is_none());
        let names = unknown.map(|one| last_segment(one.assignment.role_definition_id.as_str()));
        names.collect()
    }

    /// Whether users of MongoDB itself could be there and were not read.
    pub fn lacks_mongo_users(&self) -> bool {
        self.account.api == Api::Mongo && (self.mongo_users.is_none() || self.mongo_roles.is_none())
    }

    /// Whether that is because the program that wrote the snapshot didn't know of them: no gap says why.
    pub fn is_older_than_mongo_users(&self) -> bool {
        let is_gap = |gap: &Gap| {
            gap.part() == Part::Account || RoleKind::of_list(&gap.what).is_some_and(RoleKind::has_passwords)
        };
        self.lacks_mongo_users() && !self.gaps.iter().any(is_gap)
    }
}
