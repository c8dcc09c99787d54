//! Carrying out a fault: answers given in place of the right one, and right ones bent.

use std::time::Duration;

use serde_json::{Value, json};

use super::FaultKind;
use crate::answer::{Answer, Payload};
use crate::arm::errors;
use crate::log::Origin;
use crate::request::Incoming;
use crate::state::Shared;
use crate::util::{format_time, unix_now};
use crate::{graph, paging};

/// What remains to be done when the body is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    None,
    Abort,
    Refuse(Duration),
    Stall,
    StallBody,
    Reset,
    CutBody,
    Drip(Duration),
    Huge(u64),
    GzipBomb(u64),
}

impl From<Option<&FaultKind>> for Effect {
    fn from(kind: Option<&FaultKind>) -> Self {
        match kind {
            Some(FaultKind::Abort) => Self::Abort,
            Some(FaultKind::Refuse(ms)) => Self::Refuse(Duration::from_millis(*ms)),
            Some(FaultKind::Stall) => Self::Stall,
            Some(FaultKind::StallBody) => Self::StallBody,
            Some(FaultKind::Reset) => Self::Reset,
            Some(FaultKind::CutBody) => Self::CutBody,
            Some(FaultKind::Drip(ms)) => Self::Drip(Duration::from_millis(*ms)),
            Some(FaultKind::Huge(bytes)) => Self::Huge(*bytes),
            Some(FaultKind::GzipBomb(bytes)) => Self::GzipBomb(*bytes),
            _ => Self::None,
        }
    }
}

impl Effect {
    /// Whether the client sees no status at all.
    pub(crate) const fn is_silent(self) -> bool {
        matches!(self, Self::Abort | Self::Refuse(_) | Self::Stall)
    }
}

/// The answer that a fault gives in place of the right one.
pub(crate) fn respond(kind: &FaultKind, request: &Incoming, shared: &Shared) -> Option<Answer> {
    if request.origin == Origin::Graph
        && let Some(answer) = graph::fault(kind, request)
    {
        return Some(answer);
    }
    Some(match kind {
        FaultKind::TooManyRequests {
            retry_after,
            retry_after_date,
            retry_after_ms,
        } => {
            let mut answer = errors::throttled(request, shared, retry_after.unwrap_or(1));
            if let Some(seconds) = retry_after {
                answer = answer.header("retry-after", seconds.to_string());
            }
            if let Some(seconds) = retry_after_date {
                answer = answer.header(
                    "retry-after",
                    format_time(unix_now() + seconds, "%a, %d %b %Y %H:%M:%S GMT"),
                );
            }
            if let Some(millis) = retry_after_ms {
                answer = answer.header("x-ms-retry-after-ms", millis.to_string());
            }
            answer
        }
        FaultKind::Status(status) => {
            let (code, message) = match status {
                408 => ("RequestTimeout", "The request timed out."),
                409 => ("Conflict", "Another operation is in progress on the resource."),
                500 => (
                    "InternalServerError",
                    "The server encountered an internal error. Please retry the request.",
                ),
                502 => (
                    "BadGateway",
                    "The gateway did not receive a response from the resource provider.",
                ),
                503 => (
                    "ServiceUnavailable",
                    "The service is unavailable. Please retry the request.",
                ),
                504 => (
                    "GatewayTimeout",
                    "The gateway did not receive a response from the resource provider in time.",
                ),
                _ => ("Failed", "The request failed."),
            };
            Answer::error(*status, code, message)
        }
        FaultKind::Answer {
            status,
            content_type,
            body,
        } => Answer::written(*status, content_type.clone(), body.clone()),
        FaultKind::Forbidden => errors::authorization_failed(request, shared),
        FaultKind::Deleted => errors::resource_not_found(request),
        FaultKind::Html => Answer::text(200, "text/html; charset=utf-8", PROXY_PAGE),
        FaultKind::MalformedJson => Answer::text(
            200,
            "application/json; charset=utf-8",
            r#"{"value":[{"id":"/subscriptions/"#,
        ),
        FaultKind::ExpireTokens => {
            shared.tokens.expire_all();
            errors::expired(unix_now().saturating_sub(1), shared)
        }
        FaultKind::Redirect(status) => {
            let location = format!("{}{}?{}", shared.endpoints.evil, request.path, request.query);
            Answer::text(*status, "text/plain; charset=utf-8", "").header("location", location)
        }
        _ => return None,
    })
}

const PROXY_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sign in to the network</title></head>\
    <body><h1>Please sign in to continue</h1></body></html>\n";

/// Bends a right answer.
pub(crate) fn bend(kind: &FaultKind, answer: &mut Answer, request: &Incoming, shared: &Shared) {
    let Payload::Json(Value::Object(body)) = &mut answer.body else {
        return;
    };
    if !body.contains_key("value") {
        return;
    }
    let (own, name) = match request.origin {
        Origin::Graph => (&shared.endpoints.graph, graph::NEXT_LINK),
        _ => (&shared.endpoints.arm, "nextLink"),
    };
    let link = |endpoint: &str, token: &str| paging::link(request, &shared.options, endpoint, token);
    let next = match kind {
        FaultKind::WrongValue => {
            body.insert("value".to_owned(), json!({ "unexpected": "object" }));
            return;
        }
        FaultKind::WrongItems => {
            body.insert("value".to_owned(), json!([1, 2, 3]));
            return;
        }
        // Even a service that links relatively must name a foreign host in full.
        FaultKind::ForeignNextLink => format!("{}{}?{}", shared.endpoints.evil, request.path, request.query),
        FaultKind::LoopingNextLink => {
            format!("{own}{}?{}", request.path, request.query)
        }
        FaultKind::EndlessNextLink => link(own, &paging::token(0, shared.next_random())),
        _ => return,
    };
    body.insert(name.to_owned(), Value::String(next));
}
