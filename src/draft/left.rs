//! What a tenant still deviates in from a draft of some of its accounts.

use super::waive::is_left;
use crate::checks::{AuditError, CHECKS, Options, audit};
use crate::finding::{Finding, Narrowest, Place, Severity, State, Subject};
use crate::policy::Policy;
use crate::resolve::Tenant;

/// What was found, without what is about other accounts only.
pub(super) struct Left {
    /// Deviations of the drafted accounts, each with its waiver if it can have one.
    pub(super) own: Vec<(Finding, Option<Narrowest>)>,
    /// Deviations of other accounts, too: a waiver would accept them there as well.
    pub(super) shared: Vec<Finding>,
    /// What fails an audit with the draft, because no policy allows it.
    pub(super) failing: Vec<Finding>,
}

/// Audits the tenant with the files, of which the draft is the last. `is_drafted` tells by their places which accounts it is
/// about.
///
/// # Errors
/// When an account can't be read, or the files are no valid policy.
pub(super) fn left(
    tenant: &Tenant<'_>,
    files: &[(&str, &str)],
    is_drafted: &dyn Fn(usize) -> bool,
) -> Result<Left, AuditError> {
    let draft = files.last().map_or("", |(name, _)| *name);
    let policy = Policy::from_sources(files, &CHECKS)?;
    let report = audit(tenant, &policy, Options::without_access())?;
    let mut left = Left {
        own: Vec::new(),
        shared: Vec::new(),
        failing: Vec::new(),
    };
    // A waiver is told apart from those of all findings, also of those that the draft isn't about.
    let waivers = report.narrowest();
    for (finding, waiver) in report.findings.into_iter().zip(waivers) {
        let about = about(&finding, tenant, draft, is_drafted);
        let fails = finding.state == State::New && finding.severity >= Severity::Medium && !finding.is_gap();
        match (about, is_left(&finding)) {
            (About::Others, _) => {}
            (About::These, true) => left.own.push((finding, waiver)),
            (About::Both, true) => left.shared.push(finding),
            (_, false) if fails => left.failing.push(finding),
            (_, false) => {}
        }
    }
    Ok(left)
}

/// Which accounts a finding is about.
#[derive(Clone, Copy)]
enum About {
    /// The draft or its accounts.
    These,
    Others,
    Both,
}

fn about(finding: &Finding, tenant: &Tenant<'_>, draft: &str, is_drafted: &dyn Fn(usize) -> bool) -> About {
    let is_about_these = match (&finding.subject, finding.subject.reach()) {
        (Subject::Rule | Subject::Member { .. }, _) => {
            matches!(&finding.place, Some(Place::Policy(at)) if *at.file == *draft)
        }
        (_, Some(reach)) => {
            let drafted = reach.accounts.iter().filter(|place| is_drafted(**place)).count();
            return match drafted {
                0 => About::Others,
                _ if drafted < reach.accounts.len() => About::Both,
                _ => About::These,
            };
        }
        (subject, None) => subject.account().is_some_and(|id| {
            let accounts = &tenant.frame.accounts;
            let place = accounts.binary_search_by(|account| account.id.cmp(id));
            place.is_ok_and(is_drafted)
        }),
    };
    match is_about_these {
        true => About::These,
        false => About::Others,
    }
}
