//! Principals with a bypass that the policy does not allow.

use super::doubt;
use super::question::{Hit, Question};
use super::remedy::remedy;
use super::words::{accounts, does, members, scope_name, title_of, unlisted, verb, who};
use crate::checks::context::AuditContext;
use crate::checks::draft::Draft;
use crate::checks::names::Included;
use crate::checks::wording::quote;
use crate::finding::{Confidence, ProvenAction, Reach, Subject, Witness};
use crate::model::bypass::Caveat;
use crate::model::{Account, AccountId, BypassKind, Keys, PrincipalId};
use crate::policy::Holders;
use crate::resolve::{Bypass, Doubt};
use crate::shown;
use crate::title;
use foldhash::{HashMap, HashMapExt};
use std::collections::BTreeMap;

pub(super) fn judge(question: &Question, context: &AuditContext<'_>) -> Vec<Draft> {
    // A delegation names several principals.
    let mut by_holder: BTreeMap<(&str, &PrincipalId), Vec<&Bypass<'_>>> = BTreeMap::new();
    let bypasses = context.tenant.control.bypasses.iter();
    for bypass in bypasses.filter(|bypass| question.kinds.contains(&bypass.kind)) {
        let holder = (bypass.holder.id(), bypass.holder.principal());
        by_holder.entry(holder).or_default().push(bypass);
    }
    by_holder
        .into_values()
        .flat_map(|bypasses| {
            // Where the policy speaks, it is broken; elsewhere it is worth knowing. The key tells the two apart, so that a
            // note that is known does not make what the policy forbids later known, too; and it tells a read-only key from
            // one that writes.
            let mut groups: BTreeMap<(bool, usize), Vec<Hit<'_, '_>>> = BTreeMap::new();
            for hit in hits(question, context, &bypasses) {
                let group = (hit.lists.is_empty(), place(question, hit.bypass.kind));
                groups.entry(group).or_default().push(hit);
            }
            groups.into_iter().filter_map(|((unstated, _), hits)| {
                let kind = hits.first()?.bypass.kind.word();
                let draft = draft(question, context, &hits)?;
                Some(if unstated {
                    draft.unstated().key(format!("unstated\n{kind}"))
                } else {
                    draft.key(kind)
                })
            })
        })
        .collect()
}

/// The accounts where an assignment gives one of the bypasses to a principal that the policy does not list.
fn hits<'r, 'a>(question: &Question, context: &'r AuditContext<'a>, bypasses: &[&'r Bypass<'a>]) -> Vec<Hit<'r, 'a>> {
    let mut best: BTreeMap<(usize, usize), Hit<'r, 'a>> = BTreeMap::new();
    // Accounts of the same blocks have the same lists: each is looked through once.
    let mut allowed: HashMap<Vec<*const Holders>, Included> = HashMap::new();
    for &bypass in bypasses {
        let principal = bypass.holder.principal();
        for reached in context.tenant.control.reached(bypass) {
            let Some(account) = context.tenant.account(reached.account) else {
                continue;
            };
            let of_account = context.holders.get(reached.account);
            let lists = of_account.and_then(|lists| lists.get(&question.privilege));
            let lists = lists.map_or(&[][..], Vec::as_slice);
            let Some(matters) = (question.matters)(account, !lists.is_empty()) else {
                continue;
            };
            let key = lists.iter().map(|list| std::ptr::from_ref(*list)).collect();
            let included = *allowed.entry(key).or_insert_with(|| may(context, lists, principal));
            if included == Included::Yes {
                continue;
            }
            // Where nobody said who may, every reader in the tenant would be worth a line.
            if lists.is_empty() && reached.doubts.iter().any(is_hearsay) {
                continue;
            }
            let hit = Hit {
                is_certain: reached.is_certain() && matters == Confidence::Certain && included == Included::No,
                included,
                bypass,
                reached,
                lists,
            };
            let at = (hit.reached.account, place(question, hit.bypass.kind));
            match best.get(&at) {
                Some(other) if other.is_certain || !hit.is_certain => {}
                _ => {
                    best.insert(at, hit);
                }
            }
        }
    }
    // Whoever can read the keys needs no read-only ones; only where the former is less sure is the latter worth a word.
    let mut kept: Vec<Hit<'r, 'a>> = Vec::new();
    for hit in best.into_values() {
        let is_worse =
            |other: &Hit<'_, '_>| other.reached.account == hit.reached.account && (other.is_certain || !hit.is_certain);
        if !kept.last().is_some_and(is_worse) {
            kept.push(hit);
        }
    }
    kept
}

/// Whether the action isn't known to do anything for anybody. A notice counts who has it.
fn is_hearsay(doubt: &Doubt<'_>) -> bool {
    matches!(doubt, Doubt::Action(Caveat::NotSeen | Caveat::SourcesDisagree))
}

fn place(question: &Question, kind: BypassKind) -> usize {
    question
        .kinds
        .iter()
        .position(|other| *other == kind)
        .unwrap_or(usize::MAX)
}

fn may(context: &AuditContext<'_>, lists: &[&Holders], principal: &PrincipalId) -> Included {
    let named: Vec<&PrincipalId> = lists.iter().flat_map(|list| &list.principals).collect();
    context.names.includes(&named, principal)
}

fn draft(question: &Question, context: &AuditContext<'_>, hits: &[Hit<'_, '_>]) -> Option<Draft> {
    // The account that shows best what is wrong.
    let shown = hits.iter().min_by_key(|hit| {
        let kind = place(question, hit.bypass.kind);
        (!hit.is_certain, kind, hit.reached.doubts.len(), hit.reached.account)
    })?;
    let holder = shown.bypass.holder;
    let role = quote(&shown.bypass.role.role_name);
    let after = if holder.is_eligible() {
        ", after activation,"
    } else {
        ""
    };
    let mut message = shown!(
        "{} can {} {}{} through {} at {}. {} {}",
        who(context, holder),
        verb(shown.bypass.kind),
        accounts(context, hits),
        after,
        role,
        scope_name(context, holder),
        (question.consequence)(shown.bypass.kind),
        unlisted(question.privilege, !shown.lists.is_empty())
    );
    if let Some(members) = members(context, holder.principal()) {
        message.push(members);
    }
    let certain = hits.iter().filter(|hit| hit.is_certain).count();
    let unsure = hits.iter().filter(|hit| certain > 0 && !hit.is_certain);
    let subject = Subject::AzureAssignment {
        account: AccountId::split_prefix(holder.scope().as_str()).map(|(account, _)| account),
        id: holder.id().to_owned(),
        principal: context.names.principal(holder.principal()),
        reach: Some(Reach {
            scope: Some(holder.scope().as_str().to_owned()),
            accounts: hits.iter().map(|hit| hit.reached.account).collect(),
            possible: unsure.map(|hit| hit.reached.account).collect(),
        }),
    };
    let places: Vec<usize> = hits.iter().map(|hit| hit.reached.account).collect();
    let title = title_of(context, &places, |accounts| {
        let what = does(context, shown.bypass.kind, &places);
        let after = if holder.is_eligible() { " after activation" } else { "" };
        title!(
            "{} can {} {}{}",
            context.names.title(holder.principal()),
            what,
            accounts,
            after
        )
    });
    let mut draft = Draft::new(question.check, subject, title, message)
        .witness(witness(context, shown))
        .policy(shown.lists.first().map(|list| &list.at));
    if let Some(unsure) = hits.iter().find(|hit| !hit.is_certain) {
        // If one is certain, so is what is shown; then the doubt is about the others.
        let why = |hit: &Hit<'_, '_>| {
            let account = context.tenant.account(hit.reached.account);
            doubt::words(&hit.reached, account, hit.included)
        };
        draft = if certain == 0 {
            draft.confidence(Confidence::Possible).depends_on(why(shown))
        } else {
            let others = hits.len() - certain;
            draft.also(shown!(
                "Of these accounts, {} {} only possible, depending on {}.",
                others,
                if others == 1 { "is" } else { "are" },
                why(unsure)
            ))
        };
    }
    let (summary, steps) = remedy(question, context, hits, shown);
    Some(draft.fix(summary, steps))
}

fn witness(context: &AuditContext<'_>, hit: &Hit<'_, '_>) -> Witness {
    let holder = hit.bypass.holder;
    Witness {
        principal: Some(context.names.principal(holder.principal())),
        action: Some(ProvenAction::Azure(hit.reached.via.action)),
        scope: None,
        azure_scope: Some(holder.scope().as_str().to_owned()),
        assignment: Some(holder.id().to_owned()),
        role: Some(hit.bypass.role.reference()),
        pattern: Some(hit.reached.via.pattern.clone()),
    }
}

/// Whether keys of an account work, or could: of other APIs than NoSQL nobody documents that the setting has an effect.
pub(in crate::checks) fn keys_open(account: &Account) -> Option<Confidence> {
    match account.keys() {
        Keys::Accepted => Some(Confidence::Certain),
        Keys::Refused => None,
        Keys::SaidRefused | Keys::Unknown => Some(Confidence::Possible),
    }
}
