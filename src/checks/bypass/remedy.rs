//! What to do about a bypass. Removing an assignment of an Azure role takes away more than the bypass, so what keeps the
//! bypass from mattering comes first, and every step says what else goes.

use super::question::{Hit, Question};
use super::words::scope_name;
use crate::checks::command::Command;
use crate::checks::context::AuditContext;
use crate::checks::fix;
use crate::checks::steps::Steps;
use crate::checks::wording::{count, quote};
use crate::model::azure_rbac::{AzureRoleDefinition, Level};
use crate::model::{Account, ActionPattern, Keys, Shown};
use crate::resolve::{Bypass, Holder};
use crate::shown;
use std::collections::BTreeSet;

/// Accounts for which a remedy has commands.
const COMMANDED: usize = 10;

pub(super) fn remedy(
    question: &Question,
    context: &AuditContext<'_>,
    hits: &[Hit<'_, '_>],
    shown: &Hit<'_, '_>,
) -> (Shown, Steps) {
    let holder = shown.bypass.holder;
    let intended = allowed(question, shown);
    let accounts: Vec<&Account> = hits
        .iter()
        .filter_map(|hit| context.tenant.account(hit.reached.account))
        .collect();
    let keys_are_all =
        shown.bypass.kind.is_of_keys() && accounts.iter().all(|account| account.keys() == Keys::Accepted);
    if keys_are_all {
        return (
            shown!(
                "Move clients that use a key of {} to Microsoft Entra identities, then disable key-based authentication. Or \
                 {}. {}",
                if accounts.len() == 1 {
                    "the account"
                } else {
                    "these accounts"
                },
                way_out(holder),
                intended
            ),
            disable_all(&accounts),
        );
    }
    let (summary, steps) = withdraw(context, (holder, shown.bypass.role), &goes(context, shown.bypass));
    (shown!("{} {}", summary, intended), steps)
}

/// Takes an Azure role away; `goes` says what goes with it.
pub(super) fn withdraw(
    context: &AuditContext<'_>,
    (holder, role): (Holder<'_>, &AzureRoleDefinition),
    goes: &Shown,
) -> (Shown, Steps) {
    let summary = shown!("{}.", way_out(holder).capitalised());
    if holder.delegation().is_some() || holder.is_eligible() {
        return (summary, Steps::default());
    }
    let is_wide = match holder.scope().level() {
        Level::Root | Level::ManagementGroup | Level::Subscription => true,
        Level::ResourceGroup => is_for_more(role),
        Level::Resource | Level::Malformed => false,
    };
    let steps = match is_wide {
        true => Steps::default().by_hand(shown!(
            "Assign {} what else it needs below {} at a narrower scope or through another role.",
            context.names.mentioned(holder.principal()),
            scope_name(context, holder)
        )),
        false => Steps::default(),
    };
    let command = Command::delete_azure_assignment(holder.id());
    (summary, steps.then(command, shown!("Removes {}.", goes)))
}

/// What the built-in roles Cosmos DB Account Reader Role, Cosmos DB Operator and DocumentDB Account Contributor have besides
/// actions of Azure Cosmos DB.
/// Source: <https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/databases>.
const USUAL: [&str; 8] = [
    "microsoft.authorization/*/read",
    "microsoft.insights/alertrules/*",
    "microsoft.insights/metricdefinitions/read",
    "microsoft.insights/metrics/read",
    "microsoft.resourcehealth/availabilitystatuses/read",
    "microsoft.resources/deployments/*",
    "microsoft.resources/subscriptions/resourcegroups/read",
    "microsoft.support/*",
];

/// Whether somebody with a role needs it for more than Azure Cosmos DB: taking it away takes away that, too.
fn is_for_more(role: &AzureRoleDefinition) -> bool {
    let is_own = |action: &ActionPattern| {
        let action = action.as_str().to_ascii_lowercase();
        action.starts_with("microsoft.documentdb/") || USUAL.contains(&action.as_str())
    };
    let permissions = role.permissions.iter();
    let mut actions = permissions.flat_map(|one| &one.actions);
    !actions.all(is_own)
}

/// How to take an Azure role away, beginning with a verb.
fn way_out(holder: Holder<'_>) -> Shown {
    match holder.delegation() {
        Some(delegation) => shown!(
            "ask {} for an offer without this role, or remove the delegation (Azure Lighthouse) with the access of all of its \
             principals",
            quote(delegation.managed_by())
        ),
        None if holder.is_eligible() => {
            "end the eligibility in Privileged Identity Management, or narrow its scope".into()
        }
        None => "delete the Azure role assignment, or narrow its role or scope".into(),
    }
}

/// What goes with an Azure role of which only the holder matters.
pub(super) fn all_of(context: &AuditContext<'_>, holder: Holder<'_>, role: &str) -> Shown {
    shown!(
        "everything that {} grants {} at {} and below",
        quote(role),
        context.names.mentioned(holder.principal()),
        scope_name(context, holder)
    )
}

/// The line of the policy that would allow it.
fn allowed(question: &Question, hit: &Hit<'_, '_>) -> Shown {
    let key = quote(question.privilege.key());
    match hit.lists.first() {
        Some(list) => shown!("Or list the principal in {} ({}).", key, Shown::of_value(&list.at)),
        None => shown!("Or list the principal in {}.", key),
    }
}

/// What goes with an assignment of an Azure role.
fn goes(context: &AuditContext<'_>, bypass: &Bypass<'_>) -> Shown {
    let holder = bypass.holder;
    let reached = context.tenant.control.reached(bypass);
    let accounts: Vec<&Account> = reached
        .iter()
        .filter_map(|reached| context.tenant.account(reached.account))
        .collect();
    let subscriptions: BTreeSet<String> = accounts
        .iter()
        .map(|account| account.id.subscription().to_ascii_lowercase())
        .collect();
    let within = match subscriptions.len() {
        0 | 1 => Shown::default(),
        many => shown!(" of {} subscriptions", many),
    };
    shown!(
        "{}: access to {}{} and to everything else there",
        all_of(context, holder, &bypass.role.role_name),
        count(accounts.len(), "Azure Cosmos DB account", "Azure Cosmos DB accounts"),
        within
    )
}

fn disable_all(accounts: &[&Account]) -> Steps {
    let first = accounts.iter().take(COMMANDED);
    let steps = first.fold(Steps::default(), |steps, account| steps.and(fix::disable_keys(account)));
    match accounts.len().saturating_sub(COMMANDED) {
        0 => steps,
        more => steps.by_hand(shown!(
            "Do the same for {}.",
            count(more, "other account", "other accounts")
        )),
    }
}
