//! Text for terminals and logs: names come from the tenant, and may hold escape sequences, line breaks, characters that
//! turn the reading direction, and commands to the pipeline that prints them.

use unicode_width::UnicodeWidthStr;

/// The text with everything that a terminal or a pipeline would act on, or hide, written as an escape.
pub fn visible(text: &str) -> String {
    // Nearly every name is plain, and a big report has millions.
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte) && byte != b'#') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for (place, c) in text.char_indices() {
        match c {
            '#' if text.get(place..).is_some_and(is_logging_command) => out.push_str("\\x23"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if is_invisible(c) => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// Azure Pipelines acts on `##vso[…]` and `##[…]` anywhere in a line that a task prints, whatever the case ("Logging
/// commands" of its documentation).
fn is_logging_command(text: &str) -> bool {
    let starts = |prefix: &str| {
        text.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    starts("##[") || starts("##vso[")
}

/// Format characters: direction controls, joiners, line and paragraph separators, tags, the byte order mark; and what
/// is no character at all, which XML cannot hold (XML 1.0, 2.2).
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Breaks text between words.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
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
    fn pipelines_are_not_commanded() {
        assert_eq!(visible("a ##vso[task.x]"), "a \\x23#vso[task.x]");
        assert_eq!(visible("##[group]###VSO[x"), "\\x23#[group]#\\x23#VSO[x");
        assert_eq!(visible("C# ## #1"), "C# ## #1");
    }

    #[test]
    fn numbers_can_be_read() {
        assert_eq!(
            [1, 12, 123, 1234, 1_234_567].map(thousands),
            ["1", "12", "123", "1,234", "1,234,567"]
        );
    }
}
