//! The table, for people at a terminal: what is wrong, the worst first over the whole run, how to fix it, what was not checked, and
//! the verdict. A line a cause or finding; `--details` prints everything.

mod closing;
mod details;
pub(super) mod grid;
pub(super) mod layout;
mod list;
mod row;

pub use list::{ListColumn, list_table};

use super::rows::{self, Row};
use super::text::{Screen, count, thousands};
use super::{Render, Spec, Style, facts};
use crate::finding::{Fixed, Report, Severity};
use crate::model::Shown;
use crate::shown;
use layout::{BOLD, DIM, Label, Page};
use std::cmp::Reverse;
use std::io;

/// Rows that are printed; the rest is counted.
const ROWS: usize = 50;
/// Of these, how many at most are printed with their fix.
const IN_FULL: usize = 10;
/// Fixed findings that are listed.
const FIXED: usize = 20;

pub(super) const SPEC: Spec = Spec {
    name: "table",
    extension: "txt",
    render: Render::Text(render),
};

fn render(report: &Report, style: Style<'_>, out: &mut Screen<'_>) -> io::Result<()> {
    let page = &mut Page { out, style };
    facts(page, report)?;
    page.blank()?;
    let is_compared = report.summary.known + report.summary.fixed > 0;
    if is_compared {
        heading(page, "New")?;
        if report.summary.findings == 0 {
            page.labelled(Label::none(), 0, &"No new findings.".into(), None)?;
            page.blank()?;
        }
    }
    if style.details {
        details::all(page, report)?;
    } else {
        in_short(page, report)?;
    }
    if is_compared && !report.fixed.is_empty() {
        heading(page, "Fixed")?;
        fixed(page, report)?;
    }
    closing::notices(page, report)?;
    closing::not_checked(page, report)?;
    for line in closing::verdict_lines(report, style) {
        page.out.line(line)?;
    }
    closing::next(page, report)
}

/// The verdict in lines, as the table ends with it.
pub fn verdict_text(report: &Report, style: Style<'_>) -> Shown {
    Shown::join(closing::verdict_lines(report, style), "\n")
}

fn heading(page: &mut Page<'_, '_, '_>, text: &'static str) -> io::Result<()> {
    page.labelled(Label::none(), 0, &text.into(), Some(BOLD))
}

/// What was audited, in a line: `Contoso · 2 Nov 2026, 08:00 UTC · 12 accounts in 3 subscriptions`.
fn facts(page: &mut Page<'_, '_, '_>, report: &Report) -> io::Result<()> {
    let text = Shown::join(facts::facts(report), " · ");
    page.labelled(Label::none(), 0, &text, Some(DIM))?;
    if page.style.details {
        let snapshot = &report.snapshot;
        let policy = Shown::join(report.policy.iter().map(|file| Shown::of(file)), ", ");
        let who = snapshot
            .scanned_by
            .as_ref()
            .map(|who| shown!("scanned by {}", who.shown()));
        let tenant = (!snapshot.tenant.is_empty()).then(|| shown!("tenant {}", Shown::of(&snapshot.tenant)));
        let more = [tenant, who, Some(shown!("policy {}", policy))];
        for line in more.into_iter().flatten() {
            page.labelled(Label::none(), 0, &line, Some(DIM))?;
        }
    }
    let summary = &report.summary;
    if summary.known + summary.fixed > 0 {
        let baseline = page.style.invocation.and_then(|run| run.value("baseline"));
        let baseline = baseline.map_or_else(|| "the baseline".into(), Shown::of);
        let text = shown!(
            "Compared with {}: {} new, {} fixed, {} known",
            baseline,
            thousands(summary.findings),
            thousands(summary.fixed),
            thousands(summary.known)
        );
        page.labelled(Label::none(), 0, &text, Some(DIM))?;
    }
    Ok(())
}

/// A line a row; the worst with their fix.
fn in_short(page: &mut Page<'_, '_, '_>, report: &Report) -> io::Result<()> {
    let rows = rows::rows(report);
    let with_command = rows.iter().position(row::has_command);
    for (place, one) in rows.iter().take(ROWS).enumerate() {
        if one.severity >= Severity::High && place < IN_FULL {
            row::full(page, one, report, with_command == Some(place))?;
            page.blank()?;
        } else {
            row::brief(page, one, report)?;
        }
    }
    let more = rows.get(ROWS..).unwrap_or_default();
    if !more.is_empty() {
        let findings: usize = more.iter().map(|row: &Row<'_>| row.findings.len()).sum();
        let of = match findings == more.len() {
            true => Shown::default(),
            false => shown!(" ({})", count(findings, "finding", "findings")),
        };
        let text = shown!(
            "… {} more{}: --details, or -o html=report.html",
            thousands(more.len()),
            of
        );
        page.labelled(Label::none(), 0, &text, Some(DIM))?;
    }
    let ends_full = rows.len() <= IN_FULL && rows.last().is_none_or(|last| last.severity >= Severity::High);
    if ends_full { Ok(()) } else { page.blank() }
}

/// What the baseline had and is there no more, the worst first.
fn fixed(page: &mut Page<'_, '_, '_>, report: &Report) -> io::Result<()> {
    let mut fixed: Vec<&Fixed> = report.fixed.iter().collect();
    fixed.sort_by_key(|one| Reverse(one.severity));
    let most = if page.style.details { usize::MAX } else { FIXED };
    for one in fixed.iter().take(most) {
        row::head(page, one.severity, one.title.shown(), &Shown::of(&one.check), false)?;
    }
    if let Some(more) = fixed.len().checked_sub(most).filter(|more| *more > 0) {
        let text = shown!("… {} more: --details", thousands(more));
        page.labelled(Label::none(), 0, &text, Some(DIM))?;
    }
    page.blank()
}
