//! The answer in sentences.

use super::keys::of_keys;
use super::one::of_one;
use super::tally::Tally;
use super::words::{account, can, name, place, principals};
use crate::model::Shown;
use crate::query::{Answer, Wanted, only};
use crate::report::text::{count, thousands};
use crate::shown;

/// The answer: the first sentence is about who can directly, each other one about who else can. That nobody can is true as far as
/// scans look.
pub fn sentences(answer: &Answer<'_>) -> Vec<Shown> {
    const BEYOND: &str = "Scans don't read roles in Microsoft Entra ID or owners of apps, which can lead to access.";
    let is_none = answer.is_complete() && !answer.is_somebody();
    let beyond = is_none.then(|| BEYOND.into());
    answered(answer).into_iter().chain(beyond).collect()
}

fn answered(answer: &Answer<'_>) -> Vec<Shown> {
    if answer.question.wanted == Wanted::Keys {
        return of_keys(answer);
    }
    match only(&answer.question) {
        Some(id) => some_or_nobody(answer, of_one(answer, id)),
        None => of_all(answer),
    }
}

/// `told`: what is known of those who were asked about. That anyone can is told first where they have nothing of their own.
fn some_or_nobody(answer: &Answer<'_>, told: Vec<Shown>) -> Vec<Shown> {
    match told.is_empty() {
        true => match anyone(answer) {
            Some(anyone) => vec![anyone, shown!("Otherwise, {}", nobody(answer))],
            None => vec![nobody(answer)],
        },
        false => told.into_iter().chain(anyone(answer)).collect(),
    }
}

/// Where nobody has to sign in, as a sentence.
pub fn anyone(answer: &Answer<'_>) -> Option<Shown> {
    /// Clusters that are named.
    const NAMED: usize = 3;
    let mut names: Vec<Shown> = answer
        .open
        .iter()
        .take(NAMED)
        .map(|place| account(answer, *place))
        .collect();
    if answer.open.len() > NAMED {
        names.push(count(answer.open.len() - NAMED, "other cluster", "other clusters"));
    }
    let (who, does) = match names.as_slice() {
        [] => return None,
        [_] => ("it", "doesn't"),
        _ => ("they", "don't"),
    };
    Some(shown!(
        "Anyone who reaches {} through the network has full access to the data there: {} {} authenticate clients.",
        Shown::list(&names),
        who,
        does
    ))
}

/// Where the answer is that nobody can.
pub(super) fn nobody(answer: &Answer<'_>) -> Shown {
    let verb = answer.question.wanted.words();
    let subject = match only(&answer.question) {
        Some(id) => name(answer, id),
        None if answer.question.who.is_empty() => "Nobody".into(),
        None => "None of these principals".into(),
    };
    let is_none = only(&answer.question).is_none();
    match (answer.is_complete(), is_none) {
        (true, true) => shown!("{} can {} in {}.", subject, verb, place(answer)),
        (true, false) => shown!("{} can't {} in {}.", subject, verb, place(answer)),
        (false, true) => shown!(
            "{} is known who can {} in {}. Not everything could be read.",
            subject,
            verb,
            place(answer)
        ),
        (false, false) => shown!(
            "{} isn't known to be able to {} in {}. Not everything could be read.",
            subject,
            verb,
            place(answer)
        ),
    }
}

fn of_all(answer: &Answer<'_>) -> Vec<Shown> {
    let tally = Tally::of(answer);
    let mut anyone = anyone(answer);
    if tally.is_nobody() {
        return match anyone {
            Some(anyone) if answer.question.who.is_empty() => vec![anyone],
            anyone => anyone.into_iter().chain([nobody(answer)]).collect(),
        };
    }
    let (verb, place) = (answer.question.wanted.words(), place(answer));
    let is_anything = answer.question.wanted == Wanted::Anything;
    let mut told = Vec::new();
    if tally.sure > 0 {
        let mut first = match (is_anything, tally.sure) {
            (true, 1) => shown!("1 principal has access to {}", &place),
            (true, many) => shown!("{} have access to {}", principals(many), &place),
            (false, many) => shown!("{} can {} in {}", principals(many), verb, &place),
        };
        if tally.in_part > 0 {
            first.push(shown!(", {} of them in a part of it only", thousands(tally.in_part)));
        }
        first.push(".");
        told.push(first);
    }
    if tally.possible > 0 {
        told.push(match told.is_empty() {
            true if is_anything => shown!("{} possibly can access {}.", principals(tally.possible), &place),
            true => shown!("{} possibly can {} in {}.", principals(tally.possible), verb, &place),
            false if is_anything && tally.possible == 1 => "1 more possibly has access.".into(),
            false if is_anything => shown!("{} more possibly have access.", thousands(tally.possible)),
            false => shown!("{} more possibly can.", thousands(tally.possible)),
        });
    }
    if tally.sure + tally.possible == 0 {
        told.push(match (anyone.take(), answer.is_complete()) {
            (Some(anyone), _) => anyone,
            (None, _) if tally.also_possible > 0 => shown!(
                "Nobody certainly can {} in {} directly. {} possibly can.",
                verb,
                &place,
                principals(tally.also_possible)
            ),
            (None, true) => shown!("Nobody can {} in {} directly.", verb, &place),
            (None, false) => shown!("Nobody is known who can {} in {} directly.", verb, &place),
        });
    }
    told.extend(indirect(&tally));
    told.extend(elsewhere(&tally));
    told.extend(anyone);
    told
}

/// `5 more can grant themselves access, 1 of them possibly.`
fn indirect(tally: &Tally) -> Option<Shown> {
    let is_more = tally.sure + tally.possible > 0;
    can(
        (tally.indirect, tally.maybe_indirect),
        is_more,
        "grant themselves access",
    )
}

fn elsewhere(tally: &Tally) -> Option<Shown> {
    let how = match (tally.by_identity, tally.by_copy) {
        (true, true) => "act as another identity or read a restored copy",
        (true, false) => "act as another identity",
        (false, _) => "read a restored copy",
    };
    can((tally.elsewhere, tally.maybe_elsewhere), tally.nearer() > 0, how)
}
