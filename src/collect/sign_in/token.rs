//! The token of a scan: asked for once, shared by all requests, renewed before it ends and when the service refuses it.
//!
//! The SDK's bearer policy is not used for that: after a 401 it asks a credential that still holds the refused token, and
//! every late 401 for the old token would throw away the new one.

use super::chain::Credentials;
use super::identity;
use super::kind::CredentialKind;
use crate::arm::{Code, Failure};
use crate::collect::error::{CollectError, Tried};
use crate::collect::http::Bearer;
use crate::model::ScannedBy;
use azure_core::credentials::AccessToken;
use azure_core::time::{Duration as SdkDuration, OffsetDateTime};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// A token this near its end is renewed; a short-lived one when a tenth of its life is left.
const RENEWAL: SdkDuration = SdkDuration::minutes(5);
/// After a failure nobody asks again for so long: thousands of requests must not queue up for a dead login.
const REST: Duration = Duration::from_secs(15);
/// Between two logins lies so much time at least, once some have followed each other sooner: where every token is refused,
/// not each request is to bring one about.
const FLOOR: Duration = Duration::from_secs(1);
const SOONER: u32 = 3;

/// Gives out the token.
pub(crate) struct Tokens {
    credentials: Credentials,
    kind: CredentialKind,
    identity: ScannedBy,
    scope: String,
    state: Mutex<State>,
}

struct State {
    token: Option<Bearer>,
    issued: u64,
    renew_at: OffsetDateTime,
    expires_on: OffsetDateTime,
    /// When the last login began, and how many in a row began too soon after the one before.
    asked: Instant,
    sooner: u32,
    failed: Option<(Instant, String)>,
}

impl Tokens {
    /// Signs in. Failing here is one clear error rather than a gap on everything.
    pub(crate) async fn sign_in(
        credentials: Credentials,
        wanted: CredentialKind,
        scope: String,
    ) -> Result<Self, CollectError> {
        let asked = Instant::now();
        let (kind, token) = credentials.sign_in(wanted, &scope).await?;
        let identity = identity::of_token(kind, token.token.secret());
        let mut state = State {
            token: None,
            issued: 0,
            renew_at: token.expires_on,
            expires_on: token.expires_on,
            asked,
            sooner: 0,
            failed: None,
        };
        state.take(&token).map_err(|reason| {
            let credential = kind.name();
            CollectError::Credential(vec![Tried {
                credential,
                title: kind.title(),
                configured: true,
                picked: true,
                advice: None,
                reason,
            }])
        })?;
        Ok(Self {
            credentials,
            kind,
            identity,
            scope,
            state: Mutex::new(state),
        })
    }

    /// The kind of credential that gives them.
    pub(crate) fn kind(&self) -> CredentialKind {
        self.kind
    }

    /// Whose they are.
    pub(crate) fn identity(&self) -> &ScannedBy {
        &self.identity
    }

    /// The token to send. Whoever comes while it is being renewed waits for that.
    pub(crate) async fn get(&self) -> Result<Bearer, Failure> {
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
        let rest = FLOOR.saturating_sub(state.asked.elapsed());
        state.sooner = if rest.is_zero() { 0 } else { state.sooner + 1 };
        if state.sooner > SOONER {
            tokio::time::sleep(rest).await;
        }
        state.asked = Instant::now();
        let renewed = self.credentials.renew(self.kind, &self.scope).await;
        let renewed = renewed.and_then(|token| self.of_same_identity(token));
        renewed.and_then(|token| state.take(&token)).or_else(|reason| {
            let answer = old.ok_or_else(|| failure(&reason));
            state.failed = Some((Instant::now(), reason));
            answer
        })
    }

    /// Refuses a token of somebody else: a snapshot is one identity's view. Somebody may sign in to `az` at any time.
    fn of_same_identity(&self, token: AccessToken) -> Result<AccessToken, String> {
        let now = identity::of_token(self.kind, token.token.secret());
        if self.identity.differs_from(&now) {
            return Err("the credential now signs in as a different identity than at the start of the scan".to_owned());
        }
        Ok(token)
    }

    /// Drops the token, if it is still the one that the service refused.
    pub(crate) async fn refuse(&self, refused: &Bearer) {
        let mut state = self.state.lock().await;
        if state.token.as_ref().is_some_and(|token| token.is(refused)) {
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
    Failure::new(None, Code::CredentialFailed, format!("no new token: {reason}"))
}
