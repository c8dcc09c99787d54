//! Azure Lighthouse, as a scan reads it.

use super::authorization::azure;
use super::*;
use cosmos_rbac::model::{ControlPlane, Delegation};

const ONE: &str = "5e1f0c1a-0000-4000-8000-000000000001";
const FABRIKAM: &str = "fab00000-0000-4000-8000-000000000001";
const CONTRIBUTOR: &str = "b24988ac-6180-42a0-ab88-20f7382dd24c";

const DELEGATED: &str = r#"
    rbac:
      delegations:
        - name: Operations
          managing_tenant: fab00000-0000-4000-8000-000000000001
          managing_tenant_name: Fabrikam
          authorizations: [{ principal_id: fab00000-0000-4000-8000-00000000000a, principal_name: Operators, role: Contributor }]
          eligible: [{ principal_id: fab00000-0000-4000-8000-00000000000b, role: DocumentDB Account Contributor }]
        - name: One group
          managing_tenant: fab00000-0000-4000-8000-000000000001
          scope: "rg:rg"
          authorizations: [{ principal_id: fab00000-0000-4000-8000-00000000000a, role: Reader }]
        - name: Elsewhere
          managing_tenant: fab00000-0000-4000-8000-000000000001
          scope: "rg:rg-web"
          authorizations: [{ principal_id: fab00000-0000-4000-8000-00000000000a, role: Owner }]
"#;

fn plane(snapshot: &Snapshot) -> &ControlPlane {
    snapshot.control_plane(ONE).unwrap()
}

fn delegations(snapshot: &Snapshot) -> &[Delegation] {
    plane(snapshot).delegations.as_deref().unwrap()
}

fn paths(azure: &Azure) -> Vec<String> {
    let requests = azure.requests(Origin::Arm);
    let paths = requests.into_iter().map(|request| request.path);
    paths
        .filter(|path| path.ends_with("/registrationAssignments"))
        .collect()
}

#[tokio::test]
async fn what_is_delegated_at_a_subscription_and_at_groups_with_accounts_is_read() {
    let azure = azure(DELEGATED).await;
    let snapshot = azure.scan().await;
    let found = delegations(&snapshot);
    let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    let whole = found.iter().find(|one| one.name == "Operations").unwrap();
    assert_eq!(whole.scope.as_str(), format!("/subscriptions/{ONE}"));
    assert_eq!(
        (whole.managed_by(), whole.managing_tenant.as_str()),
        ("Fabrikam", FABRIKAM)
    );
    assert_eq!(whole.authorizations[0].role_definition_id, CONTRIBUTOR);
    assert_eq!(whole.authorizations[0].principal_name.as_deref(), Some("Operators"));
    assert_eq!(whole.eligible_authorizations.len(), 1);
    // Roles that are only delegated are known, too.
    let roles = plane(&snapshot).role_definitions.iter().flatten();
    assert!(roles.into_iter().any(|role| role.id.ends_with(CONTRIBUTOR)));
    assert!(snapshot.is_complete());
    // The subscription and the one group that has accounts: each list once.
    assert_eq!(paths(&azure).len(), 2);
    // Nobody asks this directory for principals of another.
    assert_eq!(azure.requests(Origin::Graph).len(), 0);
}

#[tokio::test]
async fn delegations_that_cannot_be_read_are_a_gap() {
    let azure = azure(DELEGATED).await;
    let mut refused = fault(Gap::DELEGATIONS, "*", FaultKind::Forbidden);
    refused.on.account = None;
    azure.emulator.set_faults(vec![refused]);
    let snapshot = azure.scan().await;
    let plane = plane(&snapshot);
    assert_eq!(plane.delegations, None);
    assert!(!plane.lacks_delegations() && !plane.has_all(Gap::DELEGATIONS));
    let gap = "registrationAssignments: AuthorizationFailed";
    assert_eq!(codes(&plane.gaps), [gap, gap]);
    assert!(!snapshot.is_complete() && snapshot.ended);
}
