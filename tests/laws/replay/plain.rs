//! From an account as a scan has it, and a policy, to a plan: read a second time, as plainly as possible.

use crate::oracle;
use crate::strategies::{
    Place, Plan, PlanAssignment, PlanDeclared, PlanDeny, PlanGrant, PlanPermission, PlanRole, ScopeGlob,
};
use cosmos_rbac::finding::{Confidence, Finding};
use cosmos_rbac::model::{AccountRecord, Api, Permission, RoleAssignment, RoleDefinition};
use cosmos_rbac::policy::{Policy, PrincipalRule, RoleRule};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// A check, who, the assignment's id, where, and how sure it is.
pub(super) type One = (&'static str, String, Option<String>, String, Confidence);

/// A plan, and what its assignments are called.
pub(super) struct Plain {
    pub(super) plan: Plan,
    ids: Vec<String>,
    /// Whether all assignments are in the plan, so that what is missing can be told.
    is_whole: bool,
}

/// Text that lives as long as the tests; each only once.
fn kept(text: &str) -> &'static str {
    static KEPT: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut kept = KEPT.lock().unwrap();
    if let Some(own) = kept.get(text) {
        return own;
    }
    let own: &'static str = Box::leak(text.to_owned().into_boxed_str());
    kept.insert(own);
    own
}

/// `/`, `/dbs/x` or `/dbs/x/colls/y`.
pub(super) fn place(text: &str) -> Option<Place> {
    let parts: Vec<&str> = text.split('/').filter(|part| !part.is_empty()).collect();
    match parts[..] {
        [] => Some(Place::Account),
        ["dbs", database] => Some(Place::Database(database.to_owned())),
        ["dbs", database, "colls", container] => Some(Place::Container(database.to_owned(), container.to_owned())),
        _ => None,
    }
}

fn glob(text: &str) -> Option<ScopeGlob> {
    place(text).map(|place| match place {
        Place::Account => (None, None),
        Place::Database(database) => (Some(database), None),
        Place::Container(database, container) => (Some(database), Some(container)),
    })
}

fn permission(one: &Permission) -> PlanPermission {
    let texts = |list: &[cosmos_rbac::model::ActionPattern]| list.iter().map(|one| one.as_str().to_owned()).collect();
    PlanPermission {
        yes: texts(&one.data_actions),
        not: texts(&one.not_data_actions),
    }
}

fn declared(rule: &RoleRule) -> PlanDeclared {
    PlanDeclared {
        name: rule.name.clone(),
        permission: permission(&rule.permission),
        scopes: None,
    }
}

/// The one definition that an assignment certainly names.
fn role_of(record: &AccountRecord, roles: &[&RoleDefinition], assignment: &RoleAssignment) -> Option<usize> {
    let text = assignment.role_definition_id.as_str().to_lowercase();
    let last = |id: &str| id.to_lowercase().rsplit('/').next().unwrap_or_default().to_owned();
    let named: Vec<usize> = (0..roles.len())
        .filter(|at| roles[*at].kind == assignment.kind && last(&roles[*at].id) == last(&text))
        .collect();
    let [own] = named[..] else { return None };
    let is_named = text == roles[own].id.to_lowercase() || !text.contains('/');
    let is_own = roles[own].id.to_lowercase().starts_with(record.account.id.key());
    (is_named && is_own).then_some(own)
}

fn place_of(record: &AccountRecord, assignment: &RoleAssignment) -> Option<Place> {
    let text = &assignment.scope;
    let account = record.account.id.as_str();
    let rest = match text.get(..account.len()) {
        Some(start) if start.eq_ignore_ascii_case(account) => &text[account.len()..],
        _ => text,
    };
    // Encoded names and slashes astray have readings of their own.
    if rest.contains("//") || rest.contains('%') || !(rest.is_empty() || rest.starts_with('/')) {
        return None;
    }
    place(rest)
}

/// What the oracle understands of an account. `None`: nothing that it could judge.
pub(super) fn plain(record: &AccountRecord, policy: &Policy) -> Option<Plain> {
    let own = policy.for_account(&record.account);
    let kind = record.account.api.role_kind()?;
    if !matches!(
        record.account.api,
        Api::Sql | Api::Table | Api::Cassandra | Api::Gremlin | Api::Mongo
    ) || !own.undecided.is_empty()
        || !record.doubtful.is_empty()
        || record.mongo_users.is_some()
        || record.role_assignments().iter().any(|one| one.kind != kind)
    {
        return None;
    }
    let roles: Vec<&RoleDefinition> = record.role_definitions().iter().collect();
    let mut twice: BTreeMap<&str, usize> = BTreeMap::new();
    record
        .role_assignments()
        .iter()
        .for_each(|one| *twice.entry(&one.id).or_default() += 1);
    let (mut assignments, mut ids, mut is_whole) = (Vec::new(), Vec::new(), record.gaps.is_empty());
    for one in record.role_assignments() {
        let last = one.role_definition_id.as_str().to_lowercase();
        let last = last.rsplit('/').next().unwrap_or_default().to_owned();
        let is_dangling = !roles.iter().any(|role| role.id.to_lowercase().contains(&last));
        if is_dangling && guid_like(&last) {
            continue;
        }
        let (role, place) = (role_of(record, &roles, one), place_of(record, one));
        let (Some(role), Some(place), 1) = (role, place, twice[one.id.as_str()]) else {
            is_whole = false;
            continue;
        };
        ids.push(one.id.clone());
        assignments.push(PlanAssignment {
            principal: kept(one.principal_id.as_str()),
            role: Some(role),
            place,
            spelling: 0,
            is_foreign: false,
        });
    }
    let roles = roles.into_iter().map(|role| PlanRole {
        name: role.role_name.clone(),
        built_in: role.is_built_in(),
        permissions: role.permissions.iter().map(permission).collect(),
        assignable: Vec::new(),
    });
    let mut grants = Vec::new();
    for rule in own.grants.iter().flatten() {
        grants.push(PlanGrant {
            principal: match &rule.principal {
                PrincipalRule::Anyone => None,
                PrincipalRule::One(id) => Some(kept(id.as_str())),
            },
            permissions: vec![permission(&rule.permission_in(record.account.api))],
            scope: glob(&rule.scope.to_string())?,
            required: own.requires(rule),
        });
    }
    let mut denies = Vec::new();
    for rule in &own.denies {
        denies.push(PlanDeny {
            actions: rule.data_actions.iter().map(|one| one.as_str().to_owned()).collect(),
            scope: glob(&rule.scope.to_string())?,
            except: rule.except.iter().map(|id| kept(id.as_str())).collect(),
        });
    }
    let databases = record.databases.as_ref();
    let plan = Plan {
        api: record.account.api,
        local_auth_disabled: None,
        roles: roles.collect(),
        assignments,
        databases: databases.map(|list| {
            list.iter()
                .map(|one| (one.name.clone(), one.containers.clone()))
                .collect()
        }),
        has_gap: !is_whole,
        states_grants: own.grants.is_some(),
        grants,
        denies,
        // What they name is told apart, too.
        declared: own.roles.iter().flatten().map(|rule| declared(rule)).collect(),
        waivers: Vec::new(),
        switch: None,
    };
    Some(Plain { plan, ids, is_whole })
}

fn guid_like(text: &str) -> bool {
    text.len() == 36 && text.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-')
}

impl Plain {
    /// The assignment of a finding of access, if there is one; the outer `None`: it isn't in the plan.
    pub(super) fn number(&self, finding: &Finding) -> Option<Option<usize>> {
        match finding.subject.id() {
            None => self.is_whole.then_some(None),
            Some(id) => self.ids.iter().position(|own| own == id).map(Some),
        }
    }

    /// What a finding says, if the oracle has a say in it.
    pub(super) fn said(&self, finding: &Finding) -> Option<One> {
        let is_ours = super::is_access(finding);
        let number = self.number(finding).filter(|_| is_ours)?;
        let who = finding.subject.principal_id()?.as_str().to_owned();
        let scope = finding.subject.scope()?.to_string();
        Some((
            finding.check.id,
            who,
            number.map(|number| self.ids[number].clone()),
            scope,
            finding.confidence,
        ))
    }

    /// What the oracle finds.
    pub(super) fn wanted(&self) -> BTreeSet<One> {
        let found = oracle::judge(&self.plan);
        let one = |(check, who, id, scope, _, confidence): (_, String, Option<String>, String, _, _)| {
            // The oracle numbers assignments at the end of their ids.
            let number = |id: String| usize::from_str_radix(&id[id.len() - 12..], 16).unwrap();
            (check, who, id.map(|id| self.ids[number(id)].clone()), scope, confidence)
        };
        found.into_iter().map(one).collect()
    }
}
