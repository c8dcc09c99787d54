//! A tenant in which something is changed: a copy of what the change touches, over what there is.

use crate::finding::{Finding, Subject};
use crate::model::{AccountRecord, Authorization, ControlPlane, PrincipalId};
use crate::resolve::Tenant;
use crate::snapshot::{Frame, Records, SnapshotError};
use std::collections::{BTreeMap, HashSet};

/// A tenant with other records of some accounts, or other assignments of Azure roles.
pub(in crate::checks) struct Changed<'t> {
    tenant: &'t Tenant<'t>,
    /// By the places of the accounts.
    pub(in crate::checks) records: BTreeMap<usize, AccountRecord>,
    planes: Option<Vec<ControlPlane>>,
}

impl<'t> Changed<'t> {
    pub(in crate::checks) fn of(tenant: &'t Tenant<'t>) -> Self {
        Self {
            tenant,
            records: BTreeMap::new(),
            planes: None,
        }
    }

    pub(in crate::checks) fn with_planes(self, planes: Vec<ControlPlane>) -> Self {
        Self {
            planes: Some(planes),
            ..self
        }
    }

    pub(in crate::checks) fn frame(&self) -> Frame<'_> {
        let accounts = self.tenant.frame.accounts.iter().enumerate();
        let changed = |place| self.records.get(&place).map(|record| &record.account);
        Frame {
            accounts: accounts.map(|(place, own)| changed(place).unwrap_or(own)).collect(),
            control_planes: self.planes.as_deref().unwrap_or(self.tenant.frame.control_planes),
            ..self.tenant.frame.clone()
        }
    }
}

impl Records for Changed<'_> {
    fn visit(&self, each: &(dyn Fn(usize, &AccountRecord) + Sync)) -> Result<(), SnapshotError> {
        self.tenant
            .visit(&|place, record| each(place, self.records.get(&place).unwrap_or(record)))
    }
}

/// What Azure RBAC says without some assignments; of a delegation, without what it gives the principals of `findings`.
pub(in crate::checks) fn without_assignments(
    planes: &[ControlPlane],
    ids: &[String],
    findings: &[&Finding],
) -> Vec<ControlPlane> {
    let ids: HashSet<String> = ids.iter().map(|id| id.to_ascii_lowercase()).collect();
    let is_gone = |id: &str| ids.contains(&id.to_ascii_lowercase());
    let principals: HashSet<&PrincipalId> = findings
        .iter()
        .filter_map(|finding| match &finding.subject {
            Subject::AzureAssignment { principal, .. } => Some(&principal.id),
            _ => None,
        })
        .collect();
    let mut planes = planes.to_vec();
    for plane in &mut planes {
        if let Some(list) = &mut plane.role_assignments {
            list.retain(|one| !is_gone(&one.id));
        }
        if let Some(list) = &mut plane.eligible {
            list.retain(|one| !is_gone(&one.id));
        }
        for delegation in plane.delegations.iter_mut().flatten().filter(|one| is_gone(&one.id)) {
            let stays = |one: &Authorization| !principals.contains(&one.principal_id);
            delegation.authorizations.retain(stays);
            delegation.eligible_authorizations.retain(stays);
        }
    }
    planes
}
