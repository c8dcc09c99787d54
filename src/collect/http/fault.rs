//! What goes wrong below HTTP, in words for a gap.

use crate::arm::Code;
use azure_core::Error;
use azure_core::error::ErrorKind;
use std::error::Error as _;

/// Why there is no (whole) answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No connection.
    Connect,
    /// The proxy wants to know who asks.
    Proxy,
    /// The other side's certificate, or TLS altogether.
    Tls,
    /// Too long without an answer, or without an end of it.
    Timeout,
    /// The answer broke off, or was no HTTP.
    Cut,
    /// The body is larger than the cap.
    TooLarge,
    /// There was no memory to spare for the body.
    NoRoom,
    /// Anything else.
    Other,
}

impl Fault {
    /// The code of the gap.
    pub(crate) fn code(self) -> Code {
        match self {
            Self::Connect | Self::Proxy => Code::ConnectionFailed,
            Self::Tls => Code::TlsFailed,
            Self::Timeout => Code::TimedOut,
            Self::Cut => Code::AnswerCutOff,
            Self::TooLarge => Code::AnswerTooLarge,
            Self::NoRoom => Code::NoRoomForAnswer,
            Self::Other => Code::RequestFailed,
        }
    }

    pub(crate) fn is_retryable(self) -> bool {
        matches!(self, Self::Connect | Self::Timeout | Self::Cut | Self::NoRoom)
    }
}

/// A fault with its story.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct TransportError {
    pub(crate) fault: Fault,
    message: String,
}

impl TransportError {
    pub(crate) fn new(fault: Fault, message: impl Into<String>) -> Self {
        Self {
            fault,
            message: message.into(),
        }
    }

    /// `proxy`: the variable that names one, if any does.
    pub(crate) fn of(error: reqwest::Error, proxy: Option<&'static str>) -> Self {
        let mut fault = if is_tls(&error) {
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
        // hyper-util has no types for what goes wrong between here and the proxy, only texts.
        if fault == Fault::Connect && message.contains("tunnel error") {
            if message.contains("authorization required") {
                fault = Fault::Proxy;
                message.push_str(
                    "; write the proxy's user and password into the variable: `http://user:password@host:port`",
                );
            } else if message.ends_with("unsuccessful") {
                message.push_str("; the proxy refused the connection");
            }
        }
        if let Some(variable) = proxy.filter(|_| matches!(fault, Fault::Connect | Fault::Proxy)) {
            message.push_str(&format!(
                " ({variable} names a proxy; to go past it for some hosts, set NO_PROXY)"
            ));
        }
        Self { fault, message }
    }

    /// The transport's own error, in one of the SDK's that wraps it.
    pub(crate) fn beneath(error: &Error) -> Option<&Self> {
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
    pub(crate) fn into_sdk(self, local: bool) -> Error {
        let kind = match self.fault {
            // Where no metadata service answers there is none; asking for a minute would only hold up the chain.
            Fault::Connect | Fault::Timeout if local => ErrorKind::Other,
            Fault::Connect => ErrorKind::Connection,
            Fault::Timeout | Fault::Cut => ErrorKind::Io,
            Fault::Proxy | Fault::Tls | Fault::TooLarge | Fault::NoRoom | Fault::Other => ErrorKind::Other,
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
