//! Scopes in odd spellings, and the two forms of a table.

use super::{ACCOUNT, account_id};
use crate::model::scope::ScopeError;
use crate::model::{Existing, Scope, ScopePattern};

fn container(database: &str, container: &str) -> Scope {
    Scope::Container {
        database: database.to_owned(),
        container: container.to_owned(),
    }
}

#[test]
fn slashes_astray_are_no_other_account() {
    let other = ACCOUNT.replace("/acc", "/abc");
    for (text, expected) in [
        (format!("/{ACCOUNT}/dbs/x"), ScopeError::Shape),
        (format!("/{other}/dbs/x"), ScopeError::OtherAccount(other.clone())),
        (format!("/{ACCOUNT}{ACCOUNT}/dbs/x"), ScopeError::Doubled),
        (format!("{}{ACCOUNT}/dbs/x", &ACCOUNT[1..]), ScopeError::Doubled),
    ] {
        assert_eq!(Scope::parse(&text, &account_id()), Err(expected), "{text}");
    }
}

#[test]
fn what_a_malformed_scope_could_mean_has_the_words_of_a_scope() {
    let database = |name: &str| Some(Scope::Database(name.to_owned()));
    for (text, expected) in [
        ("", Some(Scope::Account)),
        ("/Dbs/x", database("x")),
        ("/sqlDatabases/x", database("x")),
        ("//dbs/x/Colls/y", Some(container("x", "y"))),
        ("/sqlDatabases/x/containers/y", Some(container("x", "y"))),
        // One of the two words is that of something else.
        ("/dbs/x/users/y", None),
        ("/users/x/colls/y", None),
        ("/users/x", None),
        ("/users/x/permissions/y", None),
        ("/dbs/x/colls", None),
        ("/x", None),
    ] {
        let text = format!("{ACCOUNT}{text}");
        assert_eq!(Scope::forgiving(&text, &account_id()), expected, "{text}");
    }
}

#[test]
fn all_tables_are_no_table() {
    let database = |name: &str| Scope::Database(name.to_owned());
    assert_eq!(database("orders").of_tables(), Scope::table("orders"));
    assert_eq!(container("TablesDB", "orders").of_tables(), Scope::table("orders"));
    for all in ["TablesDB", "tablesdb"] {
        assert_eq!(database(all).of_tables(), Scope::Tables(all.to_owned()));
    }
    for other in [Scope::Account, container("x", "y")] {
        assert_eq!(other.clone().of_tables(), other);
    }
    assert!(database("TablesDB").of_tables().covers(&Scope::table("orders")));
}

#[test]
fn patterns_have_both_forms_of_a_table() {
    let table = Scope::table("orders");
    for (pattern, covers, overlaps, names) in [
        ("/", true, true, false),
        ("/dbs/orders", true, true, true),
        ("/dbs/TablesDB", true, true, false),
        ("/dbs/TablesDB/colls/orders", true, true, true),
        ("/dbs/TablesDB/colls/customers", false, false, false),
        // Nothing lies in a table.
        ("/dbs/orders/colls/orders", false, false, false),
        ("/dbs/orders/colls/*", false, false, false),
        ("/dbs/customers", false, false, false),
    ] {
        let own = ScopePattern::parse(pattern).unwrap();
        let found = (own.covers(&table), own.overlaps(&table), own.names(&table));
        assert_eq!(found, (covers, overlaps, names), "{pattern}");
    }
}

/// Whether it is that database isn't known: the name is only nearly the same.
#[test]
fn a_table_of_another_spelling_has_one_form() {
    let table = container("tablesDB", "orders").of_tables();
    assert_eq!(table.to_string(), "/dbs/tablesDB/colls/orders");
    for (pattern, covers, could) in [
        ("/dbs/orders", false, true),
        ("/dbs/TablesDB/colls/orders", false, true),
        ("/dbs/tablesDB/colls/orders", true, true),
        ("/dbs/customers", false, false),
    ] {
        let own = ScopePattern::parse(pattern).unwrap();
        let found = (
            own.covers(&table),
            Existing::new(None).pattern_could_cover(&own, &table),
        );
        assert_eq!(found, (covers, could), "{pattern}");
    }
}

#[test]
fn patterns_of_a_table_meet_all_tables() {
    let all = Scope::Tables("TablesDB".to_owned());
    for (pattern, covers, overlaps, names) in [
        ("/", true, true, false),
        ("/dbs/TablesDB", true, true, true),
        ("/dbs/T*", true, true, true),
        // A table can have the name.
        ("/dbs/orders", false, true, false),
        ("/dbs/o*", false, true, false),
        ("/dbs/TablesDB/colls/orders", false, true, false),
        ("/dbs/orders/colls/orders", false, false, false),
    ] {
        let own = ScopePattern::parse(pattern).unwrap();
        let found = (own.covers(&all), own.overlaps(&all), own.names(&all));
        assert_eq!(found, (covers, overlaps, names), "{pattern}");
    }
}
