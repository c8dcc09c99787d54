//! Names of places in their two readings, for the oracle: as they are spelt, and as they could be meant.

use crate::strategies::{Place, Plan, ScopeGlob};
use cosmos_rbac::model::Api;

/// The one database of an account with the API for Table: a table is a container of it.
pub(crate) const TABLES: &str = "TablesDB";

/// A reading of names that differ in case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// They are two.
    Spelt,
    /// They could be one, unless both exist.
    Loose,
}

/// Whether `*`, as any run of characters, makes `text` of `pattern`. Keeps every place in the text that the pattern can have
/// come to.
pub(crate) fn star(pattern: &str, text: &str) -> bool {
    // Most have no wildcard, or begin differently.
    let Some(first) = pattern.find('*') else {
        return pattern == text;
    };
    let Some(rest) = text.strip_prefix(&pattern[..first]) else {
        return false;
    };
    let pattern = &pattern[first..];
    let text: Vec<char> = rest.chars().collect();
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for letter in pattern.chars() {
        if letter == '*' {
            let first = reached.iter().position(|is| *is).unwrap_or(reached.len());
            reached[first..].fill(true);
        } else {
            let next = |at: usize| at > 0 && reached[at - 1] && text[at - 1] == letter;
            reached = (0..=text.len()).map(next).collect();
        }
    }
    reached[text.len()]
}

/// What exists, as far as it is known.
fn database_exists(plan: &Plan, name: &str) -> bool {
    plan.databases.iter().flatten().any(|(database, _)| database == name)
}

fn container_exists(plan: &Plan, database: &str, name: &str) -> bool {
    let mut there = plan.databases.iter().flatten().filter(|(own, _)| own == database);
    there.any(|(_, names)| names.iter().flatten().any(|own| own == name))
}

/// Whether a place certainly exists today.
pub(crate) fn exists(plan: &Plan, place: &Place) -> bool {
    match place {
        Place::Account => true,
        Place::Database(name) => database_exists(plan, name),
        Place::Container(database, name) => container_exists(plan, database, name),
    }
}

/// Whether a name, or one with `*`, means another.
fn means(glob: &str, name: &str, names: Names, exists: &dyn Fn(&str) -> bool) -> bool {
    let is_known = || exists(name) && (glob.contains('*') || exists(glob));
    let loose = || star(&glob.to_lowercase(), &name.to_lowercase());
    star(glob, name) || (names == Names::Loose && !is_known() && loose())
}

/// Whether what is given at `at` holds at `place`.
pub(crate) fn holds(plan: &Plan, at: &Place, place: &Place, names: Names) -> bool {
    let literal = |name: &String| name.replace('*', "\u{1}");
    let scope = match at {
        Place::Account => (None, None),
        Place::Database(database) => (Some(literal(database)), None),
        Place::Container(database, container) => (Some(literal(database)), Some(literal(container))),
    };
    let place = match place {
        Place::Account => Place::Account,
        Place::Database(database) => Place::Database(literal(database)),
        Place::Container(database, container) => Place::Container(literal(database), literal(container)),
    };
    lies_in(plan, &scope, &place, names)
}

/// Whether a policy's scope takes in `place`: that of a database also the table of that name, where there are tables.
pub(crate) fn takes_in(plan: &Plan, scope: &ScopeGlob, place: &Place, names: Names) -> bool {
    let is_table = match (scope, place) {
        ((Some(_), None), Place::Container(database, _)) => {
            plan.api == Api::Table && means(TABLES, database, names, &|_| false)
        }
        _ => false,
    };
    let as_table = |place: &Place| match place {
        Place::Container(_, table) => Place::Container(TABLES.to_owned(), table.clone()),
        own => own.clone(),
    };
    let of_table = (Some(TABLES.to_owned()), scope.0.clone());
    lies_in(plan, scope, place, names) || (is_table && lies_in(plan, &of_table, &as_table(place), names))
}

fn lies_in(plan: &Plan, scope: &ScopeGlob, place: &Place, names: Names) -> bool {
    let known = |name: &str| database_exists(plan, &name.replace('\u{1}', "*"));
    let of_database = |glob: &str, name: &str| means(glob, name, names, &known);
    match (scope, place) {
        ((None, None), _) => true,
        ((Some(glob), None), Place::Database(name) | Place::Container(name, _)) => of_database(glob, name),
        ((Some(glob), Some(inner)), Place::Container(name, container)) => {
            let own = if glob.contains('*') { name } else { glob };
            let known = |inner: &str| {
                let there = |database: &str| {
                    let [database, inner] = [database, inner].map(|text| text.replace('\u{1}', "*"));
                    container_exists(plan, &database, &inner)
                };
                there(own) || there(name)
            };
            of_database(glob, name) && means(inner, container, names, &known)
        }
        _ => false,
    }
}
