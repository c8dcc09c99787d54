//! Where output goes: reports to standard output or files, everything else to standard error.

use crate::report::{Style, text::visible};
use std::error::Error;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::args::Common;

/// Columns when standard output is no terminal and `COLUMNS` says nothing.
const DEFAULT_WIDTH: u16 = 100;
/// Below this a table cannot be read.
const MIN_WIDTH: u16 = 40;

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
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(format!("cannot write to standard output: {error}").into()),
        Ok(()) => Ok(()),
    }
}

/// Writes a file in one go, or to standard output if it is called `-`: whoever reads it sees the old one or the new one, never a part.
pub(super) fn write_file(path: &Path, text: &str) -> Result<(), Failure> {
    if path.as_os_str() == "-" {
        return print(text);
    }
    let failed = |error: io::Error| -> Failure { format!("cannot write `{}`: {error}", path.display()).into() };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    // Devices and pipes cannot be replaced, only written to.
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return fs::write(path, text).map_err(failed);
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    fs::write(&temporary, text)
        .and_then(|()| fs::rename(&temporary, path))
        .map_err(|error| {
            let _ = fs::remove_file(&temporary);
            failed(error)
        })
}

/// Tells the user on standard error.
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
