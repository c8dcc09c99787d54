//! `merge`: one snapshot of several, such as the shards of a scan.

use super::Exit;
use super::args::Common;
use super::error::CliError;
use super::{output, source};
use crate::checks::Freshness;
use crate::model::{Gap, Shown};
use crate::report::text::count;
use crate::shown;
use crate::snapshot::{self, Merged};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Accounts that a warning names.
const NAMED: usize = 3;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Snapshot files of one tenant, or `-` for standard input
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
    source::standard_input_once(&args.snapshots)?;
    let present = source::freshness_now(None)?;
    let merged = snapshot::merge(&args.snapshots, &args.output, args.allow_incomplete)?;
    for warning in of_future(&merged, present).into_iter().chain(warnings(&merged)) {
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

/// The files that say that they were taken in the future: what they hold won over what others do.
fn of_future(merged: &Merged, present: Freshness) -> Vec<Shown> {
    let files = merged.taken.iter().filter(|(_, last)| present.is_future(*last));
    let one = |(file, last): &(PathBuf, Timestamp)| {
        shown!(
            "{} says that it was taken at {}, which is in the future: its contents count as newer than those of the other files",
            Shown::of_value(&file.display()),
            Shown::of_value(last)
        )
    };
    files.map(one).collect()
}

fn warnings(merged: &Merged) -> Vec<Shown> {
    let (accounts, planes): (BTreeSet<&String>, BTreeSet<&String>) =
        merged.renewed.iter().partition(|id| id.starts_with('/'));
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
    if !merged.older_members.is_empty() {
        let names = merged.older_members.iter().take(NAMED);
        let mut names: Vec<Shown> = names.map(|name| Shown::of(name)).collect();
        if merged.older_members.len() > NAMED {
            names.push(shown!("{} more", merged.older_members.len() - NAMED));
        }
        let groups = count(merged.older_members.len(), "group", "groups");
        warnings.push(shown!(
            "the members of {} are those of an older snapshot, as the newer one has none of it: {}",
            groups,
            Shown::list(&names)
        ));
    }
    for unread in &merged.unread {
        let lists: Vec<Shown> = unread.lists.iter().map(|what| Gap::name_of(what)).collect();
        warnings.push(shown!(
            "{} of {} couldn't be read at {}, so what was read at {} was dropped; an audit of the snapshot is incomplete",
            Shown::list(&lists),
            name(&&unread.id),
            Shown::of_value(&unread.newer),
            Shown::of_value(&unread.older)
        ));
    }
    if merged.days_apart > 0 {
        warnings.push(shown!(
            "the snapshots were taken {} or more apart: groups and Azure roles can have changed in between",
            count(merged.days_apart, "day", "days")
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
