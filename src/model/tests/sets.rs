//! Sets of data actions, and what one grants more than another.

use crate::model::action::PREFIX;
use crate::model::{ActionPattern, ActionSet, Bounds, Permission, RoleKind, Universe};

fn patterns(texts: &[&str]) -> Vec<ActionPattern> {
    let full = |text: &&str| ActionPattern::full(format!("{PREFIX}{text}"));
    texts.iter().map(full).collect()
}

fn universe(texts: &[&str]) -> Universe {
    Universe::new(RoleKind::Sql.catalogue(), &patterns(texts))
}

fn bounds(universe: &Universe, texts: &[&str]) -> Bounds {
    let permission = Permission {
        data_actions: patterns(texts),
        not_data_actions: Vec::new(),
    };
    universe.bounds([&permission])
}

fn names(universe: &Universe, set: &ActionSet) -> Vec<String> {
    universe.members(set).map(|atom| atom.short()).collect()
}

#[test]
fn sets_have_as_many_members_as_they_name() {
    let universe = universe(&[]);
    let read = bounds(&universe, &["readMetadata", "readAnalytics"]);
    assert_eq!(read.least().len(), 2);
    assert_eq!(universe.empty().len(), 0);
    assert_eq!(universe.all().len(), RoleKind::Sql.catalogue().len());
}

#[test]
fn what_is_granted_more_is_certain_or_possible() {
    let wide = "sqlDatabases/containers/items/de*";
    let universe = universe(&[wide]);
    let [one, two, all] = [
        ["readMetadata"].as_slice(),
        &["readMetadata", "readAnalytics"],
        &["readMetadata", wide],
    ]
    .map(|texts| bounds(&universe, texts));
    let more = |a: &Bounds, b: &Bounds| a.more_than(b).map(|set| names(&universe, &set));
    assert_eq!(more(&two, &one), Some(vec!["readAnalytics".to_owned()]));
    assert_eq!(more(&one, &two), None);
    assert_eq!(more(&one, &one), None);
    // What the wildcard covers isn't known, and that is more, too.
    let possible = more(&all, &one).unwrap_or_default();
    assert!(
        possible.contains(&"sqlDatabases/containers/items/delete".to_owned()),
        "{possible:?}"
    );
    assert!(all.least() == one.least());
}
