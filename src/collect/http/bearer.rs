//! The token of a request, held once, as the header that is sent, and wiped from memory when the last request that
//! carries it is over. What the SDK, the HTTP and the TLS crates copy of it on its way is out of reach.

use azure_core::Bytes;
use azure_core::credentials::AccessToken;
use reqwest::header::HeaderValue;
use std::fmt;
use zeroize::Zeroizing;

const PREFIX: &str = "Bearer ";

/// A token, as the value of `Authorization`. Copies share it.
#[derive(Clone)]
pub(crate) struct Bearer {
    header: HeaderValue,
    /// Which one it is of those that were issued.
    number: u64,
}

impl Bearer {
    pub(crate) fn new(token: &AccessToken, number: u64) -> Result<Self, String> {
        let secret = token.token.secret();
        let mut text = Zeroizing::new(Vec::with_capacity(PREFIX.len() + secret.len()));
        text.extend_from_slice(PREFIX.as_bytes());
        text.extend_from_slice(secret.as_bytes());
        let mut header = HeaderValue::from_maybe_shared(Bytes::from_owner(text))
            .map_err(|_| "the token contains a control character".to_owned())?;
        // Keeps it out of the logs of the HTTP crates.
        header.set_sensitive(true);
        Ok(Self { header, number })
    }

    /// Whether both are the same token.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.number == other.number
    }

    /// To send.
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// The bare token: only to search texts for it.
    pub(crate) fn secret(&self) -> &str {
        let bytes = self.header.as_bytes().get(PREFIX.len()..).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bearer({})", self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use azure_core::time::OffsetDateTime;

    #[test]
    fn a_token_is_sent_and_not_shown() {
        let token = AccessToken::new("opaque-token-1", OffsetDateTime::now_utc());
        let bearer = Bearer::new(&token, 7).unwrap();
        assert_eq!(bearer.header(), "Bearer opaque-token-1");
        assert_eq!(bearer.secret(), "opaque-token-1");
        let shown = format!("{bearer:?} {:?}", bearer.header());
        assert_eq!(shown, "Bearer(7) Sensitive");
        let broken = AccessToken::new("opaque\ntoken", OffsetDateTime::now_utc());
        assert!(!Bearer::new(&broken, 1).unwrap_err().contains("opaque"));
    }
}
