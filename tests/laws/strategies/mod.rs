//! Generated accounts and policies. A [`Plan`] says in plain words what an account and its policy hold; it is built into
//! the program's types, and judged by the oracle.

mod plan;

pub(crate) use plan::*;

use cosmos_rbac::checks::CHECKS;
use cosmos_rbac::finding::Check;
use cosmos_rbac::model::{ActionPattern, Api, Permission};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::{BTreeMap, BTreeSet};
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
        "readAnalytics",
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
