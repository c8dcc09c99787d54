//! `audit`: compare accounts with a policy.

use super::args::{Azure, Common, Source};
use super::output::{self, Failure};
use super::{Exit, source};
use crate::checks;
use crate::finding::{Baseline, Gate, Severity};
use crate::policy::Policy;
use crate::report::{Format, Style};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    /// Policy files; several are merged. Without any, the built-in baseline: no keys, no account-wide writes
    #[arg(long, short, value_name = "FILE", help_heading = "Policy")]
    policy: Vec<PathBuf>,
    /// The mildest severity that fails the audit: note, low, medium, high or critical; or never
    #[arg(long, value_name = "SEVERITY", default_value = "medium", value_parser = fail_on, help_heading = "Policy")]
    fail_on: FailOn,
    /// An earlier report in JSON: what it found is known and does not fail the audit again
    #[arg(long, value_name = "REPORT.json", help_heading = "Policy")]
    baseline: Option<PathBuf>,
    /// Do not fail because something could not be read
    #[arg(long, help_heading = "Policy")]
    allow_incomplete: bool,
    /// The format on standard output; the table, unless there is an `--output`
    #[arg(short, long, value_name = "FORMAT", value_parser = formats(), help_heading = "Output")]
    format: Option<Format>,
    /// Also write the report to a file in a format; any number of times
    #[arg(short, long, value_name = "FORMAT=PATH", value_parser = output, help_heading = "Output")]
    output: Vec<(Format, PathBuf)>,
    #[command(flatten)]
    azure: Azure,
}

/// A wrapper, because clap reads a bare `Option` as an optional argument.
#[derive(Debug, Clone, Copy)]
struct FailOn(Option<Severity>);

pub(super) fn run(args: Args, common: &Common) -> Result<Exit, Failure> {
    check_outputs(&args.output)?;
    // The policy first: a scan of hundreds of subscriptions must not end in a typing error.
    let policy = if args.policy.is_empty() {
        Policy::baseline()
    } else {
        Policy::load(&args.policy)?
    };
    let baseline = args.baseline.as_deref().map(read_baseline).transpose()?;
    for notice in &policy.notices {
        output::say(&format!("warning: {}: {}", notice.at, notice.value));
    }
    let snapshot = source::snapshot(&args.source, &args.azure, common)?;
    let gate = Gate {
        fail_on: args.fail_on.0,
        allow_incomplete: args.allow_incomplete,
    };
    let options = checks::Options {
        gate,
        baseline: baseline.as_ref(),
    };
    let report = match checks::audit(&snapshot, &policy, options) {
        Ok(report) => report,
        Err(found) => {
            return Err(policy
                .explain(&found)
                .map_or_else(|| "the policy contradicts itself".into(), Into::into));
        }
    };
    for (format, path) in &args.output {
        output::write_file(path, |out| format.render(&report, Style::default(), out))?;
    }
    // With files asked for, standard output gets what is asked for, too; without either, the table.
    let format = args.format.or_else(|| args.output.is_empty().then_some(Format::Table));
    if let Some(format) = format {
        output::print(|out| format.render(&report, output::style(common), out))?;
    }
    Ok(report.verdict.into())
}

fn read_baseline(path: &Path) -> Result<Baseline, Failure> {
    let failed = |error: &dyn std::fmt::Display| format!("cannot read the baseline `{}`: {error}", path.display());
    let text = fs::read_to_string(path).map_err(|error| failed(&error))?;
    Ok(Baseline::parse(&text).map_err(|error| failed(&error))?)
}

/// Found out before the scan rather than after it.
fn check_outputs(outputs: &[(Format, PathBuf)]) -> Result<(), Failure> {
    for (place, (_, path)) in outputs.iter().enumerate() {
        if path.is_dir() {
            return Err(format!("cannot write `{}`: it is a folder", path.display()).into());
        }
        if outputs.iter().take(place).any(|(_, other)| other == path) {
            return Err(format!(
                "two reports would go to `{}`; give each a file of its own",
                path.display()
            )
            .into());
        }
    }
    Ok(())
}

fn fail_on(text: &str) -> Result<FailOn, String> {
    if text == "never" {
        return Ok(FailOn(None));
    }
    let found = Severity::ALL.into_iter().find(|severity| severity.word() == text);
    found
        .map(|severity| FailOn(Some(severity)))
        .ok_or_else(|| "say note, low, medium, high, critical or never".to_owned())
}

fn formats() -> impl TypedValueParser<Value = Format> {
    let names = Format::ALL.iter().map(|format| format.name());
    PossibleValuesParser::new(names).try_map(|name| format(&name))
}

fn format(text: &str) -> Result<Format, String> {
    let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
    let found = Format::ALL.iter().copied().find(|format| format.name() == text);
    found.ok_or_else(|| format!("no such format; there are {}", names.join(", ")))
}

fn output(text: &str) -> Result<(Format, PathBuf), String> {
    match text.split_once('=') {
        Some((name, path)) if !path.is_empty() => Ok((format(name)?, PathBuf::from(path))),
        _ => Err("say the format and the file, as in `json=report.json`".to_owned()),
    }
}
