//! A plain list of rows below a heading. It is as wide as it needs to be, or as the terminal; no word is ever broken, so that an ID
//! can be copied. Where the columns don't fit, each row becomes a block of lines.

use super::super::Style;
use super::super::text::Screen;
use super::grid::{GAP, lines, longest_word, widths};
use super::layout::{BOLD, Label, Page};
use crate::model::Shown;
use crate::shown;
use std::io;

/// A longer word gets a line of its own below its row, so that it makes no column as wide as itself. The shorter length still
/// keeps a GUID in its column.
const LONGEST: [usize; 2] = [44, 36];

/// A column of a list.
#[derive(Debug, Clone, Copy)]
pub struct ListColumn {
    /// Its heading.
    pub title: &'static str,
}

/// A plain list of rows below a heading.
///
/// # Errors
/// When it cannot be written.
pub fn list_table(
    columns: &[ListColumn],
    rows: impl Iterator<Item = Vec<Shown>>,
    style: Style<'_>,
    out: &mut Screen<'_>,
) -> io::Result<()> {
    let rows: Vec<Vec<Shown>> = rows.collect();
    let page = &mut Page { out, style };
    let room = page.columns();
    let titles: Vec<Shown> = columns.iter().map(|column| column.title.into()).collect();
    let mut widths = LONGEST
        .iter()
        .filter_map(|longest| widths(&titles, &rows, room, *longest));
    let Some(widths) = widths.next() else {
        return stacked(page, columns, &rows);
    };
    lines(page, 0, &titles, &widths, Some(BOLD))?;
    for row in &rows {
        let mut cells = Vec::new();
        let mut long = Vec::new();
        for ((column, cell), room) in columns.iter().zip(row).zip(&widths) {
            if longest_word(cell) > *room {
                long.push((column.title, cell));
                cells.push(Shown::default());
            } else {
                cells.push(cell.clone());
            }
        }
        lines(page, 0, &cells, &widths, None)?;
        for (title, cell) in long {
            let label = Label {
                before: GAP,
                text: shown!("{}:", title),
                paint: None,
            };
            let indent = GAP + title.len() + ": ".len();
            for line in cell.split('\n') {
                page.labelled(label.clone(), indent, &line, None)?;
            }
        }
    }
    Ok(())
}

/// Each row as a block: a line a column.
fn stacked(page: &mut Page<'_, '_, '_>, columns: &[ListColumn], rows: &[Vec<Shown>]) -> io::Result<()> {
    let indent = columns
        .iter()
        .map(|column| column.title.len())
        .max()
        .unwrap_or_default()
        + GAP;
    for (place, row) in rows.iter().enumerate() {
        if place > 0 {
            page.blank()?;
        }
        for (column, cell) in columns.iter().zip(row) {
            for (place, line) in cell.split('\n').enumerate() {
                let label = match place {
                    0 => Label::bold(0, column.title),
                    _ => Label::none(),
                };
                page.labelled(label, indent, &line, None)?;
            }
        }
    }
    Ok(())
}
