//! Comparisons in several readings: what is certain, what depends on more than wildcards, and what identifies them.

use super::*;
use crate::model::RoleKind;
use crate::model::action::PREFIX;

const ITEMS: &str = "sqlDatabases/containers/items/";

fn permission(texts: &[&str]) -> Permission {
    let full = |text: &&str| ActionPattern::full(format!("{PREFIX}{text}"));
    Permission {
        data_actions: texts.iter().map(full).collect(),
        not_data_actions: Vec::new(),
    }
}

fn universe(also: &[&str]) -> Universe {
    Universe::new(RoleKind::Sql.catalogue(), &permission(also).data_actions)
}

/// Exactly the members with these names.
fn set(universe: &Universe, names: &[&str]) -> ActionSet {
    universe.filter(&universe.all(), |atom| names.contains(&atom.short().as_str()))
}

/// What a violation has, in words.
fn told(universe: &Universe, violation: Option<Violation>) -> Option<(Vec<String>, Confidence, Vec<String>, bool)> {
    let names = |set: &ActionSet| universe.members(set).map(Atom::short).collect();
    let one = violation?;
    Some((
        names(&one.actions),
        one.confidence,
        names(&one.possibly),
        one.depends_on_more,
    ))
}

fn expected(
    actions: &[&str],
    confidence: Confidence,
    possibly: &[&str],
    more: bool,
) -> Option<(Vec<String>, Confidence, Vec<String>, bool)> {
    let own = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    Some((own(actions), confidence, own(possibly), more))
}

#[test]
fn what_is_not_there_for_certain_is_possible() {
    let universe = universe(&[]);
    let [none, read, both] =
        [&[][..], &["readMetadata"], &["readAnalytics", "readMetadata"]].map(|names| set(&universe, names));
    let unless = |is_certain, least: &ActionSet, most: &ActionSet| {
        told(&universe, Violation::unless(is_certain, least.clone(), most.clone()))
    };
    let certain = expected(&["readMetadata"], Confidence::Certain, &["readAnalytics"], false);
    assert_eq!(unless(true, &read, &both), certain);
    let possible = expected(&["readMetadata"], Confidence::Possible, &[], true);
    assert_eq!(unless(false, &read, &read), possible);
    // It depends on the wildcards alone.
    let wildcards = expected(&["readMetadata"], Confidence::Possible, &[], false);
    assert_eq!(unless(true, &none, &read), wildcards);
    assert_eq!(unless(true, &none, &none), None);
    assert_eq!(told(&universe, Violation::unknown(read)), possible);
    assert!(Violation::unknown(none).is_none());
}

#[test]
fn what_could_be_allowed_is_possible() {
    let universe = universe(&[]);
    let of = |names: &[&str]| Bounds::certain(&set(&universe, names));
    let (none, read, both) = (of(&[]), of(&["readMetadata"]), of(&["readAnalytics", "readMetadata"]));
    let beyond = |own: &Bounds, is_certain, certain: &Bounds, possible: &Bounds| {
        let other = Readings {
            certain: certain.clone(),
            possible: possible.clone(),
        };
        told(&universe, Violation::beyond(own, is_certain, &other))
    };
    let all = ["readAnalytics", "readMetadata"];
    assert_eq!(
        beyond(&both, true, &none, &none),
        expected(&all, Confidence::Certain, &[], false)
    );
    assert_eq!(
        beyond(&both, false, &none, &none),
        expected(&all, Confidence::Possible, &[], true)
    );
    assert_eq!(
        beyond(&both, true, &none, &both),
        expected(&all, Confidence::Possible, &[], true)
    );
    let some = expected(&["readAnalytics"], Confidence::Certain, &["readMetadata"], true);
    assert_eq!(beyond(&both, true, &none, &read), some);
    let left = expected(&["readAnalytics"], Confidence::Certain, &[], false);
    assert_eq!(beyond(&both, true, &read, &read), left);
    assert_eq!(beyond(&read, true, &both, &both), None);
}

#[test]
fn a_doubt_is_about_what_is_possible() {
    let universe = universe(&[]);
    let [none, read, both] =
        [&[][..], &["readMetadata"], &["readAnalytics", "readMetadata"]].map(|names| set(&universe, names));
    let analytics = both.minus(&read);
    let certain = Violation::of(&read, &both).unwrap();
    assert!(certain.is_in_doubt_for(&analytics) && certain.is_in_doubt_for(&both));
    assert!(!certain.is_in_doubt_for(&read) && !certain.is_in_doubt_for(&none));
    let possible = Violation::of(&none, &both).unwrap();
    assert!(possible.is_in_doubt_for(&both) && !possible.is_in_doubt_for(&analytics));
    // Nothing is in doubt.
    assert!(!Violation::of(&both, &both).unwrap().is_in_doubt_for(&both));
}

#[test]
fn what_identifies_it_is_stated_or_listed() {
    let wild = format!("{ITEMS}*");
    let special = format!("{ITEMS}special");
    let read = format!("{ITEMS}read");
    let any_other = format!("any other action matching {wild}");
    // Another rule of the account names `items/elsewhere`.
    let universe = universe(&[&wild, &special, "unheard-of", &format!("{ITEMS}elsewhere")]);
    let stated = [permission(&[&wild]), permission(&[&special, "unheard-of"])];
    let stated: Vec<&Permission> = stated.iter().collect();
    let [wrong, more] = [
        &[read.as_str(), &any_other, &format!("{ITEMS}elsewhere")][..],
        &[&read, &any_other, &format!("{ITEMS}delete")],
    ]
    .map(|names| set(&universe, names));
    let names = |names: &crate::finding::ActionNames| -> Vec<String> {
        let prefix = PREFIX.to_lowercase();
        names.iter().map(|name| name.replace(&prefix, "")).collect()
    };
    let said = |violation: Violation| {
        let wrong = violation.wrong(&universe, &stated);
        [names(&wrong.certain), names(&wrong.possible), names(&wrong.spared)]
    };
    let own = |names: &[&str]| -> Vec<String> { names.iter().map(|name| name.to_lowercase()).collect() };
    // What the rule names and the wildcard matches is spared; what the catalogue lists is not told of.
    assert_eq!(
        said(Violation::of(&wrong, &wrong).unwrap()),
        [own(&[&any_other, &read]), vec![], own(&[&special])]
    );
    assert_eq!(
        said(Violation::of(&wrong.minus(&wrong), &wrong).unwrap()),
        [vec![], own(&[&any_other, &read]), own(&[&special])]
    );
    assert_eq!(
        said(Violation::of(&wrong.and(&more), &more).unwrap()),
        [
            own(&[&any_other, &read]),
            own(&[&format!("{ITEMS}delete")]),
            own(&[&special])
        ]
    );
    let only_read = set(&universe, &[&read]);
    assert_eq!(
        said(Violation::of(&only_read, &only_read).unwrap()),
        [own(&[&read]), vec![], vec![]]
    );
}
