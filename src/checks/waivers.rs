//! Waivers: findings that the policy accepts until a day, and what becomes of each waiver.

use super::context::AuditContext;
use super::draft::Draft;
use super::names::Names;
use super::wording::{quote, short_id, stopped};
use crate::finding::title::Piece;
use crate::finding::{Acceptance, AccountSummary, Check, Finding, State, Subject};
use crate::model::{AccountId, Shown};
use crate::policy::Waiver;
use crate::shown;
use crate::title;
use jiff::civil::Date;
use std::sync::Arc;

/// What became of a waiver that accepts nothing any more.
pub(super) struct Fate<'a> {
    names: &'a Names<'a>,
    waiver: &'a Waiver,
    pub(super) is_expired: bool,
    /// Whether a finding matches it.
    pub(super) matches: bool,
    /// Whether everything was read that could hold what it accepts.
    pub(super) all_read: bool,
}

impl Fate<'_> {
    /// Where the waiver is written.
    pub(super) fn place(&self) -> Shown {
        Shown::of_value(&self.waiver.at)
    }

    /// The last day on which it holds.
    pub(super) fn expires(&self) -> Date {
        self.waiver.expires
    }

    /// A finding about the waiver: what became of it (the end of two titles, and of a sentence), and why it was there.
    pub(super) fn draft(&self, check: &'static Check, titled: &'static str, became: &Shown) -> Draft {
        let waiver = self.waiver;
        let message = shown!(
            "The waiver for {} {} Reason: {}",
            quote(waiver.check.id),
            became,
            stopped(&waiver.reason)
        );
        let title = title!("Waiver for {}{} {}", waiver.check.id, self.limit(), titled);
        Draft::new(check, Subject::Rule, title, message)
            .policy(Some(&waiver.at))
            .key(waiver_key(waiver))
    }
}

impl Fate<'_> {
    /// What tells the waiver from others of its check, in a title.
    fn limit(&self) -> Piece {
        let waiver = self.waiver;
        let text = match (&waiver.account, &waiver.principal, &waiver.role, &waiver.scope) {
            (Some(account), ..) => shown!(" in {}", Shown::of_value(account)),
            (None, Some(id), ..) => match self.names.principal(id).name {
                Some(name) => shown!(" of {}", Shown::of(&name)),
                None => shown!(" of {}", short_id(id.as_str())),
            },
            (None, None, Some(role), _) => shown!(" of role {}", Shown::of_value(role)),
            (None, None, None, Some(scope)) => shown!(" at {}", Shown::of_value(scope)),
            (None, None, None, None) => Shown::default(),
        };
        text.into()
    }
}

/// Marks the findings that waivers accept, and returns what became of the other waivers.
pub(super) fn apply<'a>(
    context: &AuditContext<'a>,
    accounts: &[AccountSummary],
    findings: &mut [Finding],
) -> Vec<Fate<'a>> {
    let taken_at = context.tenant.frame.header.taken_at;
    let today = taken_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let fate = |waiver: &'a Waiver| {
        let matches = mark(waiver, today, context, findings);
        let is_expired = waiver.expires < today;
        (is_expired || !matches).then(|| Fate {
            names: context.names,
            waiver,
            is_expired,
            matches,
            all_read: was_all_read(waiver, context, accounts),
        })
    };
    context.policy.waivers.iter().filter_map(fate).collect()
}

/// Whether the waiver matches findings, which it then accepts if its day has not passed.
fn mark(waiver: &Waiver, today: Date, context: &AuditContext<'_>, findings: &mut [Finding]) -> bool {
    let mut matching = findings
        .iter_mut()
        .filter(|finding| accepts(waiver, finding, context))
        .peekable();
    let matches = matching.peek().is_some();
    if matches && waiver.expires >= today {
        let acceptance = Arc::new(Acceptance {
            reason: waiver.reason.clone(),
            expires: waiver.expires,
            policy: waiver.at.clone(),
        });
        for finding in matching {
            finding.state = State::Waived;
            finding.waiver = Some(Arc::clone(&acceptance));
        }
    }
    matches
}

/// Whether everything was read that could hold what a waiver accepts.
fn was_all_read(waiver: &Waiver, context: &AuditContext<'_>, accounts: &[AccountSummary]) -> bool {
    let concerns = |id: &AccountId| waiver.account.as_ref().is_none_or(|glob| glob.matches(id.name()));
    let mut accounts = accounts.iter().filter(|account| concerns(&account.id));
    context.tenant.frame.is_complete() && accounts.all(|account| account.gaps == 0)
}

fn accepts(waiver: &Waiver, finding: &Finding, context: &AuditContext<'_>) -> bool {
    let account = |place| context.tenant.account(place).map(|account| &account.id);
    finding.check == waiver.check && waiver.selects(&finding.selected(account))
}

/// Identifies a waiver by what it says, not by where it stands.
fn waiver_key(waiver: &Waiver) -> String {
    let text = |part: Option<String>| part.unwrap_or_default();
    [
        waiver.check.id.to_owned(),
        text(waiver.account.as_ref().map(ToString::to_string)),
        text(waiver.principal.as_ref().map(ToString::to_string)),
        text(waiver.scope.as_ref().map(ToString::to_string)),
        text(waiver.role.as_ref().map(ToString::to_string)),
        waiver.expires.to_string(),
    ]
    .join("\n")
}
