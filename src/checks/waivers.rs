//! Waivers: findings that the policy accepts until a day, and what becomes of each waiver.

use super::context::AuditContext;
use super::draft::Draft;
use super::names::Names;
use super::wording::{quote, stopped};
use crate::finding::title::Piece;
use crate::finding::{Acceptance, AccountSummary, Check, Confidence, Finding, Notice, Place, Selected, State, Subject};
use crate::model::casing::folded;
use crate::model::guid::short_id;
use crate::model::{Api, Shown};
use crate::policy::Waiver;
use crate::shown;
use crate::title;
use foldhash::{HashMap, HashMapExt, HashSet};
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
    /// That it soon accepts nothing any more.
    fn ending(&self, days: i32) -> Notice {
        let when = match days {
            0 => "which is the day of this audit".into(),
            1 => "in 1 day".into(),
            _ => shown!("in {} days", days),
        };
        let waiver = self.waiver;
        let (check, limit) = (quote(waiver.check.id), self.limit_text());
        Notice {
            message: shown!(
                "The waiver for {}{} expires on {}, {}.",
                check,
                limit,
                waiver.expires,
                when
            ),
            place: Some(Place::Policy(waiver.at.clone())),
        }
    }

    /// What tells the waiver from others of its check, in a title.
    fn limit(&self) -> Piece {
        self.limit_text().into()
    }

    fn limit_text(&self) -> Shown {
        let waiver = self.waiver;
        match (&waiver.account, &waiver.principal, &waiver.role, &waiver.scope) {
            (Some(account), ..) => shown!(" in {}", Shown::of_value(account)),
            (None, Some(id), ..) => match self.names.principal(id).name {
                Some(name) => shown!(" of {}", Shown::of(&name)),
                None => shown!(" of {}", id.short()),
            },
            (None, None, Some(role), _) => shown!(" of role {}", Shown::of_value(role)),
            (None, None, None, Some(scope)) => shown!(" at {}", Shown::of_value(scope)),
            (None, None, None, None) => match &waiver.fingerprint {
                Some(fingerprint) => shown!(" with fingerprint {}", short_id(fingerprint)),
                None => Shown::default(),
            },
        }
    }
}

/// A waiver that is told of before it expires: within two weeks, so that whoever wrote it can act.
const SOON: i32 = 14;

/// What waivers come to.
pub(super) struct Applied<'a> {
    /// What became of those that accept nothing any more.
    pub(super) fates: Vec<Fate<'a>>,
    /// How many findings they would accept, if they are ignored.
    pub(super) ignored: Option<usize>,
    /// Those that soon accept nothing any more.
    pub(super) ending: Vec<Notice>,
}

/// Marks the findings that waivers accept, unless waivers are ignored.
pub(super) fn apply<'a>(
    context: &AuditContext<'a>,
    accounts: &[AccountSummary],
    findings: &mut [Finding],
    ignore: bool,
) -> Applied<'a> {
    let last = context.tenant.frame.header.last_taken_at();
    let today = last.to_zoned(jiff::tz::TimeZone::UTC).date();
    let mut applied = Applied {
        fates: Vec::new(),
        ignored: None,
        ending: Vec::new(),
    };
    let matching = matching(context, findings);
    let unread = unread(context, accounts);
    let mut waivers: Vec<(&Waiver, Vec<usize>)> = context.policy.waivers.iter().zip(matching).collect();
    // Of several that say the same, which one is named must not depend on the order of the files.
    waivers.sort_by_key(|(waiver, _)| &waiver.at);
    for (waiver, matching) in waivers {
        let matches = !matching.is_empty();
        if waiver.expires >= today {
            mark(waiver, &matching, findings);
        }
        let is_expired = waiver.expires < today;
        let fate = Fate {
            names: context.names,
            waiver,
            is_expired,
            matches,
            all_read: unread.as_ref().is_some_and(|unread| was_all_read(waiver, unread)),
        };
        let days = today.until(waiver.expires).map_or(i32::MAX, |span| span.get_days());
        if is_expired || !matches {
            applied.fates.push(fate);
        } else if days <= SOON {
            applied.ending.push(fate.ending(days));
        }
    }
    // The order of a policy's lists says nothing.
    applied
        .ending
        .sort_by(|a, b| (&a.place, &a.message).cmp(&(&b.place, &b.message)));
    if ignore {
        let waived = findings.iter_mut().filter(|finding| finding.state == State::Waived);
        applied.ignored = Some(waived.fold(0, |count, finding| {
            finding.state = State::New;
            finding.waiver = None;
            count + 1
        }));
    }
    applied
}

/// Accepts findings, by their places.
fn mark(waiver: &Waiver, places: &[usize], findings: &mut [Finding]) {
    if places.is_empty() {
        return;
    }
    let acceptance = Arc::new(Acceptance {
        reason: waiver.reason.clone(),
        expires: waiver.expires,
        policy: waiver.at.clone(),
    });
    for place in places {
        if let Some(finding) = findings.get_mut(*place) {
            finding.state = State::Waived;
            finding.waiver = Some(Arc::clone(&acceptance));
        }
    }
}

/// The places of the findings that each waiver of the policy matches.
fn matching(context: &AuditContext<'_>, findings: &[Finding]) -> Vec<Vec<usize>> {
    if context.policy.waivers.is_empty() {
        return Vec::new();
    }
    let account = |place| context.tenant.account(place).map(|account| &account.id);
    let selected: Vec<Selected<'_>> = findings.iter().map(|finding| finding.selected(account)).collect();
    // A policy can have thousands of waivers, most for one account.
    let mut by_check: HashMap<&Check, Vec<usize>> = HashMap::new();
    let mut by_account: HashMap<(&Check, String), Vec<usize>> = HashMap::new();
    for (place, (finding, selected)) in findings.iter().zip(&selected).enumerate() {
        by_check.entry(finding.check).or_default().push(place);
        if let Some(name) = selected.account() {
            let key = (finding.check, folded(name));
            by_account.entry(key).or_default().push(place);
        }
    }
    let of = |waiver: &Waiver| {
        let could = match waiver.account.as_ref().filter(|name| name.is_literal()) {
            Some(name) => by_account.get(&(waiver.check, folded(name.as_str()))),
            None => by_check.get(waiver.check),
        };
        let places = could.into_iter().flatten().copied();
        let matches = |place: &usize| selected.get(*place).is_some_and(|finding| waiver.selects(finding));
        places.filter(matches).collect()
    };
    context.policy.waivers.iter().map(of).collect()
}

/// The names, in lower case, of the accounts of which something that could hold what a waiver accepts wasn't read. `None`:
/// there can be others.
fn unread(context: &AuditContext<'_>, accounts: &[AccountSummary]) -> Option<HashSet<String>> {
    // In what is only listed there is nothing to accept but that it isn't analyzed.
    let is_known = |api: Api| api.is_known() || !api.is_read();
    let unread = accounts.iter().filter(|one| one.gaps > 0 || !is_known(one.api));
    let names = unread.map(|account| folded(account.id.name()));
    (context.tenant.frame.is_complete()).then(|| names.collect())
}

/// Whether everything was read that could hold what a waiver accepts.
fn was_all_read(waiver: &Waiver, unread: &HashSet<String>) -> bool {
    !match &waiver.account {
        None => !unread.is_empty(),
        Some(name) if name.is_literal() => unread.contains(&folded(name.as_str())),
        Some(glob) => unread.iter().any(|name| glob.matches(name)),
    }
}

/// Identifies a waiver by what it says, not by where it stands.
fn waiver_key(waiver: &Waiver) -> String {
    let text = |part: Option<String>| part.unwrap_or_default();
    let parts = [
        waiver.check.id.to_owned(),
        text(waiver.account.as_ref().map(ToString::to_string)),
        text(waiver.principal.as_ref().map(ToString::to_string)),
        text(waiver.scope.as_ref().map(ToString::to_string)),
        text(waiver.role.as_ref().map(ToString::to_string)),
        waiver.expires.to_string(),
    ];
    // What older waivers can't have changes nothing of what identifies them.
    let only_possible = waiver.only_possible.then(|| Confidence::Possible.word().to_owned());
    let more = only_possible.into_iter().chain(waiver.fingerprint.clone());
    parts.into_iter().chain(more).collect::<Vec<_>>().join("\n")
}
