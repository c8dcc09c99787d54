//! Scopes as a policy writes them: names can have wildcards.

use super::glob::{Case, Glob};
use super::role_kind::TABLES;
use super::scope::{Scope, ScopeError, segments, starts_with_segment};
use std::fmt;

/// A form of a scope, to be held against a pattern.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form<'s> {
    pub(super) database: Option<&'s str>,
    pub(super) container: Option<&'s str>,
    /// Whether it is the short one of a table: then the name of a database is that of the table.
    pub(super) is_short: bool,
}

/// How the names of a scope are read, see [`super::spelling`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// As they are spelt.
    Spelt,
    /// As they could be meant.
    Meant,
}

/// Account-relative scopes as a policy writes them; `*` in a name stands for any run of characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopePattern {
    database: Option<Glob>,
    container: Option<Glob>,
}

impl ScopePattern {
    /// Reads `/`, `/dbs/<database>` or `/dbs/<database>/colls/<container>`; the leading `/` may be missing.
    ///
    /// # Errors
    /// When it has another form, or is a full ARM id.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        if starts_with_segment(text, "subscriptions") {
            return Err(ScopeError::NotInAccount);
        }
        let (database, container) = segments(text)?;
        let glob = |name: &str| Glob::new(name, Case::Sensitive);
        Ok(Self {
            database: database.map(glob),
            container: container.map(glob),
        })
    }

    /// The pattern of the database, unless this is the whole account.
    pub fn database(&self) -> Option<&Glob> {
        self.database.as_ref()
    }

    /// The pattern of the container, if this is one.
    pub fn container(&self) -> Option<&Glob> {
        self.container.as_ref()
    }

    /// The scope it names, when no name has a `*`.
    pub fn literal(&self) -> Option<Scope> {
        let all = self.database.iter().chain(&self.container);
        all.into_iter()
            .all(Glob::is_literal)
            .then(|| match (&self.database, &self.container) {
                (Some(database), Some(container)) => Scope::Container {
                    database: database.as_str().to_owned(),
                    container: container.as_str().to_owned(),
                },
                (Some(database), None) => Scope::Database(database.as_str().to_owned()),
                (None, _) => Scope::Account,
            })
    }

    /// The forms of a scope to hold against it: two of a table, else one. Nothing lies below a table, so its short form meets no
    /// pattern of a container. A pattern of a table could meet any of all tables.
    pub(super) fn forms<'s>(&self, scope: &'s Scope, reading: Reading) -> impl Iterator<Item = Form<'s>> {
        let short = |database| Form {
            database,
            container: None,
            is_short: true,
        };
        let is_that = |database: &str| database == TABLES || reading == Reading::Meant;
        let short = match scope {
            Scope::Table { database, table } if self.container.is_none() && is_that(database) => {
                Some(short(Some(table.as_str())))
            }
            Scope::Tables(database) if self.container.is_none() && self.database.is_some() && is_that(database) => {
                Some(short(None))
            }
            Scope::Table { .. } | Scope::Tables(_) | Scope::Account | Scope::Database(_) | Scope::Container { .. } => {
                None
            }
        };
        let own = Form {
            database: scope.database(),
            container: scope.container(),
            is_short: false,
        };
        std::iter::once(own).chain(short)
    }

    /// Whether what is allowed here is allowed everywhere in `scope`.
    pub fn covers(&self, scope: &Scope) -> bool {
        let fits = |glob: &Option<Glob>, name: Option<&str>| match (glob, name) {
            (None, _) => true,
            (Some(glob), Some(name)) => glob.matches(name),
            (Some(_), None) => false,
        };
        let mut forms = self.forms(scope, Reading::Spelt);
        forms.any(|form| fits(&self.database, form.database) && fits(&self.container, form.container))
    }

    /// Whether `scope` is one of the scopes that it names: of the same level, not below.
    pub fn names(&self, scope: &Scope) -> bool {
        let fits = |glob: &Option<Glob>, name: Option<&str>| match (glob, name) {
            (None, None) => true,
            (Some(glob), Some(name)) => glob.matches(name),
            (Some(_), None) | (None, Some(_)) => false,
        };
        let mut forms = self.forms(scope, Reading::Spelt);
        forms.any(|form| fits(&self.database, form.database) && fits(&self.container, form.container))
    }

    /// Whether every place that lies in `other` lies here, too.
    pub fn contains(&self, other: &Self) -> bool {
        let wider = |own: &Option<Glob>, other: &Option<Glob>| match (own, other) {
            (None, _) => true,
            (Some(own), Some(other)) => own.contains(other),
            (Some(_), None) => false,
        };
        wider(&self.database, &other.database) && wider(&self.container, &other.container)
    }

    /// Whether it names every scope that `other` names.
    pub fn names_all_of(&self, other: &Self) -> bool {
        self.database.is_some() == other.database.is_some()
            && self.container.is_some() == other.container.is_some()
            && self.contains(other)
    }

    /// Whether some place lies both here and in `scope`.
    pub fn overlaps(&self, scope: &Scope) -> bool {
        let fits = |glob: &Option<Glob>, name: Option<&str>| match (glob, name) {
            (Some(glob), Some(name)) => glob.matches(name),
            _ => true,
        };
        let mut forms = self.forms(scope, Reading::Spelt);
        forms.any(|form| fits(&self.database, form.database) && fits(&self.container, form.container))
    }
}

impl fmt::Display for ScopePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.database, &self.container) {
            (Some(database), Some(container)) => write!(f, "/dbs/{database}/colls/{container}"),
            (Some(database), None) => write!(f, "/dbs/{database}"),
            (None, _) => f.write_str("/"),
        }
    }
}
