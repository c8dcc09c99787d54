//! What an object to change is called, with what is true of all of its findings.

use super::group::{Group, bypass, concerned_surely, worst};
use super::object::Kind;
use crate::checks::row::Origin;
use crate::checks::wording::count;
use crate::finding::{About, Confidence, Finding, Group as Of, Subject, Title};
use crate::model::{Account, AzureScope, BypassKind, Gap, Keys, PrincipalId, Shown};
use crate::snapshot::Subscription;
use crate::{shown, title};
use std::collections::{BTreeMap, BTreeSet};

/// Scopes that a title names.
const NAMED: usize = 2;

/// The title of several findings. `None`: the worst of them says it best.
pub(super) fn title(group: &Group<'_>) -> Option<Title> {
    let number = || group.accounts().count();
    match group.object.kind {
        Kind::Keys => Some(match group.accounts().collect::<Vec<_>>().as_slice() {
            [one] => title!("Key-based authentication is enabled on {}", name_of(one)),
            some => {
                let all = &group.tenant.frame.accounts;
                let is_open = |account: &&&Account| account.keys() == Keys::Accepted && !account.api.is_cluster();
                let open = all.iter().filter(is_open).count();
                match open == some.len() {
                    true => title!(
                        "Key-based authentication is enabled on {} of {} accounts",
                        open,
                        all.len()
                    ),
                    false => title!("Key-based authentication is enabled on {} accounts", some.len()),
                }
            }
        }),
        Kind::Passwords => Some(title!("Password authentication is enabled on {} clusters", number())),
        Kind::KeyAge => Some(title!("Account keys of {} accounts are too old", number())),
        Kind::KeyMetadataWrites => Some(title!(
            "Account keys can change databases and containers of {} accounts",
            number()
        )),
        Kind::AzureRole => azure(group),
        Kind::StaleAssignments => {
            let ids: BTreeSet<String> = ids(group).collect();
            let account = group.findings.first()?.account()?;
            match ids.len() {
                0 | 1 => None,
                many => Some(title!(
                    "{} role assignments in {} are invalid or obsolete",
                    many,
                    Shown::of(account.name())
                )),
            }
        }
        Kind::Role => role(group),
        Kind::Uncovered => Some(match group.accounts().collect::<Vec<_>>().as_slice() {
            [one] => title!("{} isn't covered by the policy", name_of(one)),
            some => title!("{} accounts aren't covered by the policy", some.len()),
        }),
        Kind::Contradiction => Some(title!(
            "Blocks of the policy contradict each other in {} accounts",
            number()
        )),
        Kind::Policy => Some(policy(group)),
        Kind::Unread => Some(unread(group)),
        Kind::Members => members(group),
        Kind::Assignment => user(group),
        Kind::Required | Kind::Account => None,
    }
}

/// A user of MongoDB itself: of all that is wrong with one, that there is a password says the most.
fn user(group: &Group<'_>) -> Option<Title> {
    let mut own = group
        .findings
        .iter()
        .filter(|finding| finding.check.id == "password-user");
    Some(own.next()?.title.clone())
}

/// Members of a group that the policy doesn't list.
fn members(group: &Group<'_>) -> Option<Title> {
    let Subject::Member { group: of, .. } = &group.findings.first()?.subject else {
        return None;
    };
    Some(title!(
        "{} has {} unlisted members",
        group.candidates.names.title(&of.id),
        group.findings.len()
    ))
}

/// What couldn't be read of some accounts, or of one subscription.
fn unread(group: &Group<'_>) -> Title {
    let parts: BTreeSet<&str> = group.findings.iter().map(|finding| finding.key.as_str()).collect();
    let accounts: Vec<&Account> = group.accounts().collect();
    match (accounts.as_slice(), parts.first().filter(|_| parts.len() == 1)) {
        ([], _) => {
            let id = group.findings.iter().find_map(|finding| finding.subject.id());
            let place = id.map_or("the tenant".into(), |id| group.candidates.azure_place(id));
            title!("{} parts of {} couldn't be read", group.findings.len(), place)
        }
        ([one], _) => title!("{} parts of {} couldn't be read", group.findings.len(), name_of(one)),
        (some, Some(what)) => title!(
            "{} of {} accounts couldn't be read",
            Gap::name_of(what).capitalised(),
            some.len()
        ),
        (some, None) => title!(
            "{} parts of {} accounts couldn't be read",
            group.findings.len(),
            some.len()
        ),
    }
}

/// One more sentence.
pub(super) fn detail(group: &Group<'_>) -> Option<Shown> {
    match group.object.kind {
        Kind::Keys => readers(group),
        Kind::AzureRole if group.findings.len() > 1 => does(group),
        _ => None,
    }
}

fn ids<'g>(group: &'g Group<'_>) -> impl Iterator<Item = String> + 'g {
    let ids = group.findings.iter().filter_map(|finding| finding.subject.id());
    ids.map(str::to_ascii_lowercase)
}

fn name_of(account: &Account) -> Shown {
    Shown::of(account.id.name())
}

/// Who can read keys, as the second line of the setting.
fn readers(group: &Group<'_>) -> Option<Shown> {
    let mut is_stated = false;
    let mut readers: BTreeMap<&PrincipalId, Confidence> = BTreeMap::new();
    for finding in group
        .findings
        .iter()
        .filter(|finding| finding.check.about == About::Tenant)
    {
        // Where the policy has no list, the finding has no place in it.
        is_stated |= finding.place.is_some();
        let known = readers
            .entry(finding.subject.principal_id()?)
            .or_insert(finding.confidence);
        *known = (*known).max(finding.confidence);
    }
    let possible = readers.values().filter(|sure| **sure == Confidence::Possible).count();
    let certain = readers.len() - possible;
    let who = |number: usize| match (number, is_stated) {
        (1, true) => "1 principal that isn't listed in the policy".into(),
        (many, true) => shown!("{} principals not listed in the policy", many),
        (number, false) => count(number, "principal", "principals"),
    };
    Some(match (certain, possible) {
        (0, 0) => return None,
        (0, some) => shown!("{} can possibly read account keys", who(some)),
        (some, 0) => shown!("{} can read account keys", who(some)),
        (some, more) => shown!("{} can read account keys, {} more possibly", who(some), more),
    })
}

/// What the holder of an Azure role can do, by its worst finding.
fn does(group: &Group<'_>) -> Option<Shown> {
    let worst = worst(&group.findings)?;
    let Origin::AzureRole(can) = group.candidates.origin(worst) else {
        return None;
    };
    let same = group
        .findings
        .iter()
        .copied()
        .filter(|finding| finding.check == worst.check);
    // Read-only keys are told where nobody can read the others.
    let is_narrow = |finding: &Finding| bypass(finding) == Some(BypassKind::ReadReadOnlyKeys);
    let (narrow, wide): (Vec<&Finding>, Vec<&Finding>) = same.partition(|finding| is_narrow(finding));
    let (told, can) = match wide.is_empty() {
        true => (narrow, "read the read-only keys of"),
        false => (wide, can),
    };
    let mut reached: BTreeMap<&str, (&Account, bool)> = BTreeMap::new();
    for finding in told {
        for (account, is_sure) in concerned_surely(group, finding) {
            let known = reached.entry(account.id.key()).or_insert((account, false));
            known.1 |= is_sure;
        }
    }
    let who = principal(group)?;
    let is_eligible = group
        .candidates
        .azure
        .assigned(worst)
        .is_some_and(|one| one.is_eligible);
    let after = if is_eligible { " after activation" } else { "" };
    let accounts = |all: &[&Account]| match all {
        [one] => name_of(one),
        _ => count(all.len(), "account", "accounts"),
    };
    let (sure, unsure): (Vec<_>, Vec<_>) = reached.values().copied().partition(|(_, is_sure)| *is_sure);
    let [sure, unsure] =
        [sure, unsure].map(|some| some.into_iter().map(|(account, _)| account).collect::<Vec<&Account>>());
    Some(match (sure.as_slice(), unsure.as_slice()) {
        ([], all) => {
            let verb = if is_eligible { "can" } else { "possibly can" };
            shown!("{} {} {} {}{}", who, verb, can, accounts(all), after)
        }
        (all, []) => shown!("{} can {} {}{}", who, can, accounts(all), after),
        (some, others) => shown!(
            "{} can {} {}{}, and possibly {}",
            who,
            can,
            accounts(some),
            after,
            count(others.len(), "other account", "other accounts")
        ),
    })
}

/// The principal that has the role.
fn principal(group: &Group<'_>) -> Option<Shown> {
    let first = group.findings.first()?;
    let id = match group.candidates.azure.assigned(first) {
        Some(assigned) => assigned.principal,
        None => first.subject.principal_id()?.clone(),
    };
    Some(group.candidates.names.in_short(&id))
}

/// Who has which Azure role where.
fn azure(group: &Group<'_>) -> Option<Title> {
    let first = group
        .findings
        .iter()
        .find_map(|finding| group.candidates.azure.assigned(finding))?;
    let mut scopes: BTreeMap<&str, &AzureScope> = BTreeMap::new();
    for assigned in group
        .findings
        .iter()
        .filter_map(|finding| group.candidates.azure.assigned(finding))
    {
        scopes.insert(assigned.scope.key(), assigned.scope);
    }
    let mut scopes: Vec<&AzureScope> = scopes.into_values().collect();
    // The widest first.
    scopes.sort_by_key(|scope| (scope.level(), scope.key().to_owned()));
    let alone = scopes.len() == 1;
    let mut names: Vec<Shown> = scopes
        .iter()
        .take(NAMED)
        .map(|scope| scope_name(group, scope, alone))
        .collect();
    if scopes.len() > NAMED {
        names.push(count(scopes.len() - NAMED, "other scope", "other scopes"));
    }
    let (role, place) = (Shown::of(first.role), Shown::list(&names));
    let is_unknown = |finding: &&Finding| finding.subject.reach().is_none();
    if group.findings.iter().any(is_unknown) {
        return Some(title!("An unknown principal is {} on {}", role, place));
    }
    let who = principal(group)?;
    Some(match (first.is_eligible, first.role) {
        (true, _) => title!("{} can activate {} on {}", who, role, place),
        (false, "Owner") => title!("{} is {} of {}", who, role, place),
        (false, _) => title!("{} is {} on {}", who, role, place),
    })
}

fn scope_name(group: &Group<'_>, scope: &AzureScope, alone: bool) -> Shown {
    let known = &group.tenant.frame.header.subscriptions;
    let place = Subscription::place(known, scope);
    if alone { place.in_title() } else { place.name() }
}

fn role(group: &Group<'_>) -> Option<Title> {
    let drifts = group.findings.iter().any(|finding| finding.check.group == Of::Drift);
    let is_broad = |finding: &&Finding| group.candidates.origin(finding) == Origin::BroadRole;
    let declared = |subject: &Subject| matches!(subject, Subject::Role { id: None, .. });
    let subjects = || group.findings.iter().map(|finding| &finding.subject);
    let subject = subjects()
        .find(|subject| declared(subject))
        .or_else(|| subjects().next())?;
    let (name, account) = (Shown::of(subject.role_name()?), Shown::of(subject.account()?.name()));
    match () {
        () if drifts => Some(title!("Role {} in {} differs from the policy", name, account)),
        () if group.findings.iter().all(is_broad) => Some(title!("Role {} in {} is too broad", name, account)),
        () => None,
    }
}

fn policy(group: &Group<'_>) -> Title {
    let of_waivers = |finding: &&&Finding| finding.check.about == About::Waiver;
    let waivers = group.findings.iter().filter(of_waivers).count();
    let is_block = |finding: &&Finding| finding.key.starts_with("block\n") || finding.check.about == About::Waiver;
    let (all, only_blocks) = (group.findings.len(), group.findings.iter().all(is_block));
    match (waivers, only_blocks) {
        (0, true) => title!("{} policy blocks match no account", all),
        (0, false) => title!("{} entries of the policy are out of date", all),
        _ if waivers == all => title!("{} waivers are out of date", all),
        (_, true) => title!("{} waivers and policy blocks are out of date", all),
        (_, false) => title!("{} waivers and policy entries are out of date", all),
    }
}
