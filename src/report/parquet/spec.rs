//! What the file of a table says about it.

use super::table::{Cells, Column};
use crate::finding::Report;
use crate::query::Answer;
use std::io;

#[derive(Debug)]
pub(super) struct Spec {
    /// What the table is called.
    pub(super) name: &'static str,
    /// What its file is called.
    pub(super) file: &'static str,
    /// Behind those of the run.
    pub(super) columns: &'static [Column],
    pub(super) rows: Rows,
}

/// Passes each row of a table on, without the cells of the run.
pub(super) type Rows = fn(&Report, &Answer<'_>, &mut dyn FnMut(Cells) -> io::Result<()>) -> io::Result<()>;
