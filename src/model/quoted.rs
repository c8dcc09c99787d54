//! Names in backticks, by the rules of Markdown's code spans (CommonMark 0.31.2, 6.1): no name ends its own quotation.

const QUOTE: char = '`';

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece<'t> {
    /// As it is written, with the backticks.
    pub(crate) whole: &'t str,
    /// The name, if it is quoted.
    pub(crate) name: Option<&'t str>,
}

/// The name between runs of backticks that are longer than any of its own.
pub(super) fn quote(name: &str) -> String {
    let longest = name.split(|c| c != QUOTE).map(str::len).max().unwrap_or_default();
    let quote = QUOTE.to_string().repeat(longest + 1);
    // One space on either side is no part of the name.
    let is_padded = name.starts_with(QUOTE) || name.ends_with(QUOTE) || (name.starts_with(' ') && name.ends_with(' '));
    let space = if is_padded { " " } else { "" };
    format!("{quote}{space}{name}{space}{quote}")
}

/// The quoted names of a text, and what is between them. Backticks that quote nothing are text.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let runs = runs(text);
    let mut pieces = Vec::new();
    let mut add = |from: usize, to: usize, quotes: Option<usize>| {
        let whole = text.get(from..to).unwrap_or_default();
        let name = quotes.map(|quotes| unpadded(whole.get(quotes..whole.len() - quotes).unwrap_or_default()));
        if !whole.is_empty() {
            pieces.push(Piece { whole, name });
        }
    };
    let mut done = 0;
    let mut left = runs.as_slice();
    while let [(start, length), rest @ ..] = left {
        left = rest;
        let Some(close) = rest.iter().position(|(_, other)| other == length) else {
            continue;
        };
        if let Some((end, _)) = rest.get(close) {
            add(done, *start, None);
            done = end + length;
            add(*start, done, Some(*length));
        }
        left = rest.get(close + 1..).unwrap_or_default();
    }
    add(done, text.len(), None);
    pieces
}

/// Where backticks are, and how many together.
fn runs(text: &str) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (place, _) in text.match_indices(QUOTE) {
        match runs.last_mut() {
            Some((start, length)) if *start + *length == place => *length += 1,
            _ => runs.push((place, 1)),
        }
    }
    runs
}

fn unpadded(name: &str) -> &str {
    let inner = name.strip_prefix(' ').and_then(|rest| rest.strip_suffix(' '));
    inner
        .filter(|inner| !inner.trim_matches(' ').is_empty())
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Names in brackets, and the text between them.
    fn read(text: &str) -> String {
        let each = pieces(text).into_iter();
        each.map(|piece| {
            piece
                .name
                .map_or_else(|| piece.whole.to_owned(), |name| format!("[{name}]"))
        })
        .collect()
    }

    #[test]
    fn names_end_where_they_end() {
        for (name, quoted) in [
            ("orders", "`orders`"),
            ("a`b", "``a`b``"),
            ("a``b`c", "```a``b`c```"),
            ("`", "`` ` ``"),
            ("a`", "`` a` ``"),
            (" a ", "`  a  `"),
            (" a", "` a`"),
        ] {
            assert_eq!(quote(name), quoted);
            assert_eq!(read(&format!("role {quoted}. More")), format!("role [{name}]. More"));
        }
        // A name without characters can't be quoted.
        assert_eq!(read(&format!("role {} in `b`", quote(""))), "role `` in [b]");
    }

    #[test]
    fn backticks_that_quote_nothing_are_text() {
        for (text, expected) in [
            ("", ""),
            ("a ` b", "a ` b"),
            ("a `` b `c` d", "a `` b [c] d"),
            ("`a``b`", "[a``b]"),
            ("`a` ` ``b``", "[a] ` [b]"),
        ] {
            assert_eq!(read(text), expected);
        }
    }

    proptest! {
        #[test]
        fn every_name_is_read_back(names in prop::collection::vec("[`a ]{0,6}[`a][`a ]{0,6}", 0..4)) {
            let text: String = names.iter().map(|name| format!("of {}, ", quote(name))).collect();
            let read: Vec<&str> = pieces(&text).iter().filter_map(|piece| piece.name).collect();
            prop_assert_eq!(read, names);
            let whole: String = pieces(&text).iter().map(|piece| piece.whole).collect();
            prop_assert_eq!(whole, text);
        }
    }
}
