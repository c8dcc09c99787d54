//! `schema`: the JSON Schemas of the file formats, and what BloodHound calls one.

use super::Exit;
use super::error::CliError;
use super::output;
use crate::checks::CHECKS;
use crate::{policy, report, snapshot};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// File format
    #[arg(value_enum)]
    of: Of,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Of {
    /// Report written by `audit -f json`
    Report,
    /// Answer written by `access -f json` or `who-can -f json`
    Access,
    /// Comparison written by `diff -f json`
    Diff,
    /// Policy file, for editors
    Policy,
    /// What `policy check -f json` prints
    PolicyCheck,
    /// Line of a snapshot file written by `scan`
    Snapshot,
    /// Extension for BloodHound, which tells it what the kinds in graphs of `audit -f opengraph` are
    Opengraph,
}

pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let schema = match args.of {
        Of::Report => report::schema(),
        Of::Access => report::answer::schema(),
        Of::Diff => report::diff::schema(),
        Of::Policy => policy::schema(&CHECKS),
        Of::PolicyCheck => policy::checked::schema(),
        Of::Snapshot => snapshot::schema(),
        Of::Opengraph => report::extension(),
    };
    output::print(|out| writeln!(out, "{schema:#}"))?;
    Ok(Exit::Ok)
}
