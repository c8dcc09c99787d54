//! `password-user`: a user of MongoDB itself, who signs in with a password.

use crate::access::{Data, Sure, Verb};
use crate::checks::command::Command;
use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_name, account_title};
use crate::checks::row::{Origin, Row, Run};
use crate::checks::steps::Steps;
use crate::checks::wording::quote;
use crate::finding::{About, Check, Group, Severity, Subject, What};
use crate::model::{Atom, MongoUser, PrincipalId, Shown, arm_id};
use crate::policy::PrincipalRule;
use crate::resolve::Grant;
use crate::shown;
use crate::title;
use std::collections::BTreeSet;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::Assignment,
};

static CHECK: Check = Check {
    id: "password-user",
    group: Group::Hygiene,
    severity: Severity::High,
    about: About::Assignment,
    needs: &[What::MongoUsers],
    summary: "MongoDB user who signs in with a password",
    why: "The user isn't an identity of Microsoft Entra ID. Conditional Access and multifactor authentication don't apply, \
          sign-ins aren't in the Entra logs, and everybody who knows the password has the access until the user is deleted or gets \
          another password. `disableLocalAuth` doesn't help: it can't be set on accounts with the API for MongoDB. High where \
          the user can change or delete data, or has a role that isn't known. Medium where the user can only read. Low where \
          a grant of the policy names the user, such as `mongo:orders.app`.",
    fix: "Give the client a managed identity, and assign it a role with `az cosmosdb mongomi role assignment create`. Then \
          delete the user with `az cosmosdb mongodb user definition delete`.",
};

/// Scopes that a message names.
const NAMED: usize = 3;

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let users = context.record.mongo_users.iter().flatten();
    users.map(|user| draft(context, user)).collect()
}

fn draft(context: &AccountContext<'_, '_>, user: &MongoUser) -> Draft {
    let id = user.principal();
    let grants: Vec<Grant<'_, '_>> = (context.access.grants())
        .filter(|grant| grant.assignment.id == user.id)
        .collect();
    let unknown = unknown_roles(context, user);
    let data = data(context, &grants);
    let message = shown!(
        "{} is a user of MongoDB in {}, who signs in with a password instead of an identity of Microsoft Entra ID. {}{}",
        context.named(&id),
        account_name(context),
        abilities(&grants, &data),
        match unknown.as_slice() {
            [] => Shown::default(),
            roles => shown!(" What {} grants isn't known.", Shown::list(roles)),
        }
    );
    let title = title!(
        "{} signs in to {} with a password",
        context.names.title(&id),
        account_title(context)
    );
    let is_declared = is_declared(context, &id);
    let changes = [Verb::Write, Verb::Delete].map(|verb| data.can(verb));
    let severity = match changes.into_iter().any(|sure| sure > Sure::No) || !unknown.is_empty() {
        _ if is_declared => Severity::Low,
        true => Severity::High,
        false => Severity::Medium,
    };
    let subject = Subject::Grant {
        account: context.account().id.clone(),
        assignment: Some(user.id.clone()),
        principal: context.principal(&id),
        role: None,
        scope: None,
        actions: Vec::new(),
    };
    let roles: Vec<String> = user
        .roles
        .iter()
        .map(|role| format!("{}.{}", role.db, role.role))
        .collect();
    let draft = Draft::new(&CHECK, subject, title, message)
        .key(roles.join("\n"))
        .by_default(severity);
    let universe = &context.access.universe;
    let worst = grants.iter().min_by_key(|grant| {
        universe
            .worst(grant.role.bounds.most())
            .map(Atom::harm)
            .map_or((1, None), |harm| (0, Some(harm)))
    });
    let draft = match worst {
        Some(grant) => draft.witness(context.witness(grant, grant.role.bounds.most(), grant.scope)),
        None => draft,
    };
    if is_declared {
        return draft.remedy(
            "Give the client a managed identity with a role. Then remove the user from the policy, and delete the user.",
        );
    }
    let hand =
        "Give the client a managed identity, and assign it a role with `az cosmosdb mongomi role assignment create`.";
    let delete = Command::delete_user(context.account(), &user.id);
    let changes = shown!(
        "Deletes the user {}. Clients that sign in as this user lose access.",
        context.names.mentioned(&id)
    );
    draft.fix(
        "Replace the user with a managed identity that has a role, then delete the user.",
        Steps::default().by_hand(hand).then(delete, changes),
    )
}

/// Whether a grant of the policy names the user.
fn is_declared(context: &AccountContext<'_, '_>, id: &PrincipalId) -> bool {
    let own = PrincipalRule::One(id.clone());
    context.rules.iter().any(|judged| judged.rule.principal == own)
}

/// The user's roles of which nobody knows what they grant.
fn unknown_roles(context: &AccountContext<'_, '_>, user: &MongoUser) -> Vec<Shown> {
    let own = context.access.assignments.iter();
    let own = own.filter(|found| found.assignment.id == user.id && context.access.role_of(found).is_none());
    let names = own.map(|found| arm_id::last_segment(found.assignment.role_definition_id.as_str()));
    names.collect::<BTreeSet<_>>().into_iter().map(quote).collect()
}

/// What the user can do with data, wherever.
fn data(context: &AccountContext<'_, '_>, grants: &[Grant<'_, '_>]) -> Data {
    let universe = &context.access.universe;
    grants.iter().fold(Data::none(universe), |mut all, grant| {
        all.add(&Data::of(universe, &grant.role.bounds, grant.is_certain()));
        all
    })
}

/// What the user can do, as a sentence.
fn abilities(grants: &[Grant<'_, '_>], data: &Data) -> Shown {
    let verbs = Verb::ALL.into_iter().filter(|verb| data.can(*verb) > Sure::No);
    let verbs: Vec<Shown> = verbs.map(|verb| verb.word().into()).collect();
    let scopes: BTreeSet<String> = grants.iter().map(|grant| grant.scope.to_string()).collect();
    let mut places: Vec<Shown> = scopes.iter().take(NAMED).map(|scope| quote(scope)).collect();
    if scopes.len() > NAMED {
        places.push(shown!("{} more", scopes.len() - NAMED));
    }
    match (verbs.as_slice(), places.is_empty()) {
        (_, true) => "The user has no known role.".into(),
        ([], false) => shown!("The user can read metadata in {}, and no items.", Shown::list(&places)),
        (verbs, false) => shown!("The user can {} items in {}.", Shown::list(verbs), Shown::list(&places)),
    }
}
