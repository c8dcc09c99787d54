//! The answer with its derivation: why somebody can, or what comes closest and what is missing.

use super::sentence::sentences;
use super::table::not_checked;
use super::tally::{actor, direct};
use super::tree;
use super::words::{account, how, name, place_in, role_name};
use crate::access::Level;
use crate::model::{Keys, PrincipalId, PrincipalKind, Scope, Shown};
use crate::query::{Answer, Closest, Found, Lacking, Role, Via, Wanted, only};
use crate::report::Style;
use crate::report::table::grid;
use crate::report::table::layout::{BOLD, DIM, Label, Page};
use crate::report::text::{Screen, count};
use crate::shown;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// Derivations that are shown.
const MOST: usize = 10;
/// Rows that come close and are shown.
const CLOSE: usize = 5;
/// Columns of a label before a fact, blanks included.
const LABEL: usize = 14;
/// Blanks before what belongs to a heading.
const INDENT: usize = 2;

/// Writes the answer and where it comes from. `closest`: what comes closest, where nobody can.
///
/// # Errors
/// When it cannot be written.
pub fn explain(
    answer: &Answer<'_>,
    closest: Option<&Closest<'_>>,
    style: Style<'_>,
    out: &mut Screen<'_>,
) -> io::Result<()> {
    let page = &mut Page { out, style };
    if let Some(id) = only(&answer.question) {
        let principal = answer.principal(id);
        let kind = match principal.kind {
            PrincipalKind::Unknown => Shown::default(),
            PrincipalKind::MongoUser => "MongoDB user, ".into(),
            kind => shown!("{}, ", Shown::from(kind.word()).replaced("-", " ")),
        };
        let who = shown!("{} ({}{})", name(answer, id), kind, Shown::of(id.as_str()));
        page.labelled(Label::none(), 0, &who, Some(BOLD))?;
    }
    for sentence in sentences(answer) {
        page.labelled(Label::none(), 0, &sentence, None)?;
    }
    levels(page, answer)?;
    derivations(page, answer)?;
    if let Some(closest) = closest {
        close(page, closest)?;
    }
    facts(page, answer)
}

/// What a principal can do, scope by scope.
fn levels(page: &mut Page<'_, '_, '_>, answer: &Answer<'_>) -> io::Result<()> {
    if answer.question.wanted != Wanted::Anything || only(&answer.question).is_none() || answer.rows.is_empty() {
        return Ok(());
    }
    let mut best: BTreeMap<(usize, &Scope), [Level; 4]> = BTreeMap::new();
    for found in &answer.rows {
        let known = best.entry((found.account, &found.scope)).or_default();
        for (known, own) in known.iter_mut().zip(found.levels) {
            *known = own.max(*known);
        }
    }
    let titles = ["Scope", "Read", "Write", "Delete", "Manage"].map(Shown::from);
    let rows: Vec<Vec<Shown>> = (best.iter().take(MOST))
        .map(|((place, scope), levels)| {
            let mut cells = vec![at(answer, *place, scope)];
            cells.extend(levels.map(|level| Shown::from(level.word())));
            cells
        })
        .collect();
    page.blank()?;
    let room = page.columns();
    match grid::widths(&titles, &rows, room, room) {
        Some(widths) => {
            grid::lines(page, 0, &titles, &widths, Some(BOLD))?;
            for row in &rows {
                grid::lines(page, 0, row, &widths, None)?;
            }
        }
        None => {
            for cell in rows.iter().flatten() {
                page.labelled(Label::none(), 0, cell, None)?;
            }
        }
    }
    more(page, 0, best.len(), MOST)
}

fn more(page: &mut Page<'_, '_, '_>, indent: usize, all: usize, most: usize) -> io::Result<()> {
    match all.checked_sub(most) {
        None | Some(0) => Ok(()),
        Some(more) => page.labelled(Label::none(), indent, &shown!("… {} more: -f json", more), Some(DIM)),
    }
}

/// An account, and a place in it.
fn at(answer: &Answer<'_>, place: usize, scope: &Scope) -> Shown {
    match scope {
        Scope::Account => account(answer, place),
        _ => shown!("{} {}", account(answer, place), place_in(scope)),
    }
}

fn derivations(page: &mut Page<'_, '_, '_>, answer: &Answer<'_>) -> io::Result<()> {
    // One of each assignment is enough: an Azure role reaches many accounts in the same way.
    let mut seen = BTreeSet::new();
    let mut rows: Vec<&Found<'_>> = answer.rows.iter().collect();
    rows.sort_by_key(|found| (found.via.section(), std::cmp::Reverse(found.level)));
    rows.retain(|found| {
        seen.insert((
            actor(found),
            found.via.section(),
            found.via.assignment().to_ascii_lowercase(),
        ))
    });
    for found in rows.iter().take(MOST) {
        page.blank()?;
        page.labelled(Label::none(), 0, &heading(answer, found), Some(BOLD))?;
        tree::write(page, &tree::links(answer, found))?;
    }
    more(page, 0, rows.len(), MOST)
}

/// `Why reporting can delete items in cosmos-orders /dbs/orders`.
fn heading(answer: &Answer<'_>, found: &Found<'_>) -> Shown {
    let name = name(answer, actor(found));
    let place = at(answer, found.account, &found.scope);
    let can = match found.level {
        Level::Possible => "possibly can",
        _ => "can",
    };
    let is_direct = direct(answer, found) > Level::No;
    match (&found.via, &answer.question.wanted) {
        (
            Via::RoleAssignment {
                proof: Some((_, action)),
                ..
            },
            Wanted::Anything,
        ) => {
            shown!("Why {} {} {} in {}", name, can, action.verb(), place)
        }
        (Via::AzureRole { .. }, Wanted::Anything | Wanted::Manage) => {
            shown!("Why {} {} change {} or who has access to it", name, can, place)
        }
        (Via::AzureRole { .. }, _) => shown!("How {} {} grant themselves access to {}", name, can, place),
        (Via::Keys { .. }, Wanted::Anything) => shown!("Why {} {} use account keys of {}", name, can, place),
        (_, Wanted::Keys) => shown!("Why {} {} read account keys of {}", name, can, place),
        (_, Wanted::Anything) => shown!("How {} {} reach data in {}", name, can, place),
        (_, wanted) if is_direct => shown!("Why {} {} {} in {}", name, can, wanted.words(), place),
        (_, wanted) => shown!("How {} {} {} in {}", name, can, wanted.words(), place),
    }
}

fn close(page: &mut Page<'_, '_, '_>, closest: &Closest<'_>) -> io::Result<()> {
    let mut lines = Vec::new();
    let told = |answer: &Answer<'_>, found: &Found<'_>, can: Shown| {
        let at = at(answer, found.account, &found.scope);
        shown!(
            "{} {} in {} ({})",
            name(answer, actor(found)),
            can,
            at,
            how(answer, &found.via)
        )
    };
    let can = |found: &Found<'_>| match found.level {
        Level::Possible => "possibly can",
        Level::Indirect => "can grant themselves access to",
        _ => "can",
    };
    if let Some(answer) = &closest.elsewhere {
        lines.extend(Closest::first(answer, CLOSE).into_iter().map(|found| {
            let words = match found.level {
                Level::Indirect => "can grant themselves access".into(),
                _ => shown!("{} {}", can(found), answer.question.wanted.words()),
            };
            told(answer, found, words)
        }));
    }
    if let Some(answer) = &closest.otherwise {
        lines.extend(Closest::first(answer, CLOSE).into_iter().map(|found| {
            let verbs = ["read", "write", "delete"].into_iter().zip(found.levels);
            let verbs: Vec<Shown> = verbs
                .filter(|(_, level)| *level > Level::No)
                .map(|(verb, _)| verb.into())
                .collect();
            let words = match verbs.is_empty() {
                true => "has other data actions".into(),
                false => shown!("{} only {} items", can(found), Shown::list(&verbs)),
            };
            told(answer, found, words)
        }));
    }
    page.blank()?;
    page.labelled(Label::none(), 0, &"What comes closest".into(), Some(BOLD))?;
    if lines.is_empty() {
        lines.push("nothing: no role assignment, account key or Azure role that was read gives anything of it".into());
    }
    for line in &lines {
        page.labelled(Label::none(), INDENT, line, None)?;
    }
    match &closest.lacking {
        Some(lacking) => missing(page, lacking),
        None => Ok(()),
    }
}

/// The role that is missing, and the commands that assign it.
pub(super) fn missing(page: &mut Page<'_, '_, '_>, lacking: &Lacking) -> io::Result<()> {
    page.blank()?;
    page.labelled(Label::none(), 0, &"What is missing".into(), Some(BOLD))?;
    let role = match &lacking.role {
        Role::Existing {
            role,
            is_built_in,
            others,
        } => {
            let kind = if *is_built_in { "built-in" } else { "custom" };
            let also = match others {
                0 => Shown::from("It gives nothing else."),
                _ => shown!(
                    "It also gives {}.",
                    count(*others, "other data action", "other data actions")
                ),
            };
            shown!(
                "The narrowest role that there is: {} ({}). {}",
                role_name(&role.name),
                kind,
                also
            )
        }
        Role::Custom { name, actions } => {
            let actions: Vec<Shown> = actions.iter().map(|action| Shown::of(action)).collect();
            shown!(
                "No role definition of the account gives it there. A custom role, such as {}, needs {}.",
                Shown::quoted(name),
                Shown::list(&actions)
            )
        }
    };
    page.labelled(Label::none(), INDENT, &role, None)?;
    if !lacking.commands.is_empty() {
        let words = "This grants access. Check that the principal is meant to have it:";
        page.labelled(Label::none(), INDENT, &words.into(), None)?;
    }
    for command in &lacking.commands {
        page.command(Label::none(), INDENT, command)?;
    }
    Ok(())
}

/// What else one has to know.
fn facts(page: &mut Page<'_, '_, '_>, answer: &Answer<'_>) -> io::Result<()> {
    page.blank()?;
    if let Some(id) = only(&answer.question) {
        fact(page, "Groups", &groups(answer, id))?;
    }
    let has_azure = answer.rows.iter().any(|found| found.via.holder().is_some());
    if !has_azure {
        fact(page, "Azure roles", &"none that gives it".into())?;
    }
    for (place, line) in keys(answer).iter().enumerate() {
        fact(page, if place == 0 { "Account keys" } else { "" }, line)?;
    }
    for (place, line) in not_checked(answer).iter().enumerate() {
        fact(page, if place == 0 { "Not checked" } else { "" }, line)?;
    }
    Ok(())
}

fn fact(page: &mut Page<'_, '_, '_>, label: &'static str, text: &Shown) -> io::Result<()> {
    page.labelled(Label::bold(0, label), LABEL, text, None)
}

fn groups(answer: &Answer<'_>, id: &PrincipalId) -> Shown {
    let directory = &answer.tenant.directory;
    if id.is_mongo_user() {
        return "none: MongoDB users are in no group of the directory".into();
    }
    if directory.record(id).is_none() {
        return "not known: the directory has no such principal".into();
    }
    let names: Vec<Shown> = directory
        .groups_of(id)
        .iter()
        .map(|group| name(answer, group))
        .collect();
    match names.is_empty() {
        true => "none".into(),
        false => Shown::list(&names),
    }
}

fn keys(answer: &Answer<'_>) -> Vec<Shown> {
    /// Accounts that are named.
    const NAMED: usize = 3;
    // Where the answer is about some accounts, the others' keys are another matter.
    let of_rows: BTreeSet<usize> = answer.rows.iter().map(|found| found.account).collect();
    let with = |wanted: fn(Keys) -> bool| -> Vec<usize> {
        let places = answer.looked.iter().map(|one| one.account);
        let concerned = places.filter(|place| of_rows.is_empty() || of_rows.contains(place));
        let accounts = concerned.filter_map(|place| Some((place, answer.tenant.account(place)?)));
        let fits = accounts.filter(|(_, account)| !account.api.is_cluster() && wanted(account.keys()));
        fits.map(|(place, _)| place).collect()
    };
    let names = |places: &[usize]| match places.len() {
        some if some > NAMED => count(some, "account", "accounts"),
        _ => Shown::list(&places.iter().map(|place| account(answer, *place)).collect::<Vec<_>>()),
    };
    let enabled = with(|keys| keys == Keys::Accepted);
    let unknown = with(|keys| matches!(keys, Keys::Unknown | Keys::SaidRefused));
    let disabled = with(|keys| keys == Keys::Refused);
    let mut told = Vec::new();
    if !enabled.is_empty() {
        told.push(shown!(
            "enabled on {}: whoever has a key has full access",
            names(&enabled)
        ));
    }
    if !unknown.is_empty() {
        told.push(shown!("possibly enabled on {}", names(&unknown)));
    }
    if !disabled.is_empty() {
        told.push(shown!("disabled on {}: no access with keys", names(&disabled)));
    }
    if told.is_empty() {
        told.push("none: clusters have no account keys".into());
    }
    told
}
