//! `policy init`: a policy to start from, drafted from what there is.

use super::drafted;
use crate::checks::CHECKS;
use crate::cli::args::{Azure, Common, Source};
use crate::cli::error::CliError;
use crate::cli::{Exit, output, source};
use crate::draft::{self, Draft, DraftError, Options, STARTER};
use crate::files;
use crate::model::glob::Case;
use crate::model::{Glob, Shown};
use crate::policy::Policy;
use crate::report::{GivenOption, Invocation};
use crate::shown;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(mut_group("source", |group| group.required(false)))]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    source: Source,
    /// Only accounts with such a name. `*` matches any characters. Can be repeated
    #[arg(long, value_name = "GLOB", requires = "source", help_heading = "Policy")]
    account: Vec<String>,
    /// Only accounts that this policy doesn't cover. Can be repeated
    ///
    /// The draft is a second file that belongs to the policy and uses its names for principals. The policy itself isn't changed.
    #[arg(long, value_name = "FILE", requires = "source", help_heading = "Policy")]
    merge_into: Vec<PathBuf>,
    /// File to write [default: standard output]
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, help_heading = "Output")]
    force: bool,
    /// Exit 0 even if some resources couldn't be read
    #[arg(long, help_heading = "Output")]
    allow_incomplete: bool,
    #[command(flatten)]
    azure: Azure,
}

pub(in crate::cli) fn run(args: Args, run: &Invocation, common: &Common) -> Result<Exit, CliError> {
    source::standard_input_once(args.merge_into.iter().chain(files_of(&args)))?;
    check_output(&args)?;
    let has_source = args.source.snapshot.is_some()
        || args.source.template.is_some()
        || args.source.target.all_subscriptions
        || args.source.target.management_group.is_some()
        || !args.source.target.subscription.is_empty();
    if !has_source {
        write(&args, STARTER)?;
        if let (Some(path), false) = (file(&args), common.quiet) {
            output::say(shown!(
                "Wrote {}: a policy to start from.",
                Shown::of_value(&path.display())
            ));
        }
        return Ok(Exit::Ok);
    }
    // The policy first: a scan of hundreds of subscriptions must not end in a typing error.
    let given = match args.merge_into.as_slice() {
        [] => None,
        paths => Some(Policy::load(paths, &CHECKS)?),
    };
    source::warn_of_ignored(&args.source, &args.azure);
    let taken = source::taken(&args.source, &args.azure, common)?;
    let tenant = taken.tenant();
    let frame = &tenant.frame;
    if frame.accounts.is_empty() && !frame.is_complete() {
        output::say(
            "warning: no Azure Cosmos DB accounts found, and not everything could be read, so no policy was drafted"
                .into(),
        );
        return Ok(Exit::Incomplete);
    }
    if frame.accounts.is_empty() {
        output::say("warning: no Azure Cosmos DB accounts found, so no policy was drafted".into());
        return Ok(Exit::Empty);
    }
    let globs: Vec<Glob> = args.account.iter().map(|text| Glob::new(text, Case::Ignored)).collect();
    let mut names = frame.accounts.iter().map(|account| account.id.name());
    if !globs.is_empty() && !names.any(|name| globs.iter().any(|glob| glob.matches(name))) {
        return Err(CliError::NoSuchAccount(args.account.join("`, `")));
    }
    let given: Vec<(&str, &str)> = given
        .iter()
        .flat_map(|policy| &policy.sources)
        .map(|source| (source.name(), source.text()))
        .collect();
    let name = file(&args).map_or_else(|| "the draft".to_owned(), |path| path.display().to_string());
    let options = Options {
        accounts: &globs,
        given: &given,
        name: &name,
    };
    let draft = draft::draft(&tenant, options).map_err(|error| match error {
        DraftError::TooLarge { bytes, accounts, parts } => CliError::LargeDraft { bytes, accounts, parts },
        DraftError::Audit(error) => error.into(),
    })?;
    if draft.summary.accounts == 0 {
        // Whoever goes on with the file has one, and no older draft.
        write(&args, NOTHING)?;
        if !common.quiet {
            output::say("Every account is covered by the policy, so the draft has no rules.".into());
        }
        return Ok(Exit::Ok);
    }
    write(&args, &draft.text)?;
    say(&draft, &args, run, common);
    if !draft.left.is_empty() {
        return Ok(Exit::Error);
    }
    // What isn't known of other accounts doesn't matter to this draft.
    Ok(match draft.summary.unknown.is_empty() || args.allow_incomplete {
        true => Exit::Ok,
        false => Exit::Incomplete,
    })
}

/// The files that the accounts are read from.
fn files_of(args: &Args) -> impl Iterator<Item = &PathBuf> {
    let source = &args.source;
    let own = [
        &source.snapshot,
        &source.template,
        &source.deployment.parameters,
        &source.against,
    ];
    own.into_iter().flatten()
}

/// The file to write; `None`: standard output.
fn file(args: &Args) -> Option<&Path> {
    args.output.as_deref().filter(|path| path.as_os_str() != "-")
}

/// Found out before the scan rather than after it.
fn check_output(args: &Args) -> Result<(), CliError> {
    let Some(path) = file(args) else { return Ok(()) };
    if path.is_dir() {
        return Err(CliError::report_to(path, "it is a folder"));
    }
    let mut read = args
        .merge_into
        .iter()
        .chain(files_of(args))
        .chain(&args.azure.advanced.ca_bundle);
    if read.any(|read| files::are_same(read, path)) {
        return Err(CliError::Input(path.to_owned()));
    }
    // Devices and pipes hold nothing that could be lost.
    if path.is_file() && !args.force {
        return Err(CliError::Exists(path.to_owned()));
    }
    Ok(())
}

/// The draft where there is nothing to draft.
const NOTHING: &str = "# Every account was covered by the policy that this draft was made to add to.\nversion: 1\n";

fn write(args: &Args, text: &str) -> Result<(), CliError> {
    let path = file(args).unwrap_or(Path::new("-"));
    output::write_file(path, |out| out.write_all(text.as_bytes()))
}

/// What was drafted, on standard error.
fn say(draft: &Draft, args: &Args, run: &Invocation, common: &Common) {
    if !draft.left.is_empty() {
        output::say("error: the accounts don't pass the drafted policy; please report this".into());
        for title in &draft.left {
            output::say(shown!("  {}", title));
        }
    }
    if common.quiet {
        for text in drafted::unknown(&draft.summary) {
            output::say(shown!("warning: not known: {}", text));
        }
        return;
    }
    let path = file(args).map(|path| path.display().to_string());
    let wrote = path.as_deref().map(Shown::of);
    output::say(drafted::text(&draft.summary, wrote, output::error_style(common)));
    if let Some(next) = path.and_then(|path| next(&path, args, run)) {
        output::say(shown!(
            "\n{}",
            drafted::labelled("Next", &next, output::error_style(common))
        ));
    }
}

/// The audit with the new policy.
fn next(path: &str, args: &Args, run: &Invocation) -> Option<Shown> {
    const OF_THE_DRAFT: [&str; 8] = [
        "account",
        "merge_into",
        "output",
        "force",
        "allow_incomplete",
        "quiet",
        "verbose",
        "color",
    ];
    let mut again = run.clone();
    let given = args.merge_into.iter().map(|given| given.display().to_string());
    for value in given.chain([path.to_owned()]) {
        again.0.push(GivenOption {
            id: "policy".to_owned(),
            flag: "-p".to_owned(),
            value: Some(value),
        });
    }
    again.again("audit", |id| !OF_THE_DRAFT.contains(&id), "")
}
