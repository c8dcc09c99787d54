//! Data-plane access of one account: every role assignment joined with its role definition and scope.

use crate::model::{
    AccountId, AccountRecord, ActionPattern, Bounds, PrincipalId, RoleAssignment, RoleDefinition, Scope, Universe,
    arm_id, scope::ScopeError,
};
use std::collections::HashMap;

/// A role definition and what it grants.
#[derive(Debug)]
pub struct Role<'a> {
    /// The definition.
    pub definition: &'a RoleDefinition,
    /// What it grants wherever it is assigned.
    pub bounds: Bounds,
}

/// A role assignment, whether or not it means anything.
#[derive(Debug)]
pub struct Assignment<'a> {
    /// The assignment.
    pub assignment: &'a RoleAssignment,
    /// The role definition, if there is one of that id among those that were read: its place in [`Access::roles`].
    role: Option<usize>,
    /// Where it holds, or why that cannot be said.
    pub scope: Result<Scope, ScopeError>,
}

/// A role assignment that gives somebody something.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'x, 'a> {
    /// The assignment.
    pub assignment: &'a RoleAssignment,
    /// The role definition, and what it grants.
    pub role: &'x Role<'a>,
    /// Where it holds.
    pub scope: &'x Scope,
}

impl<'a> Grant<'_, 'a> {
    /// Who gets it.
    pub fn principal(&self) -> &'a PrincipalId {
        &self.assignment.principal_id
    }
}

/// Who may do what in one account, as far as its own roles say.
#[derive(Debug)]
pub struct Access<'a> {
    /// The data actions that are told apart.
    pub universe: Universe,
    /// The role definitions that were read.
    pub roles: Vec<Role<'a>>,
    /// The role assignments that were read.
    pub assignments: Vec<Assignment<'a>>,
}

impl<'a> Access<'a> {
    /// Resolves an account. The universe also holds what `also` names (the policy's actions), so that both can be
    /// compared.
    pub fn resolve<'p>(record: &'a AccountRecord, also: impl IntoIterator<Item = &'p ActionPattern>) -> Self {
        let id = &record.account.id;
        let definitions = record.role_definitions();
        let mut patterns: Vec<&ActionPattern> = also.into_iter().collect();
        patterns.extend(definitions.iter().flat_map(RoleDefinition::patterns));
        let universe = Universe::new(record.account.api, patterns);
        let roles: Vec<Role<'_>> = definitions
            .iter()
            .map(|definition| Role {
                definition,
                bounds: universe.bounds(&definition.permissions),
            })
            .collect();
        let mut by_guid: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, role) in definitions.iter().enumerate() {
            if let Some(guid) = guid_in(&role.id, id) {
                by_guid.entry(guid).or_default().push(index);
            }
        }
        let mut assignments = Vec::with_capacity(record.role_assignments().len());
        for assignment in record.role_assignments() {
            let named = guid_in(&assignment.role_definition_id, id).and_then(|guid| by_guid.get(&guid));
            let one = |role| Assignment {
                assignment,
                role,
                scope: Scope::parse(&assignment.scope, id),
            };
            match named {
                // Of several definitions with one id nobody knows which holds, so all do.
                Some(roles) => assignments.extend(roles.iter().map(|role| one(Some(*role)))),
                None => assignments.push(one(None)),
            }
        }
        Self {
            universe,
            roles,
            assignments,
        }
    }

    /// The assignments that give somebody something: those with a role definition and a scope.
    pub fn grants(&self) -> impl Iterator<Item = Grant<'_, 'a>> {
        self.assignments.iter().filter_map(|assignment| {
            Some(Grant {
                assignment: assignment.assignment,
                role: self.role_of(assignment)?,
                scope: assignment.scope.as_ref().ok()?,
            })
        })
    }

    /// The role definition that an assignment names, if it was read.
    pub fn role_of(&self, assignment: &Assignment<'a>) -> Option<&Role<'a>> {
        self.roles.get(assignment.role?)
    }
}

/// The role definition's GUID in lower case, when `text` names one of `account`: a full id in any casing, or the GUID.
fn guid_in(text: &str, account: &AccountId) -> Option<String> {
    let own = match AccountId::split_prefix(text) {
        Some((id, _)) => id == *account,
        None => !text.contains('/'),
    };
    let guid = arm_id::last_segment(text);
    (own && !guid.is_empty()).then(|| guid.to_ascii_lowercase())
}
