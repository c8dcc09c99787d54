//! Waivers for what a drafted policy doesn't allow although the tenant has it: until a day, with a reason that asks for a review.

use crate::finding::{Finding, Group, Narrowest, Severity, State, What};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;

/// How long a drafted waiver holds.
const DAYS: i64 = 90;

/// Waivers, each with what the first of its findings says.
pub(super) type Waivers = BTreeMap<Narrowest, String>;

/// Whether a finding is one that a drafted policy must not leave: a deviation, or a bypass that it speaks of.
pub(super) fn is_left(finding: &Finding) -> bool {
    let counts = match finding.check.group {
        Group::Drift => true,
        // Where the policy has no list it is a note.
        Group::Bypass => finding.severity > Severity::Note,
        // What a policy has a limit for.
        Group::Hygiene => finding.check.needs.contains(&What::KeyAge),
        // What no policy can say.
        Group::Coverage => !finding.is_gap(),
    };
    counts && finding.state != State::Waived
}

/// What a waiver for a finding says.
pub(super) fn reason(finding: &Finding) -> String {
    format!("TODO: {}", finding.title.as_str())
}

/// The last day of waivers that are drafted from a scan of that time.
pub(super) fn expires(taken_at: Timestamp) -> Date {
    let day = taken_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    day.checked_add(DAYS.days()).unwrap_or(Date::MAX)
}
