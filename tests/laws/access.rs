//! What an answer says of every principal, members of groups included, of actions and places, against an enumeration that takes
//! nothing from the program: role assignments by the oracle, Azure roles by the second evaluator.

use crate::cases;
use crate::evaluator::{Sure, by_grant, judge};
use crate::naming::{Names, holds};
use crate::oracle::{World, grants};
use crate::strategies::{PREFIX, Permissions, Place, Plan, Shapes, permission};
use crate::tenants::{GROUPS, PEOPLE, STRANGER, TAKEN_AT, Tenant, tenant};
use cosmos_rbac::access::Level;
use cosmos_rbac::model::bypass::BypassKind;
use cosmos_rbac::model::{Api, Backup, Database, PrincipalId, RoleAssignment, RoleDefinition, RoleDefinitionId, Scope};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::query::{Asked, Found, Question, Via, Wanted, Who, ask};
use cosmos_rbac::snapshot::{Header, Snapshot};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::{BTreeMap, BTreeSet};

/// What an account of the API for NoSQL holds.
#[derive(Debug, Clone)]
struct Inside {
    keys: Option<bool>,
    roles: Vec<Permissions>,
    assignments: Vec<(&'static str, Index, Place)>,
    databases: Option<Vec<(String, Option<Vec<String>>)>>,
}

const ACTIONS: [&str; 7] = [
    "readMetadata",
    "readAnalytics",
    "sqlDatabases/containers/executeQuery",
    "sqlDatabases/containers/items/read",
    "sqlDatabases/containers/items/delete",
    "sqlDatabases/containers/items/unmask",
    "sqlDatabases/containers/items/frob",
];

fn name() -> impl Strategy<Value = String> {
    select(vec!["a", "A", "b"]).prop_map(str::to_owned)
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        2 => Just(Place::Account),
        3 => name().prop_map(Place::Database),
        3 => (name(), name()).prop_map(|(database, container)| Place::Container(database, container)),
    ]
}

fn principal() -> impl Strategy<Value = &'static str> {
    let all = PEOPLE.into_iter().chain(GROUPS).chain([STRANGER]);
    select(all.collect::<Vec<_>>())
}

fn inside() -> impl Strategy<Value = Inside> {
    let unique = |names: Vec<String>| {
        names
            .into_iter()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    };
    let containers = option::weighted(0.8, vec(name(), 0..3).prop_map(unique));
    let databases = vec((name(), containers), 0..3).prop_map(|list| {
        let unique: BTreeMap<_, _> = list.into_iter().collect();
        unique.into_iter().collect::<Vec<_>>()
    });
    (
        option::weighted(0.8, any::<bool>()),
        vec(vec(permission(Shapes::Any), 0..3), 1..3),
        vec((principal(), any::<Index>(), place()), 0..4),
        option::weighted(0.8, databases),
    )
        .prop_map(|(keys, roles, assignments, databases)| Inside {
            keys,
            roles,
            assignments,
            databases,
        })
}

/// A tenant whose accounts hold something, and whose groups have the members of the groups within them.
fn filled() -> impl Strategy<Value = (Tenant, Vec<Inside>)> {
    (tenant(), vec(inside(), 7)).prop_map(|(mut tenant, insides)| {
        for (record, inside) in tenant.accounts.iter_mut().zip(&insides) {
            let id = record.account.id.as_str().to_owned();
            record.account.local_auth_disabled = inside.keys;
            record.account.backup = Some(Backup::Periodic);
            if record.account.api != Api::Sql {
                continue;
            }
            let role = |number: usize| format!("{id}/sqlRoleDefinitions/role-{number}");
            let definitions = inside
                .roles
                .iter()
                .enumerate()
                .map(|(number, permissions)| RoleDefinition {
                    id: role(number),
                    role_name: format!("role {number}"),
                    claims_built_in: false,
                    assignable_scopes: vec![id.clone()],
                    permissions: permissions.iter().map(|one| one.build()).collect(),
                });
            record.role_definitions = Some(definitions.collect());
            let assignments = inside
                .assignments
                .iter()
                .enumerate()
                .map(|(number, (who, at, place))| RoleAssignment {
                    id: format!("{id}/sqlRoleAssignments/assignment-{number}"),
                    role_definition_id: RoleDefinitionId::from(role(at.index(inside.roles.len()))),
                    principal_id: PrincipalId::from(*who),
                    scope: format!(
                        "{id}{}",
                        if *place == Place::Account {
                            String::new()
                        } else {
                            place.to_string()
                        }
                    ),
                });
            record.role_assignments = Some(assignments.collect());
            record.databases = inside.databases.as_ref().map(|list| {
                let database = |(name, containers): &(String, Option<Vec<String>>)| Database {
                    name: name.clone(),
                    containers: containers.clone(),
                };
                list.iter().map(database).collect()
            });
        }
        for plane in &mut tenant.planes {
            // Of the members of a group, those may be denied who others aren't: a row is about all of them.
            plane.deny_assignments = Some(Vec::new());
            plane.gaps.clear();
            // One of them names several principals.
            plane.delegations = Some(Vec::new());
        }
        close(&mut tenant);
        (tenant, insides)
    })
}

/// Puts the members of groups in a group among its own.
fn close(tenant: &mut Tenant) {
    for _ in 0..GROUPS.len() {
        let all: BTreeMap<PrincipalId, Vec<PrincipalId>> = (tenant.principals.iter())
            .filter_map(|record| Some((record.id.clone(), record.members.clone()?)))
            .collect();
        for members in tenant
            .principals
            .iter_mut()
            .filter_map(|record| record.members.as_mut())
        {
            let within = members.clone();
            members.extend(within.iter().filter_map(|id| all.get(id)).flatten().cloned());
            members.sort();
            members.dedup();
        }
    }
}

fn snapshot(tenant: &Tenant) -> Snapshot {
    let header = Header::new(TAKEN_AT, "public".to_owned(), "t".to_owned(), Vec::new());
    let mut principals = tenant.principals.clone();
    principals.sort();
    let mut snapshot = Snapshot::new(header);
    snapshot.accounts = tenant.accounts.clone();
    snapshot.control_planes = tenant.planes.clone();
    snapshot.principals = Some(principals);
    snapshot.ended = true;
    snapshot
}

/// What one asks: who, what and where.
type Case = (&'static str, &'static str, Place);

fn case() -> impl Strategy<Value = Case> {
    (principal(), select(ACTIONS.to_vec()), place())
}

/// Whether somebody has what a holder has.
fn is_or_is_in(tenant: &Tenant, who: &str, holder: &str) -> bool {
    let record = tenant.principals.iter().find(|record| record.id.as_str() == holder);
    let members = record.and_then(|record| record.members.as_ref());
    who == holder || members.is_some_and(|members| members.iter().any(|member| member.as_str() == who))
}

/// The program's words for it.
fn level(sure: Sure, is_indirect: bool) -> Level {
    match sure {
        Sure::No => Level::No,
        Sure::Possible => Level::Possible,
        Sure::Certain if is_indirect => Level::Indirect,
        Sure::Certain => Level::Yes,
    }
}

fn full(action: &str) -> String {
    format!("{PREFIX}{action}").to_lowercase()
}

/// What an account is like for the oracle of names.
fn plan(inside: &Inside) -> Plan {
    Plan {
        is_sql: true,
        local_auth_disabled: inside.keys,
        roles: Vec::new(),
        assignments: Vec::new(),
        databases: inside.databases.clone(),
        has_gap: false,
        states_grants: false,
        grants: Vec::new(),
        denies: Vec::new(),
        declared: Vec::new(),
        waivers: Vec::new(),
        switch: None,
    }
}

/// Whether the place is in the account, as far as that is known.
fn is_looked_at(inside: &Inside, place: &Place, is_sql: bool) -> bool {
    if !is_sql {
        return true;
    }
    let is_below = |own: &Place| match (place, own) {
        (Place::Account, _) => true,
        (Place::Database(database), Place::Database(own) | Place::Container(own, _)) => database == own,
        (place, own) => place == own,
    };
    let Some(databases) = &inside.databases else {
        return true;
    };
    let found = |name: &String| databases.iter().find(|(own, _)| own == name);
    let is_there = match place {
        Place::Account => true,
        Place::Database(database) => found(database).is_some(),
        Place::Container(database, container) => match found(database) {
            Some((_, Some(containers))) => containers.contains(container),
            Some((_, None)) => true,
            None => false,
        },
    };
    is_there || inside.assignments.iter().any(|(_, _, own)| is_below(own))
}

/// What is certain and what is possible through role assignments of the data plane.
fn by_roles(tenant: &Tenant, inside: &Inside, (who, action, place): &Case) -> Sure {
    let plan = plan(inside);
    let of = |(holder, role, at): &(&str, Index, Place)| {
        if !is_or_is_in(tenant, who, holder) {
            return Sure::No;
        }
        let role = &inside.roles[role.index(inside.roles.len())];
        let given = |world, names| grants(role, &full(action), world) && holds(&plan, at, place, names);
        if given(World::Least, Names::Spelt) {
            Sure::Certain
        } else if given(World::Most, Names::Spelt) || given(World::Most, Names::Loose) {
            Sure::Possible
        } else {
            Sure::No
        }
    };
    inside.assignments.iter().map(of).max().unwrap_or(Sure::No)
}

/// What a read-only key does.
fn reads(action: &str) -> Sure {
    match action {
        "readMetadata" | "sqlDatabases/containers/executeQuery" | "sqlDatabases/containers/items/read" => Sure::Certain,
        "sqlDatabases/containers/items/delete" => Sure::No,
        _ => Sure::Possible,
    }
}

/// Who has which bypass of an account, by assignment.
fn bypasses(tenant: &Tenant, who: &str, account: usize) -> Vec<(BypassKind, Sure)> {
    let holders: BTreeMap<(&str, bool), &str> = (tenant.planes.iter())
        .flat_map(|plane| {
            let active = plane.role_assignments.iter().flatten();
            let active = active.map(|one| ((one.id.as_str(), false), one.principal_id.as_str()));
            let eligible = plane.eligible.iter().flatten();
            active.chain(eligible.map(|one| ((one.id.as_str(), true), one.principal_id.as_str())))
        })
        .collect();
    let verdicts = by_grant(&judge(tenant));
    let own = verdicts.into_iter().filter(|((id, eligible, _, place), _)| {
        let holder = holders.get(&(id.as_str(), *eligible));
        *place == account && holder.is_some_and(|holder| is_or_is_in(tenant, who, holder))
    });
    own.map(|((_, _, kind, _), sure)| (kind, sure)).collect()
}

/// How somebody can, at once and in whatever way.
fn expected(tenant: &Tenant, insides: &[Inside], account: usize, case: &Case) -> (Level, Level) {
    let record = &tenant.accounts[account];
    let inside = &insides[account];
    let is_sql = record.account.api == Api::Sql;
    let roles = if is_sql {
        by_roles(tenant, inside, case)
    } else {
        Sure::No
    };
    let keys = match inside.keys {
        Some(false) => Sure::Certain,
        Some(true) if is_sql => Sure::No,
        _ => Sure::Possible,
    };
    let has = bypasses(tenant, case.0, account);
    let of = |wanted: &[BypassKind]| {
        let own = has.iter().filter(|(kind, _)| wanted.contains(kind));
        own.map(|(_, sure)| *sure).max().unwrap_or(Sure::No)
    };
    // What no API of the account lists is possible with a read-only key.
    let reads = if is_sql { reads(case.1) } else { Sure::Possible };
    let with_keys = of(&[BypassKind::ReadKeys]).max(of(&[BypassKind::ReadReadOnlyKeys]).min(reads));
    let direct = level(roles, false).max(level(with_keys.min(keys), false));
    let mut indirect = of(&[BypassKind::GrantData, BypassKind::AssignRoles]);
    if keys != Sure::Certain {
        indirect = indirect.max(of(&[BypassKind::ChangeAccount]).min(with_keys));
    }
    (direct, direct.max(level(indirect, true)))
}

/// How somebody can, as the rows of an answer say.
fn said(rows: &[Found<'_>], account: usize) -> (Level, Level) {
    let whole = || rows.iter().filter(|found| found.account == account && !found.is_part);
    let is_direct = |found: &&Found<'_>| matches!(found.via, Via::RoleAssignment { .. } | Via::Keys { .. });
    let direct = whole().filter(is_direct).map(|found| found.level).max();
    let all = whole().map(|found| found.level).max();
    (direct.unwrap_or_default(), all.unwrap_or_default())
}

fn question(tenant: &Tenant, (who, action, place): &Case) -> Question {
    let (wanted, _) = Wanted::parse(&full(action)).unwrap();
    Question {
        asked: Asked::default(),
        wanted,
        who: vec![Who {
            text: (*who).to_owned(),
            principals: vec![PrincipalId::from(*who)],
            is_ambiguous: false,
            is_unknown: false,
        }],
        scope: Some(Scope::relative(&place.to_string()).unwrap()),
        accounts: (0..tenant.accounts.len()).collect(),
        notices: Vec::new(),
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn answers_agree_with_an_enumeration((tenant, insides) in filled(), asked in vec(case(), 6)) {
        let snapshot = snapshot(&tenant);
        let policy = Policy::baseline(&cosmos_rbac::checks::CHECKS);
        let resolved = cosmos_rbac::resolve::Tenant::of(&snapshot);
        for case in &asked {
            let wanted: Vec<usize> = (0..tenant.accounts.len())
                .filter(|place| is_looked_at(&insides[*place], &case.2, tenant.accounts[*place].account.api == Api::Sql))
                .collect();
            let answer = ask(&resolved, &policy, question(&tenant, case));
            let Ok(answer) = answer else {
                prop_assert!(wanted.is_empty(), "{case:?}: no answer for {wanted:?}");
                continue;
            };
            let looked: Vec<usize> = answer.looked.iter().map(|one| one.account).collect();
            prop_assert_eq!(&looked, &wanted, "{:?}", case);
            for account in looked {
                let expected = expected(&tenant, &insides, account, case);
                prop_assert_eq!(said(&answer.rows, account), expected, "{:?} in {}", case, account);
            }
        }
    }
}
