//! Generated accounts and policies. A [`Plan`] says in plain words what an account and its policy hold; it is built into
//! the program's types, and judged by the oracle.

use cosmos_rbac::finding::CheckId;
use cosmos_rbac::model::{ActionPattern, Permission};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

pub(crate) const PREFIX: &str = "Microsoft.DocumentDB/databaseAccounts/";
/// The account of a single plan.
pub(crate) const ACCOUNT: &str =
    "/subscriptions/5ub/resourceGroups/Rg/providers/Microsoft.DocumentDB/databaseAccounts/acc0";
pub(crate) const PRINCIPALS: [&str; 3] = [
    "63cf3af1-7ee2-4d4c-9fe6-deb936065faa",
    "0b6d4b0e-2f0e-4f0c-9a55-0d1c3a1f7b11",
    "77777777-0000-4000-8000-00000000000a",
];

/// Names that try to break out of a message, a line, a command or a terminal.
pub(crate) static HOSTILE: LazyLock<Vec<String>> = LazyLock::new(|| {
    let long = "n".repeat(3000);
    let texts = [
        "'; rm -rf ~ #",
        "$(id)`id`\"\\",
        "\u{1b}[2J\u{7}\u{9b}31m",
        "\u{202e}drowssap\u{2066}",
        "line\r\nbreak\u{2028}\t",
        "\u{0}\u{1}\u{7f}",
        "<script><b>&amp;",
        "=cmd|'calc'!A0",
        "-x --yes",
        "x*y",
        "e\u{301}\u{200d}👩‍🚀",
        "databaseAccounts",
        "dbs",
        " ",
        &long,
    ];
    texts.map(str::to_owned).to_vec()
});

/// A name that a tenant may choose: no slash, not empty.
pub(crate) fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => select(vec!["a", "ab", "A", "b", "gone"]).prop_map(str::to_owned),
        2 => Just(()).prop_flat_map(|()| select(HOSTILE.clone())),
    ]
}

/// Any text at all, up to a few dozen characters.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![name(), vec(any::<char>(), 0..24).prop_map(String::from_iter)]
}

pub(crate) fn guid(kind: usize, number: usize) -> String {
    format!("{kind:08x}-0000-4a0b-8c0d-{number:012x}")
}

/// A place in an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Account,
    Database(String),
    Container(String, String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account => f.write_str("/"),
            Self::Database(database) => write!(f, "/dbs/{database}"),
            Self::Container(database, container) => write!(f, "/dbs/{database}/colls/{container}"),
        }
    }
}

pub(crate) fn db_of(place: &Place) -> Option<&String> {
    match place {
        Place::Account => None,
        Place::Database(database) | Place::Container(database, _) => Some(database),
    }
}

pub(crate) fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        2 => Just(Place::Account),
        3 => name().prop_map(Place::Database),
        3 => (name(), name()).prop_map(|(database, container)| Place::Container(database, container)),
    ]
}

/// A policy's scope: globs of the database and the container.
pub(crate) type ScopeGlob = (Option<String>, Option<String>);

fn glob() -> impl Strategy<Value = String> {
    let wild = select(vec!["*", "a*", "*b", "g*e"]).prop_map(str::to_owned);
    prop_oneof![3 => name(), 2 => wild]
}

pub(crate) fn scope_glob() -> impl Strategy<Value = ScopeGlob> {
    prop_oneof![
        2 => Just((None, None)),
        3 => glob().prop_map(|database| (Some(database), None)),
        3 => (glob(), glob()).prop_map(|(database, container)| (Some(database), Some(container))),
    ]
}

pub(crate) fn scope_text((database, container): &ScopeGlob) -> String {
    match (database, container) {
        (Some(database), Some(container)) => format!("/dbs/{database}/colls/{container}"),
        (Some(database), None) => format!("/dbs/{database}"),
        (None, _) => "/".to_owned(),
    }
}

/// Which wildcards are generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shapes {
    /// Every shape.
    Any,
    /// `*` at the end only. Of two such patterns one contains the other, or they share nothing. Other shapes may
    /// overlap without that (`*/read` and `items/*`), and an action that only both match has no atom of its own until
    /// somebody names it: laws that compare different universes hold for this shape alone.
    Tail,
}

/// A data action as roles and policies name it, in full.
pub(crate) fn pattern(shapes: Shapes) -> BoxedStrategy<String> {
    let literals = [
        "readMetadata",
        "sqlDatabases/containers/executeQuery",
        "sqlDatabases/containers/readChangeFeed",
        "sqlDatabases/containers/items/read",
        "sqlDatabases/containers/items/create",
        "sqlDatabases/containers/items/delete",
        "sqlDatabases/containers/items/frob",
        "sqlDatabases/containers/items/deep/frob",
        "sqlDatabases/write",
        "it's \u{202e}\u{1b}[0m",
    ];
    let tails = [
        "",
        "sqlDatabases/",
        "sqlDatabases/containers/",
        "sqlDatabases/containers/items/",
        "sqlDatabases/containers/items/re",
        "sqlDatabases/containers/items/f",
    ];
    let others = [
        "*/read",
        "*/frob",
        "sqlDatabases/containers/items/*e*",
        "sqlDatabases/*/items/*",
        "sqlDatabases/containers/**",
    ];
    let casing = |text: &'static str| {
        prop_oneof![3 => Just(text.to_owned()), 1 => Just(text.to_uppercase())]
            .prop_map(|text| format!("{PREFIX}{text}"))
    };
    let literal = select(literals.to_vec()).prop_flat_map(casing);
    let tail = prop_oneof![
        5 => select(tails.to_vec()).prop_flat_map(casing).prop_map(|text| format!("{text}*")),
        1 => Just("*".to_owned()),
    ];
    match shapes {
        Shapes::Tail => prop_oneof![3 => literal, 3 => tail].boxed(),
        Shapes::Any => prop_oneof![3 => literal, 3 => tail, 1 => select(others.to_vec()).prop_flat_map(casing)].boxed(),
    }
}

/// One permissions object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlanPermission {
    pub(crate) yes: Vec<String>,
    pub(crate) not: Vec<String>,
}

pub(crate) type Permissions = Vec<PlanPermission>;

impl PlanPermission {
    pub(crate) fn build(&self) -> Permission {
        let patterns = |texts: &[String]| texts.iter().map(ActionPattern::full).collect();
        Permission {
            data_actions: patterns(&self.yes),
            not_data_actions: patterns(&self.not),
        }
    }
}

pub(crate) fn permission(shapes: Shapes) -> impl Strategy<Value = PlanPermission> {
    let not = prop_oneof![3 => Just(Vec::new()), 1 => vec(pattern(shapes), 1..3)];
    (vec(pattern(shapes), 0..4), not).prop_map(|(yes, not)| PlanPermission { yes, not })
}

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
    pub(crate) check: CheckId,
    pub(crate) principal: Option<&'static str>,
    pub(crate) scope: Option<ScopeGlob>,
    pub(crate) year: i16,
}

/// An account and what the policy says of it.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) is_sql: bool,
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
        select(CheckId::ALL.to_vec()),
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
    let containers = option::weighted(0.9, vec(name(), 0..3));
    let list = vec((name(), containers), 0..3).prop_map(|list| {
        let unique: BTreeMap<_, _> = list.into_iter().collect();
        unique.into_iter().collect::<Vec<_>>()
    });
    option::weighted(0.8, list)
}

pub(crate) fn plan(shapes: Shapes) -> impl Strategy<Value = Plan> {
    let assignment = (principal(), any::<Index>(), any::<u8>(), place());
    let account = (
        prop::bool::weighted(0.8),
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
            (is_sql, local_auth_disabled, roles, assignments, databases, has_gap),
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
                })
                .collect();
            Plan {
                is_sql,
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
