//! The credentials that the SDK makes of what it finds on the machine by itself: in the process's own variables, at the
//! metadata service, or by running a tool.

use super::tool::Tool;
use azure_core::credentials::TokenCredential;
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, AzureDeveloperCliCredential, AzureDeveloperCliCredentialOptions,
    AzurePipelinesCredential, AzurePipelinesCredentialOptions, ManagedIdentityCredential,
    ManagedIdentityCredentialOptions,
};
use std::sync::Arc;

/// A credential, yet to be asked; `None` where there is nothing of the kind.
pub(super) type Offer = azure_core::Result<Option<Arc<dyn TokenCredential>>>;

/// A service connection of Azure Pipelines.
pub(super) struct Connection {
    pub(super) tenant: String,
    pub(super) client: String,
    pub(super) id: String,
    /// The token of the job.
    pub(super) job_token: String,
}

/// What a machine offers to sign in with. Nothing, unless an implementation says otherwise.
pub(super) trait Offers: Send + Sync {
    /// The identity of the machine, app or function.
    fn managed_identity(&self, _: ManagedIdentityCredentialOptions) -> Offer {
        Ok(None)
    }

    /// The pipeline that the process is part of.
    fn pipelines(&self, _: Connection, _: AzurePipelinesCredentialOptions) -> Offer {
        Ok(None)
    }

    /// `az`.
    fn azure_cli(&self, _: AzureCliCredentialOptions) -> Offer {
        Ok(None)
    }

    /// `azd`.
    fn developer_cli(&self, _: AzureDeveloperCliCredentialOptions) -> Offer {
        Ok(None)
    }
}

/// Offers nothing.
pub(super) struct Nothing;

impl Offers for Nothing {}

/// The machine that this program runs on.
pub(super) struct Machine;

impl Offers for Machine {
    fn managed_identity(&self, options: ManagedIdentityCredentialOptions) -> Offer {
        Ok(Some(ManagedIdentityCredential::new(Some(options))?))
    }

    fn pipelines(&self, connection: Connection, options: AzurePipelinesCredentialOptions) -> Offer {
        let Connection {
            tenant,
            client,
            id,
            job_token,
        } = connection;
        Ok(Some(AzurePipelinesCredential::new(
            tenant,
            client,
            &id,
            job_token,
            Some(options),
        )?))
    }

    fn azure_cli(&self, mut options: AzureCliCredentialOptions) -> Offer {
        options.executor = Some(Arc::new(Tool));
        Ok(Some(AzureCliCredential::new(Some(options))?))
    }

    fn developer_cli(&self, mut options: AzureDeveloperCliCredentialOptions) -> Offer {
        options.executor = Some(Arc::new(Tool));
        Ok(Some(AzureDeveloperCliCredential::new(Some(options))?))
    }
}
