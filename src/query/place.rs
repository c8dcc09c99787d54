//! Where something is asked about: an account, and a place in it.

use super::error::AskError;
use crate::access::AccountAccess;
use crate::model::{AccountId, Part, Scope};

/// Where something is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The account, by its name or its id; `None`: whichever has the place.
    pub(super) account: Option<String>,
    /// The place in it.
    pub(super) scope: Scope,
}

/// Whether an account has a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// It isn't in the list of what there is, and no role assignment names it.
    Missing,
    /// What there is wasn't read.
    Unknown,
    /// It is there, or a role assignment says so.
    There,
}

impl Place {
    /// Reads `/`, `/dbs/x`, `/dbs/x/colls/y`, the same without the first slash, the same behind the name of an account, and
    /// resource IDs.
    pub(super) fn parse(text: &str) -> Result<Self, AskError> {
        let text = text.trim();
        let wrong = || {
            AskError::new(
                format!("invalid scope `{text}`"),
                "a scope is `/`, `/dbs/DATABASE`, `/dbs/DATABASE/colls/CONTAINER`, `ACCOUNT/dbs/…` or a resource ID",
            )
        };
        if let Some((id, _)) = AccountId::split_prefix(text) {
            let scope = Scope::parse(text, &id).ok().or_else(|| Scope::forgiving(text, &id));
            return Ok(Self {
                account: Some(id.as_str().to_owned()),
                scope: scope.ok_or_else(wrong)?,
            });
        }
        if let Some(scope) = Scope::relative(text).filter(|_| !text.is_empty()) {
            return Ok(Self { account: None, scope });
        }
        let (account, rest) = text.split_once('/').unwrap_or((text, ""));
        let scope = Scope::relative(rest).filter(|_| !account.is_empty());
        Ok(Self {
            account: Some(account.to_owned()),
            scope: scope.ok_or_else(wrong)?,
        })
    }
}

impl Presence {
    /// Whether an account has the place.
    pub(super) fn of(account: &AccountAccess<'_, '_>, scope: &Scope) -> Self {
        let (record, access) = (account.record, &account.access);
        let is_unknown = || account.unknown_roles().any(|(_, own, _)| scope.covers(own));
        let is_named = || access.grants().any(|grant| scope.covers(grant.scope)) || is_unknown();
        if *scope == Scope::Account || access.existing.has(scope) || is_named() {
            return Self::There;
        }
        let database = scope.database().unwrap_or_default();
        let databases = record.databases.as_deref().unwrap_or_default();
        let known = databases.iter().find(|one| one.name == database);
        let is_known = match known {
            None => record.database_names().is_some(),
            Some(own) => own.containers.is_some() && !record.has_gap(Part::Containers),
        };
        if is_known { Self::Missing } else { Self::Unknown }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/a";

    #[test]
    fn places_are_read_in_every_spelling() {
        let container = "/dbs/x/colls/y";
        let full = [
            format!("{ID}/dbs/x/colls/y"),
            format!("{ID}/sqlDatabases/x/containers/y"),
        ];
        for (text, account, scope) in [
            ("/", None, "/"),
            ("/dbs/x", None, "/dbs/x"),
            ("dbs/x", None, "/dbs/x"),
            ("dbs/x/colls/y/", None, container),
            ("/sqlDatabases/x/containers/y", None, container),
            ("a/dbs/x/colls/y", Some("a"), container),
            ("a", Some("a"), "/"),
            ("a/", Some("a"), "/"),
            (ID, Some(ID), "/"),
            (&full[0], Some(ID), container),
            (&full[1], Some(ID), container),
        ] {
            let place = Place::parse(text).unwrap();
            assert_eq!(
                (place.account.as_deref(), place.scope.to_string().as_str()),
                (account, scope),
                "{text}"
            );
        }
        for text in ["", "/dbs", "/dbs//colls/y", "a/b/c", "/x/y", &format!("{ID}/x")] {
            assert!(Place::parse(text).is_err(), "{text}");
        }
    }
}
