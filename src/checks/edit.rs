//! What commands of remedies do to an account, done to its record: so that the account can be audited as it would be.

use crate::finding::{AccountEdit, RoleName};
use crate::model::arm_id::last_segment;
use crate::model::cluster::CASSANDRA;
use crate::model::{
    AccountRecord, ActionPattern, KeysGenerated, Permission, RoleAssignment, RoleDefinition, RoleKind, Scope,
};

/// Does one thing after the other. `None`: it cannot be done.
pub(super) fn apply<'e>(edits: impl IntoIterator<Item = &'e AccountEdit>, record: &mut AccountRecord) -> Option<()> {
    for edit in edits {
        one(edit, record)?;
    }
    record.sort();
    Some(())
}

fn one(edit: &AccountEdit, record: &mut AccountRecord) -> Option<()> {
    let account = record.account.id.clone();
    // Where an id doesn't say it, a command is about roles of the kind of the account's API.
    let own = record.account.api.role_kind().unwrap_or_default();
    match edit {
        AccountEdit::DeleteAssignment { id } if RoleKind::of_id(id).is_some_and(RoleKind::has_passwords) => {
            let list = record.mongo_users.as_mut()?;
            list.retain(|one| !one.id.eq_ignore_ascii_case(id));
        }
        AccountEdit::DeleteDefinition { id } if RoleKind::of_id(id).is_some_and(RoleKind::has_passwords) => {
            let list = record.mongo_roles.as_mut()?;
            list.retain(|one| !one.id.eq_ignore_ascii_case(id));
        }
        AccountEdit::DeleteAssignment { id } => {
            let list = record.role_assignments.as_mut()?;
            list.retain(|one| !one.id.eq_ignore_ascii_case(id));
        }
        AccountEdit::CreateAssignment {
            id,
            role,
            principal,
            scope,
        } => {
            let kind = RoleKind::of_id(id).unwrap_or(own);
            let definition = definition(record, kind, role)?.id.clone();
            let scope = match scope {
                Scope::Account => account.to_string(),
                scope => format!("{account}{scope}"),
            };
            let new = RoleAssignment {
                id: id.clone(),
                kind,
                role_definition_id: definition.into(),
                principal_id: principal.clone(),
                scope,
            };
            record.role_assignments.as_mut()?.push(new);
        }
        AccountEdit::UpdateAssignment { id, role } => {
            let kind = RoleKind::of_id(id).unwrap_or(own);
            let definition = definition(record, kind, role)?.id.clone();
            let list = record.role_assignments.as_mut()?;
            for one in list.iter_mut().filter(|one| one.id.eq_ignore_ascii_case(id)) {
                one.role_definition_id = definition.clone().into();
            }
        }
        AccountEdit::DeleteDefinition { id } => {
            let list = record.role_definitions.as_mut()?;
            list.retain(|one| !one.id.eq_ignore_ascii_case(id));
        }
        AccountEdit::WriteDefinition {
            id,
            name,
            scopes,
            actions,
        } => {
            let new = RoleDefinition {
                id: id.clone(),
                kind: own,
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
        AccountEdit::DisableKeyMetadataWrites => record.account.key_metadata_writes_disabled = Some(true),
        AccountEdit::RequirePasswords => record.account.authentication = vec![CASSANDRA.to_owned()],
        AccountEdit::DisableKeys => record.account.local_auth_disabled = Some(true),
        // When that will be isn't known, only that the key isn't old then.
        AccountEdit::RegenerateKey { key: new } => {
            let old = record.account.keys_generated_at.unwrap_or_default();
            let keys = KeysGenerated::of(|key| old.get(key).filter(|_| key != *new));
            record.account.keys_generated_at = Some(keys);
        }
    }
    Some(())
}

fn definition<'r>(record: &'r AccountRecord, kind: RoleKind, role: &RoleName) -> Option<&'r RoleDefinition> {
    let is_named = |one: &&RoleDefinition| match role {
        RoleName::Id(id) => last_segment(&one.id).eq_ignore_ascii_case(id),
        RoleName::Name(name) => one.role_name.eq_ignore_ascii_case(name),
    };
    let mut of_kind = record.role_definitions().iter().filter(|one| one.kind == kind);
    of_kind.find(is_named)
}
