//! Texts as YAML scalars: plain where every reader takes them for text, in quotes elsewhere.

/// Longer names are hard to read; what tells them apart is the ID beside them.
const LONGEST: usize = 64;

/// Words that other readers of YAML take for something else than text.
const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

/// A scalar that can be written anywhere, also between braces. The text has no character that a policy can't hold.
pub(super) fn scalar(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    quoted(text)
}

/// A scalar in quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn is_plain(text: &str) -> bool {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || "-_./ ()+@".contains(c);
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/');
    let is_number = text
        .chars()
        .all(|c| c.is_ascii_digit() || "._+-eExXoabcdfABCDF".contains(c))
        && text.starts_with(|c: char| c.is_ascii_digit())
        && !text.contains('-');
    begins
        && text.chars().all(is_inside)
        && !text.ends_with(' ')
        && !is_number
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A list between brackets.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    format!("[{}]", items.join(", "))
}

/// A name of at most [`LONGEST`] characters, in one line.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_every_reader_takes_for_text_is_plain() {
        for text in [
            "orders-api",
            "/dbs/orders",
            "/",
            "Cosmos DB Built-in Data Reader",
            "readMetadata",
            "Write (all)",
        ] {
            assert_eq!(scalar(text), text);
        }
        for text in [
            "", "*", "a*", "a: b", "a #b", "null", "Yes", "123", "1e5", "0x1f", "- a", "&a", "a,b", "[a]", "é", "a ",
        ] {
            assert!(scalar(text).starts_with('"'), "{text}");
        }
        assert_eq!(scalar("a\"b\\"), r#""a\"b\\""#);
    }
}
