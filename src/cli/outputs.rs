//! What `audit -o` and `-f` take: a format and a file, or a folder of files. What can't be written, or would take the place of something
//! else, is found out before the scan rather than after it.

use super::error::CliError;
use super::{exports, fixes};
use crate::files;
use crate::report::{Format, OpenGraph};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// What is written to one file, or printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Printed {
    /// The report in a format.
    Report(Format),
    /// The tenant as a graph, made of effective access, too.
    Graph,
}

/// All of them, in the order of `--help`.
pub(super) static PRINTED: LazyLock<Vec<Printed>> = LazyLock::new(|| {
    let reports = Format::ALL.iter().copied().map(Printed::Report);
    reports.chain([Printed::Graph]).collect()
});

impl Printed {
    /// Its name on the command line.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Report(format) => format.name(),
            Self::Graph => OpenGraph::NAME,
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Report(format) => format.extension(),
            Self::Graph => OpenGraph::EXTENSION,
        }
    }

    /// The format of the report, if it is one.
    pub(super) fn format(self) -> Option<Format> {
        match self {
            Self::Report(format) => Some(format),
            Self::Graph => None,
        }
    }
}

/// Where a report goes, and what it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Output {
    /// A file in a format.
    File(Printed, PathBuf),
    /// The folder of fixes.
    Fixes(PathBuf),
    /// The folder of tables.
    Tables(PathBuf),
}

impl Output {
    pub(super) fn path(&self) -> &PathBuf {
        match self {
            Self::File(_, path) | Self::Fixes(path) | Self::Tables(path) => path,
        }
    }

    /// Whether it is made of effective access, too.
    pub(super) fn is_export(&self) -> bool {
        matches!(self, Self::Tables(_) | Self::File(Printed::Graph, _))
    }

    /// Whether it is a folder that can get this file.
    fn holds(&self, path: &Path) -> bool {
        match self {
            Self::File(..) => false,
            Self::Fixes(folder) => fixes::holds(folder, path),
            Self::Tables(folder) => exports::holds(folder, path),
        }
    }

    /// Finds out whether it can be written there.
    fn check(&self) -> Result<(), CliError> {
        match self {
            Self::File(_, path) if path.is_dir() => Err(CliError::report_to(path, "it is a folder")),
            Self::File(..) => Ok(()),
            Self::Fixes(folder) => folder_of(FIXES, folder),
            Self::Tables(folder) => exports::check().and_then(|()| folder_of(TABLES, folder)),
        }
    }
}

/// What the folder of fixes is called where a format is named.
const FIXES: &str = "fix";
/// What the folder of tables is called there.
const TABLES: &str = "parquet";

/// Whether a folder can be there.
fn folder_of(name: &str, folder: &Path) -> Result<(), CliError> {
    if folder.as_os_str() == "-" {
        let why = format!("`{name}=` takes a folder, not standard output");
        return Err(CliError::report_to(folder, why));
    }
    if folder.exists() && !folder.is_dir() {
        let why = format!("`{name}=` takes a folder, and this is a file");
        return Err(CliError::report_to(folder, why));
    }
    Ok(())
}

/// Whether all outputs can be written. `read`: the files that the command reads; `is_printed`: whether standard output has something
/// already.
pub(super) fn check<'p>(
    outputs: &[Output],
    read: impl Iterator<Item = &'p PathBuf>,
    mut is_printed: bool,
) -> Result<(), CliError> {
    let (piped, read): (Vec<&PathBuf>, Vec<&PathBuf>) = read.partition(|path| path.as_os_str() == "-");
    if piped.len() > 1 {
        return Err(CliError::StandardInputTwice);
    }
    let is_read = |path: &Path| {
        read.iter().any(|read| files::are_same(read, path)) || (!piped.is_empty() && files::is_standard_input(path))
    };
    // What a shell's `>` leads to has been emptied already; by `>>` or `<>` it has not.
    if let Some(path) = read
        .iter()
        .find(|path| path.is_file() && files::is_standard_output(path))
    {
        return Err(CliError::Input(path.to_path_buf()));
    }
    for (place, output) in outputs.iter().enumerate() {
        let path = output.path();
        output.check()?;
        let is_standard_output = path.as_os_str() == "-" || files::is_standard_output(path);
        let mut before = outputs.iter().take(place);
        if (is_standard_output && is_printed) || before.any(|other| files::are_same(other.path(), path)) {
            return Err(CliError::SameFile(path.clone()));
        }
        let mut others = outputs.iter().map(Output::path);
        if let Some(other) = others.find(|other| output.holds(other)) {
            return Err(CliError::SameFile(other.clone()));
        }
        is_printed |= is_standard_output;
        if is_read(path) {
            return Err(CliError::Input(path.clone()));
        }
        if let Some(read) = read.iter().find(|read| output.is_export() && output.holds(read)) {
            return Err(CliError::Input(read.to_path_buf()));
        }
    }
    // What the command itself reads or writes was told apart first.
    for output in outputs {
        if let Output::Tables(folder) = output {
            exports::refuse_foreign(folder)?;
        }
    }
    Ok(())
}

/// What a name on the command line means.
fn printed(text: &str) -> Result<Printed, String> {
    let found = PRINTED.iter().copied().find(|one| one.name() == text);
    // Who knows the extension of a format means that format.
    let meant = || PRINTED.iter().find(|one| one.extension().eq_ignore_ascii_case(text));
    found.ok_or_else(|| match meant() {
        Some(meant) => format!("unknown format `{text}`; did you mean `{}`?", meant.name()),
        None => {
            let names: Vec<&str> = PRINTED.iter().map(|one| one.name()).collect();
            format!(
                "unknown format `{text}`; possible values: {}, {FIXES}, {TABLES}",
                names.join(", ")
            )
        }
    })
}

/// `FORMAT=PATH`, `fix=DIR`, `parquet=DIR`, or a path whose extension says the format.
pub(super) fn output(text: &str) -> Result<Output, String> {
    let folder = |name: &str, example: &str, path: &str, of: fn(PathBuf) -> Output| match path {
        "" => Err(format!("the folder is missing; write for example `{name}={example}`")),
        path => Ok(of(PathBuf::from(path))),
    };
    match text.split_once('=') {
        Some((FIXES, path)) => folder(FIXES, "fixes", path, Output::Fixes),
        Some((TABLES, path)) => folder(TABLES, "tables", path, Output::Tables),
        Some((name, "")) => {
            let end = printed(name)?.extension();
            Err(format!("the path is missing; write for example `{name}=report.{end}`"))
        }
        Some((name, path)) => Ok(Output::File(printed(name)?, PathBuf::from(path))),
        None => {
            let found = PRINTED.iter().copied().filter(|one| {
                let end = format!(".{}", one.extension());
                text.ends_with(&end) && text.len() > end.len()
            });
            // `x.ocsf.jsonl` is also a `.jsonl`: the longest extension says most.
            let found = found.max_by_key(|one| one.extension().len());
            let unknown = || format!("the name doesn't say the format; add it, for example `json={text}`");
            Ok(Output::File(found.ok_or_else(unknown)?, PathBuf::from(text)))
        }
    }
}
