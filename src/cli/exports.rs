//! What `audit -o` writes besides reports: the whole tenant, with effective access, for other engines.

use super::error::CliError;
#[cfg(feature = "parquet")]
use super::output;
use crate::files;
#[cfg(feature = "parquet")]
use crate::files::{Lock, LockError};
use crate::finding::Report;
use crate::policy::Policy;
use crate::query::{Answer, Asked, Question, ask};
#[cfg(feature = "parquet")]
use crate::report::ParquetTable;
use crate::resolve::Tenant;
#[cfg(feature = "parquet")]
use std::fs;
#[cfg(feature = "parquet")]
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

/// Who can do what in all accounts, compared with the policy that `report` is about if one was given.
pub(super) fn answer<'t>(
    tenant: &'t Tenant<'t>,
    policy: &'t Policy,
    report: &Report,
    is_compared: bool,
) -> Result<Answer<'t>, CliError> {
    let question = Question::new(Asked::default(), tenant, policy)?;
    let mut answer = ask(tenant, policy, question)?;
    if is_compared {
        answer.compare(report);
    }
    Ok(answer)
}

/// Whether this program can write tables.
pub(super) fn check() -> Result<(), CliError> {
    match cfg!(feature = "parquet") {
        true => Ok(()),
        false => Err(CliError::WithoutParquet),
    }
}

/// Nothing is written over that isn't a table of ours, nor through a link to somewhere else.
#[cfg(feature = "parquet")]
pub(super) fn refuse_foreign(folder: &Path) -> Result<(), CliError> {
    for table in ParquetTable::ALL {
        let path = folder.join(table.file());
        let Ok(found) = fs::symlink_metadata(&path) else {
            continue;
        };
        let why = match () {
            () if found.is_symlink() => "it is a symbolic link; remove it, or give another folder",
            () if !found.is_file() => "something else is there; move it, or give another folder",
            () if is_ours(&path, found.len()).map_err(|error| CliError::report_to(&path, error))? => continue,
            () => "cosmos-rbac didn't write the file that is there; move it, or give another folder",
        };
        return Err(CliError::report_to(&path, why));
    }
    Ok(())
}

/// Whether a file ends as a table of ours does. An empty one holds nothing to lose.
#[cfg(feature = "parquet")]
fn is_ours(path: &Path, length: u64) -> io::Result<bool> {
    /// Who wrote it stands at the end, behind whatever grows with the rows.
    const END: u64 = 4096;
    let mut file = fs::File::open(path)?;
    file.seek(SeekFrom::Start(length.saturating_sub(END)))?;
    let mut end = Vec::new();
    file.take(END).read_to_end(&mut end)?;
    let written_by = ParquetTable::WRITTEN_BY.as_bytes();
    Ok(end.is_empty() || end.windows(written_by.len()).any(|some| some == written_by))
}

#[cfg(not(feature = "parquet"))]
pub(super) fn refuse_foreign(_: &Path) -> Result<(), CliError> {
    Ok(())
}

/// Whether a file is one that the folder of tables gets.
#[cfg(feature = "parquet")]
pub(super) fn holds(folder: &Path, path: &Path) -> bool {
    let mut names = ParquetTable::ALL.into_iter().map(ParquetTable::file);
    names.any(|name| files::are_same(path, &folder.join(name)))
}

/// What a run that writes the folder holds, so that no other does.
#[cfg(feature = "parquet")]
const LOCK: &str = ".cosmos-rbac-tables.lock";

/// Writes the folder of tables. That of the runs is deleted first and written last: a folder that has it is whole, and of one run.
#[cfg(feature = "parquet")]
pub(super) fn write(folder: &Path, report: &Report, answer: &Answer<'_>) -> Result<(), CliError> {
    let lock = folder.join(LOCK);
    files::create_folder(&lock).map_err(|error| CliError::report_to(folder, error))?;
    let _lock = Lock::take(&lock).map_err(|error| match error {
        LockError::InUse => CliError::report_to(
            folder,
            "another run is writing tables there; wait until it ends, or give another folder",
        ),
        LockError::NotAFile => CliError::report_to(&lock, "something else is there; move it, or give another folder"),
        LockError::Io(error) => CliError::report_to(folder, error),
    })?;
    refuse_foreign(folder)?;
    if let Some(runs) = ParquetTable::ALL.last().map(|table| folder.join(table.file())) {
        match fs::remove_file(&runs) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(CliError::report_to(&runs, error.to_string()));
            }
            _ => {}
        }
    }
    for table in ParquetTable::ALL {
        output::write_file(&folder.join(table.file()), |out| table.write(report, answer, out))?;
    }
    Ok(())
}

#[cfg(not(feature = "parquet"))]
pub(super) fn holds(folder: &Path, path: &Path) -> bool {
    files::are_same(folder, path)
}

#[cfg(not(feature = "parquet"))]
pub(super) fn write(_: &Path, _: &Report, _: &Answer<'_>) -> Result<(), CliError> {
    check()
}
