//! `access`, `who-can` and `explain --denied`: what is asked of the sample tenant, and of tenants in which nobody can.

use crate::support::{Bench, golden, sample};
use serde_json::Value;

const SNAPSHOT: &str = "--snapshot=contoso.jsonl";
const POLICY: &str = "-p=policies/contoso.yaml";
/// The question of the wireframe: who can delete in a ledger that is append-only.
const LEDGER: [&str; 5] = [
    "who-can",
    "items/delete",
    "--on=/dbs/ledger",
    "--account=cosmos-ledger",
    SNAPSHOT,
];

fn with<'a>(first: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [first, more].concat()
}

#[test]
fn who_can_delete_from_the_ledger() {
    let bench = sample::bench();
    for width in ["60", "80", "120"] {
        let run = bench.command(&with(&LEDGER, &[POLICY])).env("COLUMNS", width).run();
        let run = run.exits(0);
        golden(&format!("access/ledger-{width}.txt"), &run.stdout);
        crate::table::assert_fits(&run.stdout, width);
        assert_eq!(run.stderr, "");
    }
    let csv = bench.run(&with(&LEDGER, &["-f=csv"])).exits(0);
    golden("access/ledger.csv", &csv.stdout);
    // A scope can be written in many ways.
    let table = bench.run(&LEDGER).exits(0).stdout;
    for on in [
        "dbs/ledger",
        "cosmos-ledger/dbs/ledger",
        "cosmos-ledger/sqlDatabases/ledger",
    ] {
        let same = ["who-can", "items/delete", "--account=cosmos-ledger", "--on", on];
        let other = bench.run(&with(&same, &[SNAPSHOT])).exits(0);
        let answer = |text: &str| text.split("\n\nNext").next().unwrap().to_owned();
        assert_eq!(answer(&other.stdout), answer(&table), "{on}");
    }
}

#[test]
fn everything_is_shown_in_sections() {
    let bench = sample::bench();
    for (name, arguments) in [
        ("all", &["access", SNAPSHOT][..]),
        ("keys", &["who-can", "keys", SNAPSHOT]),
        ("manage", &["who-can", "manage", "--account", "cosmos-orders", SNAPSHOT]),
        ("group", &["access", "--principal", "Lab Interns", SNAPSHOT]),
    ] {
        let run = bench.run(arguments).exits(0);
        golden(&format!("access/{name}.txt"), &run.stdout);
    }
}

#[test]
fn answers_are_explained() {
    let bench = sample::bench();
    let explained = |arguments: &[&str], code| {
        let arguments = with(arguments, &["--explain", SNAPSHOT]);
        let run = bench.command(&arguments).env("COLUMNS", "80").run().exits(code);
        crate::table::assert_fits(&run.stdout, "80");
        run.stdout
    };
    golden(
        "access/explain-reporting.txt",
        &explained(&["access", "--principal", "reporting"], 0),
    );
    golden(
        "access/explain-on-call.txt",
        &explained(
            &[
                "who-can",
                "items/delete",
                "--principal",
                "On Call",
                "--account",
                "cosmos-ledger",
            ],
            0,
        ),
    );
    golden(
        "access/explain-nobody.txt",
        &explained(
            &[
                "who-can",
                "items/delete",
                "--principal",
                "reporting",
                "--account",
                "cosmos-ledger",
            ],
            1,
        ),
    );
    golden(
        "access/explain-unknown.txt",
        &explained(
            &[
                "who-can",
                "items/read",
                "--principal",
                "reporting",
                "--account",
                "staging-orders",
            ],
            3,
        ),
    );
}

#[test]
fn json_is_as_its_schema_says() {
    let bench = sample::bench();
    let schema: Value = serde_json::from_str(&bench.run(&["schema", "access"]).exits(0).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for arguments in [
        &["access", SNAPSHOT][..],
        &["access", SNAPSHOT, POLICY],
        &["who-can", "items/*", SNAPSHOT],
        &["who-can", "keys", SNAPSHOT],
        &["access", "--principal", "Olga Owner", "--tag", "env=*", SNAPSHOT],
    ] {
        let run = bench.run(&with(arguments, &["-f=json"]));
        let value: Value = serde_json::from_str(&run.stdout).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0], "{arguments:?}");
        assert_eq!(
            run.code,
            i32::from(value["rows"].as_array().unwrap().is_empty()),
            "{arguments:?}"
        );
    }
    // A member has what the group has.
    let run = bench.run(&with(&LEDGER, &["-f=json"])).exits(0);
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    let rows = answer["rows"].as_array().unwrap();
    let through = |id: &str| rows.iter().filter(|row| row["via"]["group"]["id"] == id).count();
    for group in answer["groups"].as_array().unwrap() {
        let own = rows
            .iter()
            .filter(|row| row["principal"]["id"] == group["id"] && row["via"]["type"] != "group");
        let members = usize::try_from(group["members"].as_u64().unwrap()).unwrap();
        assert_eq!(through(group["id"].as_str().unwrap()), members * own.count(), "{group}");
    }
}

#[test]
fn the_exit_code_says_whether_somebody_can() {
    let bench = sample::bench();
    let reporting = ["who-can", "items/delete", "--principal", "reporting", SNAPSHOT];
    bench.run(&reporting).exits(0);
    for (account, code) in [("cosmos-orders", 0), ("cosmos-ledger", 1), ("staging-orders", 3)] {
        bench.run(&with(&reporting, &["--account", account])).exits(code);
    }
    // An id that is simply not there is no typing error.
    let stranger = "12345678-0000-4000-8000-000000000000";
    let run = bench.run(&[
        "access",
        "--principal",
        stranger,
        "--account",
        "cosmos-ledger",
        SNAPSHOT,
    ]);
    run.exits(1).says(&["the snapshot has no record of principal"]);
    bench.write("empty.jsonl", {
        let sample = bench.read("contoso.jsonl");
        let header = sample.lines().next().unwrap().to_owned();
        format!("{header}\n{{\"end\":{{\"accounts\":0,\"gaps\":0,\"control_planes\":0}}}}\n")
    });
    for format in ["-f=table", "-f=json", "-f=csv"] {
        let run = bench.run(&["access", "--account=x", "--snapshot=empty.jsonl", format]);
        assert_ne!(run.exits(4).stdout, "");
    }
}

#[test]
fn a_typing_error_is_no_answer() {
    let bench = sample::bench();
    let access = |more: &[&str]| bench.run(&with(&["access", SNAPSHOT], more));
    access(&["--principal", "reportng"]).fails_saying(&["unknown principal `reportng`", "did you mean `reporting`?"]);
    access(&["--principal", "zz*"]).fails_saying(&["no principal matches `zz*`"]);
    access(&["--on", "/dbs/ledgr"]).fails_saying(&[
        // Of two clusters and of an account with an unknown API, nobody knows what is in them.
        &format!(
            "none of the {} accounts whose databases are known has `/dbs/ledgr`; to ask about one of the others, add `--account`",
            sample::accounts() - 3
        ),
        "did you mean `/dbs/ledger`?",
    ]);
    access(&["--on", "cosmos-ledger/dbs/orders"]).fails_saying(&["account `cosmos-ledger` has no `/dbs/orders`"]);
    access(&["--on", "cosmos-ledgr/dbs/ledger"])
        .fails_saying(&["no account is called `cosmos-ledgr`", "`cosmos-ledger`"]);
    access(&["--on", "/databases/x"]).fails_saying(&["invalid scope `/databases/x`", "/dbs/DATABASE"]);
    access(&["--account", "cosmos-x*"]).fails_saying(&["no account matches `cosmos-x*`"]);
    access(&["--in-subscription", "Contoso Prod"]).fails_saying(&["Contoso Prod", "Contoso Production"]);
    access(&["--tag", "env"]).fails_saying(&["invalid tag `env`"]);
    access(&["--tag", "nope=1"]).fails_saying(&["no account has the tag `nope=1`"]);
    access(&["--can", ""]).fails_saying(&["the action is empty"]);
    // An action that no documentation lists can be real.
    access(&["--can", "items/dlete"])
        .fails_saying(&["unknown data action `items/dlete`", "did you mean `items/delete`?"]);
    access(&["--can", "foo*"]).fails_saying(&["unknown data action `foo*`"]);
    let full = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/delte";
    let run = bench.run(&["who-can", full, SNAPSHOT]).exits(0);
    run.says(&["no documentation lists the data action"]);
}

#[test]
fn hostile_names_harm_nobody() {
    let bench = Bench::azure(&crate::hostile::tenant());
    let scan = ["scan", "--all-subscriptions", "-o=s.jsonl", "--allow-incomplete"];
    bench.signed_in(&scan).run();
    for more in [
        &[][..],
        &["-f=json"],
        &["-f=csv"],
        &["--explain"],
        &["--principal", "63cf3af1-7ee2-4d4c-9fe6-deb936065faa"],
    ] {
        let run = bench.run(&with(&["access", "--snapshot=s.jsonl"], more));
        assert!(run.code == 0 || run.code == 3, "{run}");
        let text = run.stdout.replace("\r\n", "\n");
        assert_eq!(crate::hostile::acts(&text), None, "{more:?}");
    }
    bench
        .run(&["access", "--snapshot=s.jsonl", "--principal", "\u{1b}[31m"])
        .fails_saying(&["\\x1b[31m"]);
}

/// What the service says, for a principal, an action and a resource.
fn refusal(principal: &str, action: &str, resource: &str) -> String {
    format!(
        "Response status code does not indicate success: Forbidden (403); Substatus: 5301; Reason: (Request blocked by Auth \
         cosmos-ledger : Request is blocked because principal [{principal}] does not have required RBAC permissions to \
         perform action [Microsoft.DocumentDB/databaseAccounts/{action}] on resource [{resource}]. Learn more: \
         https://aka.ms/cosmos-native-rbac.)"
    )
}

#[test]
fn refusals_are_explained() {
    let bench = sample::bench();
    let reporting = "0a11ce00-0000-4000-8000-000000000002";
    let delete = "sqlDatabases/containers/items/delete";
    let text = refusal(reporting, delete, "dbs/ledger/colls/entries");
    let explained = |text: &str, more: &[&str]| {
        let run = bench
            .command(&with(&["explain", "--denied", text], more))
            .env("COLUMNS", "80")
            .run();
        run.exits(0).stdout
    };
    golden("access/denied.txt", &explained(&text, &[SNAPSHOT]));
    golden("access/denied-without.txt", &explained(&text, &[]));
    // Who has it now.
    let support = refusal("0a11ce00-0000-4000-8000-000000000004", delete, "dbs/ledger");
    golden("access/denied-has.txt", &explained(&support, &[SNAPSHOT]));
    // The same in a log, in which it is JSON that is wrapped.
    let json =
        serde_json::to_string(&serde_json::json!({ "message": text.replace("perform", "\r\n  perform") })).unwrap();
    let piped = bench
        .command(&["explain", "--denied=-", SNAPSHOT])
        .env("COLUMNS", "80")
        .input(json)
        .run();
    assert_eq!(piped.exits(0).stdout, explained(&text, &[SNAPSHOT]));
    for (text, expected) in [
        ("403 Forbidden", "isn't a refusal"),
        (
            "Local Authorization is disabled. Use an AAD token to authorize all requests.",
            "account key",
        ),
        (
            "The given request [POST /dbs] cannot be authorized by AAD token in data plane.",
            "isn't a data action",
        ),
        (
            "Request originated from IP 203.0.113.7 through public internet. This is blocked by your Cosmos DB account firewall \
             settings.",
            "isn't about roles",
        ),
    ] {
        bench.run(&["explain", "--denied", text]).fails_saying(&[expected]);
    }
    // The message is about another account than the one that is named.
    let other = |account: &str| bench.run(&["explain", "--denied", &text, SNAPSHOT, "--account", account]);
    other("cosmos-orders").fails_saying(&["account `cosmos-ledger`", "`cosmos-orders`"]);
    assert_eq!(
        other("Cosmos-Ledger").exits(0).stdout,
        bench.run(&["explain", "--denied", &text, SNAPSHOT]).stdout
    );
    bench.run(&["explain", SNAPSHOT]).fails_saying(&["--denied"]);
}

/// Lists that this version doesn't read are no empty lists, whatever the snapshot says.
#[test]
fn roles_of_another_api_are_not_known() {
    let bench = sample::bench();
    for api in ["unknown", "of-tomorrow"] {
        let lines = bench.read("contoso.jsonl");
        let changed = lines.lines().map(|line| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            if line["account"]["name"] == "cosmos-ledger" {
                line["account"]["api"] = api.into();
                line["role_definitions"] = Value::Array(Vec::new());
                line["role_assignments"] = Value::Array(Vec::new());
            }
            format!("{line}\n")
        });
        bench.write("other.jsonl", changed.collect::<String>());
        let ask = [
            "access",
            "--can=write",
            "--account=cosmos-ledger",
            "--snapshot=other.jsonl",
        ];
        let run = bench.run(&with(&ask, &["--principal=reporting"])).exits(3);
        assert!(run.stdout.contains("isn't known"), "{run}");
        assert!(run.stdout.contains("Not checked"), "{run}");
        let run = bench.run(&ask);
        assert!(!run.stdout.contains("Nobody can"), "{run}");
        assert!(run.stdout.contains("Not checked"), "{run}");
        let run = bench.run(&["diff", "other.jsonl", "other.jsonl"]).exits(3);
        assert!(
            run.stdout
                .contains("cosmos-ledger and cosmos-vectors: role definitions and role assignments weren't read"),
            "{run}"
        );
    }
}
