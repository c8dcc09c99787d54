//! The table: findings for people at a terminal, grouped by account, the worst first, the verdict last.

use super::text::{Screen, count, wrap};
use super::{Render, Spec, Style, verdict};
use crate::finding::{AccountSummary, Confidence, Finding, Place, PrincipalState, Report, Severity, State, Verdict};
use crate::model::Shown;
use crate::shown;
use comfy_table::{
    Attribute, Cell, Color, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width, presets,
};
use std::io;

/// Accounts without findings that are named; the rest is counted.
const NAMED: usize = 12;
/// Columns by which the lines of a note but the first are set in.
const NOTE: usize = 6;
/// The same of a line of what was not checked.
const SET_IN: usize = 4;
/// Columns of the label, blanks around it included: `possible` is the longest. One more stands between the columns.
const LABEL: u16 = 12;

pub(super) const SPEC: Spec = Spec {
    name: "table",
    extension: "txt",
    render: Render::Text(render),
};

fn render(report: &Report, style: Style, out: &mut Screen<'_>) -> io::Result<()> {
    head(out, report)?;
    let mut rest = report.findings.as_slice();
    while let Some(first) = rest.first() {
        let same = rest
            .iter()
            .take_while(|finding| finding.account() == first.account())
            .count();
        let (group, after) = rest.split_at(same);
        rest = after;
        out.line("")?;
        match first.account() {
            None => out.line("across accounts")?,
            Some(id) => match report.account(id) {
                Some(account) => account_heading(out, report, account, style)?,
                None => out.line(Shown::of(id.as_str()))?,
            },
        }
        findings(out, group, style)?;
    }
    clean_accounts(out, report)?;
    for notice in &report.notices {
        let mut text = shown!("note: {}", &notice.message);
        if let Some(at) = notice.place.as_ref().map(Place::source) {
            text.push(shown!(" ({})", Shown::of_value(at)));
        }
        let width = usize::from(style.width).saturating_sub(NOTE);
        out.line(shown!("\n{}", Shown::join(wrap(&text, width), "\n      ")))?;
    }
    out.line("")?;
    whole(out, report, style)
}

fn head(out: &mut Screen<'_>, report: &Report) -> io::Result<()> {
    let snapshot = &report.snapshot;
    let tenant = match snapshot.tenant.as_str() {
        "" => "not known".into(),
        id => Shown::of(id),
    };
    let policy = Shown::join(report.policy.iter().map(|file| Shown::of(file)), ", ");
    let who = snapshot.scanned_by.as_ref().map(|who| shown!(" by {}", who.shown()));
    let who = who.unwrap_or_default();
    out.line(shown!("tenant {}, scanned {}{}", tenant, snapshot.taken_at, who))?;
    out.line(shown!("policy {}", policy))
}

fn account_heading(out: &mut Screen<'_>, report: &Report, account: &AccountSummary, style: Style) -> io::Result<()> {
    out.line(shown!(
        "{}  ({} in {}; {}, {})",
        style.bold(Shown::of(account.id.name())),
        Shown::of(account.id.resource_group()),
        Shown::of(report.snapshot.subscription_name(&account.id)),
        account.api.title(),
        account.keys(),
    ))?;
    let fine: Vec<Shown> = account
        .principals
        .iter()
        .filter(|summary| summary.state == PrincipalState::AsDeclared)
        .map(|summary| Shown::of_value(&summary.principal))
        .collect();
    if fine.is_empty() {
        return Ok(());
    }
    out.line(shown!("as declared: {}", some(&fine)))
}

fn findings(out: &mut Screen<'_>, group: &[Finding], style: Style) -> io::Result<()> {
    let mut table = new_table(style);
    for finding in group {
        table.add_row([label(finding), cell(body(finding))]);
    }
    // The same columns for every account, whatever is in them.
    for (index, width) in [LABEL, style.width.saturating_sub(LABEL + 1)].into_iter().enumerate() {
        if let Some(column) = table.column_mut(index) {
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
        }
    }
    print_table(&table, out)
}

/// The only way text gets into a table.
fn cell(text: Shown) -> Cell {
    Cell::new(text.as_str())
}

fn new_table(style: Style) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(style.width);
    if style.colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

/// Prints what was made safe cell by cell. Lines are as they may stand in a log: GitHub Actions acts on those that begin
/// with `::` ("Workflow commands" of its documentation), and a long name may be broken there. Trailing blanks only make
/// copies ugly.
fn print_table(table: &Table, out: &mut Screen<'_>) -> io::Result<()> {
    table
        .lines()
        .try_for_each(|line| out.laid_out(&log_line(line.trim_end())))
}

fn log_line(line: &str) -> String {
    match line.trim_start().strip_prefix("::") {
        Some(rest) => {
            let blanks = line.len() - rest.len() - "::".len();
            format!("{:blanks$}\\x3a:{rest}", "")
        }
        None => line.to_owned(),
    }
}

fn label(finding: &Finding) -> Cell {
    let mut text = Shown::from(finding.severity.word());
    if finding.confidence == Confidence::Possible {
        text.push("\npossible");
    }
    if finding.state != State::New {
        text.push(shown!("\n{}", finding.state.word()));
        return cell(text).add_attribute(Attribute::Dim);
    }
    let cell = cell(text);
    match finding.severity {
        Severity::Critical => cell.fg(Color::Red).add_attribute(Attribute::Bold),
        Severity::High => cell.fg(Color::Red),
        Severity::Medium => cell.fg(Color::DarkYellow),
        Severity::Low => cell.fg(Color::DarkCyan),
        Severity::Note => cell,
    }
}

fn body(finding: &Finding) -> Shown {
    let mut text = shown!("{}: {}", finding.check.id, &finding.message);
    if let Some(subject) = subject(finding) {
        text.push(shown!("\nsee: {}", Shown::of(subject)));
    }
    if let Some(at) = finding.place.as_ref().map(Place::source) {
        text.push(shown!("\npolicy: {}", Shown::of_value(at)));
    }
    if let Some(waiver) = &finding.waiver {
        text.push(shown!(
            "\nwaived until {}: {}",
            waiver.expires,
            Shown::of(&waiver.reason)
        ));
    }
    if let Some(remedy) = &finding.remedy {
        text.push(shown!("\nfix: {}", &remedy.summary));
    }
    text
}

/// The subject below the account: the account itself stands in the heading.
fn subject(finding: &Finding) -> Option<&str> {
    let subject = finding.subject.id()?;
    let Some(account) = finding.account() else {
        return Some(subject);
    };
    let (start, rest) = subject.split_at_checked(account.as_str().len())?;
    if start.eq_ignore_ascii_case(account.as_str()) {
        rest.strip_prefix('/')
    } else {
        Some(subject)
    }
}

fn clean_accounts(out: &mut Screen<'_>, report: &Report) -> io::Result<()> {
    let mut found = vec![false; report.accounts.len()];
    for account in report.findings.iter().flat_map(|finding| report.concerned(finding)) {
        if let Some(found) = found.get_mut(account) {
            *found = true;
        }
    }
    let clean = report.accounts.iter().zip(found).filter(|(_, found)| !found);
    let clean: Vec<Shown> = clean.map(|(account, _)| Shown::of(account.id.name())).collect();
    if clean.is_empty() {
        return Ok(());
    }
    out.line(shown!("\nwithout findings: {}", some(&clean)))
}

fn some(names: &[Shown]) -> Shown {
    let named = |names: &[Shown]| Shown::join(names, ", ");
    match names.get(..NAMED) {
        Some(first) if names.len() > NAMED => shown!("{} and {} more", named(first), names.len() - NAMED),
        _ => named(names),
    }
}

fn whole(out: &mut Screen<'_>, report: &Report, style: Style) -> io::Result<()> {
    let mut line = verdict::counts(report);
    line.push(shown!(", {}", count(report.snapshot.accounts, "account", "accounts")));
    if report.snapshot.gone > 0 {
        line.push(shown!(" ({} deleted meanwhile)", report.snapshot.gone));
    }
    if !report.snapshot.complete {
        line.push("; incomplete");
    }
    let attributes = match report.verdict {
        Verdict::Pass => "1;32",
        Verdict::Fail => "1;31",
        Verdict::Incomplete | Verdict::Empty => "1;33",
        Verdict::NotGated => "1",
    };
    out.line(shown!(
        "{}: {}",
        style.paint(attributes, verdict::title(report).into()),
        line
    ))?;
    if report.not_checked.is_empty() {
        return Ok(());
    }
    out.line("Not checked:")?;
    let width = usize::from(style.width).saturating_sub(SET_IN);
    verdict::not_checked(report)
        .try_for_each(|text| out.line(shown!("  {}", Shown::join(wrap(&text, width), "\n    "))))
}

/// Blanks and the rule between two columns of a list.
const GAP: u16 = 3;
/// Columns that a list's last columns need at least.
const NARROWEST: u16 = 9;

/// A column of a list.
#[derive(Debug, Clone, Copy)]
pub struct ListColumn {
    /// Its heading.
    pub title: &'static str,
    /// Up to how many columns of the terminal it is kept from being broken.
    pub whole: u16,
}

/// A plain list of rows below a heading.
///
/// # Errors
/// When it cannot be written.
pub fn list_table(
    columns: &[ListColumn],
    rows: impl Iterator<Item = Vec<Shown>>,
    style: Style,
    out: &mut Screen<'_>,
) -> io::Result<()> {
    const RULE: TableStyle = presets::NOTHING.header_separator(LineStyle::new('─', '─', '─', '─'));
    let mut table = new_table(style);
    table.load_style(RULE);
    table.set_header(
        columns
            .iter()
            .map(|column| cell(column.title.into()).add_attribute(Attribute::Bold)),
    );
    for row in rows {
        table.add_row(row.into_iter().map(cell));
    }
    let needed = table.column_max_content_widths();
    // The first columns say what a row is about: they get their room first, as far as there is any.
    let mut room = style.width;
    for (index, (column, needed)) in columns.iter().zip(needed).enumerate() {
        let width = needed.min(column.whole) + GAP;
        let others = u16::try_from(columns.len() - index - 1)
            .unwrap_or(u16::MAX)
            .saturating_mul(NARROWEST + GAP);
        let Some(left) = room.checked_sub(width).filter(|left| *left >= others) else {
            break;
        };
        room = left;
        if let Some(found) = table.column_mut(index) {
            found.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
        }
    }
    print_table(&table, out)
}
