//! The sample tenant, replayed against every policy that is shipped.

use super::replay;
use cosmos_rbac::checks::{CHECKS, Options, audit};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::Snapshot;

#[test]
fn the_sample_tenants_witnesses_hold() {
    let snapshot = Snapshot::read(
        include_str!("../../../reports/sample/contoso.jsonl").as_bytes(),
        "contoso",
    )
    .unwrap();
    let tenant = Tenant::of(&snapshot);
    let policies = [
        ("contoso", include_str!("../../../policies/contoso.yaml")),
        ("strict", include_str!("../../../policies/strict.yaml")),
        ("baseline", include_str!("../../../policies/baseline.yaml")),
    ];
    for (number, source) in policies.into_iter().enumerate() {
        let policy = Policy::from_sources(&[source], &CHECKS).unwrap();
        let report = audit(&tenant, &policy, Options::default()).unwrap();
        let replayed = replay(&tenant, &policy, &report, true);
        if number == 0 {
            assert!(
                replayed.access >= 4 && replayed.accounts >= 14 && replayed.control >= 20,
                "{replayed:?}"
            );
        }
    }
}
