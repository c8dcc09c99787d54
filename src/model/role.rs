//! Roles of the data plane: what a definition grants, and who is assigned it where.
//!
//! The field names are those of the snapshot format.

use super::action::{ActionPattern, Permission};
use super::arm_id::{AccountId, last_segment, tidy};
use super::guid;
use super::principal::PrincipalId;
use super::role_kind::RoleKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A role definition of the data plane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoleDefinition {
    /// Its ARM id.
    pub id: String,
    /// Its kind.
    #[serde(default, skip_serializing_if = "RoleKind::is_general")]
    pub kind: RoleKind,
    /// The name that people see.
    pub role_name: String,
    /// Whether it says that the service made it. Whoever writes a role writes that, too, so its id must be one of the
    /// service's own as well.
    #[serde(rename = "built_in")]
    pub claims_built_in: bool,
    /// Where it may be assigned, as the service wrote it.
    pub assignable_scopes: Vec<String>,
    /// What it grants; the union of all of them.
    pub permissions: Vec<Permission>,
}

impl RoleDefinition {
    /// All patterns it names, subtracted ones included.
    pub fn patterns(&self) -> impl Iterator<Item = &ActionPattern> {
        self.permissions.iter().flat_map(Permission::patterns)
    }

    /// The patterns that match no data action of the documentation.
    pub fn unknown_actions(&self) -> impl Iterator<Item = &ActionPattern> {
        self.patterns().filter(|pattern| !self.kind.knows(pattern))
    }

    /// Whether the service made it: it says so, and has one of the ids that the service keeps for its own,
    /// 00000000-0000-0000-0000-00000000000N. Source: "Data plane security reference", section on built-in roles.
    pub fn is_built_in(&self) -> bool {
        const RESERVED: &str = "00000000-0000-0000-0000-00000000000";
        // That a role of MongoDB is built in nobody but `model::native` says.
        if !self.claims_built_in || self.kind.has_passwords() {
            return self.claims_built_in;
        }
        // No line of a snapshot has these.
        if self.kind.row().api.is_cluster() {
            return true;
        }
        let guid = role_key(&self.id);
        guid.len() == RESERVED.len() + 1 && guid.starts_with(RESERVED)
    }

    /// What names it in findings.
    pub fn reference(&self) -> RoleRef {
        RoleRef {
            id: self.id.clone(),
            name: self.name().to_owned(),
        }
    }

    /// What to call it: its name, or the end of its id where that is empty.
    pub fn name(&self) -> &str {
        match self.role_name.trim() {
            "" => last_segment(&self.id),
            _ => &self.role_name,
        }
    }
}

/// Gives a principal a role at a scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoleAssignment {
    /// Its ARM id.
    pub id: String,
    /// Its kind. One that isn't the account's own grants what it grants possibly only.
    #[serde(default, skip_serializing_if = "RoleKind::is_general")]
    pub kind: RoleKind,
    /// The role definition; it may name none that exists.
    pub role_definition_id: RoleDefinitionId,
    /// Who gets the role.
    pub principal_id: PrincipalId,
    /// Where, as the service wrote it; it may be malformed.
    pub scope: String,
}

impl RoleAssignment {
    /// The kinds of the role definitions among which its role is: its own, and another if its role's id names the list of that.
    pub fn kinds_of_role(&self) -> impl Iterator<Item = RoleKind> + use<> {
        let named = RoleKind::of_id(&tidy(&self.role_definition_id.0)).filter(|kind| *kind != self.kind);
        std::iter::once(self.kind).chain(named)
    }
}

/// Which role definition an assignment names, as it was read: an ARM id or a GUID, in any spelling.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RoleDefinitionId(String);

/// How sure it is that an id names a role definition of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// However the GUID is spelt, the id names that role definition.
    Certain,
    /// Only its last segment does, and nothing in it names something else.
    Possible,
}

impl RoleDefinitionId {
    /// The id as it was read.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it is compared by with the [`guid::canonical`] last segments of role definitions' ids.
    pub fn key(&self) -> String {
        guid::canonical(last_segment(&tidy(&self.0)))
    }

    /// Whether it names the role definition of `account` that has the id `definition`, with the same [`Self::key`]. `None`:
    /// it names something elsewhere.
    pub fn naming(&self, account: &AccountId, definition: &str) -> Option<Naming> {
        if !self.0.contains('/') || !definition.contains('/') {
            return Some(Naming::Certain);
        }
        if self.0.eq_ignore_ascii_case(definition) && is_in_list_of(account, definition) {
            return Some(Naming::Certain);
        }
        let list = |path: &str| {
            let (id, rest) = AccountId::split_prefix(path).filter(|(id, _)| id == account)?;
            let (list, name) = rest.trim_start_matches('/').split_once('/')?;
            (!name.contains('/')).then(|| (id, list.to_ascii_lowercase()))
        };
        let path = tidy(&self.0);
        if let Some(own) = list(&path) {
            let is_same = list(&tidy(definition)).is_some_and(|other| own == other);
            return Some(if is_same { Naming::Certain } else { Naming::Possible });
        }
        let segments: Vec<&str> = path.split('/').collect();
        let elsewhere = segments.windows(2).any(|pair| match pair {
            // Names of accounts are unique in all of Azure: with another path in front it is still this one, once moved.
            [word, name] if word.eq_ignore_ascii_case("databaseAccounts") => !name.eq_ignore_ascii_case(account.name()),
            [word, name] if word.eq_ignore_ascii_case("providers") => {
                !name.eq_ignore_ascii_case("Microsoft.DocumentDB")
            }
            _ => false,
        });
        (!elsewhere).then_some(Naming::Possible)
    }
}

/// Whether an id is that of an account, followed by a list and the name of something in it, as nearly all are. What is written
/// in another way can be one, too.
fn is_in_list_of(account: &AccountId, id: &str) -> bool {
    let list_and_name = account
        .rest_of(id)
        .and_then(|rest| rest.strip_prefix('/')?.split_once('/'));
    list_and_name.is_some_and(|(list, name)| !list.is_empty() && !name.is_empty() && !name.contains('/'))
}

impl From<String> for RoleDefinitionId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<&str> for RoleDefinitionId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

/// What the ARM id of a role definition, of the data plane or of Azure RBAC, is compared by: the GUID at its end, however that is
/// spelt. The same role has other ids at other scopes.
pub fn role_key(id: &str) -> String {
    guid::canonical(last_segment(id))
}

/// A role definition, of the data plane or of Azure RBAC, as findings name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleRef {
    /// Its ARM id.
    pub id: String,
    /// The name that people see.
    pub name: String,
}

impl RoleRef {
    /// One whose definition wasn't read, so that its name isn't known.
    pub fn unread(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: last_segment(id).to_owned(),
        }
    }
}
