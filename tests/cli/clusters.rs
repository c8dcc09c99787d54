//! Clusters of MongoDB vCore and of managed Cassandra: accounts of their own API, with users instead of role assignments and
//! passwords instead of keys.

use crate::support::{Bench, Outcome};
use arm_emulator::{Fault, FaultKind, Matcher};
use serde_json::Value;

const APP: &str = "63cf3af1-7ee2-4d4c-9fe6-deb936065faa";
const OTHER: &str = "0b6d4b0e-2f0e-4f0c-9a55-0d1c3a1f7b11";

/// A subscription with these clusters and nothing else.
fn tenant(mongo: &str, cassandra: &str) -> String {
    format!(
        "principals:\n  - {{ id: {APP}, displayName: app, kind: servicePrincipal }}\n  - {{ id: {OTHER}, displayName: Olga, kind: user }}\n\
         subscriptions:\n  - id: 5e1f0c1a-0000-4000-8000-000000000001\n    name: data\n    mongo_clusters: [{mongo}]\n    \
         cassandra_clusters: [{cassandra}]\n"
    )
}

/// As it should be.
fn good() -> String {
    let mongo = format!("{{ name: docs, allowed_modes: [MicrosoftEntraID], users: [{{ principal_id: {APP} }}] }}");
    tenant(&mongo, "{ name: ring, authentication_method: Ldap }")
}

const POLICY: &str = "version: 1
principals: { app: { id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa } }
accounts:
  - match: { api: mongo-cluster }
    local_auth: disabled
    grants: [{ principal: app, role: root, scope: / }]
  - match: { api: cassandra-cluster }
    local_auth: disabled
";

fn audit(bench: &Bench, policy: &str) -> Outcome {
    bench.write("policy.yaml", policy);
    bench.audit(&["-p=policy.yaml", "-f=json"])
}

fn found(outcome: &Outcome) -> Vec<(String, String)> {
    let report = outcome.report();
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    let findings = report.0["findings"].as_array().unwrap().iter();
    findings.map(|one| (text(one, "check"), text(one, "title"))).collect()
}

#[test]
fn clusters_that_are_as_their_policy_says_pass() {
    let bench = Bench::azure(&good());
    let outcome = audit(&bench, POLICY).exits(0);
    assert_eq!(found(&outcome), []);
    let report = outcome.report();
    assert_eq!(report.0["snapshot"]["accounts"], 2);
    // What no list of Azure has stands beside the verdict.
    let not_checked = report.0["summary"]["not_checked"].to_string();
    assert!(not_checked.contains("cluster-users"), "{not_checked}");
    assert!(!not_checked.contains("key-age"), "{not_checked}");
}

#[test]
fn a_list_that_is_refused_is_incomplete() {
    let bench = Bench::azure(&good());
    for list in ["mongoClusters", "cassandraClusters", "users"] {
        let forbidden = Fault::new(FaultKind::Forbidden).on(Matcher::kind(list));
        bench.emulator().set_faults(vec![forbidden]);
        let outcome = audit(&bench, POLICY).exits(3);
        assert!(outcome.stdout.contains("collection-incomplete"), "{list}: {outcome}");
    }
}

#[test]
fn a_cloud_without_the_types_has_no_clusters() {
    let bench = Bench::azure(&format!("no_clusters: true\n{}", good()));
    audit(&bench, POLICY).exits(4);
}
