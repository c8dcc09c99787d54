//! What the command of a fix does, so that the tenant can be audited as it would be afterwards.

use super::digest::Digest;
use crate::model::{AccountId, AccountKey, PrincipalId, Scope};

/// What a command does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edit {
    /// Something in an account.
    InAccount {
        /// The account.
        account: AccountId,
        /// What.
        edit: Box<AccountEdit>,
    },
    /// Removes an assignment of an Azure role.
    DeleteAzureAssignment {
        /// Its ARM id.
        id: String,
    },
}

/// What a command does to an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountEdit {
    /// Removes a role assignment.
    DeleteAssignment {
        /// Its ARM id.
        id: String,
    },
    /// Assigns a role.
    CreateAssignment {
        /// The ARM id that it gets.
        id: String,
        /// The role.
        role: RoleName,
        /// Who gets it.
        principal: PrincipalId,
        /// Where.
        scope: Scope,
    },
    /// Gives an assignment another role.
    UpdateAssignment {
        /// Its ARM id.
        id: String,
        /// The role.
        role: RoleName,
    },
    /// Removes a role definition.
    DeleteDefinition {
        /// Its ARM id.
        id: String,
    },
    /// Creates a role definition, or writes the one that has the id.
    WriteDefinition {
        /// Its ARM id.
        id: String,
        /// Its name.
        name: String,
        /// Its assignable scopes.
        scopes: Vec<Scope>,
        /// Its data actions.
        actions: Vec<String>,
    },
    /// Keeps keys from changing metadata.
    DisableKeyMetadataWrites,
    /// Disables key-based authentication, or sign-in with a password.
    DisableKeys,
    /// Makes clients of a managed Cassandra cluster sign in.
    RequirePasswords,
    /// Generates a key anew.
    RegenerateKey {
        /// Which.
        key: AccountKey,
    },
}

impl AccountEdit {
    /// The name of a role assignment or role definition that does not exist yet: the same on every run, so that what creates it
    /// can run again. `list` is the list of the account that it belongs to; `of` says what it is.
    pub fn new_id<'t>(account: &AccountId, list: &'static str, of: impl IntoIterator<Item = &'t str>) -> String {
        let mut hash = Digest::new(list, 1);
        hash.field(account.key());
        of.into_iter().for_each(|field| hash.field(field));
        format!("{account}/{list}/{}", hash.finish_guid())
    }
}

/// How a command names a role of an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleName {
    /// By the last part of its id.
    Id(String),
    /// By its name, in any casing.
    Name(String),
}
