//! Scopes and resource IDs, one a line: what is printed is read again as the same.
#![no_main]

use cosmos_rbac::model::{AccountId, AzureScope, PrincipalId, Scope, ScopePattern, guid};
use libfuzzer_sys::fuzz_target;

const ACCOUNT: &str =
    "/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/acc";

fuzz_target!(|text: &str| {
    let own = AccountId::parse(ACCOUNT).unwrap();
    let mut scopes = Vec::new();
    for line in text.lines().take(20) {
        let full = format!("{ACCOUNT}{line}");
        for text in [line, &full] {
            scopes.extend(Scope::parse(text, &own).ok());
            scopes.extend(Scope::forgiving(text, &own));
            scopes.extend(Scope::relative(text));
            if let Ok(account) = AccountId::parse(text) {
                assert_eq!(AccountId::parse(account.as_str()).ok().as_ref(), Some(&account));
            }
            let azure = AzureScope::new(text);
            assert!(azure.contains(&azure) || !AzureScope::new(text).contains(&azure));
            azure.within_account();
        }
        guid::canonical(line);
        assert!(PrincipalId::from(line) == PrincipalId::from(line));
    }
    for scope in &scopes {
        assert_eq!(Scope::relative(&scope.to_string()).as_ref(), Some(scope), "{scope:?}");
        for other in &scopes {
            assert!(!scope.covers(other) || !other.covers(scope) || scope == other, "{scope:?} {other:?}");
        }
    }
    for line in text.lines().take(20) {
        let Ok(pattern) = ScopePattern::parse(line) else { continue };
        assert_eq!(ScopePattern::parse(&pattern.to_string()).ok().as_ref(), Some(&pattern));
        assert!(pattern.contains(&pattern));
        for scope in &scopes {
            assert!(!pattern.covers(scope) || pattern.overlaps(scope), "{pattern:?} {scope:?}");
        }
    }
});
