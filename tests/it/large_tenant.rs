//! Azure RBAC of a tenant as full as Azure allows: what an assignment at a management group reaches, and what leads to an
//! account, agree. `cargo bench --bench audit` says how long it takes.

use crate::builtin_roles::tenant;
use cosmos_rbac::model::BypassKind;
use cosmos_rbac::model::{
    AccountId, AccountRecord, AzurePermission, AzureRoleAssignment, AzureRoleDefinition, DenyAssignment, DenyPrincipal,
};
use cosmos_rbac::resolve::{ControlAccess, Directory};

#[test]
fn a_full_tenant_is_resolved() {
    let subscriptions = number("COSMOS_RBAC_SUBSCRIPTIONS", 2);
    let assignments = number("COSMOS_RBAC_ASSIGNMENTS", 4000);
    let role = |name: &str, actions: &[&str]| AzureRoleDefinition {
        id: format!("/providers/Microsoft.Authorization/roleDefinitions/{name}"),
        role_name: name.to_owned(),
        built_in: true,
        assignable_scopes: Vec::new(),
        permissions: vec![AzurePermission {
            actions: actions.iter().map(|text| (*text).to_owned().into()).collect(),
            ..AzurePermission::default()
        }],
    };
    let definitions = vec![
        role("owner", &["*"]),
        role("reader", &["*/read"]),
        role("storage", &["Microsoft.Storage/*"]),
    ];
    let (accounts, planes): (Vec<_>, Vec<_>) = (0..subscriptions)
        .map(|subscription| {
            let (accounts, mut plane) = tenant(&[]);
            let subscription = format!("s{subscription:03}");
            let of = |number: usize| {
                let mut record = accounts[number % 5].clone();
                let group = number % 50;
                let id = format!("/subscriptions/{subscription}/resourceGroups/g{group}/providers/Microsoft.DocumentDB/databaseAccounts/a{number}");
                record.account.id = AccountId::parse(&id).unwrap();
                record
            };
            let assignment = |number: usize| AzureRoleAssignment {
                id: match number {
                    // These stand in every list.
                    0..100 => format!("/m/{number}"),
                    _ => format!("/{subscription}/{number}"),
                },
                role_definition_id: ["owner", "reader", "storage", "reader"][number % 4].to_owned(),
                principal_id: format!("p{}", number % 700).into(),
                principal_type: Some("Group".to_owned()),
                scope: match number {
                    0..100 => "/providers/Microsoft.Management/managementGroups/m".into(),
                    _ if number.is_multiple_of(3) => format!("/subscriptions/{subscription}").into(),
                    _ => format!("/subscriptions/{subscription}/resourceGroups/g{}", number % 80).into(),
                },
                condition: None,
                created_on: None,
            };
            let deny = |number: usize| DenyAssignment {
                id: format!("d{number}"),
                name: String::new(),
                permissions: vec![AzurePermission { actions: vec!["*/write".to_owned().into()], ..AzurePermission::default() }],
                scope: format!("/subscriptions/{subscription}/resourceGroups/g{}", number % 40).into(),
                does_not_apply_to_child_scopes: false,
                principals: vec![DenyPrincipal { id: "00000000-0000-0000-0000-000000000000".into(), kind: Some("SystemDefined".to_owned()) }],
                exclude_principals: vec![DenyPrincipal { id: "p9".into(), kind: Some("Group".to_owned()) }],
                condition: None,
                effect: None,
                system_protected: Some(true),
            };
            plane.subscription = subscription.clone();
            plane.role_definitions = Some(definitions.clone());
            plane.role_assignments = Some((0..assignments).map(assignment).collect());
            plane.deny_assignments = Some((0..40).map(deny).collect());
            ((0..250).map(of).collect::<Vec<_>>(), plane)
        })
        .unzip();
    let accounts: Vec<AccountRecord> = accounts.into_iter().flatten().collect();
    let access = ControlAccess::resolve(
        &planes,
        accounts.iter().map(|record| &record.account).collect(),
        &Directory::new(None),
        jiff::Timestamp::UNIX_EPOCH,
    );
    let first = access
        .bypasses
        .iter()
        .find(|bypass| bypass.holder.id() == "/m/0" && bypass.kind == BypassKind::ReadKeys)
        .unwrap();
    assert_eq!(access.reached(first).len(), accounts.len());
    for account in (0..accounts.len()).step_by(accounts.len() / 20) {
        assert!(access.on(account).any(|(bypass, _)| bypass.holder.id() == "/m/0"));
    }
}

fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable).map_or(default, |text| text.parse().unwrap())
}
