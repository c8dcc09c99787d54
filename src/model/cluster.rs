//! Clusters as a line of a snapshot has them, and as the accounts that everything else takes them for.
//!
//! A cluster of MongoDB by virtual cores has no role definitions and no role assignments: each of its users has roles of
//! MongoDB. Here, what a user has is one role assignment at the whole cluster, and each combination of roles is a role
//! definition. Of a managed Cassandra cluster, Azure Resource Manager lists neither users nor roles.
//!
//! Sources: `mongocluster/resource-manager/Microsoft.DocumentDB/MongoCluster` and `cosmos-db/resource-manager/Microsoft.DocumentDB`
//! in the azure-rest-api-specs repository.

use super::account::{Account, AccountRecord};
use super::api::Api;
use super::arm_id::{AccountId, last_segment};
use super::builtin;
use super::gap::Gap;
use super::native::OnceNative;
use super::principal::PrincipalId;
use super::role::{RoleAssignment, RoleDefinition};
use super::role_kind::RoleKind;
use super::tags::Tags;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The mode in which a user of a MongoDB vCore cluster signs in with a password.
pub const NATIVE_AUTH: &str = "NativeAuth";
/// The mode in which an identity of Microsoft Entra ID signs in to a MongoDB vCore cluster.
pub const ENTRA_ID: &str = "MicrosoftEntraID";
/// The methods of a managed Cassandra cluster: none at all, passwords, or an LDAP server.
pub const NO_AUTHENTICATION: &str = "None";
/// Passwords in the cluster. The default.
pub const CASSANDRA: &str = "Cassandra";
/// An LDAP server.
pub const LDAP: &str = "Ldap";

/// A cluster with everything that was read of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ClusterRecord<'a> {
    /// The cluster itself.
    cluster: Cluster<'a>,
    /// What could not be read.
    gaps: Cow<'a, [Gap]>,
}

/// A cluster as Azure Resource Manager describes it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Cluster<'a> {
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
    /// `mongo-cluster` or `cassandra-cluster`, as in the id.
    api: Api,
    /// Its tags.
    tags: Cow<'a, Tags>,
    /// How clients can sign in: `authConfig.allowedModes` of a MongoDB vCore cluster, `authenticationMethod` of a managed
    /// Cassandra cluster; the default where they are absent on the wire. `None`: it could not be read.
    #[serde(deserialize_with = "Option::deserialize")]
    authentication: Option<Cow<'a, [String]>>,
    /// What is being done to it (`provisioningState`), left out when that is `Succeeded`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provisioning_state: Option<Cow<'a, str>>,
    /// Its users. `None`: they could not be read, or it is a managed Cassandra cluster, whose users no list has.
    #[serde(deserialize_with = "Option::deserialize")]
    users: Option<Vec<ClusterUser>>,
}

/// An identity of Microsoft Entra ID that can sign in to a MongoDB vCore cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClusterUser {
    /// Its ARM id.
    pub id: String,
    /// The identity's object id.
    pub principal_id: PrincipalId,
    /// The roles that it has.
    pub roles: Vec<DatabaseRole>,
}

/// A role of MongoDB.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct DatabaseRole {
    /// The database.
    pub db: String,
    /// The role's name.
    pub role: String,
}

/// What stands for itself in the name of a combination of roles.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'*');
/// The database whose roles hold for all databases.
const ADMIN: &str = "admin";
/// The role that does everything, in [`ADMIN`].
const ROOT: &str = "root";

impl DatabaseRole {
    /// The role that does everything.
    pub fn root() -> Self {
        Self {
            db: ADMIN.to_owned(),
            role: ROOT.to_owned(),
        }
    }

    fn is_root(&self) -> bool {
        self.db == ADMIN && self.role == ROOT
    }

    fn name(&self) -> Cow<'_, str> {
        match self.db == ADMIN {
            true => Cow::Borrowed(&self.role),
            false => Cow::Owned(format!("{}.{}", self.db, self.role)),
        }
    }
}

/// The roles that the id of a combination names.
fn roles_of(id: &str) -> Vec<DatabaseRole> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let one = |text: &str| {
        let (db, role) = text.split_once('.')?;
        Some(DatabaseRole {
            db: decoded(db),
            role: decoded(role),
        })
    };
    last_segment(id).split('+').filter_map(one).collect()
}

/// The id of a combination of roles. No resource has it.
fn id_of(cluster: &AccountId, roles: &[DatabaseRole]) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, PLAIN).to_string();
    let names: Vec<String> = roles
        .iter()
        .map(|one| format!("{}.{}", encoded(&one.db), encoded(&one.role)))
        .collect();
    let list = RoleKind::MongoCluster.row().definitions;
    format!("{cluster}/{list}/{}", names.join("+"))
}

/// A combination of roles as a role definition. What roles besides root grant isn't documented, so that it could be everything.
fn definition(cluster: &AccountId, roles: &[DatabaseRole]) -> RoleDefinition {
    let names: Vec<Cow<'_, str>> = roles.iter().map(DatabaseRole::name).collect();
    RoleDefinition {
        id: id_of(cluster, roles),
        kind: RoleKind::MongoCluster,
        role_name: names.join(" + "),
        claims_built_in: true,
        assignable_scopes: vec![cluster.to_string()],
        permissions: builtin::MONGO_CLUSTER
            .iter()
            .map(builtin::BuiltinRole::permission)
            .collect(),
    }
}

impl RoleDefinition {
    /// Whether it is known what it grants. Role definitions of accounts say it; of a combination of roles of a cluster it is
    /// known if root is among them.
    pub fn is_documented(&self) -> bool {
        !self.kind.row().api.is_cluster() || roles_of(&self.id).iter().any(DatabaseRole::is_root)
    }
}

/// Whether clients can sign in with a password, or without one. `None`: nobody knows.
fn accepts_passwords(api: Api, authentication: &[String]) -> Option<bool> {
    let has = |mode: &str| authentication.iter().any(|one| one.eq_ignore_ascii_case(mode));
    let (passwords, others): (&[&str], &[&str]) = match api {
        Api::MongoCluster => (&[NATIVE_AUTH], &[ENTRA_ID]),
        _ => (&[CASSANDRA, NO_AUTHENTICATION], &[LDAP]),
    };
    let is_other = |mode: &String| others.iter().any(|one| one.eq_ignore_ascii_case(mode));
    match passwords.iter().any(|mode| has(mode)) {
        true => Some(true),
        false if !authentication.is_empty() && authentication.iter().all(is_other) => Some(false),
        false => None,
    }
}

impl Account {
    /// A cluster. `authentication`: `None` if it could not be read.
    pub fn cluster(
        id: AccountId,
        api: Api,
        location: String,
        tags: Tags,
        authentication: Option<Vec<String>>,
        provisioning_state: Option<String>,
    ) -> Self {
        let passwords = authentication
            .as_deref()
            .and_then(|modes| accepts_passwords(api, modes));
        Self {
            id,
            location,
            api,
            tags,
            local_auth_disabled: passwords.map(|accepted| !accepted),
            key_metadata_writes_disabled: None,
            keys_generated_at: None,
            provisioning_state,
            backup: None,
            authentication: authentication.unwrap_or_default(),
        }
    }

    /// Whether clients need not sign in at all.
    pub fn accepts_anyone(&self) -> bool {
        let is_off = |method: &String| method.eq_ignore_ascii_case(NO_AUTHENTICATION);
        self.api == Api::CassandraCluster && self.authentication.iter().any(is_off)
    }
}

impl AccountRecord {
    /// A cluster and its users; `None`: they could not be read, or no list has them.
    pub fn of_cluster(account: Account, users: Option<Vec<ClusterUser>>, gaps: Vec<Gap>) -> Self {
        let id = &account.id;
        // Ids ignore case.
        let mut definitions: BTreeMap<String, RoleDefinition> = BTreeMap::new();
        let mut define = |roles: &[DatabaseRole]| {
            let own = definition(id, roles);
            definitions.entry(own.id.to_ascii_lowercase()).or_insert(own);
        };
        define(&[DatabaseRole::root()]);
        let assignments = users.map(|users| {
            let assignment = |user: ClusterUser| {
                let mut roles = user.roles;
                roles.sort();
                roles.dedup();
                define(&roles);
                RoleAssignment {
                    id: user.id,
                    kind: RoleKind::MongoCluster,
                    role_definition_id: id_of(id, &roles).into(),
                    principal_id: user.principal_id,
                    scope: id.to_string(),
                }
            };
            users.into_iter().map(assignment).collect()
        });
        let has_users = account.api == Api::MongoCluster;
        Self {
            role_definitions: has_users.then(|| definitions.into_values().collect()),
            role_assignments: assignments,
            mongo_roles: None,
            mongo_users: None,
            native: OnceNative::default(),
            doubtful: std::collections::BTreeSet::new(),
            databases: None,
            account,
            gaps,
        }
    }
}

impl<'a> From<&'a AccountRecord> for ClusterRecord<'a> {
    fn from(record: &'a AccountRecord) -> Self {
        let account = &record.account;
        let user = |one: &RoleAssignment| ClusterUser {
            id: one.id.clone(),
            principal_id: one.principal_id.clone(),
            roles: roles_of(one.role_definition_id.as_str()),
        };
        let is_known = !account.authentication.is_empty();
        Self {
            cluster: Cluster {
                name: account.id.name().into(),
                resource_group: account.id.resource_group().into(),
                subscription: account.id.subscription().into(),
                id: Cow::Borrowed(&account.id),
                location: account.location.as_str().into(),
                api: account.api,
                tags: Cow::Borrowed(&account.tags),
                authentication: is_known.then_some(Cow::Borrowed(account.authentication.as_slice())),
                provisioning_state: account.provisioning_state.as_deref().map(Cow::Borrowed),
                users: (record.role_assignments.as_ref()).map(|list| list.iter().map(user).collect()),
            },
            gaps: Cow::Borrowed(&record.gaps),
        }
    }
}

impl TryFrom<ClusterRecord<'_>> for AccountRecord {
    type Error = String;

    fn try_from(record: ClusterRecord<'_>) -> Result<Self, String> {
        let ClusterRecord { cluster, gaps } = record;
        let id = cluster.id.into_owned();
        let api = cluster.api;
        if !api.is_cluster() || !api.is_read() || api.resource_type() != id.resource_type() {
            let (api, own) = (api.word(), id.resource_type().segment());
            return Err(format!(
                "`api` is `{api}`, but the ID is of one of the `{own}`; take a new snapshot"
            ));
        }
        id.check_parts(&cluster.name, &cluster.resource_group, &cluster.subscription)?;
        let authentication = cluster.authentication.map(Cow::into_owned);
        if authentication.as_ref().is_some_and(Vec::is_empty) {
            return Err("`authentication` is empty; take a new snapshot".to_owned());
        }
        let users = cluster.users.iter().flatten();
        if let Some(user) = users.into_iter().find(|user| user.roles.is_empty()) {
            return Err(format!("user `{}` has no roles; take a new snapshot", user.id));
        }
        let account = Account::cluster(
            id,
            cluster.api,
            cluster.location.into_owned(),
            cluster.tags.into_owned(),
            authentication,
            cluster.provisioning_state.map(Cow::into_owned),
        );
        Ok(Self::of_cluster(account, cluster.users, gaps.into_owned()))
    }
}

#[cfg(test)]
#[path = "cluster_tests.rs"]
mod tests;
