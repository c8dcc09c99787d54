//! Renders a report. One file a format; all of them show the same [`Report`], and none changes the exit code.
//!
//! To add a format: a file here with a `SPEC`, its arm in [`Format`], and its golden file in `reports/sample/`, which
//! `UPDATE_GOLDEN=1 cargo test --test it sample` writes.

mod annotations;
pub mod answer;
mod azure_devops;
mod csv;
pub mod diff;
mod facts;
mod filtered;
mod fixes;
mod github;
mod html;
mod invocation;
mod json;
mod junit;
mod local_auth;
mod markdown;
mod ndjson;
mod ocsf;
mod opengraph;
#[cfg(feature = "parquet")]
mod parquet;
mod rows;
mod sarif;
mod stream;
mod table;
pub mod text;
mod verdict;

pub use self::csv::csv_table;
pub use fixes::{FIX_SCRIPT, FixFile, FixFileState, fix_file_state, fix_files};
pub use invocation::{GivenOption, Invocation};
pub use json::schema;
pub use opengraph::{OpenGraph, extension};
#[cfg(feature = "parquet")]
pub use parquet::{AccessTable, ParquetTable};
pub use stream::json_document;
pub use table::{ListColumn, list_table, verdict_text};

use crate::finding::Report;
use crate::model::Shown;
use crate::shown;
use std::io::{self, Write};
use text::Screen;

/// What a format's file says about it.
struct Spec {
    /// Its name on the command line.
    name: &'static str,
    /// What its files are called.
    extension: &'static str,
    /// See [`Format::render`].
    render: Render,
}

/// How a format is written.
enum Render {
    /// As text of our own: what is not safe to show cannot get there.
    Text(fn(&Report, Style<'_>, &mut Screen<'_>) -> io::Result<()>),
    /// By whatever writes JSON, XML, HTML or CSV, and sees to it that values stay values.
    Data(fn(&Report, &mut dyn Write) -> io::Result<()>),
}

macro_rules! formats {
    ($($(#[$doc:meta])* $variant:ident = $file:ident,)*) => {
        /// A format of the report.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Format {
            $($(#[$doc])* $variant,)*
        }

        impl Format {
            /// Every format, in the order of `--help`.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            fn spec(self) -> &'static Spec {
                match self {
                    $(Self::$variant => &$file::SPEC,)*
                }
            }
        }
    };
}

formats! {
    /// For people at a terminal.
    Table = table,
    /// For people: one page that needs no network; works without JavaScript, better with it.
    Html = html,
    /// For step summaries and comments.
    Markdown = markdown,
    /// For pipelines; versioned.
    Json = json,
    /// For log pipelines: the findings of the JSON report, one a line.
    Ndjson = ndjson,
    /// For spreadsheets.
    Csv = csv,
    /// For code scanning.
    Sarif = sarif,
    /// For test reports of CI systems.
    Junit = junit,
    /// Workflow commands of GitHub Actions.
    Github = github,
    /// Logging commands of Azure Pipelines.
    AzureDevops = azure_devops,
    /// For SIEMs.
    Ocsf = ocsf,
}

impl Format {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// What its files are called.
    pub fn extension(self) -> &'static str {
        self.spec().extension
    }

    /// Whether it says what the change of a cause closes and opens; `details`: the table has all that is known.
    pub fn tells_effects(self, details: bool) -> bool {
        match self {
            Self::Html | Self::Json => true,
            Self::Table => details,
            _ => false,
        }
    }

    /// Whether it shows who can do what in each account.
    pub fn shows_access(self) -> bool {
        matches!(self, Self::Html)
    }

    /// Writes a report. Every line ends with a line feed; formats of one line a finding may have none. It is written in
    /// small pieces: a file needs a buffer before it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn render(self, report: &Report, style: Style<'_>, out: &mut dyn Write) -> io::Result<()> {
        match self.spec().render {
            Render::Text(render) => render(report, style, &mut Screen::new(out)),
            Render::Data(render) => render(report, out),
        }
    }
}

/// How formats for terminals look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style<'r> {
    /// Columns.
    pub width: u16,
    /// Whether to colour.
    pub colour: bool,
    /// Whether the table has everything, and not a line a finding.
    pub details: bool,
    /// The run, where the table says what to run next.
    pub invocation: Option<&'r Invocation>,
}

impl Style<'_> {
    /// Text with the attributes of an SGR sequence (ECMA-48, 8.3.117), where there is colour.
    pub fn paint(self, attributes: &'static str, text: Shown) -> Shown {
        if self.colour {
            shown!("\u{1b}[{}m{}\u{1b}[0m", attributes, text)
        } else {
            text
        }
    }
}

impl Default for Style<'_> {
    /// For files and pipes.
    fn default() -> Self {
        Self {
            width: 100,
            colour: false,
            details: false,
            invocation: None,
        }
    }
}
