//! Whether the rows of an account are all the access there is: whatever a scan doesn't read, an answer that says so still has all that
//! the full scan has.

use super::PLAIN;
use super::holes::{Hole, hole};
use super::model::{HOLDERS, Model, model};
use crate::cases;
use cosmos_rbac::access::Level;
use cosmos_rbac::checks::CHECKS;
use cosmos_rbac::model::{Gap, PrincipalId};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::query::{Answer, Asked, Found, Question, Via, ask};
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::Snapshot;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;

/// Somebody has something in an account: who, where, and what of reading, writing, deleting and managing it is.
type Has = (usize, PrincipalId, String, usize);

/// Everything that an answer's rows give: also to members of groups, unless principals were asked about. What a group has is known
/// without them.
fn given(answer: &Answer<'_>, is_asked: bool) -> BTreeSet<Has> {
    let mut all = BTreeSet::new();
    for found in &answer.rows {
        let who = found.member.as_ref().unwrap_or(&found.principal);
        let people = answer.tenant.directory.known_people(who).filter(|_| !is_asked);
        let people = people.map(|(people, _)| people).unwrap_or_default();
        for id in people.into_iter().chain([who]) {
            for (verb, level) in found.levels.into_iter().enumerate() {
                if level > Level::No {
                    all.insert((found.account, id.clone(), found.scope.to_string(), verb));
                }
            }
            // Also data actions that do none of it.
            if found.level > Level::No {
                all.insert((found.account, id.clone(), found.scope.to_string(), found.levels.len()));
            }
        }
    }
    all
}

/// A snapshot in which nothing is left open.
fn full(model: &Model, disabled: bool) -> Snapshot {
    let mut snapshot = model.snapshot(PLAIN);
    for record in snapshot.principals.iter_mut().flatten() {
        record.members_count = record.members.as_ref().map(|members| members.len() as u64);
    }
    if disabled {
        for record in &mut snapshot.accounts {
            record.account.local_auth_disabled = Some(true);
        }
    }
    snapshot
}

fn asked(can: Option<&str>, principals: &[&str]) -> Asked {
    Asked {
        can: can.map(str::to_owned),
        principals: principals.iter().map(|&id| id.to_owned()).collect(),
        ..Asked::default()
    }
}

proptest! {
    #![proptest_config(cases(300))]

    /// Whatever isn't read, an account that is said to be complete lacks no row of the full scan.
    #[test]
    fn an_account_that_is_complete_lacks_nothing(
        model in model(),
        holes in vec(hole(), 1..3),
        disabled in prop::bool::weighted(0.8),
        can in select(vec![None, None, Some("read"), Some("delete"), Some("manage"), Some("keys"), Some("items/read")]),
        who in prop::option::weighted(0.3, select(HOLDERS.to_vec())),
    ) {
        let full = full(&model, disabled);
        let mut part = full.clone();
        holes.iter().for_each(|hole| hole.make(&mut part));
        let policy = Policy::baseline(&CHECKS);
        let (full, part) = (Tenant::of(&full), Tenant::of(&part));
        let asked = || asked(can, who.as_slice());
        let questions = (Question::new(asked(), &full, &policy), Question::new(asked(), &part, &policy));
        // Who isn't known by a name can't be asked about.
        let (Ok(of_full), Ok(of_part)) = questions else { return Ok(()) };
        let (all, known) = (ask(&full, &policy, of_full).unwrap(), ask(&part, &policy, of_part).unwrap());
        let (has, said) = (given(&all, who.is_some()), given(&known, who.is_some()));
        for account in 0..full.frame.accounts.len() {
            let more: Vec<&Has> = has.difference(&said).filter(|one| one.0 == account).collect();
            let completeness = known.completeness(account);
            prop_assert!(
                more.is_empty() || !completeness.is_complete(),
                "{:?}: {:?}", holes, more
            );
        }
        if known.is_complete() {
            prop_assert!(has.is_subset(&said));
        }
    }

    /// An assignment whose role definition wasn't read possibly gives anything, and nothing for certain.
    #[test]
    fn assignments_of_unread_roles_are_possible(model in model(), of_azure: bool) {
        let full = full(&model, true);
        let mut part = full.clone();
        let holes = match of_azure {
            true => vec![Hole::List(0, Gap::AZURE_ROLE_DEFINITIONS, true), Hole::List(1, Gap::AZURE_ROLE_DEFINITIONS, true)],
            false => (0..full.accounts.len()).map(|account| Hole::Definitions(account, true)).collect(),
        };
        holes.iter().for_each(|hole| hole.make(&mut part));
        let policy = Policy::baseline(&CHECKS);
        let (full, part) = (Tenant::of(&full), Tenant::of(&part));
        let answer = |tenant| ask(tenant, &policy, Question::new(Asked::default(), tenant, &policy).unwrap()).unwrap();
        let (all, known) = (answer(&full), answer(&part));
        let through = |found: &Found<'_>| (found.account, found.via.assignment().to_owned(), found.principal.clone());
        let is_of = |found: &&Found<'_>| match &found.via {
            Via::RoleAssignment { .. } => !of_azure,
            // Who has what two assignments give together is another principal than either has.
            Via::Keys { .. } | Via::AzureRole { .. } | Via::UnknownAzureRole(_) => {
                of_azure && found.via.holder().is_some_and(|holder| *holder.principal() == found.principal)
            }
            Via::Identity { .. } | Via::Copy { .. } => false,
        };
        let said: BTreeSet<_> = known.rows.iter().filter(is_of).map(through).collect();
        for found in all.rows.iter().filter(is_of) {
            prop_assert!(said.contains(&through(found)), "{found:?}");
        }
        for found in known.rows.iter().filter(is_of) {
            prop_assert_eq!(found.level, Level::Possible);
            prop_assert!(found.actions.certain.is_empty() && !known.doubts(found).is_empty());
        }
    }

    /// Lists that rows and those who have them come from can't be unread in silence.
    #[test]
    fn an_account_whose_lists_were_not_read_is_not_complete(model in model(), hole in hole()) {
        let full = full(&model, true);
        let mut part = full.clone();
        hole.make(&mut part);
        let policy = Policy::baseline(&CHECKS);
        let (full, part) = (Tenant::of(&full), Tenant::of(&part));
        let answer = |tenant| ask(tenant, &policy, Question::new(Asked::default(), tenant, &policy).unwrap()).unwrap();
        let (all, known) = (answer(&full), answer(&part));
        // What no scan reads is said of both.
        let is_complete = |answer: &Answer<'_>, account: usize| {
            answer.completeness(account).whys().all(|why| why.starts_with("scans don't read which resources use"))
        };
        for account in 0..full.frame.accounts.len() {
            prop_assert!(is_complete(&all, account), "{:?}", all.unread);
            let is_lost = match hole {
                Hole::Definitions(one, _) | Hole::Assignments(one, _) | Hole::Switch(one) => one == account,
                Hole::List(0, list, _) => list != Gap::DENY_ASSIGNMENTS,
                Hole::Plane(0) => true,
                Hole::Directory => all.rows.iter().any(|found| found.account == account),
                _ => false,
            };
            prop_assert!(!is_lost || !is_complete(&known, account), "{account} {hole:?}");
        }
    }
}
