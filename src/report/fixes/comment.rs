//! Comments of scripts and templates. What a tenant calls its things can't leave them.

use super::super::text::{Screen, wrap};
use crate::model::Shown;
use crate::shown;
use std::io;

/// Columns of a line.
const WIDTH: usize = 100;

/// Where comments go, and what each line of them begins with.
pub(super) struct Comments<'o, 'w> {
    pub(super) out: &'o mut Screen<'w>,
    pub(super) mark: &'static str,
}

impl Comments<'_, '_> {
    /// An empty line.
    pub(super) fn blank(&mut self) -> io::Result<()> {
        self.out.line("")
    }

    /// A line of the comment without text.
    pub(super) fn empty(&mut self) -> io::Result<()> {
        self.out.line(self.mark)
    }

    /// A line of the script itself.
    pub(super) fn line(&mut self, line: &Shown) -> io::Result<()> {
        // What is one line stays one.
        self.out.line(Shown::of(line.as_str()))
    }

    /// A line that is commented out, however long.
    pub(super) fn whole(&mut self, text: &Shown) -> io::Result<()> {
        self.out.line(shown!("{} {}", self.mark, Shown::of(text.as_str())))
    }

    /// Text that is broken between words.
    pub(super) fn text(&mut self, text: &Shown) -> io::Result<()> {
        self.labelled("", text)
    }

    /// Text beside a label; its other lines stand below the first.
    pub(super) fn labelled(&mut self, label: &'static str, text: &Shown) -> io::Result<()> {
        let room = WIDTH.saturating_sub(self.mark.len() + 1 + label.len());
        for (place, line) in wrap(&Shown::of_lines(text.as_str()), room).into_iter().enumerate() {
            let blanks = " ".repeat(label.len());
            let before = if place == 0 {
                Shown::of(label)
            } else {
                Shown::of(&blanks)
            };
            let line = inert(line, before.as_str().trim().is_empty());
            self.out.line(shown!("{} {}{}", self.mark, before, line))?;
        }
        Ok(())
    }
}

/// ShellCheck takes a comment that begins with its name for an instruction.
fn inert(line: Shown, is_first: bool) -> Shown {
    match is_first && line.as_str().starts_with("shellcheck") {
        true => shown!("… {}", line),
        false => line,
    }
}
