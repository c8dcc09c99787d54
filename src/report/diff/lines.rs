//! What differs, in lines that people read: by the accounts that they are about, so that what is the same in many is said once.

use super::people::People;
use super::words::{self, Names};
use crate::diff::{Because, Change, Difference, Effect, SettingKind};
use crate::model::listed_only::LISTED_ONLY;
use crate::model::{AccountId, PrincipalId, Shown};
use crate::shown;
use std::collections::{BTreeMap, BTreeSet};

/// Roles that a line names; the rest is counted.
const ROLES: usize = 3;

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sign {
    /// A setting that differs.
    Setting,
    /// New access.
    Gained,
    /// Access that no longer exists.
    Lost,
}

impl Sign {
    /// The sign before the line.
    pub(super) fn mark(self) -> &'static str {
        match self {
            Self::Setting => "~",
            Self::Gained => "+",
            Self::Lost => "-",
        }
    }
}

/// Something that differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    pub(super) sign: Sign,
    /// The principal, or the setting.
    pub(super) who: Shown,
    /// Keeps two principals of one name apart.
    id: Option<PrincipalId>,
    /// What they can do, or the setting's values.
    pub(super) what: Shown,
    /// Where; empty: nowhere in particular.
    pub(super) place: Shown,
    /// Through what, or what it comes to.
    pub(super) below: Shown,
}

/// Lines about the same accounts.
pub(super) struct Block<'d> {
    pub(super) accounts: Vec<&'d AccountId>,
    pub(super) lines: Vec<Line>,
}

/// All that differs.
pub(super) fn blocks(difference: &Difference) -> Vec<Block<'_>> {
    let names = Names::new(difference);
    let mut all: BTreeMap<Line, BTreeSet<&AccountId>> = BTreeMap::new();
    let settings = difference.settings.iter();
    let switched = settings.filter(|setting| setting.what == SettingKind::LocalAuth);
    let switched: BTreeSet<&AccountId> = switched.map(|setting| &setting.account).collect();
    for (sign, changes) in [(Sign::Gained, &difference.gained), (Sign::Lost, &difference.lost)] {
        for (line, accounts) in of_changes(sign, changes, &switched, &names) {
            all.entry(line).or_default().extend(accounts);
        }
    }
    for (line, account) in of_settings(difference).chain(of_accounts(difference)) {
        all.entry(line).or_default().insert(account);
    }
    let mut blocks: BTreeMap<Vec<&AccountId>, Vec<Line>> = BTreeMap::new();
    for (line, accounts) in all {
        blocks.entry(accounts.into_iter().collect()).or_default().push(line);
    }
    let blocks = blocks.into_iter();
    blocks.map(|(accounts, lines)| Block { accounts, lines }).collect()
}

/// What gives the same principal access through the same assignment is one line.
/// `switched`: the accounts of which a line tells that key-based authentication was switched.
fn of_changes<'d>(
    sign: Sign,
    changes: &'d [Change],
    switched: &BTreeSet<&AccountId>,
    names: &Names<'_>,
) -> Vec<(Line, BTreeSet<&'d AccountId>)> {
    let mut memberships: BTreeMap<(&PrincipalId, &PrincipalId), Vec<&'d Change>> = BTreeMap::new();
    let mut grants: BTreeMap<_, Vec<&'d Change>> = BTreeMap::new();
    for change in changes {
        match (change.because, &change.via.group) {
            // Told with the account and with the setting.
            (Because::Account, _) => {}
            (Because::LocalAuth, _) if switched.contains(&change.account) => {}
            (Because::Membership, Some(group)) => {
                memberships
                    .entry((&change.principal.id, &group.id))
                    .or_default()
                    .push(change);
            }
            // Keys can come to work, or no longer certainly, with another API.
            (Because::Membership | Because::Grant | Because::LocalAuth, _) => {
                let group = change.via.group.as_ref().map(|group| &group.id);
                let key = (
                    (&change.account, &change.principal.id, &change.via.assignment, group),
                    (&change.scope, change.is_certainty, &change.members),
                );
                grants.entry(key).or_default().push(change);
            }
        }
    }
    let mut lines: Vec<_> = memberships
        .into_values()
        .filter_map(|all| membership(sign, &all, names))
        .collect();
    lines.extend(grants.into_values().filter_map(|all| grant(sign, &all, names)));
    lines
}

fn grant<'d>(sign: Sign, changes: &[&'d Change], names: &Names<'_>) -> Option<(Line, BTreeSet<&'d AccountId>)> {
    let first = changes.first()?;
    let certainty = match (first.is_certainty, sign) {
        (false, _) => "",
        (true, Sign::Lost) => " (still possible)",
        (true, _) => " (was possible)",
    };
    let line = Line {
        sign,
        who: words::who(first, names),
        id: Some(first.principal.id.clone()),
        what: shown!("{}{}", words::abilities(changes), certainty),
        place: words::place(first),
        below: words::through(&first.via, names),
    };
    Some((line, changes.iter().map(|change| &change.account).collect()))
}

/// Somebody who joined or left a group: one line, whatever the group has.
fn membership<'d>(sign: Sign, changes: &[&'d Change], names: &Names<'_>) -> Option<(Line, BTreeSet<&'d AccountId>)> {
    let first = changes.first()?;
    let group = names.of(first.via.group.as_ref()?);
    let mut roles: Vec<Shown> = Vec::new();
    for change in changes {
        let role = Shown::of(&change.via.role.name);
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    let more = roles.split_off(roles.len().min(ROLES)).len();
    if more > 0 {
        roles.push(shown!("{} more", more));
    }
    let line = Line {
        sign,
        who: words::who(first, names),
        id: Some(first.principal.id.clone()),
        what: match sign {
            Sign::Lost => shown!("left group {}", group),
            Sign::Setting | Sign::Gained => shown!("joined group {}", group),
        },
        place: Shown::default(),
        below: shown!("{}: {}", words::abilities(changes), Shown::list(&roles)),
    };
    Some((line, changes.iter().map(|change| &change.account).collect()))
}

fn of_settings(difference: &Difference) -> impl Iterator<Item = (Line, &AccountId)> {
    let gained = principals_by_account(&difference.gained, Because::LocalAuth);
    let lost = principals_by_account(&difference.lost, Because::LocalAuth);
    difference.settings.iter().map(move |setting| {
        let below = match (setting.what, setting.effect()) {
            (SettingKind::LocalAuth, Effect::Gain) => readers(gained.get(&setting.account), "can read"),
            (SettingKind::LocalAuth, Effect::Loss) => readers(lost.get(&setting.account), "could read"),
            _ => Shown::default(),
        };
        let line = Line {
            sign: Sign::Setting,
            who: words::setting(setting.what).into(),
            id: None,
            what: words::values(setting),
            place: Shown::default(),
            below,
        };
        (line, &setting.account)
    })
}

fn readers(people: Option<&People<'_>>, can: &'static str) -> Shown {
    match people {
        Some(people) => shown!("{} {} its account keys{}", people.count(), can, people.possibly()),
        None => Shown::default(),
    }
}

fn of_accounts(difference: &Difference) -> impl Iterator<Item = (Line, &AccountId)> {
    let gained = principals_by_account(&difference.gained, Because::Account);
    let lost = principals_by_account(&difference.lost, Because::Account);
    let accounts = &difference.accounts;
    let open = difference
        .settings
        .iter()
        .filter(|one| one.what == SettingKind::AnonymousAccess);
    let open: BTreeSet<&AccountId> = open.map(|setting| &setting.account).collect();
    let was_open = open.clone();
    let line =
        |sign, who: &'static str, people: Option<&People<'_>>, verbs: [&'static str; 2], nobody: &'static str| Line {
            sign,
            who: who.into(),
            id: None,
            what: match people {
                Some(people) => {
                    let [one, many] = verbs;
                    let verb = if people.is_one() { one } else { many };
                    shown!("{} {} access{}", people.count(), verb, people.possibly())
                }
                None => nobody.into(),
            },
            place: Shown::default(),
            below: Shown::default(),
        };
    let added = accounts.added.iter().map(move |id| {
        let people = gained.get(id);
        (
            line(
                Sign::Gained,
                "account added",
                people,
                ["has", "have"],
                match open.contains(id) {
                    true => "anyone who can reach it has access",
                    false if is_listed_only(id) => "who has access isn't analyzed",
                    false => "nobody is known to have access",
                },
            ),
            id,
        )
    });
    let removed = accounts.removed.iter().map(move |id| {
        let people = lost.get(id);
        (
            line(
                Sign::Lost,
                "account deleted",
                people,
                ["had", "had"],
                match was_open.contains(id) {
                    true => "anyone who could reach it had access",
                    false if is_listed_only(id) => "who had access wasn't analyzed",
                    false => "nobody was known to have access",
                },
            ),
            id,
        )
    });
    added.chain(removed)
}

/// Whether nothing in it is analyzed.
fn is_listed_only(id: &AccountId) -> bool {
    let mut rows = LISTED_ONLY.iter();
    rows.any(|row| row.resource_type == id.resource_type())
}

fn principals_by_account(changes: &[Change], because: Because) -> BTreeMap<&AccountId, People<'_>> {
    let mut found: BTreeMap<&AccountId, People<'_>> = BTreeMap::new();
    for change in changes.iter().filter(|change| change.because == because) {
        found.entry(&change.account).or_default().add(change);
    }
    found
}
