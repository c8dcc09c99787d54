//! What a scan is asked to do.

use super::pacing::RetryPolicy;
use super::sign_in::Cloud;
use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use url::Url;

/// How to reach Azure.
#[derive(Debug, Clone)]
pub struct AzureOptions {
    /// The tenant to sign in to; the credential's own if not given.
    pub tenant: Option<String>,
    /// How to sign in.
    pub credential: CredentialKind,
    /// Which cloud.
    pub cloud: Cloud,
    /// Azure Resource Manager, if not the cloud's.
    pub arm_endpoint: Option<Url>,
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
    /// Whether Azure RBAC is read.
    pub control_plane: bool,
    /// Whether principals are looked up in Microsoft Graph.
    pub graph: bool,
    /// For tests; the default is right.
    #[doc(hidden)]
    pub tuning: Tuning,
}

impl Default for AzureOptions {
    fn default() -> Self {
        Self {
            tenant: None,
            credential: CredentialKind::Auto,
            cloud: Cloud::Public,
            arm_endpoint: None,
            graph_endpoint: None,
            authority_host: None,
            ca_bundle: None,
            concurrency: NonZeroUsize::MIN.saturating_add(63),
            inventory: true,
            control_plane: true,
            graph: true,
            tuning: Tuning::default(),
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

/// How to sign in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CredentialKind {
    /// The first that works of the others, in their order, `token` excepted.
    #[default]
    Auto,
    /// A client secret from `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET`.
    Env,
    /// A federated token of Kubernetes, from `AZURE_FEDERATED_TOKEN_FILE`.
    WorkloadIdentity,
    /// The managed identity of the machine, app or function.
    ManagedIdentity,
    /// A service connection of Azure Pipelines.
    Pipelines,
    /// Who is signed in to `az`.
    Cli,
    /// Who is signed in to `azd`.
    Azd,
    /// The token in `COSMOS_RBAC_TOKEN`, and for Microsoft Graph the one in `COSMOS_RBAC_GRAPH_TOKEN`.
    Token,
}

impl CredentialKind {
    /// All of them, in the order of the help text.
    pub const ALL: [Self; 8] = [
        Self::Auto,
        Self::Env,
        Self::WorkloadIdentity,
        Self::ManagedIdentity,
        Self::Pipelines,
        Self::Cli,
        Self::Azd,
        Self::Token,
    ];

    /// What `Auto` tries, in order.
    pub(super) const CHAIN: [Self; 6] = [
        Self::Env,
        Self::WorkloadIdentity,
        Self::ManagedIdentity,
        Self::Pipelines,
        Self::Cli,
        Self::Azd,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Env => "env",
            Self::WorkloadIdentity => "workload-identity",
            Self::ManagedIdentity => "managed-identity",
            Self::Pipelines => "pipelines",
            Self::Cli => "cli",
            Self::Azd => "azd",
            Self::Token => "token",
        }
    }
}

impl fmt::Display for CredentialKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for CredentialKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("`{text}` is no credential; it is one of {names}")
        })
    }
}

/// Limits that only tests change, so that they are fast and touch nothing but their own servers.
#[doc(hidden)]
#[derive(Clone)]
pub struct Tuning {
    /// When to ask again.
    pub retry: RetryPolicy,
    /// Time to open a connection.
    pub connect_timeout: Duration,
    /// Time without a byte of an answer.
    pub read_timeout: Duration,
    /// Time for a request with its answer.
    pub total_timeout: Duration,
    /// Time for one credential to come up with a token.
    pub credential_timeout: Duration,
    /// Largest body, decompressed.
    pub body_cap: u64,
    /// Most pages of a list.
    pub page_bound: usize,
    /// Takes the place of the process's environment. Then no metadata service is asked and no tool is run.
    pub environment: Option<BTreeMap<String, String>>,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            retry: RetryPolicy::default(),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(60),
            total_timeout: Duration::from_secs(180),
            credential_timeout: Duration::from_secs(60),
            body_cap: 64 << 20,
            page_bound: 10_000,
            environment: None,
        }
    }
}

impl fmt::Debug for Tuning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The environment holds secrets.
        f.debug_struct("Tuning")
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

/// Where variables come from.
#[derive(Clone)]
pub(super) struct Environment(Option<BTreeMap<String, String>>);

impl Environment {
    pub(super) fn new(tuning: &Tuning) -> Self {
        Self(tuning.environment.clone())
    }

    /// The variable's value; an empty one counts as not set.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        match &self.0 {
            Some(variables) => variables.get(name).cloned(),
            None => std::env::var(name).ok(),
        }
        .filter(|value| !value.is_empty())
    }

    /// Whether the variable is set, be it to nothing.
    pub(super) fn has(&self, name: &str) -> bool {
        match &self.0 {
            Some(variables) => variables.contains_key(name),
            None => std::env::var_os(name).is_some(),
        }
    }

    /// Whether it is the process's, which is the one that the credentials of the SDK look into.
    pub(super) fn is_real(&self) -> bool {
        self.0.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_have_names() {
        for kind in CredentialKind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        let error = "password".parse::<CredentialKind>().unwrap_err();
        assert!(error.contains("workload-identity"), "{error}");
    }

    #[test]
    fn options_do_not_show_the_environment() {
        let mut options = AzureOptions::default();
        options.tuning.environment = Some(BTreeMap::from([("AZURE_CLIENT_SECRET".into(), "hunter2".into())]));
        assert!(!format!("{options:?}").contains("hunter2"));
    }
}
