//! Which Azure role a finding is about: whose it is, and where it is assigned.

use crate::checks::causes::object::{Kind, Object};
use crate::finding::{Finding, Subject};
use crate::model::{AzureRoleAssignment, AzureScope, EligibleAssignment, PrincipalId, arm_id, role_key};
use crate::resolve::{Holder, Tenant};
use foldhash::{HashMap, HashMapExt, HashSet};
use std::collections::BTreeSet;

/// The assignments of Azure roles that findings are about.
pub(super) struct Roles<'a> {
    /// By the ids of assignments, in lower case. A delegation names several principals.
    holders: HashMap<String, Vec<Holder<'a>>>,
    /// By the GUIDs of roles.
    names: HashMap<String, &'a str>,
}

/// What a finding says of an assignment.
pub(super) struct Assigned<'a> {
    pub(super) principal: PrincipalId,
    pub(super) scope: &'a AzureScope,
    pub(super) role: &'a str,
    pub(super) is_eligible: bool,
    /// The tenant to which it is delegated (Azure Lighthouse): nobody in this one can change the role.
    pub(super) managed_by: Option<&'a str>,
}

impl<'a> Roles<'a> {
    pub(super) fn of(findings: &[Finding], tenant: &'a Tenant<'_>) -> Self {
        let wanted: HashSet<String> = findings.iter().filter_map(assignment).collect();
        let mut holders: HashMap<String, Vec<Holder<'a>>> = HashMap::new();
        let mut roles = BTreeSet::new();
        let planes = tenant.frame.control_planes;
        let mut add = |holder: Holder<'a>| {
            let id = holder.id().to_ascii_lowercase();
            if !wanted.contains(&id) {
                return;
            }
            let known = holders.entry(id).or_default();
            // What is assigned above the subscriptions stands in the lists of all of them.
            if !known.contains(&holder) {
                roles.insert(role_key(holder.role_definition_id()));
                known.push(holder);
            }
        };
        for plane in planes.iter().filter(|_| !wanted.is_empty()) {
            let active = plane.role_assignments.iter().flatten();
            active.for_each(|one: &AzureRoleAssignment| add(Holder::Active(one)));
            let eligible = plane.eligible.iter().flatten();
            eligible.for_each(|one: &EligibleAssignment| add(Holder::Eligible(one)));
            for delegation in plane.delegations.iter().flatten() {
                for (authorization, eligible) in delegation.all() {
                    add(Holder::Delegated {
                        delegation,
                        authorization,
                        eligible,
                    });
                }
            }
        }
        let mut names = HashMap::new();
        for role in planes.iter().flat_map(|plane| plane.role_definitions.iter().flatten()) {
            let key = role_key(&role.id);
            if roles.contains(&key) {
                names.entry(key).or_insert(role.role_name.as_str());
            }
        }
        Self { holders, names }
    }

    /// The assignment that a finding is about.
    fn holder(&self, finding: &Finding) -> Option<Holder<'a>> {
        let all = self.holders.get(&assignment(finding)?)?;
        let role = finding.witness.as_ref().and_then(|witness| witness.role.as_ref());
        let role = role.map(|role| role_key(&role.id));
        let is_role = |holder: &&Holder<'a>| {
            role.as_ref()
                .is_none_or(|role| *role == role_key(holder.role_definition_id()))
        };
        let own = all.iter().filter(is_role);
        let of = finding.subject.principal_id();
        // Whoever acts can be in the group that has the role.
        own.clone()
            .find(|holder| Some(holder.principal()) == of)
            .or_else(|| own.clone().next())
            .or_else(|| all.first())
            .copied()
    }

    pub(super) fn assigned(&self, finding: &Finding) -> Option<Assigned<'a>> {
        let holder = self.holder(finding)?;
        let name = self.names.get(&role_key(holder.role_definition_id())).copied();
        let name = name.filter(|name| !name.trim().is_empty());
        Some(Assigned {
            principal: holder.principal().clone(),
            scope: holder.scope(),
            role: name.unwrap_or_else(|| arm_id::last_segment(holder.role_definition_id())),
            is_eligible: holder.is_eligible(),
            managed_by: holder.delegation().map(|delegation| delegation.managed_by()),
        })
    }

    /// The Azure role to change.
    pub(super) fn object(&self, finding: &Finding) -> Option<Object> {
        let Some(holder) = self.holder(finding) else {
            return Some(Object::new(Kind::AzureRole, [&assignment(finding)?]));
        };
        let form = match holder {
            Holder::Active(_) => "active",
            Holder::Eligible(_) => "eligible",
            Holder::Delegated { delegation, .. } => &delegation.id,
        };
        let role = role_key(holder.role_definition_id());
        Some(Object::new(Kind::AzureRole, [holder.principal().as_str(), &role, form]))
    }
}

/// The id of the assignment of an Azure role that a finding is about, in lower case.
fn assignment(finding: &Finding) -> Option<String> {
    match &finding.subject {
        Subject::AzureAssignment { id, .. } => Some(id.to_ascii_lowercase()),
        _ => None,
    }
}
