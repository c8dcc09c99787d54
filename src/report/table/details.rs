//! Everything that is known of findings: `--details`. The worst first, each below its cause; then what a baseline or a waiver
//! accepts.

use super::super::rows::{self, Row, title};
use super::super::text::count;
use super::layout::{BOLD, DIM, Label, Page};
use super::row::{self, INDENT};
use crate::finding::{Cause, Effect, Finding, Place, Remedy, Report, Severity, State};
use crate::model::Shown;
use crate::shown;
use std::collections::BTreeMap;
use std::io;

pub(super) fn all(page: &mut Page<'_, '_, '_>, report: &Report) -> io::Result<()> {
    for row in rows::rows(report) {
        if row.findings.len() > 1 {
            group(page, &row, report)?;
        }
        for finding in &row.findings {
            one(page, finding, report)?;
        }
    }
    for (state, heading) in [(State::Known, "Known"), (State::Waived, "Waived")] {
        let mut found: Vec<&Finding> = report.findings.iter().filter(|one| one.state == state).collect();
        found.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        if !found.is_empty() {
            page.labelled(Label::none(), 0, &heading.into(), Some(BOLD))?;
        }
        for finding in found {
            one(page, finding, report)?;
        }
    }
    Ok(())
}

/// What several findings have in common, above them.
fn group(page: &mut Page<'_, '_, '_>, row: &Row<'_>, report: &Report) -> io::Result<()> {
    row::brief(page, row, report)?;
    if let Some(detail) = row.detail {
        page.labelled(Label::none(), INDENT, detail, Some(DIM))?;
    }
    let first = row.findings.first();
    let cause = report.causes.iter().find(|cause| {
        let mut findings = cause.findings.iter().filter_map(|place| report.findings.get(*place));
        first.is_some_and(|first| findings.any(|finding| std::ptr::eq(finding, *first)))
    });
    if let Some(remedy) = cause.and_then(|cause| cause.remedy.as_ref()) {
        fix(page, remedy)?;
    }
    if let Some(effect) = cause.and_then(|cause: &Cause| cause.effect.as_ref()) {
        page.labelled(Label::none(), INDENT, &closes(effect), None)?;
    }
    page.blank()
}

/// `This closes 10 findings (8 High, 2 Medium) and opens 2 (2 Low).`
fn closes(effect: &Effect) -> Shown {
    let sum = |numbers: &BTreeMap<Severity, usize>| numbers.values().sum::<usize>();
    let each = |numbers: &BTreeMap<Severity, usize>| {
        let there = numbers.iter().rev().filter(|(_, number)| **number > 0);
        Shown::join(
            there.map(|(severity, number)| shown!("{} {}", *number, severity.title())),
            ", ",
        )
    };
    let mut text = shown!("This closes {}", count(sum(&effect.closes), "finding", "findings"));
    if sum(&effect.closes) > 0 {
        text.push(shown!(" ({})", each(&effect.closes)));
    }
    if sum(&effect.opens) > 0 {
        text.push(shown!(" and opens {} ({})", sum(&effect.opens), each(&effect.opens)));
    }
    text.push(".");
    text
}

fn one(page: &mut Page<'_, '_, '_>, finding: &Finding, report: &Report) -> io::Result<()> {
    let is_bold = report.gate.fails(finding);
    row::head(
        page,
        finding.severity,
        &title(finding),
        &finding.check.id.into(),
        is_bold,
    )?;
    page.labelled(Label::none(), INDENT, &finding.message, None)?;
    let mut fact = |label: &'static str, value: &Shown| fact(page, label, value);
    // The right column can have had no room for it.
    fact("check:", &finding.check.id.into())?;
    if let Some(account) = finding.account() {
        let mut at = Shown::of(account.name());
        if let Some(scope) = finding.subject.scope() {
            at.push(shown!(" {}", Shown::of_value(scope)));
        }
        let group = Shown::of(account.resource_group());
        let subscription = Shown::of(report.snapshot.subscription_name(account));
        fact("where:", &shown!("{} ({}, {})", at, group, subscription))?;
    }
    if let Some(reach) = finding.subject.reach() {
        let names: Vec<Shown> = report
            .reached(reach)
            .map(|account| Shown::of(account.id.name()))
            .collect();
        fact("accounts:", &Shown::join(names, ", "))?;
    }
    let owner = report.owner(finding);
    if !owner.is_empty() {
        fact("owner:", &Shown::of(&owner))?;
    }
    if let Some(id) = finding.subject.id() {
        fact("ID:", &Shown::of(id))?;
    }
    if let Some(place) = &finding.place {
        let file = match place {
            Place::Policy(_) => "policy:",
            Place::Template(_) => "template:",
        };
        fact(file, &Shown::of_value(place.source()))?;
    }
    fact("fingerprint:", &Shown::of(&finding.fingerprint()))?;
    if finding.state == State::Known {
        fact("known:", &"the baseline has this finding".into())?;
    }
    if let Some(waiver) = &finding.waiver {
        let until = shown!(
            "until {}: {} ({})",
            waiver.expires,
            Shown::of(&waiver.reason),
            Shown::of_value(&waiver.policy)
        );
        fact("waived:", &until)?;
    }
    if let Some(remedy) = &finding.remedy {
        fix(page, remedy)?;
    }
    page.blank()
}

/// A fact beside its name. The longest name is that of the fingerprint.
fn fact(page: &mut Page<'_, '_, '_>, name: &'static str, value: &Shown) -> io::Result<()> {
    let label = Label {
        before: INDENT,
        text: name.into(),
        paint: Some(DIM),
    };
    page.labelled(label, INDENT + "fingerprint: ".len(), value, None)
}

/// What to do: in words, then step by step.
fn fix(page: &mut Page<'_, '_, '_>, remedy: &Remedy) -> io::Result<()> {
    let label = Label::bold(INDENT, "fix:");
    let indent = INDENT + "fix: ".len();
    page.labelled(label, indent, &remedy.summary, None)?;
    for (place, step) in remedy.steps.iter().enumerate() {
        let number = shown!("{}.", place + 1);
        let label = Label {
            before: indent,
            text: number,
            paint: None,
        };
        page.labelled(label, indent + "1. ".len(), &step.changes, None)?;
        if let Some(command) = &step.command {
            page.command(Label::none(), indent + "1. ".len(), &Shown::of(command))?;
        }
    }
    Ok(())
}
