//! What has changed since an earlier report: which findings are known, which have become worse, and what was fixed.

use super::context::AuditContext;
use super::registry::CHECKS;
use super::wording::{count, quote};
use crate::finding::{AccountSummary, Baseline, Finding, Fixed, Standing, State};
use crate::model::{AccountId, Shown};
use crate::shown;

/// Accounts that a message names.
const NAMED: usize = 3;

/// Marks what is known, says of the rest what is new about it, and returns what was fixed.
pub(super) fn compare(
    baseline: &Baseline,
    context: &AuditContext<'_>,
    accounts: &[AccountSummary],
    findings: &mut [Finding],
) -> Vec<Fixed> {
    for finding in findings.iter_mut().filter(|finding| finding.state == State::New) {
        match baseline.standing(finding, accounts) {
            Standing::Known => finding.state = State::Known,
            Standing::New => {}
            Standing::Worse => finding
                .message
                .push("; the baseline has this as a milder or less certain finding"),
            Standing::Reaches(places) => finding.message.push(reaches(&places, accounts)),
        }
    }
    let frame = &context.tenant.frame;
    let looked_at = |id: Option<&AccountId>| match id {
        None => context.is_complete,
        Some(id) => match accounts.binary_search_by(|account| account.id.cmp(id)) {
            Ok(place) => accounts.get(place).is_some_and(|account| account.gaps == 0),
            // It was deleted, if its subscription was read.
            Err(_) => context.is_complete && frame.header.has_subscription(id.subscription()),
        },
    };
    let ran = |id: &str| {
        let check = CHECKS.iter().find(|check| check.id == id);
        check.is_some_and(|check| {
            context
                .policy
                .severities
                .get(*check)
                .is_none_or(|ruled| ruled.value.is_some())
        })
    };
    baseline.fixed(findings, ran, looked_at)
}

fn reaches(places: &[usize], accounts: &[AccountSummary]) -> Shown {
    let names = places.iter().filter_map(|place| accounts.get(*place));
    let mut names: Vec<Shown> = names.take(NAMED).map(|account| quote(account.id.name())).collect();
    if places.len() > names.len() {
        names.push(count(places.len() - names.len(), "other account", "other accounts"));
    }
    shown!("; the baseline has this finding, but not for {}", Shown::list(&names))
}
