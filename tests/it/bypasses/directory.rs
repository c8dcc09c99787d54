//! What the directory and a missing Azure RBAC make of findings.

use super::*;

/// Whoever makes an application chooses its name, and may choose that of another.
#[test]
fn principals_of_one_name_are_told_apart_by_their_ids() {
    let mut tenant = Tenant::of(&[("prod", false)]);
    tenant.azure = vec![(1, OWNER, ""), (2, OWNER, ""), (3, OWNER, "")];
    tenant.directory = vec![
        person(1, "id-orders", "managed-identity"),
        person(2, "Orders API", "service-principal"),
        person(3, "someone else", "user"),
    ];
    let names = format!("principals: {{ orders-api: {{ id: {} }} }}\n", id(1));
    let report = tenant.audit(&format!("{names}accounts: [{{ key_readers: [] }}]"));
    let shown: Vec<String> = of(&report, "key-access")
        .iter()
        .map(|one| one.subject.principal().unwrap().to_string())
        .collect();
    let expected = [
        format!("orders-api ({})", id(1)),
        format!("Orders API ({})", id(2)),
        format!("someone else ({})", id(3)),
    ];
    assert_eq!(shown, expected);
    assert!(of(&report, "key-access")[1].message.as_str().contains(&id(2)));
    // Only the policy's own names stand alone, and only if nobody else has them.
    let names = format!("principals: {{ orders: {{ id: {} }} }}\n", id(1));
    let report = tenant.audit(&format!("{names}accounts: [{{ key_readers: [] }}]"));
    let first = of(&report, "key-access")[0].subject.principal().unwrap().to_string();
    assert_eq!(first, "orders");
}

/// Azure RBAC was read of other subscriptions, so its absence is no choice of the user's.
#[test]
fn a_subscription_without_azure_rbac_is_incomplete() {
    let mut snapshot = Tenant::of(&[("one", true)]).snapshot();
    let policy = Policy::from_sources(
        &[("policy.yaml", "version: 1\naccounts: [{ key_readers: [] }]")],
        &CHECKS,
    )
    .unwrap();
    let verdict = |snapshot: &Snapshot| {
        audit(&resolve::Tenant::of(snapshot), &policy, Options::default())
            .unwrap()
            .verdict
            .word()
    };
    assert_eq!(verdict(&snapshot), "pass");
    snapshot.control_planes[0].subscription = "5e1f0c1a-0000-4000-8000-000000000002".to_owned();
    assert_eq!(verdict(&snapshot), "incomplete");
    // Left out on purpose, it is not checked, and no more.
    snapshot.control_planes.clear();
    let report = audit(&resolve::Tenant::of(&snapshot), &policy, Options::default()).unwrap();
    assert_eq!(report.verdict.word(), "pass");
    let mut left_out = report.not_checked.iter().filter(|row| row.what == What::AzureRbac);
    let row = left_out.next().unwrap();
    assert!(row.why.as_str().contains("although the policy lists"), "{}", row.why);
    assert_eq!(row.accounts.as_deref(), Some(&[0][..]));
    assert_eq!(row.place.as_ref().unwrap().source().line, 2);
    assert_eq!(left_out.next(), None);
}

#[test]
fn orphans_are_certain_unless_they_may_be_new() {
    let mut tenant = Tenant::of(&[("one", true)]);
    tenant.data = vec![7, 8];
    tenant.azure = vec![(7, OWNER, "")];
    tenant.directory = vec![
        json!({"id": id(7), "name": "", "kind": "unknown", "found": false}),
        person(8, "app", "service-principal"),
    ];
    let policy = "accounts: [{ local_auth: any }]";
    let report = tenant.audit(policy);
    let orphans = of(&report, "orphaned-principal");
    assert_eq!(orphans.len(), 2, "one of the data plane, one of Azure");
    assert!(orphans.iter().all(|finding| finding.confidence.word() == "certain"));
    // An earlier report has it: still certain. It does not: it may be too new.
    for (earlier, expected) in [(&tenant, "certain"), (&Tenant::of(&[("one", true)]), "possible")] {
        let baseline = baseline(&earlier.audit(policy));
        let options = Options {
            baseline: Some(&baseline),
            ..Options::default()
        };
        let report = tenant.audit_with(policy, options);
        let in_account = of(&report, "orphaned-principal")
            .into_iter()
            .find(|finding| finding.account().is_some())
            .unwrap();
        assert_eq!(in_account.confidence.word(), expected);
    }
    // Who was not looked up is not called deleted.
    tenant.directory.remove(0);
    assert!(of(&tenant.audit(policy), "orphaned-principal").is_empty());
}

#[test]
fn persons_are_named_unless_the_policy_names_them() {
    let mut tenant = Tenant::of(&[("one", true)]);
    tenant.data = vec![1, 2, 3, 9];
    tenant.directory = vec![
        person(1, "Ada", "user"),
        person(2, "Gus", "guest"),
        person(3, "app", "managed-identity"),
        group(9, "Team", &[1]),
    ];
    let names = |report: &Report| -> Vec<String> {
        of(report, "direct-user")
            .iter()
            .map(|finding| name_of(finding))
            .collect()
    };
    assert_eq!(names(&tenant.audit("accounts: [{ local_auth: any }]")), ["Ada", "Gus"]);
    let declared = format!(
        "principals: {{ ada: {{ id: {} }} }}\naccounts:\n  - grants: [{{ principal: ada, data_actions: [\"*\"], scope: /dbs/orders, presence: optional }}]\n",
        id(1)
    );
    assert_eq!(names(&tenant.audit(&declared)), ["Gus"]);
}

/// What a group has its members have, and what the policy gives a group it gives its members.
#[test]
fn grants_know_groups() {
    let mut tenant = Tenant::of(&[("one", true)]);
    tenant.directory = vec![person(1, "Ada", "user"), group(9, "Team", &[1])];
    let policy = |who: u8| {
        format!(
            "principals: {{ p: {{ id: {} }} }}\naccounts:\n  - grants: [{{ principal: p, data_actions: [sqlDatabases/containers/items/read], scope: /dbs/orders }}]\n",
            id(who)
        )
    };
    // Required of a person who has it through the group: nothing is missing.
    tenant.data = vec![9];
    assert!(of(&tenant.audit(&policy(1)), "missing-access").is_empty());
    // Allowed for the group: a member's own assignment is not excessive.
    tenant.data = vec![1];
    let report = tenant.audit(&policy(9));
    assert!(of(&report, "excess-access").is_empty());
    assert_eq!(of(&report, "missing-access").len(), 1, "the group itself has nothing");
    // Without the directory nobody is in any group.
    tenant.directory.clear();
    assert_eq!(of(&tenant.audit(&policy(9)), "excess-access").len(), 1);
}
