//! The faults. To add one, add its line: a name, what the emulator does, and what it comes to when it lasts.

use self::Ends::{Astray, Disconnected, Endless, Exhausted, Malformed, Refused, TimedOut, Unauthorized, Well};
use super::support::{BODY_CAP, Patience};
use arm_emulator::FaultKind::{self, *};
use std::time::Duration;

/// All of them.
pub(crate) const FAULTS: &[Row] = &[
    // Slow, and nothing worse.
    row("latency", Latency { ms: 20, jitter_ms: 0 }, Well),
    row("jitter", Latency { ms: 1, jitter_ms: 30 }, Well),
    row("drip", Drip(1), Well),
    row("gzip", Gzip, Well),
    // Turned away for their number.
    row(
        "429, Retry-After",
        throttled(Some(3600), None, None),
        Exhausted(429, THROTTLED),
    ),
    row(
        "429, Retry-After: now",
        throttled(Some(0), None, None),
        Exhausted(429, THROTTLED),
    ),
    row(
        "429, Retry-After: date",
        throttled(None, Some(3600), None),
        Exhausted(429, THROTTLED),
    ),
    row(
        "429, x-ms-retry-after-ms",
        throttled(None, None, Some(20)),
        Exhausted(429, THROTTLED),
    ),
    row(
        "429, no word of when",
        throttled(None, None, None),
        Exhausted(429, THROTTLED),
    ),
    // Overloaded, or out of order.
    row("408", Status(408), Exhausted(408, "RequestTimeout")),
    row("500", Status(500), Exhausted(500, "InternalServerError")),
    row("502", Status(502), Exhausted(502, "BadGateway")),
    row("503", Status(503), Exhausted(503, "ServiceUnavailable")),
    row("504", Status(504), Exhausted(504, "GatewayTimeout")),
    // Connections.
    row("refused connections", Refuse(15), Disconnected),
    row("reset before the answer", Abort, Disconnected),
    row("reset in the body", Reset, Disconnected),
    row("cut body", CutBody, Disconnected),
    row("stall", Stall, TimedOut),
    row("stalled body", StallBody, TimedOut),
    row("drip without end", Drip(1000), TimedOut),
    // Refusals: asking again is of no use.
    row("400", Status(400), Refused(Some(400), "Failed")),
    row("403", Forbidden, Refused(Some(403), "AuthorizationFailed")),
    row("404 after listing", Deleted, Refused(Some(404), "ResourceNotFound")),
    row("409", Status(409), Refused(Some(409), "Conflict")),
    row("401", Status(401), Unauthorized("Failed")),
    row(
        "expired token",
        ExpireTokens,
        Unauthorized("ExpiredAuthenticationToken"),
    ),
    // Answers that are none.
    row("HTML", Html, Refused(Some(200), "UnexpectedAnswer")),
    row("malformed JSON", MalformedJson, Refused(Some(200), "UnexpectedAnswer")),
    row("`value` an object", WrongValue, Refused(Some(200), "UnexpectedAnswer")),
    row("items numbers", WrongItems, Malformed),
    row("302", Redirect(302), Refused(Some(302), "UnexpectedAnswer")),
    row("307", Redirect(307), Refused(Some(307), "UnexpectedAnswer")),
    row("2 GiB", Huge(2 << 30), Refused(None, "AnswerTooLarge")),
    row("gzip bomb", GzipBomb(4 * BODY_CAP), Refused(None, "AnswerTooLarge")),
    // Links.
    row("foreign nextLink", ForeignNextLink, Astray("NextLinkRefused")),
    row("looping nextLink", LoopingNextLink, Astray("NextLinkLoop")),
    row("endless nextLink", EndlessNextLink, Endless),
];

const THROTTLED: &str = "SubscriptionRequestsThrottled";

/// A row of the matrix.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) kind: FaultKind,
    pub(crate) ends: Ends,
}

/// What a fault comes to that lasts: what is lost, how often is asked, and what the gap says.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ends {
    /// Nothing is lost: it only takes longer.
    Well,
    /// The page is lost after as many attempts as there are.
    Exhausted(u16, &'static str),
    /// Likewise, and whatever else is on the connection has to be asked for again.
    Disconnected,
    /// Likewise, after having waited.
    TimedOut,
    /// The page is lost after one attempt.
    Refused(Option<u16>, &'static str),
    /// The page is lost after an attempt with a new token.
    Unauthorized(&'static str),
    /// The page is kept, but nothing that might follow.
    Astray(&'static str),
    /// Likewise, but so many pages are asked for as are allowed.
    Endless,
    /// The items of the page are lost, each a gap.
    Malformed,
}

impl Row {
    /// Whether its cells mostly wait.
    pub(crate) fn is_long(&self) -> bool {
        matches!(self.ends, Ends::TimedOut) || self.kind.name() == "drip"
    }
}

impl Ends {
    pub(crate) fn patience(self) -> Patience {
        let calm = Patience::CALM;
        match self {
            // Those who are cut off with others need more attempts than one who is alone.
            Self::Disconnected => Patience {
                attempts: 20,
                base: Duration::from_millis(1),
                ..calm
            },
            // A busy machine must not look like one that does not answer.
            Self::TimedOut => Patience {
                attempts: 2,
                silence: Duration::from_secs(3),
                total: Duration::from_secs(5),
                ..calm
            },
            // A request whose token ends for the second time is given up, which must not happen to bystanders.
            Self::Unauthorized(_) => Patience { concurrency: 1, ..calm },
            _ => calm,
        }
    }

    /// Whether it touches nobody else, so that requests can be counted to the last.
    pub(crate) fn is_confined(self) -> bool {
        !matches!(self, Self::Disconnected | Self::TimedOut)
    }

    /// What the gap says: its status, and its code out of these.
    pub(crate) fn gap(self) -> (Option<u16>, Vec<&'static str>) {
        match self {
            Self::Well => (None, vec![]),
            Self::Exhausted(status, code) => (Some(status), vec![code]),
            Self::Disconnected => (None, vec!["AnswerCutOff", "ConnectionFailed"]),
            Self::TimedOut => (None, vec!["TimedOut"]),
            Self::Refused(status, code) => (status, vec![code]),
            Self::Unauthorized(code) => (Some(401), vec![code]),
            Self::Astray(code) => (None, vec![code]),
            Self::Endless => (None, vec!["TooManyPages"]),
            Self::Malformed => (None, vec!["MalformedItem"]),
        }
    }
}

const fn row(name: &'static str, kind: FaultKind, ends: Ends) -> Row {
    Row { name, kind, ends }
}

const fn throttled(retry_after: Option<u64>, retry_after_date: Option<u64>, retry_after_ms: Option<u64>) -> FaultKind {
    TooManyRequests {
        retry_after,
        retry_after_date,
        retry_after_ms,
    }
}
