//! Who has a bypass that the policy does not give them.

use super::doubt;
use super::question::{Hit, Question};
use super::remedy::remedy;
use crate::checks::context::AuditContext;
use crate::checks::draft::Draft;
use crate::checks::names::Included;
use crate::checks::wording::{count, quote};
use crate::finding::title::{Piece, Title};
use crate::finding::{Confidence, ProvenAction, Reach, Subject, Witness};
use crate::model::bypass::Caveat;
use crate::model::{Account, AccountId, BypassKind, Keys, PrincipalId, PrincipalKind, Shown};
use crate::policy::Holders;
use crate::resolve::{Bypass, Doubt, Holder};
use crate::shown;
use crate::title;
use std::collections::{BTreeMap, HashMap};

/// Accounts that a message names.
const NAMED: usize = 3;
/// Members of a group that a message names.
const MEMBERS: usize = 5;

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

/// The accounts where an assignment gives one of the bypasses to somebody who may not have it.
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
            let may_have_others = included == Included::AsFarAsKnown;
            // Where nobody said who may, every reader in the tenant would be worth a line.
            if lists.is_empty() && reached.doubts.iter().any(is_hearsay) {
                continue;
            }
            let hit = Hit {
                is_certain: reached.is_certain() && matters == Confidence::Certain && !may_have_others,
                may_have_others,
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
    let may_be = if holder.is_eligible() {
        "could, once the role is activated,"
    } else {
        "may"
    };
    let mut message = shown!(
        "{} {} {} of {} through {} at {}; {}",
        who(context, holder),
        may_be,
        verb(shown.bypass.kind),
        accounts(context, hits),
        role,
        scope_name(context, holder),
        (question.consequence)(shown.bypass.kind)
    );
    let key = question.privilege.key();
    message.push(if shown.lists.is_empty() {
        shown!("; the policy does not say who may ({})", quote(key))
    } else {
        shown!("; the policy does not name it in {}", quote(key))
    });
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
            scope: holder.scope().as_str().to_owned(),
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
            doubt::words(&hit.reached, account, hit.may_have_others)
        };
        draft = if certain == 0 {
            draft.confidence(Confidence::Possible).depends_on(why(shown))
        } else {
            let others = hits.len() - certain;
            draft.depends_on(shown!(
                "at {} of these accounts it is possible only: {}",
                others,
                why(unsure)
            ))
        };
    }
    let (summary, steps) = remedy(question, context, hits, shown);
    Some(draft.fix(summary, steps))
}

fn verb(kind: BypassKind) -> &'static str {
    match kind {
        BypassKind::ReadKeys => "read the keys",
        BypassKind::ReadReadOnlyKeys => "read the read-only keys",
        BypassKind::ChangeAccount => "change the settings",
        BypassKind::GrantData => "grant access to the data",
        BypassKind::AssignRoles => "assign Azure roles within reach",
    }
}

/// What a title says that the holder of a bypass can do, before the accounts.
fn does(context: &AuditContext<'_>, kind: BypassKind, accounts: &[usize]) -> &'static str {
    let is_disabled = |place: &usize| {
        let account = context.tenant.account(*place);
        account.is_some_and(|account| account.local_auth_disabled == Some(true))
    };
    match kind {
        BypassKind::ReadKeys => "read the account keys of",
        BypassKind::ReadReadOnlyKeys => "read the read-only keys of",
        BypassKind::ChangeAccount if accounts.iter().all(is_disabled) => "re-enable account keys of",
        BypassKind::ChangeAccount => "change the settings of",
        BypassKind::GrantData => "grant access to data in",
        BypassKind::AssignRoles => "assign Azure roles that cover",
    }
}

/// A title that names one or two accounts where they fit, and else says how many there are.
pub(super) fn title_of(context: &AuditContext<'_>, accounts: &[usize], title: impl Fn(Piece) -> Title) -> Title {
    let names = accounts.iter().filter_map(|place| context.tenant.account(*place));
    let names: Vec<Shown> = names.map(|account| Shown::of(account.id.name())).collect();
    match names.as_slice() {
        [one] => return title(one.into()),
        [_, _] => {
            let both = Shown::list(&names);
            let named = title(Piece::from(&both));
            if named.as_str().contains(both.as_str()) {
                return named;
            }
        }
        _ => {}
    }
    title(Piece::Text(count(accounts.len(), "account", "accounts")))
}

pub(super) fn who(context: &AuditContext<'_>, holder: Holder<'_>) -> Shown {
    let principal = context.names.principal(holder.principal());
    if let Some(delegation) = holder.delegation() {
        let name = quote(&principal.to_string());
        return shown!("{} of the managing tenant {}", name, quote(delegation.managed_by()));
    }
    let kind = match principal.kind {
        _ if holder.is_of_another_tenant() => Some("group of another tenant".to_owned()),
        // The service says so, too, if the directory was not asked.
        PrincipalKind::Unknown => holder.principal_type().map(str::to_owned),
        kind => Some(kind.word().replace('-', " ")),
    };
    match kind {
        Some(kind) => shown!("{} ({})", quote(&principal.to_string()), Shown::of(&kind)),
        None => quote(&principal.to_string()),
    }
}

/// The people in a group, as a sentence of their own. The members of groups in it are among them.
fn members(context: &AuditContext<'_>, id: &PrincipalId) -> Option<Shown> {
    let record = context.names.directory.record(id)?;
    let members = record.members.iter().flatten();
    let members: Vec<&PrincipalId> = members.filter(|id| !context.names.directory.is_group(id)).collect();
    if members.is_empty() {
        return None;
    }
    let mut names: Vec<Shown> = members
        .iter()
        .take(MEMBERS)
        .map(|member| quote(&context.names.principal(member).to_string()))
        .collect();
    if members.len() > MEMBERS || !record.has_all_members() {
        let known = members.len() - names.len();
        names.push(if !record.has_all_members() {
            shown!("{} or more others", known)
        } else {
            count(known, "other", "others")
        });
    }
    Some(shown!("; in it are {}", Shown::list(&names)))
}

fn accounts(context: &AuditContext<'_>, hits: &[Hit<'_, '_>]) -> Shown {
    account_names(context, hits.iter().map(|hit| hit.reached.account))
}

/// The first of the accounts, and how many others there are.
pub(super) fn account_names(context: &AuditContext<'_>, accounts: impl ExactSizeIterator<Item = usize>) -> Shown {
    let all = accounts.len();
    let found = accounts.filter_map(|place| context.tenant.account(place));
    let mut names: Vec<Shown> = found.take(NAMED).map(|account| quote(account.id.name())).collect();
    if all > names.len() {
        names.push(count(all - names.len(), "other account", "other accounts"));
    }
    Shown::list(&names)
}

/// A subscription by its name, everything else by its id.
pub(super) fn scope_name(context: &AuditContext<'_>, holder: Holder<'_>) -> Shown {
    let text = holder.scope().as_str();
    let subscription = text.strip_prefix("/subscriptions/").filter(|rest| !rest.contains('/'));
    let all = &context.tenant.frame.header.subscriptions;
    let named = all
        .iter()
        .find(|found| subscription.is_some_and(|id| found.id.eq_ignore_ascii_case(id)) && !found.name.is_empty());
    named.map_or_else(|| quote(text), |found| quote(&format!("subscription {}", found.name)))
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

/// Whether keys open an account, or could: of another API than NoSQL it is not settled that the switch works.
pub(in crate::checks) fn keys_open(account: &Account) -> Option<Confidence> {
    match account.keys() {
        Keys::Accepted => Some(Confidence::Certain),
        Keys::Refused => None,
        Keys::SaidRefused | Keys::Unknown => Some(Confidence::Possible),
    }
}
