//! What `audit -o` writes besides reports: the whole tenant, with effective access, for other engines.

use super::error::CliError;
#[cfg(feature = "parquet")]
use super::output;
use crate::files;
use crate::finding::Report;
use crate::policy::Policy;
use crate::query::{Answer, Asked, Question, ask};
#[cfg(feature = "parquet")]
use crate::report::ParquetTable;
use crate::resolve::Tenant;
#[cfg(feature = "parquet")]
use std::fs;
#[cfg(feature = "parquet")]
use std::io::ErrorKind;
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

/// Whether a file is one that the folder of tables gets.
#[cfg(feature = "parquet")]
pub(super) fn holds(folder: &Path, path: &Path) -> bool {
    let mut names = ParquetTable::ALL.into_iter().map(ParquetTable::file);
    names.any(|name| files::are_same(path, &folder.join(name)))
}

/// Writes the folder of tables. That of the runs is deleted first and written last: a folder that has it is whole, and of one run.
#[cfg(feature = "parquet")]
pub(super) fn write(folder: &Path, report: &Report, answer: &Answer<'_>) -> Result<(), CliError> {
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
