//! Everything small about the API for Table, where a scope names a table in two forms and the database that holds all tables can be
//! spelt in other ways: each place against each scope of a rule. Names like these seldom meet in tenants made at random.

use crate::audits::{audited, said};
use crate::oracle;
use crate::strategies::{PRINCIPALS, PlanAssignment, PlanDeny, PlanGrant, PlanPermission, PlanRole};
use crate::strategies::{Place, Plan, ScopeGlob};
use cosmos_rbac::model::Api;

const NAMES: [&str; 4] = ["TablesDB", "tablesDB", "TABLESDB", "a"];
const ACTIONS: &str = "Microsoft.DocumentDB/databaseAccounts/tables/containers/entities/delete";

fn places() -> Vec<Place> {
    let database = NAMES.map(|name| Place::Database(name.to_owned()));
    let tables = NAMES.into_iter().flat_map(|database| {
        let table = move |name: &str| Place::Container(database.to_owned(), name.to_owned());
        ["tablesDB", "a"].map(table)
    });
    std::iter::once(Place::Account).chain(database).chain(tables).collect()
}

fn scopes() -> Vec<ScopeGlob> {
    let of = |place| match place {
        Place::Account => (None, None),
        Place::Database(database) => (Some(database), None),
        Place::Container(database, table) => (Some(database), Some(table)),
    };
    let globs = [("a*", None), ("*", None), ("Tables*", Some("*")), ("*", Some("a"))];
    let globs =
        globs.map(|(database, table): (&str, Option<&str>)| (Some(database.to_owned()), table.map(str::to_owned)));
    places().into_iter().map(of).chain(globs).collect()
}

/// Databases with their tables, as far as each is known.
type Inventory = Option<Vec<(String, Option<Vec<String>>)>>;

/// What a scan lists: it lists tables in the one database.
fn inventories() -> [Inventory; 3] {
    let listed = |tables: &[&str]| {
        let tables = tables.iter().map(|name| (*name).to_owned()).collect();
        Some(vec![("TablesDB".to_owned(), Some(tables))])
    };
    [None, listed(&[]), listed(&["a", "tablesDB"])]
}

fn plan(place: &Place, databases: Inventory) -> Plan {
    let permission = PlanPermission {
        yes: vec![ACTIONS.to_owned()],
        not: Vec::new(),
    };
    Plan {
        local_auth_disabled: Some(true),
        roles: vec![PlanRole {
            name: "Deleter".to_owned(),
            built_in: false,
            permissions: vec![permission],
            assignable: Vec::new(),
        }],
        assignments: vec![PlanAssignment {
            principal: PRINCIPALS[0],
            role: Some(0),
            place: place.clone(),
            spelling: 0,
            is_foreign: false,
        }],
        databases,
        ..Plan::empty(Api::Table)
    }
}

#[test]
fn every_place_against_every_rule() {
    let mut tried = 0;
    for place in places() {
        for scope in scopes() {
            for databases in inventories() {
                let plan = plan(&place, databases);
                let grant = |required| PlanGrant {
                    principal: Some(PRINCIPALS[0]),
                    permissions: plan.roles[0].permissions.clone(),
                    scope: scope.clone(),
                    required,
                };
                let denied = Plan {
                    denies: vec![PlanDeny {
                        actions: vec![ACTIONS.to_owned()],
                        scope: scope.clone(),
                        except: Vec::new(),
                    }],
                    ..plan.clone()
                };
                let granted = |required| Plan {
                    states_grants: true,
                    grants: vec![grant(required)],
                    ..plan.clone()
                };
                // A required grant names one place.
                let names_one = [&scope.0, &scope.1]
                    .into_iter()
                    .flatten()
                    .all(|name| !name.contains('*'));
                let required = names_one.then(|| granted(true));
                for plan in [denied, granted(false)].into_iter().chain(required) {
                    // The replay of what it proves is in it.
                    let report = audited(std::slice::from_ref(&plan)).unwrap();
                    assert_eq!(said(&report), oracle::judge(&plan), "{plan:#?}");
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 1000, "{tried}");
}
