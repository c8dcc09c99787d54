//! Data-plane access of one account: every role assignment joined with its role definition and scope.

use super::role_sets::RoleSet;
use crate::model::{
    AccountId, AccountRecord, ActionPattern, Bounds, Existing, Naming, NativeAssignment, Permission, PrincipalId,
    RoleAssignment, RoleDefinition, RoleDefinitionId, RoleKind, Scope, Universe, role_key, scope::ScopeError,
};
use foldhash::{HashMap, HashMapExt};
use std::sync::Arc;

/// A role definition and what it grants.
#[derive(Debug)]
pub struct Role<'a> {
    /// The definition.
    pub definition: &'a RoleDefinition,
    /// What it grants wherever it is assigned.
    pub bounds: Bounds,
    /// Whether it names data actions that nothing documents.
    pub has_unknown: bool,
    /// Whether it is of another kind than the account's API has.
    pub is_foreign: bool,
}

/// A role assignment, whether or not it means anything.
#[derive(Debug)]
pub struct Assignment<'a> {
    /// The assignment.
    pub assignment: &'a RoleAssignment,
    /// Whether it is of another kind of role than the account's API has.
    pub is_foreign: bool,
    /// The role definition, if there is one of that id among those that were read: its place in [`Access::roles`], and how
    /// sure it is that it is meant.
    role: Option<(usize, Naming)>,
    /// Where it holds, or why that cannot be said.
    pub scope: Result<Scope, ScopeError>,
    /// Where a malformed scope could hold.
    meant: Option<Scope>,
}

impl Assignment<'_> {
    /// Whether it is certain what it gives and where.
    pub fn is_resolved(&self) -> bool {
        self.scope.is_ok() && matches!(self.role, Some((_, Naming::Certain))) && !self.is_foreign
    }
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
    /// How sure it is that the assignment names this role.
    pub naming: Naming,
    /// Whether the scope is malformed, and this is only what it could mean.
    pub is_scope_meant: bool,
    /// Whether the role is of another kind than the account's API has: nobody documents that the service honours it.
    pub is_foreign: bool,
}

impl<'a> Grant<'_, 'a> {
    /// Whether the assignment certainly gives this role, at this scope, and it is known what the role grants.
    pub fn is_certain(&self) -> bool {
        self.naming == Naming::Certain
            && !self.is_scope_meant
            && !self.is_foreign
            && self.role.definition.is_documented()
    }

    /// Who gets it.
    pub fn principal(&self) -> &'a PrincipalId {
        &self.assignment.principal_id
    }
}

/// Who may do what in one account, as far as its own roles say.
#[derive(Debug)]
pub struct Access<'a> {
    /// The data actions that are told apart.
    pub universe: Arc<Universe>,
    /// The role definitions that were read.
    pub roles: Vec<Role<'a>>,
    /// The role assignments that were read.
    pub assignments: Vec<Assignment<'a>>,
    /// The databases and containers that are known to exist.
    pub existing: Existing<'a>,
    set: Arc<RoleSet>,
}

impl<'a> Access<'a> {
    /// Resolves an account. The universe also holds what `also` names (the policy's actions), so that both can be
    /// compared.
    pub fn resolve<'p>(record: &'a AccountRecord, also: impl IntoIterator<Item = &'p ActionPattern>) -> Self {
        Self::with(record, Arc::new(RoleSet::of(record, also.into_iter())))
    }

    /// Resolves an account, with what its roles grant.
    pub(super) fn with(record: &'a AccountRecord, set: Arc<RoleSet>) -> Self {
        let id = &record.account.id;
        let definitions = record.role_definitions();
        let roles = record.all_role_definitions().zip(&set.grants);
        let roles = roles.map(|(definition, granted)| Role {
            definition,
            bounds: granted.bounds.clone(),
            has_unknown: granted.has_unknown,
            is_foreign: record.is_foreign(definition.kind),
        });
        let mut by_guid: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, role) in definitions.iter().enumerate() {
            by_guid.entry(role_key(&role.id)).or_default().push(index);
        }
        // An account has few roles, and many assignments of each.
        let mut known: HashMap<(&RoleDefinitionId, RoleKind), Vec<(usize, Naming)>> = HashMap::new();
        let mut assignments = Vec::with_capacity(record.role_assignments().len());
        for assignment in record.role_assignments() {
            let role = &assignment.role_definition_id;
            let named = known.entry((role, assignment.kind)).or_insert_with(|| {
                let found = by_guid.get(&role.key()).into_iter().flatten();
                let mut named: Vec<(usize, Naming)> = found
                    .filter_map(|place| {
                        let definition = definitions.get(*place)?;
                        let naming = naming(assignment, id, definition)?;
                        let is_sure = !record.is_doubtful(&definition.id);
                        Some((*place, if is_sure { naming } else { Naming::Possible }))
                    })
                    .collect();
                let is_own = |place: usize| definitions.get(place).is_some_and(|one| one.kind == assignment.kind);
                if named.iter().any(|(_, naming)| *naming == Naming::Certain) {
                    named.retain(|(place, _)| is_own(*place));
                }
                // It can be one that wasn't read.
                if record.lacks_role_definitions(assignment.kind) && !named.iter().any(|(place, _)| is_own(*place)) {
                    named.clear();
                }
                named
            });
            let one = |role| {
                let scope = record.account.scope(&assignment.scope);
                Assignment {
                    assignment,
                    is_foreign: record.is_foreign(assignment.kind),
                    role,
                    meant: match &scope {
                        Ok(_) => None,
                        Err(_) => record.account.forgiving_scope(&assignment.scope),
                    },
                    scope,
                }
            };
            if named.is_empty() {
                assignments.push(one(None));
            }
            let is_sure = !record.is_doubtful(&assignment.id);
            let naming = |naming: Naming| if is_sure { naming } else { Naming::Possible };
            // Of several definitions with one id nobody knows which holds, so all do.
            assignments.extend(named.iter().map(|(role, sure)| one(Some((*role, naming(*sure))))));
        }
        assignments.extend(record.native().assignments.iter().map(|one| Assignment {
            assignment: &one.assignment,
            is_foreign: record.is_foreign(one.assignment.kind),
            role: one.role.map(|place| (definitions.len() + place, naming_of(one))),
            meant: None,
            scope: Ok(one.scope.clone()),
        }));
        Self {
            universe: Arc::clone(&set.universe),
            roles: roles.collect(),
            assignments,
            existing: Existing::new(record.databases.as_deref()),
            set,
        }
    }

    /// What a permission comes to here, whose patterns the universe holds.
    pub fn bounds(&self, permission: &Permission) -> Bounds {
        self.set.bounds(permission)
    }

    /// The assignments that give somebody something, or could: those with a role definition and a scope.
    pub fn grants(&self) -> impl Iterator<Item = Grant<'_, 'a>> {
        (0..self.assignments.len()).filter_map(|place| self.grant(place))
    }

    /// What the assignment of a place in [`Self::assignments`] gives, if it gives anything.
    pub fn grant(&self, place: usize) -> Option<Grant<'_, 'a>> {
        let found = self.assignments.get(place)?;
        let (role, naming) = found.role?;
        Some(Grant {
            assignment: found.assignment,
            role: self.roles.get(role)?,
            scope: found.scope.as_ref().ok().or(found.meant.as_ref())?,
            naming,
            is_scope_meant: found.scope.is_err(),
            is_foreign: found.is_foreign,
        })
    }

    /// The assignments whose role definition isn't among those that were read, each with where it holds or could, and whether that is
    /// only what a malformed scope could mean.
    pub fn without_role(&self) -> impl Iterator<Item = (&Assignment<'a>, &Scope, bool)> {
        let without = self.assignments.iter().filter(|found| found.role.is_none());
        without.filter_map(|found| {
            let scope = found.scope.as_ref().ok().or(found.meant.as_ref())?;
            Some((found, scope, found.scope.is_err()))
        })
    }

    /// The role definitions of the kind that the account's API has for identities of Entra ID: those that a policy means by a
    /// name, and that can be assigned.
    pub fn own_roles(&self) -> impl Iterator<Item = &Role<'a>> {
        let is_own = |role: &&Role<'a>| !role.is_foreign && !role.definition.kind.has_passwords();
        self.roles.iter().filter(is_own)
    }

    /// The role definition that an assignment names, if it was read.
    pub fn role_of(&self, assignment: &Assignment<'a>) -> Option<&Role<'a>> {
        let (place, _) = assignment.role?;
        self.roles.get(place)
    }
}

/// How sure it is that a user of MongoDB has a role there.
fn naming_of(native: &NativeAssignment) -> Naming {
    match native.is_certain {
        true => Naming::Certain,
        false => Naming::Possible,
    }
}

/// How sure it is that an assignment names a role definition with the same GUID. An assignment gives a role of its own kind;
/// nobody says what the service makes of one whose role's id names the list of another kind. Other lists don't count: the service
/// numbers built-in roles of all kinds alike.
fn naming(assignment: &RoleAssignment, account: &AccountId, definition: &RoleDefinition) -> Option<Naming> {
    let naming = assignment.role_definition_id.naming(account, &definition.id)?;
    match assignment.kind == definition.kind {
        true => Some(naming),
        false => assignment
            .kinds_of_role()
            .any(|kind| kind == definition.kind)
            .then_some(Naming::Possible),
    }
}
