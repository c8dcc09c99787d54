//! Text for people: where it goes, how it is broken into lines, how numbers read.

use crate::finding::Severity;
use crate::model::Shown;
use crate::model::quoted::pieces;
use crate::model::shown::Show;
use crate::shown;
use std::io::{self, Write};
use std::ops::Range;
use unicode_width::UnicodeWidthStr;

/// Where text for people goes. It takes nothing but what is safe to show.
pub struct Screen<'w>(&'w mut dyn Write);

impl<'w> Screen<'w> {
    /// Text that goes to `out`.
    pub fn new(out: &'w mut dyn Write) -> Self {
        Self(out)
    }

    /// Writes text.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn text(&mut self, text: impl Show) -> io::Result<()> {
        write!(self.0, "{text}")
    }

    /// Writes text, and ends the line.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn line(&mut self, text: impl Show) -> io::Result<()> {
        writeln!(self.0, "{text}")
    }
}

/// Breaks text between words.
pub fn wrap(text: &Shown, width: usize) -> Vec<Shown> {
    let mut lines: Vec<Shown> = Vec::new();
    for word in text.words() {
        match lines.last_mut() {
            Some(line) if line.as_str().width() + 1 + word.as_str().width() <= width => {
                line.push(shown!(" {}", word));
            }
            _ => lines.push(word),
        }
    }
    lines
}

/// What comes before the first full stop, or the first alternative. Names in backticks may hold either.
pub(super) fn first_sentence(text: &Shown) -> Shown {
    sentences(text).into_iter().next().unwrap_or_default()
}

/// The sentences and alternatives, without what ends them. Names in backticks may hold full stops.
pub(super) fn sentences(text: &Shown) -> Vec<Shown> {
    let mut all = Vec::new();
    let mut start = 0;
    let mut place = 0;
    for part in pieces(text.as_str()) {
        if part.name.is_none() {
            for (end, _) in part.whole.match_indices(' ') {
                if part.whole.get(..end).is_some_and(|before| before.ends_with(['.', ';'])) {
                    all.push(piece(text, start..place + end));
                    start = place + end + 1;
                }
            }
        }
        place += part.whole.len();
    }
    all.push(piece(text, start..text.as_str().len()));
    all
}

fn piece(text: &Shown, range: Range<usize>) -> Shown {
    Shown::of(text.as_str().get(range).unwrap_or_default()).without_final(&['.', ';'])
}

/// The same as a sentence: with a capital letter, unless it begins with a name in backticks, and a full stop.
pub(super) fn sentence(text: &Shown) -> Shown {
    shown!("{}.", text.capitalised().without_final(&['.']))
}

/// `1 account`, `1,234 accounts`.
pub fn count(number: usize, one: &'static str, many: &'static str) -> Shown {
    shown!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// A number with a comma after every three digits.
pub(super) fn thousands(number: usize) -> Shown {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    Shown::of(&out)
}

/// ` (1 Critical, 16 High)`, the worst first; nothing if there are none.
pub(super) fn in_brackets<'n>(numbers: impl DoubleEndedIterator<Item = (&'n Severity, &'n usize)>) -> Shown {
    let there = numbers.rev().filter(|(_, number)| **number > 0);
    let each: Vec<Shown> = there
        .map(|(severity, number)| shown!("{} {}", thousands(*number), severity.title()))
        .collect();
    if each.is_empty() {
        return Shown::default();
    }
    shown!(" ({})", Shown::join(each, ", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_can_be_read() {
        assert_eq!(
            [1, 12, 123, 1234, 1_234_567].map(|number| thousands(number).to_string()),
            ["1", "12", "123", "1,234", "1,234,567"]
        );
    }

    #[test]
    fn sentences_end_outside_of_names() {
        for (text, expected) in [
            ("delete it. Then create another.", "Delete it."),
            ("`a. b` is deleted; or keep it", "`a. b` is deleted."),
            ("``a`. b`` is deleted; or keep it", "``a`. b`` is deleted."),
            ("Delete it.", "Delete it."),
        ] {
            assert_eq!(sentence(&first_sentence(&text.into())).as_str(), expected);
        }
    }

    #[test]
    fn lines_end_between_words() {
        let text = Shown::of("a bc  def g");
        let lines: Vec<String> = wrap(&text, 4).into_iter().map(String::from).collect();
        assert_eq!(lines, ["a bc", "def", "g"]);
    }
}
