//! `audit --only`: a part of the findings is shown, and whoever reads any format knows how large the rest is.

use crate::report::Report;
use crate::support::lines::{ANN, BEN, SUBSCRIPTION, account, allows, changed, snapshot};
use crate::support::{Bench, Outcome, sample};
use cosmos_rbac::report::Format;
use serde_json::{Value, json};

const AUDIT: [&str; 4] = ["audit", "--snapshot=contoso.jsonl", "-p", "policies/contoso.yaml"];

fn audit(bench: &Bench, arguments: &[&str]) -> Outcome {
    bench.command(&AUDIT).args(arguments).run()
}

fn only(bench: &Bench, filters: &[&str]) -> Report {
    let filters: Vec<&str> = filters.iter().flat_map(|filter| ["--only", filter]).collect();
    audit(bench, &["-f=json", "--fail-on=never", "--allow-incomplete"])
        .exits(0)
        .report();
    let outcome = bench.command(&AUDIT).args(&["-f=json"]).args(&filters).run();
    assert!(matches!(outcome.code, 0 | 1 | 3), "{outcome}");
    outcome.report()
}

fn count(report: &Report, path: &str) -> u64 {
    report.0.pointer(path).unwrap().as_u64().unwrap()
}

#[test]
fn what_is_shown_and_what_is_not_are_all_findings() {
    let bench = sample::bench();
    let whole = audit(&bench, &["-f=json"]).exits(1).report();
    assert_eq!(whole.0["summary"]["filtered"], Value::Null);
    let all = count(&whole, "/summary/findings");
    for filters in [
        &["account=cosmos-orders"][..],
        &["subscription=contoso *"],
        &["subscription=0c05a0c5-0000-4000-8000-000000000003"],
        &["tag=ENV=prod"],
        &["owner=TEAM-orders"],
        &["check=*-access"],
        &["severity=critical", "severity=high"],
        &["principal=reporting"],
        &["principal=0a11ce00-*", "account=cosmos-*", "severity=high"],
    ] {
        let shown = only(&bench, filters);
        let number = count(&shown, "/summary/findings");
        assert!(
            number > 0 && number < all || filters[0].starts_with("subscription=contoso"),
            "{filters:?}"
        );
        assert_eq!(
            number + count(&shown, "/summary/filtered/not_shown"),
            all,
            "{filters:?}"
        );
        assert_eq!(count(&shown, "/summary/filtered/findings"), all);
        assert_eq!(shown.0["summary"]["filtered"]["only"], json!(filters));
        let fingerprint = |found: &Value| found["fingerprint"].clone();
        let known: Vec<Value> = whole.findings().iter().map(fingerprint).collect();
        assert!(
            shown
                .findings()
                .iter()
                .all(|found| known.contains(&found["fingerprint"]))
        );
        // Each cause has findings that are shown only.
        let shown_ones: Vec<Value> = shown.findings().iter().map(fingerprint).collect();
        let in_causes = shown.0["causes"].as_array().unwrap().iter();
        let mut in_causes = in_causes.flat_map(|cause| cause["findings"].as_array().unwrap());
        assert!(in_causes.all(|found| shown_ones.contains(found)), "{filters:?}");
    }
}

#[test]
fn every_format_says_how_much_is_not_shown() {
    let bench = sample::bench();
    for format in Format::ALL {
        let only = ["--only", "owner=team-orders", "-f", format.name()];
        let shown = audit(&bench, &only).exits(1).stdout;
        let told = match format {
            Format::Json => "\"not_shown\": ",
            Format::Ndjson => "\"not_shown\":",
            Format::Html => "<p class=\"sub\" id=\"filtered\">Shown: ",
            _ => "findings aren't shown (2 Critical, ",
        };
        let told = if matches!(format, Format::Junit) {
            told.replace('\'', "&apos;")
        } else {
            told.to_owned()
        };
        assert!(shown.contains(&told), "{}: {shown}", format.name());
        assert!(shown.contains("owner=team-orders"), "{}", format.name());
    }
}

#[test]
fn the_exit_code_follows_what_is_shown() {
    let bench = sample::bench();
    audit(&bench, &["--only=severity=critical"]).exits(1);
    audit(&bench, &["--only=account=cosmos-*", "--only=severity=note"]).exits(0);
    audit(&bench, &["--only=account=cosmos-*", "--only=check=limit-near"]).exits(0);
    audit(
        &bench,
        &["--only=account=cosmos-*", "--only=check=limit-near", "-o=html=r.html"],
    )
    .exits(0)
    .says(&[&format!(
        "Passed for what is shown: no findings that match the filters in 11 of {} accounts",
        sample::accounts()
    )]);
    for format in ["table", "markdown", "csv", "github", "azure-devops", "ocsf"] {
        let shown = audit(
            &bench,
            &["--only=account=cosmos-*", "--only=check=limit-near", "-f", format],
        );
        assert!(!shown.exits(0).stdout.contains("Passed: "), "{format}");
    }
    assert!(bench.read("r.html").contains("Passed for what is shown"));
}

/// The role assignments of `staging-orders` couldn't be read.
#[test]
fn what_could_not_be_read_of_the_accounts_is_always_shown() {
    let bench = sample::bench();
    for filters in [
        &["--only=account=staging-orders", "--only=check=limit-near"][..],
        &["--only=severity=note", "--only=check=limit-near"],
        &["--only=principal=reporting", "--only=check=limit-near"],
        &["--only=tag=env=staging", "--only=severity=note"],
    ] {
        let report = audit(&bench, &[filters, &["-f=json"]].concat()).exits(3).report();
        assert_eq!(report.of("collection-incomplete").len(), 1, "{filters:?}");
        assert_eq!(report.verdict(), "incomplete");
    }
    let report = audit(
        &bench,
        &["--only=account=sandbox-*", "--only=check=limit-near", "-f=json"],
    );
    assert_eq!(report.report().0["snapshot"]["complete"], true);
}

#[test]
fn a_filter_that_means_nothing_is_an_error() {
    let bench = sample::bench();
    for (filter, problems) in [
        (
            "account=cosmos-order",
            [
                "no account matches `--only account=cosmos-order`",
                "did you mean `cosmos-orders`?",
            ],
        ),
        (
            "account=zzz*",
            ["no account matches `--only account=zzz*`", "and 11 more"],
        ),
        ("subscription=Contoso", ["no subscription matches", "there are "]),
        (
            "tag=team=*",
            ["no account with tag `team` matches", "there is none in the tenant"],
        ),
        ("owner=team-order", ["no owner matches", "did you mean `team-orders`?"]),
        (
            "principal=reportin",
            ["no principal matches", "did you mean `reporting`?"],
        ),
    ] {
        audit(&bench, &["--only", filter]).fails_saying(&problems);
    }
    for (filter, problem) in [
        ("check=excess-acces", "did you mean `excess-access`?"),
        ("severity=urgent", "expected one of: critical, high, medium, low, note"),
        ("acount=x", "did you mean `account`?"),
    ] {
        audit(&bench, &["--only", filter]).says(&[problem]).exits(2);
    }
    let both = ["--only=account=cosmos-orders", "--only=owner=team-ledger"];
    audit(&bench, &both)
        .fails_saying(&["no account matches all of `--only account=cosmos-orders --only owner=team-ledger`"]);
    // The policy names no owner.
    let audit = ["audit", "--snapshot=contoso.jsonl", "--only=owner=x"];
    bench
        .run(&audit)
        .fails_saying(&["no owner matches", "add `owner` to its blocks"]);
}

#[test]
fn only_the_accounts_that_are_shown_are_in_the_report() {
    let bench = sample::bench();
    let report = only(&bench, &["account=cosmos-rbacsample"]);
    assert_eq!(report.accounts(), ["cosmos-rbacsample"]);
    assert_eq!(count(&report, "/summary/filtered/accounts"), sample::accounts() as u64);
    // Whoever reaches it reaches others, too, and that stays said.
    let reach = report
        .of("key-access")
        .into_iter()
        .find(|one| one["reach"]["accounts"] == 2)
        .unwrap();
    assert_eq!(reach["reach"]["named"].as_array().unwrap().len(), 2);
    let rows = report.0["summary"]["not_checked"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["what"] != "role-assignments"), "{rows:?}");
    // What is wrong with rules of the policy is about no account.
    assert!(report.of("policy-unused").is_empty() && report.of("waiver-expired").is_empty());
}

#[test]
fn no_case_passes_whose_findings_are_not_shown() {
    let bench = sample::bench();
    let junit = audit(&bench, &["--only=severity=critical", "-f=junit"]).exits(1).stdout;
    let passes = junit
        .lines()
        .filter(|line| line.contains("<testcase") && line.ends_with("/>"));
    assert_eq!(passes.count(), 0);
    // Everything that concerns an account is shown, so its checks can pass.
    let junit = audit(&bench, &["--only=account=cosmos-orders", "-f=junit"])
        .exits(1)
        .stdout;
    let passes = junit
        .lines()
        .filter(|line| line.contains("<testcase") && line.ends_with("/>"));
    let mut passes = passes.peekable();
    assert!(passes.peek().is_some() && passes.all(|line| line.contains("classname=\"cosmos-orders\"")));
}

#[test]
fn a_member_of_a_group_has_the_findings_of_the_group() {
    let bench = Bench::offline();
    let role = [("Writer", allows(&["sqlDatabases/containers/items/*"]))];
    let text = snapshot(&[account("blue", &role, &[(ANN, 0, "/")])], None);
    let people = json!({"principals": [
        {"id": ANN, "name": "Team", "kind": "group", "found": true, "members": [BEN], "members_count": 1},
        {"id": BEN, "name": "Ben", "kind": "user", "found": true}]});
    let text = text.replace("{\"end\":{", &format!("{people}\n{{\"end\":{{\"principals\":2,"));
    bench.write("s.jsonl", text);
    bench.write(
        "p.yaml",
        "version: 1\naccounts: [{ local_auth: disabled, grants: [] }]\n",
    );
    let audit = [
        "audit",
        "--snapshot=s.jsonl",
        "-p=p.yaml",
        "-f=json",
        "--only=principal=ben",
    ];
    let report = bench.run(&audit).exits(1).report();
    assert_eq!(report.of("excess-access").len(), 1);
}

#[test]
fn what_a_fix_opens_is_told_wherever_it_is() {
    let bench = sample::bench();
    let whole = audit(&bench, &["-f=json"]).exits(1).report();
    let narrowed = only(
        &bench,
        &["check=excess-access", "check=local-auth-enabled", "check=denied-access"],
    );
    let effects = |report: &Report| -> Vec<(Value, Value)> {
        let causes = report.0["causes"].as_array().unwrap().iter();
        let single = causes.filter(|cause| cause["findings"].as_array().unwrap().len() == 1);
        single
            .map(|cause| (cause["findings"][0].clone(), cause["opens"].clone()))
            .collect()
    };
    let known = effects(&whole);
    let mut compared = 0;
    for (finding, opens) in effects(&narrowed) {
        for (_, expected) in known.iter().filter(|(one, _)| *one == finding) {
            assert_eq!(&opens, expected);
            compared += 1;
        }
    }
    assert!(compared > 0);
}

/// Somebody of whom nothing is found is known all the same: from the directory, or by an Azure role that opens nothing.
#[test]
fn a_principal_without_findings_leaves_none() {
    let bench = Bench::offline();
    let subscription = format!("/subscriptions/{SUBSCRIPTION}");
    let role = "/providers/Microsoft.Authorization/roleDefinitions/d0000000-0000-4000-8000-000000000001";
    let plane = json!({"control_plane": {"subscription": SUBSCRIPTION, "role_assignments": [
        {"id": format!("{subscription}/providers/Microsoft.Authorization/roleAssignments/b"), "role_definition_id": role,
         "principal_id": BEN, "scope": subscription}],
        "role_definitions": [{"id": role, "role_name": "Nothing", "built_in": true, "assignable_scopes": ["/"],
            "permissions": [{"actions": ["Microsoft.Support/*"], "not_actions": []}]}],
        "deny_assignments": [], "eligible": [], "delegations": [], "gaps": []}});
    let text = changed(&snapshot(&[account("blue", &[], &[])], Some(plane)), |lines| {
        let end = lines.len() - 1;
        lines[end]["end"]["principals"] = json!(1);
        lines.insert(
            end,
            json!({"principals": [{"id": ANN, "name": "ann", "kind": "user", "found": true}]}),
        );
    });
    bench.write("s.jsonl", text);
    let run = |only: &str| {
        bench.run(&[
            "audit",
            "--snapshot=s.jsonl",
            "-f=json",
            &format!("--only=principal={only}"),
        ])
    };
    for known in ["ann", ANN, BEN] {
        assert!(run(known).exits(0).report().findings().is_empty(), "{known}");
    }
    run("cat").fails_saying(&["no principal matches"]);
}
