//! Text in which names stand in backticks: a name is bold, an id, path, pattern or setting is code.

use crate::model::Shown;
use crate::model::quoted::pieces;
use crate::shown;
use askama::Template;

#[derive(Template)]
#[template(path = "sentence.html")]
pub(super) struct Sentence {
    pieces: Vec<(Kind, Shown)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Text,
    Name,
    Code,
}

impl Sentence {
    pub(super) fn of(text: &Shown) -> Self {
        let pieces = pieces(text.as_str()).into_iter();
        let pieces = pieces.map(|piece| match piece.name {
            None => (Kind::Text, Shown::of(piece.whole)),
            Some(name) if is_code(name) => (Kind::Code, Shown::of(name)),
            Some(name) => (Kind::Name, Shown::of(name)),
        });
        Self {
            pieces: pieces.collect(),
        }
    }

    /// As a sentence of its own: with a capital, and a full stop.
    pub(super) fn whole(text: &Shown) -> Self {
        Self::ended(upper_first(text.as_str()))
    }

    /// As a sentence that may begin with a name: with a full stop.
    pub(super) fn ended(mut text: Shown) -> Self {
        if !text.as_str().is_empty() && !text.as_str().ends_with(['.', '!', '?', '…']) {
            text.push(".");
        }
        Self::of(&text)
    }
}

/// The same as the beginning of a sentence.
pub(super) fn upper_first(text: &str) -> Shown {
    let mut rest = text.chars();
    match rest.next().filter(char::is_ascii_lowercase) {
        Some(first) => shown!(
            "{}{}",
            Shown::of(&first.to_ascii_uppercase().to_string()),
            Shown::of(rest.as_str())
        ),
        None => Shown::of(text),
    }
}

/// Keys and words of a policy that look like names.
const KEYS: [&str; 8] = [
    "any",
    "deny",
    "except",
    "grants",
    "match",
    "principals",
    "roles",
    "waivers",
];

/// Whether a piece is anything but a name.
fn is_code(piece: &str) -> bool {
    let pairs = piece.chars().zip(piece.chars().skip(1));
    let is_camel = pairs
        .into_iter()
        .any(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase());
    is_camel
        || KEYS.contains(&piece)
        || piece.contains([
            '/', '*', '_', ':', '=', '<', '>', '{', '}', '\\', '$', '|', '[', ']', '#', '&', ';', '"', '\'',
        ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_ids_and_settings() {
        for (piece, code) in [
            ("Paul Payments", false),
            ("cosmos-orders", false),
            ("/dbs/orders", true),
            ("key_readers", true),
            ("except", true),
            ("disableLocalAuth", true),
            ("items/*", true),
        ] {
            assert_eq!(is_code(piece), code, "{piece}");
        }
        let whole = Sentence::whole(&"delete `reporting`".into());
        assert_eq!(whole.pieces.first(), Some(&(Kind::Text, Shown::from("Delete "))));
        assert_eq!(whole.pieces.last(), Some(&(Kind::Text, Shown::from("."))));
    }
}
