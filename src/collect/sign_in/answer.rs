//! What a login or identity endpoint answers. The SDK says little of an answer that it does not expect (a serde error for a
//! text with an escape, nothing for JSON without a description), and one of them makes it panic, so answers pass here first.

use crate::collect::http::{Fault, Transport, TransportError};
use azure_core::http::headers::CONTENT_TYPE;
use azure_core::http::{AsyncRawResponse, HttpClient, Request};
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// The longest life of a token that is believed, in seconds: a year. Entra's live for about a day at most
/// (learn.microsoft.com/entra/identity-platform/access-tokens, "Token lifetime"). The SDK adds it to the time of day, and
/// panics where that is past all calendars.
const LONGEST_LIFE: i64 = 366 * 24 * 3600;
/// Where machines have it.
const METADATA_SERVICE: &str = "169.254.169.254";

/// Whom the answers are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// Entra's login service, or what a pipeline has before it.
    Login,
    /// The endpoint of managed identities.
    ManagedIdentity,
}

impl Endpoint {
    fn name(self) -> &'static str {
        match self {
            Self::Login => "the login service",
            Self::ManagedIdentity => "the managed identity endpoint",
        }
    }
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) status: u16,
    /// Whether it has the form that the endpoint's errors have.
    pub(super) is_of_endpoint: bool,
    pub(super) text: String,
}

/// The HTTP client of one credential, which remembers what the last answer refused.
#[derive(Debug)]
pub(super) struct Listener {
    transport: Arc<Transport>,
    endpoint: Endpoint,
    /// Where the metadata service is, if not at its own address.
    metadata: Option<Url>,
    last: Mutex<Option<Refused>>,
}

impl Listener {
    pub(super) fn new(transport: Arc<Transport>, endpoint: Endpoint) -> Arc<Self> {
        Arc::new(Self {
            transport,
            endpoint,
            metadata: None,
            last: Mutex::new(None),
        })
    }

    /// Of managed identities; `metadata`: where their service is, if not at its own address, which the SDK knows alone.
    pub(super) fn with_metadata_at(transport: Arc<Transport>, metadata: Option<Url>) -> Arc<Self> {
        Arc::new(Self {
            transport,
            endpoint: Endpoint::ManagedIdentity,
            metadata,
            last: Mutex::new(None),
        })
    }

    /// What the last answer refused; `None` if there is no such answer.
    pub(super) fn refused(&self) -> Option<Refused> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remember(&self, refused: Option<Refused>) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = refused;
    }
}

#[async_trait::async_trait]
impl HttpClient for Listener {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        self.remember(None);
        let answer = match self
            .metadata
            .as_ref()
            .filter(|_| request.url().host_str() == Some(METADATA_SERVICE))
        {
            None => self.transport.execute_request(request).await?,
            Some(metadata) => {
                let mut elsewhere = request.clone();
                let mut url = metadata.clone();
                url.set_path(request.url().path());
                url.set_query(request.url().query());
                *elsewhere.url_mut() = url;
                self.transport.execute_request(&elsewhere).await?
            }
        };
        let (status, headers, body) = answer.deconstruct();
        let body = body.collect().await?;
        let number = u16::from(status);
        if !status.is_success() {
            let kind = headers.get_optional_str(&CONTENT_TYPE).unwrap_or_default();
            self.remember(Some(refused(self.endpoint, number, kind, &body)));
        } else if self.endpoint == Endpoint::Login
            && request.url().path().ends_with("/token")
            && let Err(why) = usable(&body)
        {
            let text = format!("{} answered {number}, but {why}", self.endpoint.name());
            self.remember(Some(Refused {
                status: number,
                is_of_endpoint: false,
                text: text.clone(),
            }));
            return Err(TransportError::new(Fault::Other, text).into_sdk(false));
        }
        Ok(AsyncRawResponse::from_bytes(status, headers, body))
    }
}

/// Whether a token can be made of an answer.
fn usable(body: &[u8]) -> Result<(), String> {
    let Ok(Value::Object(answer)) = serde_json::from_slice(body) else {
        return Err("the answer isn't a JSON object".to_owned());
    };
    match answer.get("access_token") {
        Some(Value::String(token)) if !token.is_empty() => {}
        _ => return Err("the answer contains no `access_token`".to_owned()),
    }
    match answer.get("expires_in") {
        Some(life) if life.as_i64().is_some_and(|life| (1..=LONGEST_LIFE).contains(&life)) => Ok(()),
        Some(life) => Err(format!(
            "`expires_in` of the token is `{life}`; expected seconds from 1 to {LONGEST_LIFE}"
        )),
        None => Err("the answer doesn't say when the token expires (`expires_in`)".to_owned()),
    }
}

/// What a refusal says: Entra's `error_description`, the `message` of other services, or what there is in its place.
fn refused(endpoint: Endpoint, status: u16, content_type: &str, body: &[u8]) -> Refused {
    let parsed = serde_json::from_slice::<Value>(body).ok();
    let said = |at: &str| {
        let text = parsed.as_ref()?.pointer(at)?.as_str()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    let places = [
        "/error_description",
        "/error/message",
        "/message",
        "/error",
        "/error/code",
    ];
    let reason = places.into_iter().find_map(said);
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let what = match (&reason, &parsed) {
        (Some(reason), _) => format!(": {reason}"),
        (None, Some(_)) => " without an explanation".to_owned(),
        (None, None) if body.iter().all(u8::is_ascii_whitespace) => " with an empty body".to_owned(),
        (None, None) if kind.is_empty() => " with something other than JSON".to_owned(),
        (None, None) => format!(" with something other than JSON ({kind}); check whether a proxy answered"),
    };
    Refused {
        status,
        is_of_endpoint: parsed.is_some_and(|answer| answer.get("error").is_some()),
        text: format!("{} answered {status}{what}", endpoint.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::redact::one_line;
    use super::*;

    fn said(status: u16, content_type: &str, body: &str) -> String {
        one_line(&refused(Endpoint::Login, status, content_type, body.as_bytes()).text)
    }

    #[test]
    fn a_refusal_is_its_status_and_its_cause_in_one_line() {
        let json = "application/json; charset=utf-8";
        let entra = r#"{"error":"invalid_client","error_description":"AADSTS7000222: The keys of app \u0027x\u0027 are expired.\r\nTrace ID: 1"}"#;
        assert_eq!(
            said(401, json, entra),
            "the login service answered 401: AADSTS7000222: The keys of app 'x' are expired."
        );
        for (body, end) in [
            ("{}", "answered 503 without an explanation"),
            (
                r#"{"error":"temporarily_unavailable"}"#,
                "answered 503: temporarily_unavailable",
            ),
            (r#"{"error":{"code":"X","message":"down"}}"#, "answered 503: down"),
            (r#"{"message":"not authorized"}"#, "answered 503: not authorized"),
            (r#"{"error_description":7}"#, "answered 503 without an explanation"),
            ("", "answered 503 with an empty body"),
        ] {
            assert!(
                said(503, json, body).ends_with(end),
                "{body}: {}",
                said(503, json, body)
            );
        }
        let page = said(502, "text/html; charset=utf-8", "<html>\n</html>");
        assert!(
            page.contains("answered 502 with something other than JSON (text/html)"),
            "{page}"
        );
    }

    #[test]
    fn a_token_without_a_sensible_end_is_not_used() {
        let answer = |life: &str| format!(r#"{{"access_token":"t","token_type":"Bearer"{life}}}"#);
        assert_eq!(usable(answer(r#","expires_in":3599"#).as_bytes()), Ok(()));
        for life in [
            "1000000000000000000",
            "-1",
            "0",
            "1e300",
            "3.5",
            "null",
            "\"3599\"",
            "9223372036854775807",
        ] {
            let why = usable(answer(&format!(r#","expires_in":{life}"#)).as_bytes()).unwrap_err();
            assert!(why.contains("expires_in"), "{life}: {why}");
        }
        assert!(usable(answer("").as_bytes()).unwrap_err().contains("expires_in"));
        for body in [
            r#"{"expires_in":1}"#,
            r#"{"access_token":"","expires_in":1}"#,
            "[]",
            "<html>",
            "",
        ] {
            assert!(usable(body.as_bytes()).is_err(), "{body}");
        }
    }
}
