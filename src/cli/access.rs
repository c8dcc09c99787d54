//! `access` and `who-can`: who can do what where, and through what.

use super::args::{Azure, Common, Source};
use super::error::CliError;
use super::{Exit, output, source};
use crate::checks::{self, CHECKS};
use crate::finding::{Gate, Report};
use crate::policy::Policy;
use crate::query::{Asked, Question, ask, closest};
use crate::report::answer;
use crate::report::text::Screen;
use crate::report::{Invocation, Style};
use crate::resolve::Tenant;
use crate::shown;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What must be possible: a data action, a wildcard, or one of read, write, delete, manage and keys
    ///
    /// Data actions can be written in full or short, for example `items/delete` or `readMetadata`. A wildcard asks for any action
    /// that it matches.
    #[arg(long, value_name = "ACTION", help_heading = "Question")]
    can: Option<String>,
    #[command(flatten)]
    filters: Filters,
}

#[derive(Debug, clap::Args)]
pub(super) struct WhoCan {
    /// Data action, wildcard, or one of read, write, delete, manage and keys
    ///
    /// Data actions can be written in full or short, for example `items/delete` or `readMetadata`. A wildcard asks for any action
    /// that it matches.
    action: String,
    #[command(flatten)]
    filters: Filters,
}

/// What both commands share.
#[derive(Debug, clap::Args)]
struct Filters {
    #[command(flatten)]
    source: Source,
    /// Principal, by object ID or name (`*` is a wildcard). Includes what its groups have. Can be repeated
    #[arg(long, value_name = "PRINCIPAL", help_heading = "Question")]
    principal: Vec<String>,
    /// Scope: `/dbs/DATABASE`, `/dbs/DATABASE/colls/CONTAINER`, `ACCOUNT/dbs/…` or a resource ID
    #[arg(long, value_name = "SCOPE", help_heading = "Question")]
    on: Option<String>,
    /// Accounts, by name or resource ID (`*` is a wildcard). Can be repeated
    #[arg(long, value_name = "GLOB", help_heading = "Question")]
    account: Vec<String>,
    /// Accounts in a subscription, by ID or name (`*` is a wildcard). Can be repeated
    #[arg(long, value_name = "GLOB", help_heading = "Question")]
    in_subscription: Vec<String>,
    /// Accounts with a tag, for example `env=prod*`. Repeat to require several tags
    #[arg(long, value_name = "KEY=GLOB", help_heading = "Question")]
    tag: Vec<String>,
    /// Policy file, to say of each row whether it matches the policy. Several are merged
    #[arg(long, short, value_name = "FILE", help_heading = "Question")]
    policy: Vec<PathBuf>,
    /// Output format
    #[arg(short, long, value_enum, default_value = "table", help_heading = "Output")]
    format: AccessFormat,
    /// Print how each answer comes about or, where nobody can, what comes closest and what is missing
    #[arg(long, conflicts_with = "format", help_heading = "Output")]
    explain: bool,
    #[command(flatten)]
    azure: Azure,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum AccessFormat {
    Table,
    Json,
    Csv,
}

pub(super) fn access(args: Args, run: &Invocation, common: &Common) -> Result<Exit, CliError> {
    answer_to(args.can, args.filters, run, common)
}

pub(super) fn who_can(args: WhoCan, run: &Invocation, common: &Common) -> Result<Exit, CliError> {
    answer_to(Some(args.action), args.filters, run, common)
}

fn answer_to(can: Option<String>, filters: Filters, run: &Invocation, common: &Common) -> Result<Exit, CliError> {
    source::standard_input_once(filters.policy.iter().chain(&filters.source.snapshot))?;
    let policy = match filters.policy.as_slice() {
        [] => Policy::baseline(&CHECKS),
        files => Policy::load(files, &CHECKS)?,
    };
    source::warn_of_ignored(&filters.source, &filters.azure);
    let taken = source::taken(&filters.source, &filters.azure, common)?;
    let tenant = taken.tenant();
    let has_none = tenant.frame.accounts.is_empty();
    // Where there is no account, no filter matches one.
    let asked = match has_none {
        true => Asked {
            can,
            ..Asked::default()
        },
        false => Asked {
            principals: filters.principal,
            can,
            on: filters.on,
            accounts: filters.account,
            subscriptions: filters.in_subscription,
            tags: filters.tag,
        },
    };
    let question = Question::new(asked, &tenant, &policy)?;
    for notice in &question.notices {
        output::say(shown!("warning: {}", notice.without_final(&['.'])));
    }
    let is_empty = question.accounts.is_empty();
    let mut found = ask(&tenant, &policy, question)?;
    let is_listed = match has_none {
        true => tenant.frame.is_complete(),
        false => found.is_complete(),
    };
    let none = match has_none {
        true => "No Azure Cosmos DB accounts found.",
        false => "The snapshot has no Azure Cosmos DB accounts in the subscriptions that --in-subscription names.",
    };
    if !filters.policy.is_empty() && found.is_somebody() {
        found.compare(&audited(&tenant, &policy)?);
    }
    let closest = match filters.explain && !is_empty && !found.is_somebody() {
        true => Some(closest(&found, &policy)?),
        false => None,
    };
    let style = Style {
        invocation: Some(run),
        ..output::style(common)
    };
    output::print(|out| match filters.format {
        AccessFormat::Table if is_empty && !is_listed => {
            Screen::new(out).line(shown!("{} Not everything could be read.", none))
        }
        AccessFormat::Table if is_empty => Screen::new(out).line(none),
        AccessFormat::Table if filters.explain => {
            answer::explain(&found, closest.as_ref(), style, &mut Screen::new(out))
        }
        AccessFormat::Table => answer::table(&found, style, &mut Screen::new(out)),
        AccessFormat::Json => answer::json(&found, out),
        AccessFormat::Csv => answer::csv(&found, out),
    })?;
    if filters.format != AccessFormat::Table {
        // JSON says it of each account.
        if let Some(line) = answer::anyone(&found).filter(|_| filters.format == AccessFormat::Csv) {
            output::say(shown!("warning: no row has this: {}", line.without_final(&['.'])));
        }
    }
    if filters.format != AccessFormat::Table || is_empty {
        for line in answer::not_checked(&found) {
            output::say(shown!("warning: not checked: {}", line));
        }
    }
    Ok(match (found.is_somebody(), found.is_complete()) {
        _ if is_empty && is_listed => Exit::Empty,
        (true, _) => Exit::Ok,
        (false, true) => Exit::Findings,
        (false, false) => Exit::Incomplete,
    })
}

/// What an audit of the tenant finds.
fn audited(tenant: &Tenant<'_>, policy: &Policy) -> Result<Report, CliError> {
    let options = checks::Options {
        only: &[],
        gate: Gate::default(),
        baseline: None,
        freshness: None,
        effects: false,
        plan: false,
        ignore_waivers: false,
        without_access: true,
    };
    Ok(checks::audit(tenant, policy, options)?)
}
