//! The library, Cedar and Rego say the same of generated tenants, and a copy that lacks a role assignment is noticed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use second_opinion::facts::{Facts, Size};
use second_opinion::in_cedar::{InCedar, triples};
use second_opinion::in_rego::InRego;
use second_opinion::ours::{self, Ours};

const SMALL: Size = Size {
    accounts: 2,
    assignments: 6,
    principals: 3,
    grants: 8,
};
const TENANTS: u64 = 8;

/// What a principal can do where, one request for each.
#[test]
fn cedar_permits_what_the_library_says() {
    let (mut asked, mut permitted) = (0, 0);
    for seed in 0..TENANTS {
        let facts = Facts::of(seed, SMALL);
        let (ours, cedar) = (Ours::new(&facts), InCedar::new(&facts, None));
        let tenant = ours.tenant();
        // No question can name an action that isn't of Cosmos DB.
        let actions = facts.actions().into_iter().filter(|action| action.contains('/'));
        let actions: Vec<String> = actions.collect();
        for account in 0..facts.accounts {
            for principal in &facts.principals {
                for action in &actions {
                    for place in facts.places() {
                        let request = InCedar::request(account, principal, action, &place);
                        let can = cedar.can(&request);
                        let said = ours.can(&tenant, account, principal, action, &place);
                        assert_eq!(said, can, "seed {seed}: {principal} {action} in {account} {place:?}");
                        asked += 1;
                        permitted += usize::from(can);
                    }
                }
            }
        }
    }
    assert!(asked > 7_500, "{asked}");
    assert!(
        permitted > asked / 10 && permitted < asked / 2,
        "{permitted} of {asked}"
    );
}

#[test]
fn the_policy_allows_the_same_everywhere() {
    let (mut some, mut none) = (0, 0);
    for seed in 0..TENANTS * 6 {
        let facts = Facts::of(seed, SMALL);
        let said = ours::excess(&facts, &Ours::new(&facts).audit());
        let triples = triples(&facts);
        assert_eq!(said, InCedar::new(&facts, None).excess(&triples), "seed {seed}: Cedar");
        assert_eq!(said, InRego::new(&facts).excess(), "seed {seed}: Rego");
        some += said.len();
        none += triples.len() - said.len();
    }
    assert!(some > 1_000 && none > 1_000, "{some} {none}");
}

/// The comparison isn't blind: whatever a role assignment alone gives is missed in a copy without it.
#[test]
fn a_copy_that_lacks_an_assignment_is_noticed() {
    let mut tried = 0;
    for seed in 0..TENANTS {
        let facts = Facts::of(seed, SMALL);
        let ours = Ours::new(&facts);
        let tenant = ours.tenant();
        for (number, own) in facts.assignments.iter().enumerate() {
            let others = facts.assignments.iter().enumerate();
            let mut others = others.filter(|(other, one)| *other != number && one.account == own.account);
            if others.any(|(_, one)| one.principal == own.principal) {
                continue;
            }
            tried += 1;
            let broken = InCedar::new(&facts, Some(number));
            let differs = |action: &String| {
                let request = InCedar::request(own.account, &own.principal, action, &own.place);
                broken.can(&request) != ours.can(&tenant, own.account, &own.principal, action, &own.place)
            };
            assert!(facts.actions().iter().any(differs), "seed {seed}: {own:?}");
        }
    }
    assert!(tried > 4, "{tried}");
}
