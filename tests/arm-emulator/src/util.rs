//! Small helpers without state of their own: ids, seeded random numbers, globs, times, locks.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// Locks, also after a panic elsewhere: an emulator that goes on answering is worth more than a poisoned one.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// SplitMix64: enough randomness for fault rates and request ids, and the same from run to run for a seed.
#[derive(Debug, Clone)]
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number in `0.0..1.0`.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The output step of SplitMix64.
pub(crate) fn mix(seed: u64) -> u64 {
    let mut z = seed;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Formats 128 bits as a GUID of version 4.
pub(crate) fn guid(high: u64, low: u64) -> String {
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | ((low >> 48) & 0x3fff),
        low & 0xffff_ffff_ffff
    )
}

/// The same GUID for the same text, so that ids which a tenant leaves out stay put between runs.
pub(crate) fn guid_of(text: &str) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    guid(mix(hash), mix(hash ^ 0x5bd1_e995))
}

/// Whether the text has the form of a GUID.
pub(crate) fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Whether `text` matches `pattern`, in which `*` stands for any run of characters; case is ignored.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_ascii_lowercase(), text.to_ascii_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let Some((last, middle)) = parts.collect::<Vec<_>>().split_last().map(|(l, m)| (*l, m.to_vec())) else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Base64 in the URL alphabet without padding, as in tokens.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What `base64url` made, as bytes again.
pub(crate) fn base64url_decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Seconds since 1970.
pub(crate) fn unix_now() -> u64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// A time as `strftime` would print it, in UTC.
pub(crate) fn format_time(unix: u64, format: &str) -> String {
    i64::try_from(unix)
        .ok()
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .map_or_else(String::new, |time| time.strftime(format).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_span_slashes_and_ignore_case() {
        assert!(glob("*/sqlRoleAssignments", "/subscriptions/x/SQLroleassignments"));
        assert!(glob("cosmos-*-eu", "Cosmos-prod-1-eu"));
        assert!(glob("*", ""));
        assert!(!glob("a*a", "a"));
        assert!(!glob("a", "ab"));
        assert!(glob("a*b*c", "a--b--b--c"));
    }

    #[test]
    fn base64_is_the_url_alphabet() {
        assert_eq!(base64url(b"\xff\xfe\xfd"), "__79");
        assert_eq!(base64url(b"a"), "YQ");
        assert_eq!(base64url(b"ab"), "YWI");
    }

    #[test]
    fn guids_have_their_form() {
        assert!(is_guid(&guid_of("orders-api")));
        assert_eq!(guid_of("x"), guid_of("x"));
        assert_ne!(guid_of("x"), guid_of("y"));
        assert!(!is_guid("mySubscription"));
    }
}
