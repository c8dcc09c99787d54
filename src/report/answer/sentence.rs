//! The answer in sentences.

use super::one::of_one;
use super::tally::{Tally, actor, sure_and_possible};
use super::words::{account, name, place};
use crate::access::Level;
use crate::model::{Keys, PrincipalId, Shown};
use crate::query::{Answer, Via, Wanted, only};
use crate::report::text::{count, thousands};
use crate::shown;
use std::collections::{BTreeMap, BTreeSet};

/// The answer: the first sentence is about who can directly, each other one about who else can.
pub fn sentences(answer: &Answer<'_>) -> Vec<Shown> {
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

fn principals(number: usize) -> Shown {
    count(number, "principal", "principals")
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

/// How many can and how many possibly can do something. `is_more`: besides others who were counted.
fn can((sure, maybe): (usize, usize), is_more: bool, what: &'static str) -> Option<Shown> {
    let subject = |number: usize| match is_more {
        true => shown!("{} more", thousands(number)),
        false => principals(number),
    };
    match (sure, maybe) {
        (0, 0) => None,
        (0, maybe) => Some(shown!("{} possibly can {}.", subject(maybe), what)),
        (sure, 0) => Some(shown!("{} can {}.", subject(sure), what)),
        (sure, maybe) => Some(shown!(
            "{} can {}, {} of them possibly.",
            subject(sure + maybe),
            what,
            thousands(maybe)
        )),
    }
}

/// Who can read keys that work, and who can read others.
fn of_keys(answer: &Answer<'_>) -> Vec<Shown> {
    let is_cluster = |place: usize| answer.tenant.account(place).is_some_and(|one| one.api.is_cluster());
    match answer.looked.as_slice() {
        [one] if is_cluster(one.account) => {
            return vec![shown!(
                "{} is a cluster, which has no account keys.",
                account(answer, one.account)
            )];
        }
        _ => {}
    }
    let is_refused = |place: usize| {
        let account = answer.tenant.account(place);
        account.is_some_and(|account| account.keys() == Keys::Refused || account.api.is_cluster())
    };
    let mut working: BTreeMap<&PrincipalId, Level> = BTreeMap::new();
    let mut all: BTreeSet<&PrincipalId> = BTreeSet::new();
    for found in answer.rows.iter().filter(|found| matches!(found.via, Via::Keys { .. })) {
        all.insert(actor(found));
        if !is_refused(found.account) {
            let known = working.entry(actor(found)).or_default();
            *known = found.level.max(*known);
        }
    }
    let mut far: BTreeMap<&PrincipalId, Level> = BTreeMap::new();
    for found in answer.rows.iter().filter(|found| !all.contains(actor(found))) {
        let known = far.entry(actor(found)).or_default();
        *known = found.level.max(*known);
    }
    let open: Vec<usize> = answer
        .looked
        .iter()
        .map(|one| one.account)
        .filter(|place| !is_refused(*place))
        .collect();
    let place = match (answer.looked.as_slice(), open.as_slice()) {
        ([one], _) => account(answer, one.account),
        (_, [one]) => account(answer, *one),
        (_, open) => shown!("{} that accept keys", count(open.len(), "account", "accounts")),
    };
    let mut told = Vec::new();
    if open.is_empty() {
        told.push(match answer.looked.len() {
            1 => shown!("Key-based authentication is disabled on {}.", place),
            many => shown!(
                "Key-based authentication is disabled on all {}.",
                count(many, "account", "accounts")
            ),
        });
    } else {
        let sure = working.values().filter(|level| **level == Level::Yes).count();
        told.push(match (sure, working.len() - sure) {
            (0, 0) if answer.is_complete() => shown!("Nobody can read account keys of {}.", place),
            (0, 0) => shown!(
                "Nobody is known who can read account keys of {}. Not everything could be read.",
                place
            ),
            (0, possible) => shown!("{} possibly can read account keys of {}.", principals(possible), place),
            (sure, 0) => shown!("{} can read account keys of {}.", principals(sure), place),
            (sure, possible) => shown!(
                "{} can read account keys of {}. {} more possibly can.",
                principals(sure),
                place,
                thousands(possible)
            ),
        });
    }
    let idle = all.len() - working.len();
    if idle > 0 {
        told.push(match open.is_empty() {
            true => shown!("{} can read keys, which have no effect.", principals(idle)),
            false => shown!("{} more can read only keys that have no effect.", thousands(idle)),
        });
    }
    told.extend(can(
        sure_and_possible(far.into_values()),
        !all.is_empty(),
        "act as an identity that can",
    ));
    told
}
