//! What a command of a remedy does to an account, done to its record: so that the account can be audited as it would be.

use crate::model::arm_id::last_segment;
use crate::model::{AccountRecord, ActionPattern, Permission, PrincipalId, RoleAssignment, RoleDefinition, Scope};

/// What a command does to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Edit {
    /// Removes a role assignment.
    DeleteAssignment { id: String },
    /// Assigns a role.
    CreateAssignment {
        role: RoleName,
        principal: PrincipalId,
        scope: Scope,
    },
    /// Gives an assignment another role.
    UpdateAssignment { id: String, role: RoleName },
    /// Removes a role definition.
    DeleteDefinition { id: String },
    /// Creates a role definition, or writes the one that has the id.
    WriteDefinition {
        id: Option<String>,
        name: String,
        scopes: Vec<Scope>,
        actions: Vec<String>,
    },
    /// Keeps keys from changing metadata.
    DisableKeyMetadataWrites,
    /// Disables key-based authentication.
    DisableKeys,
}

/// How a command names a role of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RoleName {
    /// By the last part of its id.
    Id(String),
    /// By its name, in any casing.
    Name(String),
}

/// Does one thing after the other. `None`: it cannot be done.
pub(super) fn apply(edits: &[Edit], record: &mut AccountRecord) -> Option<()> {
    for (number, edit) in edits.iter().enumerate() {
        one(edit, record, number)?;
    }
    record.sort();
    Some(())
}

fn one(edit: &Edit, record: &mut AccountRecord, number: usize) -> Option<()> {
    let account = record.account.id.clone();
    // The service chooses a GUID; any other will do.
    let new_id = |list: &str| format!("{account}/{list}/ffffffff-0000-4000-8000-{number:012}");
    match edit {
        Edit::DeleteAssignment { id } => {
            let list = record.role_assignments.as_mut()?;
            list.retain(|one| !one.id.eq_ignore_ascii_case(id));
        }
        Edit::CreateAssignment { role, principal, scope } => {
            let definition = definition(record, role)?.id.clone();
            let scope = match scope {
                Scope::Account => account.to_string(),
                scope => format!("{account}{scope}"),
            };
            let new = RoleAssignment {
                id: new_id("sqlRoleAssignments"),
                role_definition_id: definition.into(),
                principal_id: principal.clone(),
                scope,
            };
            record.role_assignments.as_mut()?.push(new);
        }
        Edit::UpdateAssignment { id, role } => {
            let definition = definition(record, role)?.id.clone();
            let list = record.role_assignments.as_mut()?;
            for one in list.iter_mut().filter(|one| one.id.eq_ignore_ascii_case(id)) {
                one.role_definition_id = definition.clone().into();
            }
        }
        Edit::DeleteDefinition { id } => {
            let list = record.role_definitions.as_mut()?;
            list.retain(|one| !one.id.eq_ignore_ascii_case(id));
        }
        Edit::WriteDefinition {
            id,
            name,
            scopes,
            actions,
        } => {
            let new = RoleDefinition {
                id: id.clone().unwrap_or_else(|| new_id("sqlRoleDefinitions")),
                role_name: name.clone(),
                claims_built_in: false,
                assignable_scopes: scopes.iter().map(Scope::to_string).collect(),
                permissions: vec![Permission {
                    data_actions: actions.iter().map(ActionPattern::full).collect(),
                    not_data_actions: Vec::new(),
                }],
            };
            let list = record.role_definitions.as_mut()?;
            match list.iter_mut().find(|one| one.id.eq_ignore_ascii_case(&new.id)) {
                Some(old) => *old = new,
                None => list.push(new),
            }
        }
        Edit::DisableKeyMetadataWrites => record.account.key_metadata_writes_disabled = Some(true),
        Edit::DisableKeys => record.account.local_auth_disabled = Some(true),
    }
    Some(())
}

fn definition<'r>(record: &'r AccountRecord, role: &RoleName) -> Option<&'r RoleDefinition> {
    let is_named = |one: &&RoleDefinition| match role {
        RoleName::Id(id) => last_segment(&one.id).eq_ignore_ascii_case(id),
        RoleName::Name(name) => one.role_name.eq_ignore_ascii_case(name),
    };
    record.role_definitions().iter().find(is_named)
}
