//! Names that differ at most in case and in percent-encoding.

use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// Decodings after which a name is left as it is; the service encodes twice.
const DECODINGS: usize = 3;

/// Whether two names differ at most in case and in percent-encoding.
pub(super) fn are_alike(a: &str, b: &str) -> bool {
    let is_plain = |text: &str| text.is_ascii() && !text.contains('%');
    if is_plain(a) && is_plain(b) {
        return a.eq_ignore_ascii_case(b);
    }
    folded(a) == folded(b)
}

/// A name without its case and its percent-encoding.
pub(super) fn folded(name: &str) -> String {
    let mut name = name.to_owned();
    for _ in 0..DECODINGS {
        // What decodes to no text is no other spelling of a name.
        let Ok(Cow::Owned(decoded)) = percent_decode_str(&name).decode_utf8() else {
            break;
        };
        name = decoded;
    }
    name.to_lowercase()
}
