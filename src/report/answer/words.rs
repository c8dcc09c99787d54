//! Words of an answer: who, through what, where, and why only possibly.

use crate::finding::title::without_middle;
use crate::model::{AzureScope, BypassKind, PrincipalId, Scope, Shown};
use crate::query::{Answer, Via};
use crate::report::text::{count, thousands};
use crate::resolve::{Bypass, Chain, Holder, Power};
use crate::shown;

/// The longest name that is printed whole.
const LONGEST: usize = 120;

/// The longest word that has room in a column.
const LONGEST_WORD: usize = 44;

/// A name that fits a column, shortened as titles shorten it. Formats for machines have it in full.
fn cut(name: &Shown) -> Shown {
    let is_longer = |text: &str, most: usize| text.chars().nth(most).is_some();
    let text = name.as_str();
    if text.split(' ').any(|word| is_longer(word, LONGEST_WORD)) {
        without_middle(name, LONGEST_WORD)
    } else if is_longer(text, LONGEST) {
        without_middle(name, LONGEST)
    } else {
        name.clone()
    }
}

/// A principal in as few words as tell it from others.
pub(super) fn name(answer: &Answer<'_>, id: &PrincipalId) -> Shown {
    cut(&answer.name(id))
}

/// The name of a role.
pub(super) fn role_name(name: &str) -> Shown {
    cut(&Shown::of(name))
}

/// A place within an account. It is one word that people copy, and so is cut only where nobody would.
pub(super) fn place_in(scope: &Scope) -> Shown {
    let place = Shown::of_value(scope);
    match place.as_str().chars().nth(LONGEST) {
        Some(_) => without_middle(&place, LONGEST),
        None => place,
    }
}

/// A place in Azure, by its name.
pub(super) fn azure_place(answer: &Answer<'_>, scope: &AzureScope) -> Shown {
    cut(&answer.azure_place(scope))
}

/// A principal, with what it is where that is a group: `Sandbox Owners (group, 5 members)`.
pub(super) fn who(answer: &Answer<'_>, id: &PrincipalId) -> Shown {
    let name = name(answer, id);
    let directory = &answer.tenant.directory;
    // The directory was asked, and doesn't know it.
    if directory.record(id).is_some_and(|record| !record.found) && !id.is_in_no_directory() {
        return shown!("{} (probably deleted)", name);
    }
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
        Via::RoleAssignment { role, .. } => role_name(&role.name),
        Via::UnknownAzureRole(holder) => assigned(answer, *holder, via.role_name()),
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
            shown!("acts as {}: {}", name(answer, identity), powers(answer, chain))
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
    let place = azure_place(answer, holder.scope());
    let eligible = if holder.is_eligible() { " (PIM-eligible)" } else { "" };
    match holder.delegation() {
        Some(delegation) => shown!(
            "{}{}, {}, delegated to tenant {}",
            role_name(role),
            eligible,
            place,
            Shown::of(delegation.managed_by())
        ),
        None => shown!("{}{}, {}", role_name(role), eligible, place),
    }
}

/// The name of an account.
pub(super) fn account(answer: &Answer<'_>, place: usize) -> Shown {
    let account = answer.tenant.account(place);
    account
        .map(|account| cut(&Shown::of(account.id.name())))
        .unwrap_or_default()
}

/// Where it was asked about: one account and a place in it, or how many there are.
pub(super) fn place(answer: &Answer<'_>) -> Shown {
    let scope = answer.question.scope.as_ref().filter(|scope| **scope != Scope::Account);
    let scope = scope.map(place_in);
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

/// `5 principals`.
pub(super) fn principals(number: usize) -> Shown {
    count(number, "principal", "principals")
}

/// How many can and how many possibly can do something. `is_more`: besides others who were counted.
pub(super) fn can((sure, maybe): (usize, usize), is_more: bool, what: &'static str) -> Option<Shown> {
    let subject = |number: usize| match is_more {
        true => shown!("{} more", thousands(number)),
        false => principals(number),
    };
    match (sure, maybe) {
        (0, 0) => None,
        (0, maybe) => Some(shown!("{} possibly can {}.", subject(maybe), what)),
        (sure, 0) => Some(shown!("{} can {}.", subject(sure), what)),
        (sure, maybe) => Some(shown!(
            "{} can {}, {} of them possibly.",
            subject(sure + maybe),
            what,
            thousands(maybe)
        )),
    }
}
