//! What goes over the wire: as little as possible, reads only, and never a secret where it does not belong.

use crate::credentials::{in_pipeline, with_assertion, with_identity, with_secret};
use crate::support::{Bench, Outcome};
use arm_emulator::{Application, Authorization, Options, Origin};
use std::collections::BTreeMap;

/// How often each path was asked for, in lower case and without the account's id in front.
fn asked(bench: &Bench) -> BTreeMap<String, usize> {
    let mut asked = BTreeMap::new();
    for request in bench.requests(Origin::Arm) {
        *asked.entry(request.path.to_ascii_lowercase()).or_default() += 1;
    }
    asked
}

/// Two subscriptions with three accounts, two of them with databases.
const TENANT: &str = r#"
management_groups: [{ id: all, subscriptions: [5e1f0c1a-0000-4000-8000-000000000001] }]
subscriptions:
  - id: 5e1f0c1a-0000-4000-8000-000000000001
    accounts:
      - { name: a, databases: { one: [x, y], two: [] } }
      - { name: b, databases: {} }
  - id: 5e1f0c1a-0000-4000-8000-000000000002
    accounts:
      - { name: c, databases: { "drei & vier": [z] } }
"#;

#[test]
fn nothing_twice() {
    let bench = Bench::azure(TENANT);
    bench.audit(&["--fail-on=never"]).exits(0);
    let subscription = |number| format!("/subscriptions/5e1f0c1a-0000-4000-8000-00000000000{number}");
    let mut expected = vec!["/subscriptions".to_owned(), "/tenants".to_owned()];
    for number in [1, 2] {
        expected.push(format!("{}/resources", subscription(number)));
        for list in ["databaseaccounts", "mongoclusters", "cassandraclusters"] {
            let provider = "providers/microsoft.documentdb";
            expected.push(format!("{}/{provider}/{list}", subscription(number)));
        }
        for list in [
            "roleassignments",
            "roledefinitions",
            "denyassignments",
            "roleeligibilityscheduleinstances",
        ] {
            expected.push(format!(
                "{}/providers/microsoft.authorization/{list}",
                subscription(number)
            ));
        }
    }
    // A resource group can be delegated by itself: one list for each that holds accounts.
    for at in ["", "/resourcegroups/rg"] {
        let list = "providers/microsoft.managedservices/registrationassignments";
        expected.extend([1, 2].map(|number| format!("{}{at}/{list}", subscription(number))));
    }
    for (number, account, databases) in [
        (1, "a", &["one", "two"][..]),
        (1, "b", &[]),
        (2, "c", &["drei%20&%20vier"]),
    ] {
        let at = format!(
            "{}/resourcegroups/rg/providers/microsoft.documentdb/databaseaccounts/{account}",
            subscription(number)
        );
        for list in ["sqlroledefinitions", "sqlroleassignments", "sqldatabases"] {
            expected.push(format!("{at}/{list}"));
        }
        for kind in ["table", "cassandra", "gremlin", "mongomi"] {
            expected.push(format!("{at}/{kind}roleassignments"));
        }
        expected.extend(
            databases
                .iter()
                .map(|name| format!("{at}/sqldatabases/{name}/containers")),
        );
    }
    let expected: BTreeMap<String, usize> = expected.into_iter().map(|path| (path, 1)).collect();
    assert_eq!(asked(&bench), expected);
    assert_eq!(bench.requests(Origin::Graph), [], "nobody is named");
    // A chosen subscription is looked up for its name, and a group listed. A list shows nothing of Azure RBAC.
    for target in [
        &["--subscription", "5e1f0c1a-0000-4000-8000-000000000001"][..],
        &["--management-group", "all"],
    ] {
        bench.emulator().clear_log();
        bench.signed_in(&["list", "accounts"]).args(target).run().exits(0);
        let more = if target[0] == "--subscription" { 1 } else { 2 };
        assert_eq!(
            asked(&bench).values().sum::<usize>(),
            1 + 4 + 2 * (3 + 4) + 2 + more,
            "{:?}",
            asked(&bench)
        );
        assert!(asked(&bench).values().all(|times| *times == 1));
    }
}

#[test]
fn no_inventory() {
    let bench = Bench::azure(TENANT);
    bench.audit(&["--fail-on=never", "--no-inventory"]).exits(0);
    let asked = asked(&bench);
    assert!(!asked.keys().any(|path| path.contains("sqldatabases")), "{asked:?}");
    // What is delegated is listed for two subscriptions and a resource group in each.
    assert_eq!(asked.len(), 1 + 1 + 2 * 4 + 2 * (4 + 2) + 3 * (2 + 4));
}

/// One request an account and list is what other APIs cost, and a flag saves it.
#[test]
fn own_kinds_only() {
    let bench = Bench::azure(TENANT);
    bench.audit(&["--fail-on=never", "--own-kinds-only"]).exits(0);
    let asked = asked(&bench);
    assert!(!asked.keys().any(|path| path.contains("gremlin")), "{asked:?}");
    let shown = bench.audit(&["--fail-on=never", "--own-kinds-only"]).stdout;
    assert!(shown.contains("--own-kinds-only"), "{shown}");
}

#[test]
fn every_request_is_a_signed_read() {
    let bench = Bench::contoso_with(Options {
        page_size: 5,
        ..Options::default()
    });
    with_secret(&bench, &["audit", "--all-subscriptions"]).run().exits(1);
    let requests = bench.requests(Origin::Arm);
    assert!(requests.len() > 50);
    for request in &requests {
        assert_eq!(request.method, "GET", "{request:?}");
        assert_eq!(request.authorization, Authorization::Valid, "{request:?}");
        assert!(
            request.query.to_ascii_lowercase().contains("api-version="),
            "{request:?}"
        );
        assert!(request.user_agent.contains("cosmos-rbac"), "{request:?}");
        let path = request.path.to_ascii_lowercase().replace("cassandrakeyspaces", "");
        assert!(
            !["key", "connectionstring"].iter().any(|word| path.contains(word)),
            "{path}"
        );
    }
    assert!(!bench.emulator().key_endpoint_was_called());
    assert_eq!(bench.requests(Origin::Evil), []);
    assert_eq!(bench.requests(Origin::Identity), []);
    // Graph is asked one question, and for the members of the groups that it names.
    let graph = bench.requests(Origin::Graph);
    for request in &graph {
        let is_question = request.path == "/v1.0/directoryObjects/getByIds";
        assert_eq!(request.method, if is_question { "POST" } else { "GET" }, "{request:?}");
        assert_eq!(request.authorization, Authorization::Valid, "{request:?}");
        assert!(request.user_agent.contains("cosmos-rbac"), "{request:?}");
    }
    assert_eq!(graph.iter().filter(|request| request.method == "POST").count(), 1);
    // One token for the whole scan, and one for Graph; the secret goes to the login alone, and in the body.
    let login = bench.requests(Origin::Login);
    assert!(
        login.iter().all(|request| !request.authorization.is_present()),
        "{login:?}"
    );
    assert_eq!(
        login.iter().filter(|request| request.method == "POST").count(),
        2,
        "{login:?}"
    );
    assert!(login.iter().all(|request| !request.query.contains(bench.secret())));
}

/// Not at any level of logging, nor in any file, whatever the credential and whatever goes wrong.
#[test]
fn secrets_are_shown_nowhere() {
    // A form encodes most of this secret.
    let application = Application::default().client_id;
    let sign_in = format!("applications: [{{ client_id: {application}, client_secret: \"{ODD_SECRET}\" }}]");
    let tenant = TENANT.to_owned() + &sign_in + "\nfaults: [{ on: { kind: sqlDatabases, account: a }, kind: html }]\n";
    let bench = Bench::azure(&tenant);
    let runs = |arguments: &[&str]| {
        let with = |credential| bench.command_at_cloud(arguments).args(&["--credential", credential]);
        [
            bench.signed_in(arguments),
            with_secret(&bench, arguments),
            with_identity(&bench, with("managed-identity")),
            with_assertion(&bench, with("workload-identity")),
            in_pipeline(&bench, with("pipelines")),
            with_secret(&bench, arguments).env("AZURE_CLIENT_SECRET", &format!("{ODD_SECRET}x")),
        ]
    };
    assert!(bench.emulator().token().starts_with("eyJ"));
    let mut logged = 0;
    let mut hold = |outcome: Outcome| {
        assert!([1, 2, 3].contains(&outcome.code), "{outcome}");
        assert_quiet(&outcome.stderr);
        assert_quiet(&outcome.stdout);
        logged += outcome.stderr.len();
    };
    for run in runs(&["audit", "--all-subscriptions", "-f=json", "-o=table=report.txt", "-vvv"]) {
        hold(run.run());
    }
    for run in runs(&["scan", "--all-subscriptions", "-o=s.jsonl"]) {
        hold(run.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full").run());
        assert_quiet(&bench.read("s.jsonl"));
    }
    assert_quiet(&bench.read("report.txt"));
    assert!(logged > 100_000, "only {logged} bytes were logged");
}

const ODD_SECRET: &str = "a/secret+of~mine&more";

/// The bench looks for the secrets that it knows; this is for what is issued during a run, and for other spellings.
#[track_caller]
fn assert_quiet(text: &str) {
    // Tokens begin alike.
    let mut tokens = text.match_indices("eyJ").map(|(at, _)| &text[at..]);
    let long = |rest: &&str| rest.bytes().take_while(u8::is_ascii_alphanumeric).count() > 20;
    assert_eq!(tokens.find(long).map(|rest| &rest[..20]), None);
    for part in ["secret+of", "secret%2Bof", "of~mine", "of%7Emine", "Bearer e"] {
        assert!(!text.contains(part), "{part}");
    }
}
