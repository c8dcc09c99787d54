//! Bypasses in the JSON report.

use super::found::{Principal, RoleDefinition};
use crate::finding;
use crate::model::BypassKind;
use crate::resolve::BypassRow;
use schemars::JsonSchema;
use serde::Serialize;

/// What an assignment of an Azure role lets its holder do, past the roles of the data plane.
#[derive(Serialize, JsonSchema)]
pub(super) struct Way<'r> {
    /// Who.
    principal: Principal<'r>,
    /// What.
    #[schemars(extend("enum" = BypassKind::ALL.map(BypassKind::word)))]
    way: &'static str,
    /// The action of Azure RBAC.
    action: &'r str,
    /// The role's pattern that gives it.
    pattern: &'r str,
    /// The Azure role.
    role_definition: RoleDefinition<'r>,
    /// Where it was assigned.
    azure_scope: &'r str,
    /// Through which assignment (ARM id).
    role_assignment: &'r str,
    /// Whether it must be activated first.
    eligible: bool,
    /// How many accounts it certainly reaches.
    certain_accounts: usize,
    /// How many accounts it possibly reaches.
    possible_accounts: usize,
}

/// All of them, with how many accounts each reaches.
pub(super) fn ways<'r>(report: &'r finding::Report) -> Vec<Way<'r>> {
    let mut reached = vec![(0, 0); report.bypasses.len()];
    for way in report.accounts.iter().flat_map(|account| &account.bypasses) {
        if let Some((certain, possible)) = reached.get_mut(way.bypass) {
            *if way.certain { certain } else { possible } += 1;
        }
    }
    let way = |(bypass, (certain_accounts, possible_accounts)): (&'r BypassRow, (usize, usize))| Way {
        principal: Principal::of(&bypass.principal),
        way: bypass.kind.word(),
        action: bypass.action.name,
        pattern: bypass.pattern.as_str(),
        role_definition: RoleDefinition::of(&bypass.role),
        azure_scope: &bypass.scope,
        role_assignment: &bypass.assignment,
        eligible: bypass.eligible,
        certain_accounts,
        possible_accounts,
    };
    report.bypasses.iter().zip(reached).map(way).collect()
}
