//! The credentials, and the chain that users of the other SDKs know: environment → workload identity → managed
//! identity → Azure Pipelines → `az` → `azd`.
//!
//! A link that lacks its variables is passed over, one that fails is reported, and the chain goes on; when all fail,
//! the error has a line for each. The chain asks the metadata service of a virtual machine in its documented place, since
//! elsewhere it would change who is signed in on a machine that has `az` too. That costs a laptop one second, the time
//! given to connect; `COSMOS_RBAC_NO_IMDS=1` saves it. No error repeats a secret.

use super::cloud::Endpoints;
use super::redact::redact;
use crate::arm::cut;
use crate::collect::error::{CollectError, Tried};
use crate::collect::http::{Transport, TransportError};
use crate::collect::options::{AzureOptions, CredentialKind, Environment};
use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::{AccessToken, Secret, TokenCredential, TokenRequestOptions};
use azure_core::http::{ClientOptions, ExponentialRetryOptions, RetryOptions, Transport as SdkTransport};
use azure_core::time::{Duration as SdkDuration, OffsetDateTime};
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, AzureDeveloperCliCredential, AzureDeveloperCliCredentialOptions,
    AzurePipelinesCredential, AzurePipelinesCredentialOptions, ClientAssertionCredentialOptions,
    ClientSecretCredential, ClientSecretCredentialOptions, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
    UserAssignedId, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

const TENANT_ID: &str = "AZURE_TENANT_ID";
const CLIENT_ID: &str = "AZURE_CLIENT_ID";
const CLIENT_SECRET: &str = "AZURE_CLIENT_SECRET";
const CERTIFICATE: &str = "AZURE_CLIENT_CERTIFICATE_PATH";
const TOKEN_FILE: &str = "AZURE_FEDERATED_TOKEN_FILE";
const TOKEN: &str = "COSMOS_RBAC_TOKEN";
const GRAPH_TOKEN: &str = "COSMOS_RBAC_GRAPH_TOKEN";
const NO_IMDS: &str = "COSMOS_RBAC_NO_IMDS";
const OIDC_URI: &str = "SYSTEM_OIDCREQUESTURI";

/// Makes credentials of every kind.
#[derive(Clone)]
pub(crate) struct Credentials {
    environment: Environment,
    /// The variable that holds a token as it is.
    token: &'static str,
    tenant: Option<String>,
    cloud: Arc<CloudConfiguration>,
    remote: Arc<Transport>,
    local: Arc<Transport>,
    timeout: Duration,
}

/// Why a credential gives no token.
enum Refusal {
    /// There is nothing to try.
    NotConfigured(String),
    /// It was tried.
    Failed(String),
}

/// A credential that is yet to be asked, with the secrets that its errors must not repeat.
struct Candidate {
    credential: Arc<dyn TokenCredential>,
    secrets: Vec<Zeroizing<String>>,
}

impl Credentials {
    pub(crate) fn new(
        options: &AzureOptions,
        endpoints: &Endpoints,
        remote: Arc<Transport>,
    ) -> Result<Self, CollectError> {
        let mut cloud = CustomConfiguration::default();
        endpoints.authority.as_str().clone_into(&mut cloud.authority_host);
        Ok(Self {
            environment: Environment::new(&options.tuning),
            token: TOKEN,
            tenant: options.tenant.clone(),
            cloud: Arc::new(cloud.into()),
            remote,
            local: Transport::local(&options.tuning)?,
            timeout: options.tuning.credential_timeout,
        })
    }

    /// The same credentials, for Microsoft Graph: a token that is given as it is has another audience there.
    pub(crate) fn for_graph(mut self) -> Self {
        self.token = GRAPH_TOKEN;
        self
    }

    /// The first token, and the kind of credential that gave it.
    pub(crate) async fn sign_in(
        &self,
        wanted: CredentialKind,
        scope: &str,
    ) -> Result<(CredentialKind, AccessToken), CollectError> {
        let chain = CredentialKind::CHAIN;
        let kinds = if wanted == CredentialKind::Auto {
            &chain[..]
        } else {
            &[wanted]
        };
        let mut tried = Vec::new();
        for kind in kinds {
            let (configured, reason) = match self.ask(*kind, scope).await {
                Ok(token) => {
                    tracing::debug!(credential = kind.name(), "signed in");
                    return Ok((*kind, token));
                }
                Err(Refusal::NotConfigured(reason)) => (false, reason),
                Err(Refusal::Failed(reason)) => (true, reason),
            };
            tracing::debug!(credential = kind.name(), configured, reason, "no token");
            tried.push(Tried {
                credential: kind.name(),
                configured,
                reason,
            });
        }
        Err(CollectError::Credential(tried))
    }

    /// A new token from a credential that worked before.
    pub(crate) async fn renew(&self, kind: CredentialKind, scope: &str) -> Result<AccessToken, String> {
        self.ask(kind, scope).await.map_err(|refusal| match refusal {
            Refusal::NotConfigured(reason) | Refusal::Failed(reason) => reason,
        })
    }

    /// Makes the credential anew every time: those of the SDK hold on to their tokens, also to one that was refused.
    async fn ask(&self, kind: CredentialKind, scope: &str) -> Result<AccessToken, Refusal> {
        let Candidate { credential, secrets } = match kind {
            CredentialKind::Auto | CredentialKind::Token => return self.given_token(),
            CredentialKind::Env => self.client_secret(),
            CredentialKind::WorkloadIdentity => self.workload_identity(),
            CredentialKind::ManagedIdentity => self.managed_identity(),
            CredentialKind::Pipelines => self.pipelines(),
            CredentialKind::Cli => self.cli(),
            CredentialKind::Azd => self.azd(),
        }?;
        let scopes = [scope];
        let answer = credential.get_token(&scopes, None::<TokenRequestOptions<'_>>);
        match tokio::time::timeout(self.timeout, answer).await {
            Ok(Ok(token)) => Ok(token),
            Ok(Err(error)) => {
                let secrets: Vec<&str> = secrets.iter().map(|secret| secret.as_str()).collect();
                // Of a request that failed the SDK only says that it is not repeated.
                let text = match TransportError::beneath(&error) {
                    Some(cause) => cause.to_string(),
                    None => error.to_string(),
                };
                let text = one_line(&redact(&text, &secrets));
                // A tool that is not installed is nothing to try.
                if text.ends_with("not found on PATH") {
                    return Err(Refusal::NotConfigured(text));
                }
                Err(Refusal::Failed(text))
            }
            Err(_) => Err(Refusal::Failed(format!("no token within {} s", self.timeout.as_secs()))),
        }
    }

    fn given_token(&self) -> Result<AccessToken, Refusal> {
        let name = self.token;
        let token = self.require(name)?;
        let token = token.trim().to_owned();
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Refusal::Failed(format!(
                "{name} holds blanks or control characters; it should be the bare token, without `Bearer`"
            )));
        }
        // Nobody says when it ends; when it has, the service says so.
        let far = OffsetDateTime::now_utc() + SdkDuration::days(1);
        Ok(AccessToken::new(token, far))
    }

    fn client_secret(&self) -> Result<Candidate, Refusal> {
        if self.environment.get(CLIENT_SECRET).is_none() && self.environment.get(CERTIFICATE).is_some() {
            return Err(Refusal::NotConfigured(format!(
                "{CERTIFICATE} is set, but client certificates are not built in; set {CLIENT_SECRET} or use another credential"
            )));
        }
        let (tenant, client) = (self.tenant()?, self.require(CLIENT_ID)?);
        let secret = self.require(CLIENT_SECRET)?;
        let options = ClientSecretCredentialOptions {
            client_options: self.client_options(&self.remote),
        };
        let credential = ClientSecretCredential::new(&tenant, client, Secret::new(secret.clone()), Some(options))
            .map_err(invalid)?;
        Ok(Candidate {
            credential,
            secrets: vec![secret.into()],
        })
    }

    fn workload_identity(&self) -> Result<Candidate, Refusal> {
        let path = self.require(TOKEN_FILE)?;
        let (tenant, client) = (self.tenant()?, self.require(CLIENT_ID)?);
        // Read here only to keep it out of errors; the credential reads it again.
        let assertion = std::fs::read_to_string(&path)
            .map_err(|error| Refusal::Failed(format!("cannot read `{path}` in {TOKEN_FILE}: {error}")))?;
        let options = WorkloadIdentityCredentialOptions {
            credential_options: self.assertion_options(),
            client_id: Some(client),
            tenant_id: Some(tenant),
            token_file_path: Some(path.into()),
        };
        let credential = WorkloadIdentityCredential::new(Some(options)).map_err(invalid)?;
        Ok(Candidate {
            credential,
            secrets: vec![assertion.into()],
        })
    }

    fn managed_identity(&self) -> Result<Candidate, Refusal> {
        if !self.environment.is_real() {
            return Err(Refusal::NotConfigured("not asked in tests".to_owned()));
        }
        // The SDK picks the source by these; whatever they do not name ends at the metadata service.
        let has = |name| self.environment.has(name);
        let by_variable = if has("IDENTITY_ENDPOINT") {
            has("IDENTITY_HEADER") || has("IMDS_ENDPOINT")
        } else {
            has("MSI_ENDPOINT")
        };
        if !by_variable && self.environment.get(NO_IMDS).is_some() {
            return Err(Refusal::NotConfigured(format!(
                "IDENTITY_ENDPOINT and IDENTITY_HEADER are not set, and {NO_IMDS} keeps from asking the metadata service"
            )));
        }
        let options = ManagedIdentityCredentialOptions {
            user_assigned_id: self.environment.get(CLIENT_ID).map(UserAssignedId::ClientId),
            client_options: self.client_options(&self.local),
        };
        let credential = ManagedIdentityCredential::new(Some(options)).map_err(invalid)?;
        Ok(Candidate {
            credential,
            secrets: self
                .environment
                .get("IDENTITY_HEADER")
                .map(Zeroizing::new)
                .into_iter()
                .collect(),
        })
    }

    fn pipelines(&self) -> Result<Candidate, Refusal> {
        self.require(OIDC_URI)?;
        if !self.environment.is_real() {
            return Err(Refusal::NotConfigured("not asked in tests".to_owned()));
        }
        let token = self.require("SYSTEM_ACCESSTOKEN")?;
        let connection = self.require("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID")?;
        let client = self.require("AZURESUBSCRIPTION_CLIENT_ID")?;
        let tenant = match &self.tenant {
            Some(tenant) => tenant.clone(),
            None => self.require("AZURESUBSCRIPTION_TENANT_ID")?,
        };
        let options = AzurePipelinesCredentialOptions {
            credential_options: self.assertion_options(),
        };
        let credential = AzurePipelinesCredential::new(tenant, client, &connection, token.clone(), Some(options))
            .map_err(invalid)?;
        Ok(Candidate {
            credential,
            secrets: vec![token.into()],
        })
    }

    fn cli(&self) -> Result<Candidate, Refusal> {
        self.tools_allowed()?;
        let options = AzureCliCredentialOptions {
            tenant_id: self.tenant.clone(),
            ..AzureCliCredentialOptions::default()
        };
        let credential = AzureCliCredential::new(Some(options)).map_err(invalid)?;
        Ok(Candidate {
            credential,
            secrets: Vec::new(),
        })
    }

    fn azd(&self) -> Result<Candidate, Refusal> {
        self.tools_allowed()?;
        let options = AzureDeveloperCliCredentialOptions {
            tenant_id: self.tenant.clone(),
            ..AzureDeveloperCliCredentialOptions::default()
        };
        let credential = AzureDeveloperCliCredential::new(Some(options)).map_err(invalid)?;
        Ok(Candidate {
            credential,
            secrets: Vec::new(),
        })
    }

    fn tools_allowed(&self) -> Result<(), Refusal> {
        if self.environment.is_real() {
            return Ok(());
        }
        Err(Refusal::NotConfigured("not run in tests".to_owned()))
    }

    fn require(&self, name: &str) -> Result<String, Refusal> {
        let missing = || Refusal::NotConfigured(format!("{name} is not set"));
        self.environment.get(name).ok_or_else(missing)
    }

    fn tenant(&self) -> Result<String, Refusal> {
        match &self.tenant {
            Some(tenant) => Ok(tenant.clone()),
            None => self.require(TENANT_ID),
        }
    }

    /// The SDK's default transport is not compiled in: without one of ours it would panic.
    fn client_options(&self, transport: &Arc<Transport>) -> ClientOptions {
        ClientOptions {
            transport: Some(SdkTransport::new(transport.clone())),
            cloud: Some(self.cloud.clone()),
            retry: RetryOptions::exponential(ExponentialRetryOptions {
                max_retries: 3,
                max_total_elapsed: SdkDuration::seconds(30),
                ..ExponentialRetryOptions::default()
            }),
            ..ClientOptions::default()
        }
    }

    fn assertion_options(&self) -> ClientAssertionCredentialOptions {
        ClientAssertionCredentialOptions {
            client_options: self.client_options(&self.remote),
        }
    }
}

fn invalid(error: azure_core::Error) -> Refusal {
    Refusal::Failed(one_line(&redact(&error.to_string(), &[])))
}

/// One line a credential: runs of blanks become one, and what the SDK puts around the reason goes (the name of its type,
/// a link to its own guide).
fn one_line(text: &str) -> String {
    let text = text.split("To troubleshoot, visit").next().unwrap_or_default();
    let text = match text.split_once("Credential authentication failed.") {
        Some((name, reason)) if !name.contains(' ') => reason,
        _ => text,
    };
    cut(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
#[path = "credential_tests.rs"]
mod tests;
