//! Waivers: findings that the policy accepts until a day, and the checks on the waivers themselves.

use super::draft::Draft;
use super::wording::quote;
use super::{Check, Group, Run};
use crate::finding::{Acceptance, CheckId, Confidence, Finding, Severity, State};
use crate::model::{AccountId, Glob};
use crate::policy::{Policy, Waiver};
use crate::snapshot::Snapshot;
use jiff::civil::Date;
use std::sync::Arc;

pub(super) const EXPIRED: Check = Check {
    id: CheckId::WaiverExpired,
    group: Group::Drift,
    severity: Severity::Medium,
    summary: "a waiver's day has passed",
    why: "A waiver accepts a finding until a day, so that somebody looks at it again. That day has passed: the finding \
          counts again.",
    fix: "Fix what the waiver accepted and remove the waiver, or have the risk accepted anew and set a later day.",
    run: Run::Waivers,
};

pub(super) const UNUSED: Check = Check {
    id: CheckId::WaiverUnused,
    group: Group::Drift,
    severity: Severity::Low,
    summary: "a waiver accepts nothing",
    why: "No finding matches the waiver: what it accepted is fixed, or the waiver is misspelt. Left in place it would \
          silently accept the same thing when it comes back.",
    fix: "Remove the waiver, or correct its account, principal or scope.",
    run: Run::Waivers,
};

/// Marks the findings that waivers accept, and returns what is wrong with the waivers.
pub(super) fn apply(snapshot: &Snapshot, policy: &Policy, findings: &mut [Finding]) -> Vec<Draft> {
    let today = snapshot.header.taken_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    policy
        .waivers
        .iter()
        .filter_map(|waiver| apply_one(waiver, today, snapshot, findings))
        .collect()
}

fn apply_one(waiver: &Waiver, today: Date, snapshot: &Snapshot, findings: &mut [Finding]) -> Option<Draft> {
    let mut matching = findings
        .iter_mut()
        .filter(|finding| accepts(waiver, finding, snapshot))
        .peekable();
    let text = format!("the waiver for {} until {}", quote(waiver.check.id()), waiver.expires);
    let draft = if waiver.expires < today {
        let still = if matching.peek().is_some() {
            "what it accepted is still there"
        } else {
            "it accepts nothing"
        };
        Draft::new(
            CheckId::WaiverExpired,
            format!("{text} has expired; {still} (reason given: {})", waiver.reason),
        )
        .remedy("fix what it accepted and remove it, or set a later day")
    } else if matching.peek().is_none() {
        let draft = Draft::new(
            CheckId::WaiverUnused,
            format!("{text} matches no finding (reason given: {})", waiver.reason),
        )
        .remedy("remove it, or correct what it matches");
        if was_all_read(waiver, snapshot) {
            draft
        } else {
            draft
                .confidence(Confidence::Possible)
                .depends_on("what could not be read may hold what it accepts")
        }
    } else {
        let acceptance = Arc::new(Acceptance {
            reason: waiver.reason.clone(),
            expires: waiver.expires,
            policy: waiver.at.clone(),
        });
        for finding in matching {
            finding.state = State::Waived;
            finding.waiver = Some(Arc::clone(&acceptance));
        }
        return None;
    };
    Some(draft.policy(Some(&waiver.at)).key(waiver_key(waiver)))
}

/// Whether everything was read that could hold what a waiver accepts.
fn was_all_read(waiver: &Waiver, snapshot: &Snapshot) -> bool {
    let concerns = |id: &AccountId| waiver.account.as_ref().is_none_or(|glob| glob.matches(id.name()));
    let mut accounts = snapshot.accounts.iter().filter(|record| concerns(&record.account.id));
    let planes_are_whole = snapshot.control_planes.iter().all(|plane| plane.gaps.is_empty());
    snapshot.ended && snapshot.gaps.is_empty() && planes_are_whole && accounts.all(|record| record.gaps.is_empty())
}

/// Whether a finding is about accounts of this name only: what a waiver does not name it does not accept.
fn within(glob: &Glob, finding: &Finding, snapshot: &Snapshot) -> bool {
    let named = |place: &usize| {
        snapshot
            .accounts
            .get(*place)
            .is_some_and(|record| glob.matches(&record.account.name))
    };
    match &finding.reach {
        Some(reach) => reach.accounts.iter().all(named),
        None => finding.account.as_ref().is_some_and(|id| glob.matches(id.name())),
    }
}

fn accepts(waiver: &Waiver, finding: &Finding, snapshot: &Snapshot) -> bool {
    let role = || finding.witness.as_ref().and_then(|witness| witness.role.as_ref());
    finding.check == waiver.check
        && waiver
            .account
            .as_ref()
            .is_none_or(|glob| within(glob, finding, snapshot))
        && waiver
            .principal
            .as_ref()
            .is_none_or(|id| finding.principal.as_ref().is_some_and(|found| found.id == *id))
        && waiver
            .scope
            .as_ref()
            .is_none_or(|scope| finding.scope.as_ref().is_some_and(|found| scope.covers(found)))
        && waiver
            .role
            .as_ref()
            .is_none_or(|glob| role().is_some_and(|role| glob.matches(&role.name)))
}

/// Identifies a waiver by what it says, not by where it stands.
fn waiver_key(waiver: &Waiver) -> String {
    let text = |part: Option<String>| part.unwrap_or_default();
    [
        waiver.check.id().to_owned(),
        text(waiver.account.as_ref().map(ToString::to_string)),
        text(waiver.principal.as_ref().map(ToString::to_string)),
        text(waiver.scope.as_ref().map(ToString::to_string)),
        text(waiver.role.as_ref().map(ToString::to_string)),
        waiver.expires.to_string(),
    ]
    .join("\n")
}
