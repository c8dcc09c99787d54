//! What somebody lacks: the narrowest role that would give it, and the commands that assign it.

use crate::checks::{assign_command, define_commands};
use crate::model::action::PREFIX;
use crate::model::{
    Account, AccountRecord, ActionPattern, Atom, BuiltinRole, Permission, PrincipalId, PrincipalKind, RoleKind,
    RoleRef, Scope, Shown, arm_id,
};
use crate::resolve::{Access, Tenant};
use crate::snapshot::SnapshotError;

/// The role that gives an action with the least besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// One that there is.
    Existing {
        /// Which.
        role: RoleRef,
        /// Whether the service brings it.
        is_built_in: bool,
        /// How many other data actions it gives.
        others: usize,
    },
    /// None that there is gives it there, so one has to be created.
    Custom {
        /// What it could be called.
        name: String,
        /// Its data actions, in full.
        actions: Vec<String>,
    },
}

/// What gives somebody an action, at a scope of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// The role.
    pub role: Role,
    /// The commands, in their order. Empty: the Azure CLI has none, or a name can't be pasted.
    pub commands: Vec<Shown>,
}

/// What would give an action to somebody. `None`: the account's roles weren't read, or no role can give it.
///
/// # Errors
/// When an account can't be read.
pub fn lacking(
    tenant: &Tenant<'_>,
    account: usize,
    action: &ActionPattern,
    principal: &PrincipalId,
    scope: &Scope,
) -> Result<Option<Lacking>, SnapshotError> {
    let of = |place: usize, record: &AccountRecord| {
        let is_read = record.role_definitions.is_some() && record.account.api.has_roles_read();
        (place == account && is_read).then(|| role(record, action, scope))
    };
    let Some(role) = tenant.for_each_account(of)?.into_iter().flatten().next() else {
        return Ok(None);
    };
    let kind = tenant.directory.record(principal).map(|record| record.kind);
    let whom = (principal, kind.unwrap_or_default());
    let commands = tenant
        .account(account)
        .map(|account| commands(account, &role, whom, scope));
    Ok(Some(Lacking {
        role,
        commands: commands.unwrap_or_default(),
    }))
}

fn commands(account: &Account, role: &Role, principal: (&PrincipalId, PrincipalKind), scope: &Scope) -> Vec<Shown> {
    match role {
        Role::Existing { role, .. } => assign_command(account, &role.id, principal, scope)
            .into_iter()
            .collect(),
        Role::Custom { name, actions } => {
            let both = define_commands(account, name, actions, principal, scope);
            both.map(Vec::from).unwrap_or_default()
        }
    }
}

/// The narrowest of the account's roles that certainly gives the action and can be assigned at the scope.
fn role(record: &AccountRecord, action: &ActionPattern, scope: &Scope) -> Role {
    let access = Access::resolve(record, [action]);
    let universe = &access.universe;
    let asked = universe.filter(&universe.all(), |atom| action.covers_most(&atom.key()));
    let fits = access.own_roles().filter(|role| {
        let mut scopes = role.definition.assignable_scopes.iter();
        let is_assignable = scopes.any(|text| {
            let own = record.account.scope(text);
            own.is_ok_and(|own| own.covers(scope))
        });
        !asked.is_empty() && asked.is_subset(role.bounds.least()) && is_assignable
    });
    let narrowest = fits.min_by_key(|role| {
        let others = others(universe.members(&role.bounds.most().minus(&asked)));
        (
            others,
            !role.definition.is_built_in(),
            role.definition.name(),
            &role.definition.id,
        )
    });
    match narrowest {
        Some(role) => Role::Existing {
            role: role.definition.reference(),
            is_built_in: role.definition.is_built_in(),
            others: others(universe.members(&role.bounds.most().minus(&asked))),
        },
        None => custom(action),
    }
}

/// How many data actions there are that have a name.
fn others<'a>(atoms: impl Iterator<Item = &'a Atom>) -> usize {
    atoms.filter(|atom| atom.wildcard().is_none()).count()
}

/// A role for one action. Clients read metadata before anything else.
fn custom(action: &ActionPattern) -> Role {
    let metadata = format!("{PREFIX}readMetadata");
    let last = arm_id::last_segment(action.short()).trim_matches('*');
    let mut actions = vec![metadata.clone()];
    if !action.as_str().eq_ignore_ascii_case(&metadata) {
        actions.push(action.as_str().to_owned());
    }
    Role::Custom {
        name: format!("Only {}", if last.is_empty() { "wildcard" } else { last }),
        actions,
    }
}

/// The built-in role that gives an action with the least besides, where no account is known.
pub fn built_in(action: &ActionPattern) -> Option<(RoleKind, &'static BuiltinRole)> {
    let gives = |permission: &Permission| {
        let mut patterns = permission.data_actions.iter();
        patterns.any(|own| own.covers_least(action.as_str()))
    };
    let all = RoleKind::ENTRA.into_iter();
    let mut all = all.flat_map(|kind| kind.row().builtin.iter().map(move |role| (kind, role)));
    all.find(|(_, role)| gives(&role.permission()))
}
