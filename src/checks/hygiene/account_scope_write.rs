//! `account-scope-write`: somebody may write everything in the account, now and later.

use crate::checks::command::Command;
use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_name};
use crate::checks::row::{Row, Run};
use crate::checks::violation::Violation;
use crate::checks::wording::quote;
use crate::finding::{About, Check, Confidence, Group, Severity, What};
use crate::model::{ActionSet, Atom, PrincipalId, Scope, Shown};
use crate::resolve::Grant;
use crate::shown;
use std::collections::BTreeMap;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
};

static CHECK: Check = Check {
    id: "account-scope-write",
    group: Group::Hygiene,
    severity: Severity::Medium,
    about: About::Assignment,
    needs: &[What::RoleAssignments, What::RoleDefinitions],
    summary: "a principal may change data in the whole account",
    why: "Assigned at the account, a role holds in every database and container, also in those that are created later. \
          Hardly any application needs that. Where the policy states grants, they judge every assignment, and this \
          check has nothing to say.",
    fix: "Assign the role at the database or container that is needed, or state the grant in the policy.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    if context.policy.grants.is_some() {
        return Vec::new();
    }
    let mut by_principal: BTreeMap<&PrincipalId, Vec<(Grant<'_, '_>, Violation)>> = BTreeMap::new();
    for grant in context.access.grants().filter(|grant| *grant.scope == Scope::Account) {
        if let Some(violation) = writes(context, &grant) {
            by_principal
                .entry(grant.principal())
                .or_default()
                .push((grant, violation));
        }
    }
    by_principal
        .into_values()
        .filter_map(|found| draft(context, &found))
        .collect()
}

/// What a grant allows of changing data.
fn writes(context: &AccountContext<'_, '_>, grant: &Grant<'_, '_>) -> Option<Violation> {
    let universe = &context.access.universe;
    let bounds = &grant.role.bounds;
    let known = |set: &ActionSet| universe.filter(set, |atom| atom.ability().changes_data());
    // An action that Azure returned is real, and what it changes is only not known here.
    let unknown = || Violation::unknown(universe.filter(bounds.most(), Atom::could_change_data));
    Violation::unless(grant.is_certain(), known(bounds.least()), known(bounds.most())).or_else(unknown)
}

/// One finding a principal: several assignments give it the same.
fn draft(context: &AccountContext<'_, '_>, found: &[(Grant<'_, '_>, Violation)]) -> Option<Draft> {
    let universe = &context.access.universe;
    // The one that shows best what is wrong; others do not change what must be done.
    let (grant, violation) = found.iter().min_by_key(|(_, one)| {
        (
            one.confidence != Confidence::Certain,
            std::cmp::Reverse(one.actions.len()),
        )
    })?;
    let mut roles: Vec<Shown> = Vec::new();
    for (grant, _) in found {
        let role = quote(grant.role.definition.name());
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    let message = shown!(
        "{} may {} everywhere in {} through {}",
        context.named(grant.principal()),
        universe.verbs(&violation.actions),
        account_name(context),
        Shown::list(&roles)
    );
    let more = if grant.is_certain() {
        "it depends on whether that changes data, which this version of cosmos-rbac doesn't know".into()
    } else {
        context.spelling(grant, &grant.assignment.scope)
    };
    let permissions = grant.role.definition.permissions.iter();
    let draft = Draft::new(&CHECK, context.about_grant(grant, &violation.actions), message)
        .violation(context, violation, permissions, Some(more))
        .witness(context.witness(grant, &violation.actions, grant.scope));
    Some(match found {
        [_] => draft
            .remedy("assign the role at a database or container instead, then remove this assignment")
            .command(Command::delete_assignment(context.account(), &grant.assignment.id)),
        _ => draft.remedy(shown!(
            "assign the roles at a database or container instead, then remove the {} assignments at `/`",
            found.len()
        )),
    })
}
