//! `list`: accounts, role definitions and role assignments as they are, without a judgement.

mod rows;

use super::args::{Azure, Common, Source};
use super::error::CliError;
use super::output;
use super::{Exit, gaps, source};
use crate::checks;
use crate::collect::PlacedGap;
use crate::finding::What;
use crate::model::listed_only;
use crate::model::{Part, Shown};
use crate::report::text::Screen;
use crate::report::{csv_table, json_document, list_table};
use crate::shown;
use crate::snapshot::{ScanGap, Snapshot};
use rows::{AccountRow, Row, assignments, roles};
use std::collections::BTreeMap;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What to list
    #[arg(value_enum)]
    what: Listed,
    #[command(flatten)]
    source: Source,
    /// Output format
    #[arg(short, long, value_enum, default_value = "table", help_heading = "Output")]
    format: ListFormat,
    /// Exit 0 even if some resources couldn't be read
    #[arg(long, help_heading = "Output")]
    allow_incomplete: bool,
    #[command(flatten)]
    azure: Azure,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Listed {
    Accounts,
    Roles,
    Assignments,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum ListFormat {
    Table,
    Json,
    Csv,
}

pub(super) fn run(mut args: Args, common: &Common) -> Result<Exit, CliError> {
    source::warn_of_ignored(&args.source, &args.azure);
    // Nothing of these is listed, so what cannot be read of them must not fail a list.
    args.azure.no_control_plane = true;
    args.azure.no_graph = true;
    let snapshot = source::snapshot(&args.source, &args.azure, common)?;
    match args.what {
        Listed::Accounts => {
            let row = |record| AccountRow {
                account: record,
                subscription: snapshot.subscription_name(&record.id),
            };
            show(
                &args,
                common,
                snapshot
                    .accounts
                    .iter()
                    .map(|record| &record.account)
                    .map(row)
                    .collect(),
            )
        }
        Listed::Roles => show(&args, common, snapshot.accounts.iter().flat_map(roles).collect()),
        Listed::Assignments => show(&args, common, snapshot.accounts.iter().flat_map(assignments).collect()),
    }?;
    let gaps = say_gaps(&snapshot);
    Ok(match (gaps, snapshot.accounts.is_empty()) {
        (1.., _) if !args.allow_incomplete => Exit::Incomplete,
        (_, true) => Exit::Empty,
        _ => Exit::Ok,
    })
}

/// Accounts that a warning names.
const NAMED: usize = 3;

/// A list that is short because something could not be read must not look complete.
fn say_gaps(snapshot: &Snapshot) -> usize {
    // A template's Azure roles aren't listed either.
    let is_listed = |one: &&ScanGap| one.gap.part() != Part::AzureRoleAssignments;
    let above = snapshot.gaps.iter().filter(is_listed).map(|one| {
        let subscription = one.subscription.as_deref();
        PlacedGap::new(subscription, subscription, &one.gap)
    });
    let in_accounts = snapshot.accounts.iter().flat_map(|record| {
        let id = &record.account.id;
        let gaps = record.gaps.iter();
        gaps.map(|gap| PlacedGap::new(Some(id.name()), Some(id.subscription()), gap))
    });
    let gaps = PlacedGap::by_list(above.chain(in_accounts).collect());
    let number = gaps.len();
    gaps::say(&gaps, number, snapshot.header.scanned_by.as_ref());
    let mut unknown: BTreeMap<(What, Shown), Vec<&str>> = BTreeMap::new();
    for record in &snapshot.accounts {
        let unread = checks::unread_of(record).into_iter();
        // Gaps are told above, and lists have no databases.
        let is_told = |what: What| {
            use What::{ClusterUsers, MongoUsers, OtherApis, OtherResources};
            matches!(what, OtherApis | MongoUsers | OtherResources | ClusterUsers)
        };
        let unread = unread.filter(|(what, _)| is_told(*what));
        for reason in unread {
            unknown.entry(reason).or_default().push(record.account.id.name());
        }
    }
    for ((what, why), accounts) in unknown {
        let mut named: Vec<Shown> = accounts.iter().take(NAMED).map(|name| Shown::quoted(name)).collect();
        if accounts.len() > NAMED {
            named.push(shown!("{} more", accounts.len() - NAMED));
        }
        let named = Shown::list(&named);
        output::say(match what {
            What::OtherResources => shown!("warning: who has access to {} isn't listed: {}", named, why),
            _ => shown!("warning: {} in {} aren't listed in full: {}", what.title(), named, why),
        });
    }
    if !snapshot.header.has_clusters() {
        output::say("warning: MongoDB vCore and managed Cassandra clusters aren't in the snapshot, which an older version wrote".into());
    }
    if !snapshot.header.has_listed_only() {
        output::say(shown!(
            "warning: {} aren't in the snapshot, which an older version wrote",
            listed_only::titles()
        ));
    }
    if !snapshot.ended {
        output::say("warning: the scan was interrupted, so accounts can be missing".into());
    }
    if let Some(shards) = &snapshot.header.shards {
        output::say(shown!("warning: the snapshot holds only {}", Shown::of_value(shards)));
    }
    number + usize::from(!snapshot.ended || snapshot.header.shards.is_some())
}

fn show<R: Row>(args: &Args, common: &Common, rows: Vec<R>) -> Result<(), CliError> {
    output::print(|out| match args.format {
        ListFormat::Table => {
            let cells = rows.iter().map(Row::cells);
            list_table(R::COLUMNS, cells, output::style(common), &mut Screen::new(out))
        }
        ListFormat::Json => json_document(&rows, out),
        ListFormat::Csv => csv_table(R::FIELDS, rows.iter().map(Row::values), out),
    })
}
