//! Which accounts a block is for, and which findings a waiver accepts.

use super::{account, load};
use crate::finding::{Confidence, Selected};
use crate::model::glob::Case;
use crate::model::{Account, AccountId, Api, Glob, PrincipalId, Scope};
use crate::policy::AccountMatch;

fn glob(text: &str) -> Option<Glob> {
    Some(Glob::new(text, Case::Ignored))
}

fn tagged(tags: &[(&str, &str)]) -> AccountMatch {
    let glob = |value: &str| Glob::new(value, Case::Sensitive);
    AccountMatch {
        tags: tags
            .iter()
            .map(|(name, value)| ((*name).to_owned(), glob(value)))
            .collect(),
        ..AccountMatch::default()
    }
}

#[test]
fn all_that_a_block_asks_for_has_to_match() {
    let own = account("cosmos-orders", &[]);
    let with = |change: &dyn Fn(&mut AccountMatch)| {
        let mut asked = AccountMatch {
            account: glob("COSMOS-*"),
            subscription: glob("s"),
            resource_group: glob("rg"),
            api: Some(Api::Sql),
            ..AccountMatch::default()
        };
        change(&mut asked);
        asked.matches(&own)
    };
    assert_eq!(with(&|_| {}), Some(true));
    assert_eq!(with(&|asked| asked.api = None), Some(true));
    assert_eq!(with(&|asked| asked.account = glob("other")), Some(false));
    assert_eq!(with(&|asked| asked.subscription = glob("t")), Some(false));
    assert_eq!(with(&|asked| asked.resource_group = glob("rg2")), Some(false));
    assert_eq!(with(&|asked| asked.api = Some(Api::Mongo)), Some(false));
}

#[test]
fn a_name_that_is_known_in_part_can_be_enough() {
    let id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/";
    let fits = |pattern: &str, name: &str| {
        let own = Account {
            id: AccountId::parse(&format!("{id}{name}")).unwrap(),
            ..account("x", &[])
        };
        let asked = AccountMatch {
            account: glob(pattern),
            ..AccountMatch::default()
        };
        asked.matches(&own)
    };
    for (pattern, name, expected) in [
        ("*", "{x}", Some(true)),
        ("**", "orders-{x}", Some(true)),
        ("orders-*", "orders-{x}", Some(true)),
        ("ORDERS-*", "orders-{x}-eu", Some(true)),
        ("o*", "orders-{x}", Some(true)),
        ("orders-a*", "orders-{x}", None),
        ("orders", "{x}", None),
        ("sales-*", "orders-{x}", Some(false)),
        ("sales", "orders-{x}", Some(false)),
        // The end counts as well.
        ("o*u", "orders-{x}-eu", None),
        ("*west-eu", "orders-{x}-eu", None),
        ("orders-west-eu", "orders-{x}-eu", None),
        ("orders-*-us", "orders-{x}-eu", Some(false)),
        ("*-us", "orders-{x}-eu", Some(false)),
    ] {
        assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
    }
}

#[test]
fn tags_that_only_a_deployment_tells_leave_it_open() {
    for (asked, own, expected) in [
        (&[("env", "prod")][..], &[("ENV", "prod")][..], Some(true)),
        (&[("env", "prod")], &[("env", "Prod")], Some(false)),
        (&[("env", "prod")], &[], Some(false)),
        (&[("env", "prod")], &[("env", "⟨x⟩")], None),
        (&[("env", "prod")], &[("⟨x⟩", "prod")], None),
        (
            &[("env", "prod"), ("team", "a")],
            &[("env", "⟨x⟩"), ("team", "b")],
            Some(false),
        ),
        (
            &[("env", "prod"), ("team", "a")],
            &[("env", "prod"), ("team", "⟨x⟩")],
            None,
        ),
        (
            &[("env", "prod"), ("team", "a")],
            &[("env", "⟨x⟩"), ("team", "a")],
            None,
        ),
    ] {
        assert_eq!(tagged(asked).matches(&account("x", own)), expected, "{asked:?} {own:?}");
    }
}

/// Whoever can write tags must not keep a scanned account from being judged.
#[test]
fn a_tag_of_azure_is_told_whatever_it_looks_like() {
    let mut own = account("x", &[("env", "prod")]);
    own.tags = serde_json::from_str(r#"{"env":"⟨x⟩","⟨y⟩":"prod"}"#).unwrap();
    assert_eq!(tagged(&[("env", "prod")]).matches(&own), Some(false));
    assert_eq!(tagged(&[("env", "⟨x⟩")]).matches(&own), Some(true));
    assert_eq!(tagged(&[("team", "a")]).matches(&own), Some(false));
}

#[test]
fn a_block_is_wider_if_it_asks_for_less() {
    let of_account = |pattern: &str| AccountMatch {
        account: glob(pattern),
        ..AccountMatch::default()
    };
    let of_api = |api| AccountMatch {
        api: Some(api),
        ..AccountMatch::default()
    };
    let any = AccountMatch::default();
    for (wide, narrow, expected) in [
        (&any, &of_account("a*"), true),
        (&of_account("a*"), &of_account("ab"), true),
        (&of_account("ab"), &of_account("a*"), false),
        (&of_account("a*"), &any, false),
        (&of_account("*"), &any, true),
        (&any, &of_api(Api::Sql), true),
        (&of_api(Api::Sql), &of_api(Api::Sql), true),
        (&of_api(Api::Sql), &of_api(Api::Mongo), false),
        (&of_api(Api::Sql), &any, false),
        (&any, &tagged(&[("env", "prod")]), true),
        (
            &tagged(&[("env", "p*")]),
            &tagged(&[("Env", "prod"), ("team", "a")]),
            true,
        ),
        (&tagged(&[("env", "p*")]), &tagged(&[("env", "test")]), false),
        (&tagged(&[("env", "*")]), &any, false),
    ] {
        assert_eq!(wide.contains(narrow), expected, "{wide:?} {narrow:?}");
    }
}

/// Whether a waiver with these keys accepts a finding that is changed like this.
fn accepts<'f>(keys: &str, mut finding: Selected<'f>, change: impl FnOnce(&mut Selected<'f>)) -> bool {
    let text = format!("version: 1\nwaivers: [{{ check: excess-access, {keys}, expires: 2027-01-31, reason: r }}]\n");
    change(&mut finding);
    load(&text).unwrap().waivers[0].selects(&finding)
}

#[test]
fn a_waiver_accepts_what_has_all_that_it_names() {
    let ann = "00000000-0000-4000-8000-00000000000a";
    let (ann_id, bob_id) = (
        PrincipalId::from(ann),
        PrincipalId::from("00000000-0000-4000-8000-00000000000b"),
    );
    let fingerprint = "0123456789abcdef0123456789abcdef";
    let found = || Selected {
        accounts: Some(vec!["cosmos-orders"]),
        principal: Some(&ann_id),
        scope: Some(Scope::Database("orders".to_owned())),
        role: Some("Reader"),
        confidence: Confidence::Possible,
        fingerprint: fingerprint.into(),
    };
    let of_ann = format!("principal: {ann}");
    let of_fingerprint = format!("fingerprint: {fingerprint}");
    let possible = "account: cosmos-orders, confidence: possible";
    for keys in [
        "account: Cosmos-*",
        &of_ann,
        "scope: /dbs/o*",
        "role: R*",
        &of_fingerprint,
        possible,
        &format!("account: '*', {of_ann}, scope: /dbs/orders, role: Reader, {of_fingerprint}, confidence: possible"),
    ] {
        assert!(accepts(keys, found(), |_| {}), "{keys}");
    }
    assert!(accepts("account: '*', role: Reader", found(), |one| one.confidence =
        Confidence::Certain));
    // Each of them alone is enough to leave a finding out.
    let whole = format!(
        "account: cosmos-*, {of_ann}, scope: /dbs/orders, role: Reader, {of_fingerprint}, confidence: possible"
    );
    assert!(accepts(&whole, found(), |_| {}));
    assert!(!accepts(&whole, found(), |one| one.accounts =
        Some(vec!["cosmos-orders", "other"])));
    assert!(!accepts(&whole, found(), |one| one.accounts = None));
    assert!(!accepts(&whole, found(), |one| one.principal = None));
    assert!(!accepts(&of_ann, found(), |one| one.principal = Some(&bob_id)));
    assert!(!accepts(&whole, found(), |one| one.scope = Some(Scope::Account)));
    assert!(!accepts(&whole, found(), |one| one.scope = None));
    assert!(!accepts(&whole, found(), |one| one.role = Some("reader")));
    assert!(!accepts(&whole, found(), |one| one.role = None));
    assert!(!accepts(&whole, found(), |one| one.confidence = Confidence::Certain));
    assert!(!accepts(&whole, found(), |one| one.fingerprint = "ff".into()));
}
