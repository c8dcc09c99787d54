//! The comparison in Markdown, for step summaries and comments of GitHub. Names make no markup, no links and no mentions.

use super::lines::{self, Line, Sign};
use super::words;
use crate::diff::Difference;
use crate::model::Shown;
use crate::report::markdown::escape::text;
use crate::report::text::{Screen, thousands};
use crate::shown;
use std::io;

/// Bytes. GitHub takes 65,536 characters for a comment; some room stays for what else it says.
const LIMIT: usize = 60_000;
/// Lines of what could not be compared that are listed.
const NOT_COMPARED: usize = 20;

pub(super) fn render(difference: &Difference, to: &mut Screen<'_>) -> io::Result<()> {
    let facts = words::facts(difference).into_iter().map(|fact| text(fact.as_str()));
    let mut out = shown!(
        "## Access gained and lost\n\n{}\n\n**{}**\n",
        Shown::join(facts, " · "),
        words::sentence(difference)
    );
    let mut rows: Vec<(Sign, Shown)> = Vec::new();
    for block in lines::blocks(difference) {
        let accounts = text(words::account_names(&block.accounts).as_str());
        rows.extend(block.lines.iter().map(|line| (line.sign, row(&accounts, line))));
    }
    // What is cut off must not be what was gained.
    rows.sort_by_key(|(sign, _)| *sign != Sign::Gained);
    let mut left_out = 0;
    if !rows.is_empty() {
        out.push("\n| Change | Account | Who | What | Where | Through |\n|---|---|---|---|---|---|\n");
    }
    for (_, row) in rows {
        if out.as_str().len() + row.as_str().len() > LIMIT {
            left_out += 1;
        } else {
            out.push(row);
        }
    }
    if left_out > 0 {
        out.push(shown!(
            "\n> **Cut to fit.** {} more are in the JSON and HTML formats.\n",
            thousands(left_out)
        ));
    }
    let lines = words::all_not_compared(difference);
    if !lines.is_empty() {
        out.push("\n**Not compared**\n\n");
        for line in lines.iter().take(NOT_COMPARED) {
            out.push(shown!("- {}\n", text(line.as_str())));
        }
        if let Some(more) = lines.len().checked_sub(NOT_COMPARED).filter(|more| *more > 0) {
            out.push(shown!("- {} more\n", thousands(more)));
        }
    }
    to.text(out)
}

fn row(accounts: &Shown, line: &Line) -> Shown {
    let change = match line.sign {
        Sign::Setting => "Setting",
        Sign::Gained => "**Gained**",
        Sign::Lost => "Lost",
    };
    let cells = [&line.who, &line.what, &line.place, &line.below].map(|cell| text(cell.as_str()));
    shown!("| {} | {} | {} |\n", change, accounts, Shown::join(cells, " | "))
}
