//! What to do about a bypass. Removing an assignment of an Azure role takes away more than the bypass, so what keeps the
//! bypass from mattering comes first, and every step says what else goes.

use super::question::{Hit, Question};
use super::words::scope_name;
use crate::checks::command::Command;
use crate::checks::context::AuditContext;
use crate::checks::fix;
use crate::checks::steps::Steps;
use crate::checks::wording::{count, quote};
use crate::model::azure_rbac::{AzureRoleDefinition, AzureScope, Level};
use crate::model::bypass::ACTIONS;
use crate::model::{Account, Keys, Shown};
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
    let is_all = is_all(question, context, hits, shown);
    let (summary, steps) = withdraw(context, holder, is_all, &goes(context, shown.bypass));
    (shown!("{} {}", summary, intended), steps)
}

/// Takes an Azure role away; `goes` says what goes with it. Unless what was found is all of it, somebody has to decide
/// about the rest first.
pub(super) fn withdraw(context: &AuditContext<'_>, holder: Holder<'_>, is_all: bool, goes: &Shown) -> (Shown, Steps) {
    let summary = shown!("{}.", way_out(holder).capitalised());
    if holder.delegation().is_some() || holder.is_eligible() {
        return (summary, Steps::default());
    }
    let steps = match (is_all, holder.scope().level()) {
        (true, _) => Steps::default(),
        (false, Level::Resource | Level::Malformed) => Steps::default().by_hand(shown!(
            "Assign {} what else it needs at {} through another role.",
            context.names.mentioned(holder.principal()),
            scope_name(context, holder)
        )),
        (false, _) => Steps::default().by_hand(shown!(
            "Assign {} what else it needs below {} at a narrower scope or through another role.",
            context.names.mentioned(holder.principal()),
            scope_name(context, holder)
        )),
    };
    // One whose ID only the deployment of a template tells is mended in the template.
    let is_there = !holder.id().contains('{');
    let command = is_there.then(|| Command::delete_azure_assignment(holder.id()));
    (summary, steps.then(command, shown!("Removes {}.", goes)))
}

/// Whether an Azure role at its scope gives nothing but what was found. Whoever has it can need everything else: Contributor is
/// more than the keys that it can read.
pub(super) fn gives_only(role: &AzureRoleDefinition, scope: &AzureScope, is_found: impl Fn(&str) -> bool) -> bool {
    let mut actions = role.permissions.iter().flat_map(|one| &one.actions);
    actions.all(|action| {
        let of_accounts = || {
            action
                .as_str()
                .to_ascii_lowercase()
                .starts_with("microsoft.documentdb/")
        };
        let is_within = match scope.level() {
            Level::Root | Level::ManagementGroup | Level::Subscription | Level::Malformed => false,
            // What isn't of accounts holds for other resources there, too.
            Level::ResourceGroup => of_accounts(),
            Level::Resource => true,
        };
        is_within && is_found(action.as_str())
    })
}

/// Whether the assignment of an answer gives no other bypass and none of another account.
fn is_all(question: &Question, context: &AuditContext<'_>, hits: &[Hit<'_, '_>], shown: &Hit<'_, '_>) -> bool {
    let holder = shown.bypass.holder;
    let found: BTreeSet<usize> = hits.iter().map(|hit| hit.reached.account).collect();
    let reached = context.tenant.control.reached(shown.bypass);
    let is_found = |name: &str| {
        let mut own = ACTIONS.iter().filter(|action| question.kinds.contains(&action.kind));
        own.any(|action| action.name.eq_ignore_ascii_case(name))
    };
    reached.iter().all(|one| found.contains(&one.account)) && gives_only(shown.bypass.role, holder.scope(), is_found)
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
