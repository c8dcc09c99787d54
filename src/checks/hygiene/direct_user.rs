//! `direct-user`: a person has data access by name.

use crate::checks::context::AccountContext;
use crate::checks::draft::Draft;
use crate::checks::wording::{Command, quote, verbs};
use crate::checks::{Check, Group, Run};
use crate::finding::{CheckId, Severity};
use crate::model::{PrincipalId, PrincipalKind};
use crate::policy::PrincipalRule;

pub(in crate::checks) const CHECK: Check = Check {
    id: CheckId::DirectUser,
    group: Group::Hygiene,
    severity: Severity::Low,
    summary: "a person has data access directly, not through a group",
    why: "Access that is given to a person by name stays when the person changes teams, and nobody who looks at groups or \
          access reviews sees it. Persons whom the policy grants something by their own id are declared, and no finding. \
          Needs the directory's answer about who is a person.",
    fix: "Assign the role to a group, put the person into it, and remove the direct assignment.",
    run: Run::Account(run),
};

fn run(context: &AccountContext<'_>) -> Vec<Draft> {
    let is_declared = |id: &PrincipalId| {
        let own = PrincipalRule::One(id.clone());
        context.rules.iter().any(|judged| judged.rule.principal == own)
    };
    let mut drafts = Vec::new();
    for grant in context.access.grants() {
        let principal = context.principal(grant.principal());
        let what = match principal.kind {
            PrincipalKind::User => "a user",
            PrincipalKind::Guest => "a guest",
            _ => continue,
        };
        if is_declared(grant.principal()) {
            continue;
        }
        let message = format!(
            "{}, {what}, may {} in {} through {}, assigned to the person directly",
            quote(&principal.to_string()),
            verbs(&context.access.universe, grant.role.bounds.most()),
            quote(&grant.scope.to_string()),
            quote(&grant.role.definition.role_name)
        );
        drafts.push(
            Draft::new(CHECK.id, message)
                .about_grant(context, &grant)
                .witness(context.witness(&grant, grant.role.bounds.most(), grant.scope))
                .remedy("assign the role to a group that the person is in, then remove this assignment")
                .command(Command::delete_assignment(
                    &context.record.account,
                    &grant.assignment.id,
                )),
        );
    }
    drafts
}
