//! What a drafted policy says, leaves out and asks to review, in numbers and names.

use super::blocks::Drafted;
use super::members::Members;
use super::rules::{Dubious, Omitted, Todo};
use super::waive::Waivers;
use crate::finding::{Finding, Group, What};
use crate::model::{Account, Shown};
use crate::shown;
use std::collections::{BTreeMap, BTreeSet};

/// What a draft comes to.
#[derive(Debug, Default)]
pub struct Summary {
    /// The accounts that it is about.
    pub accounts: usize,
    /// The grants of all of them.
    pub grants: usize,
    /// Their custom role definitions.
    pub roles: usize,
    /// What it leaves out.
    pub omitted: Vec<Omissions>,
    /// What is to be reviewed.
    pub review: Vec<Review>,
    /// What couldn't be read, and in which accounts; none: in the tenant as a whole.
    pub unknown: Vec<(Shown, Vec<Shown>)>,
    /// What fails an audit with the draft, because no policy allows it.
    pub failing: Vec<Failing>,
    /// What deviates in accounts outside the draft, too, so that it isn't waived.
    pub shared: Vec<Failing>,
}

/// Findings of one check that a draft neither allows nor waives.
#[derive(Debug)]
pub struct Failing {
    /// The check.
    pub check: &'static str,
    /// Their titles.
    pub titles: Vec<Shown>,
}

pub(super) fn failing(findings: &[Finding]) -> Vec<Failing> {
    let mut by_check: BTreeMap<&'static str, Vec<Shown>> = BTreeMap::new();
    for finding in findings {
        let titles = by_check.entry(finding.check.id).or_default();
        titles.push(Shown::of(finding.title.as_str()));
    }
    let one = |(check, titles)| Failing { check, titles };
    by_check.into_iter().map(one).collect()
}

/// Things of one account that a draft leaves out.
#[derive(Debug)]
pub struct Omissions {
    /// How many.
    pub number: usize,
    /// Whether they are role assignments, and not role definitions.
    pub are_assignments: bool,
    /// The account.
    pub account: Shown,
    /// Why, each once.
    pub reasons: Vec<&'static str>,
}

/// Things that are to be reviewed.
#[derive(Debug)]
pub struct Review {
    /// What they are, when it is one, and when there are several.
    pub what: (&'static str, &'static str),
    /// Their names.
    pub names: Vec<Shown>,
}

pub(super) fn summarize(
    all: &[Drafted],
    accounts: &[&Account],
    waivers: &Waivers,
    names: &super::names::Names<'_>,
) -> Summary {
    let mut summary = Summary {
        accounts: all.len(),
        ..Summary::default()
    };
    let mut unknown: BTreeMap<Shown, Vec<Shown>> = BTreeMap::new();
    let mut todo: BTreeMap<Todo, BTreeSet<Shown>> = BTreeMap::new();
    for drafted in all {
        let Some(account) = accounts.get(drafted.place) else {
            continue;
        };
        let name = Shown::of(account.id.name());
        let rules = &drafted.gathered.rules;
        summary.grants += rules.grants.iter().flatten().count();
        summary.roles += rules.roles.iter().flatten().count();
        for role in rules.roles.iter().flatten() {
            for one in &role.todo {
                todo.entry(*one).or_default().insert(Shown::of(&role.name));
            }
        }
        for kind in [Omitted::Assignment, Omitted::Role] {
            let own = drafted.gathered.omissions.iter().filter(|one| one.what == kind);
            let reasons: Vec<&'static str> = own.map(|one| one.why).collect();
            if !reasons.is_empty() {
                summary.omitted.push(Omissions {
                    number: reasons.len(),
                    are_assignments: kind == Omitted::Assignment,
                    account: name.clone(),
                    reasons: reasons.into_iter().collect::<BTreeSet<_>>().into_iter().collect(),
                });
            }
        }
        for text in &drafted.gathered.unknown {
            unknown.entry(text.clone()).or_default().push(name.clone());
        }
    }
    summary.unknown = unknown.into_iter().collect();
    summary.review = reviews(waivers, accounts, names);
    let of_roles = todo.into_iter().map(|(todo, names)| Review {
        what: what(todo),
        names: names.into_iter().collect(),
    });
    let at = summary.review.len().min(1);
    summary.review.splice(at..at, of_roles);
    summary.review.extend(dubious(all, names));
    summary.review.extend(without_members(names));
    summary
}

/// Who is on a list although there is something dubious about them.
fn dubious(all: &[Drafted], names: &super::names::Names<'_>) -> Vec<Review> {
    let mut found: BTreeMap<Dubious, BTreeSet<Shown>> = BTreeMap::new();
    let lists = all
        .iter()
        .filter_map(|one| one.holders.as_ref())
        .flat_map(BTreeMap::values);
    for (id, dubious) in lists.flatten() {
        if let Some((why, name)) = dubious.zip(names.of(id)) {
            found.entry(why).or_default().insert(Shown::of(name));
        }
    }
    let review = |why| {
        Some(Review {
            what: Dubious::what(why),
            names: found.get(&why)?.iter().cloned().collect(),
        })
    };
    Dubious::ALL.into_iter().filter_map(review).collect()
}

/// Groups whose members the draft leaves out: whoever joins them deviates from nothing.
fn without_members(names: &super::names::Names<'_>) -> Option<Review> {
    let declared = names.declared().into_iter();
    let without = declared.filter(|one| matches!(one.members, Some(Members::LeftOut(_))));
    let groups: Vec<Shown> = without.map(|one| Shown::of(one.name)).collect();
    (!groups.is_empty()).then_some(Review {
        what: (
            "group whose members aren't listed",
            "groups whose members aren't listed",
        ),
        names: groups,
    })
}

fn what(todo: Todo) -> (&'static str, &'static str) {
    match todo {
        Todo::Wildcard => ("role with wildcards", "roles with wildcards"),
        Todo::UnknownAction => ("role with an unknown data action", "roles with unknown data actions"),
        Todo::NotDataActions => ("role with `notDataActions`", "roles with `notDataActions`"),
        Todo::AssignableScopes => (
            "role with invalid assignable scopes",
            "roles with invalid assignable scopes",
        ),
    }
}

/// What the waivers accept for now.
fn reviews(waivers: &Waivers, accounts: &[&Account], names: &super::names::Names<'_>) -> Vec<Review> {
    let enabled = |has_keys: bool| -> BTreeSet<&str> {
        let enabled = accounts
            .iter()
            .filter(|account| account.local_auth_disabled == Some(false));
        let those = enabled.filter(|account| account.api.is_cluster() != has_keys);
        those.map(|account| account.id.name()).collect()
    };
    let (with_keys, with_passwords) = (enabled(true), enabled(false));
    let mut found: BTreeMap<(usize, &'static str, &'static str), BTreeSet<Shown>> = BTreeMap::new();
    for waiver in waivers.keys() {
        let account = waiver.account.as_deref().unwrap_or_default();
        let principal = waiver.principal.as_ref().and_then(|id| names.of(id)).map(Shown::of);
        let (place, one, many) = match waiver.check.group {
            Group::Coverage => (
                6,
                "resource that isn't analyzed, waived for now",
                "resources that aren't analyzed, waived for now",
            ),
            _ if waiver.check.needs.contains(&What::LocalAuth) && with_keys.contains(account) => (
                0,
                "account with key-based authentication enabled",
                "accounts with key-based authentication enabled",
            ),
            _ if waiver.check.needs.contains(&What::LocalAuth) && with_passwords.contains(account) => (
                0,
                "cluster with password authentication enabled",
                "clusters with password authentication enabled",
            ),
            _ if waiver.check.needs.contains(&What::LocalAuth) => (
                1,
                "account whose keys possibly still work",
                "accounts whose keys possibly still work",
            ),
            _ if waiver.check.needs.contains(&What::KeyAge) => (
                2,
                "account with old keys, waived for now",
                "accounts with old keys, waived for now",
            ),
            Group::Bypass => (
                3,
                "unknown principal that can bypass role assignments",
                "unknown principals that can bypass role assignments",
            ),
            _ if waiver.check.needs.contains(&What::Access) => (
                4,
                "principal with access that is left out, waived for now",
                "principals with access that is left out, waived for now",
            ),
            _ => (
                5,
                "role that the policy can't describe, waived for now",
                "roles that the policy can't describe, waived for now",
            ),
        };
        let name = match place {
            0..=2 | 6 => Shown::of(account),
            3 | 4 => principal.unwrap_or_else(|| Shown::of(waiver.role.as_deref().unwrap_or(account))),
            _ => shown!(
                "{} in {}",
                Shown::of(waiver.role.as_deref().unwrap_or_default()),
                Shown::of(account)
            ),
        };
        found.entry((place, one, many)).or_default().insert(name);
    }
    let review = |((_, one, many), names): (_, BTreeSet<Shown>)| Review {
        what: (one, many),
        names: names.into_iter().collect(),
    };
    found.into_iter().map(review).collect()
}
