//! The kinds of credentials.

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// How to sign in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Display, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
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
    /// What `Auto` tries, in order.
    pub(super) const CHAIN: [Self; 6] = [
        Self::Env,
        Self::WorkloadIdentity,
        Self::ManagedIdentity,
        Self::Pipelines,
        Self::Cli,
        Self::Azd,
    ];

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Auto => "automatic",
            Self::Env => "environment",
            Self::WorkloadIdentity => "workload identity",
            Self::ManagedIdentity => "managed identity",
            Self::Pipelines => "Azure Pipelines",
            Self::Cli => "Azure CLI",
            Self::Azd => "azd",
            Self::Token => "token",
        }
    }

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
