use super::super::testing::{changed, configured, plan_of, properties, read_plan};
use serde_json::{Value as Json, json};

const ENABLED: &str = "local_authentication_enabled";
const DISABLED: &str = "local_authentication_disabled";

/// `disableLocalAuth` of an account. `set`: what the configuration sets, and what that refers to.
fn read(actions: &[&str], known: Json, unknown: &[&str], set: Option<&[(&str, &[&str])]>) -> Json {
    let mut after = json!({"name": "orders", "resource_group_name": "rg"});
    after
        .as_object_mut()
        .unwrap()
        .extend(known.as_object().unwrap().clone());
    let before = match actions {
        ["create"] => Json::Null,
        _ => json!({"name": "orders"}),
    };
    let unknown = unknown.iter().map(|field| ((*field).to_owned(), true.into())).collect();
    let change = changed(
        "azurerm_cosmosdb_account.a",
        actions,
        before,
        after,
        Json::Object(unknown),
    );
    let root = match set {
        Some(set) => json!({"resources": [configured("azurerm_cosmosdb_account.a", set)]}),
        None => json!({}),
    };
    let mut plan = plan_of(vec![change], root);
    plan["variables"] = json!({"unset": {"value": null}, "off": {"value": false}});
    properties(&read_plan(&plan).resources[0])["disableLocalAuth"].clone()
}

#[test]
fn key_based_authentication_by_its_two_fields() {
    let later = json!("?!azurerm_cosmosdb_account.a.local_authentication_enabled");
    let none: &[(&str, &[&str])] = &[];
    let create: &[&str] = &["create"];
    let update: &[&str] = &["update"];
    let replace: &[&str] = &["delete", "create"];
    for (what, actions, known, unknown, set, wanted) in [
        (
            "version 5: on",
            create,
            json!({ENABLED: true}),
            vec![],
            Some(none),
            json!(false),
        ),
        (
            "version 5: off",
            create,
            json!({ENABLED: false}),
            vec![],
            Some(&[(ENABLED, &[] as &[&str])][..]),
            json!(true),
        ),
        (
            "version 3: on",
            create,
            json!({DISABLED: false}),
            vec![],
            Some(none),
            json!(false),
        ),
        (
            "version 3: off",
            create,
            json!({DISABLED: true}),
            vec![],
            Some(&[(DISABLED, &[][..])]),
            json!(true),
        ),
        (
            "version 4: neither is set",
            create,
            json!({}),
            vec![ENABLED, DISABLED],
            Some(none),
            json!(false),
        ),
        (
            "replaced, and neither is set",
            replace,
            json!({}),
            vec![ENABLED, DISABLED],
            Some(none),
            json!(false),
        ),
        (
            "no configuration",
            create,
            json!({}),
            vec![ENABLED, DISABLED],
            None,
            later.clone(),
        ),
        ("neither field exists", create, json!({}), vec![], None, json!(false)),
        (
            "version 4: the older field is set",
            create,
            json!({DISABLED: true}),
            vec![ENABLED],
            Some(&[(DISABLED, &[][..])]),
            json!(true),
        ),
        // The field that isn't set keeps its value of before.
        (
            "the older field is changed",
            update,
            json!({DISABLED: true, ENABLED: true}),
            vec![],
            Some(&[(DISABLED, &[][..])]),
            json!(true),
        ),
        (
            "the newer field is changed",
            update,
            json!({DISABLED: true, ENABLED: true}),
            vec![],
            Some(&[(ENABLED, &[][..])]),
            json!(false),
        ),
        (
            "nothing is changed",
            &["no-op"],
            json!({DISABLED: true, ENABLED: false}),
            vec![],
            Some(none),
            json!(true),
        ),
        (
            "they disagree, and nobody sets them",
            update,
            json!({DISABLED: true, ENABLED: true}),
            vec![],
            Some(none),
            json!("?azurerm_cosmosdb_account.a.local_authentication_enabled"),
        ),
        (
            "a provider that doesn't know it",
            update,
            json!({}),
            vec![],
            Some(none),
            json!("?azurerm_cosmosdb_account.a.local_authentication_enabled"),
        ),
        (
            "it depends on another resource",
            create,
            json!({}),
            vec![ENABLED, DISABLED],
            Some(&[(ENABLED, &["random_shuffle.x.result", "random_shuffle.x"][..])]),
            later.clone(),
        ),
        (
            "a variable without a value",
            create,
            json!({}),
            vec![ENABLED, DISABLED],
            Some(&[(ENABLED, &["var.unset"][..])]),
            json!(false),
        ),
        (
            "a variable without a value beside one that has one",
            create,
            json!({DISABLED: true}),
            vec![ENABLED],
            Some(&[(ENABLED, &["var.unset"][..]), (DISABLED, &[])]),
            json!(true),
        ),
        (
            "a variable with a value",
            create,
            json!({}),
            vec![ENABLED, DISABLED],
            Some(&[(ENABLED, &["var.off"][..])]),
            later,
        ),
    ] {
        assert_eq!(read(actions, known, &unknown, set), wanted, "{what}");
    }
}

#[test]
fn capabilities_and_other_settings() {
    let read = |after: Json, unknown: Json, set: &[(&str, &[&str])]| {
        let change = changed("azurerm_cosmosdb_account.a", &["create"], Json::Null, after, unknown);
        let root = json!({"resources": [configured("azurerm_cosmosdb_account.a", set)]});
        let mut found = properties(&read_plan(&plan_of(vec![change], root)).resources[0]);
        found.as_object_mut().unwrap().remove("disableLocalAuth");
        found
    };
    let after = json!({
        "kind": "MongoDB", "capabilities": [{"name": "EnableMongo"}], "access_key_metadata_writes_enabled": false,
        "backup": [{"type": "Continuous", "tier": "Continuous7Days"}], "primary_key": "s3cret",
    });
    let wanted = json!({
        "capabilities": [{"name": "EnableMongo"}], "disableKeyBasedMetadataWriteAccess": true,
        "backupPolicy": {"type": "Continuous"},
    });
    assert_eq!(read(after, json!({}), &[]), wanted);
    let unknown = json!({"capabilities": true, "backup": true, "access_key_metadata_writes_enabled": true});
    let writes = "?!azurerm_cosmosdb_account.a.access_key_metadata_writes_enabled";
    assert_eq!(
        read(json!({}), unknown.clone(), &[]),
        json!({"capabilities": [], "disableKeyBasedMetadataWriteAccess": writes})
    );
    let capabilities = "?azurerm_cosmosdb_account.a.capabilities";
    assert_eq!(
        read(json!({}), unknown.clone(), &[("capabilities", &["random_shuffle.x"])]),
        json!({"capabilities": capabilities, "disableKeyBasedMetadataWriteAccess": writes})
    );
    // Without the configuration, whether it is set isn't told.
    let change = changed(
        "azurerm_cosmosdb_account.a",
        &["create"],
        Json::Null,
        json!({}),
        unknown,
    );
    let found = properties(&read_plan(&plan_of(vec![change], json!({}))).resources[0]);
    assert_eq!(found["capabilities"], json!(capabilities));
}
