//! `merge`: one snapshot of several, such as the shards of a scan.

use super::Exit;
use super::args::Common;
use super::error::CliError;
use super::output;
use crate::model::Shown;
use crate::report::text::count;
use crate::shown;
use crate::snapshot::{self, Merged};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Accounts that a warning names.
const NAMED: usize = 3;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Snapshot files of one tenant
    #[arg(value_name = "SNAPSHOT", required = true)]
    snapshots: Vec<PathBuf>,
    /// Snapshot file to write. Compressed if the name ends in `.zst`
    #[arg(short, long, value_name = "SNAPSHOT", help_heading = "Output")]
    output: PathBuf,
    /// Merge even if shards are missing or a scan was interrupted. An audit of the result is incomplete
    #[arg(long, help_heading = "Output")]
    allow_incomplete: bool,
}

pub(super) fn run(args: &Args, common: &Common) -> Result<Exit, CliError> {
    if args.output.as_os_str() == "-" {
        return Err(CliError::ToStandardOutput);
    }
    let merged = snapshot::merge(&args.snapshots, &args.output, args.allow_incomplete)?;
    for warning in warnings(&merged) {
        output::say(shown!("warning: {}", warning));
    }
    if !common.quiet {
        let path = args.output.display().to_string();
        output::say(shown!(
            "Merged {} into {}",
            what(&merged, args.snapshots.len()),
            Shown::of(&path)
        ));
        output::say_next_audit(&path, merged.counts.accounts);
    }
    Ok(Exit::Ok)
}

/// `12 accounts in 3 subscriptions from 4 snapshots, taken at 2026-11-02T08:00:00Z or later,`.
fn what(merged: &Merged, snapshots: usize) -> Shown {
    let subscriptions = merged.header.subscriptions.len();
    shown!(
        "{} ({} in {}, taken at {} or later)",
        count(snapshots, "snapshot", "snapshots"),
        count(merged.counts.accounts, "account", "accounts"),
        count(subscriptions, "subscription", "subscriptions"),
        Shown::of_value(&merged.header.taken_at)
    )
}

fn warnings(merged: &Merged) -> Vec<Shown> {
    let newer = merged.renewed.difference(&merged.of_one_time);
    let (accounts, planes): (BTreeSet<&String>, BTreeSet<&String>) = newer.partition(|id| id.starts_with('/'));
    let name = |id: &&String| Shown::of(id.rsplit('/').next().unwrap_or_default());
    let mut warnings = Vec::new();
    let mut kept_newer = |number: usize, one: &'static str, many: &'static str, ids: &BTreeSet<&String>| {
        if number > 0 {
            let mut names: Vec<Shown> = ids.iter().take(NAMED).map(name).collect();
            if ids.len() > NAMED {
                names.push(shown!("{} more", ids.len() - NAMED));
            }
            let names = match names.is_empty() {
                true => Shown::default(),
                false => shown!(": {}", Shown::list(&names)),
            };
            let subject = count(number, one, many);
            warnings.push(shown!("the newer contents of {} were kept{}", subject, names));
        }
    };
    kept_newer(
        accounts.len(),
        "account that is in several snapshots",
        "accounts that are in several snapshots",
        &accounts,
    );
    kept_newer(
        planes.len(),
        "subscription's Azure RBAC that is in several snapshots",
        "subscriptions' Azure RBAC that is in several snapshots",
        &planes,
    );
    kept_newer(
        merged.renewed_principals,
        "principal that is in several snapshots",
        "principals that are in several snapshots",
        &BTreeSet::new(),
    );
    if !merged.of_one_time.is_empty() {
        let mut names: Vec<Shown> = merged.of_one_time.iter().take(NAMED).map(|id| name(&id)).collect();
        if merged.of_one_time.len() > NAMED {
            names.push(shown!("{} more", merged.of_one_time.len() - NAMED));
        }
        warnings.push(shown!(
            "snapshots of the same time have different contents, of which one was kept: {}",
            Shown::list(&names)
        ));
    }
    if !merged.is_ended {
        warnings.push("a scan was interrupted, so an audit of the snapshot is incomplete".into());
    }
    if !merged.is_one_identity {
        warnings.push("the snapshots were scanned by different identities, so the merged one names none".into());
    }
    if let Some(shards) = &merged.header.shards {
        warnings.push(shown!(
            "the snapshot holds only {}, so an audit of it is incomplete",
            Shown::of_value(shards)
        ));
    }
    warnings
}
