//! The answer about account keys in sentences: whether they work, who can read those that do, and who can read others.

use super::tally::{actor, sure_and_possible};
use super::words::{account, can, name, principals};
use crate::access::Level;
use crate::model::{Keys, PrincipalId, Shown};
use crate::query::{Answer, Found, Via, only};
use crate::report::text::{count, thousands};
use crate::shown;
use std::collections::{BTreeMap, BTreeSet};

/// Who can read keys that work, and who can read others.
pub(super) fn of_keys(answer: &Answer<'_>) -> Vec<Shown> {
    let places = Places::of(answer);
    let holders = Holders::of(answer, &places);
    if places.clusters == answer.looked.len() && places.clusters > 0 {
        return vec![places.no_keys(answer)];
    }
    let mut told = vec![match places.open.is_empty() {
        true => places.all_refused(answer),
        false => readers(answer, &places, &holders),
    }];
    told.extend(places.unknown(answer));
    let idle = holders.all.len() - holders.working.len();
    if idle > 0 {
        told.push(match (places.open.is_empty(), holders.working.is_empty()) {
            (true, _) => shown!("{} can read keys, which have no effect.", principals(idle)),
            (false, true) => shown!("{} can read only keys that have no effect.", principals(idle)),
            (false, false) => shown!("{} more can read only keys that have no effect.", thousands(idle)),
        });
    }
    told.extend(can(
        sure_and_possible(holders.far.into_values()),
        !holders.all.is_empty(),
        "act as an identity that can",
    ));
    told.extend((places.clusters > 0).then(|| places.no_keys(answer)));
    told
}

/// What was looked at, by what it does with a key.
struct Places {
    /// Accounts that accept keys, or could.
    open: Vec<usize>,
    /// How many of these possibly don't, as that couldn't be read or isn't documented.
    in_doubt: usize,
    clusters: usize,
}

impl Places {
    fn of(answer: &Answer<'_>) -> Self {
        let mut found = Self {
            open: Vec::new(),
            in_doubt: 0,
            clusters: 0,
        };
        for one in &answer.looked {
            match answer.tenant.account(one.account) {
                Some(account) if account.api.is_cluster() => found.clusters += 1,
                Some(account) if account.keys() == Keys::Refused => {}
                account => {
                    found.open.push(one.account);
                    found.in_doubt += usize::from(account.is_none_or(|one| one.keys() != Keys::Accepted));
                }
            }
        }
        found
    }

    /// That clusters have none. Who signs in to them in another way is another question.
    fn no_keys(&self, answer: &Answer<'_>) -> Shown {
        match (answer.looked.as_slice(), self.clusters) {
            ([one], _) => shown!(
                "{} is a cluster, which has no account keys.",
                account(answer, one.account)
            ),
            (_, 1) => "1 cluster has no account keys.".into(),
            (_, many) => shown!("{} clusters have no account keys.", thousands(many)),
        }
    }

    fn all_refused(&self, answer: &Answer<'_>) -> Shown {
        match (answer.looked.as_slice(), answer.looked.len() - self.clusters) {
            ([one], _) => shown!(
                "Key-based authentication is disabled on {}.",
                account(answer, one.account)
            ),
            (_, 1) => "Key-based authentication is disabled on the only account.".into(),
            (_, many) => shown!(
                "Key-based authentication is disabled on all {}.",
                count(many, "account", "accounts")
            ),
        }
    }

    fn words(&self, answer: &Answer<'_>) -> Shown {
        match self.open.as_slice() {
            [one] => account(answer, *one),
            all if self.in_doubt == 0 => shown!("{} accounts that accept keys", thousands(all.len())),
            all => shown!("{} accounts that accept keys or possibly do", thousands(all.len())),
        }
    }

    fn unknown(&self, answer: &Answer<'_>) -> Option<Shown> {
        match self.open.as_slice() {
            [one] if self.in_doubt > 0 => Some(shown!("Whether {} accepts keys isn't known.", account(answer, *one))),
            _ => None,
        }
    }
}

/// Who can read keys.
struct Holders<'f> {
    all: BTreeSet<&'f PrincipalId>,
    /// Keys that work, or could.
    working: BTreeMap<&'f PrincipalId, Level>,
    /// Those who can act as one of them.
    far: BTreeMap<&'f PrincipalId, Level>,
}

impl<'f> Holders<'f> {
    fn of(answer: &'f Answer<'_>, places: &Places) -> Self {
        let mut found = Self {
            all: BTreeSet::new(),
            working: BTreeMap::new(),
            far: BTreeMap::new(),
        };
        // An Azure role that wasn't read could read keys itself.
        let reads = |row: &&Found<'_>| matches!(row.via, Via::Keys { .. } | Via::UnknownAzureRole(_));
        for row in answer.rows.iter().filter(reads) {
            found.all.insert(actor(row));
            if places.open.binary_search(&row.account).is_ok() {
                let known = found.working.entry(actor(row)).or_default();
                *known = row.level.max(*known);
            }
        }
        for row in answer.rows.iter().filter(|row| !found.all.contains(actor(row))) {
            let known = found.far.entry(actor(row)).or_default();
            *known = row.level.max(*known);
        }
        found
    }
}

/// Who can read keys that work. That nobody can is said of those who were asked about.
fn readers(answer: &Answer<'_>, places: &Places, holders: &Holders<'_>) -> Shown {
    let one = only(&answer.question).map(|id| name(answer, id));
    let asked: Option<Shown> = match &one {
        None if !answer.question.who.is_empty() => Some("None of these principals".into()),
        _ => None,
    };
    let of = match places.open.len() {
        1 => places.words(answer),
        _ => shown!("one or more of {}", places.words(answer)),
    };
    let sure = holders.working.values().filter(|level| **level == Level::Yes).count();
    let rest = "Not everything could be read.";
    match (sure, holders.working.len() - sure, one) {
        (0, 0, Some(one)) if answer.is_complete() => {
            shown!("{} can't read account keys of {}.", one, places.words(answer))
        }
        (0, 0, Some(one)) => shown!(
            "{} isn't known to be able to read account keys of {}. {}",
            one,
            of,
            rest
        ),
        (0, 0, None) if answer.is_complete() => {
            let nobody = asked.unwrap_or_else(|| "Nobody".into());
            shown!("{} can read account keys of {}.", nobody, places.words(answer))
        }
        (0, 0, None) => {
            let nobody = asked.unwrap_or_else(|| "Nobody".into());
            shown!("{} is known who can read account keys of {}. {}", nobody, of, rest)
        }
        (0, _, Some(one)) => shown!("{} possibly can read account keys of {}.", one, of),
        (_, _, Some(one)) => shown!("{} can read account keys of {}.", one, of),
        (0, possible, None) => shown!("{} possibly can read account keys of {}.", principals(possible), of),
        (sure, 0, None) => shown!("{} can read account keys of {}.", principals(sure), of),
        (sure, possible, None) => shown!(
            "{} can read account keys of {}. {} more possibly can.",
            principals(sure),
            of,
            thousands(possible)
        ),
    }
}
