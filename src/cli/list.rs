//! `list`: accounts, role definitions and role assignments as they are, without a judgement.

use super::args::{Azure, Common, Source};
use super::output::{self, Failure};
use super::{Exit, source};
use crate::model::{Account, AccountId, AccountRecord, RoleAssignment, RoleDefinition, Scope};
use crate::report::{ListColumn, list_table, text::count};
use crate::resolve::Access;
use crate::snapshot::Snapshot;
use serde::Serialize;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What to list
    #[arg(value_enum)]
    what: What,
    #[command(flatten)]
    source: Source,
    /// The format
    #[arg(short, long, value_enum, default_value = "table", help_heading = "Output")]
    format: ListFormat,
    /// Exit with 0 although something could not be read
    #[arg(long, help_heading = "Output")]
    allow_incomplete: bool,
    #[command(flatten)]
    azure: Azure,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum What {
    Accounts,
    Roles,
    Assignments,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum ListFormat {
    Table,
    Json,
}

pub(super) fn run(mut args: Args, common: &Common) -> Result<Exit, Failure> {
    // Nothing of these is listed, so what cannot be read of them must not fail a list.
    args.azure.no_control_plane = true;
    args.azure.no_graph = true;
    let snapshot = source::snapshot(&args.source, &args.azure, common)?;
    let text = match args.what {
        What::Accounts => {
            let row = |record| AccountRow {
                account: record,
                subscription: snapshot.subscription_name(record),
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
        What::Roles => show(&args, common, snapshot.accounts.iter().flat_map(roles).collect()),
        What::Assignments => show(&args, common, snapshot.accounts.iter().flat_map(assignments).collect()),
    }?;
    output::print(&text)?;
    let gaps = say_gaps(&snapshot);
    Ok(match (gaps, snapshot.accounts.is_empty()) {
        (1.., _) if !args.allow_incomplete => Exit::Incomplete,
        (_, true) => Exit::Empty,
        _ => Exit::Ok,
    })
}

/// A list that is short because something could not be read must not look complete.
fn say_gaps(snapshot: &Snapshot) -> usize {
    let above = snapshot.gaps.iter().map(|scan_gap| {
        let place = scan_gap.subscription.as_deref().unwrap_or("the tenant");
        (place.to_owned(), &scan_gap.gap)
    });
    let in_accounts = snapshot
        .accounts
        .iter()
        .flat_map(|record| record.gaps.iter().map(|gap| (record.account.name.clone(), gap)));
    let lines: Vec<String> = above
        .chain(in_accounts)
        .map(|(place, gap)| {
            format!(
                "warning: {} of `{place}` could not be read: {}, {}",
                gap.what, gap.code, gap.message
            )
        })
        .collect();
    for line in lines.iter().take(10) {
        output::say(&crate::report::text::visible(line));
    }
    if lines.len() > 10 {
        output::say(&format!(
            "warning: and {} more",
            count(lines.len() - 10, "thing", "things")
        ));
    }
    if !snapshot.ended {
        output::say("warning: the scan was cut off; accounts may be missing");
    }
    lines.len() + usize::from(!snapshot.ended)
}

/// What a list shows: fields for machines, columns for people.
trait Row: Serialize {
    const COLUMNS: &'static [ListColumn];
    fn cells(&self) -> Vec<String>;
}

const fn column(title: &'static str, whole: u16) -> ListColumn {
    ListColumn { title, whole }
}

fn show<R: Row>(args: &Args, common: &Common, rows: Vec<R>) -> Result<String, Failure> {
    Ok(match args.format {
        ListFormat::Table => list_table(R::COLUMNS, rows.iter().map(Row::cells), output::style(common)),
        ListFormat::Json => serde_json::to_string_pretty(&rows)? + "\n",
    })
}

#[derive(Serialize)]
struct AccountRow<'a> {
    #[serde(flatten)]
    account: &'a Account,
    /// The subscription's name, or its id where no name is known.
    #[serde(skip)]
    subscription: &'a str,
}

impl Row for AccountRow<'_> {
    const COLUMNS: &'static [ListColumn] = &[
        column("account", 20),
        column("resource group", 14),
        column("subscription", 12),
        column("API", 9),
        column("keys", 9),
        column("metadata by key", 9),
    ];

    fn cells(&self) -> Vec<String> {
        let switch = |disabled| match disabled {
            Some(true) => "refused",
            Some(false) => "accepted",
            None => "not known",
        };
        let account = self.account;
        vec![
            account.name.clone(),
            account.resource_group.clone(),
            self.subscription.to_owned(),
            account.api.title().to_owned(),
            switch(account.local_auth_disabled).to_owned(),
            switch(account.key_metadata_writes_disabled).to_owned(),
        ]
    }
}

#[derive(Serialize)]
struct RoleRow<'a> {
    account: &'a str,
    #[serde(flatten)]
    role: &'a RoleDefinition,
    /// How many assignments name it; `null`: not all could be read.
    assignments: Option<usize>,
}

fn roles(record: &AccountRecord) -> Vec<RoleRow<'_>> {
    let access = Access::resolve(record, []);
    let uses = |role: &RoleDefinition| {
        let named = access.assignments.iter().filter_map(|found| access.role_of(found));
        named.filter(|found| found.definition.id == role.id).count()
    };
    let row = |role| RoleRow {
        account: record.account.id.as_str(),
        role,
        assignments: record.has_all_role_assignments().then(|| uses(role)),
    };
    record.role_definitions().iter().map(row).collect()
}

impl Row for RoleRow<'_> {
    const COLUMNS: &'static [ListColumn] = &[
        column("account", 20),
        column("role", 14),
        column("type", 8),
        column("data actions", 20),
        column("assigned", 8),
    ];

    fn cells(&self) -> Vec<String> {
        let mut actions = Vec::new();
        for permission in &self.role.permissions {
            actions.extend(permission.data_actions.iter().map(|pattern| pattern.short().to_owned()));
            actions.extend(
                permission
                    .not_data_actions
                    .iter()
                    .map(|pattern| format!("not {}", pattern.short())),
            );
        }
        vec![
            account_name(self.account),
            self.role.role_name.clone(),
            if self.role.built_in { "built-in" } else { "custom" }.to_owned(),
            actions.join("\n"),
            self.assignments
                .map_or_else(|| "?".to_owned(), |number| number.to_string()),
        ]
    }
}

#[derive(Serialize)]
struct AssignmentRow<'a> {
    account: &'a str,
    #[serde(skip)]
    id: &'a AccountId,
    #[serde(flatten)]
    assignment: &'a RoleAssignment,
    /// `null`: no role definition of that id was read.
    role_name: Option<&'a str>,
    /// The scope relative to the account; `null`: it is malformed.
    relative_scope: Option<String>,
}

fn assignments(record: &AccountRecord) -> Vec<AssignmentRow<'_>> {
    let access = Access::resolve(record, []);
    let row = |found| AssignmentRow {
        account: record.account.id.as_str(),
        id: &record.account.id,
        role_name: access.role_of(found).map(|role| role.definition.role_name.as_str()),
        assignment: found.assignment,
        relative_scope: found.scope.as_ref().ok().map(Scope::to_string),
    };
    access.assignments.iter().map(row).collect()
}

impl Row for AssignmentRow<'_> {
    const COLUMNS: &'static [ListColumn] = &[
        column("account", 20),
        column("principal", 36),
        column("role", 14),
        column("scope", 10),
    ];

    fn cells(&self) -> Vec<String> {
        let unknown = || format!("(unknown) {}", self.id.shorten(&self.assignment.role_definition_id));
        // A doubled path is all that matters of a malformed scope; JSON has it whole.
        let malformed = || {
            format!(
                "(malformed) {}",
                self.assignment.scope.replace(self.account, "<account>")
            )
        };
        vec![
            account_name(self.account),
            self.assignment.principal_id.to_string(),
            self.role_name.map_or_else(unknown, str::to_owned),
            self.relative_scope.clone().unwrap_or_else(malformed),
        ]
    }
}

fn account_name(id: &str) -> String {
    crate::model::arm_id::last_segment(id).to_owned()
}
