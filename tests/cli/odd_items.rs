//! Answers that come, but hold something odd: only what is malformed is a gap, and nothing is dropped.

use crate::faults::{SUBSCRIPTION, account, audit, gap};
use crate::support::Bench;
use arm_emulator::Options;

#[test]
fn items_that_are_malformed() {
    let text = SUBSCRIPTION.to_owned()
        + &account("half")
        + r#"        built_in_roles: false
        role_definitions:
          - { name: Reader, permissions: [{ data_actions: [readMetadata] }] }
          - { raw: { id: "{account}/sqlRoleDefinitions/1", properties: { roleName: No permissions, type: CustomRole, assignableScopes: [] } } }
        raw_databases: [{ properties: 5 }]
"#
        + &account("items").replace(
            "role_assignments: [",
            "role_assignments: [{ raw: { id: \"{account}/sqlRoleAssignments/half\", properties: { scope: \"{account}\", principalId: 17 } } }, ",
        )
        + "      - { name: nothing, raw: { name: nothing, properties: 5 } }\n"
        + &account("good");
    let outcome = audit(&Bench::azure(&text)).exits(3);
    let report = outcome.report();
    assert_eq!(report.accounts(), ["good", "half", "items"]);
    assert_eq!(report.account("good")["gaps"], 0);
    let items = report.account("items");
    assert_eq!(
        (&items["role_assignments"], &items["gaps"]),
        (&1.into(), &1.into()),
        "{items}"
    );
    let half = report.account("half");
    assert_eq!(
        (&half["databases"], &half["role_definitions"], &half["gaps"]),
        (&1.into(), &1.into(), &2.into()),
        "{half}"
    );
    for (said, times) in [
        (" failed with MalformedItem.", 4),
        ("accounts of subscription", 1),
        ("sqlRoleAssignments/half", 1),
    ] {
        assert_eq!(outcome.stdout.matches(said).count(), times, "{said}: {outcome}");
    }
}

/// The audit does not read these fields; whatever stands there, nothing is lost.
#[test]
fn fields_that_nobody_reads() {
    let plain = SUBSCRIPTION.to_owned() + &account("odd");
    let expected = audit(&Bench::azure(&plain)).exits(0).stdout;
    let odd = plain.replace(
        "        databases: { orders: [open] }",
        r#"        databases: { orders: [open] }
        properties:
          provisioningState: Transcending
          publicNetworkAccess: Perhaps
          defaultIdentity: 7
          createMode: { new: thing }
          backupPolicy: { type: Quantum, quantumModeProperties: { qubits: "many" } }
          networkAclBypass: [1]
          consistencyPolicy: { defaultConsistencyLevel: Eventually, maxStalenessPrefix: 99999999999999999999 }
          minimalTlsVersion: Tls14
          keysMetadata: { primaryMasterKey: { generationTime: yesterday } }
          locations: none"#,
    );
    let outcome = audit(&Bench::azure(&odd)).exits(0);
    assert_eq!(outcome.stdout, expected);
}

/// A field that is read but is not what it should be: only what it decides is not known.
#[test]
fn switch_that_is_no_switch() {
    let text = SUBSCRIPTION.to_owned()
        + &account("odd").replace("disable_local_auth: true", "properties: { disableLocalAuth: \"true\" }");
    let report = audit(&Bench::azure(&text)).exits(3).report();
    assert!(gap(&report, "odd").contains("setting for key-based authentication"));
    let account = report.account("odd");
    assert!(account["local_auth_disabled"].is_null(), "{account}");
    assert_eq!(account["role_assignments"], 1);
}

/// Read as they are, and told as findings; nothing is dropped.
#[test]
fn odd_roles_and_scopes() {
    let text = SUBSCRIPTION.to_owned()
        + r#"      - name: odd
        disable_local_auth: true
        disable_key_based_metadata_write_access: true
        databases: { orders: [open] }
        role_definitions:
          - { name: Guesswork, permissions: [{ data_actions: [readMetadata, "sqlDatabases/containers/items/write"] }] }
        role_assignments:
          - { id: 00000000-0000-4000-8000-00000000000a, role: 00000000-0000-0000-0000-000000000001, principal_id: &who 63cf3af1-7ee2-4d4c-9fe6-deb936065faa, scope: "{account}{account}/dbs/orders" }
          - { id: 00000000-0000-4000-8000-00000000000b, role: 00000000-0000-0000-0000-000000000001, principal_id: *who, scope: "{account}/sqlDatabases/orders" }
          - { id: 00000000-0000-4000-8000-00000000000c, role: "{account}/sqlRoleDefinitions/deadbeef-0000-4000-8000-000000000000", principal_id: *who, scope: "{account}/dbs/orders" }
          - { id: 00000000-0000-4000-8000-00000000000d, role: Guesswork, principal_id: *who, scope: "{account}/dbs/orders" }
"#;
    let bench = Bench::azure_with(
        &text,
        Options {
            page_size: 1,
            ..Options::default()
        },
    );
    let outcome = audit(&bench).exits(1);
    let report = outcome.report();
    assert_eq!(report.account("odd")["role_assignments"], 4);
    assert_eq!(report.account("odd")["gaps"], 0);
    let subjects = |check: &str| -> Vec<String> {
        let found = report
            .of(check)
            .into_iter()
            .map(|found| found["subject"].as_str().unwrap());
        found
            .map(|subject| subject.rsplit('-').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(subjects("malformed-scope"), ["00000000000a", "00000000000b"]);
    assert_eq!(subjects("dangling-role"), ["00000000000c"]);
    let [unknown] = report.of("unknown-action")[..] else {
        panic!("{outcome}")
    };
    assert!(
        unknown["message"].as_str().unwrap().contains("items/write"),
        "{unknown}"
    );
}

/// Items of one list are one warning, and the last line counts lists, also where an account has gaps.
#[test]
fn a_list_is_counted_once_whatever_its_items() {
    let text = SUBSCRIPTION.to_owned()
        + &account("half")
        + "        raw_databases: [{ properties: 5 }, { properties: 6 }]\n"
        + "      - { name: nothing, raw: { name: nothing, properties: 5 } }\n"
        + "      - { name: nobody, raw: { name: nobody, properties: 5 } }\n"
        + "faults:\n  - { on: { kind: denyAssignments }, kind: forbidden }\n";
    let bench = Bench::azure(&text);
    let scan = bench
        .signed_in(&["scan", "--all-subscriptions", "--output=s.jsonl"])
        .run();
    let scan = scan.exits(3).says(&[
        "warning: 2 items of databases of half couldn't be read (the first: MalformedItem: ",
        "warning: 2 items of accounts of 5e1f0c1a-0000-4000-8000-000000000001 couldn't be read (the first: MalformedItem: ",
        " s. 1 account couldn't be fully read. 2 other lists couldn't be read.\n",
    ]);
    assert_eq!(scan.stderr.matches("couldn't be read (").count(), 3, "{scan}");
    let gaps = bench.read("s.jsonl").matches("MalformedItem").count();
    assert_eq!(gaps, 4, "each item is a gap in the snapshot");
    let list = bench.run(&["list", "accounts", "--snapshot=s.jsonl"]).exits(3);
    assert_eq!(list.stderr.matches("warning: 2 items of ").count(), 2, "{list}");
    // A scan that resumes counts what it doesn't read again.
    let text = bench.read("s.jsonl");
    let kept = text.lines().filter(|line| !line.starts_with("{\"end\""));
    bench.write("t.jsonl", kept.map(|line| format!("{line}\n")).collect::<String>());
    let resumed = bench
        .signed_in(&["scan", "--all-subscriptions", "--output=t.jsonl", "--resume"])
        .run();
    resumed
        .exits(3)
        .says(&[" 1 account couldn't be fully read. 2 other lists couldn't be read.\n"]);
}
