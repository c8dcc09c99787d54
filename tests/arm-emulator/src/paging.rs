//! Pages of a list and the `nextLink` between them.

use std::ops::Range;

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::options::Options;
use crate::request::Incoming;
use crate::util::mix;

/// Keeps clients from reading page numbers out of tokens.
const VEIL: u64 = 0x51ab_7e0f_2c3d_9e81;
/// Marks the token behind the empty first page.
const PLAIN: u64 = 0;

/// Answers one page of a list, rendering only the items that are on it.
pub(crate) fn page(
    request: &Incoming,
    options: &Options,
    endpoint: &str,
    total: usize,
    render: impl FnOnce(Range<usize>) -> Vec<Value>,
) -> Answer {
    let start = match request.parameter("$skiptoken").map(read_token) {
        None if options.empty_first_page => {
            let next = link(request, options, endpoint, &token(0, PLAIN));
            return Answer::ok(json!({ "value": [], "nextLink": next }));
        }
        None => 0,
        Some(Some(start)) if start <= total => start,
        Some(_) => {
            return Answer::error(400, "InvalidSkipToken", "The provided skip token is invalid.");
        }
    };
    let end = start.saturating_add(options.page_size.max(1)).min(total);
    let mut body = json!({ "value": render(start..end) });
    let next = if end < total {
        Some(link(request, options, endpoint, &token(end, PLAIN)))
    } else {
        options.empty_next_link_at_end.then(String::new)
    };
    if let (Some(next), Value::Object(map)) = (next, &mut body) {
        map.insert("nextLink".to_owned(), Value::String(next));
    }
    Answer::ok(body)
}

/// A link to the same list, with another token.
pub(crate) fn link(request: &Incoming, options: &Options, endpoint: &str, token: &str) -> String {
    let base = if options.relative_next_link { "" } else { endpoint };
    let version = request.parameter("api-version").unwrap_or_default();
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let kept = ["$filter", "$expandRegistrationDefinition"].map(|name| {
        let value = request.parameter(name);
        value.map(|value| format!("&{}={}", encoded(name), encoded(value)))
    });
    let kept: String = kept.into_iter().flatten().collect();
    format!(
        "{base}{}?api-version={}{kept}&%24skiptoken={token}",
        request.path,
        encoded(version)
    )
}

/// A token for an offset. The padding must survive the client unchanged; `nonce` only makes tokens differ.
pub(crate) fn token(offset: usize, nonce: u64) -> String {
    let offset = offset as u64;
    format!("{:016x}{:016x}%3D%3D", offset ^ VEIL, nonce ^ mix(offset))
}

pub(crate) fn read_token(token: &str) -> Option<usize> {
    let digits = token.strip_suffix("==")?;
    let offset = u64::from_str_radix(digits.get(..16)?, 16).ok()? ^ VEIL;
    // The second half is only checked for its form, as its nonce is free.
    u64::from_str_radix(digits.get(16..)?, 16).ok()?;
    usize::try_from(offset).ok()
}
