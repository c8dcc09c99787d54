//! Text for people: where it goes, how it is broken into lines, how numbers read.

use crate::model::Shown;
use crate::model::shown::Show;
use crate::shown;
use std::io::{self, Write};
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

    /// Writes a line of a table, whose cells took nothing but what is safe to show.
    pub(super) fn laid_out(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.0, "{line}")
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
    fn lines_end_between_words() {
        let text = Shown::of("a bc  def g");
        let lines: Vec<String> = wrap(&text, 4).into_iter().map(String::from).collect();
        assert_eq!(lines, ["a bc", "def", "g"]);
    }
}
