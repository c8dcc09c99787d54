//! An account and what it holds: role definitions, role assignments, databases, and what could not be read.
//!
//! The field names are those of the snapshot format. Optional fields must be present there (`deserialize_with`): what
//! could not be read is said with `null` and a gap, never by leaving it out.

use super::account_key::KeysGenerated;
use super::api::Api;
use super::arm_id::{AccountId, ResourceType};
use super::gap::{Gap, Part};
use super::mongo::{MongoRole, MongoUser};
use super::native::OnceNative;
use super::role::{RoleAssignment, RoleDefinition};
use super::role_kind::RoleKind;
use super::scope::{Scope, ScopeError};
use super::tags::Tags;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// A Cosmos DB account as Azure Resource Manager describes it. Its name, resource group and subscription are those of its
/// id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its ARM id.
    pub id: AccountId,
    /// Its region, as ARM writes it.
    pub location: String,
    /// The API it has.
    pub api: Api,
    /// Its tags.
    pub tags: Tags,
    /// Whether keys are refused (`disableLocalAuth`); absent on the wire means they are not. `None`: it could not be read.
    pub local_auth_disabled: Option<bool>,
    /// Whether keys may not change databases, containers and throughput (`disableKeyBasedMetadataWriteAccess`).
    /// `None`: it could not be read.
    pub key_metadata_writes_disabled: Option<bool>,
    /// When its keys were generated. `None`: not known, as in snapshots of older versions.
    pub keys_generated_at: Option<KeysGenerated>,
    /// What is being done to it (`provisioningState`): `Creating`, `Deleting`, … `None`: nothing, or the file does not say.
    pub provisioning_state: Option<String>,
    /// How it is backed up. `None`: not known, as in snapshots of older versions.
    pub backup: Option<Backup>,
    /// How clients can sign in to a cluster, as ARM writes it. Empty: it could not be read, or it is no cluster.
    pub authentication: Vec<String>,
}

/// How an account is backed up: the type of its `backupPolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Backup {
    /// All the time: whoever is allowed to can restore it as of any moment into another account.
    Continuous,
    /// At intervals: only support restores it.
    Periodic,
}

/// What an account does with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// Key-based authentication is enabled. The switch is off, which holds for every API.
    Accepted,
    /// It is disabled.
    Refused,
    /// The switch says that it is disabled, and for this API no documentation says that the service acts on it.
    SaidRefused,
    /// The switch could not be read.
    Unknown,
}

impl Keys {
    /// What the switch of an account of `api` comes to.
    pub fn of(api: Api, local_auth_disabled: Option<bool>) -> Self {
        match local_auth_disabled {
            Some(false) => Self::Accepted,
            Some(true) if api.switch_is_documented() => Self::Refused,
            Some(true) => Self::SaidRefused,
            None => Self::Unknown,
        }
    }
}

impl Account {
    /// Reads a scope of it in every spelling that occurs.
    ///
    /// # Errors
    /// When it is malformed, or lies outside the account.
    pub fn scope(&self, text: &str) -> Result<Scope, ScopeError> {
        Scope::parse(text, &self.id).map(|scope| self.place(scope))
    }

    /// The place in it that a malformed scope could mean.
    pub fn forgiving_scope(&self, text: &str) -> Option<Scope> {
        Scope::forgiving(text, &self.id).map(|scope| self.place(scope))
    }

    /// Whether nobody knows what a scope means: it is malformed, and in no way in which a place in the account is.
    pub fn is_invalid_scope(&self, text: &str) -> bool {
        self.scope(text).is_err() && self.forgiving_scope(text).is_none()
    }

    /// The place in it that a scope names: where its API has two forms for one, they are one.
    pub fn place(&self, scope: Scope) -> Scope {
        match self.api {
            Api::Table => scope.of_tables(),
            _ => scope,
        }
    }

    /// What it does with a key.
    pub fn keys(&self) -> Keys {
        Keys::of(self.api, self.local_auth_disabled)
    }

    /// Whether whoever is allowed to can restore it as a copy; `Some(false)`: it is not known.
    pub fn is_restorable(&self) -> Option<bool> {
        // Azure restores clusters in another way, which this version doesn't follow.
        if self.api.is_cluster() {
            return None;
        }
        match self.backup {
            Some(Backup::Continuous) => Some(true),
            Some(Backup::Periodic) => None,
            None => Some(false),
        }
    }
}

/// An account in a snapshot file, which repeats parts of the id for those who read it by other means.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Account")]
struct Written<'a> {
    /// Its ARM id.
    id: Cow<'a, AccountId>,
    /// Its name, as in the id.
    name: Cow<'a, str>,
    /// Its resource group's name.
    resource_group: Cow<'a, str>,
    /// Its subscription's id.
    subscription: Cow<'a, str>,
    /// Its region, as ARM writes it.
    location: Cow<'a, str>,
    /// The API it speaks.
    api: Api,
    /// Its tags.
    tags: Cow<'a, Tags>,
    /// Whether keys are refused (`disableLocalAuth`); absent on the wire means they are not. `None`: it could not be read.
    #[serde(deserialize_with = "Option::deserialize")]
    local_auth_disabled: Option<bool>,
    /// Whether keys may not change databases, containers and throughput (`disableKeyBasedMetadataWriteAccess`).
    /// `None`: it could not be read.
    #[serde(deserialize_with = "Option::deserialize")]
    key_metadata_writes_disabled: Option<bool>,
    /// When its keys were generated. `None`: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keys_generated_at: Option<KeysGenerated>,
    /// What is being done to it (`provisioningState`), left out when that is `Succeeded`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provisioning_state: Option<Cow<'a, str>>,
    /// How it is backed up. `None`: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    backup: Option<Backup>,
}

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written {
            name: self.id.name().into(),
            resource_group: self.id.resource_group().into(),
            subscription: self.id.subscription().into(),
            id: Cow::Borrowed(&self.id),
            location: self.location.as_str().into(),
            api: self.api,
            tags: Cow::Borrowed(&self.tags),
            local_auth_disabled: self.local_auth_disabled,
            key_metadata_writes_disabled: self.key_metadata_writes_disabled,
            keys_generated_at: self.keys_generated_at,
            provisioning_state: self.provisioning_state.as_deref().map(Cow::Borrowed),
            backup: self.backup,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        let id = written.id.into_owned();
        id.check_parts(&written.name, &written.resource_group, &written.subscription)
            .map_err(serde::de::Error::custom)?;
        if written.api.is_cluster() || id.resource_type() != ResourceType::Account {
            return Err(serde::de::Error::custom(format!(
                "`{id}` with the API `{}` isn't an account; take a new snapshot",
                written.api.word()
            )));
        }
        Ok(Self {
            id,
            location: written.location.into_owned(),
            api: written.api,
            tags: written.tags.into_owned(),
            local_auth_disabled: written.local_auth_disabled,
            key_metadata_writes_disabled: written.key_metadata_writes_disabled,
            keys_generated_at: written.keys_generated_at,
            provisioning_state: written.provisioning_state.map(Cow::into_owned),
            backup: written.backup,
            authentication: Vec::new(),
        })
    }
}

impl JsonSchema for Account {
    fn schema_name() -> Cow<'static, str> {
        Written::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Written::json_schema(generator)
    }
}

/// A database and its containers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Database {
    /// Its name.
    pub name: String,
    /// The names of its containers; `None`: they could not be read.
    #[serde(deserialize_with = "Option::deserialize")]
    pub containers: Option<Vec<String>>,
}

/// Everything that was read of one account: the unit of work for collecting, resuming and checking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountRecord {
    /// The account itself.
    pub account: Account,
    /// Its role definitions; `None`: they could not be read.
    #[serde(deserialize_with = "Option::deserialize")]
    pub role_definitions: Option<Vec<RoleDefinition>>,
    /// Its role assignments; `None`: they could not be read.
    #[serde(deserialize_with = "Option::deserialize")]
    pub role_assignments: Option<Vec<RoleAssignment>>,
    /// Its databases; `None`: not collected, or they could not be read (then there is a gap).
    #[serde(deserialize_with = "Option::deserialize")]
    pub databases: Option<Vec<Database>>,
    /// The custom roles of MongoDB itself; `None`: of another API, or not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mongo_roles: Option<Vec<MongoRole>>,
    /// The users of MongoDB itself; `None`: of another API, or not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mongo_users: Option<Vec<MongoUser>>,
    /// What these come to.
    #[serde(skip)]
    pub native: OnceNative,
    /// The ids, in lower case, of role definitions and assignments of which it isn't certain that they are there and what they say:
    /// a template doesn't tell. What they give is possible. No file of a snapshot has it.
    #[serde(skip)]
    pub doubtful: BTreeSet<String>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

impl AccountRecord {
    /// The kinds of role that are found there: that of its API, and those of what it holds.
    pub fn role_kinds(&self) -> BTreeSet<RoleKind> {
        let definitions = self.role_definitions().iter().map(|one| one.kind);
        let assignments = self.role_assignments().iter().map(|one| one.kind);
        let own = self.account.api.role_kind().into_iter();
        let native = self.native().definitions.first().map(|one| one.kind);
        own.chain(definitions).chain(assignments).chain(native).collect()
    }

    /// Whether a kind of role is not one of its API.
    pub fn is_foreign(&self, kind: RoleKind) -> bool {
        self.account.api != kind.row().api
    }

    /// The role definitions that were read.
    pub fn role_definitions(&self) -> &[RoleDefinition] {
        self.role_definitions.as_deref().unwrap_or_default()
    }

    /// The role assignments that were read.
    pub fn role_assignments(&self) -> &[RoleAssignment] {
        self.role_assignments.as_deref().unwrap_or_default()
    }

    /// Whether all role definitions were read, so that a missing one is really missing.
    pub fn has_all_role_definitions(&self) -> bool {
        self.account.api.has_roles_read() && self.role_definitions.is_some() && !self.has_gap(Part::RoleDefinitions)
    }

    /// Whether all role assignments were read, so that a missing one is really missing.
    pub fn has_all_role_assignments(&self) -> bool {
        self.account.api.has_roles_read() && self.role_assignments.is_some() && !self.has_gap(Part::RoleAssignments)
    }

    /// The names of its databases, or `None` when some of them were not read.
    pub fn database_names(&self) -> Option<Vec<String>> {
        let databases = self.databases.as_deref().filter(|_| !self.has_gap(Part::Databases))?;
        Some(databases.iter().map(|database| database.name.clone()).collect())
    }

    /// All databases with all containers, or `None` when something of them was not read.
    pub fn inventory(&self) -> Option<&[Database]> {
        let databases = self.databases.as_deref()?;
        let whole = !self.has_gap(Part::Databases) && databases.iter().all(|database| database.containers.is_some());
        (whole && !self.has_gap(Part::Containers)).then_some(databases)
    }

    /// The first field that is `null` though neither a gap nor the API says why; there is none in what this program writes.
    pub fn unexplained_null(&self) -> Option<&'static str> {
        let account = &self.account;
        let is_read = account.api.has_roles_read();
        let no_assignments = self.role_assignments.is_none();
        let no_switch = account.local_auth_disabled.is_none();
        let of_cluster = [
            ("users", no_assignments && is_read, Part::RoleAssignments),
            ("authentication", no_switch, Part::LocalAuth),
        ];
        let of_account = [
            (
                "role_definitions",
                self.role_definitions.is_none() && is_read,
                Part::RoleDefinitions,
            ),
            ("role_assignments", no_assignments && is_read, Part::RoleAssignments),
            ("local_auth_disabled", no_switch, Part::LocalAuth),
            (
                "key_metadata_writes_disabled",
                account.key_metadata_writes_disabled.is_none(),
                Part::KeyMetadataWrites,
            ),
        ];
        let nulls: &[_] = match account.api {
            api if !api.is_read() => &[],
            api if api.is_cluster() => &of_cluster,
            _ => &of_account,
        };
        let mut unexplained = nulls
            .iter()
            .filter(|(_, is_null, part)| *is_null && !self.has_gap(*part) && !self.has_gap(Part::Account));
        unexplained.next().map(|(field, _, _)| *field)
    }

    /// Whether something of a part could not be read.
    pub fn has_gap(&self, part: Part) -> bool {
        self.gaps.iter().any(|gap| gap.part() == part)
    }
}
