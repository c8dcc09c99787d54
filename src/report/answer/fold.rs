//! Rows of an answer put together: what one assignment gives, or the same role in many accounts, is one line.

use super::tally::actor;
use super::words::{account, how, who};
use crate::access::Level;
use crate::model::{Keys, Scope, Shown};
use crate::query::{Against, Answer, Found, Via};
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
    level: Level,
    levels: [Level; 4],
    accounts: BTreeSet<usize>,
    scopes: BTreeSet<&'f Scope>,
    against: Option<Against>,
}

/// Which rows are one line.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum What<'f> {
    /// What one assignment of an Azure role gives.
    Azure(&'f str),
    /// What the same role gives at the same scope, in whatever account.
    Role(&'f str, &'f Scope, [Level; 4]),
}

/// The lines, section by section, the surest first.
pub(super) fn lines(answer: &Answer<'_>) -> Vec<Line> {
    let mut folded: BTreeMap<_, Folded<'_, '_>> = BTreeMap::new();
    for found in &answer.rows {
        // One assignment of an Azure role reaches many accounts; a role of the data plane is another one in each.
        let what = match &found.via {
            Via::RoleAssignment { role, .. } => What::Role(&role.name, &found.scope, found.levels),
            other => What::Azure(other.assignment()),
        };
        let other = match &found.via {
            Via::Identity { identity, .. } => Some(identity.as_str()),
            _ => None,
        };
        let is_idle = is_idle(answer, found);
        let key = (
            found.via.section(),
            actor(found),
            &found.principal,
            what,
            other,
            is_idle,
        );
        let all = folded.entry(key).or_insert_with(|| Folded {
            first: found,
            level: Level::No,
            levels: [Level::No; 4],
            accounts: BTreeSet::new(),
            scopes: BTreeSet::new(),
            against: None,
        });
        if found.level > all.level {
            all.first = found;
        }
        all.level = all.level.max(found.level);
        for (known, own) in all.levels.iter_mut().zip(found.levels) {
            *known = own.max(*known);
        }
        all.against = all.against.max(found.against);
        all.accounts.insert(found.account);
        all.scopes.insert(&found.scope);
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
            Some(_) => shown!("{}, through group {}", how, answer.name(&found.principal)),
            None => how,
        },
        place: place(answer, folded),
        level: folded.level,
        levels: folded.levels,
        is_idle: is_idle(answer, found),
        against: folded.against,
    }
}

/// Where a line holds, unless that is what was asked about.
fn place(answer: &Answer<'_>, folded: &Folded<'_, '_>) -> Shown {
    let scopes: Vec<&Scope> = folded.scopes.iter().copied().collect();
    let scope = match scopes.as_slice() {
        [] | [Scope::Account] => Shown::default(),
        [one] => Shown::of_value(one),
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
