//! Text as YAML reads it back: without quotes where every reader takes it for that text, in quotes otherwise.

use super::guid::is_guid;

/// Words that readers of YAML take for something else than text, in any casing (YAML 1.1, and its core schema in 1.2).
const NOT_TEXT: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

/// A value of one line. Control characters are escaped.
pub fn scalar(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut out = String::from('"');
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            // Two of them begin a command to the pipeline that prints it.
            '#' if rest.peek() == Some(&'#') => out.push_str("\\x23"),
            '"' | '\\' => out.extend(['\\', c]),
            // All of these and no others need it: their numbers have at most four digits.
            c if c.is_control() || c == '\u{feff}' => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn is_plain(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "._-/()".contains(c);
    is_guid(text)
        || text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
            && text.ends_with(is_word)
            && text.chars().all(|c| is_word(c) || c == ' ')
            && !NOT_TEXT.iter().any(|word| word.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::scalar;

    #[test]
    fn only_what_is_plainly_text_goes_without_quotes() {
        for text in [
            "cosmos-orders",
            "/dbs/orders/colls/a.b",
            "/",
            "Cosmos DB Built-in Data Reader",
            "0a11ce00-0000-4000-8000-000000000002",
        ] {
            assert_eq!(scalar(text), text);
        }
        for (text, written) in [
            ("", "\"\""),
            ("Off", "\"Off\""),
            ("1e3", "\"1e3\""),
            ("2027-01-31", "\"2027-01-31\""),
            ("*", "\"*\""),
            ("CHG-1: later", "\"CHG-1: later\""),
            ("a #b", "\"a #b\""),
            (" a", "\" a\""),
            ("a ", "\"a \""),
            ("a\"b\\c\n", "\"a\\\"b\\\\c\\u000A\""),
            ("é", "\"é\""),
            ("[a]", "\"[a]\""),
            ("a ##vso[b", "\"a \\x23#vso[b\""),
        ] {
            assert_eq!(scalar(text), written);
        }
    }
}
