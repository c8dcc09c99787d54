//! Commands of remedies. They are printed, and people paste them into a shell; the names in them come from the
//! tenant.

use crate::finding::{AccountEdit, Edit, RoleName};
use crate::model::{AccountId, PrincipalId, Shown};

/// How a command names a role of the data plane.
#[derive(Debug, Clone, Copy)]
pub(super) struct RoleFlag<'a> {
    pub(super) flag: &'static str,
    pub(super) value: &'a str,
}

impl RoleFlag<'_> {
    pub(super) fn role(self) -> RoleName {
        match self.flag {
            "--role-definition-id" => RoleName::Id(self.value.to_owned()),
            _ => RoleName::Name(self.value.to_owned()),
        }
    }
}

/// A command for any shell that reads POSIX: sh (dash), bash, zsh. Every value in it stays one argument, as it is.
pub(super) struct Command {
    words: String,
    /// Why there cannot be one.
    refused: Option<&'static str>,
    /// What it does; `None`: nothing that is audited.
    edit: Option<Edit>,
}

impl Command {
    pub(super) fn new(words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            refused: None,
            edit: None,
        }
    }

    /// A command on the account: `words` with its name, resource group and subscription.
    pub(super) fn on(account: &AccountId, words: &'static str, name_flag: &'static str) -> Self {
        Self::new(words).naming(account, name_flag)
    }

    /// Removes an assignment of an Azure role.
    pub(super) fn delete_azure_assignment(id: &str) -> Self {
        let command = Self::new("az role assignment delete");
        let command = if is_azure_assignment(id) {
            command
        } else {
            command.refused("its id is not that of a role assignment")
        };
        Self {
            edit: Some(Edit::DeleteAzureAssignment { id: id.to_owned() }),
            ..command.flag("--ids", id)
        }
    }

    /// Removes somebody who is in a group directly.
    pub(super) fn remove_member(group: &PrincipalId, member: &PrincipalId) -> Self {
        Self::new("az ad group member remove")
            .flag("--group", group.as_str())
            .flag("--member-id", member.as_str())
    }

    /// It does this to the account.
    pub(super) fn doing(self, account: &AccountId, edit: AccountEdit) -> Self {
        Self {
            edit: Some(Edit::InAccount {
                account: account.clone(),
                edit: Box::new(edit),
            }),
            ..self
        }
    }

    /// What it does.
    pub(super) fn edit(&self) -> Option<&Edit> {
        self.edit.as_ref()
    }

    pub(super) fn naming(self, account: &AccountId, name_flag: &'static str) -> Self {
        self.flag(name_flag, account.name())
            .flag("--resource-group", account.resource_group())
            .flag("--subscription", account.subscription())
    }

    /// Something of the account by the last part of its id. Of an id that lies elsewhere that part could name another thing.
    pub(super) fn own(self, account: &AccountId, flag: &'static str, id: &str) -> Self {
        match own_name(account, id) {
            Some(name) => self.flag(flag, name),
            None => self.refused("its ID isn't in the account").flag(flag, id),
        }
    }

    pub(super) fn refused(mut self, why: &'static str) -> Self {
        self.refused = self.refused.or(Some(why));
        self
    }

    pub(super) fn flag(mut self, flag: &'static str, value: &str) -> Self {
        self.refused = self.refused.or_else(|| refused(value));
        // What begins with a hyphen would be taken for a flag if it stood alone.
        let between = if value.starts_with('-') { "=" } else { " " };
        self.words.push_str(&format!(" {flag}{between}{}", quoted(value)));
        self
    }

    /// The command, or why there is none.
    pub(super) fn finish(self) -> Result<String, &'static str> {
        match self.refused {
            Some(why) => Err(why),
            None => Ok(self.words),
        }
    }
}

/// The last part of the id of something that lies in the account.
pub(super) fn own_name<'i>(account: &AccountId, id: &'i str) -> Option<&'i str> {
    match AccountId::split_prefix(id) {
        Some((of, rest)) if of == *account => match rest.split('/').collect::<Vec<_>>()[..] {
            ["", _, name] if !name.is_empty() => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// Whether it is the id of an assignment of an Azure role: whole, with a GUID as its name.
/// Source: <https://learn.microsoft.com/rest/api/authorization/role-assignments/get>.
fn is_azure_assignment(id: &str) -> bool {
    const PROVIDER: &str = "/providers/microsoft.authorization/roleassignments/";
    let lower = id.to_ascii_lowercase();
    let Some((scope, name)) = lower.rsplit_once(PROVIDER) else {
        return false;
    };
    let is_whole = |segment: &str| !segment.is_empty() && segment != "." && segment != "..";
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    (scope.is_empty()
        || scope
            .strip_prefix('/')
            .is_some_and(|scope| scope.split('/').all(is_whole)))
        && is_name(name)
}

/// Why a value is in no command.
fn refused(value: &str) -> Option<&'static str> {
    // A terminal acts on control characters when the command is pasted, not every shell can write them in another way,
    // and a command in which one is shown as an escape is another command.
    if Shown::of(value).as_str() != value {
        return Some("a name or ID has control or invisible characters");
    }
    // The Azure CLI reads `@FILE` as what the file holds, also behind the first `=` of an argument.
    let file = value.starts_with('@') || value.split_once('=').is_some_and(|(_, rest)| rest.starts_with('@'));
    file.then_some("a name or ID has `@` where the Azure CLI expects the name of a file")
}

/// A value as one word. `shlex` has other quotes for the same, in which not every shell leaves `!` alone.
fn quoted(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=".contains(c);
    // zsh takes `=name` for a path.
    if !value.is_empty() && !value.starts_with('=') && value.chars().all(is_plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
#[path = "command_tests.rs"]
mod tests;
