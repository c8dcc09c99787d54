//! What isn't known of what a draft is about, so that nobody takes its silence for an answer.

use crate::model::listed_only;
use crate::model::{AccountRecord, Delegation, Gap, Part, PrincipalId, Shown};
use crate::resolve::{Tenant, Unread};
use crate::shown;
use std::collections::BTreeSet;

/// Principals that a line names.
const NAMED: usize = 5;

/// What isn't known of the tenant as a whole, a sentence each without its end. `used`: the principals that the draft names.
pub(super) fn of_tenant(tenant: &Tenant<'_>, used: &BTreeSet<PrincipalId>) -> Vec<Shown> {
    let frame = &tenant.frame;
    let mut unknown = Vec::new();
    if !frame.ended {
        unknown.push("the scan was interrupted, so accounts can be missing".into());
    }
    if let Some(shards) = &frame.header.shards {
        unknown.push(shown!("the snapshot holds only {}", Shown::of_value(shards)));
    }
    if !frame.header.has_foreign_kinds() {
        unknown.push("assigned roles of another API than the account's weren't read".into());
    }
    if !frame.header.has_clusters() {
        unknown.push("MongoDB vCore and managed Cassandra clusters weren't listed".into());
    }
    if !frame.header.has_listed_only() {
        unknown.push(shown!("{} weren't listed", listed_only::titles()));
    }
    let gaps: BTreeSet<Shown> = (frame.gaps.iter())
        .filter(|gap| gap.gap.part() != Part::Principals)
        .map(|gap| match gap.subscription.as_deref() {
            Some(subscription) => shown!("{} in subscription {}", couldnt(&gap.gap), Shown::of(subscription)),
            None => couldnt(&gap.gap),
        })
        .collect();
    unknown.extend(gaps);
    unknown.extend(principals(tenant, used));
    unknown.extend(members(tenant, used));
    unknown
}

/// Whether the directory was asked for everybody whom the draft names.
fn principals(tenant: &Tenant<'_>, used: &BTreeSet<PrincipalId>) -> Option<Shown> {
    if used.is_empty() {
        return None;
    }
    if tenant.frame.principals.is_none() {
        let why = match tenant.frame.origins {
            Some(_) => "a template doesn't say who its principals are",
            None => "principals weren't looked up, so deleted ones and members of groups aren't known",
        };
        return Some(why.into());
    }
    let foreign: BTreeSet<&PrincipalId> = (tenant.frame.control_planes.iter())
        .flat_map(|plane| plane.delegations.iter().flatten())
        .flat_map(Delegation::all)
        .map(|(authorization, _)| &authorization.principal_id)
        .collect();
    let is_unknown =
        |id: &&PrincipalId| tenant.directory.record(id).is_none() && !foreign.contains(id) && !id.is_in_no_directory();
    let missing: Vec<&PrincipalId> = used.iter().filter(is_unknown).collect();
    if missing.is_empty() {
        let is_gap = frame_has_principal_gap(tenant);
        return is_gap.then(|| "some principals or members of groups couldn't be looked up".into());
    }
    Some(shown!(
        "some principals weren't looked up, so whether they were deleted isn't known: {}",
        named(&missing, |id| Shown::of(id.as_str()))
    ))
}

/// Groups that the draft names of which not all members are known: it can't list these, and nobody knows whom it allows.
fn members(tenant: &Tenant<'_>, used: &BTreeSet<PrincipalId>) -> Option<Shown> {
    let directory = &tenant.directory;
    let is_partly = |id: &&PrincipalId| directory.record(id).is_some() && directory.hidden(id, None).members;
    let groups: Vec<&PrincipalId> = used.iter().filter(is_partly).collect();
    let name = |id: &PrincipalId| {
        let record = directory.record(id);
        let name = record
            .map(|record| record.name.as_str())
            .filter(|name| !name.is_empty());
        Shown::of(name.unwrap_or(id.as_str()))
    };
    (!groups.is_empty()).then(|| shown!("who is a member of {} isn't known in full", named(&groups, name)))
}

fn named(ids: &[&PrincipalId], name: impl Fn(&PrincipalId) -> Shown) -> Shown {
    let mut names: Vec<Shown> = ids.iter().take(NAMED).map(|id| name(id)).collect();
    if ids.len() > NAMED {
        names.push(shown!("{} more", ids.len() - NAMED));
    }
    Shown::list(&names)
}

fn frame_has_principal_gap(tenant: &Tenant<'_>) -> bool {
    (tenant.frame.gaps.iter()).any(|gap| gap.gap.part() == Part::Principals)
}

/// What couldn't be read of an account beside its roles and its settings for keys, which `said` speaks of.
pub(super) fn of_account(record: &AccountRecord, said: &[Shown]) -> Vec<Shown> {
    let is_other = |gap: &&Gap| {
        !matches!(
            gap.part(),
            Part::LocalAuth | Part::RoleDefinitions | Part::RoleAssignments | Part::Account
        )
    };
    let mut unknown: BTreeSet<Shown> = record.gaps.iter().filter(is_other).map(couldnt).collect();
    if record.is_older_than_mongo_users() {
        unknown.insert("MongoDB users: the snapshot is of an older version, which didn't read them".into());
    }
    if unknown.is_empty() && said.is_empty() {
        unknown.extend(record.gaps.first().map(couldnt));
    }
    unknown.into_iter().collect()
}

/// What wasn't read of Azure RBAC.
pub(super) fn of_azure(unread: &Unread) -> Shown {
    if unread.all {
        return "Azure RBAC wasn't read".into();
    }
    let words = unread.lists.iter().map(|list| match *list {
        Gap::AZURE_ROLE_ASSIGNMENTS => "role assignments",
        Gap::AZURE_ROLE_DEFINITIONS => "role definitions",
        Gap::DENY_ASSIGNMENTS => "deny assignments",
        Gap::ELIGIBLE => "eligible assignments",
        Gap::DELEGATIONS => "delegations",
        _ => "lists",
    });
    let others = unread.others.iter().map(|what| Shown::quoted(what));
    let words: Vec<Shown> = words.map(Shown::from).chain(others).collect();
    shown!("{} of Azure RBAC weren't read", Shown::list(&words))
}

/// What couldn't be read, or what only the deployment tells.
pub(super) fn couldnt(gap: &Gap) -> Shown {
    match gap.status {
        _ if gap.is_until_deployment() => shown!("not known before the deployment: {}", Shown::of(gap.message.trim())),
        Some(status) => shown!("{} couldn't be read ({})", gap.name(), status),
        None => shown!("{} couldn't be read ({})", gap.name(), Shown::of(&gap.code)),
    }
}
