//! What a scan is asked to do.

use super::limits::Limits;
use super::sign_in::{Cloud, CredentialKind, Environment, UserIdentity};
use crate::snapshot::Shard;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use url::Url;

/// How to reach Azure.
#[derive(Debug, Clone)]
pub struct AzureOptions {
    /// The tenant to sign in to; the credential's own if not given.
    pub tenant: Option<String>,
    /// How to sign in.
    pub credential: CredentialKind,
    /// Which managed identity of the machine; if not given, that of `AZURE_CLIENT_ID`, or the machine's own.
    pub identity: Option<UserIdentity>,
    /// Which cloud; if not given, the one that `AZURE_CLOUD` names, or else the public one.
    pub cloud: Option<Cloud>,
    /// Azure Resource Manager, if not the cloud's.
    pub arm_endpoint: Option<Url>,
    /// What tokens for `arm_endpoint` are for, if not the endpoint itself.
    pub arm_audience: Option<Url>,
    /// Microsoft Graph, if not the cloud's. With another Azure Resource Manager than the cloud's, it has to be given.
    pub graph_endpoint: Option<Url>,
    /// Where tokens come from, if not the cloud's.
    pub authority_host: Option<Url>,
    /// Certificates to trust besides the system's, as PEM.
    pub ca_bundle: Option<PathBuf>,
    /// Requests in flight at once.
    pub concurrency: NonZeroUsize,
    /// Whether databases and containers are read.
    pub inventory: bool,
    /// Whether the role assignments of other APIs than an account's own are read.
    pub foreign_kinds: bool,
    /// Whether Azure RBAC is read.
    pub control_plane: bool,
    /// Whether principals are looked up in Microsoft Graph.
    pub graph: bool,
    /// The part of the accounts that is read; `None`: all.
    pub shard: Option<Shard>,
    /// Where variables come from, and what the machine offers to sign in with.
    pub environment: Environment,
    /// How long to wait, how often to ask, and how much to take in.
    pub limits: Limits,
}

impl Default for AzureOptions {
    fn default() -> Self {
        Self {
            tenant: None,
            credential: CredentialKind::Auto,
            identity: None,
            cloud: None,
            arm_endpoint: None,
            arm_audience: None,
            graph_endpoint: None,
            authority_host: None,
            ca_bundle: None,
            concurrency: NonZeroUsize::MIN.saturating_add(63),
            inventory: true,
            foreign_kinds: true,
            control_plane: true,
            graph: true,
            shard: None,
            environment: Environment::default(),
            limits: Limits::default(),
        }
    }
}

/// What to scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// These subscriptions, by id.
    Subscriptions(Vec<String>),
    /// All subscriptions below a management group, at any depth.
    ManagementGroup(String),
    /// All subscriptions that the credential sees.
    All,
}
