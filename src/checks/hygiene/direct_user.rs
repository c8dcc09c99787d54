//! `direct-user`: a user is assigned a data role directly instead of through a group.

use crate::checks::command::Command;
use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_title};
use crate::checks::fix::{self, Removal};
use crate::checks::row::{Origin, Row, Run};
use crate::checks::steps::Steps;
use crate::checks::wording::{quote, within};
use crate::finding::{About, Check, Confidence, Group, Severity, What};
use crate::model::{PrincipalId, PrincipalKind, Shown};
use crate::policy::PrincipalRule;
use crate::resolve::Grant;
use crate::shown;
use crate::title;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::Assignment,
};

static CHECK: Check = Check {
    id: "direct-user",
    group: Group::Hygiene,
    severity: Severity::Low,
    about: About::Assignment,
    needs: &[What::RoleAssignments, What::RoleDefinitions, What::Directory],
    summary: "User is assigned a data role directly instead of through a group",
    why: "A direct assignment stays when the user changes teams. Reviews of groups don't show it. Users that the \
          policy grants access by object ID aren't reported. This check needs the directory.",
    fix: "Assign the role to a group, add the user to the group, and delete the direct assignment.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let is_declared = |id: &PrincipalId| {
        let own = PrincipalRule::One(id.clone());
        context.rules.iter().any(|judged| judged.rule.principal == own)
    };
    let mut drafts = Vec::new();
    // `foreign-role-kind` reports the rest.
    for grant in context.access.grants().filter(|grant| !grant.is_foreign) {
        let principal = context.principal(grant.principal());
        let (what, noun) = match principal.kind {
            PrincipalKind::User => ("user", "User"),
            PrincipalKind::Guest => ("guest", "Guest"),
            _ => continue,
        };
        if is_declared(grant.principal()) {
            continue;
        }
        let message = shown!(
            "{} ({}) can {} in {} through {}. The role is assigned to the user directly, not to a group.",
            quote(&principal.to_string()),
            what,
            context.access.universe.verbs(grant.role.bounds.most()),
            quote(&grant.scope.to_string()),
            quote(grant.role.definition.name())
        );
        let (summary, steps) = through_group(context, &grant);
        let title = title!(
            "{} {} is assigned a role directly at {}{}",
            noun,
            context.names.title_within(grant.principal()),
            account_title(context),
            within(grant.scope)
        );
        let draft = Draft::new(
            &CHECK,
            context.about_assignment(grant.assignment, Some(grant.scope)),
            title,
            message,
        )
        .witness(context.witness(&grant, grant.role.bounds.most(), grant.scope))
        .fix(summary, steps);
        drafts.push(if grant.is_certain() {
            draft
        } else {
            let why = context.spelling(&grant, &grant.assignment.scope);
            draft.confidence(Confidence::Possible).depends_on(why)
        });
    }
    drafts
}

/// A group takes the person's place, unless the policy does not allow the person that access in the first place.
fn through_group(context: &AccountContext<'_, '_>, grant: &Grant<'_, '_>) -> (Shown, Steps) {
    let removal = Removal::of(context, grant.assignment);
    if !removal.is_plain || !fix::is_allowed(context, grant.principal(), grant.scope, &grant.role.bounds) {
        return (removal.summary, removal.steps);
    }
    let group = shown!(
        "Assign {} at {} to a group that {} is a member of.",
        quote(grant.role.definition.name()),
        quote(&grant.scope.to_string()),
        context.names.mentioned(grant.principal())
    );
    (
        "Assign the role to a group that the user is a member of, then delete this role assignment.".into(),
        Steps::default().by_hand(group).then(
            Command::delete_assignment(context.account(), grant.assignment),
            shown!(
                "Removes the direct assignment. {} keeps this access through the group.",
                context.names.mentioned(grant.principal())
            ),
        ),
    )
}
