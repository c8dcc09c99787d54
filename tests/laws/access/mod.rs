//! What an answer says of every principal, members of groups included, of actions and places, against an enumeration that takes
//! nothing from the program: role assignments by the oracle, Azure roles by the second evaluator.

mod enumeration;

use crate::cases;
use crate::strategies::{Permissions, Place, Shapes, permission};
use crate::tenants::{GROUPS, PEOPLE, STRANGER, TAKEN_AT, Tenant, tenant};
use cosmos_rbac::access::Level;
use cosmos_rbac::model::{
    Api, Backup, Database, PrincipalId, RoleAssignment, RoleDefinition, RoleDefinitionId, RoleKind, Scope,
};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::query::{Asked, Found, Question, Via, Wanted, Who, ask};
use cosmos_rbac::snapshot::{Header, Snapshot};
use enumeration::{bypasses, expected, full, is_looked_at, left};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::{BTreeMap, BTreeSet};

/// What an account of the API for NoSQL holds.
#[derive(Debug, Clone)]
pub(crate) struct Inside {
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
/// `denies`: whether it keeps its deny assignments.
pub(crate) fn filled(denies: bool) -> impl Strategy<Value = (Tenant, Vec<Inside>)> {
    (tenant(), vec(inside(), 7)).prop_map(move |(mut tenant, insides)| {
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
                    kind: RoleKind::Sql,
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
                    kind: RoleKind::Sql,
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
            if !denies {
                plane.deny_assignments = Some(Vec::new());
                plane.gaps.clear();
            }
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

pub(crate) fn snapshot(tenant: &Tenant) -> Snapshot {
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

/// How somebody can, as the rows of an answer say.
fn said(rows: &[Found<'_>], account: usize) -> (Level, Level) {
    let own = || rows.iter().filter(|found| found.account == account && !found.is_part);
    // The enumeration knows no Azure roles that weren't read: these are never more than possible.
    let is_unknown = |found: &&Found<'_>| matches!(found.via, Via::UnknownAzureRole(_));
    assert!(own().filter(is_unknown).all(|found| found.level == Level::Possible));
    let whole = || own().filter(|found| !is_unknown(found));
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
    fn answers_agree_with_an_enumeration((tenant, insides) in filled(false), asked in vec(case(), 6)) {
        let snapshot = snapshot(&tenant);
        let policy = Policy::baseline(&cosmos_rbac::checks::CHECKS);
        let resolved = cosmos_rbac::resolve::Tenant::of(&snapshot);
        for case in &asked {
            let wanted: Vec<usize> = (0..tenant.accounts.len())
                .filter(|place| is_looked_at(&insides[*place], &case.2, tenant.accounts[*place].account.api == Api::Sql))
                .collect();
            let answer = ask(&resolved, &policy, question(&tenant, case));
            let Ok(answer) = answer else {
                // What is in an account of an unknown API no list says, so it makes no place of a typing error.
                let is_unlisted = |place: &usize| tenant.accounts[*place].account.api == Api::Unknown;
                prop_assert!(wanted.iter().all(is_unlisted), "{case:?}: no answer for {wanted:?}");
                continue;
            };
            let looked: Vec<usize> = answer.looked.iter().map(|one| one.account).collect();
            prop_assert_eq!(&looked, &wanted, "{:?}", case);
            for account in looked {
                let has = bypasses(&tenant, case.0, account);
                let expected = expected(&tenant, &insides, account, case, &has);
                prop_assert_eq!(said(&answer.rows, account), expected, "{:?} in {}", case, account);
            }
        }
    }
    /// Of the members of a group, one can be denied what others keep, and a row is about all of them: it can say more of one, and
    /// never less.
    #[test]
    fn nobody_is_said_to_have_less_than_deny_assignments_leave((tenant, insides) in filled(true), asked in vec(case(), 4)) {
        let snapshot = snapshot(&tenant);
        let policy = Policy::baseline(&cosmos_rbac::checks::CHECKS);
        let resolved = cosmos_rbac::resolve::Tenant::of(&snapshot);
        for case in asked.iter().filter(|(who, ..)| PEOPLE.contains(who)) {
            let Ok(answer) = ask(&resolved, &policy, question(&tenant, case)) else { continue };
            for account in answer.looked.iter().map(|one| one.account) {
                let has = left(&tenant, case.0, account);
                let (direct, all) = expected(&tenant, &insides, account, case, &has);
                let said = said(&answer.rows, account);
                prop_assert!(said.0 >= direct && said.1 >= all, "{:?} in {}: {:?}, and not {:?}", case, account, said, (direct, all));
            }
        }
    }
}
