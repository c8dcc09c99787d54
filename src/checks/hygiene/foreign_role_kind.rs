//! `foreign-role-kind`: a role of another API than the account's is assigned.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_name, account_title};
use crate::checks::fix::Removal;
use crate::checks::row::{Origin, Row, Run};
use crate::checks::wording::{quote, within};
use crate::finding::title::Piece;
use crate::finding::{About, Check, Confidence, Group, Severity, What};
use crate::model::{RoleAssignment, Shown};
use crate::resolve::Grant;
use crate::shown;
use crate::title;
use std::collections::BTreeMap;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::Assignment,
};

static CHECK: Check = Check {
    id: "foreign-role-kind",
    group: Group::Hygiene,
    severity: Severity::Medium,
    about: About::Assignment,
    needs: &[What::RoleAssignments, What::RoleDefinitions, What::ForeignRoles],
    summary: "A role of another API than the account's is assigned",
    why: "Accounts hold role assignments of every API: NoSQL, Table, Cassandra, Gremlin and MongoDB. The Azure portal \
          and the commands of the account's own API don't list those of another. Whether the service applies them \
          isn't documented. Some accounts answer more than one API: those for Table and Gremlin also answer NoSQL.",
    fix: "Delete the role assignment. If the access is needed, assign a role of the account's own API.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    // An assignment can stand for several role definitions; that is one finding.
    let mut assigned: BTreeMap<&str, (&RoleAssignment, Option<Grant<'_, '_>>)> = BTreeMap::new();
    for (place, found) in context.access.assignments.iter().enumerate() {
        if found.is_foreign {
            let entry = assigned.entry(&found.assignment.id).or_insert((found.assignment, None));
            entry.1 = entry.1.or_else(|| context.access.grant(place));
        }
    }
    let drafts = assigned.into_values();
    drafts
        .map(|(assignment, grant)| draft(context, assignment, grant))
        .collect()
}

fn draft(context: &AccountContext<'_, '_>, assignment: &RoleAssignment, grant: Option<Grant<'_, '_>>) -> Draft {
    let foreign = assignment.kind.row().api.title();
    let own = context.account().api.title();
    let role = grant.map_or_else(
        || quote(assignment.role_definition_id.as_str()),
        |grant| quote(grant.role.definition.name()),
    );
    let message = shown!(
        "{} is assigned {} at {}. That is a role of the {} API, and {} has the {} API.",
        context.named(&assignment.principal_id),
        role,
        quote(&assignment.scope),
        foreign,
        account_name(context),
        own
    );
    let if_applied = |grant: Grant<'_, '_>| {
        shown!(
            "If the service applies it, the principal can {}.",
            context.access.universe.verbs(grant.role.bounds.most())
        )
    };
    let title = title!(
        "{} is assigned a {} role in {}{}",
        context.names.title(&assignment.principal_id),
        foreign,
        account_title(context),
        grant.map_or(Piece::from(""), |grant| within(grant.scope))
    );
    let removal = Removal::of(context, assignment);
    let subject = context.about_assignment(assignment, grant.map(|grant| grant.scope));
    let mut draft = Draft::new(&CHECK, subject, title, message);
    if let Some(grant) = grant {
        draft = draft
            .also(if_applied(grant))
            .witness(context.witness(&grant, grant.role.bounds.most(), grant.scope));
    }
    draft
        .confidence(Confidence::Possible)
        .depends_on(shown!(
            "whether roles of the {} API apply in an account with the {} API, which isn't documented",
            foreign,
            own
        ))
        .fix(
            shown!(
                "{} If the access is needed, assign a role of the {} API first.",
                removal.summary,
                Shown::from(own)
            ),
            removal.steps,
        )
}
