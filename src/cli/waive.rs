//! `waive`: print the waivers that accept findings of a report, to be put into a policy.

use super::args::Common;
use super::error::CliError;
use super::{Exit, output, source, written};
use crate::checks::{self, CHECKS};
use crate::finding::{Check, Narrowest, State, WrittenFinding, WrittenReport};
use crate::model::shown::is_unsafe;
use crate::model::{PrincipalId, Shown};
use crate::policy::{Policy, day};
use crate::report::text::Screen;
use crate::shown;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// So many characters tell the findings of a report apart, and are hardly typed by mistake.
const SHORTEST: usize = 6;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Fingerprints of the findings, or their first characters (at least 6)
    #[arg(required = true, value_name = "FINGERPRINT", value_parser = fingerprint)]
    fingerprints: Vec<String>,
    /// JSON report that the findings are in, written by `audit -f json`, or `-` for standard input
    #[arg(long, value_name = "REPORT.json")]
    report: PathBuf,
    /// Last day on which the findings are accepted, for example 2027-01-31
    #[arg(long, value_name = "DATE", value_parser = until)]
    until: Date,
    /// Why the findings are accepted, for example a ticket and a sentence
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
    /// Policy file. Principals are written with its names instead of their object IDs
    #[arg(long, short, value_name = "FILE")]
    policy: Vec<PathBuf>,
}

pub(super) fn run(args: &Args, common: &Common) -> Result<Exit, CliError> {
    source::standard_input_once(args.policy.iter().chain([&args.report]))?;
    let today = source::today()?;
    if args.until < today {
        return Err(CliError::Passed { day: args.until, today });
    }
    let policy = match args.policy.as_slice() {
        [] => None,
        files => Some(Policy::load(files, &CHECKS)?),
    };
    let failed = |why: String| CliError::Report {
        file: args.report.clone(),
        why,
    };
    let text = written::read(&args.report).map_err(failed)?;
    let report = WrittenReport::parse(&text).map_err(|error| failed(error.to_string()))?;
    let findings = all_or_errors(args.fingerprints.iter().map(|start| find(start, &report, args)), common)?;
    let items = items(&findings, &report, args, common)?;
    let names = names(&findings, policy.as_ref());
    let principal = |id: &PrincipalId| names.get(id).cloned().unwrap_or_else(|| (id.to_string(), None));
    let lines = |item: &Narrowest| item.lines(args.until, &args.reason, principal);
    warn(&findings, args, today);
    output::print(|out| {
        let mut screen = Screen::new(out);
        let mut lines = items.iter().flat_map(lines);
        lines.try_for_each(|line| screen.line(Shown::of(&line)))
    })?;
    if !common.quiet {
        if items.iter().any(|item| item.fingerprint.is_some()) {
            output::say(
                "A waiver with `fingerprint` accepts one finding. When what it finds changes, the waiver no longer matches.".into(),
            );
        }
        output::say("Add this below `waivers:` in the policy.".into());
    }
    Ok(Exit::Ok)
}

/// All results, or the last error after the others were printed.
fn all_or_errors<T>(results: impl Iterator<Item = Result<T, CliError>>, common: &Common) -> Result<Vec<T>, CliError> {
    let (mut all, mut errors) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(one) => all.push(one),
            Err(error) => errors.push(error),
        }
    }
    let Some(last) = errors.pop() else {
        return Ok(all);
    };
    errors.iter().for_each(|error| output::error(error, common));
    Err(last)
}

/// The one finding whose fingerprint begins so.
fn find<'r>(start: &str, report: &'r WrittenReport, args: &Args) -> Result<&'r WrittenFinding, CliError> {
    let mut found: Vec<&WrittenFinding> = (report.findings.iter())
        .filter(|finding| finding.fingerprint.starts_with(start))
        .collect();
    found.dedup_by(|a, b| a.fingerprint == b.fingerprint);
    match found.as_slice() {
        [one] => Ok(one),
        [] => Err(CliError::NoFinding {
            file: args.report.clone(),
            start: start.to_owned(),
        }),
        many => Err(CliError::ManyFindings {
            start: start.to_owned(),
            found: many.iter().map(|finding| finding.fingerprint.clone()).collect(),
        }),
    }
}

/// The narrowest waivers of the findings, each once.
fn items(
    findings: &[&WrittenFinding],
    report: &WrittenReport,
    args: &Args,
    common: &Common,
) -> Result<Vec<Narrowest>, CliError> {
    let waivers = report.narrowest(checks::check);
    let of = |finding: &&WrittenFinding| -> Result<Narrowest, CliError> {
        let check = check(finding, args)?;
        let waiver = waivers.get(finding.fingerprint.as_str());
        let waiver = waiver.ok_or_else(|| CliError::Unwaivable {
            check,
            fingerprint: finding.fingerprint.clone(),
        })?;
        // It would match nothing.
        match waiver.fingerprint.is_some() && !report.has_fingerprints_of_this_version() {
            true => Err(CliError::OldFingerprints {
                file: args.report.clone(),
            }),
            false => Ok(waiver.clone()),
        }
    };
    let mut items: Vec<Narrowest> = Vec::new();
    for item in all_or_errors(findings.iter().map(of), common)? {
        if !items.contains(&item) {
            items.push(item);
        }
    }
    Ok(items)
}

fn check(finding: &WrittenFinding, args: &Args) -> Result<&'static Check, CliError> {
    checks::check(&finding.check).ok_or_else(|| CliError::Report {
        file: args.report.clone(),
        why: format!(
            "this version has no check `{}`; use the cosmos-rbac that wrote the report",
            finding.check
        ),
    })
}

/// How principals are written, and what is said beside that: the policy's name, or the object ID and the name of the report.
fn names(findings: &[&WrittenFinding], policy: Option<&Policy>) -> BTreeMap<PrincipalId, (String, Option<Shown>)> {
    let of = |finding: &&WrittenFinding| {
        let id = finding.selected().principal?;
        let declared = policy.and_then(|policy| policy.principals.iter().find(|principal| principal.id == *id));
        let written = match declared {
            Some(principal) => (principal.name.clone(), None),
            None => (id.to_string(), finding.principal_name().map(Shown::of)),
        };
        Some((id.clone(), written))
    };
    findings.iter().filter_map(of).collect()
}

/// Says what the reader has to know of the waivers before they use them.
fn warn(findings: &[&WrittenFinding], args: &Args, today: Date) {
    if today.checked_add(1.year()).is_ok_and(|year| year < args.until) {
        output::say(shown!(
            "warning: {} is more than a year away; a waiver should end when somebody can look at the finding again",
            args.until
        ));
    }
    for finding in findings {
        let title = Shown::quoted(finding.headline());
        if let Some(waiver) = finding
            .waiver
            .as_ref()
            .filter(|_| finding.state == State::Waived.word())
        {
            let (expires, at) = (Shown::of(&waiver.expires), Shown::of_value(&waiver.policy));
            output::say(shown!(
                "warning: {} is already waived until {} ({}); replace that waiver instead of adding one",
                title,
                expires,
                at
            ));
        }
        if finding.state == State::Known.word() {
            output::say(shown!(
                "warning: {} is in the baseline of the report, so it already doesn't fail the audit",
                title
            ));
        }
    }
}

fn fingerprint(text: &str) -> Result<String, String> {
    let is_hexadecimal = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match is_hexadecimal && text.len() >= SHORTEST {
        true => Ok(text.to_ascii_lowercase()),
        false => Err(format!("expected at least {SHORTEST} hexadecimal digits")),
    }
}

fn until(text: &str) -> Result<Date, &'static str> {
    day(text).ok_or("expected `YYYY-MM-DD`, for example `2027-01-31`")
}

fn reason(text: &str) -> Result<String, String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return Err("it is empty; say why the findings are accepted".to_owned());
    }
    match line.chars().find(|c| is_unsafe(*c)) {
        Some(c) => Err(format!(
            "the invisible character U+{:04X} isn't allowed in a policy",
            u32::from(c)
        )),
        None => Ok(line),
    }
}
