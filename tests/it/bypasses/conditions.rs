//! What conditions of Azure role assignments can't take away.

use super::semantics::Case;
use super::*;

/// Conditions are documented for assigning roles: nobody has shown that one keeps anybody from the keys.
#[test]
fn a_condition_takes_nothing_but_assigning_roles_away_for_certain() {
    for text in ["!(ActionMatches{'*'})", "!(ActionMatches{'Microsoft.DocumentDB/*'})"] {
        let case = Case::new().assign(1, OWNER, "", json!({ "condition": text }));
        for check in ["key-access", "self-grant", "local-auth-switch"] {
            assert_eq!(case.sure(check, "ann"), "possible", "{check} {text}");
        }
    }
}
