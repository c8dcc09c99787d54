//! The token of a scan: asked for once, shared by all requests, renewed before it ends and when the service refuses it.
//!
//! The SDK's bearer policy is not used for that: after a 401 it asks a credential that still holds the refused token, and
//! every late 401 for the old token would throw away the new one.
//!
//! The token is held once, as the header that is sent, and wiped from memory when the last request that carries it is
//! over. What the SDK, the HTTP and the TLS crates copy of it on its way is out of reach.

use super::credential::Credentials;
use super::error::{CollectError, Failure, Tried};
use super::options::CredentialKind;
use azure_core::Bytes;
use azure_core::credentials::AccessToken;
use azure_core::time::{Duration as SdkDuration, OffsetDateTime};
use reqwest::header::HeaderValue;
use std::fmt;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use zeroize::Zeroizing;

/// A token this near its end is renewed; a short-lived one when a tenth of its life is left.
const RENEWAL: SdkDuration = SdkDuration::minutes(5);
/// After a failure nobody asks again for so long: thousands of requests must not queue up for a dead login.
const REST: Duration = Duration::from_secs(15);

const PREFIX: &str = "Bearer ";

/// A token, as the value of `Authorization`. Copies share it.
#[derive(Clone)]
pub(super) struct Bearer {
    header: HeaderValue,
    /// Which one it is of those that were issued.
    number: u64,
}

impl Bearer {
    fn new(token: &AccessToken, number: u64) -> Result<Self, String> {
        let secret = token.token.secret();
        let mut text = Zeroizing::new(Vec::with_capacity(PREFIX.len() + secret.len()));
        text.extend_from_slice(PREFIX.as_bytes());
        text.extend_from_slice(secret.as_bytes());
        let mut header = HeaderValue::from_maybe_shared(Bytes::from_owner(text))
            .map_err(|_| "the token holds a control character".to_owned())?;
        // Keeps it out of the logs of the HTTP crates.
        header.set_sensitive(true);
        Ok(Self { header, number })
    }

    /// To send.
    pub(super) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// The bare token: only to search texts for it.
    pub(super) fn secret(&self) -> &str {
        let bytes = self.header.as_bytes().get(PREFIX.len()..).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bearer({})", self.number)
    }
}

/// Gives out the token.
pub(super) struct Tokens {
    credentials: Credentials,
    kind: CredentialKind,
    scope: String,
    state: Mutex<State>,
}

struct State {
    token: Option<Bearer>,
    issued: u64,
    renew_at: OffsetDateTime,
    expires_on: OffsetDateTime,
    failed: Option<(Instant, String)>,
}

impl Tokens {
    /// Signs in. Failing here is one clear error rather than a gap on everything.
    pub(super) async fn sign_in(
        credentials: Credentials,
        wanted: CredentialKind,
        scope: String,
    ) -> Result<Self, CollectError> {
        let (kind, token) = credentials.sign_in(wanted, &scope).await?;
        let mut state = State {
            token: None,
            issued: 0,
            renew_at: token.expires_on,
            expires_on: token.expires_on,
            failed: None,
        };
        state.take(&token).map_err(|reason| {
            let credential = kind.name();
            CollectError::Credential(vec![Tried {
                credential,
                configured: true,
                reason,
            }])
        })?;
        Ok(Self {
            credentials,
            kind,
            scope,
            state: Mutex::new(state),
        })
    }

    /// The kind of credential that gives them.
    pub(super) fn kind(&self) -> CredentialKind {
        self.kind
    }

    /// The token to send. Whoever comes while it is being renewed waits for that.
    pub(super) async fn get(&self) -> Result<Bearer, Failure> {
        let mut state = self.state.lock().await;
        let now = OffsetDateTime::now_utc();
        if let Some(token) = state.token.as_ref().filter(|_| now < state.renew_at) {
            return Ok(token.clone());
        }
        // Until the very end the old one still serves when there is no new one.
        let old = state.token.clone().filter(|_| now < state.expires_on);
        if let Some((_, reason)) = state.failed.as_ref().filter(|(at, _)| at.elapsed() < REST) {
            return old.ok_or_else(|| failure(reason));
        }
        let renewed = self.credentials.renew(self.kind, &self.scope).await;
        renewed.and_then(|token| state.take(&token)).or_else(|reason| {
            let answer = old.ok_or_else(|| failure(&reason));
            state.failed = Some((Instant::now(), reason));
            answer
        })
    }

    /// Drops the token, if it is still the one that the service refused.
    pub(super) async fn refuse(&self, refused: &Bearer) {
        let mut state = self.state.lock().await;
        if state.token.as_ref().is_some_and(|token| token.number == refused.number) {
            state.token = None;
        }
    }
}

impl State {
    fn take(&mut self, token: &AccessToken) -> Result<Bearer, String> {
        self.issued += 1;
        let bearer = Bearer::new(token, self.issued)?;
        self.renew_at = renew_at(token);
        self.expires_on = token.expires_on;
        self.token = Some(bearer.clone());
        self.failed = None;
        Ok(bearer)
    }
}

fn renew_at(token: &AccessToken) -> OffsetDateTime {
    let life = token.expires_on - OffsetDateTime::now_utc();
    token.expires_on - RENEWAL.min(life / 10)
}

fn failure(reason: &str) -> Failure {
    Failure::new(None, "CredentialFailed", format!("no new token: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_sent_and_not_shown() {
        let token = AccessToken::new("opaque-token-1", OffsetDateTime::now_utc());
        let bearer = Bearer::new(&token, 7).unwrap();
        assert_eq!(bearer.header(), "Bearer opaque-token-1");
        assert_eq!(bearer.secret(), "opaque-token-1");
        let shown = format!("{bearer:?} {:?}", bearer.header());
        assert_eq!(shown, "Bearer(7) Sensitive");
        let broken = AccessToken::new("opaque\ntoken", OffsetDateTime::now_utc());
        assert!(!Bearer::new(&broken, 1).unwrap_err().contains("opaque"));
    }
}
