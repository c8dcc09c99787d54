//! `explain`: what a check finds, why it matters and how to fix it.

use super::Exit;
use super::args::Common;
use super::error::CliError;
use super::output;
use crate::checks::{self, CHECKS};
use crate::finding::Check;
use crate::model::Shown;
use crate::policy::Suggestions;
use crate::report::text::{Screen, wrap};
use crate::shown;
use std::io;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Check to explain, for example `excess-access`. Lists all checks if omitted
    check: Option<String>,
}

pub(super) fn run(args: Args, common: &Common) -> Result<Exit, CliError> {
    let style = output::style(common);
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
