//! `scan`: read accounts from Azure into a snapshot file.

use super::args::{Azure, Common, Target};
use super::error::CliError;
use super::output;
use super::{Exit, gaps, source};
use crate::collect::{CollectError, Summary};
use crate::files;
use crate::model::Shown;
use crate::report::text::count;
use crate::shown;
use crate::snapshot::{Course, SnapshotFile};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").args(["subscription", "management_group", "all_subscriptions"]).required(true))]
pub(super) struct Args {
    #[command(flatten)]
    target: Target,
    /// The snapshot file to write; compressed if it ends in `.zst`. A complete snapshot that exists is replaced when the new
    /// one is complete; an interrupted one is never overwritten
    #[arg(short, long, value_name = "SNAPSHOT", help_heading = "Output")]
    output: PathBuf,
    /// Resume a scan that was interrupted, from what its file holds; where there is none, scan anew
    #[arg(long, help_heading = "Output")]
    resume: bool,
    /// Exit with 0 although something could not be read
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
    let options = source::azure_options(&args.azure);
    let target = source::target(&args.target);
    let mut file = SnapshotFile::open(path, args.resume)?;
    let course = file.course();
    let result = source::collect(&options, &target, file.kept(), &mut file, common);
    let summary = match result {
        Ok(summary) if summary.stopped => {
            let message = interrupted(&file, &summary, args.resume);
            file.pause().map_err(failed)?;
            return Err(CliError::Interrupted(message));
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
    let first = summary.first_gaps.iter();
    let first = first.map(|one| (one.place.as_deref(), &one.gap));
    gaps::say(first, summary.gaps);
    if !common.quiet {
        output::say(said(&summary, path, course));
    }
    Ok(match (summary.accounts, summary.gaps) {
        (_, 1..) if !args.allow_incomplete => Exit::Incomplete,
        (0, _) => Exit::Empty,
        _ => Exit::Ok,
    })
}

fn interrupted(file: &SnapshotFile, summary: &Summary, resume: bool) -> String {
    if !file.has_begun() {
        return "nothing was read yet, and nothing was written".to_owned();
    }
    let how = if resume {
        "run the same command again"
    } else {
        "add `--resume` to the same command"
    };
    format!(
        "`{}` holds {} so far; to resume, {how}",
        file.written_to().display(),
        count(summary.accounts, "account", "accounts")
    )
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
        return Err(CliError::ScanToStandardOutput);
    }
    if let Some(bundle) = &args.azure.ca_bundle
        && files::are_same(bundle, &args.output)
    {
        return Err(CliError::Input(args.output.clone()));
    }
    Ok(())
}

/// What the scan did, and what became of what was there.
fn said(summary: &Summary, path: &Path, course: Course) -> Shown {
    let accounts = count(summary.accounts, "account", "accounts");
    let gaps = count(summary.gaps, "gap", "gaps");
    let path = Shown::of_value(&path.display());
    let kept = match summary.kept {
        0 => Shown::default(),
        kept => shown!(", {} of them read earlier,", kept),
    };
    let gone = match summary.gone {
        0 => Shown::default(),
        gone => shown!("; {} deleted meanwhile", count(gone, "account was", "accounts were")),
    };
    let course = match course {
        Course::New => Shown::default(),
        Course::Replaces { taken_at } => shown!("; replaced the complete snapshot of {}", Shown::of_value(&taken_at)),
        Course::Resumes { taken_at } => shown!("; resumed the scan of {}", Shown::of_value(&taken_at)),
    };
    shown!("wrote {}{} and {} to {}{}{}", accounts, kept, gaps, path, course, gone)
}
