//! `scope-not-assignable`: a role is assigned outside its assignable scopes.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_title};
use crate::checks::fix::Removal;
use crate::checks::row::{Origin, Row, Run};
use crate::checks::wording::quote;
use crate::finding::{About, Check, Confidence, Group, Severity, What, Witness};
use crate::model::{AzureScope, Scope, Shown};
use crate::shown;
use crate::title;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::StaleAssignment,
};

static CHECK: Check = Check {
    id: "scope-not-assignable",
    group: Group::Hygiene,
    severity: Severity::Medium,
    about: About::Assignment,
    needs: &[What::RoleAssignments, What::RoleDefinitions],
    summary: "Role is assigned outside its assignable scopes",
    why: "The service rejects new assignments outside the assignable scopes. The scopes were narrowed after this \
          assignment was created. Whether it still has an effect isn't documented.",
    fix: "Delete the role assignment, or add its scope to the assignable scopes of the role definition.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let own = AzureScope::from(context.account().id.as_str());
    let mut drafts = Vec::new();
    // A malformed scope is reported by `malformed-scope`.
    for grant in context.access.grants().filter(|grant| !grant.is_scope_meant) {
        let definition = grant.role.definition;
        let texts = &definition.assignable_scopes;
        let assignable: Vec<Scope> = texts
            .iter()
            .filter_map(|text| context.account().scope(text).ok())
            .collect();
        // A scope above the account is malformed, and reported as that: the assignment is not outside it.
        let is_above = |text: &String| AzureScope::from(text.trim_end_matches('/')).contains(&own);
        if assignable.iter().any(|scope| scope.covers(grant.scope)) || texts.iter().any(is_above) {
            continue;
        }
        let message = shown!(
            "{} is assigned role {} at {}. The assignable scopes of the role don't include that scope.",
            context.named(grant.principal()),
            quote(definition.name()),
            quote(&grant.scope.to_string())
        );
        let removal = Removal::of(context, grant.assignment);
        let title = title!(
            "{} has {} outside its assignable scopes in {}",
            context.names.title(grant.principal()),
            Shown::of(definition.name()),
            account_title(context)
        );
        let draft = Draft::new(
            &CHECK,
            context.about_assignment(grant.assignment, Some(grant.scope)),
            title,
            message,
        )
        .witness(Witness {
            principal: Some(context.principal(grant.principal())),
            scope: Some(grant.scope.clone()),
            assignment: Some(grant.assignment.id.clone()),
            role: Some(definition.reference()),
            ..Witness::default()
        })
        .fix(
            shown!("{} Or add its scope to the assignable scopes.", removal.summary),
            removal.steps,
        );
        drafts.push(if assignable.len() == texts.len() {
            draft
        } else {
            draft
                .confidence(Confidence::Possible)
                .depends_on("the meaning of the role's invalid assignable scopes")
        });
    }
    drafts
}
