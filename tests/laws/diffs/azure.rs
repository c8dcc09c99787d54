//! Azure RBAC of the small tenant.

use super::model::{HOLDERS, Model, SUBSCRIPTIONS, Writing, account_id};
use crate::strategies::guid;
use cosmos_rbac::model::{
    ActionPattern, AzurePermission, AzureRoleAssignment, AzureRoleDefinition, AzureScope, ControlPlane, DenyAssignment,
    DenyPrincipal, EligibleAssignment,
};
use proptest::prelude::*;
use proptest::sample::select;

/// Azure scopes: the first accounts, their subscription, and the one of the identity.
const PLACES: usize = 4;
const AZURE_ROLES: [&str; 5] = [
    "*",
    "Microsoft.DocumentDB/databaseAccounts/listKeys/action",
    "Microsoft.DocumentDB/databaseAccounts/readonlykeys/action",
    "Microsoft.DocumentDB/databaseAccounts/write",
    "Microsoft.Authorization/roleAssignments/write",
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AzureAssigned {
    who: &'static str,
    role: usize,
    place: usize,
    is_eligible: bool,
}

/// What a role gives is denied to somebody in the accounts' subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Denied {
    who: &'static str,
    role: usize,
    spared: Option<&'static str>,
}

pub(super) fn azure() -> impl Strategy<Value = AzureAssigned> {
    let is_eligible = prop::bool::weighted(0.3);
    (select(HOLDERS.to_vec()), 0..AZURE_ROLES.len(), 0..PLACES, is_eligible).prop_map(
        |(who, role, place, is_eligible)| AzureAssigned {
            who,
            role,
            place,
            is_eligible,
        },
    )
}

pub(super) fn denied() -> impl Strategy<Value = Denied> {
    let spared = prop::option::weighted(0.3, select(HOLDERS.to_vec()));
    (select(HOLDERS.to_vec()), 0..AZURE_ROLES.len(), spared).prop_map(|(who, role, spared)| Denied {
        who,
        role,
        spared,
    })
}

impl Model {
    pub(super) fn plane(&self, subscription: &str, writing: Writing) -> ControlPlane {
        let role = |number: usize| format!("/providers/Microsoft.Authorization/roleDefinitions/{}", guid(7, number));
        let definitions = AZURE_ROLES
            .iter()
            .enumerate()
            .map(|(number, action)| AzureRoleDefinition {
                id: role(number),
                role_name: format!(
                    "azure role {number}{}",
                    if writing.is_renamed { " renamed" } else { "" }
                ),
                built_in: false,
                assignable_scopes: Vec::new(),
                permissions: vec![AzurePermission {
                    actions: vec![ActionPattern::full(*action)],
                    not_actions: Vec::new(),
                    condition: None,
                }],
            });
        let mut plane = ControlPlane {
            of_template: Default::default(),
            subscription: subscription.to_owned(),
            role_assignments: Some(Vec::new()),
            role_definitions: Some(definitions.collect()),
            deny_assignments: Some(Vec::new()),
            eligible: Some(Vec::new()),
            delegations: Some(Vec::new()),
            gaps: Vec::new(),
        };
        let times = if writing.is_split { 2 } else { 1 };
        if subscription == SUBSCRIPTIONS[0] {
            plane.deny_assignments = Some(
                self.denied
                    .iter()
                    .enumerate()
                    .map(|(number, one)| one.deny(number))
                    .collect(),
            );
        }
        let azure = self.azure.iter().enumerate();
        let own = azure.filter(|(_, one)| (one.place == PLACES - 1) == (subscription == SUBSCRIPTIONS[1]));
        for (number, one) in own.flat_map(|one| vec![one; times]) {
            let scope = place(one.place);
            let scope = if writing.is_upper { scope.to_uppercase() } else { scope };
            let kind = usize::from(writing.is_renamed) + 8;
            let id = format!(
                "/providers/Microsoft.Authorization/roleAssignments/{}",
                guid(kind, number)
            );
            let active = AzureRoleAssignment {
                id,
                role_definition_id: role(one.role),
                principal_id: one.who.into(),
                principal_type: None,
                scope: AzureScope::new(scope),
                condition: None,
                created_on: None,
            };
            match one.is_eligible {
                false => plane.role_assignments.get_or_insert_default().push(active),
                true => plane.eligible.get_or_insert_default().push(EligibleAssignment {
                    id: active.id,
                    role_definition_id: active.role_definition_id,
                    principal_id: active.principal_id,
                    principal_type: None,
                    scope: active.scope,
                    condition: None,
                    end: None,
                }),
            }
        }
        plane
    }
}

impl Denied {
    fn deny(&self, number: usize) -> DenyAssignment {
        let principal = |id: &str| DenyPrincipal {
            id: id.into(),
            kind: None,
        };
        DenyAssignment {
            id: format!("/providers/Microsoft.Authorization/denyAssignments/{}", guid(9, number)),
            name: format!("deny {number}"),
            permissions: vec![AzurePermission {
                actions: vec![ActionPattern::full(AZURE_ROLES[self.role])],
                not_actions: Vec::new(),
                condition: None,
            }],
            scope: AzureScope::new(place(2)),
            does_not_apply_to_child_scopes: false,
            principals: vec![principal(self.who)],
            exclude_principals: self.spared.into_iter().map(principal).collect(),
            condition: None,
            effect: None,
            system_protected: None,
        }
    }
}

pub(super) fn place(number: usize) -> String {
    match number {
        0 | 1 => account_id(number),
        number => format!("/subscriptions/{}", SUBSCRIPTIONS[number - 2]),
    }
}
