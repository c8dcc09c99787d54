//! User input in messages: always between backticks, never long, and never able to change what a terminal shows.

use std::borrow::Cow;

/// Input longer than this is cut in messages.
const LONGEST: usize = 100;

/// Whether a character could hide or reorder text, or steer a terminal.
pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A character as it can be shown.
pub(super) fn shown(c: char) -> Cow<'static, str> {
    match c {
        // A tab's width depends on the terminal; carets must not.
        '\t' => Cow::Borrowed("    "),
        _ if is_unsafe(c) => Cow::Owned(c.escape_unicode().to_string()),
        _ => Cow::Owned(c.to_string()),
    }
}

/// Text as it can be shown on one line.
pub(super) fn cleaned(text: &str) -> String {
    text.chars().map(shown).collect()
}

/// Text between backticks, cut when it is long.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("`{}…`", cleaned(text.get(..end).unwrap_or_default())),
        None => format!("`{}`", cleaned(text)),
    }
}

/// Words between backticks, with commas.
pub(super) fn quoted_all<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let words: Vec<String> = words.into_iter().map(quoted).collect();
    words.join(", ")
}
