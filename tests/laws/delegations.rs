//! Generated delegations to other tenants (Azure Lighthouse).

use cosmos_rbac::model::{
    ActionPattern, Authorization, AzurePermission, AzureRoleDefinition, AzureScope, ControlPlane, Delegation,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// The role that can be delegated for assigning other roles only.
pub(crate) const USER_ACCESS_ADMINISTRATOR: &str = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9";

/// What is delegated to another tenant, and in which of the subscriptions; its scope begins there.
pub(crate) fn delegation() -> impl Strategy<Value = (usize, Delegation)> {
    let role = || (0..5_u8).prop_map(|role| format!("R{role}"));
    let whom = || {
        let any_role = prop_oneof![2 => role(), 1 => Just(USER_ACCESS_ADMINISTRATOR.to_owned())];
        let one = (select(vec!["m0", "m1"]), any_role, vec(role(), 0..3));
        let build = |(id, role_definition_id, delegated_role_definition_ids): (&str, _, _)| Authorization {
            principal_id: id.into(),
            principal_name: None,
            role_definition_id,
            delegated_role_definition_ids,
        };
        option::of(one.prop_map(build)).prop_map(|one| one.into_iter().collect())
    };
    let places = select(vec![
        "",
        "",
        "/resourceGroups/g1",
        "/resourceGroups/G10",
        "/resourceGroups/g2",
    ]);
    (0..2_usize, places, whom(), whom()).prop_map(|(plane, place, authorizations, eligible_authorizations)| {
        let delegation = Delegation {
            id: String::new(),
            scope: AzureScope::from(place.to_owned()),
            name: String::new(),
            managing_tenant: "m".to_owned(),
            managing_tenant_name: None,
            authorizations,
            eligible_authorizations,
        };
        (plane, delegation)
    })
}

/// The role of that id.
pub(crate) fn administrator() -> AzureRoleDefinition {
    AzureRoleDefinition {
        id: format!("/providers/Microsoft.Authorization/roleDefinitions/{USER_ACCESS_ADMINISTRATOR}"),
        role_name: "User Access Administrator".to_owned(),
        built_in: true,
        assignable_scopes: vec![AzureScope::from("/".to_owned())],
        permissions: vec![AzurePermission {
            actions: ["*/read", "Microsoft.Authorization/*"]
                .map(ActionPattern::full)
                .to_vec(),
            not_actions: Vec::new(),
            condition: None,
        }],
    }
}

/// Puts delegations into the lists of the subscriptions.
pub(crate) fn delegate(planes: &mut [ControlPlane], delegated: Vec<(usize, Delegation)>) {
    for (number, (plane, delegation)) in delegated.into_iter().enumerate() {
        let scope = format!("/subscriptions/{}{}", ["S0", "s1"][plane], delegation.scope.as_str());
        let delegation = Delegation {
            id: format!("{scope}/delegation {number}"),
            scope: AzureScope::from(scope),
            ..delegation
        };
        planes[plane].delegations.get_or_insert_default().push(delegation);
    }
}
