//! One request: judged, decided upon by the faults, answered, logged, and sent as slowly or brokenly as decided.

use std::io::Write;
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming as Body;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::json;
use tokio::time::sleep;

use crate::answer::Answer;
use crate::body::Content;
use crate::fault::{self, Decision, Effect};
use crate::log::{Authorization, Origin, Request};
use crate::request::{Incoming, header};
use crate::route::{Route, touches_keys};
use crate::state::Shared;
use crate::token::Audience;
use crate::util::lock;
use crate::wire::Fuse;
use crate::{arm, graph, identity, login};

/// The largest request body that is read.
const MOST_BODY: usize = 4 << 20;

/// Answers a request; none = the connection is to be reset.
pub(crate) async fn serve(
    origin: Origin,
    request: hyper::Request<Body>,
    shared: &Shared,
    fuse: &Fuse,
) -> Option<Response<Content>> {
    // A connection kept from before must not get around a closed gate.
    if shared.gate(origin).closed_until().is_some() {
        return None;
    }
    let request = read(origin, request, shared).await?;
    if origin == Origin::Arm && touches_keys(&request.path) {
        shared.log.flag_key_endpoint();
    }
    let faults = lock(&shared.faults).clone();
    let decision = faults.decide(&request);
    let answer = decide(&request, &decision, shared);
    let effect = Effect::from(decision.kind.as_ref());
    shared.log.record(|| Request {
        method: request.method.clone(),
        origin,
        path: request.path.clone(),
        query: request.query.clone(),
        authorization: Authorization::from(&request.token),
        user_agent: request.header("user-agent").unwrap_or_default().to_owned(),
        status: (!effect.is_silent()).then_some(answer.status),
        fault: decision.kind.as_ref().map(fault::FaultKind::name),
    });
    let jitter = shared
        .options
        .latency_jitter
        .mul_f64((shared.next_random() >> 11) as f64 / (1_u64 << 53) as f64);
    let delay = shared.options.latency + jitter + decision.delay;
    if delay > Duration::ZERO {
        sleep(delay).await;
    }
    match effect {
        Effect::Abort => return None,
        Effect::Refuse(time) => {
            shared.gate(origin).close_for(time);
            return None;
        }
        Effect::Stall => std::future::pending::<()>().await,
        _ => {}
    }
    let accepts = request
        .header("accept-encoding")
        .is_some_and(|value| value.contains("gzip"));
    let gzip = decision.gzip || (shared.options.gzip && accepts);
    send(answer, &request, effect, gzip, fuse)
}

async fn read(origin: Origin, request: hyper::Request<Body>, shared: &Shared) -> Option<Incoming> {
    let (parts, body) = request.into_parts();
    // GET has no body worth reading, and most requests are GET.
    let body = if parts.method == hyper::Method::GET {
        Bytes::new()
    } else {
        Limited::new(body, MOST_BODY).collect().await.ok()?.to_bytes()
    };
    let audience = match origin {
        Origin::Arm => Some(Audience::Arm),
        Origin::Graph => Some(Audience::Graph),
        Origin::Login | Origin::Evil | Origin::Identity => None,
    };
    let path = parts.uri.path().to_owned();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    Some(Incoming {
        origin,
        method: parts.method.to_string(),
        parameters: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        route: Route::parse(origin, &path),
        token: shared.tokens.check(header(&parts.headers, "authorization"), audience),
        path,
        query,
        headers: parts.headers,
        body,
        id: shared.next_guid(),
    })
}

fn decide(request: &Incoming, decision: &Decision, shared: &Shared) -> Answer {
    if let Some(kind) = &decision.kind {
        if let Some(answer) = fault::respond(kind, request, shared) {
            return answer;
        }
        let mut answer = right_answer(request, shared);
        fault::bend(kind, &mut answer, request, shared);
        return answer;
    }
    right_answer(request, shared)
}

fn right_answer(request: &Incoming, shared: &Shared) -> Answer {
    match request.origin {
        Origin::Arm => arm::answer(request, shared),
        Origin::Login => login::answer(request, shared),
        Origin::Graph => graph::answer(request, shared),
        Origin::Identity => identity::answer(request, shared),
        // What a thief of tokens would answer: something that keeps the client going.
        Origin::Evil => Answer::ok(json!({ "value": [] })),
    }
}

fn send(answer: Answer, request: &Incoming, effect: Effect, gzip: bool, fuse: &Fuse) -> Option<Response<Content>> {
    let (content_type, bytes) = answer.content();
    let (bytes, gzip) = match effect {
        Effect::GzipBomb(size) => (compress(&bytes, size)?, true),
        _ if gzip => (compress(&bytes, 0)?, true),
        _ => (bytes, false),
    };
    let length = bytes.len();
    let half = bytes.slice(..length / 2);
    // The breaking bodies have no length of their own, so it is promised here.
    let (content, promised) = match effect {
        Effect::CutBody => (Content::broken(half, None), Some(length)),
        Effect::Reset => (Content::broken(half, Some(fuse.clone())), Some(length)),
        Effect::StallBody => (Content::Hanging { first: Some(half) }, Some(length)),
        Effect::Drip(interval) => (Content::drip(bytes, interval), None),
        // Blanks after a JSON value leave it valid, however many there are.
        Effect::Huge(size) => {
            let left = size.max(length as u64);
            (
                Content::Long {
                    head: Some(bytes),
                    chunk: Bytes::from_static(&BLANKS),
                    left,
                },
                None,
            )
        }
        _ => (Content::whole(bytes), None),
    };
    let mut response = Response::new(content);
    *response.status_mut() = StatusCode::from_u16(answer.status).ok()?;
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    set("content-type", content_type);
    set("cache-control", "no-cache");
    set("pragma", "no-cache");
    set("strict-transport-security", "max-age=31536000; includeSubDomains");
    set("x-content-type-options", "nosniff");
    set("x-ms-request-id", &request.id);
    if request.origin == Origin::Arm {
        let correlation = request.header("x-ms-correlation-request-id").unwrap_or(&request.id);
        set("x-ms-correlation-request-id", correlation);
        set("x-ms-routing-request-id", &format!("WESTEUROPE:{}", request.id));
    }
    if let Some(client) = request.header("x-ms-client-request-id") {
        set("x-ms-client-request-id", client);
    }
    if gzip {
        set("content-encoding", "gzip");
    }
    if let Some(length) = promised {
        set("content-length", &length.to_string());
    }
    for (name, value) in &answer.headers {
        set(name, value);
    }
    Some(response)
}

/// What long bodies are filled with.
static BLANKS: [u8; 64 << 10] = [b' '; 64 << 10];

/// Compresses a body followed by blanks up to a size.
fn compress(bytes: &[u8], size: u64) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).ok()?;
    let mut left = size.saturating_sub(bytes.len() as u64);
    while left > 0 {
        let chunk = BLANKS.get(..usize::try_from(left).unwrap_or(usize::MAX).min(BLANKS.len()))?;
        encoder.write_all(chunk).ok()?;
        left -= chunk.len() as u64;
    }
    encoder.finish().ok().map(Bytes::from)
}
