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
