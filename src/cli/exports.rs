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
use crate::query::{Audited, NoAnswer, ask_in_parts};
#[cfg(feature = "parquet")]
use crate::report::{AccessTable, ParquetTable};
use crate::resolve::Tenant;
#[cfg(feature = "parquet")]
use std::fs;
#[cfg(feature = "parquet")]
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

/// What tables and graphs of effective access are made of.
pub(super) struct Sources<'a, 't> {
    pub(super) tenant: &'t Tenant<'t>,
    pub(super) policy: &'t Policy,
    pub(super) report: &'a Report,
    /// Whether access is compared with the policy.
    pub(super) is_compared: bool,
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

/// Accounts whose rows of effective access are held at a time while tables are written.
#[cfg(feature = "parquet")]
const PART: usize = 256;

impl<'t> Sources<'_, 't> {
    /// Who can do what in all accounts, compared with the policy that the report is about if one was given.
    pub(super) fn answer(&self) -> Result<Answer<'t>, CliError> {
        let question = Question::new(Asked::default(), self.tenant, self.policy)?;
        let mut answer = ask(self.tenant, self.policy, question)?;
        if self.is_compared {
            answer.compare(self.report);
        }
        Ok(answer)
    }
}

#[cfg(feature = "parquet")]
impl<'t> Sources<'_, 't> {
    /// Writes the table of effective access. What is returned has no rows, and says the rest.
    fn write_access(&self, path: &Path) -> Result<Answer<'t>, CliError> {
        let audited = self.is_compared.then(|| Audited::new(self.report));
        let question = Question::new(Asked::default(), self.tenant, self.policy)?;
        let mut answered = None;
        output::write_file(path, |out| {
            let mut table = AccessTable::new(self.report, out)?;
            let mut add = |mut part: Answer<'t>| {
                if let Some(audited) = &audited {
                    part.compare_with(audited);
                }
                table.add(self.report, &part).map_err(Failed::Write)
            };
            match ask_in_parts(self.tenant, self.policy, question, PART, &mut add) {
                Err(Failed::Write(error)) => return Err(error),
                Err(Failed::Read(error)) => answered = Some(Err(error)),
                Ok(rest) => {
                    answered = Some(Ok(rest));
                    return table.finish();
                }
            }
            Err(io::Error::other("effective access couldn't be worked out"))
        })
        .or_else(|error| match answered {
            // What couldn't be read says more than that nothing was written.
            Some(Err(_)) => Ok(()),
            _ => Err(error),
        })?;
        match answered {
            Some(found) => Ok(found?),
            None => Err(CliError::report_to(path, "effective access wasn't worked out")),
        }
    }
}

/// Why the table of effective access wasn't written.
#[cfg(feature = "parquet")]
enum Failed {
    Read(NoAnswer),
    Write(io::Error),
}

#[cfg(feature = "parquet")]
impl From<NoAnswer> for Failed {
    fn from(error: NoAnswer) -> Self {
        Self::Read(error)
    }
}

/// Writes the folder of tables. That of the runs is deleted first and written last: a folder that has it is whole, and of one run.
#[cfg(feature = "parquet")]
pub(super) fn write(folder: &Path, sources: &Sources<'_, '_>) -> Result<(), CliError> {
    let lock = folder.join(LOCK);
    files::create_folder(&lock).map_err(|error| CliError::report_to(folder, error))?;
    let taken = Lock::take(&lock).map_err(|error| match error {
        LockError::InUse => CliError::report_to(
            folder,
            "another run is writing tables there; wait until it ends, or give another folder",
        ),
        LockError::NotAFile => CliError::report_to(&lock, "something else is there; move it, or give another folder"),
        LockError::Io(error) => CliError::report_to(folder, error),
    })?;
    let _held = (files::Unfinished::new(&lock), taken.own());
    refuse_foreign(folder)?;
    if let Some(runs) = ParquetTable::ALL.last().map(|table| folder.join(table.file())) {
        match fs::remove_file(&runs) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(CliError::report_to(&runs, error.to_string()));
            }
            _ => {}
        }
    }
    let (of_access, others): (Vec<_>, Vec<_>) = ParquetTable::ALL.into_iter().partition(|table| table.is_of_rows());
    for table in of_access {
        let answer = sources.write_access(&folder.join(table.file()))?;
        for table in &others {
            output::write_file(&folder.join(table.file()), |out| {
                table.write(sources.report, &answer, out)
            })?;
        }
    }
    Ok(())
}

#[cfg(not(feature = "parquet"))]
pub(super) fn holds(folder: &Path, path: &Path) -> bool {
    files::are_same(folder, path)
}

#[cfg(not(feature = "parquet"))]
pub(super) fn write(_: &Path, _: &Sources<'_, '_>) -> Result<(), CliError> {
    check()
}
