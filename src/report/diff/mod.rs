//! Renders what differs between two scans. `lines` puts together what people read, in `words`; a file a format.

mod html;
mod json;
mod lines;
mod markdown;
mod people;
mod scan;
mod table;
mod words;

pub use json::schema;

use super::Style;
use super::text::Screen;
use crate::diff::Difference;
use crate::model::Shown;
use std::io::{self, Write};

/// A format of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal.
    Table,
    /// For pipelines; versioned.
    Json,
    /// For step summaries and comments.
    Markdown,
    /// For people: one page that needs no network and no script.
    Html,
}

impl Format {
    /// Every format, in the order of `--help`.
    pub const ALL: &[Self] = &[Self::Table, Self::Json, Self::Markdown, Self::Html];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }

    /// What its files are called.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Table => "txt",
            Self::Json => "json",
            Self::Markdown => "md",
            Self::Html => "html",
        }
    }

    /// Writes a comparison.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn render(self, difference: &Difference, style: Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Table => table::render(difference, style, &mut Screen::new(out)),
            Self::Json => json::render(difference, out),
            Self::Markdown => markdown::render(difference, &mut Screen::new(out)),
            Self::Html => html::render(difference, out),
        }
    }
}

/// What differs, in one sentence.
pub fn sentence(difference: &Difference) -> Shown {
    words::sentence(difference)
}
