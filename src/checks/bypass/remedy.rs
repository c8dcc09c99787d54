//! What to do about a bypass. Removing an assignment of an Azure role takes away more than the bypass, so what keeps the
//! bypass from mattering comes first, and every step says what else goes.

use super::question::{Hit, Question};
use crate::checks::command::Command;
use crate::checks::context::AuditContext;
use crate::checks::fix;
use crate::checks::steps::Steps;
use crate::checks::wording::{count, quote};
use crate::model::azure_rbac::Level;
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
    let intended = allowed(question, context, shown);
    let accounts: Vec<&Account> = hits
        .iter()
        .filter_map(|hit| context.tenant.account(hit.reached.account))
        .collect();
    let keys_are_all =
        shown.bypass.kind.is_of_keys() && accounts.iter().all(|account| account.keys() == Keys::Accepted);
    if keys_are_all {
        return (
            shown!(
                "find out who still uses keys of {} and move them to Entra identities, then disable key-based \
                 authentication; or {}; {}",
                if accounts.len() == 1 {
                    "the account"
                } else {
                    "these accounts"
                },
                withdraw(context, holder, &goes(context, shown.bypass)).0,
                intended
            ),
            disable_all(&accounts),
        );
    }
    let (summary, steps) = withdraw(context, holder, &goes(context, shown.bypass));
    (shown!("{}; {}", summary, intended), steps)
}

/// Takes an Azure role away; `goes` says what goes with it.
pub(super) fn withdraw(context: &AuditContext<'_>, holder: Holder<'_>, goes: &Shown) -> (Shown, Steps) {
    if let Some(delegation) = holder.delegation() {
        let summary = shown!(
            "ask {} for an offer without this role, or remove the delegation (Azure Lighthouse), which takes away the access \
             of all of its principals",
            quote(delegation.managed_by())
        );
        return (summary, Steps::default());
    }
    if holder.is_eligible() {
        let summary = "end the eligibility in Privileged Identity Management, or narrow its scope";
        return (summary.into(), Steps::default());
    }
    let summary = shown!(
        "narrow the role or the scope of the Azure role assignment, or remove it, which takes away {}",
        goes
    );
    let is_wide = matches!(
        holder.scope().level(),
        Level::Root | Level::ManagementGroup | Level::Subscription
    );
    let steps = match is_wide {
        true => Steps::default().by_hand(shown!(
            "assign {} what else it needs below {}, at a narrower scope or through another role",
            context.names.quoted(holder.principal()),
            quote(holder.scope().as_str())
        )),
        false => Steps::default(),
    };
    let command = Command::delete_azure_assignment(holder.id());
    (summary, steps.then(command, shown!("removes {}", goes)))
}

/// What goes with an Azure role of which only the holder matters.
pub(super) fn all_of(context: &AuditContext<'_>, holder: Holder<'_>, role: &str) -> Shown {
    shown!(
        "everything that {} gives {} at {} and below it",
        quote(role),
        context.names.quoted(holder.principal()),
        quote(holder.scope().as_str())
    )
}

/// The line of the policy that would allow it.
fn allowed(question: &Question, context: &AuditContext<'_>, hit: &Hit<'_, '_>) -> Shown {
    let principal = context.names.principal(hit.bypass.holder.principal());
    let key = question.privilege.key();
    let name = quote(&principal.to_string());
    match hit.lists.first() {
        Some(list) => shown!(
            "if it is intended, add {} to {} ({})",
            name,
            quote(key),
            Shown::of_value(&list.at)
        ),
        None => shown!("if it is intended, add {} to {}", name, quote(key)),
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
    shown!(
        "{}, in {} with {} and in whatever else is there",
        all_of(context, holder, &bypass.role.role_name),
        count(subscriptions.len(), "subscription", "subscriptions"),
        count(accounts.len(), "Cosmos DB account", "Cosmos DB accounts")
    )
}

fn disable_all(accounts: &[&Account]) -> Steps {
    let first = accounts.iter().take(COMMANDED);
    let steps = first.fold(Steps::default(), |steps, account| steps.and(fix::disable_keys(account)));
    match accounts.len().saturating_sub(COMMANDED) {
        0 => steps,
        more => steps.by_hand(shown!(
            "do the same for {}",
            count(more, "other account", "other accounts")
        )),
    }
}
