//! What has changed since an earlier report: which findings are known, which have become worse, and what was fixed.

use super::context::AuditContext;
use super::registry::CHECKS;
use super::wording::{count, quote};
use crate::finding::{About, AccountSummary, Baseline, Finding, Fixed, NotChecked, Standing, State};
use crate::model::{AccountId, Shown};
use crate::shown;

/// Accounts that a message names.
const NAMED: usize = 3;

/// Marks what is known, says of the rest what is new about it, and returns what was fixed.
pub(super) fn compare(
    baseline: &Baseline,
    context: &AuditContext<'_>,
    accounts: &[AccountSummary],
    not_checked: &[NotChecked],
    findings: &mut [Finding],
) -> Vec<Fixed> {
    for finding in findings.iter_mut().filter(|finding| finding.state == State::New) {
        match baseline.standing(finding, accounts) {
            Standing::Known => finding.state = State::Known,
            Standing::New => {}
            Standing::Worse => finding
                .message
                .push(" The baseline has this finding with a lower severity or as possible."),
            Standing::Reaches(places) => finding.message.push(reaches(&places, accounts)),
        }
    }
    baseline.fixed(findings, |then| was_looked_for(then, context, accounts, not_checked))
}

/// Whether this audit would have found it again: its check ran, on accounts that were read and that the policy still speaks
/// of.
fn was_looked_for(
    then: &Fixed,
    context: &AuditContext<'_>,
    accounts: &[AccountSummary],
    not_checked: &[NotChecked],
) -> bool {
    let Some(check) = CHECKS.iter().find(|check| check.id == then.check) else {
        return false;
    };
    let ruled = context.policy.severities.get(*check);
    if ruled.is_some_and(|ruled| ruled.value.is_none()) {
        return false;
    }
    // Of a group that has no list of members any more, none is looked for.
    let is_listed = || {
        let groups = context.policy.principals.iter().filter(|one| one.members.is_some());
        let mut ids = groups.map(|group| group.id.as_str());
        ids.any(|id| Some(id) == then.subject.as_deref())
    };
    if check.about == About::Members && !(is_listed() && context.tenant.frame.principals.is_some()) {
        return false;
    }
    let concerned = || then.account.iter().chain(&then.reach);
    let is_above = concerned().next().is_none();
    let frame = &context.tenant.frame;
    let looked_at = |id: &AccountId| match accounts.binary_search_by(|account| account.id.cmp(id)) {
        Ok(place) => {
            let is_whole = accounts.get(place).is_some_and(|account| account.gaps == 0);
            is_whole && !not_checked.iter().any(|row| row.prevents(check.needs, Some(place)))
        }
        // It was deleted, if its subscription was read.
        Err(_) => context.is_complete && frame.header.has_subscription(id.subscription()),
    };
    let is_read = !(is_above || matches!(check.about, About::Tenant | About::Members)) || context.is_complete;
    is_read && concerned().all(looked_at)
}

fn reaches(places: &[usize], accounts: &[AccountSummary]) -> Shown {
    let names = places.iter().filter_map(|place| accounts.get(*place));
    let mut names: Vec<Shown> = names.take(NAMED).map(|account| quote(account.id.name())).collect();
    if places.len() > names.len() {
        names.push(count(places.len() - names.len(), "other account", "other accounts"));
    }
    shown!(" The baseline has this finding, but not for {}.", Shown::list(&names))
}
