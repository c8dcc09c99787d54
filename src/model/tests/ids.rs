//! Ids that name a role definition, and patterns that are shown without what all begin with.

use super::{ACCOUNT, account_id};
use crate::model::action::PREFIX;
use crate::model::{AccountId, ActionPattern, Naming, RoleDefinitionId, guid};

#[test]
fn an_id_names_a_role_for_certain_only_in_a_list_of_the_account() {
    let other = ACCOUNT.replace("/acc", "/abc");
    let cases = [
        (format!("{ACCOUNT}/sqlRoleDefinitions/x"), Some(Naming::Certain)),
        // Not where a list has it, though the role definition says the same of itself.
        (format!("{ACCOUNT}//x"), Some(Naming::Possible)),
        (format!("{ACCOUNT}/sqlRoleDefinitions/"), Some(Naming::Possible)),
        (format!("{ACCOUNT}/sqlRoleDefinitions/x/y"), Some(Naming::Possible)),
        (format!("{ACCOUNT}/x"), Some(Naming::Possible)),
        (format!("{other}/sqlRoleDefinitions/x"), None),
    ];
    for (id, expected) in cases {
        let named = RoleDefinitionId::from(id.as_str()).naming(&account_id(), &id);
        assert_eq!(named, expected, "{id}");
    }
}

#[test]
fn only_the_prefix_of_data_actions_is_left_out() {
    for (text, short) in [
        (format!("{PREFIX}readMetadata"), "readMetadata"),
        (format!("{}readMetadata", PREFIX.to_uppercase()), "readMetadata"),
        (format!("{PREFIX}items/*"), "items/*"),
        // What is left would mean something else, or nothing.
        (format!("{PREFIX}*"), "Microsoft.DocumentDB/databaseAccounts/*"),
        (PREFIX.to_owned(), PREFIX),
        (
            "Microsoft.Storage/storageAccounts/blobServices/read".to_owned(),
            "Microsoft.Storage/storageAccounts/blobServices/read",
        ),
    ] {
        assert_eq!(ActionPattern::full(text.as_str()).short(), short);
    }
}

#[test]
fn an_id_is_shortened_only_where_that_leaves_something_out() {
    for (id, short) in [
        ("123456789012", "123456789012"),
        ("1234567890123", "12345678…0123"),
        ("x", "x"),
    ] {
        assert_eq!(guid::short_id(id).as_str(), short);
    }
}

#[test]
fn ids_ignore_the_case_of_all_letters() {
    let of = |group: &str| ACCOUNT.replace("/resourceGroups/rg/", &format!("/resourceGroups/{group}/"));
    let own = AccountId::parse(&of("ÉtéẞK")).unwrap();
    // In another casing it is of another length.
    let other = of("éTÉß\u{212a}").to_uppercase().replace("SS", "ß");
    assert_eq!(own, AccountId::parse(&other).unwrap());
    assert_eq!(own.rest_of(&format!("{other}/dbs/x")), Some("/dbs/x"));
    for elsewhere in [format!("{}/dbs/x", of("ete")), format!("{other}x"), String::new()] {
        assert_eq!(own.rest_of(&elsewhere), None, "{elsewhere}");
    }
}
