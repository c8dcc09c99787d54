//! Cells side by side, each column as wide as it needs to be. No word is ever broken, so that an ID can be copied.

use super::layout::{Page, blanks, inert, width};
use crate::model::Shown;
use crate::shown;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use std::io;

/// Blanks between two columns.
pub(in crate::report) const GAP: usize = 2;

/// Cells of at most so many columns are short: `1,234 accounts`.
const SHORT: usize = 14;

pub(super) fn longest_word(cell: &Shown) -> usize {
    cell.words().map(|word| width(&word)).max().unwrap_or_default()
}

/// How wide each column is; `None`: there is no room for their longest words, those of more than `most` columns aside. Short
/// cells such as `no effect` are broken only where there is no room otherwise.
pub(in crate::report) fn widths(titles: &[Shown], rows: &[Vec<Shown>], all: usize, most: usize) -> Option<Vec<usize>> {
    [SHORT, 0]
        .into_iter()
        .find_map(|short| widths_with(titles, rows, all, most, short))
}

fn widths_with(titles: &[Shown], rows: &[Vec<Shown>], all: usize, most: usize, short: usize) -> Option<Vec<usize>> {
    let room = all.checked_sub(GAP * titles.len().saturating_sub(1))?;
    let mut least: Vec<usize> = titles.iter().map(width).collect();
    let mut wanted = least.clone();
    for row in rows {
        for ((least, wanted), cell) in least.iter_mut().zip(&mut wanted).zip(row) {
            let longest = longest_word(cell);
            if longest <= most {
                let whole = cell.split('\n').map(|line| width(&line)).max().unwrap_or_default();
                *least = if whole <= short { whole } else { longest }.max(*least);
                *wanted = whole.max(*wanted);
            }
        }
    }
    let mut left = room.checked_sub(least.iter().sum())?;
    // The first columns say what a row is about: they get what is left first.
    for (width, wanted) in least.iter_mut().zip(wanted) {
        let more = wanted.saturating_sub(*width).min(left);
        *width += more;
        left -= more;
    }
    Some(least)
}

/// Cells side by side, after so many blanks.
pub(in crate::report) fn lines(
    page: &mut Page<'_, '_, '_>,
    indent: usize,
    cells: &[Shown],
    widths: &[usize],
    paint: Option<&'static str>,
) -> io::Result<()> {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .add_row(cells.iter().map(Shown::as_str));
    for (column, room) in table.column_iter_mut().zip(widths) {
        let width = u16::try_from(room + GAP).unwrap_or(u16::MAX);
        column
            .set_padding((0, u16::try_from(GAP).unwrap_or_default()))
            .set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
    }
    for line in table.lines() {
        // The table got nothing but what is safe to show.
        let line = Shown::of(line.trim_end());
        let line = page.paint(paint, inert(line));
        page.out.line(shown!("{}{}", blanks(indent), line))?;
    }
    Ok(())
}
