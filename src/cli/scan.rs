//! `scan`: read accounts from Azure into a snapshot file.

use super::args::{Azure, Common, Target};
use super::output::{self, Failure, Interrupted};
use super::{Exit, source};
use crate::collect::{CollectError, Summary};
use crate::report::text::count;
use crate::snapshot::SnapshotFile;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").args(["subscription", "management_group", "all_subscriptions"]).required(true))]
pub(super) struct Args {
    #[command(flatten)]
    target: Target,
    /// The snapshot file to write; compressed if it ends in `.zst`. A complete snapshot that is there is replaced once the
    /// new one is complete; an interrupted one is never overwritten
    #[arg(short, long, value_name = "SNAPSHOT", help_heading = "Output")]
    output: PathBuf,
    /// Go on with a scan that was interrupted, from what its file holds; begin one if there is none
    #[arg(long, help_heading = "Output")]
    resume: bool,
    /// Exit with 0 although something could not be read
    #[arg(long, help_heading = "Output")]
    allow_incomplete: bool,
    #[command(flatten)]
    azure: Azure,
}

pub(super) fn run(args: Args, common: &Common) -> Result<Exit, Failure> {
    let path = &args.output;
    let failed = |error: std::io::Error| format!("cannot write snapshot `{}`: {error}", path.display());
    let options = source::azure_options(&args.azure)?;
    let target = source::target(&args.target);
    let mut file = SnapshotFile::open(path, args.resume)?;
    let kept = file.kept();
    let is_complete = kept.as_ref().is_some_and(|kept| kept.is_complete());
    let result = source::collect(&options, &target, kept, &mut file, common);
    let summary = match result {
        Ok(summary) if summary.stopped => {
            let message = interrupted(&file, &summary, args.resume);
            file.pause().map_err(failed)?;
            return Err(message.into());
        }
        Ok(summary) => summary,
        Err(error) => {
            // Whatever went wrong, what was read is worth going on with.
            let at = file.written_to().to_owned();
            let _ = file.pause();
            return Err(explain(error, &at));
        }
    };
    file.finish().map_err(failed)?;
    if !common.quiet {
        output::say(&said(&summary, path, is_complete));
    }
    Ok(match (summary.accounts, summary.gaps) {
        (_, 1..) if !args.allow_incomplete => Exit::Incomplete,
        (0, _) => Exit::Empty,
        _ => Exit::Ok,
    })
}

fn interrupted(file: &SnapshotFile, summary: &Summary, resume: bool) -> Interrupted {
    if !file.has_begun() {
        return Interrupted("nothing was read yet, and nothing was written".to_owned());
    }
    let how = if resume {
        "run the same command again"
    } else {
        "add `--resume` to the same command"
    };
    Interrupted(format!(
        "`{}` holds {} so far; to go on, {how}",
        file.written_to().display(),
        count(summary.accounts, "account", "accounts")
    ))
}

fn explain(error: Failure, at: &Path) -> Failure {
    match error.downcast_ref::<CollectError>() {
        Some(CollectError::OtherScan(why)) => format!(
            "`{}` is of another scan: {why}; scan as it was begun, or name another file",
            at.display()
        )
        .into(),
        Some(CollectError::Sink(why)) => format!("cannot write snapshot `{}`: {why}", at.display()).into(),
        _ => error,
    }
}

fn said(summary: &Summary, path: &Path, is_complete: bool) -> String {
    let accounts = count(summary.accounts, "account", "accounts");
    let gaps = count(summary.gaps, "gap", "gaps");
    let path = path.display();
    if is_complete {
        return format!("{path} is complete already, with {accounts} and {gaps}; there is nothing to go on with");
    }
    let kept = match summary.kept {
        0 => String::new(),
        kept => format!(", {kept} of them read earlier,"),
    };
    let gone = match summary.gone {
        0 => String::new(),
        gone => format!("; {} deleted meanwhile", count(gone, "account was", "accounts were")),
    };
    format!("wrote {accounts}{kept} and {gaps} to {path}{gone}")
}
