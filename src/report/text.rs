//! Text for terminals: names come from the tenant, and may hold escape sequences, line breaks and characters that turn
//! the reading direction.

use std::fmt::Write;

/// The text with everything that a terminal would act on, or hide, written as an escape.
pub fn visible(text: &str) -> String {
    // Nearly every name is plain, and a big report has millions.
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c if is_invisible(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// Format characters: direction controls, joiners, line and paragraph separators, tags, the byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// `1 account`, `1,234 accounts`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// A number with a comma after every three digits.
pub(super) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal() {
        assert_eq!(
            visible("a\u{1b}[31mb\nc\u{202e}d\u{9b}é"),
            "a\\x1b[31mb\\nc\\u{202e}d\\x9bé"
        );
    }

    #[test]
    fn numbers_can_be_read() {
        assert_eq!(
            [1, 12, 123, 1234, 1_234_567].map(thousands),
            ["1", "12", "123", "1,234", "1,234,567"]
        );
    }
}
