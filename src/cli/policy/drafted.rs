//! What a drafted policy says, leaves out and asks to review, as text on standard error.

use crate::draft::{Failing, Omissions, Review, Summary};
use crate::model::Shown;
use crate::report::Style;
use crate::report::text::{count, wrap};
use crate::shown;

/// Names that a line has before it counts the others.
const NAMED: usize = 5;
/// Lines of one kind.
const LINES: usize = 16;
/// Columns before the text beside a number.
const INDENT: usize = 5;

/// The summary of a draft. `wrote`: the file that it is in.
pub(super) fn text(summary: &Summary, wrote: Option<Shown>, style: Style<'_>) -> Shown {
    let what = shown!(
        "{} and {} of {}.",
        count(summary.grants, "grant", "grants"),
        count(summary.roles, "custom role", "custom roles"),
        count(summary.accounts, "account", "accounts")
    );
    let mut text = match wrote {
        Some(path) => shown!("Wrote {}: {}", path, what),
        None => shown!("Drafted {}", what),
    };
    let mut part = |title: Shown, rows: Vec<(Option<usize>, Shown)>| {
        if rows.is_empty() {
            return;
        }
        text.push(shown!("\n\n{}", style.paint("1", title)));
        let width = usize::from(style.width);
        let digits = rows
            .iter()
            .filter_map(|(number, _)| *number)
            .max()
            .map_or(0, |most| most.to_string().len());
        for (number, row) in rows.iter().take(LINES) {
            let (first, indent) = match number {
                Some(number) => (pad(*number, digits.max(1)), INDENT.max(4 + digits)),
                None => (Shown::from("  "), 2),
            };
            let lines = wrap(row, width.saturating_sub(indent).max(20));
            for (place, line) in lines.iter().enumerate() {
                match place {
                    0 => text.push(shown!("\n{}{}", first, line)),
                    _ => text.push(shown!("\n{}{}", blanks(indent), line)),
                }
            }
        }
        if let Some(more) = rows.len().checked_sub(LINES).filter(|more| *more > 0) {
            text.push(shown!("\n  … {} more", more));
        }
    };
    part(
        "Left out as comments, with the reason".into(),
        summary.omitted.iter().map(omissions).collect(),
    );
    part(
        "To review (marked TODO)".into(),
        summary.review.iter().map(review).collect(),
    );
    let number: usize = summary.failing.iter().map(|failing| failing.titles.len()).sum();
    let title = shown!(
        "An audit with it still fails on {} that no policy allows",
        count(number, "finding", "findings")
    );
    part(title, summary.failing.iter().map(failing).collect());
    let number: usize = summary.shared.iter().map(|shared| shared.titles.len()).sum();
    let title = shown!(
        "An audit with it still has {} that also {} accounts outside the draft",
        count(number, "finding", "findings"),
        if number == 1 { "concerns" } else { "concern" }
    );
    let mut rows: Vec<_> = summary.shared.iter().map(failing).collect();
    if !rows.is_empty() {
        let why = "Not waived, because a waiver would accept them in these accounts, too. Remove the access, or accept it in all of \
                   them with `cosmos-rbac waive`.";
        rows.push((None, why.into()));
    }
    part(title, rows);
    part(
        "Not known".into(),
        unknown(summary).into_iter().map(|text| (None, text)).collect(),
    );
    text
}

/// What isn't known, each with the accounts that it concerns.
pub(super) fn unknown(summary: &Summary) -> Vec<Shown> {
    let one = |(what, accounts): &(Shown, Vec<Shown>)| match accounts.as_slice() {
        [] => what.clone(),
        _ => shown!("{}: {}", named(accounts), what),
    };
    summary.unknown.iter().map(one).collect()
}

fn failing(failing: &Failing) -> (Option<usize>, Shown) {
    let number = failing.titles.len();
    let title = failing.titles.first().cloned().unwrap_or_default();
    let more = match number {
        0 | 1 => Shown::default(),
        _ => shown!(" and {}", count(number - 1, "other", "others")),
    };
    (Some(number), shown!("{}: {}{}", failing.check, title, more))
}

/// A line beside a bold label.
pub(super) fn labelled(label: &'static str, text: &Shown, style: Style<'_>) -> Shown {
    shown!("{}  {}", style.paint("1", label.into()), text)
}

fn omissions(omissions: &Omissions) -> (Option<usize>, Shown) {
    let noun = match (omissions.are_assignments, omissions.number) {
        (true, 1) => "role assignment",
        (true, _) => "role assignments",
        (false, 1) => "role",
        (false, _) => "roles",
    };
    let reasons = Shown::join(omissions.reasons.iter().copied(), ", ");
    (
        Some(omissions.number),
        shown!("{} in {} ({})", noun, &omissions.account, reasons),
    )
}

fn review(review: &Review) -> (Option<usize>, Shown) {
    let (one, many) = review.what;
    let noun = if review.names.len() == 1 { one } else { many };
    (Some(review.names.len()), shown!("{}: {}", noun, named(&review.names)))
}

/// The first names, and how many others there are.
fn named(names: &[Shown]) -> Shown {
    let mut shown: Vec<Shown> = names.iter().take(NAMED).cloned().collect();
    if names.len() > NAMED {
        shown.push(count(names.len() - NAMED, "other", "others"));
    }
    Shown::list(&shown)
}

fn pad(number: usize, digits: usize) -> Shown {
    Shown::of(&format!("  {number:>digits$}  "))
}

fn blanks(number: usize) -> Shown {
    Shown::of(&" ".repeat(number))
}
