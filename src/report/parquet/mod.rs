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
use table::{Cells, Table};

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

    /// Whether it has a row for each of an answer, so that it is written as [`AccessTable`] where there are many.
    pub fn is_of_rows(self) -> bool {
        self.0.name == access::SPEC.name
    }

    /// Writes it: what an audit found, and who can do what in all of its accounts.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(self, report: &Report, answer: &Answer<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut writing = Writing::new(self.0, report, out)?;
        writing.add(report, answer)?;
        writing.table.finish()
    }
}

/// A table that is being written.
struct Writing<'o> {
    spec: &'static Spec,
    table: Table<'o>,
    run: Cells,
}

impl<'o> Writing<'o> {
    fn new(spec: &'static Spec, report: &Report, out: &'o mut dyn Write) -> io::Result<Self> {
        let columns = run::COLUMNS.iter().chain(spec.columns).copied().collect();
        Ok(Self {
            spec,
            table: Table::new(spec.name, columns, out)?,
            run: run::cells(report),
        })
    }

    fn add(&mut self, report: &Report, answer: &Answer<'_>) -> io::Result<()> {
        let Self { spec, table, run } = self;
        (spec.rows)(report, answer, &mut |cells| {
            table.row(run.iter().cloned().chain(cells).collect())
        })
    }
}

/// The table of effective access, of an answer that comes in parts.
pub struct AccessTable<'o>(Writing<'o>);

impl<'o> AccessTable<'o> {
    /// Begins it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(report: &Report, out: &'o mut dyn Write) -> io::Result<Self> {
        Writing::new(&access::SPEC, report, out).map(Self)
    }

    /// Adds the rows of a part.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, report: &Report, answer: &Answer<'_>) -> io::Result<()> {
        self.0.add(report, answer)
    }

    /// Writes its end.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> io::Result<()> {
        self.0.table.finish()
    }
}
