//! What users of MongoDB itself have, in the terms of the other role kinds: of each role that a user has, one role definition
//! for each resource that it reaches, and an assignment of it there. All of a user's assignments have the user's id, because
//! they come and go with the user.

use super::action::{ActionPattern, MONGODB, Permission};
use super::arm_id::AccountId;
use super::mongo::{MongoRole, MongoRoleName, MongoUser};
use super::role::{RoleAssignment, RoleDefinition};
use super::role_kind::RoleKind;
use super::scope::Scope;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// What a user has through one of their roles on one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NativeAssignment {
    /// As an assignment of a role. Its id is the user's.
    pub assignment: RoleAssignment,
    /// The place of the role in [`Native::definitions`]. `None`: nobody knows what it grants.
    pub role: Option<usize>,
    /// Where.
    pub scope: Scope,
    /// Whether it certainly holds there: a resource without a database is documented by MongoDB, not for Cosmos DB.
    pub is_certain: bool,
}

/// Users and roles of MongoDB itself, as role definitions and assignments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Native {
    /// The roles that users have, once for each resource; then the custom roles that nobody has, whole.
    pub definitions: Vec<RoleDefinition>,
    /// What users have.
    pub assignments: Vec<NativeAssignment>,
}

/// [`Native`] of a record, worked out when it is first asked for. It says nothing that the record doesn't.
#[derive(Debug, Default)]
pub struct OnceNative(OnceLock<Native>);

impl OnceNative {
    pub(super) fn get(&self, make: impl FnOnce() -> Native) -> &Native {
        self.0.get_or_init(make)
    }
}

/// A copy can be changed, and then comes to something else.
impl Clone for OnceNative {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for OnceNative {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for OnceNative {}

/// Where privileges hold: a database and a collection, either of them empty for any.
type Resource = (String, String);

/// What a role comes to, with all that it inherits.
#[derive(Debug, Default)]
struct Flat {
    actions: BTreeMap<Resource, BTreeSet<String>>,
    /// Roles that are in no list and that this version doesn't know.
    unknown: BTreeSet<MongoRoleName>,
}

impl Native {
    /// Of the users and the custom roles of an account.
    pub(super) fn of(account: &AccountId, roles: &[MongoRole], users: &[MongoUser]) -> Self {
        let known = Known::new(roles);
        let mut native = Self::default();
        let mut made: BTreeMap<&MongoRoleName, Vec<(usize, Resource)>> = BTreeMap::new();
        let mut flats: BTreeMap<&MongoRoleName, Flat> = BTreeMap::new();
        for user in users {
            for name in user.roles.iter().collect::<BTreeSet<_>>() {
                let flat = flats.entry(name).or_insert_with(|| known.flat(name));
                let own = made
                    .entry(name)
                    .or_insert_with(|| native.define(account, &known, name, flat));
                for (place, resource) in own.iter() {
                    let role = native.definitions.get(*place).map(|role| role.id.clone());
                    native
                        .assignments
                        .push(assignment(user, role.unwrap_or_default(), Some(*place), resource));
                }
                for unknown in &flat.unknown {
                    let resource = (unknown.db.clone(), String::new());
                    native
                        .assignments
                        .push(assignment(user, role_id(account, unknown), None, &resource));
                }
            }
        }
        let used: BTreeSet<&MongoRoleName> = flats.keys().flat_map(|name| known.reached(name)).collect();
        let unused = roles.iter().filter(|role| !used.contains(&role.name));
        let unused: Vec<RoleDefinition> = unused
            .map(|role| {
                let flat = known.flat(&role.name);
                let actions = flat.actions.into_values().flatten().collect();
                definition(role.id.clone(), &role.name.role, false, &actions)
            })
            .collect();
        native.definitions.extend(unused);
        native
    }

    /// The role definitions of a role, one for each resource that it reaches.
    fn define(
        &mut self,
        account: &AccountId,
        known: &Known<'_>,
        name: &MongoRoleName,
        flat: &Flat,
    ) -> Vec<(usize, Resource)> {
        let custom = known.roles.get(name).and_then(|same| same.first());
        let id = custom.map_or_else(|| role_id(account, name), |role| role.id.clone());
        let mut places = Vec::new();
        for (resource, actions) in &flat.actions {
            places.push((self.definitions.len(), resource.clone()));
            let one = definition(id.clone(), &name.role, custom.is_none(), actions);
            self.definitions.push(one);
        }
        places
    }
}

/// The roles of an account. Of several with one name nobody knows which counts, so all do.
struct Known<'r> {
    roles: BTreeMap<&'r MongoRoleName, Vec<&'r MongoRole>>,
}

impl<'r> Known<'r> {
    fn new(roles: &'r [MongoRole]) -> Self {
        let mut known: BTreeMap<&MongoRoleName, Vec<&MongoRole>> = BTreeMap::new();
        for role in roles {
            known.entry(&role.name).or_default().push(role);
        }
        Self { roles: known }
    }

    /// A role and all that it inherits, also over circles.
    fn reached<'n>(&self, name: &'n MongoRoleName) -> BTreeSet<&'n MongoRoleName>
    where
        'r: 'n,
    {
        let mut reached = BTreeSet::from([name]);
        let mut open = vec![name];
        while let Some(one) = open.pop() {
            let inherited = self.roles.get(one).into_iter().flatten().flat_map(|role| &role.roles);
            for next in inherited {
                if reached.insert(next) {
                    open.push(next);
                }
            }
        }
        reached
    }

    fn flat(&self, name: &MongoRoleName) -> Flat {
        let mut flat = Flat::default();
        for one in self.reached(name) {
            let custom = self.roles.get(one);
            for privilege in custom.into_iter().flatten().flat_map(|role| &role.privileges) {
                let resource = (privilege.db.clone(), privilege.collection.clone());
                let actions = flat.actions.entry(resource).or_default();
                actions.extend(privilege.actions.iter().cloned());
            }
            let mut builtin = RoleKind::Mongodb.row().builtin.iter();
            match builtin.find(|role| role.name == one.role) {
                Some(role) => {
                    let actions = flat.actions.entry((one.db.clone(), String::new())).or_default();
                    let names = role.data_actions.iter().filter_map(|name| name.strip_prefix(MONGODB));
                    actions.extend(names.map(str::to_owned));
                }
                None if custom.is_none() => {
                    flat.unknown.insert(one.clone());
                }
                None => {}
            }
        }
        flat
    }
}

/// Where a resource is, and whether that is certain.
fn scope((db, collection): &Resource) -> (Scope, bool) {
    match (db.as_str(), collection.as_str()) {
        ("", _) => (Scope::Account, false),
        (_, "") => (Scope::Database(db.clone()), true),
        _ => (
            Scope::Container {
                database: db.clone(),
                container: collection.clone(),
            },
            true,
        ),
    }
}

/// The ARM id that a role of this name has or would have.
fn role_id(account: &AccountId, name: &MongoRoleName) -> String {
    let list = RoleKind::Mongodb.row().definitions;
    format!("{account}/{list}/{}.{}", name.db, name.role)
}

fn definition(id: String, name: &str, is_built_in: bool, actions: &BTreeSet<String>) -> RoleDefinition {
    let action = |name: &String| ActionPattern::full(format!("{MONGODB}{name}"));
    RoleDefinition {
        id,
        kind: RoleKind::Mongodb,
        role_name: name.to_owned(),
        claims_built_in: is_built_in,
        assignable_scopes: vec![Scope::Account.to_string()],
        permissions: vec![Permission {
            data_actions: actions.iter().map(action).collect(),
            not_data_actions: Vec::new(),
        }],
    }
}

fn assignment(user: &MongoUser, role_id: String, role: Option<usize>, resource: &Resource) -> NativeAssignment {
    let (scope, is_certain) = scope(resource);
    NativeAssignment {
        assignment: RoleAssignment {
            id: user.id.clone(),
            kind: RoleKind::Mongodb,
            role_definition_id: role_id.into(),
            principal_id: user.principal(),
            scope: scope.to_string(),
        },
        role,
        scope,
        is_certain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MongoPrivilege;

    const ID: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/a";

    fn name(db: &str, role: &str) -> MongoRoleName {
        MongoRoleName {
            db: db.to_owned(),
            role: role.to_owned(),
        }
    }

    fn role(own: &str, privileges: &[(&str, &str, &str)], roles: &[&str]) -> MongoRole {
        let privilege = |(db, collection, action): &(&str, &str, &str)| MongoPrivilege {
            db: (*db).to_owned(),
            collection: (*collection).to_owned(),
            actions: vec![(*action).to_owned()],
        };
        MongoRole {
            id: format!("{ID}/mongodbRoleDefinitions/d.{own}"),
            name: name("d", own),
            privileges: privileges.iter().map(privilege).collect(),
            roles: roles.iter().map(|one| name("d", one)).collect(),
        }
    }

    fn user(roles: &[&str]) -> MongoUser {
        MongoUser {
            id: format!("{ID}/mongodbUserDefinitions/d.u"),
            db: "d".to_owned(),
            user: "u".to_owned(),
            roles: roles.iter().map(|one| name("d", one)).collect(),
        }
    }

    /// What a user has: the scope, the actions, and whether it is known and certain.
    fn flat(roles: &[MongoRole], user: MongoUser) -> Vec<(String, String, bool)> {
        let account = AccountId::parse(ID).unwrap();
        let native = Native::of(&account, roles, &[user]);
        let mut all: Vec<_> = native
            .assignments
            .iter()
            .map(|one| {
                let actions = one.role.map(|place| {
                    let actions = native.definitions[place].permissions[0].data_actions.iter();
                    actions.map(ActionPattern::short).collect::<Vec<_>>().join(" ")
                });
                (one.scope.to_string(), actions.unwrap_or_default(), one.is_certain)
            })
            .collect();
        all.sort();
        all
    }

    #[test]
    fn roles_are_flattened_also_over_circles() {
        let roles = [
            role("a", &[("x", "c", "find")], &["b"]),
            role(
                "b",
                &[("x", "c", "insert"), ("y", "", "remove"), ("", "", "find")],
                &["a"],
            ),
        ];
        let both = |scope: &str, actions: &str, is_certain| (scope.to_owned(), actions.to_owned(), is_certain);
        assert_eq!(
            flat(&roles, user(&["a"])),
            [
                both("/", "mongodb/find", false),
                both("/dbs/x/colls/c", "mongodb/find mongodb/insert", true),
                both("/dbs/y", "mongodb/remove", true),
            ]
        );
    }

    #[test]
    fn built_in_roles_are_known_by_name_and_nothing_else_is() {
        let reader = flat(&[], user(&["read"]));
        assert_eq!(reader.len(), 1);
        assert_eq!(reader[0].0, "/dbs/d");
        assert!(reader[0].1.contains("mongodb/find") && !reader[0].1.contains("mongodb/insert"));
        assert_eq!(flat(&[], user(&["Read"]))[0].1, "");
        let inherits = [role("a", &[], &["root"])];
        assert_eq!(
            flat(&inherits, user(&["a"])),
            [("/dbs/d".to_owned(), String::new(), true)]
        );
    }

    #[test]
    fn a_custom_role_that_nobody_has_is_there_all_the_same() {
        let account = AccountId::parse(ID).unwrap();
        let roles = [
            role("a", &[], &["b"]),
            role("b", &[("x", "", "find")], &[]),
            role("c", &[("x", "", "drop")], &[]),
        ];
        let native = Native::of(&account, &roles, &[user(&["a"])]);
        let names: Vec<&str> = native.definitions.iter().map(|one| one.role_name.as_str()).collect();
        assert_eq!(names, ["a", "c"]);
        assert_eq!(native.assignments.len(), 1);
    }
}
