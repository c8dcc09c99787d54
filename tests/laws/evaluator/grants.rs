//! What gives principals roles: assignments, eligible assignments, and delegations.

use crate::delegations::USER_ACCESS_ADMINISTRATOR;
use crate::tenants::TAKEN_AT;
use cosmos_rbac::model::{AzureRoleDefinition, ControlPlane, PrincipalId};

/// What gives somebody a role.
#[derive(Debug, Clone)]
pub(super) struct Grant<'t> {
    pub(super) id: &'t str,
    pub(super) is_eligible: bool,
    pub(super) principal: &'t PrincipalId,
    pub(super) written_type: Option<&'t str>,
    pub(super) scope: &'t str,
    pub(super) condition: Option<&'t str>,
    pub(super) role: Option<&'t AzureRoleDefinition>,
    /// The roles that can be assigned, if a delegation is for that only.
    pub(super) only_assigns: Option<Vec<Option<&'t AzureRoleDefinition>>>,
}

/// What a subscription lists.
pub(super) fn grants<'t>(plane: &'t ControlPlane) -> Vec<Grant<'t>> {
    let guid = |id: &str| id.rsplit('/').next().unwrap().to_lowercase();
    let role = |id: &str| {
        let mut roles = plane.role_definitions.iter().flatten();
        roles.find(|role| guid(&role.id) == guid(id))
    };
    let active = plane.role_assignments.iter().flatten().map(|one| Grant {
        id: &one.id,
        is_eligible: false,
        principal: &one.principal_id,
        written_type: one.principal_type.as_deref(),
        scope: one.scope.as_str(),
        condition: one.condition.as_deref(),
        role: role(&one.role_definition_id),
        only_assigns: None,
    });
    let in_time = |end: &Option<jiff::Timestamp>| end.is_none_or(|end| TAKEN_AT < end);
    let eligible = plane.eligible.iter().flatten().filter(|one| in_time(&one.end));
    let eligible = eligible.map(|one| Grant {
        id: &one.id,
        is_eligible: true,
        principal: &one.principal_id,
        written_type: one.principal_type.as_deref(),
        scope: one.scope.as_str(),
        condition: one.condition.as_deref(),
        role: role(&one.role_definition_id),
        only_assigns: None,
    });
    let delegated = plane.delegations.iter().flatten().flat_map(|one| {
        let active = one.authorizations.iter().map(|whom| (whom, false));
        let all = active.chain(one.eligible_authorizations.iter().map(|whom| (whom, true)));
        all.map(|(whom, is_eligible)| Grant {
            id: &one.id,
            is_eligible,
            principal: &whom.principal_id,
            written_type: None,
            scope: one.scope.as_str(),
            condition: None,
            role: role(&whom.role_definition_id),
            only_assigns: (whom.role_definition_id == USER_ACCESS_ADMINISTRATOR)
                .then(|| whom.delegated_role_definition_ids.iter().map(|id| role(id)).collect()),
        })
    });
    active.chain(eligible).chain(delegated.collect::<Vec<_>>()).collect()
}
