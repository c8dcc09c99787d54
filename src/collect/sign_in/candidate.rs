//! A credential that is ready to be asked, or why there is none.

use super::answer::Listener;
use super::machine::Offer;
use super::redact::{one_line, redact};
use azure_core::credentials::{AccessToken, Secret, TokenCredential, TokenRequestOptions};
use azure_core::time::{Duration as SdkDuration, OffsetDateTime};
use std::sync::Arc;
use zeroize::Zeroizing;

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

/// A token that is there already.
#[derive(Debug)]
pub(super) struct Given(pub(super) Secret);

#[async_trait::async_trait]
impl TokenCredential for Given {
    async fn get_token(&self, _: &[&str], _: Option<TokenRequestOptions<'_>>) -> azure_core::Result<AccessToken> {
        // Nobody says when it ends; when it has, the service says so.
        let far = OffsetDateTime::now_utc() + SdkDuration::days(1);
        Ok(AccessToken::new(self.0.clone(), far))
    }
}

pub(super) fn offered(
    offer: Offer,
    secret: Option<String>,
    listener: Option<Arc<Listener>>,
) -> Result<Candidate, Refusal> {
    let nothing = || Refusal::NotConfigured("not available here".to_owned());
    Ok(Candidate {
        credential: offer.map_err(invalid)?.ok_or_else(nothing)?,
        secrets: secret.map(Zeroizing::new).into_iter().collect(),
        listener,
    })
}

/// A credential of which something is set up, and something is not, is set up wrong.
pub(super) fn half(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::NotConfigured(reason) => Refusal::Failed(format!("{reason}, though others of its variables are")),
        failed => failed,
    }
}

pub(super) fn invalid(error: azure_core::Error) -> Refusal {
    Refusal::Failed(one_line(&redact(&error.to_string(), &[])))
}
