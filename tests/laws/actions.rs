//! Patterns of data actions, and sets of them.

use crate::cases;
use crate::oracle;
use crate::strategies::{PREFIX, Shapes, any_text, pattern, permission};
use cosmos_rbac::model::action::Atom;
use cosmos_rbac::model::glob::{Case, Glob};
use cosmos_rbac::model::{ActionPattern, ActionSet, Permission, RoleKind, Universe};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Short patterns over few letters: they meet often.
fn short() -> impl Strategy<Value = String> {
    "[ab/*]{0,4}"
}

/// Every text of up to `length` characters over the letters of [`short`] and one that no pattern names.
fn texts(length: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut from = 0;
    for _ in 0..length {
        let longer: Vec<String> = all[from..]
            .iter()
            .flat_map(|text| ["a", "b", "/", "c"].map(|letter| format!("{text}{letter}")))
            .collect();
        from = all.len();
        all.extend(longer);
    }
    all
}

fn full(text: &str) -> ActionPattern {
    ActionPattern::full(text)
}

/// What one pattern grants in a universe, in both readings.
fn sets(universe: &Universe, pattern: &str) -> (ActionSet, ActionSet) {
    let permission = Permission {
        data_actions: vec![full(pattern)],
        not_data_actions: Vec::new(),
    };
    let bounds = universe.bounds([&permission]);
    (bounds.least().clone(), bounds.most().clone())
}

/// Whether a set holds the atom "any other action matching `wildcard`".
fn has_atom(universe: &Universe, set: &ActionSet, wildcard: &str) -> bool {
    let is_it = |atom: &Atom| matches!(atom, Atom::AnyOther(pattern) if pattern.as_str() == wildcard);
    universe.members(set).any(is_it)
}

/// An action that fits a pattern now and then: pieces of it, joined anew.
fn action_near() -> impl Strategy<Value = (String, String)> {
    let piece = prop_oneof![Just("*".to_owned()), "[aA/.\n(+é]{1,2}", any_text()];
    (vec(piece, 0..6), any::<bool>(), any_text()).prop_map(|(pieces, upper, filling)| {
        let text = pieces.concat();
        let action = text.replace('*', &filling);
        (text, if upper { action.to_ascii_uppercase() } else { action })
    })
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn most_is_what_a_regex_says((text, action) in action_near(), other in any_text()) {
        let lower = |text: &str| text.to_ascii_lowercase();
        let pattern = full(&text);
        let parts: Vec<String> = lower(pattern.as_str()).split('*').map(regex::escape).collect();
        let regex = regex::Regex::new(&format!("^(?:{})$", parts.join("(?s:.*)"))).unwrap();
        for action in [&action, &other, &text] {
            let expected = regex.is_match(&lower(action));
            prop_assert_eq!(pattern.covers_most(action), expected, "{:?}", action);
            // The audits' oracle is held to the same.
            prop_assert_eq!(oracle::most(pattern.as_str(), action), expected, "oracle, {:?}", action);
        }
    }

    #[test]
    fn least_is_what_the_contract_says(text in short(), (near, action) in action_near()) {
        for action in texts(4) {
            prop_assert_eq!(full(&text).covers_least(&action), oracle::least(&text, &action), "{:?}", action);
        }
        let near = full(&near);
        prop_assert_eq!(near.covers_least(&action), oracle::least(near.as_str(), &action));
    }

    #[test]
    fn least_grants_no_more_than_most(text in short(), (near, action) in action_near(), real in pattern(Shapes::Any)) {
        for action in texts(4) {
            prop_assert!(!full(&text).covers_least(&action) || full(&text).covers_most(&action), "{:?}", action);
        }
        prop_assert!(!full(&near).covers_least(&action) || full(&near).covers_most(&action));
        prop_assert!(full(&real).covers_most(&real));
    }

    #[test]
    fn bounds_are_in_order(permissions in vec(permission(Shapes::Any), 0..4), also in vec(pattern(Shapes::Any), 0..4)) {
        let permissions: Vec<Permission> = permissions.iter().map(|permission| permission.build()).collect();
        let mut patterns: Vec<ActionPattern> = also.iter().map(full_ref).collect();
        patterns.extend(permissions.iter().flat_map(|p| p.data_actions.iter().chain(&p.not_data_actions)).cloned());
        let universe = Universe::new(RoleKind::Sql.catalogue(), &patterns);
        let bounds = universe.bounds(&permissions);
        prop_assert!(bounds.least().is_subset(bounds.most()));
    }

    #[test]
    fn permissions_add_up_and_subtract_as_the_contract_says(permissions in vec(permission(Shapes::Any), 0..4)) {
        let built: Vec<Permission> = permissions.iter().map(|permission| permission.build()).collect();
        let patterns = built.iter().flat_map(|p| p.data_actions.iter().chain(&p.not_data_actions));
        let universe = Universe::new(RoleKind::Sql.catalogue(), patterns);
        let bounds = universe.bounds(&built);
        let all = sets(&universe, "*").1;
        for (set, world) in [(bounds.least(), oracle::World::Least), (bounds.most(), oracle::World::Most)] {
            let names = |set: &ActionSet| -> BTreeSet<String> {
                universe.members(set).map(|atom| oracle::concrete(&atom.name())).collect()
            };
            let expected: BTreeSet<String> =
                names(&all).into_iter().filter(|action| oracle::grants(&permissions, action, world)).collect();
            prop_assert_eq!(names(set), expected, "{:?}", world);
        }
    }

    #[test]
    fn globs_contain_what_they_contain(outer in "[abA*]{0,5}", inner in "[abA*]{0,5}", sensitive: bool) {
        let case = if sensitive { Case::Sensitive } else { Case::Ignored };
        let fold = |text: &str| if sensitive { text.to_owned() } else { text.to_ascii_lowercase() };
        // A counterexample needs no more than one unknown letter for each `*`.
        let mut names = vec![String::new()];
        let mut from = 0;
        for _ in 0..inner.len() {
            let longer: Vec<String> =
                names[from..].iter().flat_map(|name| ["a", "b", "A", "c"].map(|letter| format!("{name}{letter}"))).collect();
            from = names.len();
            names.extend(longer);
        }
        let matched = |glob: &str, name: &str| crate::naming::star(&fold(glob), &fold(name));
        let expected = names.iter().all(|name| !matched(&inner, name) || matched(&outer, name));
        let [wide, narrow] = [&outer, &inner].map(|text| Glob::new(text.as_str(), case));
        prop_assert_eq!(wide.contains(&narrow), expected);
        for name in names.iter().take(100) {
            prop_assert_eq!(wide.matches(name), matched(&outer, name), "{}", name);
        }
    }

    #[test]
    fn an_atom_is_contained_with_its_whole_wildcard(outer in short(), inner in "[ab/*]{0,3}[*][ab/*]{0,1}") {
        let texts = texts(inner.len());
        let universe = Universe::new([], [&full(&outer), &full(&inner)]);
        let (least, most) = sets(&universe, &outer);
        let contained = texts.iter().all(|text| !oracle::most(&inner, text) || oracle::most(&outer, text));
        prop_assert_eq!(has_atom(&universe, &most, &inner), contained);
        // In least, for the two shapes that grant something there.
        if inner == "*" || (inner.ends_with("/*") && inner.matches('*').count() == 1) {
            let contained = texts.iter().all(|text| !oracle::least(&inner, text) || oracle::least(&outer, text));
            prop_assert_eq!(has_atom(&universe, &least, &inner), contained, "least");
        }
    }

    #[test]
    fn most_grows_with_the_language(outer in short(), inner in short(), also in vec(short(), 0..6)) {
        let contained = texts(inner.len())
            .iter()
            .all(|text| !oracle::most(&inner, text) || oracle::most(&outer, text));
        let patterns: Vec<ActionPattern> = also.iter().chain([&outer, &inner]).map(full_ref).collect();
        let universe = Universe::new(RoleKind::Sql.catalogue(), &patterns);
        prop_assert_eq!(sets(&universe, &inner).1.is_subset(&sets(&universe, &outer).1), contained);
    }

    #[test]
    fn least_never_shrinks_on_the_way_to_everything(text in pattern(Shapes::Any), also in vec(pattern(Shapes::Any), 0..6)) {
        let literal = format!("{PREFIX}x/{}", text.replace('*', "x"));
        let parent = literal.rsplit_once('/').unwrap().0;
        let steps = [literal.clone(), format!("{parent}/*"), "*".to_owned()];
        let patterns: Vec<ActionPattern> = also.iter().chain(&steps).map(full_ref).collect();
        let universe = Universe::new(RoleKind::Sql.catalogue(), &patterns);
        for pair in steps.windows(2) {
            let (narrow, wide) = (sets(&universe, &pair[0]), sets(&universe, &pair[1]));
            prop_assert!(narrow.0.is_subset(&wide.0), "{:?}", pair);
            prop_assert!(narrow.1.is_subset(&wide.1), "{:?}", pair);
            prop_assert!(!narrow.0.is_empty());
        }
    }

    #[test]
    fn a_universe_depends_on_neither_order_nor_casing(mut patterns in vec(pattern(Shapes::Any), 0..8)) {
        let names = |patterns: &[String]| -> Vec<String> {
            let patterns: Vec<ActionPattern> = patterns.iter().map(full_ref).collect();
            let universe = Universe::new(RoleKind::Sql.catalogue(), &patterns);
            let all = sets(&universe, "*").1;
            universe.members(&all).map(Atom::name).collect()
        };
        let before = names(&patterns);
        patterns.reverse();
        prop_assert_eq!(&names(&patterns), &before);
        let upper: Vec<String> = patterns.iter().map(|text| text.to_ascii_uppercase()).collect();
        prop_assert_eq!(names(&upper).len(), before.len());
    }

    #[test]
    fn policies_may_leave_the_prefix_out(text in "[a-zA-Z/*é]{1,12}") {
        let written_short = ActionPattern::from_policy(&text);
        if text == "*" {
            prop_assert_eq!(written_short.as_str(), "*");
        } else {
            prop_assert_eq!(&written_short, &ActionPattern::from_policy(&format!("{PREFIX}{text}")));
            prop_assert_eq!(written_short.short(), text);
        }
    }

    #[test]
    fn no_text_passes_for_the_atom_of_a_wildcard(text in any_text(), wildcard in pattern(Shapes::Any)) {
        let disguised = full(&wildcard.replace('*', "\u{1}"));
        let universe = Universe::new(RoleKind::Sql.catalogue(), [&full(&wildcard), &full(&text), &disguised]);
        if wildcard.contains('*') {
            prop_assert!(has_atom(&universe, &sets(&universe, &wildcard).1, &wildcard), "it is still there");
            let (least, most) = sets(&universe, disguised.as_str());
            prop_assert!(!has_atom(&universe, &least, &wildcard) && !has_atom(&universe, &most, &wildcard));
        }
    }
}

fn full_ref(text: impl AsRef<str>) -> ActionPattern {
    ActionPattern::full(text.as_ref())
}

/// The one wildcard that is documented outside of what an API holds.
#[test]
fn throughput_settings_have_bounds_of_their_own() {
    let mut kinds = 0;
    for kind in RoleKind::ENTRA {
        let catalogue = kind.catalogue();
        let settings: Vec<String> = (catalogue.iter().map(|action| action.name))
            .filter(|name| name.starts_with("throughputSettings/"))
            .map(|name| format!("{PREFIX}{name}"))
            .collect();
        if settings.is_empty() {
            continue;
        }
        kinds += 1;
        let data = catalogue.iter().find(|action| action.is_on_items()).unwrap().name;
        let own = format!("{PREFIX}{}/*", data.split('/').next().unwrap());
        let wildcard = format!("{PREFIX}throughputSettings/*");
        let universe = Universe::new(catalogue, [&full(&wildcard), &full(&own), &full("*")]);
        let names = |set: &ActionSet| universe.members(set).map(Atom::name).collect::<BTreeSet<_>>();
        let (least, most) = sets(&universe, &wildcard);
        assert_eq!(settings.len(), 2, "{kind:?}");
        assert!(
            settings.iter().all(|name| names(&least).contains(name)),
            "{kind:?}: {:?}",
            names(&least)
        );
        // Nothing else is certain, and nothing but what it could match is possible.
        assert!(
            names(&most).iter().all(|name| name.contains("throughputSettings/")),
            "{kind:?}"
        );
        assert!(!names(&most).contains(&format!("{PREFIX}readMetadata")), "{kind:?}");
        let (_, of_own) = sets(&universe, &own);
        assert!(settings.iter().all(|name| !names(&of_own).contains(name)), "{kind:?}");
        let (all, _) = sets(&universe, "*");
        assert!(settings.iter().all(|name| names(&all).contains(name)), "{kind:?}");
    }
    assert!(kinds >= 3, "{kinds}");
}
