//! Paths that begin outside accounts: managed identities that somebody can act as, over any number of steps, and copies. What answers
//! and audits say of them, against a search that tries every step.

mod estate;
mod oracle;

use crate::cases;
use crate::evaluator::Sure;
use cosmos_rbac::access::Level;
use cosmos_rbac::checks::{CHECKS, Options};
use cosmos_rbac::finding::{Confidence, Subject};
use cosmos_rbac::model::{PrincipalId, Scope};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::query::{Asked, Question, Wanted, Who, ask};
use cosmos_rbac::resolve::Tenant;
use estate::{ACCOUNTS, Estate, GROUPS, Listed, PERSONS, estate, id_of, listed};
use proptest::prelude::*;
use std::collections::BTreeMap;

const READS: &str = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read";

/// What an answer says that a person can do in each account.
fn said(tenant: &Tenant<'_>, person: usize) -> Vec<Level> {
    let policy = Policy::baseline(&CHECKS);
    let question = Question {
        asked: Asked::default(),
        wanted: Wanted::parse(READS).unwrap().0,
        who: vec![Who {
            text: id_of(person),
            principals: vec![PrincipalId::from(id_of(person))],
            is_ambiguous: false,
            is_unknown: false,
        }],
        scope: Some(Scope::Account),
        accounts: (0..ACCOUNTS).collect(),
        notices: Vec::new(),
    };
    let answer = ask(tenant, &policy, question).unwrap();
    let level = |account: usize| {
        answer
            .rows
            .iter()
            .filter(|row| row.account == account)
            .map(|row| row.level)
            .max()
    };
    (0..ACCOUNTS)
        .map(|account| level(account).unwrap_or_default())
        .collect()
}

fn word(at_once: Sure, in_the_end: Sure) -> Level {
    let level = |sure, certain| match sure {
        Sure::No => Level::No,
        Sure::Possible => Level::Possible,
        Sure::Certain => certain,
    };
    level(at_once, Level::Yes).max(level(in_the_end, Level::Indirect))
}

/// Of which persons some checks say that they can get at which account, as surely as the surest finding says, held against a
/// policy.
fn found(estate: &Estate, tenant: &Tenant<'_>, listed: &Listed, checks: &[&str]) -> BTreeMap<(usize, usize), Sure> {
    let policy = Policy::from_sources(&[("p", &listed.policy())], &CHECKS).unwrap();
    let report = cosmos_rbac::checks::audit(tenant, &policy, Options::default()).unwrap();
    let mut found = BTreeMap::new();
    for finding in report
        .findings
        .iter()
        .filter(|finding| checks.contains(&finding.check.id))
    {
        let Subject::AzureAssignment {
            reach: Some(reach),
            principal,
            ..
        } = &finding.subject
        else {
            continue;
        };
        let who = (0..PERSONS + GROUPS)
            .find(|who| id_of(*who) == principal.id.as_str())
            .unwrap();
        let persons: Vec<usize> = match who.checked_sub(PERSONS) {
            None => vec![who],
            Some(group) => estate.groups[group].iter().copied().collect(),
        };
        for account in reach.accounts.iter().copied() {
            let sure = match reach.confidence_at(account, finding.confidence) {
                Confidence::Certain => Sure::Certain,
                _ => Sure::Possible,
            };
            for person in &persons {
                let known = found.entry((*person, account)).or_insert(Sure::No);
                *known = sure.max(*known);
            }
        }
    }
    found
}

const ELSEWHERE: [&str; 2] = ["identity-takeover", "restore-copy"];
const AT_THE_ACCOUNT: [&str; 4] = ["self-grant", "role-assignment-write", "key-access", "local-auth-switch"];

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn answers_follow_every_path(estate in estate()) {
        let snapshot = estate.snapshot();
        let tenant = Tenant::of(&snapshot);
        let in_the_end = estate.in_the_end();
        for (person, in_the_end) in in_the_end.into_iter().enumerate() {
            let said = said(&tenant, person);
            for account in 0..ACCOUNTS {
                let expected = word(estate.at_once(person, account), in_the_end[account]);
                prop_assert_eq!(said[account], expected, "{} in {}", person, account);
            }
        }
    }
    /// Who reads the data through a role of their own is told by other checks.
    #[test]
    fn audits_find_every_path(estate in estate()) {
        let snapshot = estate.snapshot();
        let tenant = Tenant::of(&snapshot);
        let elsewhere = found(&estate, &tenant, &Listed::default(), &ELSEWHERE);
        let at_it = found(&estate, &tenant, &Listed::default(), &AT_THE_ACCOUNT);
        let (in_the_end, worth) = (estate.in_the_end(), estate.worth());
        for person in 0..PERSONS {
            for account in 0..ACCOUNTS {
                let [elsewhere, at_it] = [&elsewhere, &at_it].map(|found| found.get(&(person, account)).copied().unwrap_or(Sure::No));
                prop_assert!(elsewhere <= worth[person][account], "{} in {}: {:?} is too much", person, account, elsewhere);
                let said = elsewhere.max(at_it);
                prop_assert!(said >= in_the_end[person][account] || estate.reads(person, account), "{} in {}: {:?}, not {:?}", person, account, said, in_the_end[person][account]);
            }
        }
    }    /// A list of the policy spares whom it names, and nobody else, and only what it is about.
    #[test]
    fn lists_spare_whom_they_name((estate, listed) in (estate(), listed())) {
        let snapshot = estate.snapshot();
        let tenant = Tenant::of(&snapshot);
        let checks = [&ELSEWHERE[..], &AT_THE_ACCOUNT].concat();
        let found = found(&estate, &tenant, &listed, &checks);
        for person in 0..PERSONS {
            for account in 0..ACCOUNTS {
                let said = found.get(&(person, account)).copied().unwrap_or(Sure::No);
                let beyond = estate.beyond(person, account, &listed);
                prop_assert!(said >= beyond || estate.reads(person, account), "{} in {}: {:?}, not {:?}", person, account, said, beyond);
            }
        }
    }
}
