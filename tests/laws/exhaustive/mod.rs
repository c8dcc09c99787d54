//! Every role of up to three patterns, at every shape of scope, against every policy of up to two grants and one deny: not
//! sampled, all of them. `tables` says what the contract wants, from the oracle's parts.

mod tables;

use crate::oracle::{self, Said};
use crate::plans::{policy, snapshot};
use crate::strategies::{
    PREFIX, PRINCIPALS, Place, Plan, PlanAssignment, PlanDeny, PlanGrant, PlanPermission, PlanRole, ScopeGlob,
};
use cosmos_rbac::checks::{Options, audit};
use cosmos_rbac::finding::{About, Confidence, Report};
use cosmos_rbac::model::Api;
use cosmos_rbac::policy::AccountMatch;
use cosmos_rbac::resolve::Tenant;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use tables::Tables;

/// What is combined.
struct Catalogue {
    /// Patterns of roles and of the policy, without the prefix.
    patterns: &'static [&'static str],
    /// Whether roles also subtract them.
    subtracts: bool,
    /// Where role assignments are.
    places: Vec<Place>,
    /// Where grants are. One with a wildcard is optional and for everybody, the others are required of the one principal.
    grants: Vec<ScopeGlob>,
    /// Where denies are.
    denies: Vec<ScopeGlob>,
}

/// A part of a policy: a pattern, and a scope, by their numbers.
type Rule = (usize, usize);

/// A role's patterns by their numbers, and whether each is granted.
type Signed = Vec<(usize, bool)>;

fn glob(database: &str, container: Option<&str>) -> ScopeGlob {
    (Some(database.to_owned()), container.map(str::to_owned))
}

fn database(name: &str) -> Place {
    Place::Database(name.to_owned())
}

fn container(database: &str, name: &str) -> Place {
    Place::Container(database.to_owned(), name.to_owned())
}

/// All choices of up to `most` of these.
fn choices<T: Clone>(of: &[T], most: usize) -> Vec<Vec<T>> {
    let mut all = vec![Vec::new()];
    let mut last: Vec<(usize, Vec<T>)> = vec![(0, Vec::new())];
    for _ in 0..most {
        let longer = last.iter().flat_map(|(next, chosen)| {
            (*next..of.len()).map(move |at| (at + 1, [chosen.as_slice(), &of[at..=at]].concat()))
        });
        last = longer.collect();
        all.extend(last.iter().map(|(_, chosen)| chosen.clone()));
    }
    all
}

fn pairs(first: usize, second: usize) -> Vec<Rule> {
    (0..first)
        .flat_map(|one| (0..second).map(move |other| (one, other)))
        .collect()
}

impl Catalogue {
    fn text(&self, pattern: usize) -> String {
        format!("{PREFIX}{}", self.patterns[pattern])
    }

    fn roles(&self) -> Vec<Signed> {
        let signs: &[bool] = if self.subtracts { &[true, false] } else { &[true] };
        let signed = (0..self.patterns.len()).flat_map(|pattern| signs.iter().map(move |sign| (pattern, *sign)));
        choices(&signed.collect::<Vec<_>>(), 3)
    }

    fn permission(&self, role: &Signed) -> PlanPermission {
        let of = |wanted| {
            let own = role.iter().filter(move |(_, sign)| *sign == wanted);
            own.map(|(pattern, _)| self.text(*pattern)).collect()
        };
        PlanPermission {
            yes: of(true),
            not: of(false),
        }
    }

    fn is_required(&self, scope: usize) -> bool {
        let (database, container) = &self.grants[scope];
        !database.iter().chain(container).any(|name| name.contains('*'))
    }

    /// An account with a role assignment, and what the policy says.
    fn plan(&self, account: Option<(&Signed, &Place)>, grants: &[Rule], deny: &[Rule]) -> Plan {
        let role = |(role, _): (&Signed, &Place)| PlanRole {
            name: "role".to_owned(),
            built_in: false,
            permissions: vec![self.permission(role)],
            assignable: vec!["/".to_owned()],
        };
        let assignment = |(_, place): (&Signed, &Place)| PlanAssignment {
            principal: PRINCIPALS[0],
            role: Some(0),
            place: place.clone(),
            spelling: 4,
            is_foreign: false,
        };
        let grant = |(pattern, scope): &Rule| PlanGrant {
            principal: self.is_required(*scope).then_some(PRINCIPALS[0]),
            permissions: vec![PlanPermission {
                yes: vec![self.text(*pattern)],
                not: Vec::new(),
            }],
            scope: self.grants[*scope].clone(),
            required: self.is_required(*scope),
        };
        let deny = deny.iter().map(|(pattern, scope)| PlanDeny {
            actions: vec![self.text(*pattern)],
            scope: self.denies[*scope].clone(),
            except: Vec::new(),
        });
        let containers = || Some(vec!["c".to_owned()]);
        Plan {
            api: Api::Sql,
            local_auth_disabled: Some(true),
            roles: account.map(role).into_iter().collect(),
            assignments: account.map(assignment).into_iter().collect(),
            databases: Some(vec![("a".to_owned(), containers()), ("b".to_owned(), containers())]),
            has_gap: false,
            states_grants: true,
            grants: grants.iter().map(grant).collect(),
            denies: deny.collect(),
            declared: Vec::new(),
            waivers: Vec::new(),
            switch: None,
        }
    }

    /// Tries everything; says how many cases that were, and how many of them were findings, certain and possible.
    fn try_all(&self) -> Tried {
        let roles = self.roles();
        let accounts: Vec<(&Signed, &Place)> = roles
            .iter()
            .flat_map(|role| self.places.iter().map(move |place| (role, place)))
            .collect();
        let records = accounts
            .iter()
            .enumerate()
            .map(|(number, own)| self.plan(Some(*own), &[], &[]).record(number));
        let scanned = snapshot(records.collect());
        let tenant = Tenant::of(&scanned);
        let numbers: BTreeMap<String, usize> = scanned
            .accounts
            .iter()
            .map(|record| {
                let number = record.account.id.name().trim_start_matches("acc").parse().unwrap();
                (record.account.id.to_string(), number)
            })
            .collect();
        let tables = Tables::new(self, &accounts);
        let grants = choices(&pairs(self.patterns.len(), self.grants.len()), 2);
        let denies = choices(&pairs(self.patterns.len(), self.denies.len()), 1);
        let policies: Vec<(&[Rule], &[Rule])> = grants
            .iter()
            .flat_map(|grants| denies.iter().map(move |deny| (&grants[..], &deny[..])))
            .collect();
        let tried = policies.par_iter().enumerate().map(|(number, (grants, deny))| {
            let mut rules = policy(&[self.plan(None, grants, deny)], 0);
            rules
                .blocks
                .iter_mut()
                .for_each(|block| block.matches = AccountMatch::default());
            let report = audit(&tenant, &rules, Options::default()).unwrap();
            let said = tables.said(&report, &numbers);
            let wanted = tables.judge(grants, deny);
            for (place, own) in accounts.iter().enumerate() {
                let plan = || self.plan(Some(*own), grants, deny);
                assert_eq!(said[place], wanted[place], "{:#?}", plan());
                // The tables are made of the oracle's parts; as a whole, it says the same.
                if (number * accounts.len() + place).is_multiple_of(1009) {
                    assert_eq!(
                        tables.named(&wanted[place]),
                        by_action(&oracle::judge(&plan())),
                        "{:#?}",
                        plan()
                    );
                }
            }
            let all = wanted.iter().flatten();
            let certain = all.clone().filter(|one| one.confidence == Confidence::Certain).count();
            Tried {
                cases: accounts.len(),
                certain,
                possible: all.count() - certain,
            }
        });
        tried.reduce(Tried::default, |one, other| Tried {
            cases: one.cases + other.cases,
            certain: one.certain + other.certain,
            possible: one.possible + other.possible,
        })
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Tried {
    cases: usize,
    certain: usize,
    possible: usize,
}

/// What is said of one account: a check, the scope that it is about, and the actions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct One {
    check: &'static str,
    scope: String,
    actions: u32,
    confidence: Confidence,
}

/// The same with names.
type Named = BTreeSet<(&'static str, String, String, Confidence)>;

fn by_action(said: &Said) -> Named {
    let one = |(check, _, _, scope, action, confidence): &(_, _, _, String, String, _)| {
        (*check, scope.clone(), action.clone(), *confidence)
    };
    said.iter().map(one).collect()
}

/// Findings of access.
fn of_access(report: &Report) -> impl Iterator<Item = &cosmos_rbac::finding::Finding> {
    report
        .findings
        .iter()
        .filter(|finding| finding.check.about == About::Access)
}

fn everywhere() -> Vec<ScopeGlob> {
    vec![
        (None, None),
        glob("a", None),
        glob("a", Some("c")),
        glob("*", None),
        glob("*", Some("c")),
    ]
}

#[test]
fn everything_small_is_judged_as_the_contract_says() {
    let catalogue = Catalogue {
        patterns: &[
            "sqlDatabases/containers/items/read",
            "sqlDatabases/containers/items/*",
            "sqlDatabases/containers/*",
        ],
        subtracts: false,
        places: vec![
            Place::Account,
            database("a"),
            container("a", "c"),
            // As it is spelt, it doesn't exist; it could be `a`.
            database("A"),
        ],
        grants: everywhere()[..4].to_vec(),
        denies: vec![(None, None), glob("a", Some("c")), glob("*", None)],
    };
    let tried = catalogue.try_all();
    assert_eq!(tried.cases, 8 * 4 * 79 * 10);
    assert!(tried.certain > 10_000 && tried.possible > 5_000, "{tried:?}");
}

/// With what roles subtract, more patterns and more places.
#[test]
#[ignore = "needs hours"]
fn everything_larger_is_judged_as_the_contract_says() {
    let catalogue = Catalogue {
        patterns: &[
            "sqlDatabases/containers/items/read",
            "sqlDatabases/containers/items/*",
            "sqlDatabases/containers/*",
            "*/read",
            "readAnalytics",
        ],
        subtracts: true,
        places: vec![
            Place::Account,
            database("a"),
            container("a", "c"),
            database("A"),
            container("z", "c"),
            container("a", "C"),
        ],
        grants: everywhere()[..4].to_vec(),
        denies: everywhere(),
    };
    let tried = catalogue.try_all();
    assert_eq!(tried.cases, 176 * 6 * 211 * 26);
}
