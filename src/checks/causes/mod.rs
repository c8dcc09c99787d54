//! Causes: what there is to change, and which findings that closes.
//!
//! `candidates` says what could be changed to close a finding, `greedy` gives each finding to the object that closes most,
//! `azure` knows the assignments of Azure roles; `words` says what an object is called, `remedy` what to do, and
//! `effect` what that closes and opens in the changed `tenant`.

mod azure;
mod candidates;
mod effect;
mod greedy;
mod group;
mod object;
mod remedy;
mod tenant;
mod words;

pub(super) use effect::{add_effects, budget};
pub(super) use remedy::sources;
pub(super) use tenant::{Changed, without_assignments};

use crate::checks::names::Names;
use crate::finding::{Cause, Change, Finding, State, Title};
use crate::policy::Policy;
use crate::resolve::Tenant;
use candidates::Candidates;
use group::{Group, worst};
use object::Kind;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The causes of findings, the worst first.
pub(super) fn of(findings: &[Finding], tenant: &Tenant<'_>, policy: &Policy, keys_wanted: &[bool]) -> Vec<Cause> {
    let names = Names::new(policy, &tenant.directory);
    let candidates = Candidates::new(findings, tenant, &names, keys_wanted);
    let all = greedy::distribute(findings, &candidates);
    let mut causes: Vec<(usize, Cause)> = all
        .into_iter()
        .filter_map(|(object, places)| {
            let group = Group {
                findings: places.iter().filter_map(|place| findings.get(*place)).collect(),
                object,
                tenant,
                candidates: &candidates,
            };
            cause(&group, places)
        })
        .collect();
    causes.sort_by(|(a_counts, a), (b_counts, b)| {
        let key = |counts: usize, cause: &Cause| (Reverse(cause.severity), Reverse(counts), cause.title.clone());
        key(*a_counts, a).cmp(&key(*b_counts, b)).then_with(|| a.id.cmp(&b.id))
    });
    causes.into_iter().map(|(_, cause)| cause).collect()
}

fn cause(group: &Group<'_>, places: Vec<usize>) -> Option<(usize, Cause)> {
    let counting = || group.findings.iter().filter(|finding| finding.state == State::New);
    let severities = |all: &mut dyn Iterator<Item = &&Finding>| all.map(|finding| finding.severity).max();
    let severity = severities(&mut counting()).or_else(|| severities(&mut group.findings.iter()))?;
    let cause = Cause {
        id: group.object.id(),
        title: title(group)?,
        detail: words::detail(group),
        severity,
        findings: places,
        remedy: remedy::of(group),
        change: Change {
            kind: group.object.kind.change(),
            objects: objects(group).into_iter().collect(),
        },
        effect: None,
    };
    Some((counting().count(), cause))
}

/// What is wrong, and where: of one finding, what that says.
fn title(group: &Group<'_>) -> Option<Title> {
    match group.findings.as_slice() {
        [one] => Some(one.title.clone()),
        all => words::title(group).or_else(|| Some(worst(all)?.title.clone())),
    }
}

/// What is changed: ARM ids, or places in the policy.
fn objects(group: &Group<'_>) -> BTreeSet<String> {
    if matches!(group.object.kind, Kind::Uncovered | Kind::Contradiction | Kind::Policy) {
        let places = group.findings.iter().filter_map(|finding| finding.place.as_ref());
        return places.map(|place| place.source().to_string()).collect();
    }
    if matches!(
        group.object.kind,
        Kind::Keys | Kind::Passwords | Kind::KeyMetadataWrites
    ) {
        return group.accounts().map(|account| account.id.as_str().to_owned()).collect();
    }
    let subjects = group.findings.iter().map(|finding| &finding.subject);
    subjects
        .filter_map(|subject| subject.id().or_else(|| Some(subject.account()?.as_str())))
        .map(str::to_owned)
        .collect()
}
