//! Why findings are there: the one object whose change closes them.

use super::digest::Digest;
use super::remedy::Remedy;
use super::scale::Severity;
use super::title::Title;
use crate::model::Shown;
use std::collections::BTreeMap;
use strum::IntoStaticStr;

/// The version of [`Cause::id_of`]: ids of two versions cannot be compared.
pub const CAUSES: u32 = 1;

/// One object to change, such as a role assignment, a role definition, a setting or an entry of the policy, and the findings
/// that are there because of it. Every finding has exactly one cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Identifies it from run to run, as a fingerprint does a finding.
    pub id: String,
    /// What is wrong, and where.
    pub title: Title,
    /// One more sentence, where the title does not say it all.
    pub detail: Option<Shown>,
    /// The worst of its findings that count; of all, where none does.
    pub severity: Severity,
    /// Its findings, by their places in the report, in order.
    pub findings: Vec<usize>,
    /// What to change, for people.
    pub remedy: Option<Remedy>,
    /// What to change, for machines.
    pub change: Change,
    /// What the change would do; `None`: it was not worked out.
    pub effect: Option<Effect>,
}

impl Cause {
    /// Identifies an object to change: 32 hexadecimal digits of what it is and what names it.
    pub fn id_of<'t>(kind: &'static str, names: impl IntoIterator<Item = &'t str>) -> String {
        let mut hash = Digest::new("cause", CAUSES);
        hash.field(kind);
        names.into_iter().for_each(|name| hash.field(name));
        hash.finish()
    }
}

/// What has to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What kind of change it is.
    pub kind: ChangeKind,
    /// What is changed, sorted: ARM ids, object ids of groups, or places in the policy.
    pub objects: Vec<String>,
}

/// What kind of change closes findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum ChangeKind {
    /// Key-based authentication of accounts is disabled.
    DisableKeys,
    /// Keys are kept from changing databases and containers of accounts.
    DisableKeyMetadataWrites,
    /// Assignments of Azure roles are removed or narrowed.
    AzureRoleAssignments,
    /// Role assignments of accounts are removed or replaced.
    RoleAssignments,
    /// Access is granted.
    GrantAccess,
    /// A role definition is written or removed.
    RoleDefinition,
    /// Members of a group are removed.
    GroupMembers,
    /// Something else of an account is changed.
    Account,
    /// The policy is changed.
    Policy,
    /// The scan reads more.
    Read,
}

impl ChangeKind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::DisableKeys,
        Self::DisableKeyMetadataWrites,
        Self::AzureRoleAssignments,
        Self::RoleAssignments,
        Self::GrantAccess,
        Self::RoleDefinition,
        Self::GroupMembers,
        Self::Account,
        Self::Policy,
        Self::Read,
    ];

    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// What a change would do to the findings that count: the changed tenant was audited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effect {
    /// Findings that would be there no more, by severity.
    pub closes: BTreeMap<Severity, usize>,
    /// Findings that would be there instead, by severity.
    pub opens: BTreeMap<Severity, usize>,
}
