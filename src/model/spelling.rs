//! Names of databases and containers that could be one although they are spelt differently.
//!
//! Scopes are names, and what the service makes of one that is percent-encoded or in another case is not documented. Its
//! own resource ids hold encoded names, of containers even twice (azure-rest-api-specs issue 29285), so templates that turn
//! an id into a scope write `database%201`. So every place is compared in two readings: as it is spelt, and as it could be
//! meant. What exists under exactly its own name is nothing else.

use super::account::Database;
use super::alike::{are_alike, folded};
use super::glob::{Case, Glob, matches};
use super::role_kind::TABLES;
use super::scope::Scope;
use super::scope_pattern::{Form, Reading, ScopePattern};

/// The databases and containers that are known to exist, sorted by name.
#[derive(Debug, Clone, Copy)]
pub struct Existing<'a>(&'a [Database]);

impl<'a> Existing<'a> {
    /// What was read; what was not is not known to exist. Lists are sorted, as in every snapshot.
    pub fn new(databases: Option<&'a [Database]>) -> Self {
        Self(databases.unwrap_or_default())
    }

    fn database(self, name: &str) -> Option<&'a Database> {
        let place = self
            .0
            .binary_search_by(|database| database.name.as_str().cmp(name))
            .ok()?;
        self.0.get(place)
    }

    fn has_container(self, database: &str, name: &str) -> bool {
        let containers = self.database(database).and_then(|found| found.containers.as_ref());
        containers.is_some_and(|list| list.binary_search_by(|found| found.as_str().cmp(name)).is_ok())
    }

    /// Whether a grant at `own` could hold at `other` too.
    pub fn could_cover(self, own: &Scope, other: &Scope) -> bool {
        let of_database = |own: &str| {
            let found = other.database();
            found.is_some_and(|other| could_be(own, other, |name| self.database(name).is_some()))
        };
        let of_container = |own_name: &str| {
            let [at, there] = [own, other].map(|scope| scope.database().unwrap_or_default());
            let exists = |name: &str| self.has_container(at, name) || self.has_container(there, name);
            let found = other.container();
            found.is_some_and(|other| could_be(own_name, other, exists))
        };
        own.database().is_none_or(of_database) && own.container().is_none_or(of_container)
    }

    /// Whether what a policy says of `pattern` could concern all of `scope`.
    pub fn pattern_could_cover(self, pattern: &ScopePattern, scope: &Scope) -> bool {
        let fits = |glob: Option<&Glob>, name: Option<&str>, of: &dyn Fn(&str, &str) -> bool| match (glob, name) {
            (None, _) => true,
            (Some(glob), Some(name)) => of(glob.as_str(), name),
            (Some(_), None) => false,
        };
        pattern.forms(scope, Reading::Meant).any(|form| {
            fits(pattern.database(), form.database, &|glob, name| {
                self.fits_database(glob, form, name)
            }) && fits(pattern.container(), form.container, &|glob, name| {
                self.fits_container(pattern, glob, scope, name)
            })
        })
    }

    /// Whether some place could lie both in `pattern` and in `scope`.
    pub fn pattern_could_overlap(self, pattern: &ScopePattern, scope: &Scope) -> bool {
        pattern.forms(scope, Reading::Meant).any(|form| {
            let database = pattern.database().zip(form.database);
            let container = pattern.container().zip(form.container);
            database.is_none_or(|(glob, name)| self.fits_database(glob.as_str(), form, name))
                && container.is_none_or(|(glob, name)| self.fits_container(pattern, glob.as_str(), scope, name))
        })
    }

    fn fits_database(self, glob: &str, form: Form<'_>, name: &str) -> bool {
        fits(glob, name, |name| match form.is_short {
            true => self.has_container(TABLES, name),
            false => self.database(name).is_some(),
        })
    }

    fn fits_container(self, pattern: &ScopePattern, glob: &str, scope: &Scope, name: &str) -> bool {
        let there = scope.database().unwrap_or_default();
        let own = pattern.database().filter(|glob| glob.is_literal());
        let own = own.map_or(there, |glob| glob.as_str());
        fits(glob, name, |name| {
            self.has_container(there, name) || self.has_container(own, name)
        })
    }

    /// Whether there is such a place, in exactly this spelling.
    pub fn has(self, scope: &Scope) -> bool {
        match (scope.database(), scope.container()) {
            (Some(database), Some(container)) => self.has_container(database, container),
            (Some(database), None) => self.database(database).is_some(),
            (None, _) => true,
        }
    }

    /// A place that exists, and that a scope that does not could mean.
    pub fn near(self, scope: &Scope) -> Option<Scope> {
        self.places()
            .find(|place| self.could_cover(scope, place) && self.could_cover(place, scope))
    }

    /// Every place that is known to exist, below the account.
    pub fn places(self) -> impl Iterator<Item = Scope> + 'a {
        self.0.iter().flat_map(|database| {
            let containers = database.containers.iter().flatten();
            let containers = containers.map(|container| Scope::Container {
                database: database.name.clone(),
                container: container.clone(),
            });
            std::iter::once(Scope::Database(database.name.clone())).chain(containers)
        })
    }
}

/// A place but for how its names are spelt. Places that could be one have the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Alike {
    database: Option<String>,
    container: Option<String>,
}

impl Alike {
    /// What is alike of a place.
    pub fn of(scope: &Scope) -> Self {
        Self {
            database: scope.database().map(folded),
            container: scope.container().map(folded),
        }
    }

    /// The account, the database and the container that the place is or is in: whatever [`could_cover`](Existing::could_cover)
    /// the place is alike one of them.
    pub fn and_above(self) -> impl Iterator<Item = Self> {
        let account = Self {
            database: None,
            container: None,
        };
        let database = Self {
            database: self.database.clone(),
            container: None,
        };
        let has_database = self.database.is_some();
        let has_container = self.container.is_some();
        let within = [has_database.then_some(database), has_container.then_some(self)];
        std::iter::once(account).chain(within.into_iter().flatten())
    }
}

/// Whether two names could be one: they are alike, and do not both exist.
fn could_be(a: &str, b: &str, exists: impl Fn(&str) -> bool) -> bool {
    a == b || (are_alike(a, b) && !(exists(a) && exists(b)))
}

/// Whether a name could be meant by a pattern: as it is spelt or, unless what both name exists, in another spelling. A
/// pattern with a `*` names whatever exists.
fn fits(glob: &str, name: &str, exists: impl Fn(&str) -> bool) -> bool {
    if !glob.contains('*') {
        return could_be(glob, name, exists);
    }
    matches(glob, name, Case::Sensitive) || (!exists(name) && matches(&folded(glob), &folded(name), Case::Sensitive))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(name: &str, containers: &[&str]) -> Database {
        Database {
            name: name.to_owned(),
            containers: Some(containers.iter().map(|&name| name.to_owned()).collect()),
        }
    }

    fn scope(text: &str) -> Scope {
        let parts: Vec<&str> = text.split('/').collect();
        match parts.as_slice() {
            [database, container] => Scope::Container {
                database: (*database).to_owned(),
                container: (*container).to_owned(),
            },
            [database] => Scope::Database((*database).to_owned()),
            _ => Scope::Account,
        }
    }

    #[test]
    fn encoding_and_case_are_other_spellings_of_a_name() {
        for (a, b) in [
            ("sales", "Sales"),
            ("database%201", "database 1"),
            ("Database%25201", "database 1"),
            ("%C3%A9", "É"),
            ("database%201", "database%25201"),
        ] {
            assert!(are_alike(a, b), "{a} {b}");
        }
        for (a, b) in [("a", "b"), ("a%2", "a%3"), ("%ff", "%fe"), ("a%20", "a")] {
            assert!(!are_alike(a, b), "{a} {b}");
        }
    }

    #[test]
    fn what_exists_is_nothing_else() {
        let both = [database("Sales", &["Orders", "orders"]), database("sales", &[])];
        let one = [database("Sales", &["Orders"])];
        let two = [database("Sales", &["Orders", "orders"])];
        for (databases, own, other, could) in [
            (&one[..], "sales", "Sales", true),
            (&both[..], "sales", "Sales", false),
            (&[], "sales", "Sales", true),
            (&one, "sales/orders", "Sales/Orders", true),
            (&one, "sales", "Sales/Orders", true),
            (&both, "Sales/orders", "Sales/Orders", false),
            (&both, "Sales/ORDERS", "Sales/Orders", true),
            // Whose database has which name isn't known, but both containers exist in one of them.
            (&two, "sales/orders", "Sales/Orders", false),
            (&two, "sales/ORDERS", "Sales/Orders", true),
            (&one, "Sales/Orders", "Sales", false),
        ] {
            let existing = Existing::new(Some(databases));
            assert_eq!(existing.could_cover(&scope(own), &scope(other)), could, "{own} {other}");
        }
        assert_eq!(Existing::new(Some(&one)).near(&scope("SALES")), Some(scope("Sales")));
        assert_eq!(Existing::new(Some(&one)).near(&scope("shop")), None);
        // What holds it is no other spelling of it.
        assert_eq!(Existing::new(Some(&one)).near(&scope("Sales/shop")), None);
    }

    #[test]
    fn patterns_are_read_both_ways() {
        let one = [database("Sales", &["Orders"])];
        let two = [database("Sales", &["Orders", "orders"])];
        for (databases, pattern, place, covers, overlaps) in [
            (&two, "/dbs/sales/colls/orders", "Sales/Orders", false, false),
            (&two, "/dbs/sales/colls/ORDERS", "Sales/Orders", true, true),
            (&two, "/dbs/sales/colls/shop", "Sales/Orders", false, false),
            (&one, "/dbs/sal*", "SALES", true, true),
            (&one, "/dbs/sal*", "Sales", false, false),
            (&one, "/dbs/sales", "Sales", true, true),
            (&one, "/dbs/sales/colls/o*", "Sales", false, true),
            (&one, "/dbs/Sales/colls/o*", "Sales", false, true),
            (&one, "/dbs/Sales/colls/o*", "Sales/ORDERS", true, true),
            (&one, "/", "x", true, true),
        ] {
            let existing = Existing::new(Some(databases));
            let pattern = ScopePattern::parse(pattern).unwrap();
            assert_eq!(
                existing.pattern_could_cover(&pattern, &scope(place)),
                covers,
                "{pattern} {place}"
            );
            assert_eq!(
                existing.pattern_could_overlap(&pattern, &scope(place)),
                overlaps,
                "{pattern} {place}"
            );
        }
    }
    #[test]
    fn a_table_that_exists_is_nothing_else() {
        let tables = |names: &[&str]| [database(TABLES, names)];
        for (names, pattern, covers) in [
            (&["A"][..], "/dbs/a*", false),
            (&["A"], "/dbs/a", true),
            (&["A", "a"], "/dbs/a", false),
            (&[], "/dbs/a*", true),
            (&["A"], "/dbs/A", true),
        ] {
            let databases = tables(names);
            let pattern = ScopePattern::parse(pattern).unwrap();
            let found = Existing::new(Some(&databases)).pattern_could_cover(&pattern, &Scope::table("A"));
            assert_eq!(found, covers, "{pattern} of {names:?}");
        }
    }
}
