//! Ids of nodes.
//!
//! BloodHound puts object ids into upper case and doesn't fully support colons in them (OpenGraph Nodes, parameter `id`). So ids are
//! upper case here already, and what differs by case only, such as names of databases, has a hash for an id. Objects of Entra ID have
//! their object ID in upper case, which is how BloodHound stores those that AzureHound collects: `strings.ToUpper(data.Id)` in its
//! `packages/go/ein/azure.go`.

use crate::finding::digest::Digest;
use crate::model::guid::is_guid;
use crate::model::{AccountId, PrincipalId, Scope};

/// Of an account: its resource ID, unless there is something in it that an id can't have.
pub(super) fn of_account(id: &AccountId) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.()".contains(&byte);
    match id.as_str().bytes().all(is_plain) {
        true => id.as_str().to_ascii_uppercase(),
        false => hash("account", [id.key()]),
    }
}

/// Of a place in an account.
pub(super) fn of_scope(account: &AccountId, scope: &Scope) -> String {
    match scope {
        Scope::Account => of_account(account),
        _ => hash("scope", [account.key(), &scope.to_string()]),
    }
}

/// Of a principal that has access to an account. A user with a password is another one in each account.
pub(super) fn of_principal(id: &PrincipalId, account: &AccountId) -> String {
    match id {
        PrincipalId::MongoUser(name) => hash("password-user", [account.key(), name]),
        _ => of_entra(id),
    }
}

/// Of a principal that isn't in an account.
pub(super) fn of_entra(id: &PrincipalId) -> String {
    match is_guid(id.as_str()) {
        true => id.as_str().to_ascii_uppercase(),
        false => hash("principal", [id.as_str()]),
    }
}

/// Of anyone who reaches the clusters of a tenant.
pub(super) fn of_anyone(tenant: &str) -> String {
    hash("anyone", [tenant])
}

fn hash<const FIELDS: usize>(of: &str, fields: [&str; FIELDS]) -> String {
    let mut hash = Digest::new("opengraph", 1);
    hash.field(of);
    fields.iter().for_each(|field| hash.field(field));
    hash.finish().to_ascii_uppercase()
}
