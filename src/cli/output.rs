//! Where output goes: reports to standard output or files, everything else to standard error.

use crate::files;
use crate::model::Shown;
use crate::report::Style;
use crate::report::text::count;
use crate::shown;
use anstream::AutoStream;
use clap::builder::styling::{AnsiColor, Style as Effects};
use std::fs;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use terminal_size::{Height, Width};

use super::args::Common;
use super::error::CliError;

/// Columns when standard output is no terminal and `COLUMNS` says nothing.
const DEFAULT_WIDTH: u16 = 100;
/// Below this nothing can be read.
const MIN_WIDTH: u16 = 40;
/// What is held back of standard output: formats write in small pieces.
const BUFFER: usize = 64 * 1024;

/// How formats for terminals look on standard output.
pub(super) fn style(common: &Common) -> Style<'static> {
    let stdout = io::stdout();
    let columns = columns(&stdout, || terminal_size::terminal_size_of(&stdout));
    Style {
        width: columns.unwrap_or(DEFAULT_WIDTH),
        colour: common.colours(&stdout),
        ..Style::default()
    }
}

/// How text looks on standard error.
pub(super) fn error_style(common: &Common) -> Style<'static> {
    let stderr = io::stderr();
    let columns = columns(&stderr, || terminal_size::terminal_size_of(&stderr));
    Style {
        width: columns.unwrap_or(DEFAULT_WIDTH),
        colour: common.colours(&stderr),
        ..Style::default()
    }
}

/// How many columns standard output has, if it or `COLUMNS` says.
pub(super) fn terminal_width() -> Option<u16> {
    let stdout = io::stdout();
    columns(&stdout, || terminal_size::terminal_size_of(&stdout))
}

/// How many columns a stream has, as its terminal or `COLUMNS` say.
fn columns(stream: &impl IsTerminal, size: impl FnOnce() -> Option<(Width, Height)>) -> Option<u16> {
    let terminal = if stream.is_terminal() { size() } else { None };
    let said = || std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let columns = terminal.map(|(width, _)| width.0).or_else(said)?;
    Some(columns.max(MIN_WIDTH))
}

/// What is written already, for a program that ends now.
#[derive(Default)]
struct Written {
    /// Files that are whole.
    files: Vec<PathBuf>,
    /// Whether something went to standard output, or is on its way there.
    printed: bool,
}

static WRITTEN: Mutex<Written> = Mutex::new(Written {
    files: Vec::new(),
    printed: false,
});

fn written() -> MutexGuard<'static, Written> {
    WRITTEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is written so far, said to somebody who interrupted the rest.
pub(super) fn so_far() -> String {
    /// Files that are named.
    const NAMED: usize = 3;
    let written = written();
    let names: Vec<String> = written
        .files
        .iter()
        .map(|path| format!("`{}`", path.display()))
        .collect();
    let named = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let files = match names.len() {
        0 => None,
        all @ ..=NAMED => Some(format!(
            "only {named} {} written",
            if all == 1 { "was" } else { "were" }
        )),
        all => Some(format!("only {named} and {} more were written", all - NAMED)),
    };
    let printed = "what was written to standard output isn't complete";
    match (files, written.printed) {
        (None, false) => "no report was written".to_owned(),
        (None, true) => printed.to_owned(),
        (Some(files), false) => files,
        (Some(files), true) => format!("{files}, and {printed}"),
    }
}

/// Writes to standard output. A reader that has gone away is no error.
pub(super) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CliError> {
    // Consoles of old Windows do not read colours; there they are translated.
    let stdout = AutoStream::always(io::stdout().lock());
    let mut out = BufWriter::with_capacity(BUFFER, stdout);
    written().printed = true;
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(CliError::WriteOutput(error)),
        Ok(()) => Ok(()),
    }
}

/// Writes a file as a whole, and the folders that lead to it; or to standard output if it is called `-`.
pub(super) fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CliError> {
    if path.as_os_str() == "-" {
        return print(write);
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let no_folder = |error: io::Error| format!("couldn't create the folder `{}`: {error}", folder.display());
        fs::create_dir_all(folder).map_err(|error| CliError::report_to(path, no_folder(error)))?;
    }
    match files::replace(path, write) {
        // Under whatever name, a reader that has seen enough is no error.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe && files::is_standard_output(path) => {}
        other => other.map_err(|error| CliError::report_to(path, error))?,
    }
    written().files.push(path.to_owned());
    Ok(())
}

/// Tells the user on standard error. When that is closed, there is nobody left to tell.
pub(super) fn say(text: Shown) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Says how to go on with a snapshot. A path that a shell would read otherwise is left to the reader.
pub(super) fn say_next_audit(path: &str, accounts: usize) {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
    if accounts > 0 && path.chars().all(is_plain) && !path.starts_with('-') {
        let path = Shown::of(path);
        say(shown!("\nNext  cosmos-rbac audit --snapshot {}", &path));
        say(shown!("      cosmos-rbac who-can delete --snapshot {}", path));
    }
}

/// Tells the user what went wrong. Errors of a policy are laid out to fit the terminal.
pub(super) fn error(error: &CliError, common: &Common) {
    say(match error {
        CliError::Policy(errors) => {
            let stderr = io::stderr();
            let columns = columns(&stderr, || terminal_size::terminal_size_of(&stderr));
            let mut text = errors.render(columns, common.colours(&stderr));
            let number = count(errors.iter().len(), "error", "errors");
            text.push(shown!("\n{} in the policy. Nothing was checked.", number));
            text
        }
        other => painted(&other.shown(), common.colours(&io::stderr())),
    });
}

/// The first words of an error's lines in color. The text holds no escape sequence, so these are the only ones.
fn painted(text: &Shown, colours: bool) -> Shown {
    if !colours {
        return text.clone();
    }
    let (red, bold) = (AnsiColor::Red.on_default().bold(), Effects::new().bold());
    let lines = text.as_str().lines().map(|line| match line.split_once(": ") {
        Some(("error", rest)) => format!("{red}error{red:#}: {rest}"),
        Some(("help", rest)) => format!("{bold}help{bold:#}: {rest}"),
        _ => line.to_owned(),
    });
    Shown::of_painted(&lines.collect::<Vec<_>>().join("\n"))
}
