//! What sets of data actions are in words, and which actions read items where they are.

use crate::model::action::PREFIX;
use crate::model::{ActionPattern, Atom, Permission, RoleKind, Universe};

const ITEMS: &str = "sqlDatabases/containers/items/";

fn said(texts: &[&str]) -> (String, String) {
    let patterns: Vec<ActionPattern> = texts
        .iter()
        .map(|text| ActionPattern::full(format!("{PREFIX}{text}")))
        .collect();
    let universe = Universe::new(RoleKind::Sql.catalogue(), &patterns);
    let permission = Permission {
        data_actions: patterns,
        not_data_actions: Vec::new(),
    };
    let bounds = universe.bounds([&permission]);
    // The wildcards themselves, without what else they match.
    let set = universe.filter(bounds.most(), |atom| {
        atom.wildcard().is_some() || texts.contains(&atom.short().as_str())
    });
    let verbs = universe.verbs(&set);
    (
        verbs.as_str().to_owned(),
        universe.worst_verbs(&set).as_str().to_owned(),
    )
}

#[test]
fn a_sentence_names_five_things_or_six() {
    let read = format!("{ITEMS}read");
    let delete = format!("{ITEMS}delete");
    let unmask = format!("{ITEMS}unmask");
    let others = [
        unmask.as_str(),
        "readMetadata",
        "sqlDatabases/containers/executeStoredProcedure",
        "sqlDatabases/containers/manageConflicts",
        "sqlDatabases/containers/readChangeFeed",
    ];
    let all = [
        "resolve conflicts",
        "run stored procedures",
        "see masked fields",
        "read the change feed",
        "read metadata",
    ];
    let (five, _) = said(&others);
    for word in all {
        assert!(five.contains(word), "{five}");
    }
    assert!(!five.contains("more"), "{five}");
    // Of six, none is left out: that would save no word.
    let six: Vec<&str> = others.into_iter().chain([read.as_str()]).collect();
    let (six_said, _) = said(&six);
    assert!(
        six_said.starts_with("read items, ") && six_said.ends_with("and read metadata"),
        "{six_said}"
    );
    let seven: Vec<&str> = six.into_iter().chain(["readAnalytics"]).collect();
    let (seven_said, _) = said(&seven);
    assert!(seven_said.ends_with(" and 2 more"), "{seven_said}");
    // All that is done with items is one thing.
    let (items, worst) = said(&[&read, &delete]);
    assert_eq!(
        (items.as_str(), worst.as_str()),
        ("delete and read items", "delete and read items")
    );
}

#[test]
fn a_wildcard_is_named_if_it_is_the_only_one() {
    assert_eq!(said(&["a/*"]).0, "use any other action that `a/*` matches");
    assert_eq!(said(&["a/*", "b/*"]).0, "use any other action that wildcards match");
}

#[test]
fn a_title_says_the_worst() {
    let [read, delete, create, replace] = ["read", "delete", "create", "replace"].map(|word| format!("{ITEMS}{word}"));
    for (texts, expected) in [
        (vec![], "do nothing"),
        (vec![read.as_str()], "read items"),
        (vec![&read, &delete], "delete and read items"),
        // Of three, only those that are as bad as the worst.
        (vec![&read, &create, &replace], "create and replace items"),
        (vec![&read, &create, &delete], "delete items"),
        // One of two is nothing that is done with items.
        (vec![&read, "readMetadata"], "read items"),
        (
            vec![&read, "sqlDatabases/containers/manageConflicts"],
            "resolve conflicts",
        ),
        (vec!["readAnalytics"], "read the analytical copy"),
    ] {
        assert_eq!(said(&texts).1, expected, "{texts:?}");
    }
}

#[test]
fn the_copy_and_masked_fields_are_not_read_in_place() {
    let known = RoleKind::Sql.catalogue().iter().map(Atom::Known);
    let in_place: Vec<String> = known.filter(Atom::reads_in_place).map(|atom| atom.short()).collect();
    assert_eq!(
        in_place,
        [
            "readMetadata",
            "sqlDatabases/containers/executeQuery",
            "sqlDatabases/containers/readChangeFeed",
            "sqlDatabases/containers/items/read",
        ]
    );
    assert!(!Atom::of(&ActionPattern::full("x/read")).reads_in_place());
}
