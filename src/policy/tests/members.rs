//! `members:` of groups.

use super::{errors, load};
use crate::checks::CHECKS;
use crate::model::PrincipalId;
use crate::policy::Policy;

const ANN: &str = "00000000-0000-4000-8000-00000000000a";
const BOB: &str = "00000000-0000-4000-8000-00000000000b";
const TEAM: &str = "00000000-0000-4000-8000-0000000000ff";

/// A policy with Ann, and with this as the declaration of a group.
fn text(team: &str) -> String {
    format!("version: 1\nprincipals:\n  team: {{ id: {TEAM}, {team} }}\n  ann: {{ id: {ANN}, kind: user }}\n")
}

fn members(policy: &Policy) -> Option<Vec<PrincipalId>> {
    let mut groups = policy.principals.iter().filter(|one| one.name == "team");
    groups.next()?.members.as_ref().map(|members| members.value.clone())
}

#[test]
fn members_are_names_or_object_ids() {
    let policy = load(&text(&format!("members: [ann, {}]", BOB.to_uppercase()))).unwrap();
    assert_eq!(members(&policy).unwrap(), [ANN.into(), BOB.into()]);
    let policy = load(&text("kind: group, members: []")).unwrap();
    assert_eq!(members(&policy).unwrap(), []);
    assert_eq!(members(&load(&text("kind: group")).unwrap()), None);
}

#[test]
fn what_is_wrong_with_a_list_is_an_error_at_its_place() {
    for (team, expected, place) in [
        ("members: [an]", "unknown principal `an`; did you mean `ann`?", "3:63"),
        (
            "members: [carl-gustav]",
            "unknown principal `carl-gustav`; declare it below `principals:`",
            "3:63",
        ),
        (
            "members: [ann, ann]",
            "`members` has this principal twice; the first is in line 3, column 63",
            "3:68",
        ),
        ("members: [team]", "group `team` can't be a member of itself", "3:63"),
        ("members: [\"*\"]", "a member can't be `*`", "3:63"),
        ("members: ann", "`members` must be a list, not text", "3:62"),
        ("members: ~", "`members` has no value; write `[]`", "3:62"),
        (
            "kind: service-principal, members: []",
            "principal `team` is a service principal, and only a group has `members`",
            "3:78",
        ),
        (
            "member: []",
            "a principal has no key `member`; did you mean `members`?",
            "3:53",
        ),
    ] {
        let found = errors(&text(team));
        assert!(
            found.contains(expected) && found.contains(&format!("policy.yaml:{place}")),
            "{team}: {found}"
        );
    }
    let twice = errors(&text(&format!("members: [ann, {ANN}]")));
    assert!(twice.contains("has this principal twice"), "{twice}");
}

#[test]
fn a_list_is_given_once_over_all_files() {
    let with = |other: &str| {
        let other = format!("version: 1\nprincipals: {{ team: {{ id: {TEAM}, {other} }} }}\n");
        let own = text(&format!("members: [{BOB}, ann]"));
        Policy::from_sources(&[("a.yaml", &own), ("b.yaml", &other)], &CHECKS)
    };
    // Who is named can be declared in another file, and the order doesn't matter.
    for same in [format!("members: [ann, {BOB}]"), "kind: group".to_owned()] {
        assert_eq!(
            members(&with(&same).unwrap()).unwrap(),
            [BOB.into(), ANN.into()],
            "{same}"
        );
    }
    let found = with("members: [ann]").unwrap_err().to_string();
    assert!(
        found.contains("group `team` has other members at a.yaml:3:53; give it one list"),
        "{found}"
    );
    let found = with("kind: user").unwrap_err().to_string();
    assert!(found.contains("only a group has `members`"), "{found}");
}

#[test]
fn a_list_is_a_rule_about_the_group_and_about_its_members() {
    let policy = load(&text("members: [ann]")).unwrap();
    let warnings = policy.lint(jiff::civil::date(2026, 1, 1));
    assert!(
        !warnings.iter().any(|one| one.code == "unused-principal"),
        "{warnings:?}"
    );
}
