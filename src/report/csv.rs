//! CSV by RFC 4180: one finding a row, for spreadsheets. Every cell is quoted, and none is taken for a formula.
//!
//! The last rows are no findings: the verdict, and what was not checked. Their `state` says so, and they have no fingerprint.

use super::stream::in_parts;
use super::{Render, Spec, verdict};
use crate::finding::{Finding, Place, Remedy, Report};
use crate::model::{AccountId, ActionPattern, Atom, Shown, arm_id};
use csv::{QuoteStyle, Terminator, WriterBuilder};
use std::borrow::Cow;
use std::io::{self, Write};

pub(super) const SPEC: Spec = Spec {
    name: "csv",
    extension: "csv",
    render: Render::Data(render),
};

/// The columns; names stay, new ones come last.
const COLUMNS: [&str; 33] = [
    "fingerprint",
    "check",
    "severity",
    "confidence",
    "state",
    "subscription",
    "resource_group",
    "account",
    "account_id",
    "subject",
    "principal_id",
    "principal_name",
    "scope",
    "data_actions",
    "message",
    "role",
    "pattern",
    "policy_file",
    "policy_line",
    "policy_column",
    "remedy",
    "command",
    "waived_until",
    "waiver_reason",
    "azure_scope",
    "accounts",
    "reached_accounts",
    "title",
    "tenant_id",
    "tenant_name",
    "taken_at",
    "run_id",
    "owner",
];

/// Columns that say of which run a row is.
const RUN: usize = 4;
/// The column behind these: who answers for the accounts.
const OWNER: usize = 1;

/// Of which run a row is, so that many nights fit one table.
fn run(report: &Report) -> [String; RUN] {
    let snapshot = &report.snapshot;
    [
        snapshot.tenant.clone(),
        snapshot.tenant_name.clone().unwrap_or_default(),
        snapshot.taken_at.to_string(),
        report.run_id(),
    ]
}

fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let run = run(report);
    let findings = report.findings.iter();
    let findings = findings.map(|finding| (row(report, finding), report.owner(finding)));
    let last = last_rows(report).map(|row| (row, String::new()));
    let rows = findings.chain(last).map(|(mut row, owner)| {
        row.extend_from_slice(&run);
        row.push(owner);
        row
    });
    csv_table(&COLUMNS, rows, out)
}

/// What the file is worth: the verdict, then what was not checked.
fn last_rows(report: &Report) -> impl Iterator<Item = Vec<String>> {
    let verdict = [
        ("state", "verdict".into()),
        ("message", verdict::text(report).into()),
        ("title", report.verdict.word().into()),
    ];
    let verdict = std::iter::once(about_all(verdict));
    let rows = report.not_checked.iter().zip(verdict::not_checked(report));
    verdict.chain(rows.map(|(row, line)| {
        let accounts = row
            .accounts
            .iter()
            .flatten()
            .filter_map(|place| report.accounts.get(*place));
        let place = row.place.as_ref().map(Place::source);
        about_all([
            ("state", "not-checked".to_owned()),
            ("message", line.into()),
            ("policy_file", place.map(|at| at.file.to_string()).unwrap_or_default()),
            ("policy_line", place.map(|at| at.line.to_string()).unwrap_or_default()),
            (
                "policy_column",
                place.map(|at| at.column.to_string()).unwrap_or_default(),
            ),
            (
                "accounts",
                row.accounts
                    .as_ref()
                    .map(|known| known.len().to_string())
                    .unwrap_or_default(),
            ),
            ("reached_accounts", ids(accounts.map(|account| &account.id))),
        ])
    }))
}

/// A row that has only these cells, without those of the run and the owner.
fn about_all<const N: usize>(mut cells: [(&str, String); N]) -> Vec<String> {
    // Taken, not copied: one names every account.
    let mut cell = |column: &&str| {
        let own = cells.iter_mut().find(|(name, _)| name == column);
        own.map(|(_, value)| std::mem::take(value))
    };
    let columns = COLUMNS.iter().take(COLUMNS.len() - RUN - OWNER);
    columns.map(|column| cell(column).unwrap_or_default()).collect()
}

fn ids<'a>(accounts: impl Iterator<Item = &'a AccountId>) -> String {
    let ids: Vec<&str> = accounts.map(AccountId::as_str).collect();
    ids.join(" ")
}

fn row(report: &Report, finding: &Finding) -> Vec<String> {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let subject = &finding.subject;
    let reached = subject.reach().into_iter().flat_map(|reach| report.reached(reach));
    let reached: Vec<&AccountId> = reached.map(|account| &account.id).collect();
    let only = match reached.as_slice() {
        [only] => Some(*only),
        _ => None,
    };
    let account = finding.account().or(only);
    // What is in no account may still be in a subscription, or in a resource group.
    let above = subject
        .reach()
        .and_then(|reach| reach.scope.as_deref())
        .or(subject.id());
    let (subscription, group) = account.map_or_else(
        || above.map(arm_id::place).unwrap_or_default(),
        |id| (Some(id.subscription()), Some(id.resource_group())),
    );
    let principal = subject.principal();
    let witness = finding.witness.as_ref();
    let policy = finding.place.as_ref().map(Place::source);
    let remedy = finding.remedy.as_ref();
    let actions: Vec<String> = subject.data_actions().iter().map(Atom::name).collect();
    vec![
        finding.fingerprint(),
        finding.check.id.to_owned(),
        finding.severity.word().to_owned(),
        finding.confidence.word().to_owned(),
        finding.state.word().to_owned(),
        text(subscription),
        text(group),
        text(account.map(|id| id.name())),
        text(account.map(|id| id.as_str())),
        text(subject.id()),
        text(principal.map(|principal| principal.id.as_str())),
        text(principal.and_then(|principal| principal.name.as_deref())),
        subject.scope().map(ToString::to_string).unwrap_or_default(),
        actions.join(" "),
        finding.message.to_string(),
        text(
            witness
                .and_then(|witness| witness.role.as_ref())
                .map(|role| role.name.as_str()),
        ),
        text(
            witness
                .and_then(|witness| witness.pattern.as_ref())
                .map(ActionPattern::as_str),
        ),
        text(policy.map(|at| &*at.file)),
        policy.map(|at| at.line.to_string()).unwrap_or_default(),
        policy.map(|at| at.column.to_string()).unwrap_or_default(),
        text(remedy.map(|remedy| remedy.summary.as_str())),
        remedy.and_then(Remedy::command_line).unwrap_or_default(),
        finding
            .waiver
            .as_ref()
            .map(|waiver| waiver.expires.to_string())
            .unwrap_or_default(),
        text(finding.waiver.as_ref().map(|waiver| waiver.reason.as_str())),
        text(subject.reach().and_then(|reach| reach.scope.as_deref())),
        subject
            .reach()
            .map(|reach| reach.accounts.len().to_string())
            .unwrap_or_default(),
        ids(reached.iter().copied()),
        finding.title.as_str().to_owned(),
    ]
}

/// A table as CSV: a row of headings, then the rows. Cells are made safe to show.
///
/// # Errors
/// When it cannot be written, and when a row has not as many cells as there are columns.
pub fn csv_table(columns: &[&str], rows: impl Iterator<Item = Vec<String>>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&csv_header(columns)?)?;
    write_rows(rows, out)
}

/// The same of many rows: parts of them are made at the same time by `of_part`, with [`csv_rows`].
pub(super) fn csv_table_in_parts<I: Sync>(
    columns: &[&str],
    items: &[I],
    of_part: impl Fn(&[I]) -> io::Result<Vec<u8>> + Sync,
    out: &mut dyn Write,
) -> io::Result<()> {
    out.write_all(&csv_header(columns)?)?;
    in_parts(items, of_part, |part| out.write_all(part))
}

/// Rows as text.
pub(super) fn csv_rows<'c>(rows: impl Iterator<Item = Vec<Cow<'c, str>>>) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    write_rows(rows, &mut text)?;
    Ok(text)
}

fn csv_header(columns: &[&str]) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    writer(&mut text).write_record(columns).map_err(failed)?;
    Ok(text)
}

fn write_rows<C: AsRef<str>>(rows: impl Iterator<Item = Vec<C>>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = writer(out);
    for row in rows {
        for cell in &row {
            writer.write_field(inert(cell.as_ref()).as_ref()).map_err(failed)?;
        }
        writer.write_record(None::<&[u8]>).map_err(failed)?;
    }
    writer.flush()
}

fn writer<W: Write>(out: W) -> csv::Writer<W> {
    WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .quote_style(QuoteStyle::Always)
        .from_writer(out)
}

/// Why a row could not be written. A reader that has gone away stays one.
fn failed(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// A cell that no spreadsheet runs: an apostrophe before whatever begins a formula (OWASP, "CSV injection"). A
/// spreadsheet of a country that separates by semicolons cuts at those, so a formula may begin there, too. Control
/// characters are escapes, so a row is a line.
fn inert(cell: &str) -> Cow<'_, str> {
    let begins_formula = |part: &str| {
        let begins = part.trim_start_matches(|c: char| c.is_whitespace() || c == '"');
        begins.starts_with(FORMULA)
    };
    let text = Shown::borrowed(cell);
    if !text.split(';').any(begins_formula) {
        return text;
    }
    let parts = text.split(';').map(|part| match begins_formula(part) {
        true => Cow::from(format!("'{part}")),
        false => Cow::from(part),
    });
    parts.collect::<Vec<_>>().join(";").into()
}

/// What formulas begin with, also in full width.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            (" @SUM(A1)", "' @SUM(A1)"),
            ("\t-2", "\\t-2"),
            ("＝1", "'＝1"),
            ("orders-api", "orders-api"),
            ("a; \"=1", "a;' \"=1"),
            ("a\r\n=b", "a\\r\\n=b"),
        ] {
            assert_eq!(inert(cell), expected);
        }
    }

    #[test]
    fn every_cell_is_quoted() {
        let row = vec!["x;1".to_owned(), "say \"hi\", then".to_owned()];
        let mut out = Vec::new();
        csv_table(&["a", "b"], [row].into_iter(), &mut out).unwrap();
        assert_eq!(out, b"\"a\",\"b\"\r\n\"x;1\",\"say \"\"hi\"\", then\"\r\n");
    }
}
