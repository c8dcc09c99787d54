//! The kinds of credentials.

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// How to sign in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Display, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum CredentialKind {
    /// The first that works of the others, in their order, `token` excepted.
    #[default]
    Auto,
    /// An application from `AZURE_TENANT_ID` and `AZURE_CLIENT_ID`, with the secret in `AZURE_CLIENT_SECRET` or the certificate in
    /// `AZURE_CLIENT_CERTIFICATE_PATH`.
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

    /// What it reads, in a line of help.
    pub fn reads(self) -> &'static str {
        match self {
            Self::Auto => "The first of the others that is configured, `token` excepted",
            Self::Env => {
                "AZURE_TENANT_ID, AZURE_CLIENT_ID, and AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH (PEM)"
            }
            Self::WorkloadIdentity => {
                "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE, as AKS sets them"
            }
            Self::ManagedIdentity => {
                "The identity of the virtual machine, app or function; AZURE_CLIENT_ID or --identity picks one"
            }
            Self::Pipelines => "SYSTEM_ACCESSTOKEN, and AZURESUBSCRIPTION_{TENANT_ID,CLIENT_ID,SERVICE_CONNECTION_ID}",
            Self::Cli => "Who is signed in to `az`, also after `azure/login` on GitHub",
            Self::Azd => "Who is signed in to `azd`",
            Self::Token => "COSMOS_RBAC_TOKEN (Azure Resource Manager) and COSMOS_RBAC_GRAPH_TOKEN (Microsoft Graph)",
        }
    }

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
