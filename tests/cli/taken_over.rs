//! `--baseline`: that somebody can act as a managed identity is known only as long as the identity has no more than it had.

use crate::growth::since;
use crate::support::Bench;
use crate::support::lines::{ANN, SUBSCRIPTION, account, allows, changed, role_guid, snapshot};
use serde_json::{Value, json};

const IDENTITY: &str = "1d000000-0000-4000-8000-000000000001";
const CREW: &str = "dddddddd-0000-4000-8000-00000000000d";
const FEDERATOR: &str = "a0000000-0000-4000-8000-000000000001";
const READER: &str = "a0000000-0000-4000-8000-000000000002";
const POLICY: &str = "version: 1\naccounts:\n  - { name: all, identity_admins: [] }\n";

/// What the identity has: `(who, role, scope)` in `shop`, patterns of the role, and whether it reads keys.
struct Has<'h> {
    shop: &'h [(&'h str, usize, &'h str)],
    other: &'h [(&'h str, usize, &'h str)],
    reads: &'h [&'h str],
    keys: bool,
}

const READS: &[&str] = &["sqlDatabases/containers/items/read", "readMetadata"];
const BEFORE: Has<'_> = Has {
    shop: &[(IDENTITY, 0, "/dbs/orders")],
    other: &[],
    reads: READS,
    keys: false,
};

/// Ann may federate the identity, which `has` something.
fn tenant(has: &Has<'_>) -> String {
    let roles = [
        ("reads", allows(has.reads)),
        ("deletes", allows(&["sqlDatabases/containers/items/delete"])),
    ];
    let accounts = ["other", "shop"].map(|name| {
        let own = if name == "shop" { has.shop } else { has.other };
        let mut account = account(name, &roles, own);
        account["account"]["local_auth_disabled"] = json!(false);
        account
    });
    let subscription = format!("/subscriptions/{SUBSCRIPTION}");
    let role = |guid: &str, action: &str| {
        json!({"id": format!("{subscription}/providers/Microsoft.Authorization/roleDefinitions/{guid}"),
        "role_name": action, "built_in": false, "assignable_scopes": [subscription], "permissions": [{"actions": [action], "not_actions": []}]})
    };
    let assigned = |who: &str, guid: &str| {
        let scope = format!("{subscription}/resourceGroups/rg");
        json!({"id": format!("{scope}/providers/Microsoft.Authorization/roleAssignments/{who}"), "scope": scope, "principal_id": who,
            "role_definition_id": format!("{subscription}/providers/Microsoft.Authorization/roleDefinitions/{guid}")})
    };
    let mut assignments = vec![assigned(ANN, FEDERATOR)];
    if has.keys {
        assignments.push(assigned(IDENTITY, READER));
    }
    let plane = json!({"control_plane": {"subscription": SUBSCRIPTION, "role_assignments": assignments, "role_definitions": [
        role(FEDERATOR, "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write"),
        role(READER, "Microsoft.DocumentDB/databaseAccounts/listKeys/action")], "deny_assignments": [], "eligible": [], "delegations": [],
        "gaps": []}});
    let known = |id: &str, name: &str, kind: &str| json!({"id": id, "name": name, "kind": kind, "found": true});
    let mut identity = known(IDENTITY, "id-orders", "managed-identity");
    identity["resource_id"] = format!(
        "{subscription}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-orders"
    )
    .into();
    let mut crew = known(CREW, "crew", "group");
    (crew["members"], crew["members_count"]) = (json!([IDENTITY]), json!(1));
    let people = [known(ANN, "ann", "user"), crew, identity];
    changed(&snapshot(&accounts, Some(plane)), |lines| {
        let end = lines.len() - 1;
        lines[end]["end"]["principals"] = json!(people.len());
        lines.insert(end, json!({"principals": people}));
    })
}

fn states(after: &str, exit: i32) -> Vec<String> {
    let report = since(POLICY, &tenant(&BEFORE), after, exit);
    let found = report.of("identity-takeover");
    found
        .iter()
        .map(|one| one["state"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn whatever_an_identity_gets_makes_acting_as_it_new() {
    let more = [
        Has {
            shop: &[(IDENTITY, 0, "/")],
            ..BEFORE
        },
        Has {
            shop: &[(IDENTITY, 0, "/dbs/orders"), (IDENTITY, 0, "/dbs/ledger")],
            ..BEFORE
        },
        Has {
            shop: &[(IDENTITY, 0, "/dbs/orders"), (IDENTITY, 1, "/dbs/orders")],
            ..BEFORE
        },
        // Through a group that it is in.
        Has {
            shop: &[(IDENTITY, 0, "/dbs/orders"), (CREW, 1, "/dbs/orders")],
            ..BEFORE
        },
        Has {
            other: &[(IDENTITY, 0, "/dbs/orders")],
            ..BEFORE
        },
        Has {
            reads: &["sqlDatabases/containers/items/*", "readMetadata"],
            ..BEFORE
        },
        Has { keys: true, ..BEFORE },
    ];
    for (number, has) in more.iter().enumerate() {
        assert_eq!(states(&tenant(has), 1), ["new"], "{number}");
    }
}

#[test]
fn acting_as_an_identity_with_the_same_is_known() {
    let same = tenant(&BEFORE);
    let text = |change: fn(&mut Vec<Value>)| changed(&same, change);
    let others = [
        same.clone(),
        // In another spelling.
        tenant(&Has {
            reads: &["READMetadata", "sqlDatabases/containers/ITEMS/read"],
            ..BEFORE
        }),
        // Once more.
        tenant(&Has {
            shop: &[(IDENTITY, 0, "/dbs/orders"), (IDENTITY, 0, "/dbs/orders")],
            ..BEFORE
        }),
        // What somebody else has.
        tenant(&Has {
            shop: &[(IDENTITY, 0, "/dbs/orders"), (ANN, 1, "/dbs/ledger")],
            ..BEFORE
        }),
        // The account's other role, its name and its id.
        text(|lines| {
            let roles = &mut lines[2]["role_definitions"];
            roles[1]["permissions"] = allows(&["readMetadata"]);
            roles[0]["role_name"] = json!("reads on");
        }),
    ];
    for (number, after) in others.iter().enumerate() {
        assert_eq!(states(after, 0), ["known"], "{number}");
    }
    assert!(same.contains(&role_guid(1)));
}

/// What is taken from an identity leaves that somebody can act as it: it opens nothing.
#[test]
fn a_fix_that_takes_something_from_an_identity_opens_nothing() {
    let bench = Bench::offline();
    let has = [(IDENTITY, 0, "/dbs/orders"), (IDENTITY, 1, "/dbs/ledger")];
    bench.write("tenant.jsonl", tenant(&Has { shop: &has, ..BEFORE }));
    bench.write(
        "policy.yaml",
        format!(
            "version: 1\nprincipals:\n  id-orders: {{ id: {IDENTITY} }}\naccounts:\n  - name: all\n    identity_admins: []\n    grants:\n      \
             - {{ principal: id-orders, scope: /dbs/orders, data_actions: [sqlDatabases/containers/items/read, readMetadata] }}\n"
        ),
    );
    let report = bench
        .run(&["audit", "--snapshot=tenant.jsonl", "-p=policy.yaml", "-f=json", "-q"])
        .exits(1)
        .report();
    let causes = report.0["causes"].as_array().unwrap();
    let of_grant = causes
        .iter()
        .find(|cause| cause["change"]["kind"] == "role-assignments")
        .unwrap();
    assert_eq!(of_grant["opens"]["by_severity"]["high"], json!(0), "{of_grant}");
    assert_eq!(report.of("identity-takeover").len(), 1);
}
