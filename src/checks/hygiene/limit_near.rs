//! `limit-near`: an account is near the limit of role definitions or role assignments.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_name, account_title};
use crate::checks::row::{Origin, Row, Run};
use crate::finding::{About, Check, Group, Severity, What};
use crate::shown;
use crate::title;

/// Per account. Source: "Service quotas" of the Cosmos DB documentation.
const ROLE_DEFINITIONS: usize = 100;
/// Per account. Source: "Service quotas" of the Cosmos DB documentation.
const ROLE_ASSIGNMENTS: usize = 2000;
/// From this share of a limit on it is near.
const NEAR_PERCENT: usize = 90;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::Account,
};

static CHECK: Check = Check {
    id: "limit-near",
    group: Group::Hygiene,
    severity: Severity::Low,
    about: About::Account,
    needs: &[What::RoleAssignments, What::RoleDefinitions],
    summary: "Account is near the limit of role definitions or role assignments",
    why: "An account can have 100 role definitions and 2,000 role assignments. At the limit, no access can be added \
          through roles, and people use account keys instead. Reported from 90 percent of a limit.",
    fix: "Delete unused role definitions and redundant role assignments, or assign roles to groups.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let record = context.record;
    let lists = [
        (record.role_definitions().len(), ROLE_DEFINITIONS, "role definitions"),
        (record.role_assignments().len(), ROLE_ASSIGNMENTS, "role assignments"),
    ];
    lists
        .into_iter()
        .filter(|(number, limit, _)| number * 100 >= limit * NEAR_PERCENT)
        .map(|(number, limit, what)| {
            let message = shown!("{} can have at most {} {}. At the limit, none can be created.", account_name(context), limit, what);
            let title = title!("{} has {} of {} {}", account_title(context), number, limit, what);
            Draft::new(&CHECK, context.about_account(), title, message)
                .key(what)
                .remedy(
                    "Delete what `role-unused`, `dangling-role`, `orphaned-principal` and `assignment-redundant` report, or \
                     assign roles to groups.",
                )
        })
        .collect()
}
