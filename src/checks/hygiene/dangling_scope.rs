//! `dangling-scope`: a role assignment refers to a database or container that doesn't exist.

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
    summary: "Role assignment refers to a database or container that doesn't exist",
    why: "Scopes refer to databases and containers by name. If one with the same name is created later, the \
          assignment applies to it immediately. Names are case-sensitive. Microsoft doesn't document whether the \
          service treats a name in another case or encoding as the same. The finding is then possible and shows the \
          existing name.",
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
                "The role assignment of {} is at {}. If a database or container with this name is created, the assignment \
                 applies to it immediately.",
                who,
                own
            ),
            Some(near) => shown!(
                "The role assignment of {} is at {}. The account has this name only in another spelling: {}.",
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
                        "{} Keep it if the database or container will be created or restored.",
                        removal.summary
                    ),
                    removal.steps,
                )
            }
            // It may well be in use.
            Some(near) => draft
                .confidence(Confidence::Possible)
                .depends_on("whether the service treats both names as the same, which isn't documented")
                .remedy(shown!(
                    "Create a new role assignment with the scope {}, then delete this one.",
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
            && judged.rule.scope.names(scope)
            && judged.rule.scope.literal().is_some()
    })
}
