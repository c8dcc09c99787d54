//! Takes secrets out of texts that others wrote, before anyone sees them.

use crate::arm::cut;

/// What stands in place of a secret.
const PLACEHOLDER: &str = "[redacted]";
/// Shorter ones would tear harmless texts apart; none of Azure's is so short.
const SHORTEST: usize = 6;

/// Takes out the secrets, also as they look in a form or URL, whatever looks like a token, and all that follows `Bearer`: of
/// an opaque token that was cut short nothing else is known.
pub(crate) fn redact(text: &str, secrets: &[&str]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().map(|secret| secret.trim()) {
        if secret.len() < SHORTEST {
            continue;
        }
        let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        // Forms encode `~`, URLs need not.
        for form in [secret, &encoded, &encoded.replace("%7E", "~")] {
            if text.contains(form) {
                text = text.replace(form, PLACEHOLDER);
            }
        }
    }
    without_tokens(&without_bearer(text))
}

/// Cuts the text after `Bearer `, if anything follows.
fn without_bearer(mut text: String) -> String {
    const SCHEME: &str = "bearer";
    let lower = text.to_ascii_lowercase();
    let end = lower.match_indices(SCHEME).find_map(|(at, _)| {
        let rest = lower.get(at + SCHEME.len()..)?;
        let blanks = rest.len() - rest.trim_start().len();
        let gap = if rest.starts_with("%20") { 3 } else { blanks };
        (gap > 0 && rest.len() > gap).then_some(at + SCHEME.len() + gap)
    });
    if let Some(end) = end {
        text.truncate(end);
        text.push_str(PLACEHOLDER);
    }
    text
}

/// Takes out JSON Web Tokens: base64url text that begins with `{"` encoded.
fn without_tokens(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("eyJ") {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.=".contains(c)));
        let (token, after) = from.split_at(end.unwrap_or(from.len()));
        out.push_str(before);
        out.push_str(if token.len() < 20 { token } else { PLACEHOLDER });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// One line a credential: runs of blanks become one, and what is put around the reason goes: by the SDK the name of its type
/// and a link to its own guide, by `az` the traceback of its Python.
pub(super) fn one_line(text: &str) -> String {
    let text = &without_traceback(text);
    let text = text.split("To troubleshoot, visit").next().unwrap_or_default();
    let text = match text.split_once("Credential authentication failed.") {
        Some((name, reason)) if !name.contains(' ') => reason,
        _ => text,
    };
    cut(without_ids(text))
}

/// The words without the numbers of the request that Entra puts behind its reasons: they are for its own support.
fn without_ids(text: &str) -> String {
    let mut left = Vec::new();
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        match (word, words.peek()) {
            ("Trace" | "Correlation", Some(&"ID:")) | ("Timestamp:", Some(_)) => {
                words.nth(1);
            }
            _ => left.push(word),
        }
    }
    left.join(" ")
}

/// What is before a traceback, and of what follows the error of Entra, or the exception if there is nothing else.
fn without_traceback(text: &str) -> String {
    let Some((before, trace)) = text.split_once("Traceback (most recent call last)") else {
        return text.to_owned();
    };
    let reason = match trace.rfind("AADSTS").and_then(|at| trace.get(at..)) {
        Some(reason) => reason,
        None => trace.trim_end().lines().next_back().unwrap_or_default(),
    };
    let known = before.contains("AADSTS") || before.lines().any(|line| line.starts_with("ERROR: "));
    if known {
        before.to_owned()
    } else {
        format!("{before} {reason}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_in_all_their_forms() {
        let text = redact("client_secret=a%2Fb%2Bc~long&x=a/b+c~long", &["a/b+c~long\n", ""]);
        assert!(!text.contains("long"), "{text}");
        assert_eq!(redact("at a time", &["a"]), "at a time");
    }

    #[test]
    fn all_that_follows_bearer_goes() {
        for (text, left) in [
            ("bad header: Bearer opaque-tok", "bad header: Bearer [redacted]"),
            ("x bearer\n  abc def", "x bearer\n  [redacted]"),
            ("x BEARER%20abc", "x BEARER%20[redacted]"),
            ("the token alone, without `Bearer`", "the token alone, without `Bearer`"),
            ("Bearer ", "Bearer "),
        ] {
            assert_eq!(redact(text, &[]), left);
        }
    }

    #[test]
    fn a_traceback_is_cut_and_the_error_in_it_stays() {
        let trace = "Traceback (most recent call last):\n  File \"x.py\", line 1, in f\n    raise E\n";
        assert_eq!(
            one_line(&format!(
                "WARNING: a\n{trace}azure.E: AADSTS90002: Tenant 'x' not found.\nTrace ID: 1\n"
            )),
            "WARNING: a AADSTS90002: Tenant 'x' not found."
        );
        assert_eq!(one_line(&format!("{trace}ValueError: no")), "ValueError: no");
        assert_eq!(
            one_line(&format!("ERROR: no subscription\n{trace}ValueError: no")),
            "ERROR: no subscription"
        );
    }

    #[test]
    fn numbers_of_the_request_are_left_out() {
        let text = "AADSTS1: no.\r\nTrace ID: a-b\r\nCorrelation ID: c-d\r\nTimestamp: 2026-01-02 03:04:05Z\r\nPlease run az login";
        assert_eq!(one_line(text), "AADSTS1: no. Please run az login");
        assert_eq!(one_line("Trace of Correlation ID"), "Trace of Correlation ID");
        assert_eq!(one_line("AADSTS1: no. Trace ID:"), "AADSTS1: no.");
    }

    #[test]
    fn tokens_go_and_words_stay() {
        let text = redact(
            "token eyJ0eXAiOiJKV1QiLCJhbGci.eyJhdWQiOiJodHRwcyJ9.c2ln, keyJar and eyJ",
            &[],
        );
        assert_eq!(text, "token [redacted], keyJar and eyJ");
    }

    #[test]
    fn the_reason_stands_alone_on_its_line() {
        let text =
            "ClientSecretCredential authentication failed. AADSTS1:  no\r\nTrace\nTo troubleshoot, visit https://x";
        assert_eq!(one_line(text), "AADSTS1: no Trace");
        assert_eq!(
            one_line("my Credential authentication failed. x"),
            "my Credential authentication failed. x"
        );
    }
}
