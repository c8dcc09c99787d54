//! What Azure RBAC says, the slow way: every assignment with every action and account, and every deny assignment in
//! every world that the directory leaves open.

use crate::tenants::{EVERYONE, GROUPS, PEOPLE, STRANGER, Tenant};
use cosmos_rbac::model::bypass::{ACTIONS, BypassAction};
use cosmos_rbac::model::{
    Api, AzurePermission, ControlPlane, DenyAssignment, DenyPrincipal, Gap, PrincipalKind, PrincipalRecord,
};
use cosmos_rbac::resolve::Holder;
use std::collections::{BTreeMap, BTreeSet};

/// How sure access is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sure {
    /// There is none.
    No,
    Possible,
    Certain,
}

/// What is known of access: it lies between two bounds, which are the same where no group matters.
pub(crate) type Verdict = (Sure, Sure);

fn matches(pattern: &str, action: &str) -> bool {
    match (pattern.chars().next(), action.chars().next()) {
        (None, end) => end.is_none(),
        (Some('*'), _) => (0..=action.len()).any(|skipped| matches(&pattern[1..], &action[skipped..])),
        (Some(a), Some(b)) => a == b && matches(&pattern[1..], &action[1..]),
        (Some(_), None) => false,
    }
}

fn blank(condition: &Option<String>) -> bool {
    condition.as_deref().is_none_or(|text| text.trim().is_empty())
}

/// How sure it is that permissions name the action.
fn names(permissions: &[AzurePermission], action: &str) -> Sure {
    let action = action.to_lowercase();
    let one = |permission: &AzurePermission| {
        let any = |list: &[cosmos_rbac::model::ActionPattern]| {
            list.iter()
                .any(|pattern| matches(&pattern.as_str().to_lowercase(), &action))
        };
        match (
            any(&permission.actions) && !any(&permission.not_actions),
            blank(&permission.condition),
        ) {
            (false, _) => Sure::No,
            (true, false) => Sure::Possible,
            (true, true) => Sure::Certain,
        }
    };
    permissions.iter().map(one).max().unwrap_or(Sure::No)
}

fn lower(text: &str) -> String {
    text.trim_end_matches('/').to_lowercase()
}

fn is_below(path: &str, top: &str) -> bool {
    format!("{}/", lower(path)).starts_with(&format!("{}/", lower(top)))
}

fn is_above(scope: &str) -> bool {
    scope == "/" || lower(scope).starts_with("/providers/microsoft.management/")
}

fn is_malformed(scope: &str) -> bool {
    lower(scope).ends_with("/resourcegroups")
}

/// `sqlroleassignments` of an action on such things in an account.
fn child(action: &BypassAction) -> Option<String> {
    let parts: Vec<&str> = action.name.split('/').collect();
    let is_child = parts[0] == "Microsoft.DocumentDB" && parts.len() == 4 && parts[3] == "write";
    is_child.then(|| parts[2].to_lowercase())
}

fn is_authorization(action: &BypassAction) -> bool {
    action.name.starts_with("Microsoft.Authorization/")
}

/// Everyone's access to everything: by assignment, action and account.
pub(crate) fn judge(tenant: &Tenant) -> BTreeMap<(String, bool, &'static str, usize), Verdict> {
    let worlds = worlds(&tenant.principals);
    let people_known = tenant.principals.iter().any(|one| one.kind == PrincipalKind::User);
    let mut all = BTreeMap::new();
    for listing in &tenant.planes {
        let active = listing.role_assignments.iter().flatten().map(Holder::Active);
        let eligible = listing.eligible.iter().flatten().map(Holder::Eligible);
        for holder in active.chain(eligible) {
            for action in ACTIONS.iter() {
                for (number, record) in tenant.accounts.iter().enumerate() {
                    let account = &record.account;
                    let scope = holder.scope().as_str();
                    let own = account.id.subscription().eq_ignore_ascii_case(&listing.subscription);
                    let mut sure = role(listing, holder, action);
                    let within = is_below(scope, account.id.as_str()) && lower(scope) != lower(account.id.as_str());
                    let holds = match within {
                        true => {
                            let kind = lower(&scope[account.id.as_str().len() + 1..]);
                            let kind = kind.split('/').next().unwrap().to_owned();
                            sure = sure.min(Sure::Possible);
                            let grants: Vec<String> = ACTIONS.iter().filter_map(child).collect();
                            child(action).as_ref() == Some(&kind)
                                || (is_authorization(action) && grants.contains(&kind))
                        }
                        false if is_above(scope) => own,
                        false => !is_malformed(scope) && is_below(account.id.as_str(), scope),
                    };
                    let at_root = !action.name.contains("elevateAccess") || scope == "/";
                    let api = match action.api {
                        None => true,
                        Some(_) if account.api == Api::Unknown => {
                            sure = sure.min(Sure::Possible);
                            true
                        }
                        Some(api) => api == account.api,
                    };
                    if !(holds && at_root && api && own) || sure == Sure::No {
                        continue;
                    }
                    let mut verdict = (sure, sure);
                    if !listing.has_all(Gap::DENY_ASSIGNMENTS) {
                        verdict = limit(verdict, (Sure::Possible, Sure::Possible));
                    }
                    for deny in listing.deny_assignments.iter().flatten() {
                        verdict = limit(
                            verdict,
                            leaves(deny, holder, action, account.id.as_str(), &worlds, people_known),
                        );
                    }
                    let key = (holder.id().to_owned(), holder.is_eligible(), action.name, number);
                    let before = all.entry(key).or_insert(verdict);
                    *before = (before.0.max(verdict.0), before.1.max(verdict.1));
                }
            }
        }
    }
    all.retain(|_, verdict| verdict.1 != Sure::No);
    all
}

fn limit(one: Verdict, other: Verdict) -> Verdict {
    (one.0.min(other.0), one.1.min(other.1))
}

fn role(listing: &ControlPlane, holder: Holder<'_>, action: &BypassAction) -> Sure {
    let guid = |id: &str| id.rsplit('/').next().unwrap().to_lowercase();
    let wanted = guid(holder.role_definition_id());
    let role = listing
        .role_definitions
        .iter()
        .flatten()
        .find(|role| guid(&role.id) == wanted);
    let mut sure = role.map_or(Sure::No, |role| names(&role.permissions, action.name));
    let is_free = blank(&holder.condition().map(str::to_owned)) && !holder.is_eligible() && action.caveat.is_none();
    if !is_free {
        sure = sure.min(Sure::Possible);
    }
    sure
}

/// How much access a deny assignment leaves.
fn leaves(
    deny: &DenyAssignment,
    holder: Holder<'_>,
    action: &BypassAction,
    account: &str,
    worlds: &[World],
    people_known: bool,
) -> Verdict {
    const ALL: Verdict = (Sure::Certain, Sure::Certain);
    const SOME: Verdict = (Sure::Possible, Sure::Possible);
    let denied = names(&deny.permissions, action.name);
    let scope = deny.scope.as_str();
    let (scope, from) = (scope, holder.scope().as_str());
    let alone = deny.does_not_apply_to_child_scopes;
    let within = is_below(scope, account) && lower(scope) != lower(account);
    // Whether it holds where the request is made; `None`: perhaps.
    let here = if is_malformed(scope) {
        None
    } else if within {
        match is_below(from, scope) {
            true if alone && lower(from) != lower(scope) => None,
            inside => Some(inside),
        }
    } else if action.name.contains("elevateAccess") {
        Some(scope == "/")
    } else if !is_above(scope) && !is_below(account, scope) {
        Some(false)
    } else if alone {
        match (lower(scope) == lower(account), action.name.split('/').count()) {
            (false, _) => Some(false),
            // At the account itself, or at something in it.
            (true, _) if child(action).is_some() || is_authorization(action) => None,
            (true, _) => Some(true),
        }
    } else if is_authorization(action) {
        // Asked for at the assignment's own scope, it is granted there.
        let whole = scope == "/" || is_below(from, scope) || (is_above(scope) && !is_above(from));
        whole.then_some(true)
    } else {
        Some(true)
    };
    if denied == Sure::No || here == Some(false) {
        return ALL;
    }
    // In which worlds does it concern whom?
    let outcomes: Vec<Option<(bool, bool)>> = worlds.iter().map(|world| world.hits(deny, holder)).collect();
    let any = outcomes.iter().flatten().any(|(some, _)| *some);
    let every = outcomes.iter().flatten().all(|(_, all)| *all);
    let named = deny.principals.iter().chain(&deny.exclude_principals);
    let is_simple = std::iter::once((holder.principal().as_str(), holder.principal_type()))
        .chain(named.map(|one| (one.id.as_str(), one.kind.as_deref())))
        .all(|(id, kind)| id == EVERYONE || (PEOPLE.contains(&id) && (kind.is_some() || people_known)));
    let sure = denied == Sure::Certain && here == Some(true) && blank(&deny.condition);
    match (any, every && any, sure) {
        (false, _, _) if is_simple => ALL,
        // Nobody is concerned; the program need not see it.
        (false, _, _) => (Sure::Possible, Sure::Certain),
        (true, true, true) if is_simple => (Sure::No, Sure::No),
        (true, true, true) => (Sure::No, Sure::Possible),
        _ => SOME,
    }
}

/// Who is in which group, the stranger being a person or a group.
struct World {
    groups: BTreeMap<&'static str, BTreeSet<&'static str>>,
}

fn worlds(principals: &[PrincipalRecord]) -> Vec<World> {
    let subsets = |of: &[&'static str]| -> Vec<BTreeSet<&'static str>> {
        let pick = |bits: usize| (of.iter().enumerate()).filter(move |(at, _)| bits >> at & 1 == 1);
        (0..1 << of.len())
            .map(|bits| pick(bits).map(|(_, id)| *id).collect())
            .collect()
    };
    let mut all = Vec::new();
    for stranger in std::iter::once(None).chain(subsets(&PEOPLE).into_iter().map(Some)) {
        // Others may be in groups of whom nothing is known.
        let people: Vec<&'static str> = match &stranger {
            None => vec!["u0", "u1", STRANGER, "other"],
            Some(_) => vec!["u0", "u1", "other"],
        };
        let choices = |id: &str| -> Vec<BTreeSet<&'static str>> {
            let record = principals.iter().find(|record| record.id.as_str() == id);
            let members = record.and_then(|record| Some((record.members.as_ref()?, record.members_bounded)));
            let Some((members, bounded)) = members else {
                return subsets(&people);
            };
            let known: BTreeSet<&'static str> = PEOPLE
                .into_iter()
                .filter(|id| members.iter().any(|member| member.as_str() == *id))
                .collect();
            match bounded {
                false => vec![known],
                true => subsets(&people)
                    .into_iter()
                    .filter(|set| known.is_subset(set))
                    .collect(),
            }
        };
        for first in choices(GROUPS[0]) {
            for second in choices(GROUPS[1]) {
                let mut groups = BTreeMap::from([(GROUPS[0], first.clone()), (GROUPS[1], second)]);
                groups.extend(stranger.clone().map(|members| (STRANGER, members)));
                all.push(World { groups });
            }
        }
    }
    all
}

impl World {
    /// Whether the deny assignment stops somebody who has access through the holder, and whether all of them. `None`:
    /// nobody has.
    fn hits(&self, deny: &DenyAssignment, holder: Holder<'_>) -> Option<(bool, bool)> {
        let id = holder.principal().as_str();
        let alone = BTreeSet::from([id]);
        let people: BTreeSet<&str> = match self.groups.get(id) {
            Some(members) => members.iter().copied().collect(),
            None => alone,
        };
        let named = |list: &[DenyPrincipal], person: &str| {
            list.iter().any(|one| {
                one.id.as_str() == EVERYONE
                    || one.id.as_str() == person
                    || self
                        .groups
                        .get(one.id.as_str())
                        .is_some_and(|members| members.contains(person))
            })
        };
        let stopped = people
            .iter()
            .filter(|one| named(&deny.principals, one) && !named(&deny.exclude_principals, one));
        let stopped = stopped.count();
        (!people.is_empty()).then_some((stopped > 0, stopped == people.len()))
    }
}
