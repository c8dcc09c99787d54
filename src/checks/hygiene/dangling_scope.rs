//! `dangling-scope`: a role assignment holds at a database or container that does not exist.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_title};
use crate::checks::fix::Removal;
use crate::checks::row::{Origin, Row, Run};
use crate::checks::wording::{quote, within};
use crate::finding::{About, Check, Confidence, Group, Severity, What};
use crate::model::{Database, Existing, Part, PrincipalId, Scope};
use crate::policy::PrincipalRule;
use crate::shown;
use crate::title;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::StaleAssignment,
};

static CHECK: Check = Check {
    id: "dangling-scope",
    group: Group::Hygiene,
    severity: Severity::Low,
    about: About::Assignment,
    needs: &[What::RoleAssignments, What::Databases],
    summary: "a role assignment holds at a database or container that does not exist",
    why: "Scopes are names. When a database or container of that name is created again, the old assignment holds there \
          at once, for data that nobody thought of when it was made. Names are case-sensitive. Whether the service takes an encoded \
          name or one in another case for the existing one is not documented: then the finding is possible, and names the \
          existing one.",
    fix: "Delete the role assignment, or correct its scope.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let Some(databases) = &context.record.databases else {
        return Vec::new();
    };
    if context.record.has_gap(Part::Databases) {
        return Vec::new();
    }
    let mut drafts = Vec::new();
    for found in &context.access.assignments {
        let Ok(scope) = &found.scope else { continue };
        if exists(scope, databases) {
            continue;
        }
        let assignment = found.assignment;
        if is_declared(context, &assignment.principal_id, scope) {
            continue;
        }
        let who = context.named(&assignment.principal_id);
        let own = quote(&scope.to_string());
        let near = Existing::new(Some(databases)).near(scope);
        let message = match &near {
            None => shown!(
                "{} is assigned a role at {}, which does not exist in the account",
                who,
                own
            ),
            Some(near) => shown!(
                "{} is assigned a role at {}, which exists in the account only in another spelling, {}",
                who,
                own,
                quote(&near.to_string())
            ),
        };
        let title = title!(
            "{} is assigned a role at {}{}, which doesn't exist",
            context.names.title(&assignment.principal_id),
            account_title(context),
            within(scope)
        );
        let draft = Draft::new(
            &CHECK,
            context.about_assignment(assignment, Some(scope)),
            title,
            message,
        );
        drafts.push(match near {
            None => {
                let removal = Removal::of(context, assignment);
                draft.fix(
                    shown!(
                        "{}, unless the database or container is yet to be created; one that was deleted can come back \
                         when it is restored",
                        removal.summary
                    ),
                    removal.steps,
                )
            }
            // It may well be in use.
            Some(near) => draft
                .confidence(Confidence::Possible)
                .depends_on("it depends on whether the service takes one for the other, which is not documented")
                .remedy(shown!(
                    "create the role assignment anew with the scope {}, then delete this one",
                    quote(&near.to_string())
                )),
        });
    }
    drafts
}

/// Whether a scope exists, or may: containers that could not be read count as existing.
fn exists(scope: &Scope, databases: &[Database]) -> bool {
    let existing = Existing::new(Some(databases));
    let is_unread = |name: &str| {
        let mut known = databases.iter().filter(|database| database.name == name);
        known.any(|database| database.containers.is_none())
    };
    existing.has(scope) || (scope.container().is_some() && scope.database().is_some_and(is_unread))
}

/// Whether a rule of the policy is about the principal at exactly this scope: what it names is wanted before it exists.
fn is_declared(context: &AccountContext<'_, '_>, principal: &PrincipalId, scope: &Scope) -> bool {
    context.rules.iter().any(|judged| {
        matches!(judged.rule.principal, PrincipalRule::One(_))
            && context.names.applies(&judged.rule.principal, principal)
            && judged.rule.scope.literal().as_ref() == Some(scope)
    })
}
