//! Scopes: their spellings, their order, and the patterns of a policy.

use crate::cases;
use crate::strategies::{ACCOUNT, Place, any_text, name, place, scope_glob, scope_text};
use cosmos_rbac::model::azure_rbac::Level;
use cosmos_rbac::model::scope::ScopeError;
use cosmos_rbac::model::{AccountId, ActionPattern, AzureScope, Scope, ScopePattern, guid};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn account() -> AccountId {
    AccountId::parse(ACCOUNT).unwrap()
}

fn scope(place: &Place) -> Scope {
    match place.clone() {
        Place::Account => Scope::Account,
        Place::Database(database) => Scope::Database(database),
        Place::Container(database, container) => Scope::Container { database, container },
    }
}

/// The account's id with some letters in the other case.
fn casing(flips: &[bool]) -> String {
    let flip = |(letter, flip): (char, &bool)| match flip {
        true if letter.is_ascii_lowercase() => letter.to_ascii_uppercase(),
        true => letter.to_ascii_lowercase(),
        false => letter,
    };
    ACCOUNT.chars().zip(flips.iter().cycle()).map(flip).collect()
}

/// Paths made of the words that matter.
fn path() -> impl Strategy<Value = String> {
    let words = vec![
        "",
        "dbs",
        "colls",
        "sqlDatabases",
        "containers",
        "subscriptions",
        "providers",
        "Microsoft.DocumentDB",
        "databaseAccounts",
        "resourceGroups",
        "x",
        "*",
        "é",
        ACCOUNT,
    ];
    vec(prop_oneof![select(words).prop_map(str::to_owned), any_text()], 0..10).prop_map(|words| words.join("/"))
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn what_is_printed_reads_as_itself(place in place(), flips in vec(any::<bool>(), 1..40)) {
        let expected = Ok(scope(&place));
        let printed = scope(&place).to_string();
        let id = casing(&flips);
        let relative = printed.trim_start_matches('/');
        let mut spellings = vec![printed.clone(), relative.to_owned(), format!("{id}{printed}"), format!("{ACCOUNT}{printed}")];
        if place == Place::Account {
            spellings.push(id);
        } else {
            spellings.extend([format!("{printed}/"), format!("{relative}/"), format!("{id}{printed}/")]);
        }
        for spelling in spellings {
            prop_assert_eq!(Scope::parse(&spelling, &account()), expected.clone(), "{:?}", spelling);
        }
    }

    #[test]
    fn what_reads_prints_the_same(path in path()) {
        if let Ok(scope) = Scope::parse(&path, &account()) {
            prop_assert_eq!(Scope::parse(&scope.to_string(), &account()), Ok(scope));
        }
        if let Ok(pattern) = ScopePattern::parse(&path) {
            prop_assert_eq!(ScopePattern::parse(&pattern.to_string()), Ok(pattern));
        }
    }

    #[test]
    fn covering_is_a_partial_order(a in place(), b in place(), c in place()) {
        let [a, b, c] = [&a, &b, &c].map(scope);
        prop_assert!(a.covers(&a) && Scope::Account.covers(&a));
        prop_assert!(!(a.covers(&b) && b.covers(&a)) || a == b, "antisymmetric");
        prop_assert!(!(a.covers(&b) && b.covers(&c)) || a.covers(&c), "transitive");
        // Two that cover a third lie in each other: the order is a tree.
        prop_assert!(!(a.covers(&c) && b.covers(&c)) || a.covers(&b) || b.covers(&a), "tree");
        // What covers another begins with it, segment by segment.
        let path = |scope: &Scope| format!("{}/", scope.to_string().trim_end_matches('/'));
        prop_assert_eq!(a.covers(&b), path(&b).starts_with(&path(&a)));
    }

    #[test]
    fn patterns_agree_with_scopes(glob in scope_glob(), place in place(), other in place()) {
        let pattern = ScopePattern::parse(&scope_text(&glob)).unwrap();
        let [scope, other] = [&place, &other].map(scope);
        prop_assert!(!pattern.covers(&scope) || pattern.overlaps(&scope), "what is covered overlaps");
        prop_assert!(!(pattern.covers(&scope) && scope.covers(&other)) || pattern.covers(&other), "and all below it too");
        prop_assert!(!(pattern.overlaps(&other) && scope.covers(&other)) || pattern.overlaps(&scope), "upwards");
        prop_assert_eq!(pattern.literal().is_some(), !scope_text(&glob).contains('*'));
        if let Some(literal) = pattern.literal() {
            prop_assert_eq!(pattern.covers(&scope), literal.covers(&scope));
            prop_assert_eq!(pattern.overlaps(&scope), literal.covers(&scope) || scope.covers(&literal));
            prop_assert_eq!(literal.to_string(), pattern.to_string());
        }
        prop_assert!(ScopePattern::parse("/").unwrap().covers(&scope));
    }

    #[test]
    fn what_is_no_scope_is_an_error(place in place(), flips in vec(any::<bool>(), 1..40), name in name()) {
        let account = account();
        let suffix = scope(&place).to_string();
        let suffix = suffix.trim_end_matches('/');
        let doubled = format!("{ACCOUNT}{}{suffix}", casing(&flips));
        prop_assert_eq!(Scope::parse(&doubled, &account), Err(ScopeError::Doubled));
        prop_assert_eq!(Scope::parse(&format!("/dbs/{}{ACCOUNT}{suffix}", "x"), &account), Err(ScopeError::Doubled));
        let foreign = format!("{}{suffix}", ACCOUNT.replace("acc0", "acc"));
        prop_assert!(matches!(Scope::parse(&foreign, &account), Err(ScopeError::OtherAccount(_))));
        for outside in ["/subscriptions/5ub", "/subscriptions/5ub/resourceGroups/Rg", "/providers/x", "subscriptions"] {
            prop_assert_eq!(Scope::parse(outside, &account), Err(ScopeError::NotInAccount));
        }
        for wrong in [format!("/sqlDatabases/{name}"), format!("/dbs/x/containers/{name}"), format!("/dbs/x/collections/{name}")] {
            for text in [wrong.clone(), format!("{ACCOUNT}{wrong}")] {
                prop_assert!(matches!(Scope::parse(&text, &account), Err(ScopeError::ResourceWord(..))), "{}", text);
            }
            prop_assert!(ScopePattern::parse(&wrong).is_err());
        }
        for wrong in [format!("/Dbs/{name}"), format!("//dbs/{name}"), format!("/dbs/{name}//"), "/dbs/".to_owned(),
            format!("/dbs/{name}/colls"), format!("/dbs/{name}/colls/{name}/x"), format!("/dbs//colls/{name}")] {
            for text in [wrong.clone(), format!("{ACCOUNT}{wrong}")] {
                prop_assert_eq!(Scope::parse(&text, &account), Err(ScopeError::Shape), "{}", text);
            }
            prop_assert!(ScopePattern::parse(&wrong).is_err());
        }
    }

    #[test]
    fn no_text_breaks_a_parser(text in any_text(), path in path()) {
        for text in [&text, &path, &format!("{ACCOUNT}/{text}"), &format!("{ACCOUNT}{text}")] {
            let _ = Scope::parse(text, &account()).map(|scope| scope.to_string());
            if let Ok(pattern) = ScopePattern::parse(text) {
                let _ = (pattern.to_string(), pattern.literal(), pattern.covers(&Scope::Account));
            }
            if let Ok(id) = AccountId::parse(text) {
                prop_assert_eq!(&AccountId::parse(&text.to_ascii_uppercase()).unwrap(), &id);
                prop_assert_eq!(id.as_str(), text.as_str());
            }
            let pattern = ActionPattern::from_policy(text);
            let _ = (pattern.short(), pattern.covers_least(&path), pattern.covers_most(&path));
            let _ = guid::is_guid(text);
        }
    }

    #[test]
    fn account_ids_split_off_what_follows(flips in vec(any::<bool>(), 1..40), rest in any_text()) {
        let id = casing(&flips);
        let (found, after) = AccountId::split_prefix(&id).unwrap();
        prop_assert_eq!((found.as_str(), after), (id.as_str(), ""));
        prop_assert_eq!(&found, &account());
        let text = format!("{id}/{rest}");
        let (found, after) = AccountId::split_prefix(&text).unwrap();
        prop_assert_eq!(found, account());
        prop_assert_eq!(after, format!("/{rest}"));
    }

    #[test]
    fn azure_scopes_are_kept_whatever_they_are(texts in vec(prop_oneof![path(), any_text()], 3), flips in vec(any::<bool>(), 1..40)) {
        let [a, b, c] = [0, 1, 2].map(|at| AzureScope::from(texts[at].as_str()));
        prop_assert_eq!(a.as_str(), &texts[0]);
        prop_assert_eq!(AzureScope::from(texts[0].to_ascii_uppercase()).level(), a.level());
        prop_assert_eq!(a.contains(&a), a.level() != Level::Malformed);
        prop_assert!(!(a.contains(&b) && b.contains(&c)) || a.contains(&c));
        prop_assert!(!(a.contains(&b) && b.contains(&a)) || a.key() == b.key());
        if let Some((id, _)) = a.within_account() {
            prop_assert!(a.level() != Level::Resource || AzureScope::from(id.as_str()).contains(&a));
        }
        let own = AzureScope::from(casing(&flips));
        prop_assert_eq!(own.level(), Level::Resource);
        prop_assert_eq!(own.key().to_owned(), account().key().to_owned());
    }
}
