//! What to do about a cause: for one finding what that says, for several the steps of all of them.

use super::group::{Group, reads_keys, worst};
use super::object::Kind;
use crate::checks::fix;
use crate::checks::steps::Steps;
use crate::checks::wording::{count, quote};
use crate::finding::{Acceptance, ChangeKind, Finding, Place, Remedy, State, Step};
use crate::model::{Account, Shown};
use crate::shown;
use foldhash::{HashMap, HashMapExt};
use std::collections::BTreeSet;

/// Accounts that a summary names.
const NAMED: usize = 3;
/// Accounts for which there are commands.
const COMMANDED: usize = 10;
/// Steps that are given.
const STEPS: usize = 50;

pub(super) fn of(group: &Group<'_>) -> Option<Remedy> {
    if let [one] = group.findings.as_slice() {
        return one.remedy.clone();
    }
    let first = || worst(&group.findings)?.remedy.clone();
    let own = || sources(group.object.kind.change(), &group.findings).into_iter();
    match group.object.kind {
        Kind::Keys => Some(keys(group, "key-based")),
        Kind::Passwords => Some(keys(group, "password")),
        Kind::AzureRole => Some(azure(group)),
        Kind::StaleAssignments => Some(Remedy {
            summary: "Delete these role assignments, or create them again correctly.".into(),
            steps: steps(own()),
        }),
        Kind::Assignment => own().next()?.remedy.clone(),
        Kind::Policy => Some(policy(group)),
        Kind::Members => Some(members(group)),
        Kind::Role => {
            let steps = steps(own());
            first().map(|remedy| Remedy { steps, ..remedy })
        }
        Kind::KeyAge => Some(Remedy {
            summary: shown!(
                "Disable key-based authentication on {}, or regenerate the keys that are too old.",
                named(group)
            ),
            steps: steps(group.findings.iter().copied()),
        }),
        Kind::KeyMetadataWrites => Some(Remedy {
            summary: shown!(
                "Set `disableKeyBasedMetadataWriteAccess` to `true` on {}.",
                named(group)
            ),
            steps: steps(group.findings.iter().copied()),
        }),
        Kind::Uncovered if group.accounts().count() > 1 => Some(Remedy {
            summary: shown!(
                "Add blocks for {} to the policy, below `accounts:`. Give each `local_auth: disabled`: what a block leaves out \
                 isn't checked.",
                named(group)
            ),
            steps: Vec::new(),
        }),
        Kind::Uncovered | Kind::Contradiction | Kind::Required | Kind::Account | Kind::Unread => first(),
    }
}

fn named(group: &Group<'_>) -> Shown {
    let all = counting_first(group);
    let mut names: Vec<Shown> = all
        .iter()
        .take(NAMED)
        .map(|(account, waiver)| match waiver {
            Some(waiver) => shown!("{} (waived until {})", Shown::of(account.id.name()), waiver.expires),
            None => Shown::of(account.id.name()),
        })
        .collect();
    if all.len() > NAMED {
        names.push(others(group, all.len() - NAMED));
    }
    Shown::list(&names)
}

fn others(group: &Group<'_>, number: usize) -> Shown {
    match group.object.kind {
        Kind::Passwords => count(number, "other cluster", "other clusters"),
        _ => count(number, "other account", "other accounts"),
    }
}

/// The accounts of the findings, with the waiver of those whose own findings are all waived; these come last.
fn counting_first<'g>(group: &'g Group<'_>) -> Vec<(&'g Account, Option<&'g Acceptance>)> {
    let mut own: HashMap<&str, Vec<&Finding>> = HashMap::new();
    for finding in &group.findings {
        if let (Some(account), None) = (finding.account(), finding.subject.reach()) {
            own.entry(account.key()).or_default().push(finding);
        }
    }
    let waiver = |account: &Account| {
        let own = own.get(account.id.key())?;
        let all_waived = own.iter().all(|finding| finding.state == State::Waived);
        own.first()?.waiver.as_deref().filter(|_| all_waived)
    };
    let mut all: Vec<_> = group.accounts().map(|account| (account, waiver(account))).collect();
    all.sort_by_key(|(_, waiver)| waiver.is_some());
    all
}

/// `of`: what is disabled, before "authentication".
fn keys(group: &Group<'_>, of: &'static str) -> Remedy {
    let all = counting_first(group);
    let commands = all.iter().take(COMMANDED);
    let steps = commands.fold(Steps::default(), |steps, (account, waiver)| {
        let own = fix::disable_keys(account);
        steps.and(match waiver {
            Some(waiver) => own.noting(&shown!(
                " The finding of this account is waived until {}.",
                waiver.expires
            )),
            None => own,
        })
    });
    let steps = match all.len().saturating_sub(COMMANDED) {
        0 => steps,
        more => steps.by_hand(shown!("Do the same for {}.", others(group, more))),
    };
    steps.finish(shown!("Disable {} authentication on {}.", of, named(group)))
}

/// The findings whose steps are the steps of all of them.
pub(in crate::checks) fn sources<'f>(kind: ChangeKind, findings: &[&'f Finding]) -> Vec<&'f Finding> {
    match kind {
        // What the first finding of an assignment or a role says is done once: one can delete what another would update.
        // About keys it can say to disable them.
        ChangeKind::RoleAssignments | ChangeKind::AzureRoleAssignments | ChangeKind::RoleDefinition => {
            let mut seen = BTreeSet::new();
            let (of_keys, others): (Vec<_>, Vec<_>) = findings.iter().copied().partition(|one| reads_keys(one));
            let own = others.into_iter().chain(of_keys);
            own.filter(|finding| seen.insert(finding.subject.id().map(str::to_ascii_lowercase)))
                .collect()
        }
        ChangeKind::DisableKeyMetadataWrites => findings.to_vec(),
        _ => worst(findings).into_iter().collect(),
    }
}

fn azure(group: &Group<'_>) -> Remedy {
    let is_orphan = |finding: &&Finding| finding.subject.reach().is_none();
    let assigned = group
        .findings
        .iter()
        .find_map(|finding| group.candidates.azure.assigned(finding));
    let role = assigned
        .as_ref()
        .map_or_else(Shown::default, |assigned| Shown::of(assigned.role));
    let is_eligible = assigned.as_ref().is_some_and(|assigned| assigned.is_eligible);
    let managed_by = assigned.and_then(|assigned| assigned.managed_by);
    let own = sources(group.object.kind.change(), &group.findings);
    let number = own.len();
    let steps = steps(own.into_iter());
    let summary = match managed_by {
        _ if group.findings.iter().any(is_orphan) => {
            shown!(
                "Delete {}.",
                count(number, "Azure role assignment", "Azure role assignments")
            )
        }
        Some(tenant) => shown!(
            "Ask {} for an offer without {}, or remove the delegation (Azure Lighthouse) with the access of all of its principals, or list \
             the principal in the policy.",
            quote(tenant),
            &role
        ),
        None if is_eligible => shown!(
            "End the eligibility for {} in Privileged Identity Management, or list the principal in the policy.",
            &role
        ),
        None => shown!(
            "Replace {} with a narrower role, or list the principal in the policy.",
            role
        ),
    };
    Remedy { summary, steps }
}

fn members(group: &Group<'_>) -> Remedy {
    let at = group.findings.iter().find_map(|finding| finding.place.as_ref());
    let at = at.map_or_else(Shown::default, |place| shown!(" ({})", Shown::of_value(place.source())));
    Remedy {
        summary: shown!(
            "Remove these principals from the group, or list them in `members`{}.",
            at
        ),
        steps: steps(group.findings.iter().copied()),
    }
}

fn policy(group: &Group<'_>) -> Remedy {
    let places = group.findings.iter().filter_map(|finding| finding.place.as_ref());
    let files: BTreeSet<&str> = places
        .filter_map(|place| match place {
            Place::Policy(at) => Some(&*at.file),
            Place::Template(_) => None,
        })
        .collect();
    let files: Vec<Shown> = files.into_iter().map(Shown::of).collect();
    Remedy {
        summary: match files.is_empty() {
            true => "Correct or delete these entries of the policy.".into(),
            false => shown!("Correct or delete these entries in {}.", Shown::list(&files)),
        },
        steps: Vec::new(),
    }
}

/// The steps of findings, each once.
fn steps<'f>(findings: impl Iterator<Item = &'f Finding>) -> Vec<Step> {
    let mut seen = BTreeSet::new();
    let all = findings
        .filter_map(|finding| finding.remedy.as_ref())
        .flat_map(|remedy| &remedy.steps);
    let once = all.filter(|step| match &step.command {
        Some(command) => seen.insert(command.as_str()),
        None => seen.insert(step.changes.as_str()),
    });
    let mut steps: Vec<Step> = once.cloned().collect();
    if let Some(more) = steps.len().checked_sub(STEPS).filter(|more| *more > 0) {
        steps.truncate(STEPS);
        steps.push(Step {
            command: None,
            edit: None,
            changes: shown!(
                "Do the same for the others ({}).",
                count(more, "more step", "more steps")
            ),
        });
    }
    steps
}
