//! Who can do what in one account, in rows that outlive the account's record: for reports, and for whoever asks.

use super::data_plane::{Access, Role};
use super::shared::Shared;
use crate::model::guid::GuidName;
use crate::model::{
    AccountId, ActionPattern, Atom, BypassAction, BypassKind, Permission, PrincipalId, PrincipalRef, RoleAssignment,
    RoleDefinition, RoleRef, Scope,
};
use foldhash::{HashMap, HashMapExt, HashSet};
use std::sync::Arc;

/// One thing that a role lets its holders do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Can {
    /// What.
    pub action: Atom,
    /// Whether its holders can do it however the service reads wildcards, names and ids.
    pub certain: bool,
}

/// A role definition of an account that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RoleRow {
    /// Which; of its id, what follows the account's.
    pub role: RoleRef,
    /// Whether the service brings it.
    pub built_in: bool,
    /// What it states: its patterns, short; those it subtracts begin with `not `.
    pub patterns: Vec<String>,
    /// What that lets its holders do, the worst first.
    pub can: Vec<Can>,
}

/// A role assignment that gives somebody something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRow {
    /// Who: the place in the list of the account's principals.
    pub principal: usize,
    /// What: the place in [`AccessRows::roles`].
    pub role: usize,
    /// Where.
    pub scope: Arc<Scope>,
    /// Through which role assignment: the last part of its ARM id, or all of it where that isn't the account's.
    pub assignment: GuidName,
}

/// The data-plane access of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessRows {
    /// The role definitions that somebody holds.
    pub roles: Vec<Arc<RoleRow>>,
    /// Who holds them where, sorted by principal and scope.
    pub grants: Vec<GrantRow>,
}

/// A bypass, as reports show it: what one assignment of Azure RBAC lets its holder do, wherever it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BypassRow {
    /// Who.
    pub principal: PrincipalRef,
    /// What its holder can do.
    pub kind: BypassKind,
    /// The action of Azure RBAC that lets them, and the role's pattern that gives it. `None`: the role definition wasn't read, so it is
    /// possible that it does.
    pub through: Option<(&'static BypassAction, ActionPattern)>,
    /// The Azure role.
    pub role: RoleRef,
    /// Where it was assigned.
    pub scope: String,
    /// Through which assignment (ARM id).
    pub assignment: String,
    /// Whether it must be activated first.
    pub eligible: bool,
}

/// A group, as reports show it: who is in it, also through groups within it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRow {
    /// Which.
    pub group: PrincipalId,
    /// The members that are known, sorted.
    pub members: Vec<PrincipalRef>,
    /// Whether these are all.
    pub all: bool,
}

/// What the rows of many accounts say alike, each held once.
#[derive(Default)]
pub struct SharedRows {
    roles: Shared<RoleRow>,
    scopes: Shared<Scope>,
}

impl AccessRows {
    /// Every grant of an account, with its role told once. `unread`: role assignments whose role definitions weren't read, which
    /// could give anything. `place_of`: where in the list of the account's principals one is.
    pub fn of(
        account: &AccountId,
        access: &Access<'_>,
        unread: &[(&RoleAssignment, &Scope)],
        place_of: impl Fn(&PrincipalId) -> Option<usize>,
        shared: &SharedRows,
    ) -> Self {
        let mut rows = Self {
            grants: Vec::with_capacity(access.grants().count()),
            ..Self::default()
        };
        // A role has a second row where it is only possible that an assignment gives it: nothing in that is certain.
        let mut places: HashMap<(*const RoleDefinition, bool), usize> = HashMap::new();
        for grant in access.grants() {
            let Some(principal) = place_of(grant.principal()) else {
                continue;
            };
            let role = *places
                .entry((std::ptr::from_ref(grant.role.definition), grant.is_certain()))
                .or_insert_with(|| {
                    let row = RoleRow::of(account, access, grant.role, grant.is_certain());
                    rows.roles.push(shared.roles.made(row));
                    rows.roles.len() - 1
                });
            rows.grants.push(GrantRow {
                principal,
                role,
                scope: shared.scopes.made(grant.scope.clone()),
                assignment: GuidName::from(account.shorten(&grant.assignment.id)),
            });
        }
        for (assignment, scope) in unread {
            let Some(principal) = place_of(&assignment.principal_id) else {
                continue;
            };
            rows.roles
                .push(shared.roles.made(RoleRow::unread(account, access, assignment)));
            rows.grants.push(GrantRow {
                principal,
                role: rows.roles.len() - 1,
                scope: shared.scopes.made((*scope).clone()),
                assignment: GuidName::from(account.shorten(&assignment.id)),
            });
        }
        rows.grants
            .sort_by(|a, b| (a.principal, &a.scope, &a.assignment).cmp(&(b.principal, &b.scope, &b.assignment)));
        rows
    }
}

impl RoleRow {
    /// A role whose definition wasn't read.
    fn unread(account: &AccountId, access: &Access<'_>, assignment: &RoleAssignment) -> Self {
        let id = assignment.role_definition_id.as_str();
        let universe = &access.universe;
        let mut atoms: Vec<Atom> = universe.members(&universe.all()).cloned().collect();
        atoms.sort_by_cached_key(Atom::harm);
        let possible = |action| Can { action, certain: false };
        Self {
            role: RoleRef {
                id: account.shorten(id).to_owned(),
                ..RoleRef::unread(id)
            },
            built_in: false,
            patterns: Vec::new(),
            can: atoms.into_iter().map(possible).collect(),
        }
    }

    fn of(account: &AccountId, access: &Access<'_>, role: &Role<'_>, is_certain: bool) -> Self {
        let universe = &access.universe;
        // What is certain is possible, too.
        let mut atoms: Vec<&Atom> = universe.members(role.bounds.most()).collect();
        atoms.sort_by_cached_key(|atom| atom.harm());
        let sure: HashSet<&Atom> = universe.members(role.bounds.least()).collect();
        Self {
            role: RoleRef {
                id: account.shorten(&role.definition.id).to_owned(),
                ..role.definition.reference()
            },
            built_in: role.definition.is_built_in(),
            patterns: role
                .definition
                .permissions
                .iter()
                .flat_map(Permission::stated)
                .collect(),
            can: atoms
                .into_iter()
                .map(|atom| Can {
                    action: atom.clone(),
                    certain: is_certain && sure.contains(atom),
                })
                .collect(),
        }
    }
}
