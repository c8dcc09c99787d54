//! Where output goes: reports to standard output or files, everything else to standard error.

use crate::files;
use crate::report::{Style, text::visible};
use std::error::Error;
use std::fs;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use super::args::Common;

/// Columns when standard output is no terminal and `COLUMNS` says nothing.
const DEFAULT_WIDTH: u16 = 100;
/// Below this a table cannot be read.
const MIN_WIDTH: u16 = 40;
/// What is held back of standard output: formats write in small pieces.
const BUFFER: usize = 64 * 1024;

/// An error that ends the command, as the user sees it.
pub(super) type Failure = Box<dyn Error>;

/// The user stopped the command before its end.
#[derive(Debug, thiserror::Error)]
#[error("interrupted; {0}")]
pub(super) struct Interrupted(pub(super) String);

/// How formats for terminals look on standard output.
pub(super) fn style(common: &Common) -> Style {
    let stdout = io::stdout();
    let terminal = if stdout.is_terminal() {
        terminal_size::terminal_size_of(&stdout)
    } else {
        None
    };
    let said = || std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let width = terminal
        .map(|(width, _)| width.0)
        .or_else(said)
        .unwrap_or(DEFAULT_WIDTH);
    Style {
        width: width.max(MIN_WIDTH),
        colour: common.colours(&stdout),
    }
}

/// Writes to standard output. A reader that has gone away is no error.
pub(super) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(format!("cannot write to standard output: {error}").into()),
        Ok(()) => Ok(()),
    }
}

/// Writes a file as a whole, and the folders that lead to it; or to standard output if it is called `-`.
pub(super) fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    if path.as_os_str() == "-" {
        return print(write);
    }
    let failed = |why: String| -> Failure { format!("cannot write `{}`: {why}", path.display()).into() };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let no_folder = |error| format!("cannot create the folder `{}`: {error}", folder.display());
        fs::create_dir_all(folder).map_err(|error| failed(no_folder(error)))?;
    }
    files::replace(path, write).map_err(|error| failed(error.to_string()))
}

/// Tells the user on standard error. When that is closed, there is nobody left to tell.
pub(super) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Tells the user what went wrong. Errors of several lines are laid out by whoever made them.
pub(super) fn error(error: &Failure) {
    let text = error.to_string();
    if text.starts_with("error:") {
        say(text.trim_end());
    } else {
        let lines: Vec<String> = text.lines().map(visible).collect();
        say(&format!("error: {}", lines.join("\n")));
    }
}
