//! Azure RBAC, as a scan reads it.

use super::*;
use arm_emulator::Generate;
use cosmos_rbac::model::{ControlPlane, DenyEffect, PrincipalKind};

const ONE: &str = "5e1f0c1a-0000-4000-8000-000000000001";
const TWO: &str = "5e1f0c1a-0000-4000-8000-000000000002";
const ADA: &str = "4f1d2c3b-0000-4000-8000-000000000003";

/// One subscription with an account, and what else is given of it.
pub(crate) async fn azure(more: &str) -> Azure {
    let tenant = format!(
        "subscriptions:\n  - id: {ONE}\n    accounts: [{{ name: one, disable_local_auth: true }}]\n{}\n",
        more.trim_end()
    );
    Azure::start(Tenant::from_yaml(&tenant).unwrap(), Options::default()).await
}

fn plane(snapshot: &Snapshot) -> &ControlPlane {
    snapshot.control_plane(ONE).unwrap()
}

/// Requests for a list of Azure RBAC.
fn asked(azure: &Azure, list: &str) -> usize {
    let path = format!("/providers/Microsoft.Authorization/{list}");
    let requests = azure.requests(Origin::Arm);
    requests.iter().filter(|request| request.path.ends_with(&path)).count()
}

fn names(plane: &ControlPlane) -> Vec<&str> {
    let roles = plane.role_definitions.iter().flatten();
    let mut names: Vec<_> = roles.map(|role| role.role_name.as_str()).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn all_lists_are_read_from_above_and_below() {
    let azure = Azure::sample().await;
    let snapshot = azure.scan().await;
    let scope = snapshot.header.scope.as_ref().unwrap();
    assert!(scope.control_plane && scope.graph);
    let ids: Vec<_> = snapshot
        .control_planes
        .iter()
        .map(|plane| plane.subscription.as_str())
        .collect();
    assert_eq!(ids, [ONE, TWO]);
    let plane = plane(&snapshot);
    assert_eq!(plane.gaps, []);
    let assignments = plane.role_assignments.as_ref().unwrap();
    let scopes: Vec<_> = assignments.iter().map(|one| one.scope.as_str()).collect();
    assert_eq!(assignments.len(), 4, "{scopes:?}");
    for scope in ["/", "/providers/Microsoft.Management/managementGroups/contoso"] {
        assert!(scopes.contains(&scope), "{scopes:?}");
    }
    assert!(
        scopes
            .iter()
            .any(|scope| scope.ends_with("/databaseAccounts/cosmos-orders"))
    );
    let elevated = assignments.iter().find(|one| one.scope.as_str() == "/").unwrap();
    assert_eq!(elevated.condition.as_deref(), Some("@Resource[a] StringEquals 'b'"));
    assert!(elevated.created_on.is_some() && elevated.principal_type.as_deref() == Some("User"));
    // Of the roles only those that somebody has, the one below the subscription included.
    assert_eq!(
        names(plane),
        ["Key helper", "Owner", "Reader", "User Access Administrator"]
    );
    let helper = plane
        .role_definitions
        .iter()
        .flatten()
        .find(|role| role.role_name == "Key helper");
    assert_eq!(helper.unwrap().permissions[0].not_actions.len(), 1);
    assert!(!helper.unwrap().built_in);
    let deny = &plane.deny_assignments.as_ref().unwrap()[0];
    assert!(deny.principals[0].is_everyone() && !deny.does_not_apply_to_child_scopes);
    assert_eq!(deny.exclude_principals[0].id.as_str(), ADA);
    let eligible = &plane.eligible.as_ref().unwrap()[0];
    assert_eq!(eligible.end.unwrap().to_string(), "2027-01-01T00:00:00Z");
    // The other subscription is below the same group.
    let other = snapshot.control_plane(TWO).unwrap();
    assert_eq!(
        (other.role_assignments.as_ref().unwrap().len(), names(other)),
        (1, vec!["Reader"])
    );
}

#[tokio::test]
async fn a_subscription_as_full_as_azure_allows_is_read() {
    let rule = Generate {
        accounts_per_subscription: 1,
        azure_role_assignments: 4000,
        ..Generate::default()
    };
    let id = rule.subscription_id(0);
    let mut azure = Azure::start(Tenant::generate(rule), Options::default()).await;
    azure.options.limits.body_cap = 8 << 20;
    let snapshot = azure.scan().await;
    let plane = snapshot.control_plane(&id).unwrap();
    assert_eq!(
        (plane.role_assignments.as_ref().unwrap().len(), plane.gaps.len()),
        (4000, 0)
    );
    assert_eq!(names(plane).len(), 5);
    assert_eq!(asked(&azure, "roleAssignments"), 4, "pages");
    assert!(snapshot.is_complete());
    // As many principals as there are, in one question.
    assert_eq!(snapshot.principals.as_ref().unwrap().len(), 50);
    assert_eq!(azure.requests(Origin::Graph).len(), 1);
}

#[tokio::test]
async fn a_list_that_is_refused_costs_only_itself() {
    for list in [
        Gap::AZURE_ROLE_ASSIGNMENTS,
        Gap::AZURE_ROLE_DEFINITIONS,
        Gap::DENY_ASSIGNMENTS,
        Gap::ELIGIBLE,
    ] {
        let azure = Azure::sample().await;
        let mut refused = fault(list, "*", FaultKind::Forbidden);
        refused.on.account = None;
        refused.on.subscription = Some(ONE.to_owned());
        azure.emulator.set_faults(vec![refused]);
        let (snapshot, summary) = azure.try_scan(&Target::All).await.unwrap();
        let plane = plane(&snapshot);
        let read: Vec<bool> = plane.lists().iter().map(|(_, read)| *read).collect();
        let expected: Vec<bool> = plane.lists().iter().map(|(what, _)| *what != list).collect();
        assert_eq!(read, expected, "{list}");
        assert_eq!(codes(&plane.gaps), [format!("{list}: AuthorizationFailed")]);
        assert_eq!(plane.unexplained_null(), None);
        assert!(!snapshot.is_complete() && snapshot.ended);
        assert_eq!(summary.gaps, 4 + 1, "those of the sample, and this one");
        assert_eq!(snapshot.control_plane(TWO).unwrap().gaps, []);
        // Roles that nobody can be said to have are not kept, and those that are listed are not asked for.
        assert_eq!(asked(&azure, "roleDefinitions"), 2);
    }
}

#[tokio::test]
async fn without_the_licence_nothing_is_eligible() {
    let azure = azure("no_pim_licence: true").await;
    let snapshot = azure.scan().await;
    assert_eq!(plane(&snapshot).eligible, Some(Vec::new()));
    assert!(snapshot.is_complete());
    // Another 400 is a gap.
    let mut wrong = fault(Gap::ELIGIBLE, "*", FaultKind::Status(400));
    wrong.on.account = None;
    azure.emulator.set_faults(vec![wrong]);
    let snapshot = azure.scan().await;
    assert_eq!(plane(&snapshot).eligible, None);
    assert_eq!(
        codes(&plane(&snapshot).gaps),
        ["roleEligibilityScheduleInstances: Failed"]
    );
}

#[tokio::test]
async fn the_effect_of_deny_assignments_is_read_where_the_service_tells_it() {
    let denies = r#"
    rbac:
      deny_assignments:
        - { name: logs, actions: ["*"], effect: audit }
        - { name: stops, actions: ["*"], system_protected: true }
"#;
    for (more, expected, requests) in [
        ("", [DenyEffect::Audit, DenyEffect::Enforced], 1),
        ("no_deny_effect: true\n", [DenyEffect::Unknown, DenyEffect::Unknown], 2),
    ] {
        let azure = azure(&format!("{denies}{more}")).await;
        let snapshot = azure.scan().await;
        let mut denies = plane(&snapshot).deny_assignments.clone().unwrap();
        denies.sort_by(|a, b| a.name.cmp(&b.name));
        let effects: Vec<_> = denies.iter().filter_map(|deny| deny.effect).collect();
        assert_eq!(effects, expected);
        let protected: Vec<_> = denies.iter().map(|deny| deny.system_protected).collect();
        assert_eq!(protected, [Some(false), Some(true)]);
        assert!(snapshot.is_complete());
        assert_eq!(asked(&azure, "denyAssignments"), requests);
    }
}

#[tokio::test]
async fn bad_items_are_told_and_good_ones_kept() {
    let azure = azure(
        r#"
    rbac:
      role_assignments: [{ role: Owner, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa }]
    authorization:
      roleAssignments:
        - { id: no-scope, properties: { roleDefinitionId: /x/a, principalId: p } }
        - { id: odd, properties: { roleDefinitionId: /x/8e3af657-a8ff-443c-a75c-2fe8c4bcb635, principalId: p, scope: "*", createdOn: soon, principalType: Robot } }
        - 7
      denyAssignments:
        - { id: no-list, properties: { scope: /, permissions: [], principals: all } }
      roleEligibilityScheduleInstances:
        - { id: nobody, properties: { scope: /, roleDefinitionId: /x/a } }
      roleDefinitions:
        - { id: /x/8e3af657-a8ff-443c-a75c-2fe8c4bcb635, properties: { roleName: x, permissions: [{ actions: "*" }] } }
"#,
    )
    .await;
    let snapshot = azure.scan().await;
    let plane = plane(&snapshot);
    assert_eq!(
        codes(&plane.gaps),
        [
            "denyAssignments: MalformedItem",
            "roleAssignments: MalformedItem",
            "roleAssignments: MalformedItem",
            "roleDefinitions: MalformedItem",
            "roleEligibilityScheduleInstances: MalformedItem",
        ]
    );
    let items: Vec<_> = plane.gaps.iter().filter_map(|gap| gap.item.as_deref()).collect();
    assert!(items.contains(&"no-scope") && items.contains(&"no-list"), "{items:?}");
    let assignments = plane.role_assignments.as_ref().unwrap();
    assert_eq!(assignments.len(), 2);
    // Unread lists and lists of which nothing could be read are not the same.
    assert_eq!(plane.deny_assignments, Some(Vec::new()));
    assert!(!plane.has_all(Gap::DENY_ASSIGNMENTS));
    // What is no GUID cannot be looked up: nothing is known of it.
    let principals = snapshot.principals.as_ref().unwrap();
    let ids: Vec<_> = principals.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["63cf3af1-7ee2-4d4c-9fe6-deb936065faa"]);
    assert_eq!(
        (principals[0].found, principals[0].kind),
        (false, PrincipalKind::Unknown)
    );
}

#[tokio::test]
async fn roles_that_are_not_listed_are_asked_for() {
    let with = |more: &str| {
        format!(
            r#"
    rbac:
      role_definitions:
        - {{ id: 7d5e0e58-0000-4000-8000-000000000001, name: Retired, actions: ["*"], unlisted: true }}
      role_assignments:
        - {{ role: Retired, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa }}
{more}"#
        )
    };
    let known = azure(&with("")).await;
    let snapshot = known.scan().await;
    assert_eq!(
        (names(plane(&snapshot)), plane(&snapshot).gaps.len()),
        (vec!["Retired"], 0)
    );
    // One that is not there either grants nobody knows what.
    let azure = azure(&with(
        "        - { role: 7d5e0e58-0000-4000-8000-00000000dead, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa }
        - { role: /providers/Microsoft.Authorization/roleDefinitions/listKeys, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa }",
    ))
    .await;
    let snapshot = azure.scan().await;
    assert_eq!(names(plane(&snapshot)), ["Retired"]);
    assert_eq!(
        codes(&plane(&snapshot).gaps),
        [
            "roleDefinitions: RoleDefinitionDoesNotExist",
            "roleDefinitions: UnusableName"
        ]
    );
}

#[tokio::test]
async fn nobody_manages_what_is_not_there() {
    let tenant = format!("subscriptions: [{{ id: {ONE} }}]");
    let azure = Azure::start(Tenant::from_yaml(&tenant).unwrap(), Options::default()).await;
    let snapshot = azure.scan().await;
    assert!(snapshot.control_planes.is_empty() && snapshot.is_complete());
    assert_eq!(asked(&azure, "roleAssignments"), 0);
    // Where the accounts could not be listed, that is told once.
    let mut refused = fault("databaseAccounts", "*", FaultKind::Forbidden);
    refused.on.account = None;
    azure.emulator.set_faults(vec![refused]);
    let snapshot = azure.scan().await;
    assert_eq!((snapshot.control_planes.len(), snapshot.gaps.len()), (0, 1));
    assert_eq!(asked(&azure, "roleAssignments"), 0);
}

#[tokio::test]
async fn it_can_be_left_out() {
    let mut azure = Azure::sample().await;
    azure.options.control_plane = false;
    let snapshot = azure.scan().await;
    assert!(snapshot.control_planes.is_empty());
    assert!(!snapshot.header.scope.as_ref().unwrap().control_plane);
    let requests = azure.requests(Origin::Arm);
    assert!(!requests.iter().any(|one| one.path.contains("Microsoft.Authorization")));
    // Who has access to data is looked up all the same: two of them, and three more who are in the group.
    assert_eq!(snapshot.principals.as_ref().unwrap().len(), 5);
}
