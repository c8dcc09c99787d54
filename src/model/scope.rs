//! Where a grant holds: a whole account, one database, or one container.
//!
//! The service writes scopes as the account's id plus a suffix; clients also accept `/`, `/dbs/x` and `dbs/x`, and all
//! of these occur. `dbs` and `colls` are literal. Source: "Data plane security reference" of the Cosmos DB
//! documentation, and recorded role assignments.

use super::alike::are_alike;
use super::arm_id::{AccountId, tidy};
use super::role_kind::{GRAMMAR, TABLES};
use std::fmt;

/// A place in an account. Names are case-sensitive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Everything in the account, also what is created later.
    Account,
    /// A database and all its containers.
    Database(String),
    /// All tables of an account with the API for Table: the one database that holds them, as its name is spelt.
    Tables(String),
    /// One container.
    Container {
        /// The database that holds it.
        database: String,
        /// The container's own name.
        container: String,
    },
    /// A table of an account with the API for Table. Scopes name it in two forms, and are shown in one.
    Table {
        /// The one database that holds all tables, as its name is spelt.
        database: String,
        /// The table's own name.
        table: String,
    },
}

/// Why the scope of an assignment means nothing that can be relied on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// The account's path stands in it twice; some clients build it so when the casing of an id differs.
    #[error("it has the resource ID of the account twice")]
    Doubled,
    /// It names another account than the one that holds the assignment.
    #[error("it is in another account, `{0}`")]
    OtherAccount(String),
    /// It is some other resource, such as a subscription or resource group.
    #[error("it is neither in the account nor relative to it")]
    NotInAccount,
    /// It spells the path as resource ids do.
    #[error("it has `{0}` instead of `{1}`")]
    ResourceWord(String, &'static str),
    /// It has the wrong number or kind of segments.
    #[error("expected `/`, `/dbs/<database>` or `/dbs/<database>/colls/<container>`")]
    Shape,
}

impl Scope {
    /// Reads a scope of `account` in every spelling that occurs.
    ///
    /// # Errors
    /// When it is malformed, or lies outside the account.
    pub fn parse(text: &str, account: &AccountId) -> Result<Self, ScopeError> {
        let elsewhere = || match AccountId::split_prefix(text) {
            Some((id, _)) => Err(ScopeError::OtherAccount(id.to_string())),
            None => match AccountId::split_prefix(&tidy(text)) {
                // Only its slashes are not where they should be.
                Some((id, rest)) if !contains_account_path(rest) => Err(match id == *account {
                    true => ScopeError::Shape,
                    false => ScopeError::OtherAccount(id.to_string()),
                }),
                _ => Ok(text),
            },
        };
        // Nearly every scope begins with the account as that spells itself.
        let relative = match account.rest_of(text) {
            Some(rest) => rest,
            None => elsewhere()?,
        };
        match segments(relative) {
            Ok((None, _)) => Ok(Self::Account),
            Ok((Some(database), None)) => Ok(Self::Database(database.to_owned())),
            Ok((Some(database), Some(container))) => Ok(Self::Container {
                database: database.to_owned(),
                container: container.to_owned(),
            }),
            // Only now: a database may well be named `databaseAccounts`.
            Err(_) if contains_account_path(relative) => Err(ScopeError::Doubled),
            Err(_)
                if ["subscriptions", "providers"]
                    .iter()
                    .any(|word| starts_with_segment(relative, word)) =>
            {
                Err(ScopeError::NotInAccount)
            }
            Err(error) => Err(error),
        }
    }

    /// The place that a malformed scope could mean: with slashes too many or too few, blanks around it, the fixed words in
    /// other case or as resource ids have them, or the account's path twice.
    pub fn forgiving(text: &str, account: &AccountId) -> Option<Self> {
        let path = tidy(text);
        let mut rest: &str = &path;
        while let Some((id, after)) = AccountId::split_prefix(rest) {
            if id != *account {
                return None;
            }
            rest = after;
        }
        Self::loosely(rest)
    }

    /// Reads a scope without an account, as [`Self::parse`] or [`Self::forgiving`] do.
    pub fn relative(text: &str) -> Option<Self> {
        match segments(text) {
            Ok((None, _)) => Some(Self::Account),
            Ok((Some(database), None)) => Some(Self::Database(database.to_owned())),
            Ok((Some(database), Some(container))) => Some(Self::Container {
                database: database.to_owned(),
                container: container.to_owned(),
            }),
            Err(_) => Self::loosely(&tidy(text)),
        }
    }

    /// A tidy path in an account, whose fixed words can be in other case or as resource ids have them.
    fn loosely(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let is = |found: &str, word: &str, resources: &[&str]| {
            let mut words = resources.iter().chain([&word]);
            words.any(|one| one.eq_ignore_ascii_case(found))
        };
        let is_database = |found| is(found, GRAMMAR.database, GRAMMAR.database_resources);
        let is_container = |found| is(found, GRAMMAR.container, GRAMMAR.container_resources);
        match parts.as_slice() {
            [] => Some(Self::Account),
            [dbs, database] if is_database(dbs) => Some(Self::Database((*database).to_owned())),
            [dbs, database, colls, container] if is_database(dbs) && is_container(colls) => Some(Self::Container {
                database: (*database).to_owned(),
                container: (*container).to_owned(),
            }),
            _ => None,
        }
    }

    /// The same place in an account with the API for Table: there, `/dbs/<table>` and `/dbs/TablesDB/colls/<table>` are one.
    #[must_use]
    pub fn of_tables(self) -> Self {
        match self {
            Self::Database(name) if !are_alike(&name, TABLES) => Self::table(name),
            Self::Database(name) => Self::Tables(name),
            Self::Container { database, container } if are_alike(&database, TABLES) => Self::Table {
                database,
                table: container,
            },
            own => own,
        }
    }

    /// A table.
    pub fn table(name: impl Into<String>) -> Self {
        Self::Table {
            database: TABLES.to_owned(),
            table: name.into(),
        }
    }

    /// The database, unless this is the whole account.
    pub fn database(&self) -> Option<&str> {
        match self {
            Self::Account => None,
            Self::Database(database)
            | Self::Tables(database)
            | Self::Table { database, .. }
            | Self::Container { database, .. } => Some(database),
        }
    }

    /// The container, if this is one.
    pub fn container(&self) -> Option<&str> {
        match self {
            Self::Container { container, .. } | Self::Table { table: container, .. } => Some(container),
            Self::Account | Self::Database(_) | Self::Tables(_) => None,
        }
    }

    /// Whether a grant here holds at `other` too. Source: scopes inherit downwards.
    pub fn covers(&self, other: &Self) -> bool {
        self.database().is_none_or(|own| other.database() == Some(own))
            && self.container().is_none_or(|own| other.container() == Some(own))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account => f.write_str("/"),
            Self::Database(database) | Self::Tables(database) => write!(f, "/dbs/{database}"),
            Self::Container { database, container }
            | Self::Table {
                database,
                table: container,
            } => write!(f, "/dbs/{database}/colls/{container}"),
        }
    }
}

/// The names in `dbs/x/colls/y`, without the account. One leading and one trailing slash do not count.
pub(super) fn segments(relative: &str) -> Result<(Option<&str>, Option<&str>), ScopeError> {
    let body = relative.strip_prefix('/').unwrap_or(relative);
    let body = body.strip_suffix('/').unwrap_or(body);
    if body.is_empty() {
        return Ok((None, None));
    }
    let parts: Vec<&str> = body.split('/').collect();
    let keyword = |found: &str, wanted: &'static str| match found {
        _ if found == wanted => Ok(()),
        _ if GRAMMAR.is_resource_word(found) => Err(ScopeError::ResourceWord(found.to_owned(), wanted)),
        _ => Err(ScopeError::Shape),
    };
    let (database, container) = match parts.as_slice() {
        [dbs, database] => {
            keyword(dbs, GRAMMAR.database)?;
            (*database, None)
        }
        [dbs, database, colls, container] => {
            keyword(dbs, GRAMMAR.database)?;
            keyword(colls, GRAMMAR.container)?;
            (*database, Some(*container))
        }
        _ => return Err(ScopeError::Shape),
    };
    if database.is_empty() || container == Some("") {
        return Err(ScopeError::Shape);
    }
    Ok((Some(database), container))
}

fn contains_account_path(text: &str) -> bool {
    text.to_ascii_lowercase()
        .contains("/microsoft.documentdb/databaseaccounts/")
}

pub(super) fn starts_with_segment(text: &str, word: &str) -> bool {
    let body = text.strip_prefix('/').unwrap_or(text);
    body.split('/')
        .next()
        .is_some_and(|first| first.eq_ignore_ascii_case(word))
}
