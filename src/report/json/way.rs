//! The ways round the data plane in the JSON report.

use super::found::{Principal, RoleDefinition};
use crate::finding;
use schemars::JsonSchema;
use serde::Serialize;

/// What an assignment of an Azure role lets its holder do, past the roles of the data plane.
#[derive(Serialize, JsonSchema)]
pub(super) struct Way<'r> {
    /// Who.
    principal: Principal<'r>,
    /// What.
    #[schemars(extend("enum" = ["read-keys", "read-only-keys", "change-account", "grant-data", "assign-roles"]))]
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
    let mut reached = vec![(0, 0); report.routes.len()];
    for way in report.accounts.iter().flat_map(|account| &account.ways) {
        if let Some((certain, possible)) = reached.get_mut(way.route) {
            *if way.certain { certain } else { possible } += 1;
        }
    }
    let way = |(route, (certain_accounts, possible_accounts)): (&'r finding::RouteSummary, (usize, usize))| Way {
        principal: Principal::of(&route.principal),
        way: route.way,
        action: route.action,
        pattern: &route.pattern,
        role_definition: RoleDefinition::of(&route.role),
        azure_scope: &route.scope,
        role_assignment: &route.assignment,
        eligible: route.eligible,
        certain_accounts,
        possible_accounts,
    };
    report.routes.iter().zip(reached).map(way).collect()
}
