//! What users of MongoDB itself can do, against an oracle that follows their roles step by step and shares no code.

use cosmos_rbac::model::{
    Account, AccountId, AccountRecord, Api, MongoPrivilege, MongoRole, MongoRoleName, MongoUser, OnceNative, Tags,
};
use cosmos_rbac::resolve::Access;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeSet;

const ACCOUNT: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/a";
const DATABASES: [&str; 3] = ["x", "y", ""];
const COLLECTIONS: [&str; 3] = ["c", "d", ""];
const ACTIONS: [&str; 4] = ["find", "insert", "remove", "newest"];
/// Custom roles, roles that every database has, and one that nobody knows.
const ROLES: [&str; 7] = ["a", "b", "c", "read", "readWrite", "dbAdmin", "root"];

/// Written down a second time from the documentation.
fn built_in(role: &str) -> Option<&'static str> {
    Some(match role {
        "read" => "changeStream collStats find killCursors listIndexes listCollections",
        "readWrite" => {
            "changeStream collStats find killCursors listIndexes listCollections createCollection dropCollection \
             createIndex dropIndex insert remove update"
        }
        "dbAdmin" => {
            "changeStream collStats createCollection createIndex dbStats dropCollection dropDatabase dropIndex \
             listCollections listIndexes reIndex"
        }
        _ => return None,
    })
}

pub(crate) type Named = (usize, usize);

#[derive(Debug, Clone)]
pub(crate) struct PlanRole {
    name: Named,
    privileges: Vec<(usize, usize, usize)>,
    inherits: Vec<Named>,
}

/// A role is named by a database that has a name, and a role.
pub(crate) fn named() -> impl Strategy<Value = Named> {
    (0..2_usize, 0..ROLES.len())
}

pub(crate) fn role() -> impl Strategy<Value = PlanRole> {
    let privilege = (0..DATABASES.len(), 0..COLLECTIONS.len(), 0..ACTIONS.len());
    ((0..2_usize, 0..3_usize), vec(privilege, 0..4), vec(named(), 0..3)).prop_map(|(name, privileges, inherits)| {
        PlanRole {
            name,
            privileges,
            inherits,
        }
    })
}

fn name((db, role): Named) -> MongoRoleName {
    MongoRoleName {
        db: DATABASES[db].to_owned(),
        role: ROLES[role].to_owned(),
    }
}

pub(crate) fn record(roles: &[PlanRole], users: &[Vec<Named>]) -> AccountRecord {
    let role = |role: &PlanRole| MongoRole {
        id: format!(
            "{ACCOUNT}/mongodbRoleDefinitions/{}.{}",
            DATABASES[role.name.0], ROLES[role.name.1]
        ),
        name: name(role.name),
        privileges: (role.privileges.iter())
            .map(|(db, collection, action)| MongoPrivilege {
                db: DATABASES[*db].to_owned(),
                collection: COLLECTIONS[*collection].to_owned(),
                actions: vec![ACTIONS[*action].to_owned()],
            })
            .collect(),
        roles: role.inherits.iter().copied().map(name).collect(),
    };
    let user = |(number, roles): (usize, &Vec<Named>)| MongoUser {
        id: format!("{ACCOUNT}/mongodbUserDefinitions/x.u{number}"),
        db: "x".to_owned(),
        user: format!("u{number}"),
        roles: roles.iter().copied().map(name).collect(),
    };
    AccountRecord {
        account: Account {
            id: AccountId::parse(ACCOUNT).unwrap(),
            location: String::new(),
            api: Api::Mongo,
            tags: Tags::default(),
            local_auth_disabled: Some(false),
            key_metadata_writes_disabled: Some(false),
            keys_generated_at: None,
            provisioning_state: None,
            backup: None,
            authentication: Vec::new(),
        },
        role_definitions: Some(Vec::new()),
        role_assignments: Some(Vec::new()),
        databases: None,
        mongo_roles: Some(roles.iter().map(role).collect()),
        mongo_users: Some(users.iter().enumerate().map(user).collect()),
        native: OnceNative::default(),
        doubtful: std::collections::BTreeSet::new(),
        gaps: Vec::new(),
    }
}

/// Who can do what where, and who has which role that nobody knows.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    can: BTreeSet<(String, String, String)>,
    unknown: BTreeSet<(String, String)>,
}

fn place(db: &str, collection: &str) -> String {
    match (db, collection) {
        ("", _) => "/".to_owned(),
        (db, "") => format!("/dbs/{db}"),
        (db, collection) => format!("/dbs/{db}/colls/{collection}"),
    }
}

/// As many steps from role to role as there can be roles.
fn expected(roles: &[PlanRole], users: &[Vec<Named>]) -> Told {
    let mut told = Told::default();
    for (number, own) in users.iter().enumerate() {
        let who = format!("mongo:x.u{number}");
        let mut reached: Vec<Named> = own.clone();
        for _ in 0..2 * ROLES.len() {
            for role in roles {
                if reached.contains(&role.name) {
                    reached.extend(&role.inherits);
                }
            }
            reached.sort_unstable();
            reached.dedup();
        }
        for (db, role) in reached {
            let (db_name, role_name) = (DATABASES[db], ROLES[role]);
            let custom: Vec<&PlanRole> = roles.iter().filter(|one| one.name == (db, role)).collect();
            for action in built_in(role_name).into_iter().flat_map(|all| all.split_whitespace()) {
                told.can
                    .insert((who.clone(), place(db_name, ""), format!("mongodb/{action}")));
            }
            for (db, collection, action) in custom.iter().flat_map(|one| &one.privileges) {
                let at = place(DATABASES[*db], COLLECTIONS[*collection]);
                told.can
                    .insert((who.clone(), at, format!("mongodb/{}", ACTIONS[*action])));
            }
            if custom.is_empty() && built_in(role_name).is_none() {
                told.unknown.insert((who.clone(), format!("{db_name}.{role_name}")));
            }
        }
    }
    told
}

fn found(record: &AccountRecord) -> Told {
    let access = Access::resolve(record, []);
    let mut told = Told::default();
    for grant in access.grants() {
        let at = grant.scope.to_string();
        // Where a privilege names no database, it isn't documented that it holds in all.
        assert_eq!(grant.is_certain(), at != "/");
        assert_eq!(grant.role.bounds.least(), grant.role.bounds.most());
        for action in access.universe.members(grant.role.bounds.most()) {
            told.can
                .insert((grant.principal().to_string(), at.clone(), action.name()));
        }
    }
    for one in access.assignments.iter().filter(|one| access.role_of(one).is_none()) {
        let role = one.assignment.role_definition_id.as_str();
        let role = role.rsplit('/').next().unwrap().to_owned();
        told.unknown.insert((one.assignment.principal_id.to_string(), role));
    }
    told
}

proptest! {
    #[test]
    fn users_have_what_their_roles_come_to(
        roles in vec(role(), 0..6),
        users in vec(vec(named(), 0..4), 0..3),
    ) {
        prop_assert_eq!(found(&record(&roles, &users)), expected(&roles, &users));
    }

    /// In whatever order lists come, and however often a role is named.
    #[test]
    fn order_says_nothing(roles in vec(role(), 0..6), users in vec(vec(named(), 0..4), 1..3)) {
        let mut turned = record(&roles, &users);
        let reversed: Vec<PlanRole> = roles.iter().rev().cloned().collect();
        let doubled: Vec<Vec<Named>> = users.iter().map(|own| [own.clone(), own.clone()].concat()).collect();
        let other = record(&reversed, &doubled);
        turned.sort();
        prop_assert_eq!(found(&turned), found(&other));
    }
}
