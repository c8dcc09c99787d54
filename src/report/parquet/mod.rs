//! Parquet: the report and the effective access as tables, for engines that read many nights at once. One table a file; each row says
//! when its scan began and of which tenant it is, and has a key that stays the same from night to night. It knows no folder.
//!
//! `table` writes rows as Parquet, `key` makes keys, `run` is what begins each row, `spec` what a table is; every other file is one.

mod access;
mod accounts;
mod bypasses;
mod findings;
mod key;
mod not_checked;
mod run;
mod runs;
mod spec;
mod table;

use crate::finding::Report;
use crate::query::Answer;
use spec::Spec;
use std::io::{self, Write};
use table::Table;

/// A table of the export.
#[derive(Debug, Clone, Copy)]
pub struct ParquetTable(&'static Spec);

impl ParquetTable {
    /// What each file says of who wrote it, before the version.
    pub const WRITTEN_BY: &'static str = table::WRITTEN_BY;

    /// All of them. That of the runs comes last, so that a folder that has it has them all.
    pub const ALL: [Self; 6] = [
        Self(&accounts::SPEC),
        Self(&access::SPEC),
        Self(&bypasses::SPEC),
        Self(&findings::SPEC),
        Self(&not_checked::SPEC),
        Self(&runs::SPEC),
    ];

    /// What its file is called.
    pub fn file(self) -> &'static str {
        self.0.file
    }

    /// Writes it: what an audit found, and who can do what in all of its accounts.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(self, report: &Report, answer: &Answer<'_>, out: &mut dyn Write) -> io::Result<()> {
        let columns = run::COLUMNS.iter().chain(self.0.columns).copied().collect();
        let mut table = Table::new(self.0.name, columns, out)?;
        let run = run::cells(report);
        (self.0.rows)(report, answer, &mut |cells| {
            table.row(run.iter().cloned().chain(cells).collect())
        })?;
        table.finish()
    }
}
