//! Signing in, with one kind of credential or along the chain that users of the other SDKs know: environment → workload
//! identity → managed identity → Azure Pipelines → `az` → `azd`.
//!
//! A link that lacks its variables is passed over, one that fails is reported, and the chain goes on; when all fail,
//! the error has a line for each. The chain asks the metadata service of a virtual machine in its documented place, since
//! elsewhere it would change who is signed in on a machine that has `az` too. That costs a laptop one second, the time
//! given to connect; `COSMOS_RBAC_NO_IMDS=1` saves it. No error repeats a secret.

use super::candidate::{Candidate, Candidates, Refusal};
use super::cloud::Endpoints;
use super::environment::Environment;
use super::kind::CredentialKind;
use super::redact::{one_line, redact};
use crate::collect::error::{CollectError, Tried};
use crate::collect::http::{Transport, TransportError};
use crate::collect::limits::Limits;
use azure_core::cloud::CustomConfiguration;
use azure_core::credentials::{AccessToken, TokenRequestOptions};
use std::sync::Arc;
use std::time::Duration;

const TOKEN: &str = "COSMOS_RBAC_TOKEN";
const GRAPH_TOKEN: &str = "COSMOS_RBAC_GRAPH_TOKEN";

/// The credentials of a scan.
#[derive(Clone)]
pub(crate) struct Credentials {
    candidates: Candidates,
    timeout: Duration,
}

impl Credentials {
    pub(crate) fn new(
        tenant: Option<String>,
        environment: Environment,
        endpoints: &Endpoints,
        limits: &Limits,
        remote: Arc<Transport>,
    ) -> Result<Self, CollectError> {
        let mut cloud = CustomConfiguration::default();
        endpoints.authority.as_str().clone_into(&mut cloud.authority_host);
        let candidates = Candidates {
            environment,
            token: TOKEN,
            tenant,
            cloud: Arc::new(cloud.into()),
            remote,
            local: Transport::local(limits)?,
        };
        Ok(Self {
            candidates,
            timeout: limits.credential_timeout,
        })
    }

    /// The same credentials, for Microsoft Graph: a token that is given as it is has another audience there.
    pub(crate) fn for_graph(mut self) -> Self {
        self.candidates.token = GRAPH_TOKEN;
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

    async fn ask(&self, kind: CredentialKind, scope: &str) -> Result<AccessToken, Refusal> {
        let Candidate { credential, secrets } = self.candidates.make(kind)?;
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
}

#[cfg(test)]
#[path = "chain_tests.rs"]
mod tests;
