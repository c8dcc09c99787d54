//! `orphaned-principal`: access is assigned to somebody whom the directory does not know.

use crate::checks::context::AuditContext;
use crate::checks::draft::Draft;
use crate::checks::wording::{Command, quote};
use crate::checks::{Check, Group, Run};
use crate::finding::{CheckId, Confidence, Severity};
use crate::model::{AccountRecord, PrincipalId, RoleAssignment};
use crate::resolve::Holder;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

pub(in crate::checks) const CHECK: Check = Check {
    id: CheckId::OrphanedPrincipal,
    group: Group::Hygiene,
    severity: Severity::Low,
    summary: "an assignment names a principal that the directory does not know",
    why: "The user, group or identity was deleted, and its assignments stayed: they take up room, hide what matters, and \
          make lists of who has access wrong. Or it is of another tenant that manages this one (Azure Lighthouse). A principal that was made minutes ago may not be known everywhere yet: \
          where the assignment is younger than an hour, or new since the `--baseline`, the finding is possible, not \
          certain.",
    fix: "Delete the assignment, unless the principal is just being created.",
    run: Run::Audit(run),
};

/// How long the directory may take to know a new principal everywhere.
const LAG: SignedDuration = SignedDuration::from_hours(1);

fn run(context: &AuditContext<'_>) -> Vec<Draft> {
    let is_orphan = |id: &PrincipalId| context.directory.record(id).is_some_and(|record| !record.found);
    let in_accounts = context.snapshot.accounts.iter().flat_map(|record| {
        let orphans = record.role_assignments().iter();
        let orphans = orphans.filter(|assignment| is_orphan(&assignment.principal_id));
        orphans.map(|assignment| of_data(context, record, assignment))
    });
    // One assignment of an Azure role opens several ways.
    let mut holders: BTreeMap<&str, Holder<'_>> = BTreeMap::new();
    for route in &context.control.routes {
        if is_orphan(route.holder.principal()) {
            holders.insert(route.holder.id(), route.holder);
        }
    }
    let in_azure = holders.into_values().map(|holder| of_azure(context, holder));
    in_accounts.chain(in_azure).collect()
}

fn of_data(context: &AuditContext<'_>, record: &AccountRecord, assignment: &RoleAssignment) -> Draft {
    let account = &record.account;
    let id = &assignment.principal_id;
    let draft = Draft::new(
        CHECK.id,
        format!(
            "a role assignment in {} is for {}, which the directory does not know",
            quote(&account.name),
            quote(&context.directory.principal(id).to_string())
        ),
    )
    .account_id(&account.id)
    .subject(&assignment.id)
    .principal(context.directory.principal(id))
    .remedy("delete the role assignment, unless the principal is just being created")
    .command(Command::delete_assignment(account, &assignment.id));
    let is_new = context.baseline.is_some_and(|baseline| !baseline.had(&account.id, id));
    doubt(draft, is_new, "the baseline does not have it yet")
}

fn of_azure(context: &AuditContext<'_>, holder: Holder<'_>) -> Draft {
    let id = holder.principal();
    let draft = Draft::new(
        CHECK.id,
        format!(
            "an Azure role assignment at {} is for {}, which the directory does not know",
            quote(holder.scope().as_str()),
            quote(&context.directory.principal(id).to_string())
        ),
    )
    .subject(holder.id())
    .principal(context.directory.principal(id))
    .remedy("delete the role assignment, unless the principal is just being created")
    .command(Command::new("az role assignment delete").flag("--ids", holder.id()));
    let created = match holder {
        Holder::Active(assignment) => assignment.created_on,
        Holder::Eligible(_) => None,
    };
    let is_new = created.is_some_and(|created| is_fresh(created, context.snapshot.header.taken_at));
    doubt(draft, is_new, "the assignment was made within an hour of the scan")
}

/// Made within the directory's lag before the scan, or while it ran.
fn is_fresh(created: Timestamp, taken_at: Timestamp) -> bool {
    taken_at.duration_since(created) < LAG
}

fn doubt(draft: Draft, is_new: bool, why: &str) -> Draft {
    if is_new {
        draft
            .confidence(Confidence::Possible)
            .depends_on(&format!("it may be too new to be known everywhere: {why}"))
    } else {
        draft
    }
}
