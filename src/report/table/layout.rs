//! How lines are laid out: broken between words and nowhere else, commands before an option, set in below their label.
//! Colors are put on whole lines, so that they add nothing but colors.

use super::super::Style;
use super::super::text::{Screen, wrap};
use crate::model::Shown;
use crate::shown;
use std::io;
use unicode_width::UnicodeWidthStr;

/// SGR attributes (ECMA-48, 8.3.117). All of them also make sense on a light background.
pub(in crate::report) const BOLD: &str = "1";
pub(in crate::report) const DIM: &str = "2";

/// Blanks that set in the lines of a command but the first.
const CONTINUED: usize = 2;
/// What ends a line of a command that goes on.
const GOES_ON: &str = " \\";

/// Where lines go, and how they look.
pub(in crate::report) struct Page<'o, 'w, 's> {
    pub(in crate::report) out: &'o mut Screen<'w>,
    pub(in crate::report) style: Style<'s>,
}

/// The columns of a text.
pub(in crate::report) fn width(text: &Shown) -> usize {
    text.as_str().width()
}

/// So many blanks.
pub(in crate::report) fn blanks(number: usize) -> Shown {
    Shown::of(&" ".repeat(number))
}

impl Page<'_, '_, '_> {
    /// The columns that there are.
    pub(in crate::report) fn columns(&self) -> usize {
        usize::from(self.style.width)
    }

    /// Text with attributes, where there is color. An empty one stays empty.
    pub(in crate::report) fn paint(&self, attributes: Option<&'static str>, text: Shown) -> Shown {
        match attributes {
            Some(attributes) if !text.is_empty() => self.style.paint(attributes, text),
            _ => text,
        }
    }

    pub(in crate::report) fn blank(&mut self) -> io::Result<()> {
        self.out.line("")
    }

    /// Text beside a label that takes `indent` columns; its other lines stand below the first.
    pub(in crate::report) fn labelled(
        &mut self,
        label: Label,
        indent: usize,
        text: &Shown,
        paint: Option<&'static str>,
    ) -> io::Result<()> {
        let lines = wrap(text, self.columns().saturating_sub(indent));
        self.beside(label, indent, lines, paint)
    }

    /// A command beside a label.
    pub(in crate::report) fn command(&mut self, label: Label, indent: usize, command: &Shown) -> io::Result<()> {
        let lines = broken(command, self.columns().saturating_sub(indent));
        self.beside(label, indent, lines, None)
    }

    fn beside(
        &mut self,
        label: Label,
        indent: usize,
        lines: Vec<Shown>,
        paint: Option<&'static str>,
    ) -> io::Result<()> {
        for (place, line) in lines.into_iter().enumerate() {
            let line = self.paint(paint, inert(line));
            if place == 0 && !label.text.is_empty() {
                let after = indent.saturating_sub(label.before + width(&label.text));
                let text = self.paint(label.paint, label.text.clone());
                self.out
                    .line(shown!("{}{}{}{}", blanks(label.before), text, blanks(after), line))?;
            } else {
                self.out.line(shown!("{}{}", blanks(indent), line))?;
            }
        }
        Ok(())
    }
}

/// What stands before the first line of a text.
#[derive(Clone, Default)]
pub(in crate::report) struct Label {
    /// Blanks before it.
    pub(in crate::report) before: usize,
    pub(in crate::report) text: Shown,
    pub(in crate::report) paint: Option<&'static str>,
}

impl Label {
    /// Nothing: blanks.
    pub(in crate::report) fn none() -> Self {
        Self::default()
    }

    /// A bold label after so many blanks.
    pub(in crate::report) fn bold(before: usize, text: impl Into<Shown>) -> Self {
        Self {
            before,
            text: text.into(),
            paint: Some(BOLD),
        }
    }
}

/// A line that may stand in a log: GitHub Actions acts on those that begin with `::` ("Workflow commands" of its
/// documentation), and a name could be broken there.
pub(in crate::report) fn inert(line: Shown) -> Shown {
    let text = line.as_str().trim_start();
    match text.strip_prefix("::") {
        Some(rest) => {
            let before = line.as_str().len() - text.len();
            shown!("{}\\x3a:{}", blanks(before), Shown::of(rest))
        }
        None => line,
    }
}

/// A command in lines. It is broken before an option and nowhere else, so that a value can be copied whole.
fn broken(command: &Shown, room: usize) -> Vec<Shown> {
    let mut lines: Vec<Shown> = Vec::new();
    let mut line = Shown::default();
    let pieces = pieces(command.as_str());
    let last = pieces.len().saturating_sub(1);
    for (place, piece) in pieces.into_iter().enumerate() {
        let piece = Shown::of(piece);
        let set_in = if lines.is_empty() { 0 } else { CONTINUED };
        // The last line has no mark at its end.
        let mark = if place == last { 0 } else { GOES_ON.len() };
        if line.is_empty() {
            line = piece;
        } else if set_in + width(&line) + 1 + width(&piece) + mark <= room {
            line.push(shown!(" {}", piece));
        } else {
            lines.push(shown!("{}{}{}", blanks(set_in), line, GOES_ON));
            line = piece;
        }
    }
    let set_in = if lines.is_empty() { 0 } else { CONTINUED };
    lines.push(shown!("{}{}", blanks(set_in), line));
    lines
}

/// The command word by word up to its first option, then each option with its values. What is quoted is not looked into.
fn pieces(command: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut quote = None;
    let mut before = ' ';
    for (place, c) in command.char_indices() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (None, '\'' | '"') if before != '\\' => quote = Some(c),
            (None, '-') if before == ' ' && place > start => {
                let piece = command.get(start..place).unwrap_or_default().trim_end();
                match start {
                    0 => found.extend(piece.split(' ')),
                    _ => found.push(piece),
                }
                start = place;
            }
            _ => {}
        }
        before = c;
    }
    found.extend(command.get(start..));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_broken_before_options_only() {
        let command = Shown::of("az x delete --name 'a --b' --scope /dbs/long/colls/longer --yes");
        let lines: Vec<String> = broken(&command, 30).into_iter().map(String::from).collect();
        assert_eq!(
            lines,
            [
                "az x delete --name 'a --b' \\",
                "  --scope /dbs/long/colls/longer \\",
                "  --yes"
            ]
        );
        assert_eq!(broken(&command, 200), [command]);
        let lines: Vec<String> = broken(&Shown::of("az wide x --yes"), 9)
            .into_iter()
            .map(String::from)
            .collect();
        assert_eq!(lines, ["az wide \\", "  x --yes"]);
    }

    #[test]
    fn quotes_within_quotes_end_nothing() {
        let command = r"az x --name 'it'\''s --a' --b c";
        assert_eq!(pieces(command), ["az", "x", r"--name 'it'\''s --a'", "--b c"]);
    }

    #[test]
    fn no_line_commands_a_pipeline() {
        assert_eq!(inert(Shown::of("::error::x")).as_str(), "\\x3a:error::x");
        assert_eq!(inert(Shown::of("a::b")).as_str(), "a::b");
    }
}
