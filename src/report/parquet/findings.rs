//! The findings, as in the JSON report. Their keys are their fingerprints.

use super::spec::Spec;
use super::table::{Cell, Cells, Column, Kind};
use crate::finding::{Finding, Place, Remedy, Report};
use crate::model::{ActionPattern, Atom, PrincipalKind};
use crate::query::Answer;
use std::io;

pub(super) const SPEC: Spec = Spec {
    name: "findings",
    file: "findings.parquet",
    columns: &[
        Column::of("key", Kind::Text),
        // `check` is a word of SQL.
        Column::of("check_id", Kind::Text),
        Column::of("severity", Kind::Text),
        Column::of("severity_rank", Kind::Number),
        Column::of("confidence", Kind::Text),
        Column::of("state", Kind::Text),
        Column::of("title", Kind::Text),
        Column::of("message", Kind::Text),
        Column::maybe("account", Kind::Text),
        Column::maybe("account_id", Kind::Text),
        Column::of("concerned_accounts", Kind::Texts),
        Column::maybe("owner", Kind::Text),
        Column::maybe("subject", Kind::Text),
        Column::maybe("principal_id", Kind::Text),
        Column::maybe("principal_name", Kind::Text),
        Column::maybe("principal_kind", Kind::Text),
        Column::maybe("scope", Kind::Text),
        Column::maybe("azure_scope", Kind::Text),
        Column::of("data_actions", Kind::Texts),
        Column::maybe("role", Kind::Text),
        Column::maybe("role_assignment", Kind::Text),
        Column::maybe("role_definition", Kind::Text),
        Column::maybe("pattern", Kind::Text),
        Column::maybe("policy_file", Kind::Text),
        Column::maybe("policy_line", Kind::Number),
        Column::maybe("remedy", Kind::Text),
        Column::maybe("command", Kind::Text),
        Column::maybe("waived_until", Kind::Text),
        Column::maybe("waiver_reason", Kind::Text),
    ],
    rows,
};

fn rows(report: &Report, _: &Answer<'_>, add: &mut dyn FnMut(Cells) -> io::Result<()>) -> io::Result<()> {
    report.findings.iter().try_for_each(|finding| add(row(report, finding)))
}

fn row(report: &Report, finding: &Finding) -> Cells {
    let subject = &finding.subject;
    let account = finding.account();
    let concerned = report.concerned(finding).into_iter();
    let concerned = concerned.filter_map(|place| report.accounts.get(place));
    let principal = subject.principal();
    let witness = finding.witness.as_ref();
    let policy = finding.place.as_ref().map(Place::source);
    let owner = report.owner(finding);
    let scope = subject.scope().map(ToString::to_string);
    let command = finding.remedy.as_ref().and_then(Remedy::command);
    let until = finding.waiver.as_ref().map(|waiver| waiver.expires.to_string());
    vec![
        Cell::text(&finding.fingerprint()),
        Cell::text(finding.check.id),
        Cell::text(finding.severity.word()),
        Cell::number(finding.severity as usize),
        Cell::text(finding.confidence.word()),
        Cell::text(finding.state.word()),
        Cell::text(finding.title.as_str()),
        Cell::text(finding.message.as_str()),
        Cell::maybe(account.map(|id| id.name())),
        Cell::maybe(account.map(|id| id.as_str())),
        Cell::texts(concerned.map(|account| account.id.as_str())),
        Cell::maybe(Some(owner.as_str()).filter(|owner| !owner.is_empty())),
        Cell::maybe(subject.id()),
        Cell::maybe(principal.map(|one| one.id.as_str())),
        Cell::maybe(principal.and_then(|one| one.name.as_deref())),
        Cell::maybe(principal.map(|one| one.kind).map(PrincipalKind::word)),
        Cell::maybe(scope.as_deref()),
        Cell::maybe(subject.reach().and_then(|reach| reach.scope.as_deref())),
        Cell::texts(subject.data_actions().iter().map(Atom::name)),
        Cell::maybe(finding.role()),
        Cell::maybe(witness.and_then(|witness| witness.assignment.as_deref())),
        Cell::maybe(witness.and_then(|witness| Some(witness.role.as_ref()?.id.as_str()))),
        Cell::maybe(
            witness
                .and_then(|witness| witness.pattern.as_ref())
                .map(ActionPattern::as_str),
        ),
        Cell::maybe(policy.map(|at| &*at.file)),
        Cell::maybe_number(policy.map(|at| at.line)),
        Cell::maybe(finding.remedy.as_ref().map(|remedy| remedy.summary.as_str())),
        Cell::maybe(command.as_deref()),
        Cell::maybe(until.as_deref()),
        Cell::maybe(finding.waiver.as_ref().map(|waiver| waiver.reason.as_str())),
    ]
}
