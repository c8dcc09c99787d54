//! Commands that give somebody what they lack, whatever a policy says of it.

use super::definition::body;
use crate::checks::command::{Command, RoleFlag};
use crate::finding::AccountEdit;
use crate::model::{Account, PrincipalId, PrincipalKind, Scope, Shown, arm_id};

/// Assigns a role definition of the account.
pub(crate) fn assign_command(
    account: &Account,
    role: &str,
    (principal, is): (&PrincipalId, PrincipalKind),
    scope: &Scope,
) -> Option<Shown> {
    let role = RoleFlag {
        flag: "--role-definition-id",
        value: arm_id::last_segment(role),
    };
    let kind = account.api.role_kind()?;
    let command = Command::create_assignment(account, kind, role, (principal, is), scope);
    command.finish().ok().map(|text| Shown::of(&text))
}

/// Creates a role definition with these data actions (in full) that is assignable at a scope, and assigns it there.
pub(crate) fn define_commands(
    account: &Account,
    name: &str,
    actions: &[String],
    principal: (&PrincipalId, PrincipalKind),
    scope: &Scope,
) -> Option<[Shown; 2]> {
    let kind = account.api.role_kind().filter(|_| !account.api.is_cluster())?;
    let id = AccountEdit::new_id(&account.id, kind.row().definitions, [name]);
    let body = body(arm_id::last_segment(&id), name, std::slice::from_ref(scope), actions).ok()?;
    let command = Command::write_definition(account, "definition create", &body);
    let create = command.finish().ok().map(|text| Shown::of(&text))?;
    Some([create, assign_command(account, &id, principal, scope)?])
}
