//! Paths are told apart as ARM does.

use super::*;

const ACCOUNT: &str = "/subscriptions/s/resourceGroups/Rg/providers/Microsoft.DocumentDB/databaseAccounts/A";

fn account() -> AccountPath {
    AccountPath {
        subscription: "s".to_owned(),
        group: "Rg".to_owned(),
        name: "A".to_owned(),
    }
}

#[test]
fn case_matters_in_names_only() {
    let upper = ACCOUNT
        .replace("resourceGroups", "RESOURCEGROUPS")
        .replace("databaseAccounts", "DATABASEACCOUNTS");
    assert_eq!(Route::parse(Origin::Arm, &upper), Route::Account(account()));
}

#[test]
fn every_way_to_keys_is_known() {
    for path in [
        "listKeys",
        "readonlykeys",
        "listConnectionStrings",
        "regenerateKey",
        "listkeys/",
    ] {
        assert_eq!(
            Route::parse(Origin::Arm, &format!("{ACCOUNT}/{path}")),
            Route::Keys(account()),
            "{path}"
        );
        assert!(touches_keys(&format!("/subscriptions/s/x/{path}")), "{path}");
    }
    assert!(!touches_keys(&format!("{ACCOUNT}/sqlDatabases")));
}

#[test]
fn names_are_decoded() {
    let route = Route::parse(Origin::Arm, &format!("{ACCOUNT}/sqlDatabases/a%20b/containers"));
    assert_eq!(
        route,
        Route::Containers {
            account: account(),
            list: "sqlDatabases".to_owned(),
            database: "a b".to_owned(),
            below: "containers".to_owned(),
        }
    );
}
