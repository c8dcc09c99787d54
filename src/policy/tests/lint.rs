//! What is valid and probably a mistake, and what isn't one.

use super::{load, repository};
use jiff::civil::date;
use std::fs;

/// The warnings of a policy, as codes with their lines.
fn warnings(text: &str) -> Vec<(&'static str, u64)> {
    let policy = load(&format!("version: 1\n{text}")).unwrap();
    let warnings = policy.lint(date(2026, 11, 2)).into_iter();
    warnings
        .map(|warning| (warning.code, warning.at.map_or(0, |at| at.line)))
        .collect()
}

/// The same, without what no block says.
fn rules(text: &str) -> Vec<(&'static str, u64)> {
    let mut found = warnings(text);
    found.retain(|(code, _)| !code.starts_with("unchecked-"));
    found
}

const ANN: &str = "0b6d4b0e-2f0e-4f0c-9a55-0d1c3a1f7b11";
const BEN: &str = "63cf3af1-7ee2-4d4c-9fe6-deb936065faa";

#[test]
fn blocks_that_say_nothing_of_their_own() {
    let all = "accounts:\n  - { name: all, local_auth: disabled, grants: [] }\n";
    let redundant = [("redundant-block", 4)];
    assert_eq!(
        rules(&format!(
            "{all}  - {{ match: {{ account: a }}, local_auth: disabled }}\n"
        )),
        redundant
    );
    assert_eq!(
        rules(&format!("{all}  - {{ local_auth: disabled, grants: [] }}\n")),
        redundant
    );
    assert_eq!(
        rules(&format!("{all}  - {{ match: {{ account: a }}, grants: [] }}\n")),
        redundant
    );
    // An empty list says something.
    assert_eq!(
        rules(&format!(
            "{all}  - {{ match: {{ account: a }}, local_auth: disabled, roles: [] }}\n"
        )),
        []
    );
    assert_eq!(
        rules(&format!(
            "{all}  - {{ match: {{ account: a }}, owner: team, local_auth: disabled }}\n"
        )),
        []
    );
    // One that is for more accounts is needed.
    assert_eq!(
        rules(
            "accounts:\n  - { match: { account: a }, local_auth: disabled }\n  - { match: { account: b }, local_auth: disabled }"
        ),
        []
    );
    assert_eq!(
        rules("accounts:\n  - { match: { account: a } }\n"),
        [("empty-block", 3)]
    );
}

#[test]
fn blocks_that_can_never_match() {
    for (matches, is_odd) in [
        ("account: 'cosmos_prod*'", true),
        ("account: 'cosmos-*'", false),
        ("subscription: production", true),
        ("subscription: '0c05*'", false),
        ("resource_group: 'rg payments'", true),
        ("resource_group: 'rg-(payments)_1.*'", false),
        (
            "account: 'a*aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
            true,
        ),
    ] {
        let found = rules(&format!(
            "accounts:\n  - {{ match: {{ {matches} }}, local_auth: any }}\n"
        ));
        assert_eq!(
            found,
            if is_odd { vec![("never-matches", 3)] } else { vec![] },
            "{matches}"
        );
    }
}

#[test]
fn grants_that_add_nothing() {
    let first = format!(
        "accounts:\n  - grants:\n      - {{ principal: {ANN}, data_actions: [sqlDatabases/containers/items/read], scope: /dbs/a }}\n"
    );
    let with = |principal: &str, action: &str, scope: &str, more: &str| {
        rules(&format!(
            "{first}      - {{ principal: {principal}, data_actions: [{action}], scope: {scope}{more} }}\n"
        ))
    };
    let read = "sqlDatabases/containers/items/read";
    let optional = ", presence: optional";
    assert_eq!(with(ANN, read, "/dbs/a", ""), [("duplicate-grant", 5)]);
    assert_eq!(with(ANN, read, "/dbs/a/colls/c", optional), [("covered-grant", 5)]);
    assert_eq!(with(ANN, read, "/dbs/a/colls/c", ""), []);
    assert_eq!(with(ANN, read, "/dbs/b", optional), []);
    assert_eq!(with(BEN, read, "/dbs/a/colls/c", optional), []);
    assert_eq!(
        with(ANN, "sqlDatabases/containers/items/create", "/dbs/a", optional),
        []
    );
    // The required one is needed, whoever else is allowed the same.
    assert_eq!(with("'*'", "'sqlDatabases/containers/items/*'", "/", optional), []);
    let roles = "accounts:\n  - roles:\n      - { name: A, data_actions: [readMetadata] }\n      - { name: A, data_actions: [readMetadata] }\n";
    assert_eq!(rules(roles), [("duplicate-role", 5)]);
}

#[test]
fn grants_and_denies_that_meet() {
    let policy = |grant: &str, deny: &str| {
        rules(&format!(
            "accounts:\n  - grants:\n      - {{ principal: {ANN}, {grant}, presence: optional }}\n    deny:\n      - {{ {deny} }}\n"
        ))
    };
    let items = "data_actions: ['sqlDatabases/containers/items/*'], scope: /dbs/a";
    assert_eq!(policy(items, "data_actions: ['*'], scope: /"), [("voided-grant", 4)]);
    assert_eq!(
        policy(
            items,
            "data_actions: ['sqlDatabases/containers/items/*'], scope: '/dbs/*'"
        ),
        [("voided-grant", 4)]
    );
    assert_eq!(
        policy(
            items,
            "data_actions: [sqlDatabases/containers/items/delete], scope: /dbs/a/colls/c"
        ),
        [("partly-denied-grant", 4)]
    );
    assert_eq!(policy(items, "data_actions: [readMetadata], scope: /"), []);
    assert_eq!(policy(items, "data_actions: ['*'], scope: /dbs/b"), []);
    assert_eq!(
        policy(items, &format!("data_actions: ['*'], scope: /, except: [{ANN}]")),
        []
    );
    let denies = |second: &str| {
        rules(&format!(
            "accounts:\n  - deny:\n      - {{ data_actions: ['*'], scope: /dbs/a, except: [{ANN}] }}\n      - {{ {second} }}\n"
        ))
    };
    assert_eq!(
        denies(&format!(
            "data_actions: [readMetadata], scope: /dbs/a/colls/c, except: [{ANN}, {BEN}]"
        )),
        [("covered-deny", 5)]
    );
    assert_eq!(denies("data_actions: [readMetadata], scope: /dbs/a"), []);
    assert_eq!(
        denies(&format!("data_actions: ['*'], scope: /, except: [{ANN}]")),
        [("covered-deny", 4)]
    );
}

#[test]
fn waivers_that_accept_nothing() {
    let policy = |waivers: &[&str]| {
        let waivers: Vec<String> = waivers
            .iter()
            .map(|waiver| format!("  - {{ {waiver}, reason: r }}\n"))
            .collect();
        rules(&format!(
            "accounts: [{{ match: {{ account: 'a*' }}, local_auth: disabled, grants: [] }}]\nchecks: {{ limit-near: off }}\nwaivers:\n{}",
            waivers.concat()
        ))
    };
    let excess = "check: excess-access, account: ab, expires: 2027-01-01";
    assert_eq!(policy(&[excess]), []);
    assert_eq!(
        policy(&["check: excess-access, account: ab, expires: 2026-11-01"]),
        [("expired-waiver", 5)]
    );
    assert_eq!(policy(&["check: excess-access, account: ab, expires: 2026-11-02"]), []);
    assert_eq!(
        policy(&["check: limit-near, account: ab, expires: 2027-01-01"]),
        [("waiver-of-off-check", 5)]
    );
    assert_eq!(
        policy(&["check: excess-access, account: b, expires: 2027-01-01"]),
        [("unreachable-waiver", 5)]
    );
    assert_eq!(
        policy(&["check: role-drift, account: ab, expires: 2027-01-01"]),
        [("unreachable-waiver", 5)]
    );
    // These find something without a rule.
    assert_eq!(policy(&["check: direct-user, account: b, expires: 2027-01-01"]), []);
    assert_eq!(policy(&["check: key-access, account: b, expires: 2027-01-01"]), []);
    let wide = "check: excess-access, account: 'a*', expires: 2027-01-01";
    assert_eq!(policy(&[excess, wide]), [("covered-waiver", 5)]);
    assert_eq!(policy(&[excess, excess]), [("covered-waiver", 6)]);
    // The narrow one is longer.
    assert_eq!(
        policy(&["check: excess-access, account: ab, expires: 2027-01-02", wide]),
        []
    );
    assert_eq!(
        policy(&["check: excess-access, account: ab, scope: /, expires: 2027-01-01", wide]),
        [("covered-waiver", 5)]
    );
    assert_eq!(
        policy(&[
            wide,
            "check: excess-access, account: 'a*', principal: 0b6d4b0e-2f0e-4f0c-9a55-0d1c3a1f7b11, expires: 2027-01-01"
        ]),
        [("covered-waiver", 6)]
    );
}

#[test]
fn principals_that_no_rule_names() {
    let text =
        format!("principals:\n  ann: {{ id: {ANN} }}\n  ben: {{ id: {BEN} }}\naccounts:\n  - key_readers: [ben]\n");
    assert_eq!(rules(&text), [("unused-principal", 3)]);
}

#[test]
fn everything_for_everybody_is_said() {
    let grant = |rest: &str| {
        rules(&format!(
            "accounts:\n  - grants:\n      - {{ principal: \"*\", presence: optional, {rest} }}\n"
        ))
    };
    let everything = [("allows-everything", 4)];
    assert_eq!(grant("data_actions: [\"*\"], scope: /"), everything);
    assert_eq!(grant("role: Cosmos DB Built-in Data Contributor, scope: /"), everything);
    for scope in ["/dbs/*", "/dbs/*/colls/*", "/dbs/**"] {
        let rest = format!("role: Cosmos DB Built-in Data Contributor, scope: \"{scope}\"");
        assert_eq!(grant(&rest), everything, "{scope}");
    }
    assert_eq!(
        grant("role: Cosmos DB Built-in Data Contributor, scope: \"/dbs/a*\""),
        []
    );
    assert_eq!(grant("role: Cosmos DB Built-in Data Reader, scope: /"), []);
    let one = format!("accounts:\n  - grants:\n      - {{ principal: {ANN}, data_actions: [\"*\"], scope: / }}\n");
    assert_eq!(rules(&one), []);
}

#[test]
fn what_no_block_says_is_not_checked() {
    assert_eq!(
        warnings("accounts:\n  - { key_metadata_writes: disabled }\n"),
        [
            ("unchecked-access", 0),
            ("unchecked-bypasses", 0),
            ("unchecked-keys", 0)
        ]
    );
    // A part of a policy is not blamed for what other files say.
    let waiver = "waivers: [{ check: policy-unused, expires: 2027-01-31, reason: r }]\n";
    assert_eq!(warnings(waiver), []);
    assert_eq!(
        warnings(&format!("principals: {{ ann: {{ id: {ANN} }} }}\n"))[..1],
        [("unused-principal", 2)]
    );
    // One that says nothing at all is none.
    assert_eq!(warnings("waivers: []\n"), [("empty-policy", 1)]);
    assert_eq!(warnings(""), [("empty-policy", 1)]);
}

#[test]
fn the_policies_that_are_shipped_have_no_mistakes() {
    for (name, expected) in [
        ("baseline", vec![("unchecked-access", 0), ("unchecked-bypasses", 0)]),
        ("strict", vec![("unchecked-access", 0)]),
        (
            "contoso",
            vec![
                ("unused-principal", 12),
                ("partly-denied-grant", 66),
                ("expired-waiver", 168),
            ],
        ),
    ] {
        let text = fs::read_to_string(repository(&format!("policies/{name}.yaml"))).unwrap();
        assert_eq!(
            warnings(text.replacen("version: 1\n", "", 1).as_str()),
            expected,
            "{name}"
        );
    }
}
