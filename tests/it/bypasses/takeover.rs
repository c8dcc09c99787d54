//! Who can act as a managed identity that has access.

use super::*;

const APP: u8 = 50;
const MALLORY: u8 = 1;
const FEDERATE: &str = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write";
const NOBODY: &str = "accounts: [{ key_readers: [], account_writers: [], role_admins: [] }]";

fn group_of(name: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/{name}")
}

/// A user-assigned identity in a group of its own, with a role of the data plane in the first account.
fn user_assigned() -> Snapshot {
    at(Some(&format!(
        "{}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/app",
        group_of("rg-id")
    )))
}

fn at(resource: Option<&str>) -> Snapshot {
    let mut tenant = Tenant::of(&[("prod", true), ("other", true)]);
    tenant.data = vec![APP];
    let mut app = person(APP, "app", "managed-identity");
    if let Some(resource) = resource {
        app["resource_id"] = json!(resource);
    }
    tenant.directory = vec![person(MALLORY, "mallory", "user"), person(2, "vince", "user"), app];
    tenant.snapshot()
}

/// Who, and how surely.
fn found(snapshot: &Snapshot, policy: &str) -> Vec<(String, &'static str)> {
    let report = audited(snapshot, policy);
    let found = of(&report, "identity-takeover");
    found.iter().map(|one| (name_of(one), one.confidence.word())).collect()
}

/// What the identity only possibly has, whoever acts as it possibly gets.
#[test]
fn access_that_is_only_possible_gives_no_more() {
    let mut snapshot = user_assigned();
    with_role(
        &mut snapshot,
        "federator",
        &[FEDERATE],
        &[(MALLORY, &group_of("rg-id"))],
    );
    for record in &mut snapshot.accounts {
        for assignment in record.role_assignments.iter_mut().flatten() {
            assignment.scope = assignment.scope.replace("/dbs/orders", "/dbs//orders");
        }
    }
    let found = found(&snapshot, NOBODY);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].1, "possible", "{found:?}");
}

#[test]
fn a_federated_credential_is_enough() {
    let mut snapshot = user_assigned();
    with_role(
        &mut snapshot,
        "federator",
        &[FEDERATE],
        &[(MALLORY, &group_of("rg-id")), (2, &group_of("rg-web"))],
    );
    let report = audited(&snapshot, NOBODY);
    let takeovers = of(&report, "identity-takeover");
    assert_eq!(takeovers.len(), 1, "{takeovers:?}");
    let one = takeovers[0];
    assert_eq!((one.confidence.word(), one.severity.word()), ("certain", "high"));
    let message = one.message.as_str();
    for part in [
        "`mallory (",
        ")` (user) can act as the managed identity `app (",
        "`prod`",
        "`identity_admins`",
    ] {
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(
        one.subject.reach().unwrap().accounts.len(),
        1,
        "only where the identity has access"
    );
    assert!(
        one.witness.as_ref().unwrap().pattern.is_some()
            && one.remedy.as_ref().unwrap().steps.last().unwrap().command.is_some()
    );
}

#[test]
fn attaching_it_takes_something_to_attach_it_to() {
    let assign = "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action";
    let mut snapshot = user_assigned();
    with_role(
        &mut snapshot,
        "operator",
        &[assign],
        &[(MALLORY, &group_of("rg-id")), (2, &group_of("rg-id"))],
    );
    assert_eq!(found(&snapshot, NOBODY), []);
    with_role(
        &mut snapshot,
        "machines",
        &["Microsoft.Compute/virtualMachines/*"],
        &[(2, &group_of("rg-vm"))],
    );
    assert_eq!(found(&snapshot, NOBODY), [("vince".to_owned(), "certain")]);
}

#[test]
fn what_it_takes_can_come_through_a_group() {
    let mut snapshot = user_assigned();
    let machines: Value = group(9, "machines", &[2]);
    snapshot
        .principals
        .as_mut()
        .unwrap()
        .push(serde_json::from_value(machines).unwrap());
    with_role(
        &mut snapshot,
        "assigner",
        &["Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"],
        &[(2, &group_of("rg-id")), (MALLORY, &group_of("rg-id"))],
    );
    with_role(
        &mut snapshot,
        "apps",
        &["Microsoft.Web/sites/write"],
        &[(9, &group_of("rg-web"))],
    );
    assert_eq!(found(&snapshot, NOBODY), [("vince".to_owned(), "certain")]);
}

#[test]
fn the_identity_of_a_resource_belongs_to_who_runs_code_there() {
    let host = format!("{}/providers/Microsoft.Compute/virtualMachines/vm", group_of("rg-vm"));
    let mut snapshot = at(Some(&host));
    with_role(
        &mut snapshot,
        "federator",
        &[FEDERATE],
        &[(MALLORY, &group_of("rg-vm"))],
    );
    assert_eq!(found(&snapshot, NOBODY), [], "it is no user-assigned identity");
    with_role(
        &mut snapshot,
        "runner",
        &["Microsoft.Compute/virtualMachines/runCommand/action"],
        &[(MALLORY, &host)],
    );
    assert_eq!(found(&snapshot, NOBODY), [("mallory".to_owned(), "certain")]);
}

#[test]
fn an_identity_that_can_read_keys_counts_as_well() {
    let mut tenant = Tenant::of(&[("open", false), ("closed", true)]);
    let mut app = person(APP, "app", "managed-identity");
    app["resource_id"] = json!(format!(
        "{}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/app",
        group_of("rg-id")
    ));
    tenant.directory = vec![app];
    let mut snapshot = tenant.snapshot();
    let keys = "Microsoft.DocumentDB/databaseAccounts/listKeys/action";
    with_role(&mut snapshot, "reader", &[keys], &[(APP, &group_of("rg"))]);
    with_role(
        &mut snapshot,
        "federator",
        &[FEDERATE],
        &[(MALLORY, &group_of("rg-id"))],
    );
    let report = audited(&snapshot, NOBODY);
    let takeovers = of(&report, "identity-takeover");
    assert_eq!(takeovers.len(), 1);
    // Keys of the other account are refused.
    assert_eq!(takeovers[0].subject.reach().unwrap().accounts.len(), 1);
}

#[test]
fn who_may_is_named_in_identity_admins_or_has_the_access_anyway() {
    let mut snapshot = user_assigned();
    with_role(
        &mut snapshot,
        "federator",
        &[FEDERATE],
        &[(MALLORY, &group_of("rg-id"))],
    );
    let named = |lists: &str| {
        found(
            &snapshot,
            &format!(
                "principals: {{ mallory: {{ id: {} }} }}\naccounts: [{{ {lists} }}]",
                id(MALLORY)
            ),
        )
    };
    assert_eq!(named("identity_admins: [mallory]"), []);
    assert_eq!(named("role_admins: [mallory], identity_admins: []"), []);
    assert_eq!(named("identity_admins: []").len(), 1);
    // Whoever can grant themself access is told by `self-grant`.
    with_role(
        &mut snapshot,
        "owner",
        &["*"],
        &[(MALLORY, &format!("/subscriptions/{SUBSCRIPTION}"))],
    );
    assert_eq!(found(&snapshot, NOBODY), []);
    let report = audited(&snapshot, NOBODY);
    assert_eq!(of(&report, "self-grant").len(), 1);
}

#[test]
fn where_the_policy_says_nothing_it_is_a_note() {
    let mut snapshot = user_assigned();
    with_role(
        &mut snapshot,
        "federator",
        &[FEDERATE],
        &[(MALLORY, &group_of("rg-id"))],
    );
    let report = audited(&snapshot, "");
    assert_eq!(of(&report, "identity-takeover")[0].severity.word(), "note");
}

#[test]
fn eligible_and_conditional_takeovers_are_possible() {
    let mut snapshot = user_assigned();
    with_role(
        &mut snapshot,
        "federator",
        &[FEDERATE],
        &[(MALLORY, &group_of("rg-id"))],
    );
    for assignment in snapshot.control_planes[0].role_assignments.iter_mut().flatten() {
        assignment.condition = Some("@Resource[a] StringEquals 'b'".to_owned());
    }
    assert_eq!(found(&snapshot, NOBODY), [("mallory".to_owned(), "possible")]);
}

#[test]
fn an_identity_whose_place_is_not_known_is_told_and_could_be_anybodys() {
    let mut snapshot = at(None);
    let notices = |snapshot: &Snapshot| {
        let not_checked = audited(snapshot, NOBODY).not_checked;
        not_checked.iter().filter(|row| row.what == What::Identities).count()
    };
    assert_eq!((found(&snapshot, NOBODY), notices(&snapshot)), (Vec::new(), 1));
    with_role(
        &mut snapshot,
        "federator",
        &[FEDERATE],
        &[(MALLORY, &group_of("rg-id"))],
    );
    assert_eq!(found(&snapshot, NOBODY), [("mallory".to_owned(), "possible")]);
    // Of one that is attached to other resources, no list says to which.
    let why = |snapshot: &Snapshot| {
        let not_checked = audited(snapshot, NOBODY).not_checked;
        let mut rows = not_checked.into_iter().filter(|row| row.what == What::Identities);
        rows.next().unwrap().why.to_string()
    };
    assert!(why(&user_assigned()).contains("scans don't read which resources use it"));
    let elsewhere = "/subscriptions/5e1f0c1a-0000-4000-8000-000000000009/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i";
    assert_eq!(notices(&at(Some(elsewhere))), 1, "Azure RBAC was not read there");
    let unknown = format!("{}/providers/Microsoft.Quantum/workspaces/w", group_of("rg-id"));
    assert_eq!(notices(&at(Some(&unknown))), 1, "nobody knows what runs code there");
}

#[test]
fn a_deny_assignment_leaves_it_possible() {
    let mut snapshot = user_assigned();
    with_role(
        &mut snapshot,
        "federator",
        &[FEDERATE],
        &[(MALLORY, &group_of("rg-id"))],
    );
    let everyone = "00000000-0000-0000-0000-000000000000";
    let mallory = person(MALLORY, "mallory", "user")["id"].clone();
    let identity = format!(
        "{}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/app",
        group_of("rg-id")
    );
    // Where it is, whether it spares what is below, what it denies to whom, and whom it excludes.
    for (scope, spares, action, to, excluded, expected) in [
        (group_of("rg-id"), false, "*/write", json!(everyone), None, "possible"),
        (group_of("rg-id"), true, "*/write", json!(everyone), None, "certain"),
        (identity, true, "*/write", json!(everyone), None, "possible"),
        (group_of("rg-id"), false, "*/read", json!(everyone), None, "certain"),
        (group_of("rg-id"), false, "*/write", mallory.clone(), None, "possible"),
        (group_of("rg-id"), false, "*/write", json!(id(7)), None, "certain"),
        (
            group_of("rg-id"),
            false,
            "*/write",
            json!(everyone),
            Some(mallory),
            "certain",
        ),
    ] {
        let deny = json!({"id": "d", "name": "Protect", "permissions": [{"actions": [action], "not_actions": []}], "scope": scope,
            "does_not_apply_to_child_scopes": spares,
            "exclude_principals": excluded.iter().map(|id| json!({"id": id, "type": "User"})).collect::<Vec<_>>(),
            "principals": [{"id": to, "type": if to == everyone { "SystemDefined" } else { "User" }}]});
        snapshot.control_planes[0].deny_assignments = Some(vec![serde_json::from_value(deny.clone()).unwrap()]);
        assert_eq!(found(&snapshot, NOBODY), [("mallory".to_owned(), expected)], "{deny:#}");
    }
}

/// Signing in to a machine is a data action of Azure RBAC, of which only built-in roles are known.
#[test]
fn who_signs_in_to_a_machine_is_its_identity() {
    let machine = format!("{}/providers/Microsoft.Compute/virtualMachines/vm", group_of("rg-vm"));
    let arc = format!("{}/providers/Microsoft.HybridCompute/machines/arc", group_of("rg-vm"));
    let site = format!("{}/providers/Microsoft.Web/sites/web", group_of("rg-vm"));
    for guid in [
        "1c0163c0-47e6-4577-8991-ea5c82e286e4",
        "FB879DF8-f326-4884-b1cf-06f3ad86be52",
        "a6333a3e-0164-44c3-b281-7a577aff287f",
    ] {
        for (host, scope, expected) in [
            (&machine, machine.clone(), Some("certain")),
            (&arc, group_of("rg-vm"), Some("certain")),
            (&machine, group_of("rg-web"), None),
            (&site, group_of("rg-vm"), None),
        ] {
            let mut snapshot = at(Some(host));
            let id = format!("/providers/Microsoft.Authorization/roleDefinitions/{guid}");
            let plane = &mut snapshot.control_planes[0];
            plane.role_definitions.get_or_insert_default().push(
                serde_json::from_value(
                    json!({"id": id, "role_name": "Login", "built_in": true, "assignable_scopes": ["/"],
                    "permissions": [{"actions": ["Microsoft.Compute/virtualMachines/*/read"], "not_actions": []}]}),
                )
                .unwrap(),
            );
            plane.role_assignments.get_or_insert_default().push(
                serde_json::from_value(json!({"id": format!("{scope}/providers/Microsoft.Authorization/roleAssignments/login"),
                    "role_definition_id": id, "principal_id": person(MALLORY, "mallory", "user")["id"], "scope": scope}))
                .unwrap(),
            );
            let found = found(&snapshot, NOBODY);
            let expected: Vec<_> = expected.into_iter().map(|sure| ("mallory".to_owned(), sure)).collect();
            assert_eq!(found, expected, "{guid} {host} {scope}");
        }
    }
}
