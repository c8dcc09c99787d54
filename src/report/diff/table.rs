//! The comparison for people at a terminal: by account, `+` for new access, `-` for access that no longer exists, `~` for a
//! setting; what could not be compared, and a sentence with the counts.

use super::lines::{self, Block, Line, Sign};
use super::words;
use crate::diff::Difference;
use crate::model::Shown;
use crate::report::Style;
use crate::report::table::layout::{BOLD, DIM, Label, Page, blanks, inert, width};
use crate::report::text::{Screen, thousands, wrap};
use crate::shown;
use std::io;

/// Lines that are printed; the rest is counted.
const LINES: usize = 50;
/// Lines of what could not be compared that are printed; the rest is counted.
const NOT_COMPARED: usize = 10;
/// Columns before a line: its sign and blanks.
const INDENT: usize = 4;
/// Columns that a name can take before it gets a line of its own.
const LONGEST_NAME: usize = 30;
/// Columns of the label before what could not be compared, blanks included.
const LABEL: usize = 14;

pub(super) fn render(difference: &Difference, style: Style<'_>, out: &mut Screen<'_>) -> io::Result<()> {
    let page = &mut Page { out, style };
    let facts = Shown::join(words::facts(difference), " · ");
    page.labelled(Label::none(), 0, &facts, Some(DIM))?;
    page.blank()?;
    let mut blocks = lines::blocks(difference);
    let all: usize = blocks.iter().map(|block| block.lines.len()).sum();
    if all > LINES {
        // What is cut off must not be what was gained.
        blocks.sort_by_key(|block| !block.lines.iter().any(|line| line.sign == Sign::Gained));
    }
    let mut left = LINES;
    for block in &blocks {
        if left == 0 {
            break;
        }
        let lines = block.lines.get(..left.min(block.lines.len())).unwrap_or_default();
        left -= lines.len();
        of_accounts(page, block, lines)?;
        page.blank()?;
    }
    if all > LINES {
        let text = shown!("… {} more: -f json, or -o html=diff.html", thousands(all - LINES));
        page.labelled(Label::none(), 0, &text, Some(DIM))?;
        page.blank()?;
    }
    not_compared(page, difference)?;
    page.labelled(Label::none(), 0, &words::sentence(difference), None)
}

fn of_accounts(page: &mut Page<'_, '_, '_>, block: &Block<'_>, lines: &[Line]) -> io::Result<()> {
    page.labelled(Label::none(), 0, &words::account_names(&block.accounts), Some(BOLD))?;
    let named = lines.iter().filter(|line| line.sign != Sign::Setting);
    let names = named
        .clone()
        .map(|line| width(&line.who))
        .filter(|name| *name <= LONGEST_NAME);
    let name = names.max().unwrap_or(0);
    let what = named.map(|line| width(&line.what)).max().unwrap_or(0);
    for line in lines {
        of_one(page, line, name, what)?;
    }
    Ok(())
}

fn of_one(page: &mut Page<'_, '_, '_>, line: &Line, name: usize, what: usize) -> io::Result<()> {
    let attributes = (line.sign == Sign::Gained).then_some(BOLD);
    let head = shown!("  {} {}", line.sign.mark(), line.who);
    let is_setting = line.sign == Sign::Setting;
    let column = if is_setting {
        width(&head) + 2
    } else {
        INDENT + name + 2
    };
    let apart = match line.place.is_empty() {
        true => Shown::default(),
        false => shown!("{}{}", blanks(what.saturating_sub(width(&line.what)) + 2), line.place),
    };
    let text = shown!("{}{}", line.what, apart);
    let fits = width(&head) + 2 <= column && column + width(&text) <= page.columns();
    let painted = page.paint(attributes, inert(head.clone()));
    if fits {
        let gap = blanks(column - width(&head));
        page.out.line(shown!("{}{}{}", painted, gap, text))?;
    } else {
        page.out.line(painted)?;
    }
    // What doesn't fit beside stands below.
    let indent = if fits && !is_setting && column + BESIDE <= page.columns() {
        column
    } else {
        INDENT
    };
    let mut below: Vec<&Shown> = Vec::new();
    if !fits {
        below.extend([&line.what, &line.place]);
    }
    below.push(&line.below);
    for text in below {
        for line in wrap(text, page.columns().saturating_sub(indent)) {
            page.out.line(shown!("{}{}", blanks(indent), inert(line)))?;
        }
    }
    Ok(())
}

/// Columns that text needs to stand beside a name.
const BESIDE: usize = 30;

fn not_compared(page: &mut Page<'_, '_, '_>, difference: &Difference) -> io::Result<()> {
    let lines = words::all_not_compared(difference);
    for (place, line) in lines.iter().take(NOT_COMPARED).enumerate() {
        let label = match place {
            0 => Label::bold(0, "Not compared"),
            _ => Label::none(),
        };
        page.labelled(label, LABEL, line, None)?;
    }
    if let Some(more) = lines.len().checked_sub(NOT_COMPARED).filter(|more| *more > 0) {
        let text = shown!("… {} more: -f json", thousands(more));
        page.labelled(Label::none(), LABEL, &text, Some(DIM))?;
    }
    if lines.is_empty() { Ok(()) } else { page.blank() }
}
