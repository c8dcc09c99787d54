//! Plans of an account and of a policy for it: what the laws of audits are tried on.

use super::*;
use crate::naming::TABLES;

#[derive(Debug, Clone)]
pub(crate) struct PlanRole {
    pub(crate) name: String,
    pub(crate) built_in: bool,
    pub(crate) permissions: Permissions,
    pub(crate) assignable: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct PlanAssignment {
    pub(crate) principal: &'static str,
    /// Its place in [`Plan::roles`]; `None`: a role that does not exist.
    pub(crate) role: Option<usize>,
    pub(crate) place: Place,
    /// How ids and scopes are spelt.
    pub(crate) spelling: u8,
    /// Whether it and its role are of another kind than the account's API has.
    pub(crate) is_foreign: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct PlanGrant {
    /// `None`: everybody.
    pub(crate) principal: Option<&'static str>,
    pub(crate) permissions: Permissions,
    pub(crate) scope: ScopeGlob,
    pub(crate) required: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct PlanDeny {
    pub(crate) actions: Vec<String>,
    pub(crate) scope: ScopeGlob,
    pub(crate) except: Vec<&'static str>,
}

#[derive(Debug, Clone)]
pub(crate) struct PlanDeclared {
    pub(crate) name: String,
    pub(crate) permission: PlanPermission,
    pub(crate) scopes: Option<Vec<ScopeGlob>>,
}

#[derive(Debug, Clone)]
pub(crate) struct PlanWaiver {
    pub(crate) check: &'static Check,
    pub(crate) principal: Option<&'static str>,
    pub(crate) scope: Option<ScopeGlob>,
    pub(crate) year: i16,
}

/// An account and what the policy says of it.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) api: Api,
    pub(crate) local_auth_disabled: Option<bool>,
    pub(crate) roles: Vec<PlanRole>,
    pub(crate) assignments: Vec<PlanAssignment>,
    pub(crate) databases: Option<Vec<(String, Option<Vec<String>>)>>,
    /// Whether some role assignments could not be read.
    pub(crate) has_gap: bool,
    pub(crate) states_grants: bool,
    pub(crate) grants: Vec<PlanGrant>,
    pub(crate) denies: Vec<PlanDeny>,
    pub(crate) declared: Vec<PlanDeclared>,
    pub(crate) waivers: Vec<PlanWaiver>,
    pub(crate) switch: Option<bool>,
}

impl Plan {
    /// An account of which nothing is said, and no rule either.
    pub(crate) fn empty(api: Api) -> Self {
        Self {
            api,
            local_auth_disabled: None,
            roles: Vec::new(),
            assignments: Vec::new(),
            databases: None,
            has_gap: false,
            states_grants: false,
            grants: Vec::new(),
            denies: Vec::new(),
            declared: Vec::new(),
            waivers: Vec::new(),
            switch: None,
        }
    }
}

fn principal() -> impl Strategy<Value = &'static str> {
    select(PRINCIPALS.to_vec())
}

fn grant(shapes: Shapes) -> impl Strategy<Value = PlanGrant> {
    let optional = (option::weighted(0.7, principal()), scope_glob(), Just(false));
    let required = (principal().prop_map(Some), scope_glob(), Just(true));
    (prop_oneof![optional, required], permission(shapes)).prop_map(|((principal, scope, required), permission)| {
        // A required grant names one place.
        let is_literal = [&scope.0, &scope.1]
            .into_iter()
            .flatten()
            .all(|text| !text.contains('*'));
        PlanGrant {
            principal,
            permissions: vec![permission],
            required: required && is_literal,
            scope,
        }
    })
}

fn deny(shapes: Shapes) -> impl Strategy<Value = PlanDeny> {
    (vec(pattern(shapes), 1..3), scope_glob(), vec(principal(), 0..2)).prop_map(|(actions, scope, except)| PlanDeny {
        actions,
        scope,
        except,
    })
}

fn role(shapes: Shapes) -> impl Strategy<Value = PlanRole> {
    let assignable = prop_oneof![3 => place().prop_map(|place| place.to_string()), 1 => any_text()];
    (
        name(),
        any::<bool>(),
        vec(permission(shapes), 0..3),
        vec(assignable, 0..3),
    )
        .prop_map(|(name, built_in, permissions, assignable)| PlanRole {
            name,
            built_in,
            permissions,
            assignable,
        })
}

fn declared(shapes: Shapes) -> impl Strategy<Value = PlanDeclared> {
    let scopes = option::of(vec(scope_glob(), 0..3));
    (name(), permission(shapes), scopes).prop_map(|(name, permission, scopes)| PlanDeclared {
        name,
        permission,
        scopes,
    })
}

fn waiver() -> impl Strategy<Value = PlanWaiver> {
    let parts = (
        select(CHECKS.to_vec()),
        option::of(principal()),
        option::of(scope_glob()),
        2019_i16..2022,
    );
    parts.prop_map(|(check, principal, scope, year)| PlanWaiver {
        check,
        principal,
        scope,
        year,
    })
}

fn databases() -> impl Strategy<Value = Option<Vec<(String, Option<Vec<String>>)>>> {
    let unique = |names: Vec<String>| names.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    let containers = option::weighted(0.9, vec(name(), 0..3).prop_map(unique));
    let list = vec((name(), containers), 0..3).prop_map(|list| {
        let unique: BTreeMap<_, _> = list.into_iter().collect();
        unique.into_iter().collect::<Vec<_>>()
    });
    option::weighted(0.8, list)
}

/// What patterns of the API for NoSQL are in another's words.
fn in_words_of(api: Api, text: &mut String) {
    let word = match api {
        Api::Sql
        | Api::Unknown
        | Api::MongoCluster
        | Api::CassandraCluster
        | Api::GarnetCluster
        | Api::PostgresqlCluster => return,
        Api::Table => "tables",
        Api::Cassandra => "cassandra",
        Api::Gremlin => "gremlin",
        Api::Mongo => "mongoMI",
    };
    for (from, to) in [
        ("sqlDatabases", word),
        ("/items", "/entities"),
        ("readAnalytics", "throughputSettings/write"),
    ] {
        *text = text.replace(from, to).replace(&from.to_uppercase(), &to.to_uppercase());
    }
}

impl Plan {
    /// The same for an account of another API.
    pub(crate) fn of(mut self, api: Api) -> Self {
        self.api = api;
        let roles = self.roles.iter_mut().flat_map(|role| &mut role.permissions);
        let rules = self.grants.iter_mut().flat_map(|rule| &mut rule.permissions);
        let declared = self.declared.iter_mut().map(|rule| &mut rule.permission);
        let permissions = roles.chain(rules).chain(declared);
        let patterns = permissions.flat_map(|one| one.yes.iter_mut().chain(&mut one.not));
        let denied = self.denies.iter_mut().flat_map(|deny| &mut deny.actions);
        patterns.chain(denied).for_each(|text| in_words_of(api, text));
        if api == Api::Table {
            self.databases = self.databases.map(as_tables);
            let assigned = self.assignments.iter_mut().map(|one| &mut one.place);
            assigned.for_each(all_tables);
            let ruled = self.grants.iter_mut().map(|rule| &mut rule.scope);
            let ruled = ruled.chain(self.denies.iter_mut().map(|rule| &mut rule.scope));
            ruled.filter_map(|scope| scope.0.as_mut()).for_each(as_all_tables);
        }
        self
    }
}

/// Some of the names are that of all tables, or nearly.
fn as_all_tables(database: &mut String) {
    match database.as_str() {
        "ab" => TABLES.clone_into(database),
        "b" => "tablesDB".clone_into(database),
        _ => {}
    }
}

fn all_tables(place: &mut Place) {
    if let Place::Database(database) | Place::Container(database, _) = place {
        as_all_tables(database);
    }
}

/// What exists in an account with the API for Table, as a scan lists it: one database, whose containers are the tables.
fn as_tables(databases: Vec<(String, Option<Vec<String>>)>) -> Vec<(String, Option<Vec<String>>)> {
    let is_read = databases.iter().all(|(_, containers)| containers.is_some());
    let tables = databases.into_iter().map(|(name, _)| name).collect();
    vec![(TABLES.to_owned(), is_read.then_some(tables))]
}

fn api() -> impl Strategy<Value = Api> {
    prop_oneof![4 => Just(Api::Sql), 1 => select(vec![Api::Table, Api::Cassandra, Api::Gremlin, Api::Mongo])]
}

/// A plan of an account of any API.
pub(crate) fn plan(shapes: Shapes) -> impl Strategy<Value = Plan> {
    (sql_plan(shapes), api()).prop_map(|(plan, api)| plan.of(api))
}

/// A plan of an account with the API for NoSQL.
pub(crate) fn sql_plan(shapes: Shapes) -> impl Strategy<Value = Plan> {
    let assignment = (principal(), any::<Index>(), any::<u8>(), place());
    let account = (
        option::weighted(0.8, any::<bool>()),
        vec(role(shapes), 0..4),
        vec(assignment, 0..5),
        databases(),
        prop::bool::weighted(0.1),
    );
    let policy = (
        option::weighted(0.9, vec(grant(shapes), 0..5)),
        vec(deny(shapes), 0..3),
        vec(declared(shapes), 0..3),
        vec(waiver(), 0..3),
        option::of(any::<bool>()),
    );
    (account, policy).prop_map(
        |(
            (local_auth_disabled, roles, assignments, databases, has_gap),
            (grants, denies, declared, waivers, switch),
        )| {
            let assignments = assignments
                .into_iter()
                .map(|(principal, role, spelling, place)| PlanAssignment {
                    principal,
                    // One in eight names no role that exists.
                    role: (!roles.is_empty() && spelling >= 32).then(|| role.index(roles.len())),
                    place,
                    spelling,
                    is_foreign: false,
                })
                .collect();
            Plan {
                api: Api::Sql,
                local_auth_disabled,
                roles,
                assignments,
                databases,
                has_gap,
                states_grants: grants.is_some(),
                grants: grants.unwrap_or_default(),
                denies,
                declared,
                waivers,
                switch,
            }
        },
    )
}
