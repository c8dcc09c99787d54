//! `policy`: what is done with policies rather than with tenants. One verb a file.

mod check;
mod drafted;
mod init;

use super::Exit;
use super::args::Common;
use super::error::CliError;
use super::help;
use crate::report::Invocation;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Draft a policy that allows what is assigned today
    #[command(override_usage = help::POLICY_INIT_USAGE, after_help = help::examples(help::POLICY_INIT),
        after_long_help = help::drafts(help::POLICY_INIT))]
    Init(Box<init::Args>),
    /// Check policy files: errors, and warnings about what is probably a mistake
    #[command(after_help = help::examples(help::POLICY_CHECK), after_long_help = help::checks(help::POLICY_CHECK))]
    Check(check::Args),
}

pub(super) fn run(args: Args, run: &Invocation, common: &Common) -> Result<Exit, CliError> {
    match args.verb {
        Verb::Init(args) => init::run(*args, run, common),
        Verb::Check(args) => check::run(&args, common),
    }
}
