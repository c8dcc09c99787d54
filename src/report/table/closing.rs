//! The end of the table: what was not checked, the verdict, and what to run next.

use super::super::invocation::Invocation;
use super::super::rows::is_gap_of;
use super::super::text::wrap;
use super::super::{Style, verdict};
use super::layout::{BOLD, DIM, Label, Page};
use super::row::only_command;
use crate::finding::{Finding, Place, Report, State, Verdict};
use crate::model::Shown;
use crate::shown;
use std::io;

/// Columns of the label before what was not checked, blanks included.
const LABEL: usize = 13;
/// Columns of `Next` and its blanks.
const NEXT: usize = 6;
/// Lines of each kind that are listed unless everything is; the rest is counted.
const LISTED: usize = 10;
/// Options that say how one run is shown: the next one is shown in another way.
const SHOWN_BY: [&str; 6] = ["format", "output", "details", "quiet", "verbose", "color"];

/// What to know of the policy and the baseline.
pub(super) fn notices(page: &mut Page<'_, '_, '_>, report: &Report) -> io::Result<()> {
    let lines = report.notices.iter().map(|notice| {
        let mut text = notice.message.clone();
        if let Some(at) = notice.place.as_ref().map(Place::source) {
            text.push(shown!(" ({})", Shown::of_value(at)));
        }
        text
    });
    listed(page, "Notes", lines.map(|line| (line, None)))
}

/// What the verdict does not cover.
pub(super) fn not_checked(page: &mut Page<'_, '_, '_>, report: &Report) -> io::Result<()> {
    let mut gaps: Vec<&Finding> = report.findings.iter().filter(|one| one.is_gap()).collect();
    let rows = report.not_checked.iter().zip(verdict::not_checked(report));
    let rows: Vec<_> = rows
        .map(|(row, line)| {
            let place = gaps.iter().position(|gap| is_gap_of(row, gap, report));
            let gap = place.map(|place| gaps.remove(place));
            let remedy = gap.and_then(|gap| gap.remedy.as_ref());
            (line, remedy.and_then(only_command))
        })
        .collect();
    listed(page, "Not checked", rows.into_iter())
}

/// Lines beside one label, each with the command that would help; the first command is printed.
fn listed(
    page: &mut Page<'_, '_, '_>,
    label: &'static str,
    lines: impl Iterator<Item = (Shown, Option<Shown>)>,
) -> io::Result<()> {
    let most = if page.style.details { usize::MAX } else { LISTED };
    let lines: Vec<_> = lines.collect();
    let mut is_told = false;
    for (place, (line, command)) in lines.iter().take(most).enumerate() {
        let label = match place {
            0 => Label::bold(0, label),
            _ => Label::none(),
        };
        page.labelled(label, LABEL, line, None)?;
        if let Some(command) = command.as_ref().filter(|_| !is_told || page.style.details) {
            page.command(Label::bold(LABEL, "fix:"), LABEL + "fix: ".len(), command)?;
            is_told = true;
        }
    }
    if let Some(more) = lines.len().checked_sub(most).filter(|more| *more > 0) {
        let text = shown!("… {} more: --details", more);
        page.labelled(Label::none(), LABEL, &text, Some(DIM))?;
    }
    if lines.is_empty() { Ok(()) } else { page.blank() }
}

/// The verdict in lines that fit, its first word in color.
pub(super) fn verdict_lines(report: &Report, style: Style<'_>) -> Vec<Shown> {
    let attributes = match report.verdict {
        Verdict::Pass => "1;32",
        Verdict::Fail => "1;31",
        Verdict::Incomplete | Verdict::Empty => "1;33",
        Verdict::NotGated => BOLD,
    };
    let title = verdict::title(report);
    let mut sentences = verdict::sentences(report);
    // What failed is a line of its own.
    let is_long = matches!(report.verdict, Verdict::Fail | Verdict::NotGated);
    let rest = sentences.split_off(if is_long { 1 } else { sentences.len() });
    let width = usize::from(style.width);
    let first = shown!("{}: {}", title, Shown::join(sentences, " "));
    let mut lines = wrap(&first, width);
    lines.extend(wrap(&Shown::join(rest, " "), width));
    if let Some(first) = lines.first_mut() {
        // On a narrow screen the title alone can be more than the line.
        let after = first.as_str().strip_prefix(title).map(Shown::of);
        if let Some(after) = after {
            *first = shown!("{}{}", style.paint(attributes, title.into()), after);
        }
    }
    lines
}

/// At most two commands that fit this run.
pub(super) fn next(page: &mut Page<'_, '_, '_>, report: &Report) -> io::Result<()> {
    let Some(run) = page.style.invocation else {
        return Ok(());
    };
    let commands = commands(run, report, page.style.details);
    if commands.is_empty() {
        return Ok(());
    }
    page.blank()?;
    for (place, command) in commands.iter().enumerate() {
        let label = match place {
            0 => Label::bold(0, "Next"),
            _ => Label::none(),
        };
        page.command(label, NEXT, command)?;
    }
    Ok(())
}

fn commands(run: &Invocation, report: &Report, has_details: bool) -> Vec<Shown> {
    let is_kept = |id: &str| !SHOWN_BY.contains(&id);
    let audit = |more: &'static str| run.again("audit", is_kept, more);
    let is_source = |id: &str| is_kept(id) && !OF_THE_AUDIT.contains(&id);
    let is_quiet = report.findings.iter().all(|one| one.state != State::New);
    if is_quiet && report.verdict != Verdict::Empty && report.policy.iter().any(|file| file.ends_with(" (built in)")) {
        // Who has access was compared with nothing: that is what to do next.
        let commands = [
            run.again("policy init", is_source, "-o policy.yaml"),
            run.again("access", |id| is_source(id) && id != "allow_incomplete", ""),
        ];
        return commands.into_iter().flatten().collect();
    }
    let first = match report.verdict {
        // Nobody can be listed.
        Verdict::Empty if report.snapshot.template.is_some() => return Vec::new(),
        Verdict::Empty if !report.accounts.is_empty() => return Vec::new(),
        Verdict::Empty => return vec!["az account list --output table".into()],
        _ if is_quiet => run.again("access", |id| is_source(id) && id != "allow_incomplete", ""),
        _ if run.value("baseline").is_some() && report.summary.known > 0 => {
            run.again("audit", |id| is_kept(id) && id != "baseline", "")
        }
        _ if has_details => report
            .findings
            .iter()
            .filter(|one| one.state == State::New)
            .max_by_key(|one| (one.severity, std::cmp::Reverse(one.check.id)))
            .map(|worst| shown!("cosmos-rbac explain {}", worst.check.id)),
        _ => audit("--details"),
    };
    let has_commands = || {
        let remedies = report.causes.iter().filter_map(|cause| cause.remedy.as_ref());
        remedies
            .flat_map(|remedy| &remedy.steps)
            .any(|step| step.command.is_some())
    };
    // Whoever has read the details is about to fix.
    let second = match has_details && report.verdict == Verdict::Fail && has_commands() {
        true => audit("-o fix=fixes"),
        false => audit("-o html=report.html"),
    };
    first.into_iter().chain(second).collect()
}

/// Options that only an audit has, by what they are called inside the program.
const OF_THE_AUDIT: [&str; 5] = ["policy", "only", "fail_on", "baseline", "max_age"];
