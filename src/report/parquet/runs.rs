//! The run: the verdict, what it is about, and the counts. One row.

use super::spec::Spec;
use super::table::{Cell, Cells, Column, Kind};
use crate::finding::{Report, Severity};
use crate::query::Answer;
use crate::report::verdict;
use std::io;

pub(super) const SPEC: Spec = Spec {
    name: "runs",
    file: "runs.parquet",
    columns: &[
        Column::maybe("tenant_name", Kind::Text),
        Column::of("cloud", Kind::Text),
        Column::of("run_id", Kind::Text),
        Column::of("verdict", Kind::Text),
        Column::of("message", Kind::Text),
        Column::of("complete", Kind::Flag),
        Column::of("access_complete", Kind::Flag),
        Column::of("not_checked", Kind::Number),
        Column::of("subscriptions", Kind::Number),
        Column::of("accounts", Kind::Number),
        Column::of("findings", Kind::Number),
        Column::of("failing", Kind::Number),
        Column::maybe("at_or_above_fail_on", Kind::Number),
        Column::of("known", Kind::Number),
        Column::of("waived", Kind::Number),
        Column::of("critical", Kind::Number),
        Column::of("high", Kind::Number),
        Column::of("medium", Kind::Number),
        Column::of("low", Kind::Number),
        Column::of("note", Kind::Number),
        Column::maybe("fail_on", Kind::Text),
        Column::of("policies", Kind::Texts),
        Column::maybe("scanned_by", Kind::Text),
        Column::of("tool_version", Kind::Text),
    ],
    rows,
};

fn rows(report: &Report, answer: &Answer<'_>, add: &mut dyn FnMut(Cells) -> io::Result<()>) -> io::Result<()> {
    let snapshot = &report.snapshot;
    let counts = &report.summary;
    let of = |severity| Cell::number(counts.by_severity.get(&severity).copied().unwrap_or_default());
    let scanned_by = snapshot.scanned_by.as_ref();
    add(vec![
        Cell::maybe(snapshot.tenant_name.as_deref()),
        Cell::text(&snapshot.cloud),
        Cell::text(&report.run_id()),
        Cell::text(report.verdict.word()),
        Cell::text(verdict::text(report).as_str()),
        Cell::Flag(snapshot.complete),
        Cell::Flag(answer.is_complete()),
        Cell::number(report.not_checked.len() + answer.unread.len() + usize::from(report.snapshot.age_doubt.is_some())),
        Cell::number(snapshot.subscriptions.len()),
        Cell::number(snapshot.accounts),
        Cell::number(counts.findings),
        Cell::number(counts.failing),
        Cell::maybe_number(report.gate.fail_on.map(|mildest| counts.at_or_above(mildest))),
        Cell::number(counts.known),
        Cell::number(counts.waived),
        of(Severity::Critical),
        of(Severity::High),
        of(Severity::Medium),
        of(Severity::Low),
        of(Severity::Note),
        Cell::maybe(report.gate.fail_on.map(Severity::word)),
        Cell::texts(report.policy.iter().map(|file| &**file)),
        Cell::maybe(scanned_by.and_then(|one| one.object_id.as_deref())),
        Cell::text(env!("CARGO_PKG_VERSION")),
    ])
}
