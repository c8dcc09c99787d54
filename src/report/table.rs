//! The table: findings for people at a terminal, grouped by account, the worst first, the verdict last.

use super::text::{count, visible, wrap};
use super::{Spec, Style};
use crate::finding::{AccountSummary, Confidence, Finding, PrincipalState, Report, Severity, State, Verdict};
use comfy_table::{
    Attribute, Cell, Color, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width, presets,
};
use std::io::{self, Write};

/// Accounts without findings that are named; the rest is counted.
const NAMED: usize = 12;
/// Columns by which the lines of a note but the first are set in.
const NOTE: usize = 6;
/// Columns of the label, blanks around it included: `possible` is the longest. One more stands between the columns.
const LABEL: u16 = 12;

pub(super) const SPEC: Spec = Spec {
    name: "table",
    extension: "txt",
    render,
};

fn render(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    head(out, report)?;
    let mut rest = report.findings.as_slice();
    while let Some(first) = rest.first() {
        let same = rest
            .iter()
            .take_while(|finding| finding.account == first.account)
            .count();
        let (group, after) = rest.split_at(same);
        rest = after;
        out.write_all(b"\n")?;
        match &first.account {
            None => out.write_all(b"across accounts\n")?,
            Some(id) => match report.account(id) {
                Some(account) => account_heading(out, report, account, style)?,
                None => writeln!(out, "{}", visible(id.as_str()))?,
            },
        }
        findings(out, group, style)?;
    }
    clean_accounts(out, report)?;
    for notice in &report.notices {
        let at = notice.policy.as_ref();
        let at = at.map(|at| format!(" ({})", visible(&at.to_string())));
        let text = format!("note: {}{}", visible(&notice.message), at.unwrap_or_default());
        let width = usize::from(style.width).saturating_sub(NOTE);
        writeln!(out, "\n{}", wrap(&text, width).join("\n      "))?;
    }
    out.write_all(b"\n")?;
    verdict(out, report, style)
}

fn head(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let snapshot = &report.snapshot;
    let tenant = if snapshot.tenant.is_empty() {
        "not known"
    } else {
        &snapshot.tenant
    };
    let policy: Vec<String> = report.policy.iter().map(|file| visible(file)).collect();
    writeln!(out, "tenant {}, scanned {}", visible(tenant), snapshot.taken_at)?;
    writeln!(out, "policy {}", policy.join(", "))
}

fn account_heading(out: &mut dyn Write, report: &Report, account: &AccountSummary, style: Style) -> io::Result<()> {
    let keys = account.keys();
    writeln!(
        out,
        "{}  ({} in {}; {}, {keys})",
        style.bold(&visible(account.id.name())),
        visible(account.id.resource_group()),
        visible(report.snapshot.subscription_name(&account.id)),
        account.api.title(),
    )?;
    let fine: Vec<String> = account
        .principals
        .iter()
        .filter(|summary| summary.state == PrincipalState::AsDeclared)
        .map(|summary| visible(&summary.principal.to_string()))
        .collect();
    if fine.is_empty() {
        return Ok(());
    }
    writeln!(out, "as declared: {}", some(&fine))
}

fn findings(out: &mut dyn Write, group: &[Finding], style: Style) -> io::Result<()> {
    let mut table = new_table(style);
    for finding in group {
        table.add_row([label(finding), Cell::new(body(finding))]);
    }
    // The same columns for every account, whatever is in them.
    for (index, width) in [LABEL, style.width.saturating_sub(LABEL + 1)].into_iter().enumerate() {
        if let Some(column) = table.column_mut(index) {
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
        }
    }
    print_table(&table, out)
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

fn print_table(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    table
        .lines()
        .try_for_each(|line| out.write_all(log_line(&line).as_bytes()))
}

/// A line as it may stand in a log: GitHub Actions acts on lines that begin with `::` ("Workflow commands" of its
/// documentation), and a long name may be broken there. Trailing blanks only make copies ugly.
fn log_line(line: &str) -> String {
    let line = line.trim_end();
    match line.trim_start().strip_prefix("::") {
        Some(rest) => {
            let blanks = line.len() - rest.len() - "::".len();
            format!("{:blanks$}\\x3a:{rest}\n", "")
        }
        None => format!("{line}\n"),
    }
}

fn label(finding: &Finding) -> Cell {
    let mut text = finding.severity.word().to_owned();
    if finding.confidence == Confidence::Possible {
        text.push_str("\npossible");
    }
    if finding.state != State::New {
        text.push('\n');
        text.push_str(finding.state.word());
        return Cell::new(text).add_attribute(Attribute::Dim);
    }
    let cell = Cell::new(text);
    match finding.severity {
        Severity::Critical => cell.fg(Color::Red).add_attribute(Attribute::Bold),
        Severity::High => cell.fg(Color::Red),
        Severity::Medium => cell.fg(Color::DarkYellow),
        Severity::Low => cell.fg(Color::DarkCyan),
        Severity::Note => cell,
    }
}

fn body(finding: &Finding) -> String {
    let mut text = format!("{}: {}", finding.check, visible(&finding.message));
    if let Some(subject) = subject(finding) {
        text.push_str(&format!("\nsee: {}", visible(subject)));
    }
    if let Some(at) = &finding.policy {
        text.push_str(&format!("\npolicy: {}", visible(&at.to_string())));
    }
    if let Some(waiver) = &finding.waiver {
        text.push_str(&format!(
            "\nwaived until {}: {}",
            waiver.expires,
            visible(&waiver.reason)
        ));
    }
    if let Some(remedy) = &finding.remedy {
        text.push_str(&format!("\nfix: {}", visible(&remedy.summary)));
    }
    text
}

/// The subject below the account: the account itself stands in the heading.
fn subject(finding: &Finding) -> Option<&str> {
    let subject = finding.subject.as_deref()?;
    let Some(account) = &finding.account else {
        return Some(subject);
    };
    let (start, rest) = subject.split_at_checked(account.as_str().len())?;
    if start.eq_ignore_ascii_case(account.as_str()) {
        rest.strip_prefix('/')
    } else {
        Some(subject)
    }
}

fn clean_accounts(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let mut with = report
        .findings
        .iter()
        .filter_map(|finding| finding.account.as_ref())
        .peekable();
    let mut clean = Vec::new();
    for account in &report.accounts {
        // Both are sorted by account.
        while with.next_if(|id| **id < account.id).is_some() {}
        if with.peek().is_none_or(|id| **id != account.id) {
            clean.push(visible(account.id.name()));
        }
    }
    if clean.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nwithout findings: {}", some(&clean))
}

fn some(names: &[String]) -> String {
    match names.get(..NAMED) {
        Some(named) if names.len() > NAMED => format!("{} and {} more", named.join(", "), names.len() - NAMED),
        _ => names.join(", "),
    }
}

fn verdict(out: &mut dyn Write, report: &Report, style: Style) -> io::Result<()> {
    let summary = &report.summary;
    let by_severity: Vec<String> = summary
        .by_severity
        .iter()
        .rev()
        .filter(|(_, number)| **number > 0)
        .map(|(severity, number)| format!("{number} {}", severity.word()))
        .collect();
    let mut parts = vec![count(summary.findings, "finding", "findings")];
    if !by_severity.is_empty() {
        parts.push(format!("({})", by_severity.join(", ")));
    }
    let mut line = parts.join(" ");
    line.push_str(&summary.beside());
    line.push_str(", ");
    line.push_str(&count(report.snapshot.accounts, "account", "accounts"));
    if report.snapshot.gone > 0 {
        line.push_str(&format!(" ({} deleted meanwhile)", report.snapshot.gone));
    }
    if !report.snapshot.complete {
        line.push_str("; incomplete");
    }
    let (word, colour) = match report.verdict {
        Verdict::Pass => ("PASS", "32"),
        Verdict::Fail => ("FAIL", "31"),
        Verdict::Incomplete => ("INCOMPLETE", "33"),
        Verdict::Empty => ("NOTHING TO AUDIT", "33"),
    };
    let word = style.paint(&format!("1;{colour}"), word);
    writeln!(out, "{word}: {line}")
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
    rows: impl Iterator<Item = Vec<String>>,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    const RULE: TableStyle = presets::NOTHING.header_separator(LineStyle::new('─', '─', '─', '─'));
    let mut table = new_table(style);
    table.load_style(RULE);
    table.set_header(
        columns
            .iter()
            .map(|column| Cell::new(column.title).add_attribute(Attribute::Bold)),
    );
    for row in rows {
        // Line feeds that we put there ourselves stay.
        table.add_row(
            row.iter()
                .map(|cell| cell.split('\n').map(visible).collect::<Vec<_>>().join("\n")),
        );
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
