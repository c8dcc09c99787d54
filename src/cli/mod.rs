//! The command line. One command a file; `args` is what they share, `exit` what they return.

mod access;
mod args;
mod audit;
mod completions;
mod diff;
mod error;
mod exit;
mod explain;
mod exports;
mod fixes;
mod gaps;
mod help;
mod invocation;
mod list;
mod merge;
mod output;
mod outputs;
mod policy;
mod progress;
mod scan;
mod schema;
mod signals;
mod source;
mod version;
mod waive;
mod written;

pub use exit::Exit;

use crate::model::Shown;
use crate::report::Invocation;
use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use error::CliError;
use std::io::{self, ErrorKind};
use std::iter;

/// Audit who can read and change your data in Azure Cosmos DB.
#[derive(Debug, Parser)]
#[command(name = "cosmos-rbac", version, long_version = version::LONG.as_str(), max_term_width = 100, after_help = help::examples(help::TOP),
    after_long_help = help::long(help::TOP))]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: args::Common,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check accounts against a policy and report deviations and risky settings
    #[command(override_usage = help::AUDIT_USAGE, after_help = help::examples(help::AUDIT),
        after_long_help = help::long(help::AUDIT))]
    Audit(audit::Args),
    /// Save access settings of Azure Cosmos DB accounts to a snapshot file for later audits
    #[command(override_usage = help::SCAN_USAGE, after_help = help::examples(help::SCAN),
        after_long_help = help::long(help::SCAN))]
    Scan(scan::Args),
    /// Show who can read, write or delete what, and through what
    #[command(override_usage = help::ACCESS_USAGE, after_help = help::examples(help::ACCESS),
        after_long_help = help::answers(help::ACCESS))]
    Access(access::Args),
    /// Show who can use a data action, read account keys or change accounts
    #[command(override_usage = help::WHO_CAN_USAGE, after_help = help::examples(help::WHO_CAN),
        after_long_help = help::answers(help::WHO_CAN))]
    WhoCan(access::WhoCan),
    /// Show who gained and who lost access between two scans
    #[command(override_usage = help::DIFF_USAGE, after_help = help::examples(help::DIFF),
        after_long_help = help::comparison(help::DIFF))]
    Diff(diff::Args),
    /// Merge snapshots of one tenant, such as the shards of a scan
    #[command(override_usage = help::MERGE_USAGE, after_help = help::examples(help::MERGE))]
    Merge(merge::Args),
    /// List accounts, role definitions or role assignments
    #[command(override_usage = help::LIST_USAGE, after_help = help::examples(help::LIST),
        after_long_help = help::long(help::LIST))]
    List(list::Args),
    /// Print the waivers that accept findings of a report, to be added to a policy
    #[command(after_help = help::examples(help::WAIVE), after_long_help = help::examples(help::WAIVE))]
    Waive(waive::Args),
    /// Draft a policy from what there is, or check one
    Policy(policy::Args),
    /// Explain a check: what it finds, why it matters and how to fix it
    Explain(explain::Args),
    /// Print the JSON Schema of a file format
    Schema(schema::Args),
    /// Print what a shell needs to complete commands and options
    #[command(after_help = completions::WHERE)]
    Completions(completions::Args),
}

/// Parses the arguments, runs the command, and says how it went.
pub fn main() -> Exit {
    let (cli, run) = match parse() {
        Ok(parsed) => parsed,
        Err(error) => return unparsed(&error),
    };
    args::start_logging(&cli.common);
    let result = match cli.command {
        Command::Audit(args) => audit::run(args, &run, &cli.common),
        Command::Scan(args) => scan::run(args, &cli.common),
        Command::Access(args) => access::access(args, &run, &cli.common),
        Command::WhoCan(args) => access::who_can(args, &run, &cli.common),
        Command::Diff(args) => diff::run(args, &cli.common),
        Command::Merge(args) => merge::run(&args, &cli.common),
        Command::List(args) => list::run(args, &cli.common),
        Command::Waive(args) => waive::run(&args, &cli.common),
        Command::Policy(args) => policy::run(args, &run, &cli.common),
        Command::Explain(args) => explain::run(args, &cli.common),
        Command::Schema(args) => schema::run(&args),
        Command::Completions(args) => completions::run(&args, command()),
    };
    result.unwrap_or_else(|error| {
        output::error(&error, &cli.common);
        error.exit()
    })
}

/// The arguments, and which options of the command were given.
fn parse() -> Result<(Cli, Invocation), clap::Error> {
    let mut command = Cli::command();
    let matches = command.try_get_matches_from_mut(std::env::args_os())?;
    let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    let (mut verb, mut matches) = (&command, &matches);
    while let Some((name, within)) = matches.subcommand()
        && let Some(found) = verb.find_subcommand(name)
    {
        (verb, matches) = (found, within);
    }
    Ok((cli, invocation::of(verb, matches)))
}

/// Help, the version, or what is wrong with the arguments; clap knows which.
fn unparsed(error: &clap::Error) -> Exit {
    if error.use_stderr() {
        let is_plain = AutoStream::choice(&io::stderr()) == ColorChoice::Never;
        let mut text = error.render().ansi().to_string();
        // Arguments are repeated in it, and need not have been typed by who reads it.
        for argument in std::env::args_os() {
            let argument = argument.to_string_lossy();
            let value = argument.split_once('=').map(|(_, value)| value);
            for raw in iter::once(&*argument).chain(value) {
                let shown = Shown::of(raw);
                if shown.as_str() != raw {
                    text = text.replace(raw, shown.as_str());
                }
            }
        }
        if is_plain {
            text = strip_str(&text).to_string();
        }
        output::say(Shown::of_painted(&text));
        return Exit::Error;
    }
    match error.print() {
        // A reader that has gone away is no error.
        Err(failed) if failed.kind() != ErrorKind::BrokenPipe => {
            output::say(CliError::WriteOutput(failed).shown());
            Exit::Error
        }
        _ => Exit::Ok,
    }
}

/// The command line's own definition, for generated help and docs.
pub fn command() -> clap::Command {
    Cli::command()
}
