//! Laws: what must not matter, and what must.

use super::{account, load};
use crate::checks::CHECKS;
use crate::model::Account;
use crate::policy::Policy;
use std::collections::BTreeSet;

const NAMES: (&str, &str) = (
    "names.yaml",
    "version: 1\nprincipals: { api: { id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa } }\n",
);
const PROD: (&str, &str) = (
    "prod.yaml",
    "version: 1\naccounts:\n  - { name: prod, match: { account: prod-* }, local_auth: disabled, \
     grants: [{ principal: api, role: Writer, scope: / }] }\nchecks: { limit-near: off }\n",
);
const ALL: (&str, &str) = (
    "all.yaml",
    "version: 1\naccounts:\n  - { name: all, key_metadata_writes: disabled, grants: [], \
     roles: [{ name: Writer, data_actions: [readMetadata] }] }\n",
);

/// What a policy says of an account, without the order it is said in.
fn said(policy: &Policy, account: &Account) -> BTreeSet<String> {
    let joined = policy.for_account(account);
    let mut said: BTreeSet<String> = joined.blocks.iter().map(|block| block.name.clone()).collect();
    said.insert(format!("{:?} {:?}", joined.local_auth, joined.key_metadata_writes));
    said.extend(joined.grants.iter().flatten().map(|grant| format!("{grant:?}")));
    said.extend(joined.roles.iter().flatten().map(|role| format!("{role:?}")));
    said
}

#[test]
fn the_order_of_files_never_matters() {
    let orders = [
        [NAMES, PROD, ALL],
        [ALL, PROD, NAMES],
        [PROD, NAMES, ALL],
        [PROD, ALL, NAMES],
    ];
    let all: BTreeSet<String> = orders
        .iter()
        .map(|order| {
            let policy = Policy::from_sources(order, &CHECKS).unwrap();
            let accounts = [account("prod-1", &[]), account("test", &[])];
            let said: Vec<_> = accounts.iter().map(|account| said(&policy, account)).collect();
            format!("{said:?} {:?} {:?}", policy.principals, policy.severities)
        })
        .collect();
    assert_eq!(all.len(), 1, "{all:#?}");
}

#[test]
fn what_is_loaded_twice_is_the_same() {
    let once = Policy::from_sources(&[NAMES, PROD, ALL], &CHECKS).unwrap();
    assert_eq!(once, Policy::from_sources(&[NAMES, PROD, ALL], &CHECKS).unwrap());
    assert_eq!(
        once,
        Policy::from_sources(&[NAMES, PROD, NAMES, ALL, PROD], &CHECKS).unwrap()
    );
    // The same under another name: names, checks and grants that are said twice do not contradict each other.
    let copy = ("copy.yaml", PROD.1);
    let twice = Policy::from_sources(&[NAMES, PROD, copy, ALL], &CHECKS).unwrap();
    assert_eq!(twice.blocks.len(), 3);
    assert!(twice.for_account(&account("prod-1", &[])).contradictions.is_empty());
}

#[test]
fn blocks_join_only_where_they_match() {
    let policy = Policy::from_sources(&[NAMES, PROD, ALL], &CHECKS).unwrap();
    let prod = policy.for_account(&account("PROD-1", &[]));
    assert_eq!((prod.blocks.len(), prod.grants.unwrap().len()), (2, 1));
    let test = policy.for_account(&account("test", &[]));
    assert_eq!(
        (test.blocks.len(), test.grants.unwrap().len(), test.local_auth),
        (1, 0, None)
    );
    let none = load("version: 1\naccounts: [{ match: { account: x } }]").unwrap();
    assert!(none.for_account(&account("y", &[])).blocks.is_empty());
}

/// Blocks are looked up by names and tags: whoever asks each of them finds the same.
#[test]
fn no_block_that_matches_is_overlooked() {
    let names = ["*", "prod-*", "PROD-1", "*-1", "p*1", "{*"];
    let tags = [
        "{}",
        "{ Env: prod }",
        "{ env: 'p*' }",
        "{ ENV: Prod, team: a }",
        "{ Été: x }",
    ];
    let of = |(place, (name, tags)): (usize, (&str, &str))| {
        format!("  - {{ name: b{place}, match: {{ account: '{name}', tags: {tags} }} }}\n")
    };
    let both = names
        .iter()
        .flat_map(|name| tags.iter().map(move |tags| (*name, *tags)));
    let nameless = tags.iter().enumerate();
    let nameless = nameless.map(|(place, tags)| format!("  - {{ name: any {place}, match: {{ tags: {tags} }} }}\n"));
    let blocks: String = both.enumerate().map(of).chain(nameless).collect();
    let policy = load(&format!("version: 1\naccounts:\n{blocks}")).unwrap();
    let owners: [&[(&str, &str)]; 9] = [
        &[],
        &[("env", "prod")],
        &[("ENV", "prod"), ("env", "Prod"), ("Team", "a")],
        &[("env", "Prod"), ("team", "a")],
        &[("éTÉ", "x")],
        &[("env", "⟨parameters('env')⟩")],
        &[("⟨parameters('name')⟩", "prod")],
        &[("env", "")],
        &[("", "prod")],
    ];
    let mut found = 0;
    for name in ["prod-1", "Prod-", "x-1", "{unknown}", "prod-{x}"] {
        for tags in owners {
            let account = account(name, tags);
            let asked = |wanted: Option<bool>| -> BTreeSet<&str> {
                let blocks = policy
                    .blocks
                    .iter()
                    .filter(|block| block.matches.matches(&account) == wanted);
                blocks.map(|block| block.name.as_str()).collect()
            };
            let joined = policy.for_account(&account);
            let matching: BTreeSet<&str> = joined.blocks.iter().map(|block| block.name.as_str()).collect();
            let undecided: BTreeSet<&str> = joined.undecided.iter().map(|block| block.name.as_str()).collect();
            assert_eq!(
                (matching, undecided),
                (asked(Some(true)), asked(None)),
                "{name} {tags:?}"
            );
            found += joined.blocks.len() + joined.undecided.len();
        }
    }
    assert!(found > 200, "{found}");
}
