//! `policy check`: errors of policy files, and what in them is valid and probably a mistake.

use crate::checks::{CHECKS, Unmet, unmet};
use crate::cli::args::Common;
use crate::cli::error::CliError;
use crate::cli::{Exit, output, signals, source};
use crate::model::Shown;
use crate::policy::{Policy, Warning, checked};
use crate::report::text::{Screen, count};
use crate::resolve::Tenant;
use crate::shown;
use crate::snapshot::Snapshot;
use serde_json::Value;
use std::io;
use std::path::PathBuf;

/// How many accounts are named that no block matches.
const NAMED: usize = 10;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// Policy files, or `-` for standard input. Several are merged, as with `audit -p`
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Also report what matches nothing in a snapshot written by `scan`
    #[arg(long, value_name = "SNAPSHOT")]
    snapshot: Option<PathBuf>,
    /// Exit 1 if there are warnings
    #[arg(long)]
    strict: bool,
    /// Format on standard output
    #[arg(short, long, value_enum, default_value = "table", help_heading = "Output")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Table,
    Json,
}

pub(in crate::cli) fn run(args: &Args, common: &Common) -> Result<Exit, CliError> {
    source::standard_input_once(args.files.iter().chain(&args.snapshot))?;
    let policy = match Policy::load(&args.files, &CHECKS) {
        Ok(policy) => policy,
        // Editors and pipelines that read JSON get the errors there.
        Err(errors) if args.format == Format::Json => {
            print_json(&checked::invalid(&errors))?;
            return Ok(Exit::Error);
        }
        Err(errors) => return Err(errors.into()),
    };
    let mut warnings = policy.lint(source::today()?);
    let found = match &args.snapshot {
        None => None,
        Some(path) => {
            signals::end_when_asked();
            let snapshot = Snapshot::read_file(path)?;
            Some(unmet(&Tenant::of(&snapshot), &policy)?)
        }
    };
    warnings.extend(found.iter().flat_map(|unmet| unmet.warnings.iter().cloned()));
    policy.sort_warnings(&mut warnings);
    let uncovered = found.as_ref().map_or(0, |unmet| unmet.uncovered.len());
    let accounts = found.as_ref().map(|unmet| (unmet.accounts, unmet.uncovered.as_slice()));
    match args.format {
        Format::Json => print_json(&checked::valid(&policy, &warnings, accounts))?,
        Format::Table => {
            let style = output::style(common);
            output::print(|out| {
                let mut screen = Screen::new(out);
                for warning in &warnings {
                    let width = output::terminal_width();
                    screen.line(policy.show_warning(warning, width, style.colour))?;
                    screen.line("")?;
                }
                closing(&mut screen, &policy, &warnings, found.as_ref(), common)
            })?;
        }
    }
    let is_clean = warnings.is_empty() && uncovered == 0;
    Ok(if args.strict && !is_clean {
        Exit::Findings
    } else {
        Exit::Ok
    })
}

/// What there is to say after the warnings.
fn closing(
    screen: &mut Screen<'_>,
    policy: &Policy,
    warnings: &[Warning],
    unmet: Option<&Unmet>,
    common: &Common,
) -> io::Result<()> {
    if let Some(unmet) = unmet.filter(|unmet| !unmet.uncovered.is_empty()) {
        let number = count(unmet.accounts, "account", "accounts");
        let names: Vec<Shown> = unmet.uncovered.iter().take(NAMED).map(|name| Shown::of(name)).collect();
        let mut text = shown!(
            "warning[account-unmanaged]: no block matches {} of {}: {}",
            unmet.uncovered.len(),
            number,
            Shown::join(names, ", ")
        );
        if let Some(more) = unmet.uncovered.len().checked_sub(NAMED).filter(|more| *more > 0) {
            text.push(shown!(" and {} more", more));
        }
        screen.line(text)?;
        screen.line("")?;
    }
    if common.quiet {
        return Ok(());
    }
    let files = match policy.files.as_slice() {
        [one] => Shown::of(one),
        many => count(many.len(), "policy file", "policy files"),
    };
    let number = warnings.len() + unmet.map_or(0, |unmet| usize::from(!unmet.uncovered.is_empty()));
    let found = match number {
        0 => "No errors and no warnings".into(),
        _ => shown!("No errors and {}", count(number, "warning", "warnings")),
    };
    screen.line(shown!("{} in {}.", found, files))
}

fn print_json(value: &Value) -> Result<(), CliError> {
    output::print(|out| writeln!(out, "{value:#}"))
}
