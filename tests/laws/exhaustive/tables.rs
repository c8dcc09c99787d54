//! What an audit must say, looked up: what a pattern grants and where a scope is are asked of the oracle once.

use super::{Catalogue, Named, One, Rule, Signed, of_access};
use crate::naming::{Names, holds, takes_in};
use crate::oracle::{FRESH, World, concrete, denies, grants, least, most};
use crate::strategies::{PREFIX, Place, PlanPermission, ScopeGlob, scope_text};
use cosmos_rbac::finding::{Confidence, Report};
use cosmos_rbac::model::Api;
use std::collections::{BTreeMap, BTreeSet};

/// The readings, in the order of tables.
const READINGS: [(World, Names); 4] = [
    (World::Least, Names::Spelt),
    (World::Least, Names::Loose),
    (World::Most, Names::Spelt),
    (World::Most, Names::Loose),
];

/// A set of actions in each reading.
type Masks = [u32; 4];

/// Which of the places a scope takes in, in each reading.
type Covered = [u32; 4];

pub(super) struct Tables {
    actions: Vec<String>,
    numbers: BTreeMap<String, usize>,
    /// The documented actions.
    known: u32,
    accounts: Vec<Account>,
    patterns: Vec<Pattern>,
    grants: Vec<Scope>,
    denies: Vec<Scope>,
    /// Those that exist.
    existing: u32,
}

struct Account {
    /// What its role grants.
    given: Masks,
    /// The actions that only its role names.
    named: u32,
    place: String,
    /// Where its role assignment holds.
    covered: Covered,
}

struct Pattern {
    given: Masks,
    denied: Masks,
    named: u32,
}

struct Scope {
    covered: Covered,
    is_required: bool,
    text: String,
}

fn concrete_of(permission: &PlanPermission) -> impl Iterator<Item = String> {
    permission.yes.iter().chain(&permission.not).map(|text| concrete(text))
}

impl Tables {
    pub(super) fn new(catalogue: &Catalogue, accounts: &[(&Signed, &Place)]) -> Self {
        let nothing = catalogue.plan(None, &[], &[]);
        let all_patterns: Vec<String> = (0..catalogue.patterns.len())
            .map(|number| catalogue.text(number))
            .collect();
        let known: BTreeSet<String> = crate::listed::listed(Api::Sql)
            .iter()
            .map(|action| concrete(&format!("{}{action}", PREFIX)))
            .collect();
        let universe: BTreeSet<String> = known
            .iter()
            .cloned()
            .chain(all_patterns.iter().map(|text| concrete(text)))
            .collect();
        let actions: Vec<String> = universe.iter().cloned().collect();
        let numbers: BTreeMap<String, usize> = actions
            .iter()
            .enumerate()
            .map(|(number, action)| (action.clone(), number))
            .collect();
        let set = |is_in: &dyn Fn(&str) -> bool| -> u32 {
            let own = actions.iter().enumerate().filter(|(_, action)| is_in(action));
            own.map(|(number, _)| 1 << number).sum()
        };
        let masks =
            |is_in: &dyn Fn(&str, World) -> bool| READINGS.map(|(world, _)| set(&|action| is_in(action, world)));
        let named = |texts: &mut dyn Iterator<Item = String>| {
            let texts: BTreeSet<String> = texts.collect();
            set(&|action| texts.contains(action))
        };
        // All names, those that nobody uses included.
        let names = ["a", "A", "b", "z", FRESH];
        let mut places = vec![Place::Account];
        for name in names {
            places.push(Place::Database(name.to_owned()));
            let containers = ["c", "C", FRESH];
            places.extend(containers.map(|own| Place::Container(name.to_owned(), own.to_owned())));
        }
        let covered = |is_in: &dyn Fn(&Place, Names) -> bool| {
            READINGS.map(|(_, names)| {
                let own = places.iter().enumerate().filter(|(_, place)| is_in(place, names));
                own.map(|(number, _)| 1_u32 << number).sum()
            })
        };
        let accounts = accounts.iter().map(|(role, place)| {
            let permission = vec![catalogue.permission(role)];
            Account {
                given: masks(&|action, world| grants(&permission, action, world)),
                named: named(&mut concrete_of(&permission[0])),
                place: place.to_string(),
                covered: covered(&|one, names| holds(&nothing, place, one, names)),
            }
        });
        let patterns = all_patterns.iter().map(|text| Pattern {
            given: masks(&|action, world| match world {
                World::Least => least(text, action),
                World::Most => most(text, action),
            }),
            denied: masks(&|action, world| denies(Api::Sql, &universe, std::slice::from_ref(text), action, world)),
            named: named(&mut std::iter::once(concrete(text))),
        });
        let scope = |glob: &ScopeGlob, is_required| Scope {
            covered: covered(&|place, names| takes_in(&nothing, glob, place, names)),
            is_required,
            text: scope_text(glob),
        };
        let exists = |place: &Place| match place {
            Place::Account => true,
            Place::Database(name) => ["a", "b"].contains(&name.as_str()),
            Place::Container(name, container) => ["a", "b"].contains(&name.as_str()) && container == "c",
        };
        let existing = places.iter().enumerate().filter(|(_, place)| exists(place));
        let grants = catalogue.grants.iter().enumerate();
        let denied = catalogue.denies.iter();
        Self {
            known: set(&|action| known.contains(action)),
            accounts: accounts.collect(),
            patterns: patterns.collect(),
            grants: grants
                .map(|(number, glob)| scope(glob, catalogue.is_required(number)))
                .collect(),
            denies: denied.map(|glob| scope(glob, false)).collect(),
            existing: existing.map(|(number, _)| 1 << number).sum(),
            actions,
            numbers,
        }
    }

    /// What the policy comes to in each account.
    pub(super) fn judge(&self, grants: &[Rule], deny: &[Rule]) -> Vec<Vec<One>> {
        let rules: Vec<(&Pattern, &Scope)> = grants
            .iter()
            .map(|(pattern, scope)| (&self.patterns[*pattern], &self.grants[*scope]))
            .collect();
        let deny: Vec<(&Pattern, &Scope)> = deny
            .iter()
            .map(|(pattern, scope)| (&self.patterns[*pattern], &self.denies[*scope]))
            .collect();
        let stated = rules
            .iter()
            .chain(&deny)
            .fold(self.known, |all, (pattern, _)| all | pattern.named);
        let of_account = |account: &Account| {
            let universe = stated | account.named;
            let mut said = Vec::new();
            // Where it holds as it is spelt.
            let here = account.covered[0];
            let mut say = |check, scope: &str, readings: Masks, is_unsure: bool| {
                let all = readings.iter().fold(universe, |all, one| all & one);
                let any = readings.iter().fold(0, |any, one| any | one) & universe;
                let (actions, confidence) = match all {
                    0 => (any, Confidence::Possible),
                    _ if is_unsure => (all, Confidence::Possible),
                    _ => (all, Confidence::Certain),
                };
                if actions != 0 {
                    said.push(One {
                        check,
                        scope: scope.to_owned(),
                        actions,
                        confidence,
                    });
                }
            };
            let excess = |reading: usize| {
                let at = |place: u32| {
                    let own = rules.iter().filter(|(_, scope)| scope.covered[reading] & place != 0);
                    own.fold(0, |all, (pattern, _)| all | pattern.given[reading])
                };
                let allowed = bits(here).fold(u32::MAX, |all, place| all & at(place));
                account.given[reading] & !allowed
            };
            say("excess-access", &account.place, [0, 1, 2, 3].map(excess), false);
            for (pattern, scope) in &deny {
                let denied = |reading: usize| match here & scope.covered[reading] {
                    0 => 0,
                    _ => account.given[reading] & pattern.denied[reading],
                };
                let there = here & scope.covered[0];
                let is_part = there != here && there != 0;
                let is_unsure = is_part && there & self.existing == 0;
                say("denied-access", &account.place, [0, 1, 2, 3].map(denied), is_unsure);
            }
            for (pattern, scope) in rules.iter().filter(|(_, scope)| scope.is_required) {
                let missing = |reading: usize| {
                    let has = match scope.covered[0] & !account.covered[reading] {
                        0 => account.given[reading],
                        _ => 0,
                    };
                    pattern.given[reading] & !has
                };
                say("missing-access", &scope.text, [0, 1, 2, 3].map(missing), false);
            }
            said.sort();
            said.dedup();
            said
        };
        self.accounts.iter().map(of_account).collect()
    }

    /// What a report says of each account.
    pub(super) fn said(&self, report: &Report, numbers: &BTreeMap<String, usize>) -> Vec<Vec<One>> {
        let mut said = vec![Vec::new(); self.accounts.len()];
        for finding in of_access(report) {
            let actions = finding.subject.data_actions().iter();
            let place = numbers[finding.account().unwrap().as_str()];
            said[place].push(One {
                check: finding.check.id,
                scope: finding.subject.scope().unwrap().to_string(),
                actions: actions.map(|atom| 1 << self.numbers[&concrete(&atom.name())]).sum(),
                confidence: finding.confidence,
            });
        }
        for own in &mut said {
            own.sort();
        }
        said
    }

    pub(super) fn named(&self, said: &[One]) -> Named {
        let one = |one: &One| {
            let own = bits(one.actions).map(|bit| self.actions[bit.trailing_zeros() as usize].clone());
            let (check, scope, confidence) = (one.check, one.scope.clone(), one.confidence);
            own.map(move |action| (check, scope.clone(), action, confidence))
                .collect::<Vec<_>>()
        };
        said.iter().flat_map(one).collect()
    }
}

/// The members of a set, each as a set.
fn bits(set: u32) -> impl Iterator<Item = u32> {
    (0..u32::BITS)
        .map(|number| 1 << number)
        .filter(move |bit| set & bit != 0)
}
