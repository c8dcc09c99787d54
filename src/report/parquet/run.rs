//! What begins each row: of which scan it is.

use super::table::{Cell, Cells, Column, Kind};
use crate::finding::Report;

pub(super) const COLUMNS: &[Column] = &[Column::of("taken_at", Kind::Time), Column::of("tenant_id", Kind::Text)];

pub(super) fn cells(report: &Report) -> Cells {
    vec![
        Cell::time(report.snapshot.taken_at),
        Cell::text(&report.snapshot.tenant),
    ]
}
