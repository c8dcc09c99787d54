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
    /// The action of Azure RBAC. Absent: the role definition wasn't read, so it could give anything, and all that is said is possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'r str>,
    /// The role's pattern that gives it. Absent as the action is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'r str>,
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
    /// Of all these, for keys: how many have key-based authentication disabled, so that a key has no effect there.
    #[serde(skip_serializing_if = "Option::is_none")]
    keys_disabled_accounts: Option<usize>,
}

/// All of them, with how many accounts each reaches.
pub(super) fn ways<'r>(report: &'r finding::Report) -> Vec<Way<'r>> {
    let mut reached = vec![(0, 0, 0); report.bypasses.len()];
    for (_, account) in report.shown_accounts() {
        let disabled = usize::from(account.local_auth_disabled == Some(true));
        for way in &account.bypasses {
            if let Some((certain, possible, keys_disabled)) = reached.get_mut(way.bypass) {
                *if way.certain { certain } else { possible } += 1;
                *keys_disabled += disabled;
            }
        }
    }
    let way = |(bypass, (certain_accounts, possible_accounts, keys_disabled)): (&'r BypassRow, _)| Way {
        principal: Principal::of(&bypass.principal),
        way: bypass.kind.word(),
        action: bypass.through.as_ref().map(|(action, _)| action.name),
        pattern: bypass.through.as_ref().map(|(_, pattern)| pattern.as_str()),
        role_definition: RoleDefinition::of(&bypass.role),
        azure_scope: &bypass.scope,
        role_assignment: &bypass.assignment,
        eligible: bypass.eligible,
        certain_accounts,
        possible_accounts,
        keys_disabled_accounts: bypass.kind.is_of_keys().then_some(keys_disabled),
    };
    let all = report.bypasses.iter().zip(reached);
    // Those that lead to accounts that aren't shown only are not shown either.
    let leads = |reached: &(usize, usize, usize)| report.filtered.is_none() || reached.0 + reached.1 > 0;
    all.filter(|(_, reached)| leads(reached)).map(way).collect()
}
