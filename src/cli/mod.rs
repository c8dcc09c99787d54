//! The command line. One command a file; `args` is what they share, `exit` what they return.

mod args;
mod audit;
mod error;
mod exit;
mod explain;
mod gaps;
mod list;
mod output;
mod progress;
mod scan;
mod schema;
mod signals;
mod source;

pub use exit::Exit;

use crate::model::Shown;
use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use clap::{Parser, Subcommand};
use error::CliError;
use std::io::{self, ErrorKind};
use std::iter;

/// Audits who may really do what with the data in Azure Cosmos DB.
#[derive(Debug, Parser)]
#[command(name = "cosmos-rbac", version, max_term_width = 100, after_help = exit::HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: args::Common,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compare accounts with a policy, and report what differs and what is odd
    Audit(audit::Args),
    /// Read accounts from Azure into a snapshot file, to audit later or elsewhere
    Scan(scan::Args),
    /// Show accounts, role definitions or role assignments as they are
    List(list::Args),
    /// Say what a check finds, why it matters and how to fix it
    Explain(explain::Args),
    /// Print the JSON Schema of a file format
    Schema(schema::Args),
}

/// Parses the arguments, runs the command, and says how it went.
pub fn main() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return unparsed(&error),
    };
    args::start_logging(&cli.common);
    let result = match cli.command {
        Command::Audit(args) => audit::run(args, &cli.common),
        Command::Scan(args) => scan::run(args, &cli.common),
        Command::List(args) => list::run(args, &cli.common),
        Command::Explain(args) => explain::run(args, &cli.common),
        Command::Schema(args) => schema::run(&args),
    };
    result.unwrap_or_else(|error| {
        output::error(&error, &cli.common);
        error.exit()
    })
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
    use clap::CommandFactory;
    Cli::command()
}
