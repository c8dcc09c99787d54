//! `collection-incomplete`: what could not be read, and so was not checked. `gap` has the words for it.

use super::directory::unchecked;
use super::gap::{by_what, code, details, key, lost, remedy, unread_title, until_deployment};
use crate::checks::context::{AccountContext, AuditContext};
use crate::checks::draft::Draft;
use crate::checks::fix::make_reader;
use crate::checks::row::{Origin, Row, Run};
use crate::checks::wording::{azure_place, quote};
use crate::finding::{About, Check, Group, Severity, Subject, Title};
use crate::model::{AccountId, AzureScope, ControlPlane, Gap, Part, ScannedBy, Shown};
use crate::resolve::{Holder, Tenant};
use crate::shown;
use crate::snapshot::Subscription;
use crate::title;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Both(of_account, run),
    origin: Origin::Unread,
};

static CHECK: Check = Check {
    id: "collection-incomplete",
    group: Group::Coverage,
    severity: Severity::High,
    about: About::Coverage,
    needs: &[],
    summary: "Something couldn't be read, so it wasn't checked",
    why: "What the scan couldn't read can contain anything. An account without findings isn't fine if its role \
          assignments are unknown. This check can't be turned off or waived. It doesn't count for `--fail-on`: an \
          incomplete audit without other findings exits with 3.",
    fix: "Assign the scanning identity the Reader role where the message says 403, and scan again. Or accept the \
          incomplete audit with `--allow-incomplete`.",
};

fn run(context: &AuditContext<'_>) -> Vec<Draft> {
    let frame = &context.tenant.frame;
    let mut drafts = Vec::new();
    if !frame.ended {
        drafts.push(
            unread(
                None,
                None,
                title!("The scan was interrupted"),
                "Accounts can be missing from the snapshot.",
            )
            .remedy("Scan again.")
            .key("end"),
        );
    }
    if let Some(shards) = &frame.header.shards {
        let title = title!("The snapshot holds only {}", Shown::of_value(shards));
        drafts.push(
            unread(None, None, title, "Accounts of the other shards weren't checked.")
                .remedy("Merge the snapshots of all shards with `cosmos-rbac merge`, and audit the result.")
                .key("shards"),
        );
    }
    let too_old = context.doubt.iter().filter(|doubt| doubt.counts);
    drafts.extend(too_old.map(|doubt| {
        unread(
            None,
            None,
            doubt.title.clone(),
            shown!("{}. Changes since then weren't checked.", doubt.message.capitalised()),
        )
        .remedy(doubt.remedy)
        .key("age")
    }));
    for scan_gap in frame.gaps {
        let place = match &scan_gap.subscription {
            Some(id) => shown!("subscription {}", quote(id)),
            None => "the tenant".into(),
        };
        let id = scan_gap.subscription.as_ref().map(|id| format!("/subscriptions/{id}"));
        let gap = &scan_gap.gap;
        let message = match gap.is_until_deployment() {
            true => until_deployment(&[gap], lost(gap)),
            false => shown!(
                "Reading {} of {} failed with {}.{}",
                gap.name(),
                place,
                code(gap),
                details(gap)
            ),
        };
        let subscription = scan_gap.subscription.as_deref().unwrap_or_default();
        let title = match &id {
            Some(scope) => unread_title(
                gap,
                azure_place(&AzureScope::from(scope.as_str()), &frame.header.subscriptions),
            ),
            None if gap.is_until_deployment() => title!("Not known before the deployment: a part of the template"),
            None => unread_title(gap, "the tenant".into()),
        };
        let steps = make_reader(gap, frame.header.scanned_by.as_ref(), subscription);
        drafts.push(unread(None, id, title, message).key(key(gap)).fix(remedy(gap), steps));
    }
    let scanned_by = frame.header.scanned_by.as_ref();
    let planes = frame.control_planes.iter();
    let known = &frame.header.subscriptions;
    drafts.extend(planes.flat_map(|plane| of_control_plane(plane, scanned_by, known)));
    drafts.extend(unplaced(context));
    drafts.extend(unchecked(context).map(|one| {
        unread(None, None, one.title, one.message)
            .policy(Some(one.at))
            .remedy(one.remedy)
            .key(one.key)
    }));
    drafts
}

fn unread(account: Option<AccountId>, id: Option<String>, title: Title, message: impl Into<Shown>) -> Draft {
    Draft::new(&CHECK, Subject::Unread { account, id }, title, message)
}

/// Whether the snapshot is not too old.
pub(in crate::checks) fn is_recent(context: &AuditContext<'_>) -> bool {
    context.doubt.as_ref().is_none_or(|doubt| !doubt.counts)
}

/// What speaks against its age, in a few words.
pub(in crate::checks) fn age_doubt(context: &AuditContext<'_>) -> Option<Shown> {
    let doubt = context.doubt.as_ref().filter(|doubt| doubt.counts)?;
    Some(Shown::from(&doubt.title))
}

/// Whether it is known of every assignment of an Azure role where it holds and what it gives.
pub(in crate::checks) fn is_all_placed(tenant: &Tenant<'_>) -> bool {
    let control = &tenant.control;
    control.unknown_roles.is_empty() && control.unplaced.is_empty() && missing(tenant).next().is_none()
}

/// Subscriptions with accounts of which there is nothing of Azure RBAC, although it was read of others.
fn missing<'t>(tenant: &'t Tenant<'_>) -> impl Iterator<Item = &'t str> {
    let was_read = tenant.frame.has_control_plane();
    let unread = tenant
        .control
        .unread
        .iter()
        .filter(move |unread| was_read && unread.all);
    unread.map(|unread| unread.subscription.as_str())
}

/// An assignment nobody knows the meaning of may mean anything.
fn unplaced(context: &AuditContext<'_>) -> Vec<Draft> {
    let (tenant, names) = (context.tenant, &context.names);
    let control = &tenant.control;
    let known = &tenant.frame.header.subscriptions;
    let draft = |holder: Holder<'_>, why: Shown| {
        let message = shown!(
            "The Azure role assignment of {} wasn't checked: {}.",
            names.quoted(holder.principal()),
            why
        );
        let title = title!(
            "Azure role assignment of {} on {} wasn't checked",
            names.title_within(holder.principal()),
            azure_place(holder.scope(), known)
        );
        unread(None, Some(holder.id().to_owned()), title, message)
            .remedy("Review the role assignment in Azure, and scan again.")
    };
    // A list that could not be read is reported as that.
    let is_told = tenant
        .frame
        .control_planes
        .iter()
        .any(|plane| plane.has_gap(Gap::AZURE_ROLE_DEFINITIONS));
    let unknown = control.unknown_roles.iter().filter(|_| !is_told);
    let roles = unknown.map(|unknown| {
        let role = quote(unknown.holder.role_definition_id());
        draft(
            unknown.holder,
            shown!("its role {} isn't among the role definitions that were read", role),
        )
    });
    let scopes = control.unplaced.iter().map(|holder| {
        draft(
            *holder,
            shown!("its scope {} is invalid", quote(holder.scope().as_str())),
        )
    });
    let subscriptions = missing(tenant).map(|id| {
        let what = shown!(
            "Principals with a control-plane bypass in subscription {} can be missing from this report.",
            quote(id)
        );
        let scope = format!("/subscriptions/{id}");
        let place = azure_place(&AzureScope::from(scope.as_str()), known);
        unread(
            None,
            Some(scope),
            title!("Azure RBAC of {} isn't in the snapshot", place),
            what,
        )
        .key("azure-rbac")
        .remedy("Scan again.")
    });
    roles.chain(scopes).chain(subscriptions).collect()
}

/// One finding per list of Azure RBAC.
fn of_control_plane(plane: &ControlPlane, scanned_by: Option<&ScannedBy>, known: &[Subscription]) -> Vec<Draft> {
    let place = shown!("subscription {}", quote(&plane.subscription));
    let subject = format!("/subscriptions/{}", plane.subscription);
    let findings = by_what(plane.gaps.iter(), place, lost);
    findings
        .map(|(what, first, message)| {
            let title = unread_title(first, azure_place(&AzureScope::from(subject.as_str()), known));
            unread(None, Some(subject.clone()), title, message)
                .key(what)
                .fix(remedy(first), make_reader(first, scanned_by, &plane.subscription))
        })
        .collect()
}

/// One finding per kind of thing; an account with a thousand unreadable databases is one problem, not a thousand.
fn of_account(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let record = context.record;
    let lost = |gap: &Gap| match gap.part() {
        Part::RoleAssignments if record.role_assignments.is_none() => "Who has data access there is unknown.",
        _ => lost(gap),
    };
    let unsaid = unsaid(context);
    let drafts = by_what(record.gaps.iter(), quote(record.account.id.name()), lost);
    let drafts = drafts.chain(unsaid.iter().map(|gap| {
        let message = Shown::of(&gap.message);
        (gap.what.as_str(), gap, message)
    }));
    let subscription = record.account.id.subscription();
    drafts
        .map(|(what, first, message)| {
            let title = unread_title(first, Shown::of(record.account.id.name()).into());
            unread(Some(record.account.id.clone()), None, title, message)
                .key(what)
                .fix(remedy(first), make_reader(first, context.scanned_by, subscription))
        })
        .collect()
}

/// What was not read although no gap says so: a snapshot that another program wrote may take it for empty.
pub(in crate::checks) fn unsaid(context: &AccountContext<'_, '_>) -> Vec<Gap> {
    let record = context.record;
    let gap = |what: &str, code: &str, message: String| Gap {
        what: what.to_owned(),
        item: None,
        status: None,
        code: code.to_owned(),
        message,
    };
    // That its tags couldn't be read is told.
    let lacks_tags = record.gaps.iter().any(Gap::is_in_tags);
    let undecided = context.policy.undecided.iter().filter(|_| !lacks_tags);
    let undecided = undecided.map(|block| {
        let message = format!(
            "Parts of the account's ID or its tags are known only after the deployment, so it isn't known whether the block `{}` of the policy matches.",
            block.name
        );
        gap("matching policy blocks", Gap::UNTIL_DEPLOYMENT, message)
    });
    let mut gaps: Vec<Gap> = undecided.take(1).collect();
    let kind = record.account.api.role_kind();
    let Some(inventory) = kind.and_then(|kind| kind.row().inventory.as_ref()) else {
        return gaps;
    };
    let databases = record.databases.as_deref();
    if databases.is_none()
        && context.wants_inventory
        && ![Part::Databases, Part::Account]
            .iter()
            .any(|part| record.has_gap(*part))
    {
        gaps.push(gap(
            inventory.first(),
            Gap::NOT_READ,
            "Role assignments at databases or containers that no longer exist aren't reported.".to_owned(),
        ));
    }
    let unread = databases
        .unwrap_or_default()
        .iter()
        .find(|database| database.containers.is_none());
    if let Some(database) = unread.filter(|_| !record.has_gap(Part::Containers)) {
        gaps.push(gap(
            inventory.containers(),
            Gap::NOT_READ,
            format!(
                "The containers of `{}` aren't in the snapshot. Role assignments at containers that no longer exist aren't reported.",
                database.name
            ),
        ));
    }
    gaps
}
