//! The HTTP transport below the SDK's pipelines: reqwest on rustls and ring.
//!
//! It follows no redirect (a token must not go where it was not meant to), sends over TLS only, bounds every wait, and
//! bounds the body as it streams in, after decompression. Nothing here logs a header: `Authorization` is marked
//! sensitive, which keeps it out of the debug output of the HTTP crates and out of HTTP/2's header table.

use super::error::CollectError;
use super::options::Tuning;
use azure_core::Error;
use azure_core::error::ErrorKind;
use azure_core::http::headers::{HeaderName, HeaderValue, Headers};
use azure_core::http::{AsyncRawResponse, Body, HttpClient, Method, Request, Url};
use futures::StreamExt;
use reqwest::header::AUTHORIZATION;
use std::error::Error as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Time to open a connection to a metadata service: it is on this machine or its host, or there is none.
const LOCAL_CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// Why there is no (whole) answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// No connection.
    Connect,
    /// The other side's certificate, or TLS altogether.
    Tls,
    /// Too long without an answer, or without an end of it.
    Timeout,
    /// The answer broke off, or was no HTTP.
    Cut,
    /// The body is larger than the cap.
    TooLarge,
    /// Anything else.
    Other,
}

impl Fault {
    /// The code of the gap.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Connect => "ConnectionFailed",
            Self::Tls => "TlsFailed",
            Self::Timeout => "TimedOut",
            Self::Cut => "AnswerCutOff",
            Self::TooLarge => "AnswerTooLarge",
            Self::Other => "RequestFailed",
        }
    }

    pub(super) fn is_retryable(self) -> bool {
        matches!(self, Self::Connect | Self::Timeout | Self::Cut)
    }
}

/// A fault with its story.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct TransportError {
    pub(super) fault: Fault,
    message: String,
}

impl TransportError {
    fn new(fault: Fault, message: impl Into<String>) -> Self {
        Self {
            fault,
            message: message.into(),
        }
    }

    fn of(error: reqwest::Error) -> Self {
        let fault = if is_tls(&error) {
            Fault::Tls
        } else if error.is_timeout() {
            Fault::Timeout
        } else if error.is_connect() {
            Fault::Connect
        } else if error.is_body() || error.is_decode() || error.is_request() {
            Fault::Cut
        } else {
            Fault::Other
        };
        // The URL says nothing new, and on a login it may be long.
        let error = error.without_url();
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            if !message.contains(&text) {
                message.push_str(": ");
                message.push_str(&text);
            }
            source = cause.source();
        }
        if fault == Fault::Tls && message.contains("UnknownIssuer") {
            message.push_str("; to trust who issued it, pass their certificate with `--ca-bundle`");
        }
        Self { fault, message }
    }

    /// The transport's own error, in one of the SDK's that wraps it.
    pub(super) fn beneath(error: &Error) -> Option<&Self> {
        let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
        while let Some(cause) = source {
            if let Some(found) = cause.downcast_ref() {
                return Some(found);
            }
            source = cause.source();
        }
        None
    }

    /// As the SDK wants it. Its own retries (those of credentials) go by the kind.
    fn into_sdk(self, local: bool) -> Error {
        let kind = match self.fault {
            // Where no metadata service answers there is none; asking for a minute would only hold up the chain.
            Fault::Connect | Fault::Timeout if local => ErrorKind::Other,
            Fault::Connect => ErrorKind::Connection,
            Fault::Timeout | Fault::Cut => ErrorKind::Io,
            Fault::Tls | Fault::TooLarge | Fault::Other => ErrorKind::Other,
        };
        let message = self.to_string();
        Error::with_error(kind, self, message)
    }
}

/// TLS errors come wrapped in IO errors, even in several, and an IO error does not name what it wraps as its source.
fn is_tls(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        if cause.is::<rustls::Error>() {
            return true;
        }
        source = match cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => cause.source(),
        };
    }
    false
}

/// The HTTP client of a scan.
#[derive(Debug)]
pub(super) struct Transport {
    client: reqwest::Client,
    body_cap: u64,
    local: bool,
}

impl Transport {
    /// For Azure: https only.
    pub(super) fn remote(ca_bundle: Option<&Path>, tuning: &Tuning) -> Result<Arc<Self>, CollectError> {
        let builder = builder(tuning)?
            .https_only(true)
            .connect_timeout(tuning.connect_timeout);
        let builder = match ca_bundle {
            Some(path) => builder.tls_certs_merge(certificates(path)?),
            None => builder,
        };
        Self::build(builder, tuning, false)
    }

    /// For the metadata service of this machine, which speaks plain HTTP: no proxy, and nothing beyond the link.
    pub(super) fn local(tuning: &Tuning) -> Result<Arc<Self>, CollectError> {
        let timeout = tuning.connect_timeout.min(LOCAL_CONNECT_TIMEOUT);
        let builder = builder(tuning)?.no_proxy().connect_timeout(timeout);
        Self::build(builder, tuning, true)
    }

    fn build(builder: reqwest::ClientBuilder, tuning: &Tuning, local: bool) -> Result<Arc<Self>, CollectError> {
        let client = builder.build().map_err(|error| {
            let reason = TransportError::of(error);
            CollectError::Option(format!(
                "cannot set up TLS ({reason}); if this system has no trusted certificates, pass some with `--ca-bundle`"
            ))
        })?;
        Ok(Arc::new(Self {
            client,
            body_cap: tuning.body_cap,
            local,
        }))
    }

    fn refuses(&self, url: &Url) -> Option<&'static str> {
        match (url.scheme(), self.local) {
            ("https", _) => None,
            ("http", true) if is_near(url) => None,
            ("http", true) => Some("the identity endpoint is neither https nor on this machine or its link"),
            _ => Some("not https; requests are sent over TLS only"),
        }
    }
}

fn builder(tuning: &Tuning) -> Result<reqwest::ClientBuilder, CollectError> {
    // Fails when one is installed already; which one that is does not matter, and there is only ring in this program.
    let _ = rustls::crypto::ring::default_provider().install_default();
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        return Err(CollectError::Internal("no TLS provider could be installed".to_owned()));
    }
    Ok(reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connection_verbose(false)
        .read_timeout(tuning.read_timeout)
        .timeout(tuning.total_timeout))
}

fn certificates(path: &Path) -> Result<Vec<reqwest::Certificate>, CollectError> {
    let shown = path.display();
    let pem = std::fs::read(path)
        .map_err(|error| CollectError::Option(format!("cannot read `{shown}` in --ca-bundle: {error}")))?;
    match reqwest::Certificate::from_pem_bundle(&pem) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(CollectError::Option(format!(
            "`{shown}` in --ca-bundle holds no certificate; it should be PEM (`-----BEGIN CERTIFICATE-----`)"
        ))),
    }
}

/// Whether the host is this machine, or on the same link without a router in between.
fn is_near(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback() || ip.is_link_local(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback() || ip.is_unicast_link_local(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[async_trait::async_trait]
impl HttpClient for Transport {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let local = self.local;
        let refused = |message: &str| TransportError::new(Fault::Other, message).into_sdk(local);
        if let Some(why) = self.refuses(request.url()) {
            return Err(refused(why));
        }
        let method = match request.method() {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            _ => return Err(refused("only GET and POST are ever sent")),
        };
        let mut outgoing = self.client.request(method, request.url().clone());
        for (name, value) in request.headers().iter() {
            let mut value = reqwest::header::HeaderValue::from_str(value.as_str())
                .map_err(|_| refused(&format!("the header `{}` holds a control character", name.as_str())))?;
            value.set_sensitive(name.as_str().eq_ignore_ascii_case(AUTHORIZATION.as_str()));
            outgoing = outgoing.header(name.as_str(), value);
        }
        outgoing = match request.body() {
            Body::Bytes(bytes) if bytes.is_empty() => outgoing,
            Body::Bytes(bytes) => outgoing.body(bytes.clone()),
            Body::SeekableStream(_) => return Err(refused("bodies are not streamed")),
        };
        let response = outgoing
            .send()
            .await
            .map_err(|error| TransportError::of(error).into_sdk(local))?;
        let status = response.status().as_u16().into();
        let headers = headers(response.headers());
        let (mut seen, cap) = (0_u64, self.body_cap);
        let body = response.bytes_stream().map(move |chunk| {
            let chunk = chunk.map_err(|error| TransportError::of(error).into_sdk(local))?;
            seen = seen.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
            if seen > cap {
                let message = format!("the answer is larger than {cap} bytes");
                return Err(TransportError::new(Fault::TooLarge, message).into_sdk(local));
            }
            Ok(chunk)
        });
        Ok(AsyncRawResponse::new(status, headers, Box::pin(body)))
    }
}

fn headers(map: &reqwest::header::HeaderMap) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in map {
        if let Ok(value) = value.to_str() {
            let name = HeaderName::from(name.as_str().to_owned());
            headers.insert(name, HeaderValue::from(value.to_owned()));
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(local: bool, url: &str) -> bool {
        let tuning = Tuning::default();
        let transport = Transport::build(builder(&tuning).unwrap(), &tuning, local).unwrap();
        transport.refuses(&Url::parse(url).unwrap()).is_some()
    }

    #[test]
    fn plain_http_is_for_this_machine_and_its_link() {
        assert!(!refusal(false, "https://example"));
        assert!(refusal(false, "http://127.0.0.1"));
        assert!(refusal(true, "http://example"));
        assert!(refusal(true, "http://10.0.0.1"));
        for near in ["127.0.0.1:41", "169.254.169.254", "localhost:42", "[::1]", "[fe80::1]"] {
            assert!(!refusal(true, &format!("http://{near}/msi")), "{near}");
        }
    }

    #[test]
    fn a_bundle_without_certificates_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = Transport::remote(Some(file.path()), &Tuning::default()).unwrap_err();
        assert!(error.to_string().contains("--ca-bundle"), "{error}");
        let error = Transport::remote(Some(Path::new("/nowhere/ca.pem")), &Tuning::default()).unwrap_err();
        assert!(error.to_string().contains("cannot read"), "{error}");
    }
}
