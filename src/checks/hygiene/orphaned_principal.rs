//! `orphaned-principal`: a role assignment is for a principal that the directory does not know.

use crate::checks::command::Command;
use crate::checks::context::{AccountContext, AuditContext};
use crate::checks::draft::{Draft, account_title};
use crate::checks::fix::Removal;
use crate::checks::names::Names;
use crate::checks::row::{Origin, Row, Run};
use crate::checks::steps::Steps;
use crate::checks::wording::{azure_place, azure_scope, quote, within};
use crate::finding::title::Piece;
use crate::finding::{About, Check, Confidence, Group, Severity, Subject, What};
use crate::model::{PrincipalId, RoleAssignment, Shown};
use crate::resolve::Holder;
use crate::shown;
use crate::title;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Both(in_account, in_azure),
    origin: Origin::StaleAssignment,
};

static CHECK: Check = Check {
    id: "orphaned-principal",
    group: Group::Hygiene,
    severity: Severity::Low,
    about: About::Assignment,
    needs: &[What::RoleAssignments, What::Directory],
    summary: "Role assignment for a deleted or unknown principal",
    why: "The user, group or identity was deleted, and its role assignments remain. They count toward limits and \
          clutter access reviews. Principals of another tenant aren't reported: those that Azure Lighthouse \
          delegates to, and foreign groups (`ForeignGroup`, such as those of a Cloud Solution Provider). The \
          directory can be slow to list a new principal. If the assignment is younger than an hour, or new since \
          the `--baseline`, the finding is possible.",
    fix: "Delete the role assignment, unless the principal was created minutes ago.",
};

/// How long the directory may take to know a new principal everywhere.
const LAG: SignedDuration = SignedDuration::from_hours(1);

fn in_account(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let orphans = context.record.role_assignments().iter();
    let orphans = orphans.filter(|assignment| is_orphan(context.names, &assignment.principal_id, None));
    orphans.map(|assignment| of_data(context, assignment)).collect()
}

fn in_azure(context: &AuditContext<'_>) -> Vec<Draft> {
    // One assignment of an Azure role opens several bypasses.
    let mut holders: BTreeMap<&str, Holder<'_>> = BTreeMap::new();
    let control = &context.tenant.control;
    // That a role wasn't read doesn't make the principal exist.
    let unknown = control.unknown_roles.iter().map(|unknown| unknown.holder);
    for holder in control.bypasses.iter().map(|bypass| bypass.holder).chain(unknown) {
        if is_orphan(context.names, holder.principal(), holder.principal_type()) {
            holders.insert(holder.id(), holder);
        }
    }
    holders.into_values().map(|holder| of_azure(context, holder)).collect()
}

fn is_orphan(names: &Names<'_>, id: &PrincipalId, written: Option<&str>) -> bool {
    names.directory.is_deleted(id, written)
}

fn of_data(context: &AccountContext<'_, '_>, assignment: &RoleAssignment) -> Draft {
    let account = &context.account().id;
    let id = &assignment.principal_id;
    let message = shown!(
        "The directory doesn't know {}, which has a role assignment in {}. The principal was probably deleted.",
        context.named(id),
        quote(account.name())
    );
    let removal = Removal::of(context, assignment);
    let scope = context.account().scope(&assignment.scope);
    let title = title!(
        "{} has a role in {}{}",
        unknown(context.names, id),
        account_title(context),
        scope.as_ref().map_or(Piece::from(""), within)
    );
    let draft = Draft::new(&CHECK, context.about_assignment(assignment, None), title, message).of_any_role();
    let draft = draft.fix(
        shown!("{} Keep it if the principal was created minutes ago.", removal.summary),
        removal.steps,
    );
    let is_new = context.baseline.is_some_and(|baseline| !baseline.had(account, id));
    doubt(draft, is_new, "the baseline doesn't have it")
}

fn of_azure(context: &AuditContext<'_>, holder: Holder<'_>) -> Draft {
    let id = holder.principal();
    let known = &context.tenant.frame.header.subscriptions;
    let message = shown!(
        "The directory doesn't know {}, which has an Azure role assignment at {}. The principal was probably deleted.",
        context.names.quoted(id),
        azure_scope(holder.scope(), known)
    );
    let subject = Subject::AzureAssignment {
        account: None,
        id: holder.id().to_owned(),
        principal: context.names.principal(id),
        reach: None,
    };
    let title = title!(
        "{} has an Azure role on {}",
        unknown(context.names, id),
        azure_place(holder.scope(), known)
    );
    let draft = Draft::new(&CHECK, subject, title, message).fix(
        "Delete the role assignment, unless the principal was created minutes ago or is of another tenant.",
        Steps::default()
            .by_hand("Check that the principal was deleted. Within 30 days it can be restored with the same ID.")
            .then(
                Command::delete_azure_assignment(holder.id()),
                shown!(
                    "Removes the Azure role of {} at {} and below.",
                    context.names.quoted(id),
                    azure_scope(holder.scope(), known)
                ),
            ),
    );
    let created = match holder {
        Holder::Active(assignment) => assignment.created_on,
        Holder::Eligible(_) | Holder::Delegated { .. } => None,
    };
    let is_new = created.is_some_and(|created| is_fresh(created, context.tenant.frame.header.taken_at));
    doubt(draft, is_new, "the assignment was created within an hour of the scan")
}

/// A principal that the directory does not know, at the beginning of a title. The policy may have a name for it.
fn unknown(names: &Names<'_>, id: &PrincipalId) -> Piece {
    match names.principal(id).name {
        Some(name) => shown!("Unknown principal {}", Shown::of(&name)).into(),
        None => names.title(id),
    }
}

/// Made within the directory's lag before the scan, or while it ran.
fn is_fresh(created: Timestamp, taken_at: Timestamp) -> bool {
    taken_at.duration_since(created) < LAG
}

fn doubt(draft: Draft, is_new: bool, why: &'static str) -> Draft {
    if is_new {
        draft.confidence(Confidence::Possible).depends_on(shown!(
            "whether the principal is too new for the directory to know: {}",
            why
        ))
    } else {
        draft
    }
}
