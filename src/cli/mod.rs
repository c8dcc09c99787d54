//! The command line. One command a file; `args` is what they share, `exit` what they return.

mod args;
mod audit;
mod error;
mod exit;
mod explain;
mod list;
mod output;
mod progress;
mod scan;
mod schema;
mod signals;
mod source;

pub use exit::Exit;

use clap::{Parser, Subcommand};
use std::io::ErrorKind;

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
        Err(error) => {
            // Also help and version come this way; clap knows which stream each belongs on.
            return match error.print() {
                Ok(()) if !error.use_stderr() => Exit::Ok,
                // A reader that has gone away is no error.
                Err(failed) if !error.use_stderr() && failed.kind() == ErrorKind::BrokenPipe => Exit::Ok,
                _ => Exit::Error,
            };
        }
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

/// The command line's own definition, for generated help and docs.
pub fn command() -> clap::Command {
    use clap::CommandFactory;
    Cli::command()
}
