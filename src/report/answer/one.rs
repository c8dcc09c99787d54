//! What one principal can do, in sentences.

use super::words::{account, name, place_in};
use crate::access::Level;
use crate::model::{PrincipalId, Scope, Shown};
use crate::query::{Answer, Found, Via, Wanted};
use crate::report::text::count;
use crate::shown;
use std::collections::{BTreeMap, BTreeSet};

/// What one principal can do, and where; nothing if that is nothing.
pub(super) fn of_one(answer: &Answer<'_>, id: &PrincipalId) -> Vec<Shown> {
    let name = name(answer, id);
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
    // What is certain after a change is more than what is only possible at once.
    let sure = direct.iter().filter(|found| found.level > Level::Possible);
    let mut reached: BTreeSet<usize> = sure.map(|found| found.account).collect();
    for (level, can) in [(Level::Indirect, "can"), (Level::Possible, "possibly can")] {
        if level == Level::Possible {
            reached.extend(direct.iter().map(|found| found.account));
        }
        let others = answer.rows.iter().filter(|found| {
            matches!(found.via, Via::AzureRole { .. } | Via::UnknownAzureRole(_))
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
    let is_asked = matches!(answer.question.wanted, Wanted::Manage | Wanted::Anything);
    let manages = answer
        .rows
        .iter()
        .filter(|found| is_asked && matches!(found.via, Via::AzureRole { .. } | Via::UnknownAzureRole(_)));
    for (can, accounts) in by_sureness(manages.map(|found| (found.account, found.levels[3]))) {
        let places = in_accounts(answer, &accounts, &[]);
        say(shown!("{} change the settings or the access of {}", can, places));
    }
    let identities = answer
        .rows
        .iter()
        .filter(|found| matches!(found.via, Via::Identity { .. }));
    for (can, accounts) in by_sureness(identities.map(|found| (found.account, found.level))) {
        let (wanted, places) = (&answer.question.wanted, in_accounts(answer, &accounts, &[]));
        say(match wanted {
            Wanted::Anything => shown!("{} act as a managed identity that has access to {}", can, places),
            wanted => shown!(
                "{} act as a managed identity that can {} in {}",
                can,
                wanted.words(),
                places
            ),
        });
    }
    let copies = answer.rows.iter().filter(|found| matches!(found.via, Via::Copy { .. }));
    for (can, accounts) in by_sureness(copies.map(|found| (found.account, found.level))) {
        let places = in_accounts(answer, &accounts, &[]);
        say(shown!("{} read a restored copy of {}", can, places));
    }
    told
}

/// The accounts in which somebody can, and those in which they possibly can.
fn by_sureness(rows: impl Iterator<Item = (usize, Level)>) -> Vec<(&'static str, BTreeSet<usize>)> {
    let mut best: BTreeMap<usize, Level> = BTreeMap::new();
    for (account, level) in rows {
        let known = best.entry(account).or_default();
        *known = level.max(*known);
    }
    let fits = |wanted: fn(Level) -> bool| -> BTreeSet<usize> {
        let own = best.iter().filter(|(_, level)| wanted(**level));
        own.map(|(account, _)| *account).collect()
    };
    let all = [
        ("can", fits(|level| level > Level::Possible)),
        ("possibly can", fits(|level| level == Level::Possible)),
    ];
    all.into_iter().filter(|(_, accounts)| !accounts.is_empty()).collect()
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
        let scopes: BTreeSet<&Scope> = own.map(|found| &found.scope).collect();
        return match scopes.into_iter().collect::<Vec<_>>().as_slice() {
            [scope] if **scope != Scope::Account => shown!("{} {}", account(answer, *one), place_in(scope)),
            _ => account(answer, *one),
        };
    }
    if accounts.len() > NAMED {
        return count(accounts.len(), "account", "accounts");
    }
    let names: Vec<Shown> = accounts.iter().map(|place| account(answer, *place)).collect();
    Shown::list(&names)
}
