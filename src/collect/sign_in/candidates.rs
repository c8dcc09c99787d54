//! Every kind of credential, made ready to be asked.

use super::answer::{Endpoint, Listener, Refused};
use super::candidate::{Candidate, Given, Refusal, half, invalid, offered};
use super::certificate::{Assertions, Certificate};
use super::environment::Environment;
use super::kind::CredentialKind;
use super::machine::Connection;
use super::user_identity::UserIdentity;
use crate::collect::http::Transport;
use azure_core::cloud::CloudConfiguration;
use azure_core::credentials::Secret;
use azure_core::http::{ClientOptions, ExponentialRetryOptions, RetryOptions, Transport as SdkTransport};
use azure_core::time::Duration as SdkDuration;
use azure_identity::{
    AzureCliCredentialOptions, AzureDeveloperCliCredentialOptions, AzurePipelinesCredentialOptions,
    ClientAssertionCredential, ClientAssertionCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions,
    ManagedIdentityCredentialOptions, UserAssignedId, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use std::sync::Arc;
use url::Url;

pub(super) const TENANT_ID: &str = "AZURE_TENANT_ID";
pub(super) const CLIENT_ID: &str = "AZURE_CLIENT_ID";
pub(super) const CLIENT_SECRET: &str = "AZURE_CLIENT_SECRET";
pub(super) const CERTIFICATE: &str = "AZURE_CLIENT_CERTIFICATE_PATH";
const SEND_CHAIN: &str = "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN";
pub(super) const TOKEN_FILE: &str = "AZURE_FEDERATED_TOKEN_FILE";
pub(super) const OIDC_URI: &str = "SYSTEM_OIDCREQUESTURI";
const NO_IMDS: &str = "COSMOS_RBAC_NO_IMDS";
/// Where the other SDKs look for the metadata service, if not at its own address.
const IMDS_HOST: &str = "AZURE_POD_IDENTITY_AUTHORITY_HOST";

/// Makes credentials of every kind.
#[derive(Clone)]
pub(super) struct Candidates {
    pub(super) environment: Environment,
    /// The variable that holds a token as it is.
    pub(super) token: &'static str,
    pub(super) tenant: Option<String>,
    /// Which of the machine's identities; `None`: that of `AZURE_CLIENT_ID`, or the machine's own.
    pub(super) identity: Option<UserIdentity>,
    /// Where tokens come from, and the same as the SDK wants it.
    pub(super) authority: Url,
    pub(super) cloud: Arc<CloudConfiguration>,
    /// To Azure, and to what is on this machine.
    pub(super) remote: Arc<Transport>,
    pub(super) local: Arc<Transport>,
}

impl Candidates {
    /// Makes one; every time anew: those of the SDK hold on to their tokens, also to one that was refused.
    pub(super) fn make(&self, kind: CredentialKind) -> Result<Candidate, Refusal> {
        match kind {
            CredentialKind::Auto | CredentialKind::Token => self.given_token(),
            CredentialKind::Env => self.application(),
            CredentialKind::WorkloadIdentity => self.workload_identity(),
            CredentialKind::ManagedIdentity => self.managed_identity(),
            CredentialKind::Pipelines => self.pipelines(),
            CredentialKind::Cli => self.cli(),
            CredentialKind::Azd => self.azd(),
        }
    }

    fn given_token(&self) -> Result<Candidate, Refusal> {
        let name = self.token;
        let token = self.require(name)?;
        let token = token.trim().to_owned();
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Refusal::Failed(format!(
                "{name} contains blanks or control characters; set it to the token alone, without `Bearer`"
            )));
        }
        Ok(Candidate {
            credential: Arc::new(Given(Secret::new(token))),
            secrets: Vec::new(),
            listener: None,
        })
    }

    /// An application with its secret or, if there is none, its certificate: in the order of the other SDKs.
    fn application(&self) -> Result<Candidate, Refusal> {
        match (self.environment.get(CLIENT_SECRET), self.environment.get(CERTIFICATE)) {
            (Some(secret), _) => self.client_secret(secret),
            (None, Some(path)) => self.client_certificate(&path),
            (None, None) => Err(self.no_secret()),
        }
    }

    fn client_certificate(&self, path: &str) -> Result<Candidate, Refusal> {
        let (tenant, client) = (self.tenant(), self.require(CLIENT_ID));
        let (tenant, client) = (tenant.map_err(half)?, client.map_err(half)?);
        let certificate =
            Certificate::read(path.as_ref()).map_err(|why| Refusal::Failed(format!("{CERTIFICATE}: {why}")))?;
        let with_chain = self.environment.get(SEND_CHAIN);
        // As the SDK makes it.
        let audience = self.authority.join(&format!("/{tenant}/oauth2/v2.0/token"));
        let audience = audience.map_err(|error| Refusal::Failed(format!("{TENANT_ID} is malformed: {error}")))?;
        let assertions = Assertions {
            certificate,
            client: client.clone(),
            audience: audience.into(),
            with_chain: with_chain.is_some_and(|said| said == "1" || said.eq_ignore_ascii_case("true")),
        };
        let listener = Listener::new(self.remote.clone(), Endpoint::Login);
        let options = self.assertion_options(&listener);
        let credential = ClientAssertionCredential::new(tenant, client, assertions, Some(options)).map_err(invalid)?;
        Ok(Candidate {
            credential,
            secrets: Vec::new(),
            listener: Some(listener),
        })
    }

    fn client_secret(&self, secret: String) -> Result<Candidate, Refusal> {
        let (tenant, client) = (self.tenant(), self.require(CLIENT_ID));
        let (tenant, client) = (tenant.map_err(half)?, client.map_err(half)?);
        let listener = Listener::new(self.remote.clone(), Endpoint::Login);
        let options = ClientSecretCredentialOptions {
            client_options: self.client_options(&listener),
        };
        let credential = ClientSecretCredential::new(&tenant, client, Secret::new(secret.clone()), Some(options))
            .map_err(invalid)?;
        Ok(Candidate {
            credential,
            secrets: vec![secret.into()],
            listener: Some(listener),
        })
    }

    /// Why there is no client secret. One that is set to nothing was meant to be there: a pipeline without the secret does
    /// that. A tenant or client id alone also belongs to other credentials.
    fn no_secret(&self) -> Refusal {
        if self.environment.has(CLIENT_SECRET) {
            return Refusal::Failed(format!(
                "{CLIENT_SECRET} is set, but empty; set it to the secret, or unset it"
            ));
        }
        let missing = [TENANT_ID, CLIENT_ID, CLIENT_SECRET];
        let missing = missing.into_iter().find(|name| self.environment.get(name).is_none());
        Refusal::NotConfigured(format!("{} isn't set", missing.unwrap_or(CLIENT_SECRET)))
    }

    fn workload_identity(&self) -> Result<Candidate, Refusal> {
        let path = self.require(TOKEN_FILE)?;
        let (tenant, client) = (self.tenant(), self.require(CLIENT_ID));
        let (tenant, client) = (tenant.map_err(half)?, client.map_err(half)?);
        // Read here only to keep it out of errors; the credential reads it again.
        let assertion = std::fs::read_to_string(&path)
            .map_err(|error| Refusal::Failed(format!("couldn't read `{path}` in {TOKEN_FILE}: {error}")))?;
        let listener = Listener::new(self.remote.clone(), Endpoint::Login);
        let options = WorkloadIdentityCredentialOptions {
            credential_options: self.assertion_options(&listener),
            client_id: Some(client),
            tenant_id: Some(tenant),
            token_file_path: Some(path.into()),
        };
        let credential = WorkloadIdentityCredential::new(Some(options)).map_err(invalid)?;
        Ok(Candidate {
            credential,
            secrets: vec![assertion.into()],
            listener: Some(listener),
        })
    }

    /// Whether variables say where the endpoint of the managed identity is. The SDK picks the source by these; whatever they
    /// do not name ends at the metadata service of the machine.
    fn names_identity_endpoint(&self) -> bool {
        let has = |name| self.environment.has(name);
        if self.environment.get(IMDS_HOST).is_some() {
            true
        } else if has("IDENTITY_ENDPOINT") {
            has("IDENTITY_HEADER") || has("IMDS_ENDPOINT")
        } else {
            has("MSI_ENDPOINT")
        }
    }

    fn managed_identity(&self) -> Result<Candidate, Refusal> {
        if !self.names_identity_endpoint() && self.environment.get(NO_IMDS).is_some() {
            return Err(Refusal::NotConfigured(format!(
                "IDENTITY_ENDPOINT and IDENTITY_HEADER aren't set, and {NO_IMDS} turns off the metadata service"
            )));
        }
        // Its identity is whoever is signed in to `az` there.
        if self.is_cloud_shell() {
            let reason = "the identity of Cloud Shell isn't supported; its `az` is signed in as the same user";
            return Err(Refusal::NotConfigured(reason.to_owned()));
        }
        let metadata = self
            .environment
            .get(IMDS_HOST)
            .map(|text| Url::parse(&text))
            .transpose();
        let metadata = metadata.map_err(|error| Refusal::Failed(format!("{IMDS_HOST} isn't a URL: {error}")))?;
        let listener = Listener::with_metadata_at(self.local.clone(), metadata);
        let own = || self.environment.get(CLIENT_ID).map(UserAssignedId::ClientId);
        let options = ManagedIdentityCredentialOptions {
            user_assigned_id: self.identity.clone().map(Into::into).or_else(own),
            client_options: self.client_options(&listener),
        };
        let secret = self.environment.get("IDENTITY_HEADER");
        offered(
            self.environment.offers().managed_identity(options),
            secret,
            Some(listener),
        )
    }

    /// Whether a managed identity that gave no token is one that was never set up: nothing answers as the metadata service
    /// of a machine, or it knows of no identity there. Whoever names an endpoint or a client id means one that exists.
    pub(super) fn lacks_managed_identity(&self, refused: Option<&Refused>) -> bool {
        if self.names_identity_endpoint() {
            return false;
        }
        match refused {
            // No connection, or no answer.
            None => true,
            // Other clouds and proxies have something at that address, too.
            Some(refused) if !refused.is_of_endpoint => true,
            // learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token, "Error handling".
            Some(refused) => {
                refused.status == 400 && self.identity.is_none() && self.environment.get(CLIENT_ID).is_none()
            }
        }
    }

    fn is_cloud_shell(&self) -> bool {
        let has = |name| self.environment.has(name);
        !has("IDENTITY_ENDPOINT") && has("MSI_ENDPOINT") && !has("MSI_SECRET")
    }

    fn pipelines(&self) -> Result<Candidate, Refusal> {
        self.require(OIDC_URI)?;
        // Without it a job has `az`, which is signed in to the same service connection.
        let job_token = self.require("SYSTEM_ACCESSTOKEN")?;
        let id = self.require("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID");
        let client = self.require("AZURESUBSCRIPTION_CLIENT_ID");
        if let (Err(none), Err(_)) = (&id, &client) {
            return Err(none.clone());
        }
        let (id, client) = (id.map_err(half)?, client.map_err(half)?);
        let tenant = match &self.tenant {
            Some(tenant) => tenant.clone(),
            None => self.require("AZURESUBSCRIPTION_TENANT_ID").map_err(half)?,
        };
        let listener = Listener::new(self.remote.clone(), Endpoint::Login);
        let options = AzurePipelinesCredentialOptions {
            credential_options: self.assertion_options(&listener),
        };
        let secret = Some(job_token.clone());
        let connection = Connection {
            tenant,
            client,
            id,
            job_token,
        };
        offered(
            self.environment.offers().pipelines(connection, options),
            secret,
            Some(listener),
        )
    }

    fn cli(&self) -> Result<Candidate, Refusal> {
        let options = AzureCliCredentialOptions {
            tenant_id: self.tenant.clone(),
            ..AzureCliCredentialOptions::default()
        };
        offered(self.environment.offers().azure_cli(options), None, None)
    }

    fn azd(&self) -> Result<Candidate, Refusal> {
        let options = AzureDeveloperCliCredentialOptions {
            tenant_id: self.tenant.clone(),
            ..AzureDeveloperCliCredentialOptions::default()
        };
        offered(self.environment.offers().developer_cli(options), None, None)
    }

    fn require(&self, name: &str) -> Result<String, Refusal> {
        let missing = || Refusal::NotConfigured(format!("{name} isn't set"));
        self.environment.get(name).ok_or_else(missing)
    }

    fn tenant(&self) -> Result<String, Refusal> {
        match &self.tenant {
            Some(tenant) => Ok(tenant.clone()),
            None => self.require(TENANT_ID),
        }
    }

    /// The SDK's default transport is not compiled in: without one of ours it would panic.
    fn client_options(&self, listener: &Arc<Listener>) -> ClientOptions {
        ClientOptions {
            transport: Some(SdkTransport::new(listener.clone())),
            cloud: Some(self.cloud.clone()),
            retry: RetryOptions::exponential(ExponentialRetryOptions {
                max_retries: 3,
                max_total_elapsed: SdkDuration::seconds(30),
                ..ExponentialRetryOptions::default()
            }),
            ..ClientOptions::default()
        }
    }

    fn assertion_options(&self, listener: &Arc<Listener>) -> ClientAssertionCredentialOptions {
        ClientAssertionCredentialOptions {
            client_options: self.client_options(listener),
        }
    }
}
