//! Waivers for what a drafted policy doesn't allow although the tenant has it: until a day, with a reason that asks for a review.

use super::expressible::{globbed, is_nameable, is_text};
use super::yaml;
use crate::finding::{About, Check, Finding, Group, Selector, Severity, State};
use crate::model::{PrincipalId, ScopePattern};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;

/// How long a drafted waiver holds.
const DAYS: i64 = 90;

/// A waiver. Findings that it can't tell apart share it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Waiver {
    pub(super) account: Option<String>,
    pub(super) check: &'static Check,
    pub(super) principal: Option<PrincipalId>,
    pub(super) role: Option<String>,
    pub(super) scope: Option<String>,
}

/// Waivers, each with what the first of its findings says.
pub(super) type Waivers = BTreeMap<Waiver, String>;

/// Whether a finding is one that a drafted policy must not leave: a deviation, or a bypass that it speaks of.
pub(super) fn is_left(finding: &Finding) -> bool {
    let counts = match finding.check.group {
        Group::Drift => true,
        // Where the policy has no list it is a note.
        Group::Bypass => finding.severity > Severity::Note,
        Group::Hygiene | Group::Coverage => false,
    };
    counts && finding.state != State::Waived
}

/// The waiver for a finding, as narrow as it can be. `None`: the finding can't be waived.
pub(super) fn waiver(finding: &Finding, account_of: impl Fn(usize) -> Option<String>) -> Option<Waiver> {
    let about = finding.check.about;
    if matches!(about, About::Policy | About::Waiver | About::Coverage) {
        return None;
    }
    let has = |selector: Selector| about.selectors().contains(&selector);
    let subject = &finding.subject;
    // A waiver that names accounts has to name all of them.
    let account = match subject.reach() {
        Some(reach) => match reach.accounts.as_slice() {
            [one] => account_of(*one),
            _ => None,
        },
        None => finding.account().map(|id| id.name().to_owned()),
    };
    let role = || {
        let proven = || Some(finding.witness.as_ref()?.role.as_ref()?.name.as_str());
        subject.role_name().or_else(proven)
    };
    let as_glob = |text: &str| match is_text(text) {
        true => Some(text.to_owned()),
        false => globbed(text, |_| true),
    };
    let waiver = Waiver {
        check: finding.check,
        account: account
            .filter(|_| has(Selector::Account))
            .and_then(|name| globbed(&name, |c| c.is_ascii_alphanumeric() || c == '-')),
        principal: subject
            .principal_id()
            .filter(|id| has(Selector::Principal) && is_nameable(id))
            .cloned(),
        role: role().filter(|_| has(Selector::Role)).and_then(as_glob),
        scope: subject
            .scope()
            .filter(|_| has(Selector::Scope))
            .and_then(|scope| as_glob(&scope.to_string()))
            .filter(|text| ScopePattern::parse(text).is_ok() && text.starts_with('/') && !text.contains("//")),
    };
    let is_narrow =
        waiver.account.is_some() || waiver.principal.is_some() || waiver.role.is_some() || waiver.scope.is_some();
    is_narrow.then_some(waiver)
}

/// What a waiver for a finding says.
pub(super) fn reason(finding: &Finding) -> String {
    yaml::quoted(&format!("TODO: {}", finding.title.as_str()))
}

/// The last day of waivers that are drafted from a scan of that time.
pub(super) fn expires(taken_at: Timestamp) -> Date {
    let day = taken_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    day.checked_add(DAYS.days()).unwrap_or(Date::MAX)
}
