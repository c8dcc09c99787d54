//! Rows of an answer put together: what one assignment gives, or the same role in many accounts, is one line.

use super::tally::actor;
use super::words::{account, how, name, place_in, who};
use crate::access::Level;
use crate::model::{Keys, PrincipalId, Scope, Shown};
use crate::query::{Against, Answer, Found, Via, Wanted};
use crate::report::text::count;
use crate::shown;
use std::collections::{BTreeMap, BTreeSet};

/// A line of the table.
pub(super) struct Line {
    pub(super) section: usize,
    pub(super) who: Shown,
    pub(super) how: Shown,
    pub(super) place: Shown,
    pub(super) level: Level,
    pub(super) levels: [Level; 4],
    /// Whether it is about keys that the accounts refuse.
    pub(super) is_idle: bool,
    /// The worst that the policy says of it.
    pub(super) against: Option<Against>,
}

/// Accounts that a line names.
const NAMED: usize = 3;

struct Folded<'f, 't> {
    first: &'f Found<'t>,
    sure: Sure,
    accounts: BTreeSet<usize>,
    scopes: BTreeSet<&'f Scope>,
    against: Option<Against>,
}

/// How surely what was asked, and each of reading, writing, deleting and managing; the latter only where all is asked about.
type Sure = (Level, Option<[Level; 4]>);

/// Which rows are one line.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum What<'f> {
    /// What one assignment of an Azure role gives.
    Azure(&'f str),
    /// What the same role gives at the same scope, in whatever account.
    Role(&'f str, &'f Scope),
}

/// What makes rows one line, but for how sure they are.
type Key<'f> = (usize, &'f PrincipalId, &'f PrincipalId, What<'f>, Option<&'f str>, bool);

fn key<'f>(answer: &Answer<'_>, found: &'f Found<'_>) -> Key<'f> {
    // One assignment of an Azure role reaches many accounts; a role of the data plane is another one in each.
    let what = match &found.via {
        Via::RoleAssignment { role, .. } => What::Role(&role.name, &found.scope),
        other => What::Azure(other.assignment()),
    };
    let identity = match &found.via {
        Via::Identity { identity, .. } => Some(identity.as_str()),
        _ => None,
    };
    let is_idle = is_idle(answer, found);
    (
        found.via.section(),
        actor(found),
        &found.principal,
        what,
        identity,
        is_idle,
    )
}

/// The lines, section by section, the surest first.
pub(super) fn lines(answer: &Answer<'_>) -> Vec<Line> {
    let is_anything = answer.question.wanted == Wanted::Anything;
    let mut folded: BTreeMap<(Key<'_>, Sure), Folded<'_, '_>> = BTreeMap::new();
    for of_account in answer.rows.chunk_by(|a, b| a.account == b.account) {
        // In an account, the surest counts; what is possible in one and certain in another is two lines.
        let mut surest: BTreeMap<Key<'_>, Sure> = BTreeMap::new();
        for found in of_account {
            let sure = surest.entry(key(answer, found)).or_default();
            let mut levels = sure.1.unwrap_or_default();
            for (known, own) in levels.iter_mut().zip(found.levels) {
                *known = own.max(*known);
            }
            *sure = (found.level.max(sure.0), is_anything.then_some(levels));
        }
        for found in of_account {
            let key = key(answer, found);
            let (level, levels) = surest.get(&key).copied().unwrap_or_default();
            // How surely keys can be read that have no effect isn't shown.
            let level = if is_idle(answer, found) { Level::No } else { level };
            let sure = (level, levels);
            let all = folded.entry((key, sure)).or_insert_with(|| Folded {
                first: found,
                sure,
                accounts: BTreeSet::new(),
                scopes: BTreeSet::new(),
                against: None,
            });
            if found.level > all.first.level {
                all.first = found;
            }
            all.against = all.against.max(found.against);
            all.accounts.insert(found.account);
            all.scopes.insert(&found.scope);
        }
    }
    let mut lines: Vec<Line> = folded.into_values().map(|one| line(answer, &one)).collect();
    lines.sort_by(|a, b| {
        let key = |line: &Line| (line.section, line.is_idle, std::cmp::Reverse(line.level));
        let words = |line: &Line| (line.who.as_str().to_lowercase(), line.how.clone(), line.place.clone());
        key(a).cmp(&key(b)).then_with(|| words(a).cmp(&words(b)))
    });
    lines
}

/// Whether it is about keys that the account refuses.
fn is_idle(answer: &Answer<'_>, found: &Found<'_>) -> bool {
    let account = answer.tenant.account(found.account);
    matches!(found.via, Via::Keys { .. }) && account.is_some_and(|account| account.keys() == Keys::Refused)
}

fn line(answer: &Answer<'_>, folded: &Folded<'_, '_>) -> Line {
    let found = folded.first;
    let how = how(answer, &found.via);
    Line {
        section: found.via.section(),
        who: who(answer, actor(found)),
        how: match &found.member {
            Some(_) => shown!("{}, through group {}", how, name(answer, &found.principal)),
            None => how,
        },
        place: place(answer, folded),
        level: folded.sure.0,
        levels: folded.sure.1.unwrap_or_default(),
        is_idle: is_idle(answer, found),
        against: folded.against,
    }
}

/// Where a line holds, unless that is what was asked about.
fn place(answer: &Answer<'_>, folded: &Folded<'_, '_>) -> Shown {
    let scopes: Vec<&Scope> = folded.scopes.iter().copied().collect();
    let scope = match scopes.as_slice() {
        [] | [Scope::Account] => Shown::default(),
        [one] => place_in(one),
        many => count(many.len(), "scope", "scopes"),
    };
    let is_asked = |scope: &Scope| answer.question.scope.as_ref() == Some(scope);
    let accounts = match folded.accounts.len() {
        _ if answer.looked.len() == 1 => Shown::default(),
        some if some > NAMED => count(some, "account", "accounts"),
        _ => {
            let names: Vec<Shown> = folded.accounts.iter().map(|place| account(answer, *place)).collect();
            Shown::list(&names)
        }
    };
    match (accounts.is_empty(), scope.is_empty() || is_asked(&folded.first.scope)) {
        (true, true) => Shown::default(),
        (true, false) => scope,
        (false, true) => accounts,
        (false, false) => shown!("{} {}", accounts, scope),
    }
}
