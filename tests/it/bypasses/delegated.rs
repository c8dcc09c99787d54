//! Access that is delegated to another tenant: it is judged like any other, and its principals are nobody's orphans.

use super::*;

/// Whom Fabrikam sends: principal, role, and the roles that they can assign.
fn delegation(below: &str, active: &[(u8, &str, &[&str])], eligible: &[(u8, &str, &[&str])]) -> Value {
    let scope = format!("/subscriptions/{SUBSCRIPTION}{below}");
    let named = |list: &[(u8, &str, &[&str])]| -> Vec<Value> {
        list.iter()
            .map(|(who, role, assignable)| {
                json!({"principal_id": id(*who), "principal_name": format!("operator {who}"),
                    "role_definition_id": role, "delegated_role_definition_ids": assignable})
            })
            .collect()
    };
    json!({"id": format!("{scope}/providers/Microsoft.ManagedServices/registrationAssignments/d"), "scope": scope,
        "name": "Operations", "managing_tenant": id(99), "managing_tenant_name": "Fabrikam",
        "authorizations": named(active), "eligible_authorizations": named(eligible)})
}

const NOBODY: &str = "accounts: [{ key_readers: [], account_writers: [], role_admins: [] }]";

fn tenant(delegations: Vec<Value>) -> Tenant {
    Tenant {
        delegations,
        ..Tenant::of(&[("open", false), ("closed", true)])
    }
}

#[test]
fn a_delegated_role_opens_what_an_assigned_one_does() {
    let report = tenant(vec![delegation("", &[(1, OPERATOR, &[]), (2, OWNER, &[])], &[])]).audit(NOBODY);
    assert_eq!(
        counts(&report),
        [
            ("key-access", 1),
            ("self-grant", 1),
            ("local-auth-switch", 2),
            ("role-assignment-write", 1)
        ]
    );
    let finding = of(&report, "key-access")[0];
    assert_eq!(finding.confidence.word(), "certain");
    let message = finding.message.as_str();
    assert!(
        message.starts_with("`operator 2 (") && message.contains(")` of the managing tenant `Fabrikam` "),
        "{message}"
    );
    let remedy = finding.remedy.as_ref().unwrap();
    assert!(
        remedy.summary.as_str().contains("Lighthouse") && !format!("{remedy:?}").contains("az role assignment"),
        "{remedy:?}"
    );
    assert_eq!(of(&report, "orphaned-principal"), Vec::<&Finding>::new());
    // Two principals of one delegation are two findings, told apart by a baseline.
    let found = of(&report, "local-auth-switch");
    assert_ne!(found[0].fingerprint(), found[1].fingerprint());
}

#[test]
fn a_delegation_holds_at_its_resource_group_only() {
    let elsewhere = tenant(vec![delegation("/resourceGroups/rg-web", &[(1, OWNER, &[])], &[])]).audit(NOBODY);
    assert_eq!(counts(&elsewhere).iter().map(|(_, number)| number).sum::<usize>(), 0);
    let here = tenant(vec![delegation("/resourceGroups/RG", &[(1, OWNER, &[])], &[])]).audit(NOBODY);
    assert_eq!(of(&here, "self-grant").len(), 1);
}

#[test]
fn a_delegated_role_that_must_be_activated_is_possible() {
    let report = tenant(vec![delegation("", &[], &[(1, OPERATOR, &[])])]).audit(NOBODY);
    let found = of(&report, "local-auth-switch");
    assert_eq!((found.len(), found[0].confidence.word()), (1, "possible"));
}

#[test]
fn a_delegated_user_access_administrator_can_assign_the_delegated_roles_only() {
    let with = |assignable: &[&str]| {
        let report = tenant(vec![delegation("", &[(1, ADMINISTRATOR, assignable)], &[])]).audit(NOBODY);
        let found = of(&report, "role-assignment-write");
        (
            counts(&report).iter().map(|(_, number)| number).sum::<usize>(),
            found.first().map(|one| one.confidence.word()),
        )
    };
    assert_eq!(with(&[]), (0, None));
    assert_eq!(
        with(&["aaaaaaaa-0000-4000-8000-000000000001"]),
        (1, Some("possible")),
        "a role that was not read"
    );
    assert_eq!(with(&[OPERATOR]), (1, Some("possible")));
}

#[test]
fn a_policy_names_principals_of_the_managing_tenant_by_their_object_ids() {
    let policy = format!(
        "principals: {{ fabrikam: {{ id: {} }} }}\naccounts: [{{ key_readers: [fabrikam], account_writers: [fabrikam], role_admins: [fabrikam] }}]",
        id(1)
    );
    let report = tenant(vec![delegation("", &[(1, OWNER, &[])], &[])]).audit(&policy);
    assert_eq!(counts(&report).iter().map(|(_, number)| number).sum::<usize>(), 0);
}

#[test]
fn a_snapshot_that_says_nothing_of_delegations_says_so() {
    let says = |snapshot: &Snapshot| {
        let policy = Policy::from_sources(&[("policy.yaml", "version: 1")], &CHECKS).unwrap();
        let report = audit(&resolve::Tenant::of(snapshot), &policy, Options::default()).unwrap();
        report.not_checked.iter().any(|row| row.what == What::Delegations)
    };
    let mut snapshot = tenant(Vec::new()).snapshot();
    assert!(!says(&snapshot));
    snapshot.control_planes[0].delegations = None;
    assert!(says(&snapshot));
}

#[test]
fn a_group_of_another_tenant_is_no_orphan() {
    let mut tenant = tenant(Vec::new());
    tenant.azure = vec![(1, OWNER, "")];
    tenant.directory = vec![json!({"id": id(1), "name": "", "kind": "unknown", "found": false})];
    let mut snapshot = tenant.snapshot();
    let policy = Policy::from_sources(&[("policy.yaml", &format!("version: 1\n{NOBODY}"))], &CHECKS).unwrap();
    let orphans = |snapshot: &Snapshot| {
        let report = audit(&resolve::Tenant::of(snapshot), &policy, Options::default()).unwrap();
        (of(&report, "orphaned-principal").len(), of(&report, "self-grant").len())
    };
    assert_eq!(orphans(&snapshot), (1, 1));
    for assignment in snapshot.control_planes[0].role_assignments.iter_mut().flatten() {
        assignment.principal_type = Some("ForeignGroup".to_owned());
    }
    assert_eq!(orphans(&snapshot), (0, 1));
}
