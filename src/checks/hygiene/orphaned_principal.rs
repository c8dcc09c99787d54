//! `orphaned-principal`: access is assigned to somebody whom the directory does not know.

use crate::checks::command::Command;
use crate::checks::context::{AccountContext, AuditContext};
use crate::checks::draft::{Draft, account_title};
use crate::checks::fix::Removal;
use crate::checks::names::Names;
use crate::checks::row::{Origin, Row, Run};
use crate::checks::steps::Steps;
use crate::checks::wording::{azure_place, quote, within};
use crate::finding::title::Piece;
use crate::finding::{About, Check, Confidence, Group, Severity, Subject, What};
use crate::model::{PrincipalId, RoleAssignment, Scope, Shown};
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
    summary: "an assignment names a principal that the directory does not know",
    why: "The user, group or identity was deleted, and its assignments stayed: they take up room, hide what matters, and \
          make lists of who has access wrong. Principals of another tenant are not orphans: those that Azure Lighthouse \
          delegates to, and foreign groups (of a Cloud Solution Provider). A principal that was made minutes ago may not be known everywhere yet: \
          where the assignment is younger than an hour, or new since the `--baseline`, the finding is possible, not \
          certain. A group of another tenant (`ForeignGroup`, such as a cloud solution provider's) is never in this \
          tenant's directory, and isn't reported.",
    fix: "Delete the assignment, unless the principal is just being created.",
};

/// How long the directory may take to know a new principal everywhere.
const LAG: SignedDuration = SignedDuration::from_hours(1);

fn in_account(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let orphans = context.record.role_assignments().iter();
    let orphans = orphans.filter(|assignment| is_orphan(context.names, &assignment.principal_id));
    orphans.map(|assignment| of_data(context, assignment)).collect()
}

fn in_azure(context: &AuditContext<'_>) -> Vec<Draft> {
    // One assignment of an Azure role opens several bypasses.
    let mut holders: BTreeMap<&str, Holder<'_>> = BTreeMap::new();
    for bypass in &context.tenant.control.bypasses {
        if !bypass.holder.is_of_another_tenant() && is_orphan(context.names, bypass.holder.principal()) {
            holders.insert(bypass.holder.id(), bypass.holder);
        }
    }
    holders.into_values().map(|holder| of_azure(context, holder)).collect()
}

fn is_orphan(names: &Names<'_>, id: &PrincipalId) -> bool {
    names.directory.record(id).is_some_and(|record| !record.found)
}

fn of_data(context: &AccountContext<'_, '_>, assignment: &RoleAssignment) -> Draft {
    let account = &context.account().id;
    let id = &assignment.principal_id;
    let message = shown!(
        "a role assignment in {} is for {}, which the directory does not know",
        quote(account.name()),
        context.named(id)
    );
    let removal = Removal::of(context, assignment);
    let scope = Scope::parse(&assignment.scope, account);
    let title = title!(
        "{} has a role in {}{}",
        unknown(context.names, id),
        account_title(context),
        scope.as_ref().map_or(Piece::from(""), within)
    );
    let draft = Draft::new(&CHECK, context.about_assignment(assignment, None), title, message).fix(
        shown!("{}, unless the principal is just being created", removal.summary),
        removal.steps,
    );
    let is_new = context.baseline.is_some_and(|baseline| !baseline.had(account, id));
    doubt(draft, is_new, "the baseline does not have it yet")
}

fn of_azure(context: &AuditContext<'_>, holder: Holder<'_>) -> Draft {
    let id = holder.principal();
    let message = shown!(
        "an Azure role assignment at {} is for {}, which the directory does not know",
        quote(holder.scope().as_str()),
        context.names.quoted(id)
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
        azure_place(holder.scope(), &context.tenant.frame.header.subscriptions)
    );
    let draft = Draft::new(&CHECK, subject, title, message).fix(
        "delete the role assignment, unless the principal is just being created or comes from another tenant",
        Steps::default()
            .by_hand("make sure that the principal was deleted; within 30 days it can be restored with the same ID")
            .then(
                Command::delete_azure_assignment(holder.id()),
                shown!(
                    "removes the Azure role assignment of {} at {} and everything below it",
                    context.names.quoted(id),
                    quote(holder.scope().as_str())
                ),
            ),
    );
    let created = match holder {
        Holder::Active(assignment) => assignment.created_on,
        Holder::Eligible(_) | Holder::Delegated { .. } => None,
    };
    let is_new = created.is_some_and(|created| is_fresh(created, context.tenant.frame.header.taken_at));
    doubt(draft, is_new, "the assignment was made within an hour of the scan")
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
        draft
            .confidence(Confidence::Possible)
            .depends_on(shown!("it may be too new to be known everywhere: {}", why))
    } else {
        draft
    }
}
