//! Words of an answer: who, through what, where, and why only possibly.

use crate::model::{BypassKind, PrincipalId, Scope, Shown};
use crate::query::{Answer, Via};
use crate::report::text::count;
use crate::resolve::{Bypass, Chain, Holder, Power};
use crate::shown;

/// A principal, with what it is where that is a group: `Sandbox Owners (group, 5 members)`.
pub(super) fn who(answer: &Answer<'_>, id: &PrincipalId) -> Shown {
    let name = answer.name(id);
    let directory = &answer.tenant.directory;
    if !directory.is_group(id) {
        return name;
    }
    match directory.known_people(id) {
        Some((people, true)) => shown!("{} (group, {})", name, count(people.len(), "member", "members")),
        Some((people, false)) => shown!(
            "{} (group, at least {})",
            name,
            count(people.len(), "member", "members")
        ),
        None if directory.record(id).is_some_and(|record| record.has_all_members()) => {
            shown!("{} (group, 0 members)", name)
        }
        None => shown!("{} (group, members unknown)", name),
    }
}

/// Through what: a role, and where it is assigned.
pub(super) fn how(answer: &Answer<'_>, via: &Via<'_>) -> Shown {
    match via {
        Via::RoleAssignment { role, .. } => Shown::of(&role.name),
        Via::Keys { bypass, .. } => match bypass.kind {
            BypassKind::ReadReadOnlyKeys => shown!("{} (read-only keys)", azure_role(answer, bypass)),
            _ => azure_role(answer, bypass),
        },
        Via::AzureRole { bypass, with: None, .. } => azure_role(answer, bypass),
        Via::AzureRole {
            bypass,
            with: Some((other, _)),
            ..
        } if other.holder == bypass.holder => azure_role(answer, bypass),
        Via::AzureRole {
            bypass,
            with: Some((other, _)),
            ..
        } => shown!("{} and {}", azure_role(answer, bypass), azure_role(answer, other)),
        Via::Identity { identity, chain, .. } => {
            shown!("acts as {}: {}", answer.name(identity), powers(answer, chain))
        }
        Via::Copy { chain, .. } => shown!("restores a copy: {}", powers(answer, chain)),
    }
}

fn azure_role(answer: &Answer<'_>, bypass: &Bypass<'_>) -> Shown {
    assigned(answer, bypass.holder, &bypass.role.role_name)
}

fn powers(answer: &Answer<'_>, chain: &Chain<'_>) -> Shown {
    let one = |power: &Power<'_>| assigned(answer, power.holder, &power.role.role_name);
    match chain
        .second
        .as_ref()
        .filter(|second| second.holder != chain.first.holder)
    {
        Some(second) => shown!("{} and {}", one(&chain.first), one(second)),
        None => one(&chain.first),
    }
}

/// `Contributor (PIM-eligible), subscription Contoso Production`.
fn assigned(answer: &Answer<'_>, holder: Holder<'_>, role: &str) -> Shown {
    let place = answer.azure_place(holder.scope());
    let eligible = if holder.is_eligible() { " (PIM-eligible)" } else { "" };
    match holder.delegation() {
        Some(delegation) => shown!(
            "{}{}, {}, delegated to tenant {}",
            Shown::of(role),
            eligible,
            place,
            Shown::of(delegation.managed_by())
        ),
        None => shown!("{}{}, {}", Shown::of(role), eligible, place),
    }
}

/// The name of an account.
pub(super) fn account(answer: &Answer<'_>, place: usize) -> Shown {
    let account = answer.tenant.account(place);
    account.map(|account| Shown::of(account.id.name())).unwrap_or_default()
}

/// Where it was asked about: one account and a place in it, or how many there are.
pub(super) fn place(answer: &Answer<'_>) -> Shown {
    let scope = answer.question.scope.as_ref().filter(|scope| **scope != Scope::Account);
    let scope = scope.map(Shown::of_value);
    match (answer.looked.as_slice(), scope) {
        ([one], None) => account(answer, one.account),
        ([one], Some(scope)) => shown!("{} {}", account(answer, one.account), scope),
        (many, None) => shown!("one or more of {}", count(many.len(), "account", "accounts")),
        (many, Some(scope)) => shown!(
            "{} of one or more of {}",
            scope,
            count(many.len(), "account", "accounts")
        ),
    }
}
