//! Which rules contradict each other, and which only seem to.

use super::errors;

/// A grant to one principal and a deny in the same block.
fn grant_and_deny(granted: &str, at: &str, denied: &str, from: &str) -> bool {
    let text = format!(
        "version: 1\naccounts:\n  - grants: [{{ principal: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa, \
         data_actions: [\"{granted}\"], scope: {at} }}]\n    \
         deny: [{{ data_actions: [\"{denied}\"], scope: {from} }}]\n"
    );
    let errors = errors(&text);
    assert!(errors.is_empty() || errors.contains("is denied in"), "{errors}");
    !errors.is_empty()
}

#[test]
fn denies_forbid_what_is_certainly_granted() {
    const ITEMS: &str = "sqlDatabases/containers/items/*";
    const CONTAINERS: &str = "sqlDatabases/containers/*";
    const DELETE: &str = "sqlDatabases/containers/items/delete";
    for (granted, at, denied, from, expected) in [
        (DELETE, "/dbs/a", DELETE, "/dbs/a", true),
        (
            DELETE,
            "/dbs/a",
            &DELETE.to_uppercase().replace("SQLDATABASES", "sqlDatabases"),
            "/dbs/a",
            true,
        ),
        (ITEMS, "/dbs/a", DELETE, "/dbs/a/colls/b", true),
        (DELETE, "/dbs/a/colls/b", ITEMS, "/", true),
        (DELETE, "/dbs/a", "*", "/dbs/*", true),
        (ITEMS, "/", ITEMS, "/dbs/z", true),
        // Not at the same place, or not the same action.
        (DELETE, "/dbs/a", DELETE, "/dbs/b", false),
        (DELETE, "/dbs/a/colls/b", DELETE, "/dbs/a/colls/c", false),
        ("readMetadata", "/", ITEMS, "/", false),
        // Not settled whether `containers/*` covers items.
        (CONTAINERS, "/", DELETE, "/", false),
        (CONTAINERS, "/", ITEMS, "/", false),
        (
            "sqlDatabases/containers/items/re*",
            "/",
            "sqlDatabases/containers/items/read",
            "/",
            false,
        ),
    ] {
        assert_eq!(
            grant_and_deny(granted, at, denied, from),
            expected,
            "{granted} {at} {denied} {from}"
        );
    }
}

/// Two blocks that say different things about local authentication.
fn blocks_contradict(first: &str, second: &str) -> bool {
    let block = |matches: &str, value: &str| format!("  - {{ match: {matches}, local_auth: {value} }}\n");
    let both = |a: &str, b: &str| {
        let text = format!("version: 1\naccounts:\n{}{}", block(a, "disabled"), block(b, "any"));
        !errors(&text).is_empty()
    };
    assert_eq!(
        both(first, second),
        both(second, first),
        "order matters for {first} {second}"
    );
    both(first, second)
}

#[test]
fn only_blocks_that_certainly_share_accounts_contradict() {
    for (first, second, expected) in [
        ("{}", "{}", true),
        ("{}", "{ account: a }", true),
        ("{ account: prod-* }", "{ account: PROD-1 }", true),
        ("{ account: prod-* }", "{ account: 'prod-*-eu' }", true),
        ("{ account: a }", "{ account: A }", true),
        ("{ account: '*' }", "{ tags: { env: prod } }", true),
        ("{ tags: { Env: 'p*' } }", "{ account: a, tags: { env: prod } }", true),
        ("{ account: a }", "{ account: b }", false),
        ("{ account: prod-* }", "{ account: '*-eu' }", false),
        ("{ account: prod-* }", "{ tags: { env: prod } }", false),
        ("{ tags: { env: prod } }", "{ tags: { env: Prod } }", false),
        ("{ resource_group: a }", "{ resource_group: b }", false),
    ] {
        assert_eq!(blocks_contradict(first, second), expected, "{first} {second}");
    }
}

#[test]
fn one_meaning_in_two_spellings_is_no_contradiction() {
    let text = "version: 1\naccounts:\n  \
        - roles: [{ name: W, data_actions: [readMetadata, '*'], assignable_scopes: [/, /dbs/a] }]\n  \
        - roles: [{ name: W, data_actions: ['*', READMETADATA, '*'], assignable_scopes: [/dbs/a/, /, /] }]\n";
    assert_eq!(errors(text), "");
    assert_eq!(errors(&text.replace(", assignable_scopes: [/dbs/a/, /, /]", "")), "");
    let other = text.replace("[/dbs/a/, /, /]", "[/]");
    assert!(errors(&other).contains("role `W` is declared with two meanings"));
}

/// A script may write one block thousands of times.
#[test]
fn of_blocks_with_the_same_settings_the_first_is_named() {
    let blocks: String = ["disabled", "disabled", "any", "any"]
        .into_iter()
        .map(|value| format!("  - {{ local_auth: {value} }}\n"))
        .collect();
    let narrower = "  - { match: { account: a }, local_auth: disabled }\n";
    let errors = errors(&format!("version: 1\naccounts:\n{blocks}{narrower}"));
    for (first, second) in [
        ("disabled` in block `accounts[0]`", "any` in block `accounts[2]`"),
        ("disabled` in block `accounts[0]`", "any` in block `accounts[3]`"),
        ("any` in block `accounts[2]`", "disabled` in block `accounts[4]`"),
    ] {
        let message = format!("`local_auth` is `{first}, but `{second}");
        assert_eq!(errors.matches(&message).count(), 1, "{errors}");
    }
    assert_eq!(errors.matches("`local_auth` is").count(), 3, "{errors}");
}
