//! `account-scope-write`: a principal can change data in the whole account.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_name, account_title};
use crate::checks::fix::Removal;
use crate::checks::row::{Origin, Row, Run};
use crate::checks::steps::Steps;
use crate::checks::violation::Violation;
use crate::checks::wording::quote;
use crate::finding::title::Piece;
use crate::finding::{About, Check, Confidence, Group, Severity, What};
use crate::model::{Account, ActionSet, Api, Atom, Database, Part, PrincipalId, RoleAssignment, Scope, Shown};
use crate::resolve::Grant;
use crate::shown;
use crate::title;
use std::collections::BTreeMap;

/// Databases to which a remedy moves an assignment.
const MOVED: usize = 5;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::Assignment,
};

static CHECK: Check = Check {
    id: "account-scope-write",
    group: Group::Hygiene,
    severity: Severity::Medium,
    about: About::Assignment,
    needs: &[What::RoleAssignments, What::RoleDefinitions],
    summary: "A principal can change data in the whole account",
    why: "A role assignment at the account covers every database and container, including those that are created \
          later. Few applications need that. Where the policy has `grants`, every assignment is compared with them, \
          and this check finds nothing.",
    fix: "Assign the role at the database or container that is needed, or add a grant to the policy.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    // What a user of a cluster has holds for all of it: there is no narrower scope.
    if context.policy.grants.is_some() || context.account().api.is_cluster() {
        return Vec::new();
    }
    let mut by_principal: BTreeMap<&PrincipalId, Vec<(Grant<'_, '_>, Violation)>> = BTreeMap::new();
    // `foreign-role-kind` reports what isn't of the account's own API.
    let own = context.access.grants().filter(|grant| !grant.is_foreign);
    for grant in own.filter(|grant| *grant.scope == Scope::Account) {
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
fn draft<'c, 'r>(context: &'c AccountContext<'r, '_>, found: &[(Grant<'c, 'r>, Violation)]) -> Option<Draft> {
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
        "{} can {} in every database of {} through {}. That includes databases that are created later.",
        context.named(grant.principal()),
        universe.verbs(&violation.actions),
        account_name(context),
        Shown::list(&roles)
    );
    let more = if grant.is_certain() {
        "whether that changes data, which this version of cosmos-rbac doesn't know".into()
    } else {
        context.spelling(grant, &grant.assignment.scope)
    };
    let permissions = grant.role.definition.permissions.iter();
    let title = title!(
        "{} can {} everywhere in {}",
        context.names.title(grant.principal()),
        Piece::Text(universe.worst_verbs(&violation.actions)),
        account_title(context)
    );
    let draft = Draft::new(&CHECK, context.about_grant(grant, &violation.actions), title, message)
        .violation(context, violation, permissions, Some(more))
        .witness(context.witness(grant, &violation.actions, grant.scope));
    let grants: Vec<Grant<'c, 'r>> = found.iter().map(|(grant, _)| *grant).collect();
    let (summary, steps) = narrower(context, &grants);
    Some(draft.fix(summary, steps))
}

/// The database; of an account with the API for Table its tables, since they all lie in one.
fn below(account: &Account, database: &Database) -> Vec<Scope> {
    let whole = || vec![account.place(Scope::Database(database.name.clone()))];
    match (account.api, &database.containers) {
        (Api::Table, Some(tables)) => tables.iter().cloned().map(Scope::table).collect(),
        _ => whole(),
    }
}

/// The same roles at each database that exists, in place of those at the account.
fn narrower<'c, 'r>(context: &'c AccountContext<'r, '_>, grants: &[Grant<'c, 'r>]) -> (Shown, Steps) {
    let assignments: Vec<&RoleAssignment> = grants.iter().map(|grant| grant.assignment).collect();
    let removal = Removal::of_all(context, &assignments);
    let is_orphan = |grant: &Grant<'_, '_>| {
        let record = context.names.directory.record(grant.principal());
        record.is_some_and(|record| !record.found)
    };
    if grants.iter().any(is_orphan) {
        return (removal.summary, removal.steps);
    }
    let databases: Option<Vec<Scope>> = context.record.databases.as_ref().map(|databases| {
        databases
            .iter()
            .flat_map(|database| below(context.account(), database))
            .collect()
    });
    let few = databases.filter(|scopes| scopes.len() <= MOVED && !context.record.has_gap(Part::Databases));
    match few.and_then(|scopes| Removal::to(context, grants, &scopes)) {
        Some(moved) => (
            "Assign the role at the databases that are needed, then delete the role assignment at the account. The \
             commands keep access to the databases that exist today."
                .into(),
            moved.steps,
        ),
        None => (
            "Assign the role at the databases or containers that are needed, then delete the role assignment at the \
             account."
                .into(),
            Steps::default()
                .first("Assign a role at the databases or containers that are needed.")
                .and(removal.steps),
        ),
    }
}
