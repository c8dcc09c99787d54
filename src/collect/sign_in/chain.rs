//! Signing in, with one kind of credential or along the chain that users of the other SDKs know: environment → workload
//! identity → managed identity → Azure Pipelines → `az` → `azd`.
//!
//! A credential that isn't set up is passed over. One that is set up and refused ends the run: whoever signs in instead of
//! it may see less, and Azure Resource Manager leaves out what they may not see without a word. The chain asks the metadata service of a virtual machine in its documented place, since
//! elsewhere it would change who is signed in on a machine that has `az` too. That costs a laptop one second, the time
//! given to connect; `COSMOS_RBAC_NO_IMDS=1` saves it. No error repeats a secret.

use super::advice::advice;
use super::candidate::{Candidate, Refusal};
use super::candidates::{CLIENT_ID, CLIENT_SECRET, Candidates};
use super::endpoints::Endpoints;
use super::environment::Environment;
use super::identity;
use super::kind::CredentialKind;
use super::redact::{one_line, redact};
use super::user_identity::UserIdentity;
use crate::collect::error::{CollectError, Tried};
use crate::collect::http::{Transport, TransportError};
use crate::collect::limits::Limits;
use crate::collect::option_error::OptionError;
use crate::model::guid;
use azure_core::cloud::CustomConfiguration;
use azure_core::credentials::{AccessToken, TokenRequestOptions};
use azure_core::time::OffsetDateTime;
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
        identity: Option<UserIdentity>,
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
            identity,
            authority: endpoints.authority.clone(),
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

    /// Refuses tokens that the user gave of another tenant than the one that was asked for: the snapshot would be named after it.
    /// Nothing is known of a token that isn't readable.
    pub(crate) fn check_given_tokens(&self, has_graph: bool) -> Result<(), OptionError> {
        let Some(asked) = self.candidates.tenant.as_deref().and_then(guid::parse) else {
            return Ok(());
        };
        for variable in [Some(TOKEN), has_graph.then_some(GRAPH_TOKEN)].into_iter().flatten() {
            let token = self.candidates.environment.get(variable);
            let of = token.and_then(|token| identity::tenant_of(token.trim()));
            if let Some(of) = of.filter(|of| *of != asked) {
                return Err(OptionError::OtherTenant { variable, of, asked });
            }
        }
        Ok(())
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
            let (configured, reason) = match self.unused_client(wanted, *kind) {
                Some(reason) => (true, reason),
                None => match self.ask(*kind, scope).await {
                    Ok(token) => {
                        tracing::debug!(credential = kind.name(), "signed in");
                        return Ok((*kind, token));
                    }
                    Err(Refusal::NotConfigured(reason)) => (false, reason),
                    Err(Refusal::Failed(reason)) => (true, reason),
                },
            };
            tracing::debug!(credential = kind.name(), configured, reason, "no token");
            tried.push(Tried {
                credential: kind.name(),
                title: kind.title(),
                configured,
                picked: wanted != CredentialKind::Auto,
                advice: advice(*kind, &reason),
                reason,
            });
            if configured {
                break;
            }
        }
        Err(CollectError::Credential(tried))
    }

    /// Why the chain must not go on to a credential: somebody named whom to sign in as, and this would be another one.
    fn unused_client(&self, wanted: CredentialKind, kind: CredentialKind) -> Option<String> {
        let uses_it = !matches!(
            kind,
            CredentialKind::Pipelines | CredentialKind::Cli | CredentialKind::Azd
        );
        if wanted != CredentialKind::Auto || uses_it || self.candidates.environment.get(CLIENT_ID).is_none() {
            return None;
        }
        Some(format!(
            "not tried, because {CLIENT_ID} names another identity; set {CLIENT_SECRET}, or unset {CLIENT_ID}"
        ))
    }

    /// A new token from a credential that worked before.
    pub(crate) async fn renew(&self, kind: CredentialKind, scope: &str) -> Result<AccessToken, String> {
        self.ask(kind, scope).await.map_err(|refusal| match refusal {
            Refusal::NotConfigured(reason) | Refusal::Failed(reason) => reason,
        })
    }

    async fn ask(&self, kind: CredentialKind, scope: &str) -> Result<AccessToken, Refusal> {
        let candidate = self.candidates.make(kind)?;
        let scopes = [scope];
        let answer = candidate.credential.get_token(&scopes, None::<TokenRequestOptions<'_>>);
        let error = match tokio::time::timeout(self.timeout, answer).await {
            Ok(Ok(token)) if token.expires_on > OffsetDateTime::now_utc() => return Ok(token),
            Ok(Ok(_)) => return Err(Refusal::Failed(ENDED.to_owned())),
            Ok(Err(error)) => Some(error),
            Err(_) => None,
        };
        Err(self.refusal(kind, &candidate, error))
    }

    /// Why there is no token. `error`: `None` when time was up.
    fn refusal(&self, kind: CredentialKind, candidate: &Candidate, error: Option<azure_core::Error>) -> Refusal {
        let refused = candidate.listener.as_ref().and_then(|listener| listener.refused());
        let secrets: Vec<&str> = candidate.secrets.iter().map(|secret| secret.as_str()).collect();
        let said = refused.as_ref().map(|refused| refused.text.clone());
        let text = match error {
            None => {
                let late = format!("no token after {} s", self.timeout.as_secs());
                said.map_or_else(|| late.clone(), |said| format!("{late}: {said}"))
            }
            // Of a request that failed the SDK only says that it is not repeated.
            Some(error) => match (TransportError::beneath(&error), said) {
                (Some(cause), _) => cause.to_string(),
                (None, Some(said)) => said,
                (None, None) => error.to_string(),
            },
        };
        let text = redact(&text, &secrets);
        tracing::debug!(credential = kind.name(), reason = text, "refused");
        let text = one_line(&text);
        let is_absent = match kind {
            CredentialKind::ManagedIdentity => self.candidates.lacks_managed_identity(refused.as_ref()),
            CredentialKind::Cli | CredentialKind::Azd => is_signed_out(&text),
            _ => false,
        };
        if is_absent {
            return Refusal::NotConfigured(text);
        }
        Refusal::Failed(text)
    }
}

/// What is said of a token that is of no use from the start.
const ENDED: &str = "the token has already expired; check the clock of this machine";

/// Whether a tool is not installed, or nobody is signed in to it. A session that has expired is one that is refused.
fn is_signed_out(text: &str) -> bool {
    let plain: String = text.to_ascii_lowercase().replace(['\'', '"', '`'], "");
    let signed_out = ["please run az login", "not logged in, run azd auth login"];
    // Entra's error codes: somebody is signed in, and refused.
    text.ends_with("not found on PATH")
        || (!plain.contains("aadsts") && signed_out.iter().any(|one| plain.contains(one)))
}

#[cfg(test)]
#[path = "chain_tests.rs"]
mod tests;
