//! A tenant in which something is changed: a copy of what the change touches, over what there is.

use crate::finding::{Finding, Subject};
use crate::model::{AccountRecord, Authorization, ControlPlane, PrincipalId, PrincipalRecord};
use crate::resolve::Tenant;
use crate::snapshot::{Frame, Records, SnapshotError};
use foldhash::{HashMap, HashMapExt, HashSet};
use std::collections::BTreeMap;

/// A tenant with other records of some accounts, other assignments of Azure roles, or other members of groups.
pub(in crate::checks) struct Changed<'t> {
    tenant: &'t Tenant<'t>,
    /// By the places of the accounts.
    pub(in crate::checks) records: BTreeMap<usize, AccountRecord>,
    planes: Option<Vec<ControlPlane>>,
    principals: Option<Vec<PrincipalRecord>>,
}

impl<'t> Changed<'t> {
    pub(in crate::checks) fn of(tenant: &'t Tenant<'t>) -> Self {
        Self {
            tenant,
            records: BTreeMap::new(),
            planes: None,
            principals: None,
        }
    }

    pub(in crate::checks) fn with_planes(self, planes: Vec<ControlPlane>) -> Self {
        Self {
            planes: Some(planes),
            ..self
        }
    }

    pub(in crate::checks) fn with_principals(self, principals: Vec<PrincipalRecord>) -> Self {
        Self {
            principals: Some(principals),
            ..self
        }
    }

    pub(in crate::checks) fn frame(&self) -> Frame<'_> {
        let accounts = self.tenant.frame.accounts.iter().enumerate();
        let changed = |place| self.records.get(&place).map(|record| &record.account);
        Frame {
            accounts: accounts.map(|(place, own)| changed(place).unwrap_or(own)).collect(),
            control_planes: self.planes.as_deref().unwrap_or(self.tenant.frame.control_planes),
            principals: self.principals.as_deref().or(self.tenant.frame.principals),
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

/// The directory without the members of groups that findings are about: in none of the groups within these are they either.
pub(in crate::checks) fn without_members(records: &[PrincipalRecord], findings: &[&Finding]) -> Vec<PrincipalRecord> {
    let mut gone: HashMap<&PrincipalId, HashSet<&PrincipalId>> = HashMap::new();
    for finding in findings {
        if let Subject::Member { group, principal, .. } = &finding.subject {
            gone.entry(&group.id).or_default().insert(&principal.id);
        }
    }
    let mut of: HashMap<&PrincipalId, HashSet<&PrincipalId>> = gone.clone();
    for record in records {
        let Some(gone) = gone.get(&record.id) else { continue };
        for nested in record.members.iter().flatten() {
            of.entry(nested).or_default().extend(gone);
        }
    }
    let mut records = records.to_vec();
    for record in &mut records {
        let (Some(gone), Some(members)) = (of.get(&record.id), &mut record.members) else {
            continue;
        };
        let before = members.len();
        members.retain(|member| !gone.contains(member));
        let removed = (before - members.len()) as u64;
        record.members_count = record.members_count.map(|count| count.saturating_sub(removed));
    }
    records
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
