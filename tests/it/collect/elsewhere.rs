//! Managed identities that live in subscriptions without accounts: who can act as them is read there.

use super::*;
use cosmos_rbac::checks::{CHECKS, Options as Checks, audit};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::resolve;

const ONE: &str = "5e1f0c1a-0000-4000-8000-000000000001";
const OTHER: &str = "5e1f0c1a-0000-4000-8000-000000000002";

const TENANT: &str = r#"
principals:
  - id: 0a11ce00-0000-4000-8000-000000000001
    displayName: id-orders
    kind: servicePrincipal
    servicePrincipalType: ManagedIdentity
    alternativeNames: ["isExplicit=True", "/subscriptions/5e1f0c1a-0000-4000-8000-000000000002/resourcegroups/rg-id/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-orders"]
  - { id: 0a11ce00-0000-4000-8000-00000000000e, displayName: mallory, kind: user }
subscriptions:
  - id: 5e1f0c1a-0000-4000-8000-000000000001
    accounts:
      - name: one
        disable_local_auth: true
        role_assignments:
          - { id: 11a0f006-0000-4000-8000-000000000001, role: Cosmos DB Built-in Data Contributor, principal_id: 0a11ce00-0000-4000-8000-000000000001, scope: "{account}" }
  - id: 5e1f0c1a-0000-4000-8000-000000000002
    rbac:
      role_assignments:
        - { role: Contributor, principal_id: 0a11ce00-0000-4000-8000-00000000000e }
"#;

async fn only_one(azure: &Azure) -> Snapshot {
    let target = Target::Subscriptions(vec![ONE.to_owned()]);
    azure.try_scan(&target).await.unwrap().0
}

async fn scanned(options: Options) -> (Azure, Snapshot) {
    let azure = Azure::start(Tenant::from_yaml(TENANT).unwrap(), options).await;
    let snapshot = only_one(&azure).await;
    (azure, snapshot)
}

#[tokio::test]
async fn the_roles_at_an_identity_are_read_where_no_account_is() {
    let (_azure, snapshot) = scanned(Options::default()).await;
    let plane = snapshot
        .control_plane(OTHER)
        .expect("the identity's subscription is read");
    assert_eq!(plane.role_assignments.as_ref().map(Vec::len), Some(1));
    let names: Vec<&str> = snapshot
        .principals
        .iter()
        .flatten()
        .map(|one| one.name.as_str())
        .collect();
    assert!(
        names.contains(&"mallory"),
        "whoever has a role there is looked up, too: {names:?}"
    );
    let policy = "version: 1\naccounts: [{ identity_admins: [], role_admins: [] }]\n";
    let policy = Policy::from_sources(&[("policy.yaml", policy)], &CHECKS).unwrap();
    let report = audit(&resolve::Tenant::of(&snapshot), &policy, Checks::default()).unwrap();
    let found = report
        .findings
        .iter()
        .find(|finding| finding.check.id == "identity-takeover");
    let message = found.expect("mallory can take it over").message.as_str();
    assert!(
        message.contains("mallory") && message.contains("id-orders"),
        "{message}"
    );
}

#[tokio::test]
async fn a_subscription_that_is_not_to_be_seen_is_told_and_no_gap() {
    let faults =
        format!("faults: [{{ on: {{ kind: roleAssignments, subscription: \"*2\" }}, kind: forbidden }}]\n{TENANT}");
    let azure = Azure::start(Tenant::from_yaml(&faults).unwrap(), Options::default()).await;
    let snapshot = only_one(&azure).await;
    assert!(snapshot.control_plane(OTHER).is_none());
    assert!(snapshot.gaps.is_empty(), "{:?}", snapshot.gaps);
    let policy = Policy::from_sources(&[("policy.yaml", "version: 1\naccounts: [{}]\n")], &CHECKS).unwrap();
    let report = audit(&resolve::Tenant::of(&snapshot), &policy, Checks::default()).unwrap();
    let told = report
        .not_checked
        .iter()
        .any(|row| row.why.as_str().contains("`id-orders "));
    assert!(told, "{:?}", report.not_checked);
}
