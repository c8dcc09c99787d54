//! `diff`: who gained and who lost access between two scans.

use super::Exit;
use super::args::{Azure, Common, Deployment, Source, Target, one_of};
use super::error::CliError;
use super::output;
use super::source::{self, Taken};
use crate::diff::Difference;
use crate::files;
use crate::model::Shown;
use crate::report::diff::{Format, sentence};
use crate::resolve::Tenant;
use crate::shown;
use crate::snapshot::Stored;
use clap::ArgGroup;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("later").required(true)
    .multiple(true)
    .args(["new", "template", "subscription", "management_group", "all_subscriptions"]))]
#[command(group = ArgGroup::new("scanned").args(["new", "subscription", "management_group", "all_subscriptions"]))]
pub(super) struct Args {
    /// Snapshot file of the earlier scan, or `-` for standard input
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// Snapshot file of the later scan, or `-`. Instead of it, a source in Azure can be given
    #[arg(value_name = "NEW")]
    new: Option<PathBuf>,
    /// Instead of NEW: a template, to see who would gain access by its deployment
    #[arg(long, value_name = "FILE", help_heading = "Source (one of)",
        conflicts_with_all = ["new", "management_group", "all_subscriptions"])]
    template: Option<PathBuf>,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    deployment: Deployment,
    /// Fail (exit 1) if somebody gained access, be it possibly, or key-based authentication was enabled
    ///
    /// The access to an account that is new counts, too.
    #[arg(long, help_heading = "Comparison")]
    fail_on_gain: bool,
    /// Don't exit 3 if something couldn't be compared
    #[arg(long, help_heading = "Comparison")]
    allow_incomplete: bool,
    /// Format on standard output [default: table; none with --output]
    #[arg(short, long, value_name = "FORMAT", value_parser = one_of(Format::ALL, Format::name), help_heading = "Output")]
    format: Option<Format>,
    /// Write the comparison to a file, for example `json=diff.json` or just `diff.json`. Can be repeated
    #[arg(short, long, value_name = "[FORMAT=]PATH", value_parser = to_file, help_heading = "Output")]
    output: Vec<(Format, PathBuf)>,
    #[command(flatten)]
    azure: Azure,
}

pub(super) fn run(args: Args, common: &Common) -> Result<Exit, CliError> {
    check(&args)?;
    // The file first: a scan of hundreds of subscriptions must not end in a typing error.
    let old = Stored::open(&args.old)?;
    let later = Source {
        snapshot: args.new.clone(),
        template: args.template.clone(),
        target: args.target,
        deployment: args.deployment,
        against: None,
    };
    source::warn_of_ignored(&later, &args.azure);
    let new = match &args.template {
        // What there would be is compared with what there is.
        Some(template) => Taken::deployed(template, &later, &old)?,
        None => source::taken(&later, &args.azure, common)?,
    };
    let old = Taken::stored(old);
    let (old, new) = (old.tenant(), new.tenant());
    let taken_at = |tenant: &Tenant<'_>| tenant.frame.header.taken_at;
    if taken_at(&old) > taken_at(&new) {
        output::say(shown!(
            "warning: OLD was taken after NEW ({} and {}), so what was gained is shown as lost; swap them?",
            taken_at(&old),
            taken_at(&new)
        ));
    }
    let difference = Difference::of(&old, &new)?;
    write(&difference, args.format, &args.output, common)?;
    Ok(match () {
        () if old.frame.accounts.is_empty() && new.frame.accounts.is_empty() => Exit::Empty,
        () if args.fail_on_gain && difference.has_gain() => Exit::Findings,
        () if difference.is_incomplete() && !args.allow_incomplete => Exit::Incomplete,
        () => Exit::Ok,
    })
}

/// Writes the comparison to wherever it was asked for.
fn write(
    difference: &Difference,
    format: Option<Format>,
    files: &[(Format, PathBuf)],
    common: &Common,
) -> Result<(), CliError> {
    // One place that cannot be written to keeps no other from its report.
    let mut failed = Vec::new();
    let mut written = Vec::new();
    for (format, path) in files {
        match output::write_file(path, |out| format.render(difference, Default::default(), out)) {
            Ok(()) => written.push(path),
            Err(error) => failed.push(error),
        }
    }
    let format = format.or_else(|| files.is_empty().then_some(Format::Table));
    if let Some(format) = format {
        let style = output::style(common);
        failed.extend(output::print(|out| format.render(difference, style, out)).err());
    }
    if failed.is_empty() && !common.quiet {
        if format.is_none() && !files.iter().any(|(_, path)| is_printed(path)) {
            output::say(sentence(difference));
        }
        for path in written.into_iter().filter(|path| !is_printed(path)) {
            output::say(shown!("Wrote {}", Shown::of_value(&path.display())));
        }
    }
    match failed.pop() {
        None => Ok(()),
        Some(last) => {
            failed.iter().for_each(|error| output::error(error, common));
            Err(last)
        }
    }
}

fn is_printed(path: &Path) -> bool {
    is_dash(path) || files::is_standard_output(path) || files::are_same(path, Path::new("/dev/stderr"))
}

fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Found out before anything is read.
fn check(args: &Args) -> Result<(), CliError> {
    let later = args.new.iter().chain(&args.template).chain(&args.deployment.parameters);
    let read: Vec<&PathBuf> = std::iter::once(&args.old).chain(later).collect();
    source::standard_input_once(read.iter().copied())?;
    let mut is_standard_output_taken = args.format.is_some() || args.output.is_empty();
    for (place, (_, path)) in args.output.iter().enumerate() {
        if path.is_dir() {
            return Err(CliError::report_to(path, "it is a folder"));
        }
        let goes_out = is_dash(path) || files::is_standard_output(path);
        let mut before = args.output.iter().take(place);
        if (goes_out && is_standard_output_taken) || before.any(|(_, other)| files::are_same(other, path)) {
            return Err(CliError::SameFile(path.clone()));
        }
        is_standard_output_taken |= goes_out;
        if read.iter().any(|read| !is_dash(read) && files::are_same(read, path)) {
            return Err(CliError::Input(path.clone()));
        }
    }
    Ok(())
}

/// `FORMAT=PATH`, or a path whose extension says the format.
fn to_file(text: &str) -> Result<(Format, PathBuf), String> {
    if let Some((name, path)) = text.split_once('=') {
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        let found = Format::ALL.iter().copied().find(|format| format.name() == name);
        let format = found.ok_or_else(|| format!("unknown format `{name}`; possible values: {}", names.join(", ")))?;
        return match path {
            "" => Err(format!(
                "the path is missing; write for example `{name}=diff.{}`",
                format.extension()
            )),
            path => Ok((format, PathBuf::from(path))),
        };
    }
    let ends = |format: &Format| {
        text.strip_suffix(format.extension())
            .is_some_and(|start| start.len() > 1 && start.ends_with('.'))
    };
    let unknown = || format!("the name doesn't say the format; add it, for example `json={text}`");
    let found = Format::ALL.iter().copied().find(ends).ok_or_else(unknown)?;
    Ok((found, PathBuf::from(text)))
}
