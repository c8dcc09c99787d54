//! Every kind of credential, made ready to be asked.

use super::answer::{Endpoint, Listener, Refused};
use super::environment::Environment;
use super::kind::CredentialKind;
use super::machine::{Connection, Offer};
use super::redact::{one_line, redact};
use crate::collect::http::Transport;
use azure_core::cloud::CloudConfiguration;
use azure_core::credentials::{AccessToken, Secret, TokenCredential, TokenRequestOptions};
use azure_core::http::{ClientOptions, ExponentialRetryOptions, RetryOptions, Transport as SdkTransport};
use azure_core::time::{Duration as SdkDuration, OffsetDateTime};
use azure_identity::{
    AzureCliCredentialOptions, AzureDeveloperCliCredentialOptions, AzurePipelinesCredentialOptions,
    ClientAssertionCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions,
    ManagedIdentityCredentialOptions, UserAssignedId, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use std::sync::Arc;
use zeroize::Zeroizing;

pub(super) const TENANT_ID: &str = "AZURE_TENANT_ID";
pub(super) const CLIENT_ID: &str = "AZURE_CLIENT_ID";
pub(super) const CLIENT_SECRET: &str = "AZURE_CLIENT_SECRET";
pub(super) const CERTIFICATE: &str = "AZURE_CLIENT_CERTIFICATE_PATH";
pub(super) const TOKEN_FILE: &str = "AZURE_FEDERATED_TOKEN_FILE";
pub(super) const OIDC_URI: &str = "SYSTEM_OIDCREQUESTURI";
const NO_IMDS: &str = "COSMOS_RBAC_NO_IMDS";

/// Makes credentials of every kind.
#[derive(Clone)]
pub(super) struct Candidates {
    pub(super) environment: Environment,
    /// The variable that holds a token as it is.
    pub(super) token: &'static str,
    pub(super) tenant: Option<String>,
    pub(super) cloud: Arc<CloudConfiguration>,
    /// To Azure, and to what is on this machine.
    pub(super) remote: Arc<Transport>,
    pub(super) local: Arc<Transport>,
}

/// Why a credential gives no token.
#[derive(Debug, Clone)]
pub(super) enum Refusal {
    /// There is nothing to try.
    NotConfigured(String),
    /// It was tried.
    Failed(String),
}

/// A credential that is yet to be asked, with the secrets that its errors must not repeat.
pub(super) struct Candidate {
    pub(super) credential: Arc<dyn TokenCredential>,
    pub(super) secrets: Vec<Zeroizing<String>>,
    /// What it asks with, if it asks over the network.
    pub(super) listener: Option<Arc<Listener>>,
}

impl Candidates {
    /// Makes one; every time anew: those of the SDK hold on to their tokens, also to one that was refused.
    pub(super) fn make(&self, kind: CredentialKind) -> Result<Candidate, Refusal> {
        match kind {
            CredentialKind::Auto | CredentialKind::Token => self.given_token(),
            CredentialKind::Env => self.client_secret(),
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

    fn client_secret(&self) -> Result<Candidate, Refusal> {
        if self.environment.get(CLIENT_SECRET).is_none() {
            return Err(self.no_secret());
        }
        let (tenant, client) = (self.tenant(), self.require(CLIENT_ID));
        let (tenant, client) = (tenant.map_err(half)?, client.map_err(half)?);
        let secret = self.require(CLIENT_SECRET)?;
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
        if self.environment.get(CERTIFICATE).is_some() {
            return Refusal::Failed(format!(
                "{CERTIFICATE} is set, but client certificates aren't supported; set {CLIENT_SECRET} or use another credential"
            ));
        }
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
        if has("IDENTITY_ENDPOINT") {
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
        let listener = Listener::new(self.local.clone(), Endpoint::ManagedIdentity);
        let options = ManagedIdentityCredentialOptions {
            user_assigned_id: self.environment.get(CLIENT_ID).map(UserAssignedId::ClientId),
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
            Some(refused) => refused.status == 400 && self.environment.get(CLIENT_ID).is_none(),
        }
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

/// A token that is there already.
#[derive(Debug)]
struct Given(Secret);

#[async_trait::async_trait]
impl TokenCredential for Given {
    async fn get_token(&self, _: &[&str], _: Option<TokenRequestOptions<'_>>) -> azure_core::Result<AccessToken> {
        // Nobody says when it ends; when it has, the service says so.
        let far = OffsetDateTime::now_utc() + SdkDuration::days(1);
        Ok(AccessToken::new(self.0.clone(), far))
    }
}

fn offered(offer: Offer, secret: Option<String>, listener: Option<Arc<Listener>>) -> Result<Candidate, Refusal> {
    let nothing = || Refusal::NotConfigured("not available here".to_owned());
    Ok(Candidate {
        credential: offer.map_err(invalid)?.ok_or_else(nothing)?,
        secrets: secret.map(Zeroizing::new).into_iter().collect(),
        listener,
    })
}

/// A credential of which something is set up, and something is not, is set up wrong.
fn half(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::NotConfigured(reason) => Refusal::Failed(format!("{reason}, though others of its variables are")),
        failed => failed,
    }
}

fn invalid(error: azure_core::Error) -> Refusal {
    Refusal::Failed(one_line(&redact(&error.to_string(), &[])))
}
