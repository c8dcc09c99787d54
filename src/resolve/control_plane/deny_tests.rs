//! Where a deny assignment holds, in every shape of scopes.

use super::*;

const SUBSCRIPTION: &str = "/subscriptions/s";
const GROUP: &str = "/subscriptions/s/resourceGroups/g";
const ACCOUNT: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/a";
const MANAGEMENT_GROUP: &str = "/providers/Microsoft.Management/managementGroups/m";
const CHILD: RequestPlace = RequestPlace::Child("sqlRoleAssignments");

fn covers(scope: &str, own_only: bool, within: bool, place: RequestPlace, holder: &str) -> Option<bool> {
    let assignment = DenyAssignment {
        id: "d".to_owned(),
        name: "mine".to_owned(),
        permissions: Vec::new(),
        scope: scope.into(),
        does_not_apply_to_child_scopes: own_only,
        principals: Vec::new(),
        exclude_principals: Vec::new(),
        condition: None,
        effect: None,
        system_protected: None,
    };
    let deny = Deny {
        assignment: &assignment,
        ranks: 0..1,
        within,
        actions: Vec::new(),
        named: 0,
        lifters: 0,
    };
    deny.covers(place, &holder.into())
}

#[test]
fn it_holds_below_its_scope_unless_it_is_for_that_alone() {
    use RequestPlace::{Account, Anywhere, Root};
    for (scope, own_only, place, holder, expected) in [
        ("/", false, Root, "/", Some(true)),
        (MANAGEMENT_GROUP, false, Root, "/", None),
        (SUBSCRIPTION, false, Root, "/", None),
        (SUBSCRIPTION, false, Account, GROUP, Some(true)),
        (SUBSCRIPTION, false, CHILD, GROUP, Some(true)),
        // What lies in an account is below it.
        (SUBSCRIPTION, true, Account, GROUP, None),
        (GROUP, true, CHILD, GROUP, None),
        (ACCOUNT, true, Account, GROUP, Some(true)),
        (ACCOUNT, true, CHILD, GROUP, None),
        // Roles are assigned at the holder's scope or below it.
        (SUBSCRIPTION, false, Anywhere, SUBSCRIPTION, Some(true)),
        (SUBSCRIPTION, false, Anywhere, ACCOUNT, Some(true)),
        (SUBSCRIPTION, false, Anywhere, "/", Some(false)),
        (GROUP, false, Anywhere, SUBSCRIPTION, Some(false)),
        (MANAGEMENT_GROUP, false, Anywhere, SUBSCRIPTION, Some(true)),
        // Who can assign them above the account need not do so at the account.
        (SUBSCRIPTION, true, Anywhere, SUBSCRIPTION, None),
        (ACCOUNT, true, Anywhere, SUBSCRIPTION, None),
        (ACCOUNT, true, Anywhere, GROUP, None),
        (ACCOUNT, true, Anywhere, "/", None),
        (ACCOUNT, true, Anywhere, ACCOUNT, Some(false)),
        ("nowhere", false, Account, GROUP, Some(false)),
        ("nowhere", true, CHILD, GROUP, Some(false)),
    ] {
        let found = covers(scope, own_only, false, place, holder);
        assert_eq!(found, expected, "{scope} {own_only} {place:?} {holder}");
    }
}

#[test]
fn within_an_account_it_holds_for_whoever_can_write_nothing_else() {
    let one = format!("{ACCOUNT}/sqlRoleAssignments/one");
    let below = format!("{one}/x/y");
    for (own_only, holder, expected) in [
        (false, ACCOUNT, None),
        (false, GROUP, None),
        (false, one.as_str(), Some(true)),
        (false, &below, Some(true)),
        (true, &one, Some(true)),
        (true, &one.to_uppercase(), Some(true)),
        (true, &below, Some(false)),
        (true, ACCOUNT, None),
    ] {
        assert_eq!(
            covers(&one, own_only, true, CHILD, holder),
            expected,
            "{own_only} {holder}"
        );
    }
}
