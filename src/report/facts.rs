//! What was audited, in a line: tenant, time and accounts.

use super::filtered::accounts;
use super::text::count;
use crate::finding::{Report, SnapshotSummary, TemplateFile};
use crate::model::Shown;
use crate::model::guid::{is_guid, short_id};
use crate::shown;
use jiff::Timestamp;

/// When a scan began, as people read it.
pub(super) fn taken_at(time: Timestamp) -> Shown {
    Shown::of_value(&time.strftime("%-d %b %Y, %H:%M UTC"))
}

/// When what was audited was scanned. Scans of several times can have been merged.
pub(super) fn taken(snapshot: &SnapshotSummary) -> Shown {
    match (taken_at(snapshot.taken_at), taken_at(snapshot.last_taken_at)) {
        (first, last) if first == last => first,
        (first, last) => shown!("{} to {}", first, last),
    }
}

/// What was audited: tenant, time, accounts, and the policy where it is the built-in one.
pub(super) fn facts(report: &Report) -> Vec<Shown> {
    let snapshot = &report.snapshot;
    let mut facts = match &snapshot.template {
        // What is not deployed has no time.
        Some(template) => vec![template_name(template), accounts(report)],
        None => vec![
            tenant(report),
            taken(snapshot),
            shown!(
                "{} in {}",
                accounts(report),
                count(snapshot.subscriptions.len(), "subscription", "subscriptions")
            ),
        ],
    };
    if report.policy.iter().any(|file| file.ends_with(" (built in)")) {
        facts.push("built-in baseline policy".into());
    }
    facts
}

/// The file, and what it is.
pub(super) fn template_name(template: &TemplateFile) -> Shown {
    shown!("{} {}", template.kind, Shown::of(&template.file))
}

/// The tenant's name, or its shortened ID.
fn tenant(report: &Report) -> Shown {
    let snapshot = &report.snapshot;
    match (snapshot.tenant_name.as_deref(), snapshot.tenant.as_str()) {
        (Some(name), _) if !name.trim().is_empty() => Shown::of(name),
        (_, "") => "unknown tenant".into(),
        (_, id) if is_guid(id) => shown!("tenant {}", short_id(id)),
        (_, id) => shown!("tenant {}", Shown::of(id)),
    }
}
