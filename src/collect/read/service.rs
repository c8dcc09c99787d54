//! One request to a service, Azure Resource Manager or Microsoft Graph: through the limiter, with the token, asked again as
//! `retry` says.

use crate::arm::{Code, Failure};
use crate::collect::http::{Asked, ReadBody, Transport, TransportError};
use crate::collect::options::AzureOptions;
use crate::collect::pacing::{self, Closed, Limiter, Permit, RetryPolicy, asked_pause, chance, is_retryable};
use crate::collect::progress::Progress;
use crate::collect::sign_in::{Tokens, redact};
use azure_core::http::Url;
use jiff::Timestamp;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::Deserialize;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tokio::time::Instant;

const RETRY_AFTER_MS: &str = "x-ms-retry-after-ms";
const REMAINING: &str = "x-ms-ratelimit-remaining-subscription-reads";
const REMAINING_GLOBAL: &str = "x-ms-ratelimit-remaining-subscription-global-reads";

/// Asks a service. Each has an endpoint, tokens and a limiter of its own: a token never goes to another.
pub(crate) struct Service {
    pub(crate) endpoint: Url,
    pub(crate) page_bound: usize,
    pub(crate) counters: Arc<Progress>,
    transport: Arc<Transport>,
    tokens: Tokens,
    limiter: Limiter,
    retry: RetryPolicy,
}

/// What came of one attempt.
enum Attempt {
    Done(ReadBody),
    /// Another attempt is of no use.
    Failed(Failure),
    /// The token was refused.
    Unauthorized(Failure),
    /// Turned away for the number of requests (429): the limiter knows when to come back.
    Refused(Failure),
    /// Another attempt may help, after the pause that the service asks for.
    Again(Failure, Option<Duration>),
}

impl Service {
    pub(crate) fn new(
        options: &AzureOptions,
        endpoint: Url,
        transport: Arc<Transport>,
        tokens: Tokens,
        counters: Arc<Progress>,
    ) -> Self {
        Self {
            endpoint,
            page_bound: options.limits.page_bound,
            counters,
            transport,
            tokens,
            limiter: Limiter::new(options.concurrency, options.limits.retry),
            retry: options.limits.retry,
        }
    }

    /// The body of a successful answer. `subscription` is whom the request is charged to.
    pub(crate) async fn get(&self, url: &Url, subscription: Option<&str>) -> Result<ReadBody, Failure> {
        self.ask(url, Asked::Get, subscription).await
    }

    /// Likewise, of Microsoft Graph's index, which knows what its lists leave out.
    pub(crate) async fn get_eventual(&self, url: &Url) -> Result<ReadBody, Failure> {
        self.ask(url, Asked::GetEventual, None).await
    }

    /// Likewise, of a question that does not fit into a URL: the JSON goes along. Nothing is changed by that.
    pub(crate) async fn post(&self, url: &Url, question: &[u8]) -> Result<ReadBody, Failure> {
        self.ask(url, Asked::Post(question), None).await
    }

    async fn ask(&self, url: &Url, asking: Asked<'_>, subscription: Option<&str>) -> Result<ReadBody, Failure> {
        // Whoever made the URL has looked at this already; the token is worth a second look.
        if url.origin() != self.endpoint.origin() {
            return Err(Failure::new(
                None,
                Code::ForeignOrigin,
                "the request would leave the endpoint",
            ));
        }
        // Time spent on trying. Waiting for one's turn is not: a large subscription takes its time.
        let mut spent = Duration::ZERO;
        let (mut attempts, mut refusals, mut renewed) = (0, 0, false);
        let mut last = None;
        loop {
            let queued = Instant::now();
            let permit = match self.limiter.permit(subscription, last.is_some()).await {
                Ok(permit) => permit,
                Err(closed) => return Err(last.unwrap_or_else(|| not_let_in(closed))),
            };
            let start = Instant::now();
            // The first time, most of it is the wait for a place, which says nothing of the service.
            if refusals > 0 {
                self.counters.wait(start - queued);
            }
            let attempt = self.attempt(url, asking, permit, subscription).await;
            let failure = match attempt {
                Attempt::Done(body) => return Ok(body),
                Attempt::Failed(failure) => return Err(failure),
                // A refused token is renewed once a request: a scan may outlive its token.
                Attempt::Unauthorized(failure) if renewed => return Err(failure),
                Attempt::Unauthorized(failure) => {
                    renewed = true;
                    failure
                }
                Attempt::Refused(failure) => {
                    refusals += 1;
                    if refusals >= self.retry.refusals {
                        return Err(after(failure, attempts + refusals));
                    }
                    failure
                }
                Attempt::Again(failure, asked) => {
                    attempts += 1;
                    spent += start.elapsed();
                    let Some(pause) = self.retry.pause(attempts, spent, asked, chance()) else {
                        return Err(after(failure, attempts + refusals));
                    };
                    spent += pause;
                    tracing::debug!(path = url.path(), code = failure.code, ?pause, "asking again");
                    self.counters.wait(pause);
                    tokio::time::sleep(pause).await;
                    failure
                }
            };
            self.counters.retries.fetch_add(1, Relaxed);
            last = Some(failure);
        }
    }

    /// One request, with leave to send it. The token is taken after that: it might end while its request waits.
    async fn attempt(&self, url: &Url, asking: Asked<'_>, permit: Permit, subscription: Option<&str>) -> Attempt {
        let token = match self.tokens.get().await {
            Ok(token) => token,
            Err(failure) => return Attempt::Failed(failure),
        };
        let start = Instant::now();
        self.counters.requests.fetch_add(1, Relaxed);
        let answer = match self.transport.ask(url, asking, &token).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::debug!(path = url.path(), elapsed = ?start.elapsed(), "no answer");
                return no_answer(&error);
            }
        };
        let (status, body) = (answer.status, answer.body);
        let asked = pause_asked(&answer.headers);
        let rest = permit.answered(pacing::Feedback {
            refused: status == 429,
            asked,
            remaining: number(&answer.headers, REMAINING),
            remaining_global: number(&answer.headers, REMAINING_GLOBAL),
        });
        if let Some(time) = rest {
            tracing::warn!(subscription, ?time, "throttled for long");
            self.counters.rests.begin(subscription, time);
        }
        tracing::debug!(path = url.path(), status, elapsed = ?start.elapsed(), "answer");
        self.counters
            .bytes
            .fetch_add(u64::try_from(body.len()).unwrap_or(u64::MAX), Relaxed);
        if status == 200 {
            return Attempt::Done(body);
        }
        let failure = refusal(status, &body, token.secret());
        match status {
            401 => {
                self.tokens.refuse(&token).await;
                Attempt::Unauthorized(failure)
            }
            429 => {
                self.counters.throttled.fetch_add(1, Relaxed);
                Attempt::Refused(failure)
            }
            _ if is_retryable(status) => Attempt::Again(failure, asked),
            _ => Attempt::Failed(failure),
        }
    }
}

fn after(failure: Failure, times: u32) -> Failure {
    let message = format!("{} (asked {times} times)", failure.message);
    Failure { message, ..failure }
}

fn not_let_in(closed: Closed) -> Failure {
    match closed {
        Closed::Stopped => Failure::new(None, Code::Closed, "the scan is being stopped"),
        Closed::Exhausted => Failure::new(
            Some(429),
            Code::TooManyRequests,
            "not requested, because the service throttled every request for too long",
        ),
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    text(headers, name)?.trim().parse().ok()
}

fn pause_asked(headers: &HeaderMap) -> Option<Duration> {
    asked_pause(
        text(headers, RETRY_AFTER_MS),
        text(headers, RETRY_AFTER.as_str()),
        Timestamp::now(),
    )
}

fn no_answer(error: &TransportError) -> Attempt {
    let failure = Failure::new(None, error.fault.code(), error.to_string());
    if error.fault.is_retryable() {
        Attempt::Again(failure, None)
    } else {
        Attempt::Failed(failure)
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
            Code::UnexpectedAnswer,
            format!("status {status} without an explanation"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::sign_in::{CredentialKind, Credentials, Endpoints, Environment, Said};

    /// Nothing listens on port 9 of this machine; the token would have been on its way there.
    #[tokio::test]
    async fn a_request_to_another_origin_is_not_sent() {
        let variables = [("COSMOS_RBAC_TOKEN".to_owned(), "opaque-token-1".to_owned())];
        let options = AzureOptions {
            environment: Environment::isolated(variables.into()),
            ..AzureOptions::default()
        };
        let home = Url::parse("https://localhost:9").unwrap();
        let said = Said {
            arm: Some(&home),
            ..Said::default()
        };
        let endpoints = Endpoints::new(&said).unwrap();
        let transport = Transport::local(&options.limits).unwrap();
        let environment = options.environment.clone();
        let credentials =
            Credentials::new(None, None, environment, &endpoints, &options.limits, transport.clone()).unwrap();
        let tokens = Tokens::sign_in(credentials, CredentialKind::Token, endpoints.arm_scope.clone());
        let counters = Arc::new(Progress::default());
        let service = Service::new(&options, home, transport, tokens.await.unwrap(), counters.clone());
        for elsewhere in [
            "https://127.0.0.1:9/x",
            "https://localhost:10/x",
            "http://localhost:9/x",
        ] {
            let url = Url::parse(elsewhere).unwrap();
            assert_eq!(service.get(&url, None).await.unwrap_err().code, "ForeignOrigin");
            assert_eq!(service.get_eventual(&url).await.unwrap_err().code, "ForeignOrigin");
            assert_eq!(service.post(&url, b"{}").await.unwrap_err().code, "ForeignOrigin");
        }
        assert_eq!(counters.requests.load(Relaxed), 0);
    }

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
    fn refusals_without_a_wrapper_are_read() {
        a_missing_assignment_is_told(&crate::arm::testing::body("missing_role_assignment.json"));
    }

    #[test]
    #[ignore = "needs COSMOS_RBAC_RECORDINGS; tests/run runs it where that is set"]
    fn recorded_refusals_are_read() {
        let body = crate::arm::testing::recording("azcli_2022-06-28_sqlRoleAssignment_404.json");
        a_missing_assignment_is_told(&body);
    }

    fn a_missing_assignment_is_told(body: &str) {
        let failure = refusal(404, body.as_bytes(), "t");
        assert_eq!(failure.code, "NotFound");
        assert!(failure.message.contains("Unable to find"), "{failure:?}");
    }
}
