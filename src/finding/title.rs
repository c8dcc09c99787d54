//! What a finding or a cause is called: one line that says what is wrong, and where.

use crate::model::Shown;
use crate::shown;

/// Characters that a title has at most: what lists, e-mails and code scanning show of it without cutting it.
pub const LONGEST: usize = 80;
/// Characters that are left at least of a name that is shortened.
const SHORTEST_NAME: usize = 9;

/// A title: sentence case, no full stop, at most [`LONGEST`] characters. Made by [`title!`](crate::title).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Title(Shown);

/// A part of a title.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    /// Text of ours, which stays.
    Text(Shown),
    /// A name, whose middle is left out where the title would be too long.
    Name(Shown),
}

/// Makes a [`Title`] as `format!` makes a string: of names, which are [`Shown`] and are shortened where
/// the title would be too long, and of words and numbers of the program itself.
///
/// ```
/// # use cosmos_rbac::{model::Shown, title};
/// let title = title!("{} can {} in {}", Shown::of("reporting"), "delete items", Shown::of("cosmos-orders"));
/// assert_eq!(title.as_str(), "reporting can delete items in cosmos-orders");
/// ```
#[macro_export]
macro_rules! title {
    ($format:literal $(, $value:expr)* $(,)?) => {
        $crate::finding::Title::of($format, [$($crate::finding::title::Piece::from($value)),*])
    };
}

impl From<Shown> for Piece {
    fn from(name: Shown) -> Self {
        Self::Name(name)
    }
}

impl From<&Shown> for Piece {
    fn from(name: &Shown) -> Self {
        Self::Name(name.clone())
    }
}

impl From<&'static str> for Piece {
    fn from(text: &'static str) -> Self {
        Self::Text(text.into())
    }
}

impl From<usize> for Piece {
    fn from(number: usize) -> Self {
        Self::Text(shown!("{}", number))
    }
}

impl From<Piece> for Shown {
    fn from(piece: Piece) -> Self {
        match piece {
            Piece::Text(text) | Piece::Name(text) => text,
        }
    }
}

impl Piece {
    fn text(&self) -> &Shown {
        match self {
            Self::Text(text) | Self::Name(text) => text,
        }
    }

    fn characters(&self) -> usize {
        self.text().as_str().chars().count()
    }
}

impl Title {
    /// For [`title!`](crate::title): `format`, with a piece in the place of each `{}`.
    #[doc(hidden)]
    pub fn of(format: &'static str, values: impl IntoIterator<Item = Piece>) -> Self {
        let mut values = values.into_iter();
        let mut pieces = Vec::new();
        for (place, text) in format.split("{}").enumerate() {
            if place > 0 {
                pieces.extend(values.next());
            }
            pieces.push(Piece::Text(text.into()));
        }
        shorten(&mut pieces);
        let whole = Shown::join(pieces.iter().map(|piece| piece.text().clone()), "");
        // A title has no markup.
        Self(start(&whole.escaped(&[('`', "'")]), LONGEST))
    }

    /// A title that is written in a file.
    pub fn read(text: &str) -> Self {
        Self(start(&Shown::of(text), LONGEST))
    }

    /// The title of a finding of which only the message is known: how that begins.
    pub fn of_message(message: &str) -> Self {
        let first = message.split(". ").next().unwrap_or_default();
        let first = first.split("; ").next().unwrap_or_default().trim_end_matches('.');
        Self::read(&first.replace('`', ""))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The text, safe to show.
    pub fn shown(&self) -> &Shown {
        &self.0
    }
}

impl From<&Title> for Shown {
    fn from(title: &Title) -> Self {
        title.0.clone()
    }
}

/// Takes the middle out of the longest names, until all of it is short enough or no name can be shorter.
fn shorten(pieces: &mut [Piece]) {
    for piece in pieces.iter_mut() {
        match piece {
            // It is too long by itself, and step by step it would take long.
            Piece::Name(name) if name.as_str().chars().count() > LONGEST => *name = without_middle(name, LONGEST),
            // A short form of an id would be no good shorter.
            Piece::Name(name) if name.as_str().contains('…') && name.as_str().chars().count() <= LONGEST / 2 => {
                *piece = Piece::Text(std::mem::take(name));
            }
            _ => {}
        }
    }
    loop {
        let total: usize = pieces.iter().map(Piece::characters).sum();
        let Some(over) = total.checked_sub(LONGEST).filter(|over| *over > 0) else {
            return;
        };
        let names = pieces.iter_mut().filter_map(|piece| match piece {
            Piece::Name(name) => Some(name),
            Piece::Text(_) => None,
        });
        let longest = names.max_by_key(|name| name.as_str().chars().count());
        let Some(name) = longest.filter(|name| name.as_str().chars().count() > SHORTEST_NAME) else {
            return;
        };
        let length = name.as_str().chars().count();
        // A step at a time, so that two long names become equally long.
        let wanted = length.saturating_sub(over.min(4)).max(SHORTEST_NAME);
        *name = without_middle(name, wanted);
    }
}

/// Both ends of a name, which is longer than `wanted`.
pub(crate) fn without_middle(name: &Shown, wanted: usize) -> Shown {
    let characters: Vec<char> = name.as_str().chars().filter(|c| *c != '…').collect();
    let kept = wanted.saturating_sub(1);
    let head: String = characters.iter().take(kept.div_ceil(2)).collect();
    let tail: String = characters
        .iter()
        .skip(characters.len().saturating_sub(kept / 2))
        .collect();
    shown!("{}…{}", Shown::of(&head), Shown::of(&tail))
}

/// The first characters.
fn start(text: &Shown, longest: usize) -> Shown {
    if text.as_str().chars().count() <= longest {
        return text.clone();
    }
    let kept: String = text.as_str().chars().take(longest.saturating_sub(1)).collect();
    shown!("{}…", Shown::of(&kept))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_give_way_and_words_stay() {
        let long = Shown::of(&"abcdefghij".repeat(6));
        let title = title!("{} can delete items in {} {}", &long, Shown::of("cosmos-orders"), &long);
        assert_eq!(title.as_str().chars().count(), LONGEST);
        assert!(
            title.as_str().contains(" can delete items in cosmos-orders "),
            "{title:?}"
        );
        assert_eq!(title.as_str().matches('…').count(), 2);
    }

    #[test]
    fn a_message_begins_with_its_title() {
        let title = |message| Title::of_message(message).as_str().to_owned();
        assert_eq!(
            title("`a` can read items in `/dbs/x`. More."),
            "a can read items in /dbs/x"
        );
        assert_eq!(
            title("keys still open `a`: local authentication is on; so"),
            "keys still open a: local authentication is on"
        );
        assert_eq!(title(&"a".repeat(100)).chars().count(), LONGEST);
    }

    proptest! {
        #[test]
        fn no_title_is_too_long(names in prop::collection::vec(".{0,300}", 3)) {
            let name = |at: usize| Shown::of(names.get(at).map_or("", String::as_str));
            let title = title!("{} can delete items in {} {}", name(0), name(1), name(2));
            prop_assert!(title.as_str().chars().count() <= LONGEST);
            prop_assert!(!title.as_str().chars().any(crate::model::shown::is_unsafe));
        }
    }
}
