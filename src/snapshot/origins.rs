//! Where a file that people write says what a snapshot holds: of snapshots that no scan made, but a template.

use crate::model::{AzureRoleAssignment, SourceRef};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a snapshot was made of, if no scan made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origins {
    /// The file, as it was named.
    pub file: Arc<str>,
    /// What the file is: "ARM template".
    pub kind: &'static str,
    /// Whether a snapshot says what is there already.
    pub has_tenant: bool,
    by_id: BTreeMap<String, Origin>,
    /// What wouldn't be deployed, as a condition is false: its type, and where it is written.
    pub skipped: Vec<(String, Option<SourceRef>)>,
    /// Azure role assignments of roles that the file doesn't define and that aren't known to open a bypass.
    pub azure_roles: Vec<AzureRole>,
    /// The messages of gaps that are about assignments of roles, of which it isn't known how many there are or who gets them. Whether these
    /// are Azure roles.
    pub uncounted: BTreeMap<String, bool>,
    /// Resources that could give somebody access and aren't analyzed: their types, and where they are written.
    pub not_analyzed: Vec<(String, Option<SourceRef>)>,
    /// The ids of what would be deleted, in lower case.
    pub deleted: BTreeSet<String>,
    /// The user-assigned managed identities that resources get, by their ids in lower case. `None`: one that isn't known.
    pub attached: BTreeSet<Option<String>>,
}

/// An assignment of an Azure role whose definition the file doesn't have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AzureRole {
    /// The ARM id of the assignment.
    pub id: String,
    /// Where it is written.
    pub at: Option<SourceRef>,
    /// Why the role isn't known. `None`: it is one of Azure's, which opens nothing.
    pub why: Option<String>,
    /// The assignment, if it could be read: the tenant that the file is deployed to can have the role.
    pub assignment: Option<AzureRoleAssignment>,
}

/// Where a resource is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The resource itself. `None`: it is only referred to.
    pub at: Option<SourceRef>,
    /// Its fields, by their names: the place of the value.
    pub fields: BTreeMap<&'static str, SourceRef>,
    /// Why it isn't known in full; whatever follows from it is possible only.
    pub doubt: Option<Doubt>,
}

/// Why a resource isn't known in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// It isn't known whether it is deployed.
    Presence(String),
    /// It isn't known what it says: it is taken for the most that it could be.
    Content(String),
}

impl Doubt {
    /// Why.
    pub fn why(&self) -> &str {
        match self {
            Self::Presence(why) | Self::Content(why) => why,
        }
    }
}

impl Origins {
    /// Of a file, with nothing yet.
    pub fn new(file: Arc<str>, kind: &'static str) -> Self {
        Self {
            file,
            kind,
            has_tenant: false,
            by_id: BTreeMap::new(),
            skipped: Vec::new(),
            azure_roles: Vec::new(),
            uncounted: BTreeMap::new(),
            not_analyzed: Vec::new(),
            deleted: BTreeSet::new(),
            attached: BTreeSet::new(),
        }
    }

    /// Adds where a resource is written.
    pub fn add(&mut self, id: &str, origin: Origin) {
        self.by_id.insert(id.to_ascii_lowercase(), origin);
    }

    /// Where a resource is written.
    pub fn get(&self, id: &str) -> Option<&Origin> {
        self.by_id.get(&id.to_ascii_lowercase())
    }
}
