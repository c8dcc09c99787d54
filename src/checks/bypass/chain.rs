//! Paths that begin outside the account, against the policy: one finding per assignment that opens one and per principal,
//! with all accounts that it leads to.

use super::doubt;
use super::remedy;
use super::ways::{Found, Question, Through, Ways, beyond};
use super::words::{account_names, scope_name, title_of, unlisted, who};
use crate::checks::context::AuditContext;
use crate::checks::draft::Draft;
use crate::checks::wording::quote;
use crate::finding::title::{Piece, Title};
use crate::finding::{Confidence, Digest, ProvenAction, Reach, Subject, Witness};
use crate::model::azure_rbac::Level;
use crate::model::{AccountId, Shown};
use crate::resolve::{Chain, Power};
use crate::shown;

/// The words of a finding.
pub(super) struct Words {
    /// The title, of who can do it and the accounts.
    pub(super) title: fn(who: Piece, through: &[Through], accounts: Piece) -> Title,
    /// What the principal can do, after its name.
    pub(super) does: Shown,
    /// What that leads to.
    pub(super) consequence: Shown,
}

/// Findings about what is left of the ways that begin with one of `sources`, see [`beyond`].
pub(super) fn judge<'w, 'a: 'w, T: Sync>(
    question: &Question,
    context: &AuditContext<'a>,
    sources: &[T],
    ways: impl Fn(&T) -> Option<Ways<'w, 'a>> + Sync,
    words: impl Fn(&[Through], &[usize]) -> Words,
) -> Vec<Draft> {
    let all = beyond(question, context, sources, ways);
    let drafts = all.into_iter().filter_map(|((_, _, unstated, _), found)| {
        let through: Vec<Through> = found.through.keys().cloned().collect();
        let accounts: Vec<usize> = found.accounts.keys().copied().collect();
        let shown = found.shown.as_ref()?;
        let words = words(&through, &accounts);
        let title = title_of(context, &accounts, |accounts| {
            let actor = shown.chain.actor;
            (words.title)(context.names.title(actor), &through, accounts)
        });
        let draft = draft(question, context, &found, title, words)?;
        Some(if unstated { draft.unstated() } else { draft })
    });
    drafts.collect()
}

fn draft(
    question: &Question,
    context: &AuditContext<'_>,
    found: &Found<'_>,
    title: Title,
    words: Words,
) -> Option<Draft> {
    let shown = found.shown.as_ref()?;
    let (first, second) = (&shown.chain.first, shown.chain.second.as_ref());
    let key = question.privilege.key();
    let mut message = shown!(
        "{} can {} through {}",
        name(context, &shown.chain),
        words.does,
        role(context, first)
    );
    if let Some(second) = second.filter(|second| second.holder != first.holder) {
        message.push(shown!(" and {}", role(context, second)));
    }
    message.push(shown!(". {} ", words.consequence));
    message.push(unlisted(question.privilege, !found.lists.is_empty()));
    let holder = first.holder;
    let certain = found.accounts.values().filter(|sure| **sure).count();
    let unsure = found.accounts.iter().filter(|(_, sure)| certain > 0 && !**sure);
    let subject = Subject::AzureAssignment {
        account: AccountId::split_prefix(holder.scope().as_str()).map(|(account, _)| account),
        id: holder.id().to_owned(),
        principal: context.names.principal(shown.chain.actor),
        reach: Some(Reach {
            scope: Some(holder.scope().as_str().to_owned()),
            accounts: found.accounts.keys().copied().collect(),
            possible: unsure.map(|(account, _)| *account).collect(),
        }),
    };
    let witness = Witness {
        principal: Some(context.names.principal(shown.chain.actor)),
        action: Some(ProvenAction::Elsewhere(first.action)),
        scope: None,
        azure_scope: Some(holder.scope().as_str().to_owned()),
        assignment: Some(holder.id().to_owned()),
        role: Some(first.role.reference()),
        pattern: Some(first.pattern.clone()),
    };
    let at = found.lists.keys().next().copied();
    let mut draft = Draft::new(question.check, subject, title, message)
        .witness(witness)
        .policy(at);
    if certain == 0 {
        let mut reasons: Vec<Shown> = shown
            .chain
            .doubts()
            .map(|doubt| doubt::reason(doubt, first.action))
            .collect();
        reasons.extend(shown.doubt.clone());
        reasons.extend(found.included.iter().find_map(|included| doubt::of_lists(*included)));
        reasons.dedup();
        if reasons.is_empty() {
            reasons.push("what the managed identity possibly has access to".into());
        }
        draft = draft.confidence(Confidence::Possible).depends_on(Shown::list(&reasons));
    } else if certain < found.accounts.len() {
        let others = found.accounts.len() - certain;
        let verb = if others == 1 { "is" } else { "are" };
        draft = draft.also(shown!("Of these accounts, {} {} only possible.", others, verb));
    }
    let ids: Vec<&str> = found.through.keys().map(|through| through.id.as_str()).collect();
    let stated = if found.lists.is_empty() { "unstated" } else { "" };
    let how = if certain > 0 { "certain" } else { "possible" };
    let draft = draft
        .key(format!("{stated}\n{how}\n{}\n{}", first.action, ids.join("\n")))
        .behind(behind(context, found));
    let goes = remedy::all_of(context, holder, &first.role.role_name);
    let is_found = |name: &str| {
        let own = second
            .filter(|second| second.holder == holder)
            .map(|second| second.action);
        std::iter::once(first.action)
            .chain(own)
            .any(|action| action.eq_ignore_ascii_case(name))
    };
    // Above one resource, there can be others that it opens.
    let is_all = holder.scope().level() == Level::Resource
        && shown
            .accounts
            .places()
            .all(|account| found.accounts.contains_key(&account))
        && remedy::gives_only(first.role, holder.scope(), is_found);
    let (summary, steps) = remedy::withdraw(context, holder, is_all, &goes);
    let summary = shown!("{} Or list the principal in {}.", summary, quote(key));
    Some(draft.fix(summary, steps))
}

fn name(context: &AuditContext<'_>, chain: &Chain<'_>) -> Shown {
    if chain.actor == chain.first.holder.principal() {
        return who(context, chain.first.holder);
    }
    match chain
        .second
        .as_ref()
        .filter(|power| power.holder.principal() == chain.actor)
    {
        Some(second) => who(context, second.holder),
        None => context.names.quoted(chain.actor),
    }
}

fn role(context: &AuditContext<'_>, power: &Power<'_>) -> Shown {
    shown!(
        "{} at {}",
        quote(&power.role.role_name),
        scope_name(context, power.holder)
    )
}

/// Stands for what the managed identities on the way have in the accounts. Empty: there are none on it.
fn behind(context: &AuditContext<'_>, found: &Found<'_>) -> String {
    if found.through.is_empty() {
        return String::new();
    }
    let mut hash = Digest::new("behind", 1);
    for (through, accounts) in &found.through {
        hash.field(through.id.as_str());
        for (place, lead) in accounts.iter().filter(|(place, _)| found.accounts.contains_key(place)) {
            hash.field(context.tenant.account(place).map_or("", |account| account.id.key()));
            lead.write(&mut hash);
        }
    }
    hash.finish()
}

/// The accounts that a message names.
pub(super) fn names(context: &AuditContext<'_>, accounts: &[usize]) -> Shown {
    account_names(context, accounts.iter().copied())
}
