//! Who has a way that the policy does not give them.

use super::doubt;
use crate::checks::context::AuditContext;
use crate::checks::draft::Draft;
use crate::checks::wording::{Command, count, list, quote};
use crate::finding::{CheckId, Confidence, RoleRef, Witness};
use crate::model::{AccountId, AccountRecord, PrincipalId, PrincipalKind};
use crate::policy::{Holders, Privilege};
use crate::resolve::{Doubt, Holder, Reached, Route, Way};
use std::collections::{BTreeMap, HashMap};

/// Accounts that a message names.
const NAMED: usize = 3;
/// Members of a group that a message names.
const MEMBERS: usize = 5;

/// What a check asks.
pub(super) struct Question {
    pub(super) check: CheckId,
    /// The ways that it is about, the worst first.
    pub(super) ways: &'static [Way],
    /// Who may.
    pub(super) privilege: Privilege,
    /// Whether it matters at an account. `stated`: whether the policy says who may.
    pub(super) matters: fn(account: &AccountRecord, stated: bool) -> Option<Confidence>,
    /// What the way comes to, as the end of the message's first sentence.
    pub(super) consequence: fn(way: Way) -> &'static str,
}

/// One account that an assignment reaches against the policy.
struct Hit<'r, 'a> {
    route: &'r Route<'a>,
    reached: Reached<'r, 'a>,
    is_certain: bool,
    /// The lists of the policy that do not name the principal; empty: there are none.
    lists: &'r [&'a Holders],
}

pub(super) fn judge(question: &Question, context: &AuditContext<'_>) -> Vec<Draft> {
    let mut by_holder: BTreeMap<&str, Vec<&Route<'_>>> = BTreeMap::new();
    for route in context
        .control
        .routes
        .iter()
        .filter(|route| question.ways.contains(&route.way))
    {
        by_holder.entry(route.holder.id()).or_default().push(route);
    }
    by_holder
        .into_values()
        .flat_map(|routes| {
            let hits = hits(question, context, &routes);
            // Where the policy speaks, it is broken; elsewhere it is worth knowing. The key tells the two apart, so that a
            // note that is known does not make what the policy forbids later known, too.
            let (stated, unstated): (Vec<_>, Vec<_>) = hits.into_iter().partition(|hit| !hit.lists.is_empty());
            let note = draft(question, context, &unstated).map(|draft| draft.unstated().key("unstated"));
            draft(question, context, &stated).into_iter().chain(note)
        })
        .collect()
}

/// The accounts where an assignment gives one of the ways to somebody who may not have it.
fn hits<'r, 'a>(question: &Question, context: &'r AuditContext<'a>, routes: &[&'r Route<'a>]) -> Vec<Hit<'r, 'a>> {
    let mut best: BTreeMap<usize, Hit<'r, 'a>> = BTreeMap::new();
    // Accounts of the same blocks have the same lists: each is looked through once.
    let mut allowed: HashMap<Vec<*const Holders>, bool> = HashMap::new();
    for &route in routes {
        let principal = route.holder.principal();
        for reached in context.control.reached(route) {
            let Some(record) = context.snapshot.accounts.get(reached.account) else {
                continue;
            };
            let of_account = context.holders.get(reached.account);
            let lists = of_account.and_then(|lists| lists.get(&question.privilege));
            let lists = lists.map_or(&[][..], Vec::as_slice);
            let Some(matters) = (question.matters)(record, !lists.is_empty()) else {
                continue;
            };
            let key = lists.iter().map(|list| std::ptr::from_ref(*list)).collect();
            if *allowed.entry(key).or_insert_with(|| may(context, lists, principal)) {
                continue;
            }
            // Where nobody said who may, every reader in the tenant would be worth a line.
            if lists.is_empty() && reached.doubts.contains(&Doubt::ActionNotSeen) {
                continue;
            }
            let hit = Hit {
                is_certain: reached.is_certain() && matters == Confidence::Certain,
                route,
                reached,
                lists,
            };
            let rank = |hit: &Hit<'_, '_>| (!hit.is_certain, place(question, hit.route.way));
            match best.get(&hit.reached.account) {
                Some(other) if rank(other) <= rank(&hit) => {}
                _ => {
                    best.insert(hit.reached.account, hit);
                }
            }
        }
    }
    best.into_values().collect()
}

fn place(question: &Question, way: Way) -> usize {
    question
        .ways
        .iter()
        .position(|other| *other == way)
        .unwrap_or(usize::MAX)
}

fn may(context: &AuditContext<'_>, lists: &[&Holders], principal: &PrincipalId) -> bool {
    let named: Vec<&PrincipalId> = lists.iter().flat_map(|list| &list.principals).collect();
    context.directory.includes(&named, principal)
}

fn draft(question: &Question, context: &AuditContext<'_>, hits: &[Hit<'_, '_>]) -> Option<Draft> {
    // The account that shows best what is wrong.
    let shown = hits.iter().min_by_key(|hit| {
        let way = place(question, hit.route.way);
        (!hit.is_certain, way, hit.reached.doubts.len(), hit.reached.account)
    })?;
    let holder = shown.route.holder;
    let role = quote(&shown.route.role.role_name);
    let may_be = if holder.is_eligible() {
        "could, once the role is activated,"
    } else {
        "may"
    };
    let mut message = format!(
        "{} {may_be} {} of {} through {role} at {}; {}",
        who(context, holder),
        verb(shown.route.way),
        accounts(context, hits),
        quote(&scope_name(context, holder)),
        (question.consequence)(shown.route.way),
    );
    let key = question.privilege.key();
    message.push_str(&if shown.lists.is_empty() {
        format!("; the policy does not say who may ({})", quote(key))
    } else {
        format!("; the policy does not name it in {}", quote(key))
    });
    if let Some(members) = members(context, holder.principal()) {
        message.push_str(&members);
    }
    let certain = hits.iter().filter(|hit| hit.is_certain).count();
    let mut draft = Draft::new(question.check, message)
        .subject(holder.id())
        .principal(context.directory.principal(holder.principal()))
        .reach(
            holder.scope().as_str(),
            hits.iter().map(|hit| hit.reached.account).collect(),
        )
        .witness(witness(context, shown))
        .policy(shown.lists.first().map(|list| &list.at));
    if let Some(unsure) = hits.iter().find(|hit| !hit.is_certain) {
        // If one is certain, so is what is shown; then the doubt is about the others.
        let why = |hit: &Hit<'_, '_>| doubt::words(&hit.reached, context.snapshot.accounts.get(hit.reached.account));
        draft = if certain == 0 {
            draft.confidence(Confidence::Possible).depends_on(&why(shown))
        } else {
            let others = hits.len() - certain;
            draft.depends_on(&format!(
                "at {others} of these accounts it is possible only: {}",
                why(unsure)
            ))
        };
    }
    if let Some((account, _)) = AccountId::split_prefix(holder.scope().as_str()) {
        draft = draft.account_id(&account);
    }
    Some(remedy(draft, holder, key))
}

fn remedy(draft: Draft, holder: Holder<'_>, key: &str) -> Draft {
    if holder.is_eligible() {
        let summary = "end the eligibility in Privileged Identity Management, or narrow its scope";
        draft.remedy(format!(
            "{summary}; if it is intended, name the principal in {}",
            quote(key)
        ))
    } else {
        draft
            .remedy(format!(
                "remove the role assignment, or narrow its role or scope; if it is intended, name the principal in {}",
                quote(key)
            ))
            .command(Command::new("az role assignment delete").flag("--ids", holder.id()))
    }
}

fn verb(way: Way) -> &'static str {
    match way {
        Way::ReadKeys => "read the keys",
        Way::ReadReadOnlyKeys => "read the read-only keys",
        Way::ChangeAccount => "change the settings",
        Way::GrantData => "grant access to the data",
        Way::AssignRoles => "assign Azure roles within reach",
    }
}

fn who(context: &AuditContext<'_>, holder: Holder<'_>) -> String {
    let principal = context.directory.principal(holder.principal());
    let kind = match principal.kind {
        // The service says so, too, if the directory was not asked.
        PrincipalKind::Unknown => holder.principal_type().map(str::to_owned),
        kind => Some(kind.word().replace('-', " ")),
    };
    match kind {
        Some(kind) => format!("{} ({kind})", quote(&principal.to_string())),
        None => quote(&principal.to_string()),
    }
}

/// The people in a group, as a sentence of their own.
fn members(context: &AuditContext<'_>, id: &PrincipalId) -> Option<String> {
    let record = context.directory.record(id)?;
    let members = record.members.as_deref().filter(|members| !members.is_empty())?;
    let mut names: Vec<String> = members
        .iter()
        .take(MEMBERS)
        .map(|member| quote(&context.directory.principal(member).to_string()))
        .collect();
    if members.len() > MEMBERS || record.members_bounded {
        let known = members.len() - names.len();
        names.push(if record.members_bounded {
            format!("{known} or more others")
        } else {
            count(known, "other", "others")
        });
    }
    Some(format!("; in it are {}", list(&names)))
}

fn accounts(context: &AuditContext<'_>, hits: &[Hit<'_, '_>]) -> String {
    let name = |hit: &Hit<'_, '_>| {
        context
            .snapshot
            .accounts
            .get(hit.reached.account)
            .map(|record| &record.account.name)
    };
    let mut names: Vec<String> = hits
        .iter()
        .filter_map(name)
        .take(NAMED)
        .map(|name| quote(name))
        .collect();
    if hits.len() > names.len() {
        names.push(count(hits.len() - names.len(), "other account", "other accounts"));
    }
    list(&names)
}

/// A subscription by its name, everything else by its id.
fn scope_name(context: &AuditContext<'_>, holder: Holder<'_>) -> String {
    let text = holder.scope().as_str();
    let subscription = text.strip_prefix("/subscriptions/").filter(|rest| !rest.contains('/'));
    let named = context
        .snapshot
        .header
        .subscriptions
        .iter()
        .find(|found| subscription.is_some_and(|id| found.id.eq_ignore_ascii_case(id)) && !found.name.is_empty());
    named.map_or_else(|| text.to_owned(), |found| format!("subscription {}", found.name))
}

fn witness(context: &AuditContext<'_>, hit: &Hit<'_, '_>) -> Witness {
    let holder = hit.route.holder;
    Witness {
        principal: Some(context.directory.principal(holder.principal())),
        action: Some(hit.reached.via.action.name.to_owned()),
        scope: None,
        azure_scope: Some(holder.scope().as_str().to_owned()),
        assignment: Some(holder.id().to_owned()),
        role: Some(RoleRef {
            id: hit.route.role.id.clone(),
            name: hit.route.role.role_name.clone(),
        }),
        pattern: Some(hit.reached.via.pattern.as_str().to_owned()),
    }
}

/// Whether keys open an account, or could: of another API than NoSQL it is not settled that the switch works.
pub(super) fn keys_open(record: &AccountRecord) -> Option<Confidence> {
    use crate::model::Api;
    match (record.account.local_auth_disabled, record.account.api) {
        (Some(false), _) => Some(Confidence::Certain),
        (Some(true), Api::Sql) => None,
        (Some(true) | None, _) => Some(Confidence::Possible),
    }
}
