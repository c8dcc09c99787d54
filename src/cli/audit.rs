//! `audit`: compare accounts with a policy.

use super::args::{Azure, Common, Source, one_of};
use super::error::CliError;
use super::exports::{self, Sources};
use super::outputs::{self, Output, PRINTED, Printed};
use super::{Exit, fixes, output, source, written};
use crate::checks::{self, Filter, MaxAge};
use crate::files;
use crate::finding::{Baseline, Gate, Report, Severity};
use crate::model::Shown;
use crate::policy::Policy;
use crate::query::Answer;
use crate::report::{Format, Invocation, OpenGraph, Style, verdict_text};
use crate::shown;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    /// Policy file. Several are merged [default: built-in baseline]
    ///
    /// The built-in baseline requires key-based authentication to be disabled. It has no rules about who has access.
    #[arg(long, short, value_name = "FILE", help_heading = "Policy")]
    policy: Vec<PathBuf>,
    /// Fail (exit 1) on findings of this severity or higher: note, low, medium, high, critical, or never
    #[arg(long, value_name = "SEVERITY", default_value = "medium", value_parser = fail_on, help_heading = "Policy")]
    fail_on: FailOn,
    /// Show only the findings that match KEY=GLOB. Can be repeated
    ///
    /// Keys: account, subscription (name or ID), tag (`tag=env=prod`), owner, check, severity, principal (name or ID). The same key
    /// twice means either, different keys mean both. The exit code follows what is shown, and every format says how much isn't.
    #[arg(long, value_name = "KEY=GLOB", help_heading = "Policy")]
    only: Vec<Filter>,
    /// JSON report of an earlier run. Findings it already contains don't fail this audit
    #[arg(long, value_name = "REPORT.json", help_heading = "Policy")]
    baseline: Option<PathBuf>,
    /// Count findings that the policy's waivers accept
    #[arg(long, help_heading = "Policy")]
    ignore_waivers: bool,
    /// Treat a snapshot file older than this as incomplete (exit 3), for example 90m, 36h or 2d
    #[arg(long, value_name = "DURATION", help_heading = "Policy")]
    max_age: Option<MaxAge>,
    /// Don't exit 3 if some resources couldn't be read or the snapshot is older than --max-age
    #[arg(long, help_heading = "Policy")]
    allow_incomplete: bool,
    /// Format on standard output [default: table; none with --output]
    #[arg(short, long, value_name = "FORMAT", value_parser = one_of(&PRINTED, Printed::name), help_heading = "Output")]
    format: Option<Printed>,
    /// Write the report to a file, for example `html=report.html` or just `report.html`. Can be repeated
    ///
    /// `fix=DIR` writes a folder: a script of commands that fix the findings, for you to review, and Bicep for role definitions and
    /// role assignments that the policy requires. Nothing is run. `parquet=DIR` writes a folder of tables for data engines such as
    /// DuckDB, also of effective access. `opengraph=graph.json` writes both as a graph for BloodHound. `graph.json` alone is the
    /// JSON report.
    #[arg(short, long, value_name = "[FORMAT=]PATH", value_parser = outputs::output, help_heading = "Output")]
    output: Vec<Output>,
    /// Print everything that is known of each finding in the table
    #[arg(long, help_heading = "Output")]
    details: bool,
    #[command(flatten)]
    azure: Azure,
}

/// A wrapper, because clap reads a bare `Option` as an optional argument.
#[derive(Debug, Clone, Copy)]
struct FailOn(Option<Severity>);

pub(super) fn run(args: Args, run: &Invocation, common: &Common) -> Result<Exit, CliError> {
    let (read, is_printed) = (read(&args), args.format.is_some() || args.output.is_empty());
    outputs::check(&args.output, read, is_printed)?;
    let has_fixes = args.output.iter().any(|output| matches!(output, Output::Fixes(_)));
    let has_exports = args.format == Some(Printed::Graph) || args.output.iter().any(Output::is_export);
    if args.source.template.is_some() && has_fixes {
        return Err(CliError::FixesOfTemplate);
    }
    // Rows of many nights are put together, and each night has to be whole.
    if has_exports && (args.source.template.is_some() || !args.only.is_empty()) {
        return Err(CliError::PartOfExport);
    }
    // The policy first: a scan of hundreds of subscriptions must not end in a typing error.
    let policy = if args.policy.is_empty() {
        Policy::baseline(&checks::CHECKS)
    } else {
        Policy::load(&args.policy, &checks::CHECKS)?
    };
    let baseline = args.baseline.as_deref().map(read_baseline).transpose()?;
    if baseline.as_ref().is_some_and(|baseline| !baseline.is_comparable()) {
        output::say(shown!(
            "warning: the baseline was written by another version of cosmos-rbac, so every finding counts as new"
        ));
    }
    for notice in &policy.notices {
        let at = Shown::of_value(&notice.at);
        output::say(shown!("warning: {}: {}", at, Shown::of(&notice.value)));
    }
    source::warn_of_ignored(&args.source, &args.azure);
    let taken = source::taken(&args.source, &args.azure, common)?;
    let gate = Gate {
        fail_on: args.fail_on.0,
        allow_incomplete: args.allow_incomplete,
    };
    let options = checks::Options {
        gate,
        baseline: baseline.as_ref(),
        only: &args.only,
        freshness: source::freshness(&args.source, args.max_age)?,
        effects: has_fixes || formats(&args).any(|format| format.tells_effects(args.details)),
        plan: has_fixes,
        without_access: !formats(&args).any(Format::shows_access),
        ignore_waivers: args.ignore_waivers,
    };
    let tenant = taken.tenant();
    let header = tenant.frame.header;
    if let Some(other) = baseline
        .as_ref()
        .and_then(|baseline| baseline.other_tenant(&header.tenant))
    {
        output::say(shown!(
            "warning: the baseline is of another tenant ({}, not {})",
            Shown::of(other),
            Shown::of(&header.tenant)
        ));
    }
    let (taken_at, last) = (header.taken_at, header.last_taken_at());
    if let Some(doubt) = options.freshness.and_then(|one| one.doubt(taken_at, last)) {
        output::say(shown!("warning: {}", doubt.message));
    }
    let report = checks::audit(&tenant, &policy, options)?;
    let sources = Sources {
        tenant: &tenant,
        policy: &policy,
        report: &report,
        is_compared: !args.policy.is_empty(),
    };
    write(&sources, &args, run, common)?;
    Ok(report.ending.into())
}

/// The files that are read.
fn read(args: &Args) -> impl Iterator<Item = &PathBuf> {
    let source = &args.source;
    let of_template = source.template.iter().chain(&source.deployment.parameters);
    let policy = args.policy.iter().chain(&source.snapshot).chain(of_template);
    let others = source.against.iter().chain(&args.baseline);
    policy.chain(others).chain(&args.azure.advanced.ca_bundle)
}

/// What standard output gets: with files asked for what is asked for, too; without either, the table.
fn printed(args: &Args) -> Option<Printed> {
    let table = || args.output.is_empty().then_some(Printed::Report(Format::Table));
    args.format.or_else(table)
}

/// The formats that the report is written in.
fn formats(args: &Args) -> impl Iterator<Item = Format> {
    let files = args.output.iter().filter_map(|output| match output {
        Output::File(printed, _) => Some(*printed),
        Output::Fixes(_) | Output::Tables(_) => None,
    });
    files.chain(printed(args)).filter_map(Printed::format)
}

/// Writes the report to wherever it was asked for.
fn write(sources: &Sources<'_, '_>, args: &Args, run: &Invocation, common: &Common) -> Result<(), CliError> {
    let report = sources.report;
    let is_graph = |output: &Output| matches!(output, Output::File(Printed::Graph, _));
    let answer = match args.format == Some(Printed::Graph) || args.output.iter().any(is_graph) {
        true => Some(sources.answer()?),
        false => None,
    };
    let answer = answer.as_ref();
    // One place that cannot be written to keeps no other from its report.
    let mut failed = Vec::new();
    let mut written = Vec::new();
    let style = Style {
        details: args.details,
        ..Style::default()
    };
    for output in &args.output {
        let result = match output {
            Output::File(printed, path) => {
                output::write_file(path, |out| write_one(*printed, report, answer, style, out))
            }
            Output::Fixes(folder) => fixes::write(folder, report),
            Output::Tables(folder) => exports::write(folder, sources),
        };
        match result {
            Ok(()) => written.push(output.path()),
            Err(error) => failed.push(error),
        }
    }
    let format = printed(args);
    if let Some(printed) = format {
        let style = Style {
            details: args.details,
            invocation: Some(run),
            ..output::style(common)
        };
        failed.extend(output::print(|out| write_one(printed, report, answer, style, out)).err());
    }
    if failed.is_empty() && !common.quiet {
        let is_printed = |path: &Path| {
            path.as_os_str() == "-"
                || files::is_standard_output(path)
                || files::are_same(path, Path::new("/dev/stderr"))
        };
        // Whoever has the report on the screen has read the verdict.
        if format.is_none() && !args.output.iter().any(|output| is_printed(output.path())) {
            output::say(verdict_text(report, output::error_style(common)));
        }
        for path in written.into_iter().filter(|path| !is_printed(path)) {
            output::say(shown!("Wrote {}", Shown::of_value(&path.display())));
        }
    }
    if let Some(last) = failed.pop() {
        for error in &failed {
            output::error(error, common);
        }
        return Err(last);
    }
    Ok(())
}

fn write_one(
    printed: Printed,
    report: &Report,
    answer: Option<&Answer<'_>>,
    style: Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    match (printed, answer) {
        (Printed::Report(format), _) => format.render(report, style, out),
        (Printed::Graph, Some(answer)) => OpenGraph::write(report, answer, out),
        // Never an empty file for a tenant that has access.
        (Printed::Graph, None) => Err(io::Error::other("effective access wasn't worked out")),
    }
}

fn read_baseline(path: &Path) -> Result<Baseline, CliError> {
    let failed = |why: String| CliError::Baseline {
        file: path.to_owned(),
        why,
    };
    let text = written::read(path).map_err(failed)?;
    Baseline::parse(&text).map_err(|error| failed(error.to_string()))
}

fn fail_on(text: &str) -> Result<FailOn, String> {
    if text == "never" {
        return Ok(FailOn(None));
    }
    text.parse()
        .map(|severity| FailOn(Some(severity)))
        .map_err(|_| "possible values: note, low, medium, high, critical, never".to_owned())
}
