//! The HTTP transport: reqwest on rustls and ring. Credentials use it below the SDK's pipelines; lists use it as it is,
//! since those pipelines keep the token in strings that are not wiped, and their retries are not the ones wanted here.
//!
//! It follows no redirect (a token must not go where it was not meant to), sends over TLS only, bounds every wait, and
//! bounds the body as it streams in, after decompression. Nothing here logs a header: `Authorization` is marked
//! sensitive, which keeps it out of the debug output of the HTTP crates.

use super::asked::Asked;
use super::bearer::Bearer;
use super::fault::{Fault, TransportError};
use super::proxy;
use crate::collect::error::CollectError;
use crate::collect::limits::Limits;
use crate::collect::option_error::OptionError;
use azure_core::http::headers::{HeaderName, HeaderValue, Headers};
use azure_core::http::{AsyncRawResponse, Body, HttpClient, Method, Request, Url};
use futures::StreamExt;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, USER_AGENT};
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Time to open a connection to a metadata service: it is on this machine or its host, or there is none.
const LOCAL_CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// So much of a body needs no leave: honest answers are smaller, save for the longest lists.
const FREE: usize = 1 << 20;
/// What all bodies together may hold beyond that, in bodies of the largest size.
const LARGE_BODIES: u64 = 3;
/// What is asked for at a time.
const PIECE: usize = 64 << 10;

/// The HTTP client of a scan.
#[derive(Debug)]
pub(crate) struct Transport {
    client: reqwest::Client,
    body_cap: u64,
    /// Memory for large bodies, in pieces.
    room: Arc<Semaphore>,
    local: bool,
    /// The variable that names a proxy, if any does.
    proxy: Option<&'static str>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: ReadBody,
}

/// A body, which gives back its share of the memory when it is dropped.
#[derive(Debug)]
pub(crate) struct ReadBody {
    bytes: Vec<u8>,
    room: Option<OwnedSemaphorePermit>,
}

impl Deref for ReadBody {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Transport {
    /// For Azure: https only.
    pub(crate) fn remote(ca_bundle: Option<&Path>, limits: &Limits) -> Result<Arc<Self>, CollectError> {
        let proxy = proxy::named(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))?;
        let builder = builder(limits)?
            .https_only(true)
            // HTTP/1.1, a connection for each request in flight. Over HTTP/2 all of them share one, and one reset fails all.
            .http1_only()
            .connect_timeout(limits.connect_timeout);
        let builder = match ca_bundle {
            Some(path) => builder.tls_certs_merge(certificates(path)?),
            None => builder,
        };
        Self::build(builder, limits, false, proxy)
    }

    /// For the metadata service of this machine, which speaks plain HTTP: no proxy, and nothing beyond the link.
    pub(crate) fn local(limits: &Limits) -> Result<Arc<Self>, CollectError> {
        let timeout = limits.connect_timeout.min(LOCAL_CONNECT_TIMEOUT);
        let builder = builder(limits)?.no_proxy().connect_timeout(timeout);
        Self::build(builder, limits, true, None)
    }

    fn build(
        builder: reqwest::ClientBuilder,
        limits: &Limits,
        local: bool,
        proxy: Option<&'static str>,
    ) -> Result<Arc<Self>, CollectError> {
        let client = builder.build().map_err(|error| {
            let reason = TransportError::of(error, None).to_string();
            OptionError::Tls { reason }
        })?;
        Ok(Arc::new(Self {
            client,
            body_cap: limits.body_cap,
            room: Arc::new(Semaphore::new(pieces(limits.body_cap.saturating_mul(LARGE_BODIES)))),
            local,
            proxy,
        }))
    }

    /// A request with the token, and all of its answer.
    pub(crate) async fn ask(&self, url: &Url, asked: Asked<'_>, token: &Bearer) -> Result<Answer, TransportError> {
        if let Some(why) = self.refuses(url) {
            return Err(TransportError::new(Fault::Other, why));
        }
        let request = match asked {
            Asked::Get => self.client.get(url.clone()),
            Asked::GetEventual => self.client.get(url.clone()).header("ConsistencyLevel", "eventual"),
            Asked::Post(json) => self
                .client
                .post(url.clone())
                .header(CONTENT_TYPE, "application/json")
                .body(json.to_vec()),
        };
        let request = request
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, NAME)
            .header(AUTHORIZATION, token.header());
        let failed = |error| TransportError::of(error, self.proxy);
        let mut response = request.send().await.map_err(failed)?;
        let mut body = ReadBody {
            bytes: Vec::new(),
            room: None,
        };
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            self.append(&mut body, &chunk)?;
        }
        Ok(Answer {
            status: response.status().as_u16(),
            headers: std::mem::take(response.headers_mut()),
            body,
        })
    }

    /// Takes in a piece of a body if there is room for it. Nobody waits for room: the others may be waiting as well, and
    /// bytes that are not read hold up their whole connection.
    fn append(&self, body: &mut ReadBody, chunk: &[u8]) -> Result<(), TransportError> {
        let length = body.bytes.len().saturating_add(chunk.len());
        if u64::try_from(length).unwrap_or(u64::MAX) > self.body_cap {
            return Err(too_large(self.body_cap));
        }
        let have = FREE + body.room.as_ref().map_or(0, OwnedSemaphorePermit::num_permits) * PIECE;
        if length > have {
            let missing = u32::try_from((length - have).div_ceil(PIECE)).unwrap_or(u32::MAX);
            let more = self.room.clone().try_acquire_many_owned(missing).map_err(|_| {
                TransportError::new(
                    Fault::NoRoom,
                    "too many large answers at once; there was no room for this one",
                )
            })?;
            match &mut body.room {
                Some(room) => room.merge(more),
                room => *room = Some(more),
            }
        }
        // Doubling would take more than was asked for.
        if body.bytes.capacity() < length {
            let step = if length > FREE { FREE } else { body.bytes.len() };
            body.bytes.reserve_exact(chunk.len().max(step));
        }
        body.bytes.extend_from_slice(chunk);
        Ok(())
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

/// How the program calls itself.
const NAME: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

fn pieces(bytes: u64) -> usize {
    let piece = u64::try_from(PIECE).unwrap_or(u64::MAX);
    usize::try_from(bytes.div_ceil(piece)).map_or(Semaphore::MAX_PERMITS, |pieces| pieces.min(Semaphore::MAX_PERMITS))
}

fn too_large(cap: u64) -> TransportError {
    TransportError::new(Fault::TooLarge, format!("the answer is larger than {cap} bytes"))
}

fn builder(limits: &Limits) -> Result<reqwest::ClientBuilder, CollectError> {
    // Fails when one is installed already; which one that is does not matter, and there is only ring in this program.
    let _ = rustls::crypto::ring::default_provider().install_default();
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        return Err(CollectError::Internal("no TLS provider could be installed".to_owned()));
    }
    Ok(reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connection_verbose(false)
        .read_timeout(limits.read_timeout)
        .timeout(limits.total_timeout))
}

fn certificates(path: &Path) -> Result<Vec<reqwest::Certificate>, OptionError> {
    let path = path.to_owned();
    let pem = match std::fs::read(&path) {
        Ok(pem) => pem,
        Err(source) => return Err(OptionError::UnreadableBundle { path, source }),
    };
    match reqwest::Certificate::from_pem_bundle(&pem) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(OptionError::NoCertificate(path)),
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
                .map_err(|_| refused(&format!("the header `{}` contains a control character", name.as_str())))?;
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
            .map_err(|error| TransportError::of(error, self.proxy).into_sdk(local))?;
        let status = response.status().as_u16().into();
        let headers = headers(response.headers());
        let (mut seen, cap) = (0_u64, self.body_cap);
        let body = response.bytes_stream().map(move |chunk| {
            let chunk = chunk.map_err(|error| TransportError::of(error, None).into_sdk(local))?;
            seen = seen.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
            if seen > cap {
                return Err(too_large(cap).into_sdk(local));
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
#[path = "transport_tests.rs"]
mod tests;
