//! Deny assignments: what they take away for certain, and what only perhaps.

use super::semantics::{ACCOUNT, CONTRIBUTOR, CUSTOM, Case, EVERYONE};
use super::*;

#[test]
fn a_deny_assignment_that_only_audits_takes_nothing_away() {
    for (effect, expected) in [
        (json!("enforced"), "none"),
        (json!("audit"), "possible"),
        (json!("unknown"), "possible"),
        (json!("novel"), "possible"),
    ] {
        let case = Case::new()
            .assign(1, CONTRIBUTOR, "", json!({}))
            .deny(json!(["*"]), json!({"effect": effect}));
        assert_eq!(case.sure("key-access", "ann"), expected, "{effect}");
    }
    // A file of an earlier version doesn't tell: it denies as it did then, and the report says so.
    let mut case = Case::new()
        .assign(1, CONTRIBUTOR, "", json!({}))
        .deny(json!(["*"]), json!({}));
    case.denies[0].as_object_mut().unwrap().remove("effect");
    assert_eq!(case.sure("key-access", "ann"), "none");
    let notices = case.report().notices;
    assert!(
        notices.iter().any(|notice| notice
            .message
            .as_str()
            .contains("doesn't say of 1 deny assignment whether")),
        "{notices:?}"
    );
}

#[test]
fn a_deny_assignment_is_possible_to_get_past_for_whoever_can_lift_it() {
    let stack = "Deny assignment '1' created by Deployment Stack '/subscriptions/x'.";
    let app = "System deny assignment created by managed application /subscriptions/x.";
    for (protected, name, owner) in [
        (json!(false), "mine", "possible"),
        (json!(null), "mine", "possible"),
        (json!(true), stack, "possible"),
        (json!(true), app, "none"),
    ] {
        let more = json!({"system_protected": protected, "name": name});
        let case = Case::new()
            .assign(1, OWNER, "", json!({}))
            .assign(2, CONTRIBUTOR, "", json!({}))
            .deny(json!(["*"]), more.clone());
        for check in ["key-access", "self-grant", "local-auth-switch"] {
            assert_eq!(
                (case.sure(check, "ann"), case.sure(check, "ben")),
                (owner, "none"),
                "{protected} {name} {check}"
            );
        }
        // One who could delete it below its scope only can't.
        let below = Case::new()
            .assign(1, OWNER, ACCOUNT, json!({}))
            .deny(json!(["*"]), more);
        assert_eq!(below.sure("key-access", "ann"), "none");
    }
    let case = Case::new()
        .assign(1, OWNER, "", json!({}))
        .deny(json!(["*"]), json!({"system_protected": false}));
    let report = case.report();
    assert!(
        of(&report, "key-access")[0]
            .message
            .as_str()
            .contains("whether the principal first lifts the deny assignment `mine`")
    );
    // What lets them lift it may be another role than what it denies, even one that must be activated.
    let mut case = Case::new()
        .assign(2, CONTRIBUTOR, "", json!({}))
        .deny(json!(["*"]), json!({"system_protected": false}));
    case.custom = json!([{"actions": ["Microsoft.Authorization/denyAssignments/*"], "not_actions": []}]);
    case.eligible = vec![
        json!({"id": "e", "role_definition_id": role(CUSTOM), "principal_id": id(2), "scope": format!("/subscriptions/{SUBSCRIPTION}")}),
    ];
    assert_eq!(case.sure("key-access", "ben"), "possible");
}

#[test]
fn a_deny_assignment_at_its_own_scope_leaves_what_lies_in_the_account() {
    let scope = format!("/subscriptions/{SUBSCRIPTION}{ACCOUNT}");
    let more =
        json!({"scope": scope, "does_not_apply_to_child_scopes": true, "name": "created by managed application x"});
    let case = Case::new().assign(1, OWNER, "", json!({})).deny(json!(["*"]), more);
    let found: Vec<_> = ["key-access", "local-auth-switch", "self-grant", "role-assignment-write"]
        .map(|check| case.sure(check, "ann"))
        .to_vec();
    assert_eq!(found, ["none", "none", "certain", "certain"]);
}

#[test]
fn deny_assignments_are_judged_member_by_member() {
    let team = |members: &[u8]| {
        vec![
            person(1, "ann", "user"),
            person(2, "ben", "user"),
            group(8, "inner", &[2]),
            group(9, "team", members),
        ]
    };
    let entry = |who: u8| json!({"id": id(who), "type": if who > 7 { "Group" } else { "User" }});
    let case = |members: &[u8], denies: &[(Value, Value)]| {
        let mut case = Case::new().assign(9, CONTRIBUTOR, "", json!({"principal_type": "Group"}));
        case.directory = team(members);
        for (named, spared) in denies {
            case = case.deny(json!(["*"]), json!({"principals": named, "exclude_principals": spared}));
        }
        case.sure("key-access", "team")
    };
    let everyone = json!([{"id": EVERYONE, "type": "SystemDefined"}]);
    // Two deny assignments, or two entries, name one member each: nobody is left.
    assert_eq!(
        case(
            &[1, 2],
            &[(json!([entry(1)]), json!([])), (json!([entry(2)]), json!([]))]
        ),
        "none"
    );
    assert_eq!(case(&[1, 2], &[(json!([entry(1), entry(2)]), json!([]))]), "none");
    assert_eq!(case(&[1, 2], &[(json!([entry(1), entry(8)]), json!([]))]), "none");
    // One member is left for certain.
    assert_eq!(case(&[1, 2], &[(json!([entry(1)]), json!([]))]), "certain");
    assert_eq!(case(&[1, 2], &[(everyone.clone(), json!([entry(8)]))]), "certain");
    assert_eq!(
        case(&[1, 2], &[(everyone.clone(), json!([entry(1), entry(2)]))]),
        "certain"
    );
    // A group in the group is nobody.
    assert_eq!(case(&[1, 8, 2], &[(json!([entry(1), entry(2)]), json!([]))]), "none");
    assert_eq!(case(&[8, 2], &[(json!([entry(2)]), json!([]))]), "none");
}
