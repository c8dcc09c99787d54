//! Bypasses against the evaluator: person by person, action by action, account by account.

use crate::bypasses::{resolve, said};
use crate::cases;
use crate::evaluator::{Sure, by_grant, judge};
use crate::tenants::{Tenant, tenant};
use cosmos_rbac::model::bypass::BypassKind;
use cosmos_rbac::resolve::{DenyDoubt, Doubt};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeMap;

/// What the program says of each action, by assignment and account.
fn actions(tenant: &Tenant) -> BTreeMap<((String, bool), &'static str, usize), Sure> {
    let access = resolve(tenant);
    let mut said = BTreeMap::new();
    for bypass in &access.bypasses {
        let holder = bypass.holder;
        for account in 0..tenant.accounts.len() {
            for way in access.ways(bypass, account) {
                let key = (
                    (holder.id().to_owned(), holder.is_eligible()),
                    way.via.action.name,
                    account,
                );
                let sure = if way.is_certain() {
                    Sure::Certain
                } else {
                    Sure::Possible
                };
                assert_eq!(said.insert(key, sure), None, "an action twice");
            }
        }
    }
    said
}

proptest! {
    #![proptest_config(cases(2000))]

    /// Person by person, action by action, account by account.
    #[test]
    fn bypasses_are_what_the_evaluator_says(tenant in tenant()) {
        let (verdicts, said) = (judge(&tenant), actions(&tenant));
        let mut expected = BTreeMap::new();
        for one in verdicts.iter().filter(|one| one.sure > Sure::No) {
            let best = expected.entry((one.grant.clone(), one.action.name, one.account)).or_insert(one.sure);
            *best = one.sure.max(*best);
        }
        for (key, sure) in &expected {
            prop_assert_eq!(said.get(key), Some(sure), "{:?}", key);
        }
        let strange: Vec<_> = said.keys().filter(|key| !expected.contains_key(*key)).collect();
        prop_assert!(strange.is_empty(), "{:?}", strange);
        // Of people: whatever somebody has, the program says of what gives it to them; and no more, where that is theirs alone.
        let mut of_people: BTreeMap<_, (Sure, Option<Sure>, bool)> = BTreeMap::new();
        for one in verdicts.iter().filter(|one| one.person.is_some()) {
            let key = (one.person.clone(), one.action.name, one.account);
            let tool = said.get(&(one.grant.clone(), one.action.name, one.account)).copied();
            let known = of_people.entry(key).or_insert((Sure::No, None, true));
            *known = (known.0.max(one.sure), known.1.max(tool), known.2 && one.is_direct);
        }
        for (key, (sure, tool, is_direct)) in of_people {
            let tool = tool.unwrap_or(Sure::No);
            prop_assert!(sure <= tool && (!is_direct || sure == tool), "{:?} is {:?}, not {:?}", key, tool, sure);
        }
    }
}

/// The laws say nothing of tenants in which nobody can do anything.
#[test]
fn generated_tenants_have_bypasses() {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut seen: BTreeMap<(BypassKind, Sure), usize> = BTreeMap::new();
    let mut doubts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for _ in 0..300 {
        let tenant = tenant().new_tree(&mut runner).unwrap().current();
        for ((_, _, kind, _), sure) in said(&tenant) {
            *seen.entry((kind, sure)).or_default() += 1;
        }
        assert_eq!(by_grant(&judge(&tenant)).len(), said(&tenant).len());
        let access = resolve(&tenant);
        for via in access
            .bypasses
            .iter()
            .flat_map(|bypass| (0..tenant.accounts.len()).flat_map(|at| access.ways(bypass, at)))
        {
            for doubt in via.doubts {
                *doubts.entry(word(doubt)).or_default() += 1;
            }
        }
    }
    assert!(seen.len() == 10 && seen.values().all(|times| *times >= 4), "{seen:?}");
    assert!(
        doubts.len() == 16 && doubts.values().all(|times| *times >= 3),
        "{doubts:?}"
    );
}

/// Which doubt it is.
fn word(doubt: Doubt<'_>) -> &'static str {
    match doubt {
        Doubt::Eligible => "eligible",
        Doubt::Condition(_) => "condition",
        Doubt::RoleCondition(_) => "role's condition",
        Doubt::Wildcard => "wildcard",
        Doubt::Action(_) => "action",
        Doubt::OnlyToIdentities(_) => "delegated roles",
        Doubt::OneRestorable => "restorable",
        Doubt::ApiUnknown => "api",
        Doubt::OtherApi(_) => "other api",
        Doubt::WithinAccount => "within",
        Doubt::DenyNotRead => "deny not read",
        // No scan has it.
        Doubt::Template => "template",
        Doubt::DenyUnsure { why, .. } => match why {
            DenyDoubt::Effect => "deny effect",
            DenyDoubt::Membership => "deny membership",
            DenyDoubt::Condition => "deny condition",
            DenyDoubt::Wildcard => "deny wildcard",
            DenyDoubt::NotEvaluated => "deny not evaluated",
            DenyDoubt::Scope => "deny scope",
            DenyDoubt::Lifted => "deny lifted",
        },
    }
}
