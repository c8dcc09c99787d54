//! `collection-incomplete`: what could not be read, and so was not judged.

use super::context::AuditContext;
use super::draft::Draft;
use super::wording::{count, quote};
use super::{Check, Group, Run};
use crate::finding::{CheckId, Severity};
use crate::model::{AccountRecord, ControlPlane, Gap};
use crate::resolve::{ControlAccess, Holder};
use crate::snapshot::Snapshot;
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check {
    id: CheckId::CollectionIncomplete,
    group: Group::Coverage,
    severity: Severity::High,
    summary: "something could not be read, so it was not judged",
    why: "Whatever the scan could not read may hold anything: an account without findings is not fine when its role \
          assignments are unknown. This check cannot be turned off or waived, and it does not count for `--fail-on`: \
          an incomplete audit without other findings exits with 3.",
    fix: "Give the scanning identity the Reader role where the message says 403, run the scan again, or accept the \
          incomplete audit with `--allow-incomplete`.",
    run: Run::Audit(run),
};

fn run(context: &AuditContext<'_>) -> Vec<Draft> {
    let snapshot = context.snapshot;
    let mut drafts = Vec::new();
    if !snapshot.ended {
        drafts.push(
            Draft::new(
                CheckId::CollectionIncomplete,
                "the scan was cut off: accounts may be missing from the snapshot",
            )
            .remedy("take the snapshot anew")
            .key("end"),
        );
    }
    for scan_gap in &snapshot.gaps {
        let place = match &scan_gap.subscription {
            Some(id) => format!("subscription {}", quote(id)),
            None => "the tenant".to_owned(),
        };
        let subject = scan_gap.subscription.as_ref().map(|id| format!("/subscriptions/{id}"));
        let gap = &scan_gap.gap;
        let draft = Draft::new(
            CheckId::CollectionIncomplete,
            format!("{} of {place} could not be read: {}", noun(&gap.what), reason(gap)),
        )
        .key(key(gap))
        .remedy(remedy(gap));
        drafts.push(match subject {
            Some(subject) => draft.subject(subject),
            None => draft,
        });
    }
    drafts.extend(snapshot.control_planes.iter().flat_map(of_control_plane));
    drafts.extend(unplaced(snapshot, context.control));
    drafts.extend(snapshot.accounts.iter().flat_map(of_account));
    drafts
}

/// Whether it is known of every assignment of an Azure role where it holds and what it gives.
pub(super) fn is_all_placed(snapshot: &Snapshot, control: &ControlAccess<'_>) -> bool {
    control.unknown_roles.is_empty() && control.unplaced.is_empty() && missing(snapshot, control).next().is_none()
}

/// Subscriptions with accounts of which there is nothing of Azure RBAC, although it was read of others.
fn missing<'c>(snapshot: &Snapshot, control: &'c ControlAccess<'_>) -> impl Iterator<Item = &'c str> {
    let was_read = snapshot.has_control_plane();
    let unread = control.unread.iter().filter(move |unread| was_read && unread.all);
    unread.map(|unread| unread.subscription.as_str())
}

/// An assignment nobody knows the meaning of may mean anything.
fn unplaced(snapshot: &Snapshot, control: &ControlAccess<'_>) -> Vec<Draft> {
    let draft = |holder: Holder<'_>, why: String| {
        Draft::new(
            CheckId::CollectionIncomplete,
            format!(
                "an Azure role assignment of {} was not judged: {why}",
                quote(holder.principal().as_str())
            ),
        )
        .subject(holder.id())
        .remedy("look at the role assignment by hand, and scan again")
    };
    // Of a list that could not be read it is told that it could not be.
    let is_told = snapshot
        .control_planes
        .iter()
        .any(|plane| plane.has_gap(Gap::AZURE_ROLE_DEFINITIONS));
    let unknown = control.unknown_roles.iter().filter(|_| !is_told);
    let roles = unknown.map(|unknown| {
        let role = quote(unknown.holder.role_definition_id());
        draft(
            unknown.holder,
            format!("its role {role} is not among the role definitions that were read"),
        )
    });
    let scopes = control.unplaced.iter().map(|holder| {
        draft(
            *holder,
            format!("its scope {} is malformed", quote(holder.scope().as_str())),
        )
    });
    let subscriptions = missing(snapshot, control).map(|id| {
        let what = format!("Azure RBAC of subscription {} is not in the snapshot, so who can read keys, change accounts or give access is known in part only", quote(id));
        Draft::new(CheckId::CollectionIncomplete, what)
            .subject(format!("/subscriptions/{id}"))
            .key("azure-rbac")
            .remedy("take the snapshot anew")
    });
    roles.chain(scopes).chain(subscriptions).collect()
}

/// One finding per list of Azure RBAC.
fn of_control_plane(plane: &ControlPlane) -> Vec<Draft> {
    let place = format!("subscription {}", quote(&plane.subscription));
    let subject = format!("/subscriptions/{}", plane.subscription);
    let findings = by_what(plane.gaps.iter(), &place);
    findings
        .map(|(what, first, message)| {
            Draft::new(CheckId::CollectionIncomplete, message)
                .subject(subject.clone())
                .key(what)
                .remedy(remedy(first))
        })
        .collect()
}

/// One finding per kind of thing; an account with a thousand unreadable databases is one problem, not a thousand.
fn of_account(record: &AccountRecord) -> Vec<Draft> {
    // Neither roles nor assignments of another API are read; that is one thing, not two.
    let is_twin = |gap: &&Gap| gap.code == Gap::API_NOT_SUPPORTED && gap.what == Gap::ROLE_ASSIGNMENTS;
    let gaps = record.gaps.iter().filter(|gap| !is_twin(gap));
    by_what(gaps, &quote(&record.account.name))
        .map(|(what, first, message)| {
            Draft::new(CheckId::CollectionIncomplete, message)
                .account_id(&record.account.id)
                .key(what)
                .remedy(remedy(first))
        })
        .collect()
}

/// For each kind of thing its name, its first gap, and what to say of all of them.
fn by_what<'g>(gaps: impl Iterator<Item = &'g Gap>, place: &str) -> impl Iterator<Item = (&'g str, &'g Gap, String)> {
    let mut by_what: BTreeMap<&str, Vec<&Gap>> = BTreeMap::new();
    for gap in gaps {
        by_what.entry(&gap.what).or_default().push(gap);
    }
    by_what.into_iter().filter_map(move |(what, gaps)| {
        let first = *gaps.first()?;
        let item = match (&first.item, gaps.len()) {
            (Some(item), 1) => format!(" ({})", quote(item)),
            (Some(item), many) => format!(" ({} and {})", quote(item), count(many - 1, "other", "others")),
            (None, _) => String::new(),
        };
        let message = format!(
            "{}{item} of {place} could not be read, so {}: {}",
            noun(what),
            lost(what),
            reason(first)
        );
        Some((what, first, message))
    })
}

fn key(gap: &Gap) -> String {
    format!("{}\n{}", gap.what, gap.item.as_deref().unwrap_or_default())
}

fn reason(gap: &Gap) -> String {
    let message = gap.message.trim_end().trim_end_matches('.');
    match gap.status {
        Some(status) => format!("{status} {}, {message}", gap.code),
        None => format!("{}, {message}", gap.code),
    }
}

fn noun(what: &str) -> &str {
    match what {
        Gap::ROLE_DEFINITIONS => "role definitions",
        Gap::ROLE_ASSIGNMENTS => "role assignments",
        Gap::DATABASES => "the databases",
        Gap::CONTAINERS => "containers",
        Gap::LOCAL_AUTH => "the local-auth switch",
        Gap::KEY_METADATA_WRITES => "the switch for metadata writes by key",
        Gap::ACCOUNTS => "accounts",
        Gap::SUBSCRIPTIONS => "the list of subscriptions",
        Gap::AZURE_ROLE_ASSIGNMENTS => "Azure role assignments",
        Gap::AZURE_ROLE_DEFINITIONS => "Azure role definitions",
        Gap::DENY_ASSIGNMENTS => "deny assignments",
        Gap::ELIGIBLE => "eligible role assignments",
        other => other,
    }
}

/// What cannot be said without it.
fn lost(what: &str) -> &'static str {
    match what {
        Gap::ROLE_DEFINITIONS => "what its assignments grant is known in part only, and missing roles are not reported",
        Gap::ROLE_ASSIGNMENTS => "who has access is known in part only, and missing access is not reported",
        Gap::DATABASES | Gap::CONTAINERS => "assignments to scopes that no longer exist are not reported",
        Gap::LOCAL_AUTH => "whether keys open it is not known",
        Gap::AZURE_ROLE_ASSIGNMENTS | Gap::AZURE_ROLE_DEFINITIONS => {
            "who can read keys, change accounts or give access is known in part only"
        }
        Gap::DENY_ASSIGNMENTS => "access that is denied may be reported as possible",
        Gap::ELIGIBLE => "who could activate a role is known in part only",
        _ => "it was not judged",
    }
}

fn remedy(gap: &Gap) -> &'static str {
    match (gap.status, gap.code.as_str()) {
        (Some(401 | 403), _) => "give the scanning identity the Reader role there, and scan again",
        (_, Gap::API_NOT_SUPPORTED) => {
            "review the roles of this account by hand; this version reads those of NoSQL accounts"
        }
        _ => "scan again; if it stays, report it with the message above",
    }
}
