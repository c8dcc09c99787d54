//! Comparisons: nothing differs from itself, what one way gains the other way loses, the same written differently is no
//! change, and what is told is what each person has before and after, tried one action and one place at a time.

mod azure;
mod complete;
mod events;
mod holes;
mod model;

use crate::cases;
use cosmos_rbac::access::{AccountAccess, Elsewhere, Row, Sure};
use cosmos_rbac::diff::{Change, Difference, KEY_ACCESS};
use cosmos_rbac::model::{AccountId, ActionPattern, ActionSet, Atom, RoleDefinition, Scope, Universe};
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::Snapshot;
use events::{more, two};
use holes::hole;
use model::{GROUPS, Model, PEOPLE, Writing};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeSet;

const PLAIN: Writing = Writing {
    is_renamed: false,
    is_upper: false,
    is_split: false,
};

fn diff(old: &Snapshot, new: &Snapshot) -> Difference {
    Difference::of(&Tenant::of(old), &Tenant::of(new)).unwrap()
}

/// Somebody can do something somewhere: who, through what, what, where, and whether that is certain.
type Fact = (&'static str, Option<&'static str>, String, Scope, bool);

/// What every person can do in an account, at all places that either scan names; `also` is the other scan.
fn facts(model: &Model, snapshot: &Snapshot, also: &Snapshot, id: &AccountId) -> BTreeSet<Fact> {
    let tenant = Tenant::of(snapshot);
    let record = |snapshot: &'_ Snapshot| snapshot.accounts.iter().position(|record| record.account.id == *id);
    let Some(place) = record(snapshot) else {
        return BTreeSet::new();
    };
    let other = record(also).map(|place| &also.accounts[place]);
    let patterns: Vec<&ActionPattern> = (other.into_iter())
        .flat_map(|record| record.role_definitions().iter().flat_map(RoleDefinition::patterns))
        .collect();
    let account = AccountAccess::of(&tenant, place, &snapshot.accounts[place], patterns);
    let mut rows = account.rows();
    let elsewhere = Elsewhere::new(&tenant);
    let others = elsewhere.rows(&account, &rows);
    rows.extend(others);
    let mut found = BTreeSet::new();
    for person in PEOPLE {
        let concerns = |row: &&Row<'_, '_>| {
            let holder = row.principal.as_str();
            let group = GROUPS.iter().position(|group| *group == holder);
            holder == person || group.is_some_and(|group| model.members(group).contains(person))
        };
        for row in rows.iter().filter(concerns) {
            let class = row.route.check();
            for at in places().into_iter().filter(|at| row.scope.covers(at)) {
                let mut add = |what: String, is_certain| {
                    found.insert((person, class, what, at.clone(), is_certain));
                };
                let names = |set: &ActionSet| names(&account.access.universe, set);
                names(row.data.actions.most())
                    .into_iter()
                    .for_each(|name| add(name, false));
                names(row.data.actions.least())
                    .into_iter()
                    .for_each(|name| add(name, true));
                for (what, sure) in abilities(row) {
                    if sure != Sure::No {
                        add(what.to_owned(), false);
                    }
                    if sure == Sure::Certain {
                        add(what.to_owned(), true);
                    }
                }
            }
        }
    }
    found
}

fn names(universe: &Universe, set: &ActionSet) -> Vec<String> {
    universe.members(set).map(Atom::name).collect()
}

fn abilities(row: &Row<'_, '_>) -> Vec<(&'static str, Sure)> {
    let mut all = vec![("manage", row.manages)];
    if row.route.check() == Some(KEY_ACCESS) {
        let reads_all = row.route.bypass().unwrap().kind == cosmos_rbac::model::BypassKind::ReadKeys;
        all.push(("read-only keys", row.sure()));
        all.extend(reads_all.then_some(("keys", row.sure())));
    }
    all
}

fn places() -> Vec<Scope> {
    let account = cosmos_rbac::model::AccountId::parse(crate::strategies::ACCOUNT).unwrap();
    let texts = [
        "/",
        "/dbs/a",
        "/dbs/a/colls/x",
        "/dbs/a/colls/y",
        "/dbs/a/colls/new",
        "/dbs/b",
        "/dbs/new",
    ];
    texts.iter().map(|text| Scope::parse(text, &account).unwrap()).collect()
}

/// What a change says, each thing by itself: newly certain, or newly possible.
fn said(change: &Change) -> Vec<(String, bool)> {
    let actions = change.data_actions.iter().map(|name| (name.clone(), true));
    let actions = actions.chain(change.possibly.iter().map(|name| (name.clone(), false)));
    let power = &change.power;
    let abilities = [
        ("manage", power.manages),
        ("keys", power.keys),
        ("read-only keys", power.read_only_keys),
    ];
    let abilities = abilities.into_iter().filter(|(_, sure)| *sure != Sure::No);
    actions
        .chain(abilities.map(|(what, sure)| (what.to_owned(), sure == Sure::Certain)))
        .collect()
}

/// The people that a change concerns.
fn concerned(change: &Change, model: &Model) -> Vec<&'static str> {
    let holder = change.principal.id.as_str();
    let is_apart = |person: &str| {
        let members = change.members.as_ref();
        members.is_some_and(|members| members.apart.iter().any(|apart| apart.as_str() == person))
    };
    let group = GROUPS.iter().position(|group| *group == holder);
    let people = PEOPLE.into_iter().filter(|person| match group {
        Some(group) => model.members(group).contains(person) && !is_apart(person),
        None => *person == holder,
    });
    people.collect()
}

/// Whether a shorter path decides about it, too: who changes settings has at once what they can read keys for, and who can grant
/// themselves access needs no copy.
fn is_compound(fact: &Fact) -> bool {
    match fact.1 {
        Some("local-auth-switch") => fact.2 != "manage",
        Some("identity-takeover" | "restore-copy") => true,
        _ => false,
    }
}

/// Compares what is told to be gained in an account with what each person can do before and after.
fn agree(changes: &[Change], model: &Model, had: &BTreeSet<Fact>, has: &BTreeSet<Fact>) -> Result<(), TestCaseError> {
    let gained: BTreeSet<&Fact> = has.difference(had).filter(|fact| !is_compound(fact)).collect();
    for fact in &gained {
        let (person, class, what, at, is_certain) = fact;
        let is_told = changes.iter().any(|change| {
            change.bypass == *class
                && change.scope.covers(at)
                && concerned(change, model).contains(person)
                && said(change)
                    .iter()
                    .any(|(own, certain)| own == what && (*certain || !is_certain))
        });
        prop_assert!(is_told, "{fact:?} is not told");
    }
    for change in changes {
        for person in concerned(change, model) {
            for (what, is_certain) in said(change) {
                let fact = (person, change.bypass, what, change.scope.clone(), is_certain);
                prop_assert!(
                    is_compound(&fact) || gained.contains(&fact),
                    "{fact:?} is told, by {change:?}"
                );
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn nothing_differs_from_itself((model, _) in two()) {
        let snapshot = model.snapshot(PLAIN);
        let difference = diff(&snapshot, &snapshot);
        prop_assert!(difference.is_empty() && difference.not_compared.is_empty(), "{difference:#?}");
    }

    #[test]
    fn what_one_way_gains_the_other_way_loses((old, new) in two()) {
        let (old, new) = (old.snapshot(PLAIN), new.snapshot(PLAIN));
        let (there, back) = (diff(&old, &new), diff(&new, &old));
        prop_assert_eq!(&there.gained, &back.lost);
        prop_assert_eq!(&there.lost, &back.gained);
        prop_assert_eq!(&there.accounts.added, &back.accounts.removed);
        prop_assert_eq!(there.settings.len(), back.settings.len());
    }

    #[test]
    fn the_same_in_other_words_is_no_change((model, _) in two(), bits in 1..8_u8) {
        let writing = Writing {
            is_renamed: bits & 1 == 1,
            is_upper: bits & 2 == 2,
            is_split: bits & 4 == 4,
        };
        let difference = diff(&model.snapshot(PLAIN), &model.snapshot(writing));
        prop_assert!(difference.is_empty() && difference.not_compared.is_empty(), "{difference:#?}");
    }

    #[test]
    fn it_tells_what_each_person_has_before_and_after((before, after) in two()) {
        let (old, new) = (before.snapshot(PLAIN), after.snapshot(PLAIN));
        let difference = diff(&old, &new);
        let ids: BTreeSet<&AccountId> = old.accounts.iter().chain(&new.accounts).map(|one| &one.account.id).collect();
        for id in ids {
            let had = facts(&before, &old, &new, id);
            let has = facts(&after, &new, &old, id);
            let own = |changes: &[Change]| -> Vec<Change> {
                changes.iter().filter(|change| change.account == *id).cloned().collect()
            };
            agree(&own(&difference.gained), &after, &had, &has)?;
            agree(&own(&difference.lost), &before, &has, &had)?;
        }
    }

    /// What one scan didn't read is no change, whichever that is, and it is said.
    #[test]
    fn what_only_one_scan_read_is_not_compared((model, _) in two(), holes in vec(hole(), 1..4)) {
        let full = model.snapshot(PLAIN);
        let mut gapped = full.clone();
        holes.iter().for_each(|hole| hole.make(&mut gapped));
        let is_told = holes.iter().any(|hole| hole.is_told(&full));
        for (old, new) in [(&full, &gapped), (&gapped, &full)] {
            let difference = diff(old, new);
            prop_assert!(difference.is_empty(), "{difference:#?}");
            prop_assert!(!difference.has_gain());
            prop_assert!(!is_told || difference.is_incomplete(), "{holes:?} isn't said");
        }
    }

    /// Nor does it hide what both scans read.
    #[test]
    fn what_both_scans_read_is_told((old, new) in two(), holes in vec(hole(), 1..3), is_old: bool) {
        let (old, new) = (old.snapshot(PLAIN), new.snapshot(PLAIN));
        let whole = diff(&old, &new);
        let (mut old, mut new) = (old, new);
        let holes = holes.iter().filter(|hole| !hole.is_in_account());
        holes.for_each(|hole| hole.make(if is_old { &mut old } else { &mut new }));
        let found = diff(&old, &new);
        let told = |change: &Change| (change.account.clone(), change.principal.id.clone(), change.scope.clone());
        for (all, found) in [(&whole.gained, &found.gained), (&whole.lost, &found.lost)] {
            let found: Vec<_> = found.iter().map(told).collect();
            let own = |change: &&Change| change.bypass.is_none() && change.via.group.is_none() && change.members.is_none();
            for change in all.iter().filter(own) {
                prop_assert!(found.contains(&told(change)), "{change:?} is not told");
            }
        }
    }

    #[test]
    fn whoever_is_given_more_loses_nothing((old, new) in more()) {
        let difference = diff(&old.snapshot(PLAIN), &new.snapshot(PLAIN));
        prop_assert_eq!(difference.lost, Vec::new());
    }
}
