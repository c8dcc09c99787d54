//! What the checks say of the tenant without any policy of its own: which role assignments and roles are dubious, and who can
//! bypass role assignments. The draft has no opinion of its own about either.

use super::rules::{Dubious, Holders, Todo};
use crate::checks::{AuditError, CHECKS, Options, audit};
use crate::finding::{Check, Confidence, Finding, Group, Subject, What};
use crate::model::{Delegation, PrincipalId, Scope};
use crate::policy::{Policy, Privilege};
use crate::resolve::{Assignment, Role, Tenant};
use foldhash::{HashMap, HashMapExt, HashSet};
use std::collections::BTreeSet;

/// Nobody is allowed a bypass, so everybody who has one is found.
const NOBODY: &str =
    "version: 1\naccounts: [{ key_readers: [], account_writers: [], role_admins: [], identity_admins: [] }]\n";

const DANGLING_ROLE: &str = "dangling-role";

/// Checks that make a role assignment dubious, and why, the worst first.
const DUBIOUS: [(&str, &str); 5] = [
    ("orphaned-principal", "the principal no longer exists"),
    (DANGLING_ROLE, "the role no longer exists"),
    ("malformed-scope", "the scope is invalid"),
    ("dangling-scope", "the scope no longer exists"),
    ("scope-not-assignable", "the role can't be assigned there"),
];

/// Checks about a role definition, and what there is to review.
const ROLES: [(&str, Todo); 4] = [
    ("wildcard-action", Todo::Wildcard),
    ("unknown-action", Todo::UnknownAction),
    ("not-data-actions", Todo::NotDataActions),
    ("malformed-scope", Todo::AssignableScopes),
];

/// Checks of bypasses that lead through something else.
const INDIRECT: [&str; 2] = ["identity-takeover", "restore-copy"];

/// What was found.
pub(super) struct Probe {
    /// Why role assignments are dubious, by their ids in lower case.
    assignments: HashMap<String, Vec<Doubt>>,
    /// What there is to review, by the ids of the role definitions in lower case.
    roles: HashMap<String, BTreeSet<Todo>>,
    /// Who can bypass role assignments, by the places of the accounts.
    pub(super) holders: Vec<Holders>,
}

/// What a check says of a role assignment.
struct Doubt {
    /// The check's place in [`DUBIOUS`].
    why: usize,
    /// Where the assignment holds, if that is known.
    scope: Option<Scope>,
}

impl Doubt {
    /// Whether it is about this assignment of those with one id: all that a user of MongoDB has goes by the user's.
    fn is_of(&self, found: &Assignment<'_>, role: Option<&Role<'_>>) -> bool {
        let is_of_role = DUBIOUS.get(self.why).is_some_and(|(check, _)| *check == DANGLING_ROLE);
        !found.assignment.kind.has_passwords()
            || (self.scope.as_ref() == found.scope.as_ref().ok() && is_of_role == role.is_none())
    }
}

impl Probe {
    /// Asks the checks.
    ///
    /// # Errors
    /// When an account cannot be read.
    pub(super) fn of(tenant: &Tenant<'_>) -> Result<Self, AuditError> {
        let policy = Policy::from_sources(&[("the draft", NOBODY)], &CHECKS)?;
        let report = audit(tenant, &policy, Options::without_access())?;
        let mut probe = Self {
            assignments: HashMap::new(),
            roles: HashMap::new(),
            holders: tenant.frame.accounts.iter().map(|_| Holders::new()).collect(),
        };
        let foreign = (tenant.frame.control_planes.iter())
            .flat_map(|plane| plane.delegations.iter().flatten())
            .flat_map(Delegation::all)
            .map(|(authorization, _)| &authorization.principal_id)
            .collect();
        for finding in &report.findings {
            match finding.check.group {
                Group::Hygiene => probe.doubt(finding),
                Group::Bypass => probe.hold(finding, tenant, &foreign),
                Group::Drift | Group::Coverage => {}
            }
        }
        for holders in &mut probe.holders {
            // Whoever can grant access needs no mention among those who can take over identities.
            let admins = holders.get(&Privilege::RoleAdmins).cloned().unwrap_or_default();
            if let Some(others) = holders.get_mut(&Privilege::IdentityAdmins) {
                others.retain(|id, _| !admins.contains_key(id));
            }
        }
        Ok(probe)
    }

    /// Why a role assignment is dubious. `role`: what it assigns.
    pub(super) fn why(&self, found: &Assignment<'_>, role: Option<&Role<'_>>) -> Option<&'static str> {
        let doubts = self.assignments.get(&found.assignment.id.to_ascii_lowercase())?;
        let own = doubts.iter().filter(|doubt| doubt.is_of(found, role));
        let (check, why) = DUBIOUS.get(own.map(|doubt| doubt.why).min()?)?;
        // Users keep what another version of the service may know.
        let is_unknown = *check == DANGLING_ROLE && found.assignment.kind.has_passwords();
        Some(if is_unknown { "the role isn't known" } else { why })
    }

    /// What there is to review about a role definition.
    pub(super) fn todo(&self, role: &str) -> BTreeSet<Todo> {
        self.roles.get(&role.to_ascii_lowercase()).cloned().unwrap_or_default()
    }

    fn doubt(&mut self, finding: &Finding) {
        let id = finding.check.id;
        match &finding.subject {
            Subject::Grant {
                assignment: Some(at),
                scope,
                ..
            } => {
                if let Some(why) = DUBIOUS.iter().position(|(check, _)| *check == id) {
                    let doubts = self.assignments.entry(at.to_ascii_lowercase()).or_default();
                    doubts.push(Doubt {
                        why,
                        scope: scope.clone(),
                    });
                }
            }
            Subject::Role { id: Some(at), .. } => {
                if let Some((_, todo)) = ROLES.iter().find(|(check, _)| *check == id) {
                    self.roles.entry(at.to_ascii_lowercase()).or_default().insert(*todo);
                }
            }
            _ => {}
        }
    }

    fn hold(&mut self, finding: &Finding, tenant: &Tenant<'_>, foreign: &HashSet<&PrincipalId>) {
        let (Some(privilege), Some(id), Some(reach)) = (
            privilege(finding.check),
            finding.subject.principal_id(),
            finding.subject.reach(),
        ) else {
            return;
        };
        // Nobody knows who that is; a waiver says so until somebody has looked.
        if tenant.directory.record(id).is_some_and(|record| !record.found) {
            return;
        }
        for place in &reach.accounts {
            if let Some(holders) = self.holders.get_mut(*place) {
                let dubious = dubious(finding, foreign);
                let listed = holders.entry(privilege).or_default();
                // What is certain and direct outweighs the rest.
                (listed.entry(id.clone()))
                    .and_modify(|known| *known = dubious.min(*known))
                    .or_insert(dubious);
            }
        }
    }
}

/// Why a bypass isn't allowed without a word.
fn dubious(finding: &Finding, foreign: &HashSet<&PrincipalId>) -> Option<Dubious> {
    if (finding.subject.principal_id()).is_some_and(|id| foreign.contains(id)) {
        return Some(Dubious::OtherTenant);
    }
    if finding.confidence == Confidence::Possible {
        return Some(Dubious::Possible);
    }
    INDIRECT.contains(&finding.check.id).then_some(Dubious::Indirect)
}

/// The list of the policy that a check compares with.
fn privilege(check: &Check) -> Option<Privilege> {
    check.needs.iter().find_map(|what| match what {
        What::KeyReaders => Some(Privilege::KeyReaders),
        What::AccountWriters => Some(Privilege::AccountWriters),
        What::RoleAdmins => Some(Privilege::RoleAdmins),
        What::IdentityAdmins => Some(Privilege::IdentityAdmins),
        _ => None,
    })
}
