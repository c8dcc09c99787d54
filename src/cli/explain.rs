//! `explain`: what a check finds, why it matters and how to fix it; and what a refusal of the service means.

use super::Exit;
use super::args::Common;
use super::error::CliError;
use super::output;
use crate::access::Level;
use crate::checks::{self, CHECKS};
use crate::finding::Check;
use crate::model::Shown;
use crate::policy::{Policy, Suggestions};
use crate::query::{Asked, Denied, LONGEST, Question, ask, lacking};
use crate::report::text::{Screen, wrap};
use crate::report::{Style, answer};
use crate::resolve::Tenant;
use crate::shown;
use crate::snapshot::Snapshot;
use std::io::{self, Read as _};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Check to explain, for example `excess-access`. Lists all checks if omitted
    check: Option<String>,
    /// Explain why Azure Cosmos DB refused a request: its message with status 403, or `-` for standard input
    #[arg(long, value_name = "TEXT", conflicts_with = "check")]
    denied: Option<String>,
    /// With --denied: snapshot file written by `scan`, to say what the principal has and what it lacks
    #[arg(long, value_name = "FILE", requires = "denied")]
    snapshot: Option<PathBuf>,
    /// With --denied: the account, by name or resource ID, if the message doesn't name it
    #[arg(long, value_name = "ACCOUNT", requires = "snapshot")]
    account: Option<String>,
}

pub(super) fn run(args: Args, common: &Common) -> Result<Exit, CliError> {
    let style = output::style(common);
    if let Some(text) = &args.denied {
        denied(text, &args, style)?;
        return Ok(Exit::Ok);
    }
    match args.check {
        None => output::print(|out| overview(&mut Screen::new(out)))?,
        Some(id) => {
            let check = checks::check(&id).ok_or_else(|| unknown(&id))?;
            let width = usize::from(style.width).min(88);
            output::print(|out| one(check, width, &mut Screen::new(out)))?;
        }
    }
    Ok(Exit::Ok)
}

/// What a refusal of the service means.
fn denied(text: &str, args: &Args, style: Style<'_>) -> Result<(), CliError> {
    let text = if text == "-" { read_text()? } else { text.to_owned() };
    let denied = Denied::parse(&text)?;
    let Some(path) = &args.snapshot else {
        return output::print(|out| answer::denied_without(&denied, style, &mut Screen::new(out)));
    };
    let snapshot = Snapshot::read_file(path)?;
    let tenant = Tenant::of(&snapshot);
    let policy = Policy::baseline(&CHECKS);
    let scope = denied.scope.to_string();
    let asked = Asked {
        principals: denied.principal.iter().map(ToString::to_string).collect(),
        can: Some(denied.action.as_str().to_owned()),
        on: Some(match denied.account(args.account.as_deref())? {
            Some(account) => format!("{account}{scope}"),
            None => scope,
        }),
        ..Asked::default()
    };
    let found = ask(&tenant, &policy, Question::new(asked, &tenant, &policy)?)?;
    let is_had = found.rows.iter().any(|one| one.level == Level::Yes && !one.is_part);
    let lacking = match (&denied.principal, found.looked.as_slice()) {
        (Some(principal), [one]) if !is_had => lacking(&tenant, one.account, &denied.action, principal, &denied.scope)?,
        _ => None,
    };
    output::print(|out| answer::denied(&denied, &found, lacking.as_ref(), style, &mut Screen::new(out)))
}

fn read_text() -> Result<String, CliError> {
    let mut text = String::new();
    let most = u64::try_from(LONGEST).unwrap_or(u64::MAX);
    let read = io::stdin().lock().take(most).read_to_string(&mut text);
    read.map(|_| text).map_err(CliError::ReadInput)
}

fn unknown(id: &str) -> CliError {
    let known = CHECKS.iter().map(|check| check.id);
    let hint = Suggestions::default().nearest(id, known).map_or_else(
        || "list all checks with `cosmos-rbac explain`".to_owned(),
        |known| format!("did you mean `{known}`?"),
    );
    CliError::UnknownCheck {
        id: id.to_owned(),
        hint,
    }
}

fn overview(out: &mut Screen<'_>) -> io::Result<()> {
    let width = CHECKS.iter().map(|check| check.id.len()).max().unwrap_or_default();
    let padded = |word: &'static str, width: usize| Shown::of(&format!("{word:width$}"));
    let mut group = None;
    for check in CHECKS.iter() {
        if group != Some(check.group) {
            let gap = if group.is_some() { "\n" } else { "" };
            out.line(shown!("{}{}", gap, check.group.title()))?;
            group = Some(check.group);
        }
        out.line(shown!(
            "  {}  {}  {}",
            padded(check.id, width),
            padded(check.severity.word(), 8),
            check.summary
        ))?;
    }
    Ok(())
}

fn one(check: &Check, width: usize, out: &mut Screen<'_>) -> io::Result<()> {
    let (id, group) = (check.id, check.group.title());
    out.line(shown!("{} ({}, {})", id, group, check.severity.word()))?;
    for (heading, text) in [
        ("What", check.summary),
        ("Why it matters", check.why),
        ("How to fix", check.fix),
    ] {
        out.line(shown!("\n{}", heading))?;
        for line in wrap(&text.into(), width.saturating_sub(2)) {
            out.line(shown!("  {}", line))?;
        }
    }
    Ok(())
}
