//! A plain list of rows below a heading. It is as wide as it needs to be, or as the terminal; no word is ever broken, so that an ID
//! can be copied. Where the columns don't fit, each row becomes a block of lines.

use super::super::Style;
use super::super::text::Screen;
use super::layout::{BOLD, Label, Page, inert, width};
use crate::model::Shown;
use crate::shown;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use std::io;

/// Blanks between two columns.
const GAP: usize = 2;
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
    let mut widths = LONGEST
        .iter()
        .filter_map(|longest| widths(columns, &rows, room, *longest));
    let Some(widths) = widths.next() else {
        return stacked(page, columns, &rows);
    };
    let titles: Vec<Shown> = columns.iter().map(|column| column.title.into()).collect();
    lines(page, &titles, &widths, Some(BOLD))?;
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
        lines(page, &cells, &widths, None)?;
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

fn longest_word(cell: &Shown) -> usize {
    cell.words().map(|word| width(&word)).max().unwrap_or_default()
}

/// How wide each column is; `None`: there is no room for their longest words, those of more than `most` columns aside.
fn widths(columns: &[ListColumn], rows: &[Vec<Shown>], all: usize, most: usize) -> Option<Vec<usize>> {
    let room = all.checked_sub(GAP * columns.len().saturating_sub(1))?;
    let mut least: Vec<usize> = columns.iter().map(|column| column.title.len()).collect();
    let mut wanted = least.clone();
    for row in rows {
        for ((least, wanted), cell) in least.iter_mut().zip(&mut wanted).zip(row) {
            let longest = longest_word(cell);
            if longest <= most {
                *least = longest.max(*least);
                *wanted = cell
                    .split('\n')
                    .map(|line| width(&line))
                    .max()
                    .unwrap_or_default()
                    .max(*wanted);
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

/// Cells side by side.
fn lines(
    page: &mut Page<'_, '_, '_>,
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
        page.out.line(page.paint(paint, inert(line)))?;
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
