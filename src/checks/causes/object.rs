//! What there is to change, and what names it.

use crate::finding::{Cause, ChangeKind};
use strum::IntoStaticStr;

/// What kind of thing is to be changed. Of two that close as much, the first is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(super) enum Kind {
    /// Keys that are too old, of all accounts concerned.
    KeyAge,
    /// The switch that keeps keys from changing metadata, of all accounts concerned.
    KeyMetadataWrites,
    /// Key-based authentication, of all accounts concerned.
    Keys,
    /// Password authentication, of all clusters concerned.
    Passwords,
    /// One Azure role of one principal, wherever it is assigned.
    AzureRole,
    /// A role assignment.
    Assignment,
    /// Role assignments of an account that are invalid or obsolete.
    StaleAssignments,
    /// What a principal has to have at a scope.
    Required,
    /// A role definition.
    Role,
    /// Who is in a group.
    Members,
    /// A setting or a list of an account.
    Account,
    /// The policy, which says nothing of some accounts.
    Uncovered,
    /// Blocks of the policy that contradict each other.
    Contradiction,
    /// Entries of the policy that are out of date.
    Policy,
    /// What could not be read of an account, or above the accounts.
    Unread,
}

impl Kind {
    pub(super) fn change(self) -> ChangeKind {
        match self {
            Self::KeyMetadataWrites => ChangeKind::DisableKeyMetadataWrites,
            Self::Keys | Self::Passwords => ChangeKind::DisableKeys,
            Self::AzureRole => ChangeKind::AzureRoleAssignments,
            Self::Assignment | Self::StaleAssignments => ChangeKind::RoleAssignments,
            Self::Required => ChangeKind::GrantAccess,
            Self::Role => ChangeKind::RoleDefinition,
            Self::Members => ChangeKind::GroupMembers,
            Self::KeyAge | Self::Account => ChangeKind::Account,
            Self::Uncovered | Self::Contradiction | Self::Policy => ChangeKind::Policy,
            Self::Unread => ChangeKind::Read,
        }
    }
}

/// One thing to change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Object {
    pub(super) kind: Kind,
    /// What tells it from others of its kind, in one spelling.
    names: Vec<String>,
}

impl Object {
    pub(super) fn new<const N: usize>(kind: Kind, names: [&str; N]) -> Self {
        Self {
            kind,
            names: names.iter().map(|name| name.to_ascii_lowercase()).collect(),
        }
    }

    /// The same, of names in which upper and lower case differ.
    pub(super) fn exact<const N: usize>(kind: Kind, names: [&str; N]) -> Self {
        Self {
            kind,
            names: names.map(str::to_owned).to_vec(),
        }
    }

    pub(super) fn id(&self) -> String {
        Cause::id_of(self.kind.into(), self.names.iter().map(String::as_str))
    }
}
