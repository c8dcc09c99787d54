//! User input in messages: always between backticks, never long, and never able to change what a terminal shows.

use crate::model::Shown;

/// Input longer than this is cut in messages.
const LONGEST: usize = 100;

/// Text between backticks, cut when it is long.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Shown::quoted(&format!("{}…", text.get(..end).unwrap_or_default())).into(),
        None => Shown::quoted(text).into(),
    }
}

/// Words between backticks, with commas.
pub(super) fn quoted_all<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let words: Vec<String> = words.into_iter().map(quoted).collect();
    words.join(", ")
}
