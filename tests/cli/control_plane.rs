//! Azure RBAC and Microsoft Graph, from the command line: what is left out, what is missing, and what that comes to.

use crate::credentials::{in_pipeline, with_assertion, with_identity, with_secret};
use crate::support::{Bench, assert_same};
use arm_emulator::{Fault, FaultKind, Matcher, Origin};

/// An account with nothing to find, and people around it.
const TENANT: &str = r#"
principals:
  - { id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa, displayName: Ada, kind: user }
  - { id: 63cf3af1-7ee2-4d4c-9fe6-deb936065fab, displayName: Team, kind: group, members: [63cf3af1-7ee2-4d4c-9fe6-deb936065faa] }
subscriptions:
  - id: 5e1f0c1a-0000-4000-8000-000000000001
    name: Production
    rbac:
      role_assignments:
        - { role: Monitoring, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa }
        - { role: Monitoring, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065fab, scope: "rg:rg" }
      role_definitions: [{ name: Monitoring, actions: [Microsoft.Insights/metrics/read] }]
    accounts:
      - { name: one, disable_local_auth: true, disable_key_based_metadata_write_access: true, databases: {} }
"#;
const LISTS: [(&str, &str); 4] = [
    ("roleAssignments", "Azure role assignments"),
    ("roleDefinitions", "Azure role definitions"),
    ("denyAssignments", "deny assignments"),
    ("roleEligibilityScheduleInstances", "eligible role assignments"),
];

fn at_graph(kind: FaultKind) -> Fault {
    Fault::new(kind).on(Matcher::origin(Origin::Graph))
}

#[test]
fn a_list_that_is_refused_leaves_the_audit_incomplete() {
    for (list, noun) in LISTS {
        let bench = Bench::azure(TENANT);
        let refused = Fault::new(FaultKind::Forbidden).on(Matcher::kind(list));
        bench.emulator().set_faults(vec![refused]);
        let report = bench.audit(&["-f=json"]).exits(3).report();
        let [found] = report.of("collection-incomplete")[..] else {
            panic!("{list}: {}", report.0)
        };
        let message = found["message"].as_str().unwrap();
        assert!(
            message.starts_with(&format!(
                "Reading {noun} of subscription `5e1f0c1a-0000-4000-8000-000000000001` failed with 403 AuthorizationFailed."
            )),
            "{message}"
        );
        assert_eq!(found["subject"], "/subscriptions/5e1f0c1a-0000-4000-8000-000000000001");
        bench.audit(&["--allow-incomplete"]).exits(0);
        // A file says the same.
        let scan = ["scan", "--all-subscriptions", "-o=s.jsonl"];
        bench
            .signed_in(&scan)
            .run()
            .exits(3)
            .says(&["1 list couldn't be read."]);
        let line = bench.read("s.jsonl");
        let line = line
            .lines()
            .find(|line| line.starts_with("{\"control_plane\""))
            .unwrap();
        assert!(line.contains(":null") && line.contains("AuthorizationFailed"), "{line}");
        bench.run(&["audit", "--snapshot=s.jsonl"]).exits(3);
        // What is not asked for is not missed, and a list shows nothing of it.
        bench.audit(&["--no-control-plane"]).exits(0);
        bench
            .signed_in(&["list", "accounts", "--all-subscriptions"])
            .run()
            .exits(0);
    }
}

#[test]
fn without_names_an_audit_is_complete() {
    let bench = Bench::azure(TENANT);
    let whole = bench.audit(&[]).exits(0);
    bench.emulator().set_faults(vec![at_graph(FaultKind::Forbidden)]);
    let outcome = bench.audit(&["--quiet"]).exits(0).says(&[
        "warning: 2 of 2 principals couldn't be looked up: Authorization_RequestDenied",
        "Directory.Read.All",
        "--no-graph",
    ]);
    assert_same(&outcome.stdout, &whole.stdout, "without permission");
    // Nobody listens there.
    bench.emulator().set_faults(vec![at_graph(FaultKind::Status(503))]);
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl"])
        .run()
        .exits(0)
        .says(&["ServiceUnavailable"]);
    let text = bench.read("s.jsonl");
    assert!(
        !text.contains("{\"principals\"") && text.contains("\"graph\":true"),
        "{text}"
    );
}

#[test]
fn each_token_is_for_one_service() {
    let bench = Bench::azure(TENANT);
    let audit = ["audit", "--all-subscriptions"];
    let run = |name: &str, token: &str| bench.signed_in(&audit).env(name, token).run();
    run("COSMOS_RBAC_GRAPH_TOKEN", "")
        .exits(0)
        .says(&["warning: ", "COSMOS_RBAC_GRAPH_TOKEN isn't set"]);
    assert_eq!(bench.requests(Origin::Graph), []);
    let other = bench.emulator().token();
    run("COSMOS_RBAC_GRAPH_TOKEN", &other)
        .exits(0)
        .says(&["InvalidAuthenticationToken"]);
    let other = bench.emulator().graph_token();
    run("COSMOS_RBAC_TOKEN", &other).fails_saying(&["InvalidAuthenticationTokenAudience"]);
    let plain = bench.emulator().graph_endpoint().replace("https", "http");
    let outcome = bench
        .signed_in(&audit)
        .args(&["--no-graph", "--graph-endpoint", &plain])
        .run();
    // The last of the two counts on no command line: an option is given once.
    outcome.exits(2);
}

#[test]
fn what_is_left_out_is_not_asked_for() {
    let bench = Bench::azure(TENANT);
    let scan = |name: &str, more: &[&str]| {
        bench.emulator().clear_log();
        let run = bench.signed_in(&["scan", "--all-subscriptions", "-o", name]).args(more);
        run.run().exits(0);
        let about = |text: &str| bench.requests(Origin::Arm).iter().any(|one| one.path.contains(text));
        (
            about("Microsoft.Authorization"),
            !bench.requests(Origin::Graph).is_empty(),
            bench.read(name),
        )
    };
    let (rbac, graph, text) = scan("all.jsonl", &[]);
    assert!(rbac && graph);
    assert!(text.contains("\"control_plane\":true,\"graph\":true"), "{text}");
    assert!(
        text.contains("\"name\":\"Team\",\"kind\":\"group\",\"found\":true,\"members\":[\"63cf3af1"),
        "{text}"
    );
    let (rbac, graph, text) = scan("names.jsonl", &["--no-control-plane"]);
    assert!(!rbac && !graph, "nobody has access to data");
    assert!(!text.contains("control_plane"), "{text}");
    let (rbac, graph, text) = scan("ids.jsonl", &["--no-graph"]);
    assert!(rbac && !graph && !text.contains("principals\":["), "{text}");
    // Another scan is not gone on with.
    bench.write(
        "cut.jsonl",
        text.lines().take(1).map(|line| format!("{line}\n")).collect::<String>(),
    );
    let resume = ["scan", "--all-subscriptions", "-o=cut.jsonl", "--resume"];
    bench
        .signed_in(&resume)
        .run()
        .fails_saying(&["started with `--no-graph`"]);
    bench.signed_in(&resume).args(&["--no-graph"]).run().exits(0);
}

/// Whoever signs in to the one service signs in to the other as well.
#[test]
fn every_credential_gives_both_tokens() {
    let bench = Bench::azure(TENANT);
    let audit = ["audit", "--all-subscriptions", "-v"];
    let with = |credential| bench.command_at_cloud(&audit).args(&["--credential", credential]);
    for run in [
        bench.signed_in(&audit),
        with_secret(&bench, &audit),
        with_identity(&bench, with("managed-identity")),
        with_assertion(&bench, with("workload-identity")),
        in_pipeline(&bench, with("pipelines")),
    ] {
        bench.emulator().clear_log();
        let outcome = run.run().exits(0);
        assert!(!outcome.stderr.contains("warning"), "{outcome}");
        assert!(outcome.stderr.contains("2 requests to Microsoft Graph"), "{outcome}");
        let valid = |one: &arm_emulator::Request| one.authorization == arm_emulator::Authorization::Valid;
        assert!(bench.requests(Origin::Graph).iter().all(valid));
    }
}
