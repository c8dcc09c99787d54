//! Renders a report. One file a format; all of them show the same [`Report`], and none changes the exit code.
//!
//! To add a format: a file here with a `render` function, its arm in [`Format`], and its golden file.

mod json;
mod table;
pub mod text;

pub use table::{ListColumn, list_table};

use crate::finding::Report;

/// A format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal.
    Table,
    /// For pipelines; versioned.
    Json,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 2] = [Self::Table, Self::Json];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
        }
    }

    /// What its files are called.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Table => "txt",
            Self::Json => "json",
        }
    }

    /// Renders a report, with a line feed at the end.
    pub fn render(self, report: &Report, style: Style) -> String {
        match self {
            Self::Table => table::render(report, style),
            Self::Json => json::render(report),
        }
    }
}

/// How formats for terminals look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Columns.
    pub width: u16,
    /// Whether to colour.
    pub colour: bool,
}

impl Style {
    /// Text in bold type, where there is colour.
    fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// Text with the attributes of an SGR sequence (ECMA-48, 8.3.117), where there is colour.
    fn paint(self, attributes: &str, text: &str) -> String {
        if self.colour {
            format!("\u{1b}[{attributes}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

impl Default for Style {
    /// For files and pipes.
    fn default() -> Self {
        Self {
            width: 100,
            colour: false,
        }
    }
}
