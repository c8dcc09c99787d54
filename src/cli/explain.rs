//! `explain`: what a check finds, why it matters and how to fix it.

use super::Exit;
use super::args::Common;
use super::output::{self, Failure};
use crate::checks::{self, CHECKS, Check};
use crate::finding::CheckId;
use crate::report::text::wrap;
use std::io::{self, Write};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The check, such as `excess-access`; all of them in a line each if left out
    check: Option<String>,
}

pub(super) fn run(args: Args, common: &Common) -> Result<Exit, Failure> {
    let style = output::style(common);
    match args.check {
        None => output::print(overview)?,
        Some(id) => {
            let check = CheckId::parse(&id)
                .and_then(checks::check)
                .ok_or_else(|| unknown(&id))?;
            output::print(|out| one(check, usize::from(style.width).min(88), out))?;
        }
    }
    Ok(Exit::Ok)
}

fn unknown(id: &str) -> Failure {
    let nearest = CheckId::ALL
        .iter()
        .map(|check| (strsim::jaro_winkler(id, check.id()), check.id()))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(score, _)| *score > 0.8);
    let hint = nearest
        .map(|(_, id)| format!("did you mean `{id}`?"))
        .unwrap_or_else(|| "`cosmos-rbac explain` lists them all".to_owned());
    format!("there is no check `{id}`; {hint}").into()
}

fn overview(out: &mut dyn Write) -> io::Result<()> {
    let width = CHECKS.iter().map(|check| check.id.id().len()).max().unwrap_or_default();
    let mut group = None;
    for check in CHECKS {
        if group != Some(check.group) {
            let gap = if group.is_some() { "\n" } else { "" };
            writeln!(out, "{gap}{}", check.group.title())?;
            group = Some(check.group);
        }
        writeln!(
            out,
            "  {:width$}  {:8}  {}",
            check.id.id(),
            check.severity.word(),
            check.summary
        )?;
    }
    Ok(())
}

fn one(check: &Check, width: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} ({}, {})", check.id, check.group.title(), check.severity.word())?;
    for (heading, text) in [
        ("What", check.summary),
        ("Why it matters", check.why),
        ("How to fix", check.fix),
    ] {
        writeln!(out, "\n{heading}")?;
        for line in wrap(text, width.saturating_sub(2)) {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}
