//! Takes secrets out of texts that others wrote, before anyone sees them.

use crate::arm::cut;

/// What stands in place of a secret.
const PLACEHOLDER: &str = "[redacted]";
/// Shorter ones would tear harmless texts apart; none of Azure's is so short.
const SHORTEST: usize = 6;

/// Takes out the secrets, also as they look in a form or URL, and whatever looks like a token.
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
    without_tokens(&text)
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

/// One line a credential: runs of blanks become one, and what the SDK puts around the reason goes (the name of its type,
/// a link to its own guide).
pub(super) fn one_line(text: &str) -> String {
    let text = text.split("To troubleshoot, visit").next().unwrap_or_default();
    let text = match text.split_once("Credential authentication failed.") {
        Some((name, reason)) if !name.contains(' ') => reason,
        _ => text,
    };
    cut(text.split_whitespace().collect::<Vec<_>>().join(" "))
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
