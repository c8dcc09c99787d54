//! Faults: what a service, or whoever sits between it and its client, does wrong. Written in code or in the tenant file.

mod apply;
mod set;

use serde::Deserialize;

pub(crate) use apply::{Effect, bend, respond};
pub(crate) use set::{Decision, FaultSet};

use crate::log::Origin;

/// Something that goes wrong on some requests.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which requests it may hit; all of ARM's by default.
    #[serde(default)]
    pub on: Matcher,
    /// The share of them that it hits, `0.0..=1.0`.
    #[serde(default = "always")]
    pub rate: f64,
    /// How many matching requests pass first.
    #[serde(default)]
    pub skip: usize,
    /// How often it hits; for ever by default.
    #[serde(default)]
    pub times: Option<usize>,
    /// Whether `skip` and `times` count each URL (path and query) by itself.
    #[serde(default)]
    pub per_url: bool,
    /// What happens.
    pub kind: FaultKind,
}

const fn ok() -> u16 {
    200
}

fn json() -> String {
    "application/json; charset=utf-8".to_owned()
}

const fn always() -> f64 {
    1.0
}

/// Which requests a fault may hit: those that fit everything given. Case is ignored, `*` stands for any characters.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Matcher {
    /// The server; ARM when absent.
    pub origin: Option<Origin>,
    /// The method.
    pub method: Option<String>,
    /// A glob over the path.
    pub path: Option<String>,
    /// What is asked for: `subscriptions`, `databaseAccounts`, `databaseAccount`, `sqlRoleAssignments`,
    /// `sqlDatabases`, `containers`, `token`, `getByIds`, …
    pub kind: Option<String>,
    /// A glob over the account's name.
    pub account: Option<String>,
    /// A glob over the subscription's id.
    pub subscription: Option<String>,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", rename_all_fields = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum FaultKind {
    /// The answer comes late.
    Latency {
        /// By so many milliseconds,
        ms: u64,
        /// and up to so many more.
        #[serde(default)]
        jitter_ms: u64,
    },
    /// 429, with what is given of the headers.
    TooManyRequests {
        /// `Retry-After`, in seconds.
        #[serde(default)]
        retry_after: Option<u64>,
        /// `Retry-After` as a date, so many seconds from now.
        #[serde(default)]
        retry_after_date: Option<u64>,
        /// `x-ms-retry-after-ms`
        #[serde(default)]
        retry_after_ms: Option<u64>,
    },
    /// An error with this status, as a gateway or ARM itself would give it.
    Status(u16),
    /// An answer as it is written here.
    Answer {
        /// The status.
        #[serde(default = "ok")]
        status: u16,
        /// The content type.
        #[serde(default = "json")]
        content_type: String,
        /// The body.
        #[serde(default)]
        body: String,
    },
    /// 403 `AuthorizationFailed`
    Forbidden,
    /// 404 `ResourceNotFound`, as for an account deleted since it was listed.
    Deleted,
    /// The connection is reset, and further ones refused, for so many milliseconds.
    Refuse(u64),
    /// The connection is reset before anything is answered.
    Abort,
    /// The connection is reset in the middle of the body.
    Reset,
    /// Nothing is ever answered.
    Stall,
    /// Headers and half of the body come, and then nothing.
    StallBody,
    /// `Content-Length` promises more than comes before the connection ends.
    CutBody,
    /// 200 with the page of a proxy.
    Html,
    /// 200 with JSON that breaks off.
    MalformedJson,
    /// `value` is an object in place of a list.
    WrongValue,
    /// The items of the list are numbers.
    WrongItems,
    /// `nextLink` leads to the evil origin.
    ForeignNextLink,
    /// `nextLink` leads back to the same page.
    LoopingNextLink,
    /// `nextLink` leads to the same items under ever new links.
    EndlessNextLink,
    /// All tokens issued so far expire.
    ExpireTokens,
    /// A redirect with this status to the evil origin.
    Redirect(u16),
    /// The body is padded to so many bytes.
    Huge(u64),
    /// The body is padded to so many bytes and compressed, which takes memory on neither side of an honest client.
    GzipBomb(u64),
    /// The body comes byte by byte, one in so many milliseconds.
    Drip(u64),
    /// The body is compressed, asked or not.
    Gzip,
}

impl FaultKind {
    /// The name that the log shows, as in the tenant file.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Latency { .. } => "latency",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::Status(_) => "status",
            Self::Answer { .. } => "answer",
            Self::Forbidden => "forbidden",
            Self::Deleted => "deleted",
            Self::Refuse(_) => "refuse",
            Self::Abort => "abort",
            Self::Reset => "reset",
            Self::Stall => "stall",
            Self::StallBody => "stall_body",
            Self::CutBody => "cut_body",
            Self::Html => "html",
            Self::MalformedJson => "malformed_json",
            Self::WrongValue => "wrong_value",
            Self::WrongItems => "wrong_items",
            Self::ForeignNextLink => "foreign_next_link",
            Self::LoopingNextLink => "looping_next_link",
            Self::EndlessNextLink => "endless_next_link",
            Self::ExpireTokens => "expire_tokens",
            Self::Redirect(_) => "redirect",
            Self::Huge(_) => "huge",
            Self::GzipBomb(_) => "gzip_bomb",
            Self::Drip(_) => "drip",
            Self::Gzip => "gzip",
        }
    }
}

impl Fault {
    /// A fault that hits every request of ARM.
    #[must_use]
    pub fn new(kind: FaultKind) -> Self {
        Self {
            on: Matcher::default(),
            rate: 1.0,
            skip: 0,
            times: None,
            per_url: false,
            kind,
        }
    }

    /// Hits only what fits.
    #[must_use]
    pub fn on(mut self, matcher: Matcher) -> Self {
        self.on = matcher;
        self
    }

    /// Hits a share of the requests.
    #[must_use]
    pub const fn rate(mut self, rate: f64) -> Self {
        self.rate = rate;
        self
    }

    /// Lets so many matching requests pass first.
    #[must_use]
    pub const fn skip(mut self, requests: usize) -> Self {
        self.skip = requests;
        self
    }

    /// Hits so often.
    #[must_use]
    pub const fn times(mut self, times: usize) -> Self {
        self.times = Some(times);
        self
    }

    /// Counts each URL by itself.
    #[must_use]
    pub const fn per_url(mut self) -> Self {
        self.per_url = true;
        self
    }
}

impl Matcher {
    /// Requests to one server.
    #[must_use]
    pub fn origin(origin: Origin) -> Self {
        Self {
            origin: Some(origin),
            ..Self::default()
        }
    }

    /// Requests of one kind.
    #[must_use]
    pub fn kind(kind: &str) -> Self {
        Self {
            kind: Some(kind.to_owned()),
            ..Self::default()
        }
    }

    /// Requests whose path fits a glob.
    #[must_use]
    pub fn path(glob: &str) -> Self {
        Self {
            path: Some(glob.to_owned()),
            ..Self::default()
        }
    }

    /// Requests about accounts whose name fits a glob.
    #[must_use]
    pub fn account(glob: &str) -> Self {
        Self {
            account: Some(glob.to_owned()),
            ..Self::default()
        }
    }
}
