//! The answer in sentences.

use super::tally::{Tally, actor};
use super::words::{account, place};
use crate::access::Level;
use crate::model::{Keys, PrincipalId, Shown};
use crate::query::{Answer, Found, Via, Wanted, only};
use crate::report::text::{count, thousands};
use crate::shown;
use std::collections::{BTreeMap, BTreeSet};

/// The answer: the first sentence is about who can directly, each other one about who else can.
pub fn sentences(answer: &Answer<'_>) -> Vec<Shown> {
    if answer.question.wanted == Wanted::Keys {
        return of_keys(answer);
    }
    match only(&answer.question) {
        Some(id) => of_one(answer, id),
        None => of_all(answer),
    }
}

fn principals(number: usize) -> Shown {
    count(number, "principal", "principals")
}

/// Where the answer is that nobody can.
pub(super) fn nobody(answer: &Answer<'_>) -> Shown {
    let verb = answer.question.wanted.words();
    let subject = match only(&answer.question) {
        Some(id) => answer.name(id),
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
    if tally.is_nobody() {
        return vec![nobody(answer)];
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
        told.push(match answer.is_complete() {
            true => shown!("Nobody can {} in {} directly.", verb, &place),
            false => shown!("Nobody is known who can {} in {} directly.", verb, &place),
        });
    }
    told.extend(indirect(&tally));
    told.extend(elsewhere(&tally));
    told
}

/// `5 more can grant themselves access, 1 of them possibly.`
fn indirect(tally: &Tally) -> Option<Shown> {
    let more = if tally.sure + tally.possible > 0 { " more" } else { "" };
    let subject = |number: usize| match more {
        "" => principals(number),
        _ => shown!("{} more", thousands(number)),
    };
    match (tally.indirect, tally.maybe_indirect) {
        (0, 0) => None,
        (0, maybe) => Some(shown!("{} possibly can grant themselves access.", subject(maybe))),
        (sure, 0) => Some(shown!("{} can grant themselves access.", subject(sure))),
        (sure, maybe) => Some(shown!(
            "{} can grant themselves access, {} of them possibly.",
            subject(sure + maybe),
            thousands(maybe)
        )),
    }
}

fn elsewhere(tally: &Tally) -> Option<Shown> {
    let how = match (tally.by_identity, tally.by_copy) {
        (true, true) => "act as another identity or read a restored copy",
        (true, false) => "act as another identity",
        (false, true) => "read a restored copy",
        (false, false) => return None,
    };
    let is_more = tally.sure + tally.possible + tally.indirect + tally.maybe_indirect > 0;
    Some(match is_more {
        true => shown!("{} more can {}.", thousands(tally.elsewhere), how),
        false => shown!("{} can {}.", principals(tally.elsewhere), how),
    })
}

/// What one principal can do, and where.
fn of_one(answer: &Answer<'_>, id: &PrincipalId) -> Vec<Shown> {
    if answer.rows.is_empty() {
        return vec![nobody(answer)];
    }
    let name = answer.name(id);
    let mut told: Vec<Shown> = Vec::new();
    let mut say = |words: Shown| {
        let subject = if told.is_empty() { name.clone() } else { "They".into() };
        told.push(shown!("{} {}.", subject, words));
    };
    let direct: Vec<&Found<'_>> = answer.rows.iter().filter(|found| is_direct(found)).collect();
    for wanted in [Level::Yes, Level::Possible] {
        let can = if wanted == Level::Yes { "can" } else { "possibly can" };
        for (verbs, accounts) in by_verbs(answer, &direct, wanted) {
            say(shown!(
                "{} {} in {}",
                can,
                verbs,
                in_accounts(answer, &accounts, &direct)
            ));
        }
    }
    let mut reached: BTreeSet<usize> = direct.iter().map(|found| found.account).collect();
    for (level, can) in [(Level::Indirect, "can"), (Level::Possible, "possibly can")] {
        let others = answer.rows.iter().filter(|found| {
            matches!(found.via, Via::AzureRole { .. })
                && to_data(answer, found) == level
                && !reached.contains(&found.account)
        });
        let accounts: BTreeSet<usize> = others.map(|found| found.account).collect();
        if !accounts.is_empty() {
            say(shown!(
                "{} grant themselves access in {}",
                can,
                in_accounts(answer, &accounts, &[])
            ));
        }
        reached.extend(accounts);
    }
    let manages = answer.rows.iter().filter(|found| {
        let is_asked = matches!(answer.question.wanted, Wanted::Manage | Wanted::Anything);
        is_asked && found.levels[3] > Level::No && matches!(found.via, Via::AzureRole { .. })
    });
    let accounts: BTreeSet<usize> = manages.map(|found| found.account).collect();
    if !accounts.is_empty() {
        say(shown!(
            "can change the settings or the access of {}",
            in_accounts(answer, &accounts, &[])
        ));
    }
    let mut far: BTreeMap<&'static str, BTreeSet<usize>> = BTreeMap::new();
    for found in &answer.rows {
        let how = match found.via {
            Via::Identity { .. } => "can act as a managed identity that can",
            Via::Copy { .. } => "can read a restored copy of",
            _ => continue,
        };
        far.entry(how).or_default().insert(found.account);
    }
    for (how, accounts) in far {
        let places = in_accounts(answer, &accounts, &[]);
        say(match how.ends_with(" of") {
            true => shown!("{} {}", how, places),
            false => shown!("{} {} in {}", how, answer.question.wanted.words(), places),
        });
    }
    if told.is_empty() {
        told.push(nobody(answer));
    }
    told
}

/// How a row gives what was asked, as far as that is data.
fn to_data(answer: &Answer<'_>, found: &Found<'_>) -> Level {
    let [read, write, delete, _] = found.levels;
    match answer.question.wanted {
        Wanted::Anything => read.max(write).max(delete),
        Wanted::Manage => Level::No,
        _ => found.level,
    }
}

fn is_direct(found: &Found<'_>) -> bool {
    matches!(found.via, Via::RoleAssignment { .. } | Via::Keys { .. }) && found.level > Level::No
}

/// The accounts in which the same can be done: what, and where.
fn by_verbs(answer: &Answer<'_>, direct: &[&Found<'_>], wanted: Level) -> Vec<(Shown, BTreeSet<usize>)> {
    let mut best: BTreeMap<usize, (Level, [Level; 3])> = BTreeMap::new();
    for found in direct {
        let known = best.entry(found.account).or_default();
        known.0 = known.0.max(found.level);
        for (known, own) in known.1.iter_mut().zip(found.levels) {
            *known = own.max(*known);
        }
    }
    let mut groups: BTreeMap<Shown, BTreeSet<usize>> = BTreeMap::new();
    for (account, (level, levels)) in best {
        let words = match answer.question.wanted {
            Wanted::Anything => {
                let verbs = ["read", "write", "delete"].into_iter().zip(levels);
                let verbs: Vec<Shown> = verbs
                    .filter(|(_, level)| *level == wanted)
                    .map(|(verb, _)| verb.into())
                    .collect();
                if verbs.is_empty() {
                    if levels != [Level::No; 3] || level != wanted {
                        continue;
                    }
                    "read metadata".into()
                } else {
                    shown!("{} items", Shown::list(&verbs))
                }
            }
            _ if level == wanted => answer.question.wanted.words(),
            _ => continue,
        };
        groups.entry(words).or_default().insert(account);
    }
    let mut groups: Vec<(Shown, BTreeSet<usize>)> = groups.into_iter().collect();
    groups.sort_by_key(|(_, accounts)| std::cmp::Reverse(accounts.len()));
    groups
}

/// The accounts by name where they are few. In a single one also the place, if there is just one.
fn in_accounts(answer: &Answer<'_>, accounts: &BTreeSet<usize>, rows: &[&Found<'_>]) -> Shown {
    /// Accounts that are named.
    const NAMED: usize = 3;
    if let [one] = accounts.iter().copied().collect::<Vec<_>>().as_slice() {
        let own = rows.iter().filter(|found| found.account == *one);
        let scopes: BTreeSet<String> = own.map(|found| found.scope.to_string()).collect();
        return match scopes.iter().collect::<Vec<_>>().as_slice() {
            [scope] if *scope != "/" => shown!("{} {}", account(answer, *one), Shown::of(scope)),
            _ => account(answer, *one),
        };
    }
    if accounts.len() > NAMED {
        return count(accounts.len(), "account", "accounts");
    }
    let names: Vec<Shown> = accounts.iter().map(|place| account(answer, *place)).collect();
    Shown::list(&names)
}

/// Who can read keys that work, and who can read others.
fn of_keys(answer: &Answer<'_>) -> Vec<Shown> {
    let is_refused = |place: usize| {
        let account = answer.tenant.account(place);
        account.is_some_and(|account| account.keys() == Keys::Refused)
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
    let far: BTreeSet<&PrincipalId> = answer.rows.iter().map(actor).filter(|id| !all.contains(id)).collect();
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
    if !far.is_empty() {
        told.push(shown!("{} more can act as an identity that can.", thousands(far.len())));
    }
    told
}
