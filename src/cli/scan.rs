//! `scan`: save what Azure says of accounts to a snapshot file.

use super::args::{Azure, Common, Target};
use super::error::CliError;
use super::output;
use super::progress::closing;
use super::source::Earlier;
use super::{Exit, gaps, source};
use crate::collect::{AzureOptions, CollectError, Summary};
use crate::files;
use crate::model::Shown;
use crate::report::text::count;
use crate::shown;
use crate::snapshot::{Course, Shard, SnapshotFile};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").args(["subscription", "management_group", "all_subscriptions"]).required(true))]
pub(super) struct Args {
    #[command(flatten)]
    target: Target,
    /// Snapshot file to write. Compressed if the name ends in `.zst`
    ///
    /// A complete snapshot is replaced once the new one is complete, and kept if the new one couldn't list any accounts. An
    /// interrupted one is never overwritten.
    #[arg(short, long, value_name = "SNAPSHOT", help_heading = "Output")]
    output: PathBuf,
    /// Resume an interrupted scan. Starts a new one if there is nothing to resume
    #[arg(long, help_heading = "Output")]
    resume: bool,
    /// Scan only a part of the accounts, for example 2/4. `merge` makes one snapshot of all parts
    ///
    /// Which accounts are in which part depends only on their IDs. An audit of a single part is incomplete.
    #[arg(long, value_name = "I/N", help_heading = "Output")]
    shard: Option<Shard>,
    /// Exit 0 even if some resources couldn't be read
    #[arg(long, help_heading = "Output")]
    allow_incomplete: bool,
    #[command(flatten)]
    azure: Azure,
}

pub(super) fn run(args: Args, common: &Common) -> Result<Exit, CliError> {
    let path = &args.output;
    let failed = |why| CliError::WriteSnapshot {
        file: path.clone(),
        why,
    };
    check_output(&args)?;
    let options = AzureOptions {
        shard: args.shard,
        ..source::azure_options(&args.azure)
    };
    let target = source::target(&args.target);
    let mut file = SnapshotFile::open(path, args.resume)?;
    let course = file.course();
    let earlier = Earlier {
        kept: file.kept(),
        has_accounts: file.has_accounts(),
    };
    let result = source::collect(&options, &target, earlier, &mut file, common);
    let (summary, took) = match result {
        Ok((summary, _)) if summary.stopped => {
            let message = interrupted(&file, &summary, args.resume);
            file.pause().map_err(failed)?;
            return Err(CliError::Interrupted(message));
        }
        Ok((summary, _)) if summary.nothing_listed => {
            file.give_up().map_err(failed)?;
            gaps::say(&summary.first_gaps, summary.unread, summary.scanned_by.as_ref());
            return Err(nothing_listed(path, course, &summary));
        }
        Ok(done) => done,
        Err(error) => {
            // Whatever went wrong, what was read can be resumed.
            let at = file.written_to().to_owned();
            let _ = file.pause();
            return Err(explain(error, &at));
        }
    };
    file.finish().map_err(failed)?;
    gaps::say(&summary.first_gaps, summary.unread, summary.scanned_by.as_ref());
    closing(&summary, took, common);
    if !common.quiet {
        output::say(wrote(path, course));
        match args.shard {
            Some(_) => output::say("\nNext  Merge the snapshots of all shards: cosmos-rbac merge --help".into()),
            None => output::say_next_audit(&path.display().to_string(), summary.accounts),
        }
    }
    Ok(match (summary.accounts, summary.gaps) {
        (_, 1..) if !args.allow_incomplete => Exit::Incomplete,
        // The accounts can all be in other shards.
        (0, _) if args.shard.is_none() => Exit::Empty,
        _ => Exit::Ok,
    })
}

fn interrupted(file: &SnapshotFile, summary: &Summary, resume: bool) -> String {
    if !file.has_begun() {
        return "nothing was written".to_owned();
    }
    let how = if resume {
        "run the same command again"
    } else {
        "run the same command with `--resume`"
    };
    format!(
        "`{}` holds {} so far; to resume, {how}",
        file.written_to().display(),
        count(summary.accounts, "account", "accounts")
    )
}

/// Says which scan is in the file on.
fn nothing_listed(path: &Path, course: Course, summary: &Summary) -> CliError {
    let file = path.display();
    let kept = match course {
        Course::New => format!("`{file}` wasn't written"),
        Course::Replaces { taken_at } => format!("`{file}` still holds the snapshot of {taken_at}"),
        Course::Resumes { taken_at } => format!("the scan of {taken_at} can still be resumed"),
    };
    CliError::NothingListed {
        why: match summary.subscriptions {
            0 if summary.gaps == 0 => "the signed-in identity can't see any subscription",
            0 => "the subscriptions couldn't be listed",
            _ => "no list of accounts could be read",
        },
        kept,
        is_empty: summary.gaps == 0,
    }
}

/// Names the file that it is about.
fn explain(error: CliError, at: &Path) -> CliError {
    let file = at.to_owned();
    match error {
        CliError::Collect(CollectError::OtherScan(why)) => CliError::OtherScan { file, why },
        CliError::Collect(CollectError::Sink(why)) => CliError::WriteSnapshot { file, why },
        error => error,
    }
}

/// Found out before the scan rather than after it.
fn check_output(args: &Args) -> Result<(), CliError> {
    if args.output.as_os_str() == "-" {
        return Err(CliError::ToStandardOutput);
    }
    if let Some(bundle) = &args.azure.advanced.ca_bundle
        && files::are_same(bundle, &args.output)
    {
        return Err(CliError::Input(args.output.clone()));
    }
    Ok(())
}

/// Which file there is now, and what became of the one that was there.
fn wrote(path: &Path, course: Course) -> Shown {
    let path = Shown::of_value(&path.display());
    match course {
        Course::New => shown!("Wrote {}", path),
        Course::Replaces { taken_at } => {
            shown!(
                "Wrote {} (replaced the snapshot of {})",
                path,
                Shown::of_value(&taken_at)
            )
        }
        Course::Resumes { taken_at } => shown!("Wrote {} (resumed the scan of {})", path, Shown::of_value(&taken_at)),
    }
}
