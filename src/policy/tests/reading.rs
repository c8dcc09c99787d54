//! What valid policies mean.

use super::{errors, load, repository};
use crate::checks;
use crate::checks::CHECKS;
use crate::finding::Severity;
use crate::model::{PrincipalId, PrincipalKind, builtin};
use crate::policy::{Policy, Presence, PrincipalRule, Privilege, Switch};
use jiff::civil::date;

const WHOLE: &str = r#"
version: 1
principals:
  orders-api:   { id: 63CF3AF1-7ee2-4d4c-9fe6-deb936065faa, kind: managed-identity }
  ledger-batch: { id: "00000000-0000-0000-0000-000000000123" }
accounts:
  - name: production
    match: { account: "cosmos-prod-*", resource_group: rg-*, tags: { env: prod } }
    local_auth: disabled
    key_metadata_writes: any
    roles:
      - { name: Custom Read/Write role, data_actions: [readMetadata, "sqlDatabases/containers/items/*"], assignable_scopes: [/] }
    grants:
      - { principal: orders-api, role: Custom Read/Write role, scope: /dbs/rbacsample/colls/data }
      - { principal: 12e34567-0000-0000-0000-000000000000, role: Cosmos DB Built-in Data Reader, scope: /dbs/*, presence: optional }
      - { principal: "*", data_actions: [readMetadata], scope: /, presence: optional }
    deny:
      - { data_actions: ["sqlDatabases/containers/items/delete"], scope: /dbs/ledger, except: [ledger-batch], reason: append-only }
    key_readers: [orders-api]
  - {}
checks:
  wildcard-action: off
  dangling-role: critical
waivers:
  - { check: excess-access, account: cosmos-legacy, principal: orders-api, expires: 2027-01-31, reason: "CHG-1234" }
"#;

#[test]
fn the_whole_language() {
    let policy = load(WHOLE).unwrap();
    let [production, everything] = policy.blocks.as_slice() else {
        panic!("{:?}", policy.blocks)
    };
    assert_eq!(
        (production.name.as_str(), everything.name.as_str()),
        ("production", "accounts[1]")
    );
    assert_eq!((production.at.line, production.at.column), (7, 5));
    assert_eq!(production.local_auth.as_ref().unwrap().value, Switch::Disabled);
    assert_eq!(
        production.local_auth.as_ref().unwrap().at.to_string(),
        "policy.yaml:9:17"
    );
    assert_eq!(production.key_metadata_writes.as_ref().unwrap().value, Switch::Any);
    assert_eq!(everything.local_auth, None);
    assert_eq!(everything.grants, None);
    assert_eq!(everything.matches, crate::policy::AccountMatch::default());

    let grants = production.grants.as_ref().unwrap();
    assert_eq!(
        grants[0].principal,
        PrincipalRule::One("63cf3af1-7ee2-4d4c-9fe6-deb936065faa".into())
    );
    assert_eq!(grants[0].permission, production.roles.as_ref().unwrap()[0].permission);
    assert_eq!(grants[0].presence, Presence::Required);
    assert_eq!(
        grants[1].principal,
        PrincipalRule::One("12e34567-0000-0000-0000-000000000000".into())
    );
    assert_eq!(grants[1].permission, builtin::DATA_READER.permission());
    assert_eq!(grants[2].principal, PrincipalRule::Anyone);
    assert_eq!(
        production.denies[0].except,
        [PrincipalId::from("00000000-0000-0000-0000-000000000123")]
    );
    assert_eq!(policy.principals[1].kind, Some(PrincipalKind::ManagedIdentity));
    assert_eq!(policy.severities[checks::check("wildcard-action").unwrap()].value, None);
    assert_eq!(
        policy.severities[checks::check("dangling-role").unwrap()].value,
        Some(Severity::Critical)
    );
    assert_eq!(policy.waivers[0].expires, date(2027, 1, 31));
    let readers = &production.holders[&Privilege::KeyReaders];
    assert_eq!((readers.at.line, readers.principals.len()), (19, 1));
}

/// What stands in the file is what is meant, whatever YAML's types make of it.
#[test]
fn scalars_stay_text() {
    let text = r"
version: '1'
principals:
  123: { id: 00000000-0000-0000-0000-000000000000 }
  null: { id: 12e34567-0000-0000-0000-000000000000 }
  2027-01-31: { id: 0x345678-0000-0000-0000-00000000000 }
";
    assert!(errors(text).contains("invalid object ID `0x345678-0000-0000-0000-00000000000`"));
    let policy = load(&text.replace(
        "0x345678-0000-0000-0000-00000000000",
        "99999999-0000-0000-0000-000000000009",
    ))
    .unwrap();
    let names: Vec<&str> = policy
        .principals
        .iter()
        .map(|principal| principal.name.as_str())
        .collect();
    assert_eq!(names, ["123", "2027-01-31", "null"]);
    for (written, read) in [
        ("007", "007"),
        ("1e3", "1e3"),
        ("yes", "yes"),
        ("'~'", "~"),
        ("2027-01-31", "2027-01-31"),
    ] {
        let policy = load(&format!("version: 1\naccounts: [{{ name: {written} }}]")).unwrap();
        assert_eq!(policy.blocks[0].name, read);
    }
    for off in ["off", "'off'", "\"off\""] {
        let policy = load(&format!("version: 1\nchecks: {{ limit-near: {off} }}")).unwrap();
        assert_eq!(policy.severities[checks::check("limit-near").unwrap()].value, None);
    }
    assert!(errors("version: 1\nchecks: { limit-near: false }").contains("can't be `false`"));
}

#[test]
fn absent_is_not_empty() {
    let policy = load("version: 1\naccounts:\n  - { roles: [], grants: [], key_readers: [] }\n  - {}").unwrap();
    let (empty, absent) = (&policy.blocks[0], &policy.blocks[1]);
    assert_eq!(
        (&empty.roles, &empty.grants, empty.holders.len()),
        (&Some(vec![]), &Some(vec![]), 1)
    );
    assert_eq!((&absent.roles, &absent.grants, absent.holders.len()), (&None, &None, 0));
    assert!(errors("version: 1\naccounts:\n  - grants:").contains("`grants` has no value; write `[]`"));
}

#[test]
fn actions_short_and_in_full() {
    let grant = |action: &str| {
        errors(&format!(
            "version: 1\naccounts: [{{ deny: [{{ data_actions: [\"{action}\"], scope: / }}] }}]"
        ))
    };
    for good in [
        "readMetadata",
        "READMETADATA",
        "*",
        "sqlDatabases/*",
        "sqlDatabases/containers/items/re*",
        "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/purge",
        "microsoft.documentdb/databaseaccounts/views/*",
        "tables/*",
        "mongoMI/containers/entities/read",
        "Microsoft.DocumentDB/*",
    ] {
        assert_eq!(grant(good), "", "{good}");
    }
    for bad in [
        "purge",
        "views/*",
        "/readMetadata",
        "Microsoft.Storage/*",
        "Microsoft.DocumentDB/databaseAccounts/",
    ] {
        assert_ne!(grant(bad), "", "{bad}");
    }
}

#[test]
fn waivers_without_account_may_be_for_everything() {
    let waiver =
        |check: &str| format!("version: 1\nwaivers: [{{ check: {check}, expires: 2027-01-31, reason: known }}]");
    assert_eq!(errors(&waiver("policy-unused")), "");
    assert!(errors(&waiver("excess-access")).contains("waiver for everything"));
}

#[test]
fn shipped_policies_load() {
    let baseline = Policy::baseline(&CHECKS);
    assert_eq!(baseline.files, ["policies/baseline.yaml (built in)".into()]);
    assert_eq!(baseline.blocks.len(), 1);
    assert_eq!(&*baseline.blocks[0].at.file, "policies/baseline.yaml (built in)");
    let strict = Policy::load(&[repository("policies/strict.yaml")], &CHECKS).unwrap();
    assert!(strict.severities.values().all(|severity| severity.value.is_some()));
}

#[test]
fn aliases_repeat_values() {
    let policy = load(
        "version: 1\naccounts:\n  - deny: &ledger [{ data_actions: [readMetadata], scope: / }]\n  - deny: *ledger\n",
    )
    .unwrap();
    assert_eq!(policy.blocks[0].denies, policy.blocks[1].denies);
}
