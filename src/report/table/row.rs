//! A row: severity, title, and at the right its check or how many findings it has. Below it what it is about, and its fix.

use super::super::rows::{Row, is_gap_of};
use super::super::text::{first_sentence, sentences, wrap};
use super::layout::{BOLD, DIM, Label, Page, blanks, width};
use crate::finding::{Place, Remedy, Report, Severity};
use crate::model::Shown;
use crate::shown;
use std::collections::BTreeSet;
use std::io;

/// Columns of the severity: `Critical` and two blanks.
pub(super) const INDENT: usize = 10;
/// Blanks between a title and the right column at least.
const GAP: usize = 2;

/// The color of a severity.
pub(super) fn color(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "1;31",
        Severity::High => "31",
        Severity::Medium => "33",
        Severity::Low => "36",
        Severity::Note => DIM,
    }
}

/// Severity, title and right column, which is left out where the title needs its room.
pub(super) fn head(
    page: &mut Page<'_, '_, '_>,
    severity: Severity,
    title: &Shown,
    right: &Shown,
    is_bold: bool,
) -> io::Result<()> {
    let label = Label {
        before: 0,
        text: severity.title().into(),
        paint: Some(color(severity)),
    };
    let paint = is_bold.then_some(BOLD);
    let room = page.columns().saturating_sub(INDENT);
    let lines = wrap(title, room);
    let (title_width, right_width) = (lines.first().map_or(0, width), width(right));
    if lines.len() != 1 || right.is_empty() || title_width + GAP + right_width > room {
        return page.labelled(label, INDENT, title, paint);
    }
    // Laid out by hand: two kinds of text stand in one line.
    let between = blanks(room - title_width - right_width);
    let line = shown!(
        "{}{}{}{}{}",
        page.paint(label.paint, label.text.clone()),
        blanks(INDENT.saturating_sub(width(&label.text))),
        page.paint(paint, Shown::join(lines, " ")),
        between,
        page.paint(Some(DIM), right.clone())
    );
    page.out.line(line)
}

/// One line, or two: the worst rows are said in full.
pub(super) fn brief(page: &mut Page<'_, '_, '_>, row: &Row<'_>, report: &Report) -> io::Result<()> {
    head(page, row.severity, &row.title, &row.about(), row.fails(report))?;
    match places(row) {
        Some(places) => page.labelled(Label::none(), INDENT, &places, Some(DIM)),
        None => Ok(()),
    }
}

/// Lines of a template that a row names.
const PLACES: usize = 3;

/// Where in a template its findings are.
fn places(row: &Row<'_>) -> Option<Shown> {
    let places = row.findings.iter().filter_map(|finding| match &finding.place {
        Some(Place::Template(at)) => Some(at),
        _ => None,
    });
    let places: BTreeSet<_> = places.collect();
    let shown: Vec<Shown> = places.iter().take(PLACES).map(|at| Shown::of_value(*at)).collect();
    let more = match places.len().saturating_sub(PLACES) {
        0 => Shown::default(),
        more => shown!(" and {} more", more),
    };
    (!shown.is_empty()).then(|| shown!("at {}{}", Shown::join(shown, ", "), more))
}

/// Whether its fix is a single command.
pub(super) fn has_command(row: &Row<'_>) -> bool {
    row.remedy.and_then(only_command).is_some()
}

/// With what it is about, and its fix; `prints_command`: whether that is printed whole if it is a single command.
pub(super) fn full(
    page: &mut Page<'_, '_, '_>,
    row: &Row<'_>,
    report: &Report,
    prints_command: bool,
) -> io::Result<()> {
    brief(page, row, report)?;
    if let Some(detail) = row.detail.cloned().or_else(|| reason(row, report)) {
        page.labelled(Label::none(), INDENT, &detail, Some(DIM))?;
    }
    let Some(remedy) = row.remedy else { return Ok(()) };
    let label = Label::bold(INDENT, "fix:");
    let indent = INDENT + "fix: ".len();
    match only_command(remedy).filter(|_| prints_command) {
        Some(command) => page.command(label, indent, &command),
        None => page.labelled(label, indent, &first_sentence(&remedy.summary), None),
    }
}

/// Why it is so: of the worst findings, and of what couldn't be read, unless the lines above the verdict say it.
fn reason(row: &Row<'_>, report: &Report) -> Option<Shown> {
    let [only] = row.findings.as_slice() else { return None };
    let reason = match sentences(&only.message).as_slice() {
        // The first sentence says what the title says, with the role: what the policy says of it is the news.
        [_, rest @ ..] if !rest.is_empty() && !only.is_gap() => Shown::join(rest, ". "),
        _ => first_sentence(&only.message),
    };
    let is_open = || !report.not_checked.iter().any(|row| is_gap_of(row, only, report));
    let is_told = only.severity == Severity::Critical || (only.is_gap() && is_open());
    (is_told && reason != row.title).then_some(reason)
}

/// The command of a remedy that has no other.
pub(super) fn only_command(remedy: &Remedy) -> Option<Shown> {
    match remedy.steps.as_slice() {
        [only] => only.command.as_deref().map(Shown::of),
        _ => None,
    }
}
