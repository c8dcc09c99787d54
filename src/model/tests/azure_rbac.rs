//! What Azure RBAC says: what in it has to have a reason, who is everyone, and what scopes are.

use super::{ACCOUNT, account_id, gaps};
use crate::model::azure_rbac::{Level, OfTemplate};
use crate::model::bypass::ACTIONS;
use crate::model::{AzureScope, ControlPlane, DenyAssignment, DenyPrincipal, Gap};

#[test]
fn what_a_subscription_lacks_has_a_reason() {
    let plane = |missing: &[&str]| ControlPlane {
        subscription: "s".to_owned(),
        role_assignments: None,
        role_definitions: None,
        deny_assignments: None,
        eligible: None,
        delegations: None,
        of_template: OfTemplate::default(),
        gaps: gaps(missing),
    };
    let lists = [
        (Gap::AZURE_ROLE_ASSIGNMENTS, "role_assignments"),
        (Gap::AZURE_ROLE_DEFINITIONS, "role_definitions"),
        (Gap::DENY_ASSIGNMENTS, "deny_assignments"),
        (Gap::ELIGIBLE, "eligible"),
    ];
    for (own, field) in lists {
        let others: Vec<&str> = lists
            .map(|(what, _)| what)
            .into_iter()
            .filter(|what| *what != own)
            .collect();
        assert_eq!(plane(&others).unexplained_null(), Some(field));
    }
    assert_eq!(plane(&lists.map(|(what, _)| what)).unexplained_null(), None);
}

#[test]
fn what_a_template_leaves_open_is_doubtful() {
    let doubtful = |ids: &[&str], id: &str| {
        let of_template = OfTemplate {
            is_all: false,
            doubtful: ids.iter().map(|&id| id.to_owned()).collect(),
        };
        of_template.is_doubtful(id)
    };
    assert!(doubtful(&["/a/b"], "/A/b"));
    assert!(!doubtful(&["/a/b"], "/a/c"));
    assert!(!doubtful(&[], "/a/b"));
}

#[test]
fn everyone_is_an_id_and_a_type() {
    let zero = "00000000-0000-0000-0000-000000000000";
    let other = "63cf3af1-7ee2-4d4c-9fe6-deb936065faa";
    for (id, kind, expected) in [
        (zero, Some("SystemDefined"), true),
        (zero, Some("systemdefined"), true),
        (zero, Some("Group"), false),
        (zero, None, false),
        (other, Some("SystemDefined"), false),
        (other, Some("User"), false),
    ] {
        let principal = DenyPrincipal {
            id: id.into(),
            kind: kind.map(str::to_owned),
        };
        assert_eq!(principal.is_everyone(), expected, "{id} {kind:?}");
    }
}

#[test]
fn a_name_that_does_not_say_could_be_that_of_a_stack() {
    for (name, expected) in [
        (
            "Deny assignment 'x' created by Deployment Stack '/subscriptions/s/…'",
            true,
        ),
        ("x created by Microsoft.Resources/deploymentStacks/y", true),
        ("x", true),
        ("Deny assignment 'x' created by managed application", false),
    ] {
        let deny = DenyAssignment {
            id: String::new(),
            name: name.to_owned(),
            permissions: Vec::new(),
            scope: "/".into(),
            does_not_apply_to_child_scopes: false,
            principals: Vec::new(),
            exclude_principals: Vec::new(),
            condition: None,
            effect: None,
            system_protected: Some(true),
        };
        assert_eq!(deny.may_be_of_deployment_stack(), expected, "{name}");
    }
}

#[test]
fn only_requests_for_role_assignments_are_of_pim() {
    let asked = ACTIONS.iter().filter(|action| action.is_of_pim());
    let names: Vec<&str> = asked.map(|action| action.name).collect();
    assert_eq!(
        names,
        [
            "Microsoft.Authorization/roleAssignmentScheduleRequests/write",
            "Microsoft.Authorization/roleEligibilityScheduleRequests/write"
        ]
    );
}

#[test]
fn a_list_is_no_resource() {
    for (text, level) in [
        (format!("{ACCOUNT}/sqlRoleAssignments"), Level::Malformed),
        (format!("{ACCOUNT}/sqlRoleAssignments/x"), Level::Resource),
        (format!("{ACCOUNT}/sqlRoleAssignments/x/y"), Level::Malformed),
    ] {
        assert_eq!(AzureScope::from(text.as_str()).level(), level, "{text}");
    }
}

#[test]
fn what_lies_in_an_account_says_which_and_what() {
    let within = |text: &str| {
        let scope = AzureScope::from(text);
        scope.within_account().map(|(id, kind)| (id, kind.to_owned()))
    };
    let assignments = Some((account_id(), "sqlroleassignments".to_owned()));
    assert_eq!(within(&format!("{ACCOUNT}/sqlRoleAssignments/x")), assignments);
    assert_eq!(within(&format!("{ACCOUNT}/sqlRoleAssignments")), assignments);
    assert_eq!(within(ACCOUNT), None);
    assert_eq!(within("/subscriptions/s"), None);
}

#[test]
fn scopes_are_compared_as_they_are_written() {
    let [a, b] = ["/subscriptions/a", "/subscriptions/A"].map(AzureScope::from);
    assert_ne!(a, b);
    assert_eq!(a.key(), b.key());
    assert_eq!(a.partial_cmp(&b), Some(std::cmp::Ordering::Greater));
    assert_eq!(b.to_string(), "/subscriptions/A");
}
