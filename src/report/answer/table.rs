//! The answer for people at a terminal: the sentence, then who can through what.

use super::fold::{Line, lines};
use super::sentence::sentences;
use super::tally::actor;
use super::words::{account, name as name_of};
use crate::access::Level;
use crate::finding::What;
use crate::model::{Keys, Shown};
use crate::query::{Answer, Unread, Wanted, only};
use crate::report::Style;
use crate::report::invocation::word;
use crate::report::table::grid;
use crate::report::table::layout::{BOLD, DIM, Label, Page};
use crate::report::text::{Screen, count};
use crate::shown;
use std::io;

/// Lines that are printed; the rest is counted.
const MOST: usize = 50;
/// Blanks before a line of a section.
const INDENT: usize = 2;
/// Columns of the label before what couldn't be read, blanks included.
const LABEL: usize = 13;

const SECTIONS: [&str; 4] = [
    "Through role assignments",
    "Through Azure roles (indirect)",
    "Through account keys",
    "Through other identities or restored copies (indirect)",
];

/// Writes the answer.
///
/// # Errors
/// When it cannot be written.
pub fn table(answer: &Answer<'_>, style: Style<'_>, out: &mut Screen<'_>) -> io::Result<()> {
    let page = &mut Page { out, style };
    for sentence in sentences(answer) {
        page.labelled(Label::none(), 0, &sentence, None)?;
    }
    let all = lines(answer);
    let numbers: [usize; SECTIONS.len()] =
        std::array::from_fn(|section| all.iter().filter(|line| line.section == section).count());
    let shown = shares(numbers);
    for (section, title) in SECTIONS.iter().enumerate() {
        let own: Vec<&Line> = all.iter().filter(|line| line.section == section).collect();
        let more = own
            .len()
            .saturating_sub(shown.get(section).copied().unwrap_or_default());
        let own = own.get(..own.len() - more).unwrap_or_default();
        let grid = Grid::of(answer, own, page.columns());
        let keys = (section == 2).then(|| keys(answer)).flatten();
        if own.is_empty() && keys.is_none() {
            continue;
        }
        page.blank()?;
        let title = match (&answer.question.wanted, section) {
            (Wanted::Manage | Wanted::Anything, 1) => "Through Azure roles",
            _ => title,
        };
        page.labelled(Label::none(), 0, &title.into(), Some(BOLD))?;
        grid.write(page, own)?;
        if more > 0 {
            page.labelled(Label::none(), INDENT, &shown!("… {} more: -f json", more), Some(DIM))?;
        }
        if let Some(keys) = keys {
            page.labelled(Label::none(), INDENT, &keys, Some(DIM))?;
        }
    }
    if !answer.unread.is_empty() {
        page.blank()?;
    }
    for (place, line) in not_checked(answer).iter().enumerate() {
        let label = match place {
            0 => Label::bold(0, "Not checked"),
            _ => Label::none(),
        };
        page.labelled(label, LABEL, line, None)?;
    }
    next(page, answer)
}

/// What to run next: where the first of the answer comes from, or what comes closest.
fn next(page: &mut Page<'_, '_, '_>, answer: &Answer<'_>) -> io::Result<()> {
    /// Options that say how one run is shown, and what the next one is asked instead.
    const OTHERS: [&str; 6] = ["format", "quiet", "verbose", "color", "can", "principal"];
    /// Columns of `Next` and its blanks.
    const NEXT: usize = 6;
    let worst = answer.rows.iter().max_by_key(|found| {
        let rank = (found.against, found.level);
        (rank, std::cmp::Reverse((found.via.section(), actor(found))))
    });
    let principal = match (worst, only(&answer.question)) {
        (Some(found), _) => actor(found),
        (None, Some(id)) => id,
        (None, None) => return Ok(()),
    };
    let run = page.style.invocation;
    let Some(mut command) = run.and_then(|run| run.again("access", |id| !OTHERS.contains(&id), "")) else {
        return Ok(());
    };
    // Who has a name of their own, which isn't cut, is asked for by it.
    let own = answer.principal(principal);
    let name = own
        .name
        .filter(|name| name_of(answer, principal).as_str() == name && !name.contains('*'));
    let Some(name) = word(&name.unwrap_or_else(|| principal.to_string())) else {
        return Ok(());
    };
    command.push(shown!(" --principal {}", name));
    if let Some(can) = answer.question.asked.can.as_deref().and_then(word) {
        command.push(shown!(" --can {}", can));
    }
    command.push(" --explain");
    page.blank()?;
    page.command(Label::bold(0, "Next"), NEXT, &command)
}

/// How many lines each section shows: of what there is room for, the small ones get all that they have.
fn shares(numbers: [usize; SECTIONS.len()]) -> [usize; SECTIONS.len()] {
    let mut order: Vec<(usize, usize)> = numbers.into_iter().enumerate().collect();
    order.sort_by_key(|(_, number)| *number);
    let mut shares = [0; SECTIONS.len()];
    let mut left = MOST;
    for (rank, (section, number)) in order.into_iter().enumerate() {
        let fair = left / (SECTIONS.len() - rank);
        if let Some(share) = shares.get_mut(section) {
            *share = number.min(fair);
            left -= *share;
        }
    }
    shares
}

/// What couldn't be read, a line each.
pub fn not_checked(answer: &Answer<'_>) -> Vec<Shown> {
    /// Accounts that a line names.
    const NAMED: usize = 3;
    let line = |unread: &Unread| {
        let of = match unread.accounts.as_deref() {
            Some(places) if !places.is_empty() && places.len() <= NAMED => {
                let names: Vec<Shown> = places.iter().map(|place| account(answer, *place)).collect();
                shown!(" in {}", Shown::list(&names))
            }
            Some(places) if !places.is_empty() => shown!(" in {}", count(places.len(), "account", "accounts")),
            _ => Shown::default(),
        };
        shown!("{}{}: {}", unread.what.title(), of, &unread.why)
    };
    // Of principals there can be a reason for each of many accounts.
    let is_of_people = |what: What| matches!(what, What::GroupMembers | What::Directory | What::Identities);
    let mut lines = Vec::new();
    for alike in answer.unread.chunk_by(|one, next| one.what == next.what) {
        let most = match alike.first() {
            Some(first) if is_of_people(first.what) => NAMED,
            _ => usize::MAX,
        };
        lines.extend(alike.iter().take(most).map(line));
        if let Some(first) = alike.get(most) {
            lines.push(shown!(
                "{}: {} more reasons: -f json",
                first.what.title(),
                alike.len() - most
            ));
        }
    }
    lines
}

/// What is to be said of keys where nobody can use one.
fn keys(answer: &Answer<'_>) -> Option<Shown> {
    if !matches!(answer.question.wanted, Wanted::Verb(_) | Wanted::Action(_)) || answer.rows.is_empty() {
        return None;
    }
    if answer.rows.iter().any(|found| found.via.section() == 2) {
        return None;
    }
    let accounts: Vec<_> = answer
        .looked
        .iter()
        .filter_map(|one| answer.tenant.account(one.account))
        .collect();
    let is_refused = accounts.iter().all(|account| account.keys() == Keys::Refused);
    match (accounts.as_slice(), is_refused) {
        ([], _) => None,
        ([one], true) => Some(shown!(
            "nobody: key-based authentication is disabled on {}",
            Shown::of(one.id.name())
        )),
        (many, true) => Some(shown!(
            "nobody: key-based authentication is disabled on {}",
            count(many.len(), "account", "accounts")
        )),
        (_, false) => None,
    }
}

/// How wide the columns of all sections are.
struct Grid {
    widths: Option<Vec<usize>>,
    titles: Vec<Shown>,
    /// Which columns of a line hold something.
    used: Vec<bool>,
}

impl Grid {
    fn of(answer: &Answer<'_>, lines: &[&Line], room: usize) -> Self {
        let has_levels = answer.question.wanted == Wanted::Anything;
        let rows: Vec<Vec<Shown>> = lines.iter().map(|line| cells(line, has_levels)).collect();
        let titles: Vec<Shown> = match has_levels {
            true => ["", "", "", "", "read", "write", "delete", "manage"]
                .map(Shown::from)
                .to_vec(),
            false => vec![Shown::default(); 5],
        };
        let used: Vec<bool> = (0..titles.len())
            .map(|column| {
                rows.iter()
                    .any(|row| row.get(column).is_some_and(|cell| !cell.is_empty()))
            })
            .collect();
        let kept = |row: &[Shown]| -> Vec<Shown> {
            let cells = row.iter().zip(&used);
            cells.filter(|(_, used)| **used).map(|(cell, _)| cell.clone()).collect()
        };
        let rows: Vec<Vec<Shown>> = rows.iter().map(|row| kept(row)).collect();
        let titles = kept(&titles);
        Self {
            widths: grid::widths(&titles, &rows, room.saturating_sub(INDENT), room),
            titles,
            used,
        }
    }

    fn write(&self, page: &mut Page<'_, '_, '_>, lines: &[&Line]) -> io::Result<()> {
        let has_levels = self.titles.iter().any(|title| !title.is_empty());
        if let Some(widths) = self.widths.as_ref().filter(|_| has_levels && !lines.is_empty()) {
            grid::lines(page, INDENT, &self.titles, widths, Some(DIM))?;
        }
        for line in lines {
            let cells = cells(line, has_levels);
            let cells: Vec<Shown> = cells
                .into_iter()
                .zip(&self.used)
                .filter(|(_, used)| **used)
                .map(|(cell, _)| cell)
                .collect();
            match &self.widths {
                Some(widths) => grid::lines(page, INDENT, &cells, widths, None)?,
                None => {
                    for (place, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                        let indent = if place == 0 { INDENT } else { 2 * INDENT };
                        let title = self.titles.get(place).filter(|title| !title.is_empty());
                        let cell = match title {
                            Some(title) => shown!("{}: {}", title, cell),
                            None => cell.clone(),
                        };
                        page.labelled(Label::none(), indent, &cell, None)?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn cells(line: &Line, has_levels: bool) -> Vec<Shown> {
    let mut cells = vec![line.who.clone(), line.how.clone(), line.place.clone()];
    cells.push(line.against.map(|against| against.word().into()).unwrap_or_default());
    match has_levels {
        true => cells.extend(line.levels.map(|level| Shown::from(level.word()))),
        false => cells.push(Shown::from(match (line.is_idle, line.level) {
            (true, _) => "no effect",
            (false, Level::Possible) => "possible",
            (false, _) => "",
        })),
    }
    cells
}
