//! Files that are about another tenant, or that say less than a snapshot has to: nothing of them is taken for known.

use crate::support::lines::{ANN, SUBSCRIPTION, account, allows, changed, snapshot};
use crate::support::{Bench, sample};
use serde_json::{Value, json};

const OTHER: &str = "11111111-2222-4000-8000-000000000003";

#[test]
fn a_snapshot_of_another_tenant_than_the_one_asked_for_is_warned_of() {
    let bench = sample::bench();
    let own = changed(&bench.read("contoso.jsonl"), |_| {});
    let own: Value = serde_json::from_str(own.lines().next().unwrap()).unwrap();
    let own = own["tenant"].as_str().unwrap().to_owned();
    let tenants = [(OTHER, true), (own.as_str(), false), (&own.to_uppercase(), false)];
    let commands = [
        vec!["list", "accounts", "--snapshot=contoso.jsonl"],
        vec!["access", "--principal=reporting", "--snapshot=contoso.jsonl"],
        vec!["audit", "--snapshot=contoso.jsonl", "-p=policy.yaml"],
    ];
    for (tenant, is_warned) in tenants {
        let tenant = format!("--tenant={tenant}");
        for command in &commands {
            let run = bench.run(&[command.as_slice(), &[tenant.as_str()]].concat());
            let warning = format!("warning: the snapshot is of tenant {own}, not {OTHER}");
            assert_eq!(run.stderr.contains(&warning), is_warned, "{run}");
        }
    }
}

#[test]
fn options_that_leave_something_out_of_a_scan_have_no_effect_on_a_snapshot() {
    let bench = sample::bench();
    for command in [
        &["list", "accounts"][..],
        &["access", "--principal=reporting"],
        &["audit", "-p=policy.yaml"],
    ] {
        let run = bench.run(&[command, &["--snapshot=contoso.jsonl", "--no-inventory"]].concat());
        assert_eq!(
            run.stderr
                .matches("--no-inventory has no effect with --snapshot")
                .count(),
            1,
            "{run}"
        );
    }
}

#[test]
fn a_baseline_of_another_tenant_is_warned_of() {
    let bench = sample::bench();
    bench
        .run(&[
            "audit",
            "--snapshot=contoso.jsonl",
            "-p=policy.yaml",
            "-o=json=base.json",
            "-q",
        ])
        .exits(1);
    let other = changed(&bench.read("contoso.jsonl"), |lines| lines[0]["tenant"] = OTHER.into());
    bench.write("other.jsonl", other);
    for (name, is_warned) in [("contoso.jsonl", false), ("other.jsonl", true)] {
        let snapshot = format!("--snapshot={name}");
        let run = bench.run(&["audit", &snapshot, "-p=policy.yaml", "--baseline=base.json"]);
        assert_eq!(
            run.stderr.contains("warning: the baseline is of another tenant"),
            is_warned,
            "{run}"
        );
    }
}

/// A list that is missing isn't an empty one.
#[test]
fn what_a_snapshot_has_to_say_is_not_taken_for_nothing() {
    let bench = Bench::offline();
    let read = [("r", allows(&["sqlDatabases/containers/items/read"]))];
    let delegation = json!({"id": format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.ManagedServices/registrationAssignments/d"),
        "scope": format!("/subscriptions/{SUBSCRIPTION}"), "name": "d", "managing_tenant": OTHER, "authorizations": [],
        "eligible_authorizations": []});
    let plane = json!({"control_plane": {"subscription": SUBSCRIPTION, "role_assignments": [], "role_definitions": [],
        "deny_assignments": [], "eligible": [], "delegations": [delegation], "gaps": []}});
    let whole = snapshot(&[account("one", &read, &[(ANN, 0, "/")])], Some(plane));
    bench.write("s.jsonl", &whole);
    bench.run(&["list", "accounts", "--snapshot=s.jsonl"]).exits(0);
    let lists = [
        ("/account", "tags", 2),
        ("/control_plane/delegations/0", "eligible_authorizations", 3),
        ("/control_plane/delegations/0", "authorizations", 3),
        ("/role_definitions/0/permissions/0", "data_actions", 2),
        ("/role_definitions/0/permissions/0", "not_data_actions", 2),
    ];
    for (place, field, line) in lists {
        bench.write(
            "s.jsonl",
            changed(&whole, |lines| {
                lines[line - 1]
                    .pointer_mut(place)
                    .unwrap()
                    .as_object_mut()
                    .unwrap()
                    .remove(field)
                    .unwrap();
            }),
        );
        let run = bench.run(&["list", "accounts", "--snapshot=s.jsonl"]).exits(2);
        for part in [format!("s.jsonl:{line}: "), format!("`{field}`")] {
            assert!(run.stderr.contains(&part), "{field}: {run}");
        }
    }
}

/// What nobody changed on one day can have changed on the next.
#[test]
fn snapshots_of_different_days_are_merged_with_a_warning() {
    let bench = Bench::offline();
    let first = snapshot(&[account("one", &[], &[])], None);
    bench.write("first.jsonl", &first);
    for (time, told) in [
        ("2026-03-05T05:05:05Z", None),
        ("2026-03-05T05:05:06Z", Some("taken 1 day or more apart")),
        ("2026-03-02T05:05:05Z", Some("taken 2 days or more apart")),
    ] {
        let second = snapshot(&[account("two", &[], &[])], None);
        bench.write(
            "second.jsonl",
            changed(&second, |lines| lines[0]["taken_at"] = time.into()),
        );
        let run = bench
            .run(&["merge", "first.jsonl", "second.jsonl", "-o=both.jsonl"])
            .exits(0);
        let said = run.stderr.contains(told.unwrap_or("apart"));
        assert_eq!(said, told.is_some(), "{run}");
    }
}
