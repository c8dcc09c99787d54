//! One GET to Azure Resource Manager: through the gate, with the token, asked again as `retry` says.

use super::cloud::Endpoints;
use super::error::Failure;
use super::options::AzureOptions;
use super::redact::redact;
use super::retry::{RetryPolicy, asked_pause, chance, is_retryable};
use super::throttle::Gate;
use super::token::Tokens;
use super::transport::{Transport, TransportError};
use azure_core::Bytes;
use azure_core::http::headers::{AUTHORIZATION, HeaderName, Headers, RETRY_AFTER, X_MS_RETRY_AFTER_MS};
use azure_core::http::{
    ClientOptions, Context, Method, Pipeline, PipelineSendOptions, Request, RetryOptions, Transport as SdkTransport,
    Url,
};
use jiff::Timestamp;
use serde::Deserialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

const ACCEPT: HeaderName = HeaderName::from_static("accept");

/// What a scan did on the wire.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) requests: AtomicU64,
    pub(super) retries: AtomicU64,
    pub(super) throttled: AtomicU64,
    pub(super) bytes: AtomicU64,
}

/// Asks Azure Resource Manager.
pub(super) struct Arm {
    pub(super) endpoint: Url,
    pub(super) page_bound: usize,
    pub(super) counters: Counters,
    pipeline: Pipeline,
    tokens: Tokens,
    gate: Gate,
    retry: RetryPolicy,
}

/// What came of one attempt.
enum Attempt {
    Done(Bytes),
    /// Another attempt is of no use.
    Failed(Failure),
    /// The token was refused.
    Refused(Failure),
    /// Another attempt may help, after the pause that the service asks for.
    Again(Failure, Option<Duration>),
}

impl Arm {
    pub(super) fn new(
        options: &AzureOptions,
        endpoints: &Endpoints,
        transport: Arc<Transport>,
        tokens: Tokens,
    ) -> Self {
        let client_options = ClientOptions {
            transport: Some(SdkTransport::new(transport)),
            retry: RetryOptions::none(),
            ..ClientOptions::default()
        };
        let pipeline = Pipeline::new(
            option_env!("CARGO_PKG_NAME"),
            option_env!("CARGO_PKG_VERSION"),
            client_options,
            Vec::new(),
            Vec::new(),
            None,
        );
        Self {
            endpoint: endpoints.arm.clone(),
            page_bound: options.tuning.page_bound,
            counters: Counters::default(),
            pipeline,
            tokens,
            gate: Gate::new(options.concurrency),
            retry: options.tuning.retry,
        }
    }

    /// The body of a successful answer. `subscription` is whom the request is charged to.
    pub(super) async fn get(&self, url: &Url, subscription: Option<&str>) -> Result<Bytes, Failure> {
        // Whoever made the URL has looked at this already; the token is worth a second look.
        if url.origin() != self.endpoint.origin() {
            return Err(Failure::new(
                None,
                "ForeignOrigin",
                "the request would leave the endpoint",
            ));
        }
        let start = Instant::now();
        let (mut attempts, mut renewed) = (0, false);
        loop {
            attempts += 1;
            let (failure, asked) = match self.attempt(url, subscription).await {
                Attempt::Done(body) => return Ok(body),
                Attempt::Failed(failure) => return Err(failure),
                // A refused token is renewed once a request: a scan may outlive its token.
                Attempt::Refused(failure) if renewed => return Err(failure),
                Attempt::Refused(_) => {
                    renewed = true;
                    self.counters.retries.fetch_add(1, Relaxed);
                    continue;
                }
                Attempt::Again(failure, asked) => (failure, asked),
            };
            let Some(pause) = self.retry.pause(attempts, start.elapsed(), asked, chance()) else {
                let message = format!("{} (asked {attempts} times)", failure.message);
                return Err(Failure { message, ..failure });
            };
            tracing::debug!(path = url.path(), code = failure.code, ?pause, "asking again");
            self.counters.retries.fetch_add(1, Relaxed);
            tokio::time::sleep(pause).await;
        }
    }

    async fn attempt(&self, url: &Url, subscription: Option<&str>) -> Attempt {
        // The gate first: a token might end while its request waits there.
        let Ok(permit) = self.gate.pass(subscription).await else {
            return Attempt::Failed(Failure::new(None, "Closed", "the scan is being stopped"));
        };
        let token = match self.tokens.get().await {
            Ok(token) => token,
            Err(failure) => return Attempt::Failed(failure),
        };
        let secret = token.token.secret();
        let mut request = Request::new(url.clone(), Method::Get);
        request.insert_header(ACCEPT, "application/json");
        request.insert_header(AUTHORIZATION, format!("Bearer {secret}"));
        let start = Instant::now();
        self.counters.requests.fetch_add(1, Relaxed);
        let options = PipelineSendOptions {
            skip_checks: true,
            ..PipelineSendOptions::default()
        };
        let answer = self.pipeline.send(&Context::new(), &mut request, Some(options)).await;
        drop(permit);
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                tracing::debug!(path = url.path(), elapsed = ?start.elapsed(), "no answer");
                return no_answer(&error);
            }
        };
        let (status, headers, body) = answer.deconstruct();
        let status = u16::from(status);
        tracing::debug!(path = url.path(), status, elapsed = ?start.elapsed(), "answer");
        let body = Bytes::from(body);
        self.counters
            .bytes
            .fetch_add(u64::try_from(body.len()).unwrap_or(u64::MAX), Relaxed);
        if status == 200 {
            return Attempt::Done(body);
        }
        if status == 429 {
            self.counters.throttled.fetch_add(1, Relaxed);
        }
        let failure = refusal(status, &body, secret);
        match status {
            401 => {
                self.tokens.refuse(&token).await;
                Attempt::Refused(failure)
            }
            _ if is_retryable(status) => Attempt::Again(failure, pause_asked(&headers)),
            _ => Attempt::Failed(failure),
        }
    }
}

fn pause_asked(headers: &Headers) -> Option<Duration> {
    asked_pause(
        headers.get_optional_str(&X_MS_RETRY_AFTER_MS),
        headers.get_optional_str(&RETRY_AFTER),
        Timestamp::now(),
    )
}

fn no_answer(error: &azure_core::Error) -> Attempt {
    match TransportError::beneath(error) {
        Some(cause) => {
            let failure = Failure::new(None, cause.fault.code(), cause.to_string());
            if cause.fault.is_retryable() {
                Attempt::Again(failure, None)
            } else {
                Attempt::Failed(failure)
            }
        }
        None => Attempt::Failed(Failure::new(None, "RequestFailed", error.to_string())),
    }
}

/// What the service says of its refusal: in ARM's wrapper, bare, or not at all. It may quote the request, token included.
fn refusal(status: u16, body: &[u8], secret: &str) -> Failure {
    #[derive(Deserialize)]
    struct Wrapped {
        error: Bare,
    }
    #[derive(Deserialize)]
    struct Bare {
        code: String,
        #[serde(default)]
        message: Option<String>,
    }
    let error = match serde_json::from_slice(body) {
        Ok(Wrapped { error }) => Some(error),
        Err(_) => serde_json::from_slice::<Bare>(body).ok(),
    };
    let clean = |text: &str| redact(text, &[secret]);
    match error {
        Some(Bare { code, message }) => Failure {
            status: Some(status),
            code: clean(&code),
            message: clean(&message.unwrap_or_default()),
        },
        None => Failure::new(
            Some(status),
            "UnexpectedAnswer",
            format!("status {status}, and the body does not say why"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_read_in_both_forms() {
        let wrapped = refusal(403, br#"{"error":{"code":"AuthorizationFailed","message":"no"}}"#, "t");
        assert_eq!(
            (wrapped.status, wrapped.code.as_str()),
            (Some(403), "AuthorizationFailed")
        );
        let bare = refusal(404, br#"{"code":"NotFound","message":"gone"}"#, "t");
        assert_eq!((bare.code.as_str(), bare.message.as_str()), ("NotFound", "gone"));
        for body in [
            &b"<html>"[..],
            b"",
            b"[]",
            br#"{"error":"x"}"#,
            br#"{"error":{"code":7}}"#,
        ] {
            assert_eq!(refusal(502, body, "t").code, "UnexpectedAnswer");
        }
    }

    #[test]
    fn a_quoted_token_is_taken_out() {
        let body = br#"{"error":{"code":"x","message":"bad header: Bearer opaque-token-1"}}"#;
        assert!(!refusal(400, body, "opaque-token-1").message.contains("opaque"));
    }

    #[test]
    fn recorded_refusals_are_read() {
        let Some(body) = super::super::testing::recording("azcli_2022-06-28_sqlRoleAssignment_404.json") else {
            return;
        };
        let failure = refusal(404, body.as_bytes(), "t");
        assert_eq!(failure.code, "NotFound");
        assert!(failure.message.contains("Unable to find"), "{failure:?}");
    }
}
