//! Managed identities that can act as others: whoever can act as the first has what the last has, over any number of steps.

use crate::support::Bench;
use crate::support::lines::{ANN, SUBSCRIPTION, account, allows, changed, snapshot};
use serde_json::{Value, json};

const RUN: &str = "a0000000-0000-4000-8000-000000000001";
const RESTORE: &str = "a0000000-0000-4000-8000-000000000002";
const WRITE: &str = "a0000000-0000-4000-8000-000000000003";
const READS: &[&str] = &["sqlDatabases/containers/items/read", "readMetadata"];

fn vm(number: usize) -> String {
    format!("1d000000-0000-4000-8000-00000000000{number}")
}

fn group(number: usize) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-{number}")
}

/// `runs`: who can run commands on the machine of which number (each in a group of its own), also only after activation. `has`: which
/// machine's identity reads the data of `shop`, and which can restore copies.
struct Tenant<'t> {
    runs: &'t [(&'t str, usize, bool)],
    reads: Option<usize>,
    restores: Option<usize>,
    /// The members of the group `dddddddd-…`.
    members: &'t [String],
}

const CREW: &str = "dddddddd-0000-4000-8000-00000000000d";
const NONE: Tenant<'_> = Tenant {
    runs: &[],
    reads: None,
    restores: None,
    members: &[],
};

impl Tenant<'_> {
    fn text(&self) -> String {
        let roles = [("reads", allows(READS))];
        let reader = self.reads.map(vm);
        let own: Vec<(&str, usize, &str)> = reader.iter().map(|id| (id.as_str(), 0, "/")).collect();
        let mut shop = account("shop", &roles, &own);
        shop["account"]["local_auth_disabled"] = json!(true);
        shop["account"]["backup"] = json!("continuous");
        let subscription = format!("/subscriptions/{SUBSCRIPTION}");
        let role = |guid: &str, actions: &[&str]| {
            json!({"id": format!("{subscription}/providers/Microsoft.Authorization/roleDefinitions/{guid}"),
            "role_name": guid, "built_in": false, "assignable_scopes": [subscription], "permissions": [{"actions": actions, "not_actions": []}]})
        };
        let mut number = 0;
        let mut assigned = |who: &str, guid: &str, scope: &str| {
            number += 1;
            json!({"id": format!("{scope}/providers/Microsoft.Authorization/roleAssignments/eeeeeeee-0000-4000-8000-{number:012}"),
                "scope": scope, "principal_id": who,
                "role_definition_id": format!("{subscription}/providers/Microsoft.Authorization/roleDefinitions/{guid}")})
        };
        let (mut active, mut eligible) = (Vec::new(), Vec::new());
        for (who, machine, is_eligible) in self.runs {
            let one = assigned(who, RUN, &group(*machine));
            if *is_eligible { &mut eligible } else { &mut active }.push(one);
        }
        if let Some(machine) = self.restores {
            active.push(assigned(&vm(machine), RESTORE, &subscription));
            active.push(assigned(&vm(machine), WRITE, &group(9)));
        }
        let plane = json!({"control_plane": {"subscription": SUBSCRIPTION, "role_assignments": active, "role_definitions": [
            role(RUN, &["Microsoft.Compute/virtualMachines/runCommand/action"]),
            role(RESTORE, &["Microsoft.DocumentDB/locations/restorableDatabaseAccounts/restore/action"]),
            role(WRITE, &["Microsoft.DocumentDB/databaseAccounts/write"])],
            "deny_assignments": [], "eligible": eligible, "delegations": [], "gaps": []}});
        let machine = |number: usize| {
            json!({"id": vm(number), "name": format!("vm-{number}"), "kind": "managed-identity", "found": true,
                "resource_id": format!("{}/providers/Microsoft.Compute/virtualMachines/vm-{number}", group(number))})
        };
        let mut people = vec![
            json!({"id": ANN, "name": "ann", "kind": "user", "found": true}),
            json!({"id": CREW, "name": "crew", "kind": "group", "found": true, "members": self.members,
                "members_count": self.members.len()}),
        ];
        people.extend((1..=4).map(machine));
        people.sort_by_key(|one| one["id"].as_str().unwrap().to_owned());
        changed(&snapshot(&[shop], Some(plane)), |lines| {
            let end = lines.len() - 1;
            lines[end]["end"]["principals"] = json!(people.len());
            lines.insert(end, json!({"principals": people}));
        })
    }

    /// Of an audit, who can act as whom, as how sure; `admins` are in `identity_admins`. And Ann's answer of `access`.
    fn findings(&self, admins: &[String]) -> (Vec<[String; 3]>, String) {
        let bench = Bench::offline();
        bench.write("s.jsonl", self.text());
        let admins = serde_json::to_string(admins).unwrap();
        bench.write(
            "p.yaml",
            format!("version: 1\naccounts:\n  - {{ name: all, identity_admins: {admins}, key_readers: [] }}\n"),
        );
        let audit = bench
            .run(&["audit", "--snapshot=s.jsonl", "-p=p.yaml", "-f=json"])
            .report();
        let mut found: Vec<[String; 3]> = audit.of("identity-takeover").into_iter().map(told).collect();
        found.sort();
        let access = bench.run(&["access", "--snapshot=s.jsonl", "--principal=ann", "-f=json"]);
        let access: Value = serde_json::from_str(&access.stdout).unwrap();
        let rows = access["rows"].as_array().unwrap();
        let read = rows
            .iter()
            .map(|row| row["access"]["read"].as_str().unwrap().to_owned());
        (found, read.collect::<Vec<_>>().join(" "))
    }
}

fn told(finding: &Value) -> [String; 3] {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let who = text(&finding["principal"]["name"]);
    [who, text(&finding["confidence"]), text(&finding["message"])]
}

fn agent() -> [String; 1] {
    [vm(1)]
}

#[test]
fn two_steps_lead_where_the_second_leads() {
    let runs = [(ANN, 1, false), (&vm(1), 2, false)];
    let tenant = Tenant {
        runs: &runs,
        reads: Some(2),
        ..NONE
    };
    let (found, read) = tenant.findings(&agent());
    assert_eq!(read, "indirect");
    let [[who, confidence, message]] = found.as_slice() else {
        panic!("{found:#?}");
    };
    assert_eq!([who.as_str(), confidence.as_str()], ["ann", "certain"]);
    let says = "has access to `shop`. It has this access because it can act as `vm-2 (";
    assert!(message.contains(says), "{message}");
    // Whoever may do it is reported no more than before.
    let (found, _) = tenant.findings(&[vm(1), ANN.to_owned()]);
    assert_eq!(found, Vec::<[String; 3]>::new());
}

#[test]
fn many_steps_in_a_circle_through_a_group_end() {
    let ids = [vm(1), vm(2), vm(3), vm(4)];
    let runs = [
        (ANN, 1, false),
        (CREW, 2, false),
        (ids[1].as_str(), 3, false),
        (ids[2].as_str(), 4, false),
        (ids[3].as_str(), 1, false),
    ];
    let tenant = Tenant {
        runs: &runs,
        reads: Some(4),
        members: &ids[..1],
        ..NONE
    };
    let (found, read) = tenant.findings(&[]);
    assert_eq!(read, "indirect");
    let who: Vec<&str> = found.iter().map(|[who, ..]| who.as_str()).collect();
    assert_eq!(who, ["ann", "crew", "vm-2", "vm-3", "vm-4"]);
}

#[test]
fn a_step_that_is_only_possible_makes_the_whole_way_so() {
    for place in [0, 1] {
        let id = vm(1);
        let runs = [(ANN, 1, place == 0), (id.as_str(), 2, place == 1)];
        let tenant = Tenant {
            runs: &runs,
            reads: Some(2),
            ..NONE
        };
        let (found, read) = tenant.findings(&agent());
        assert_eq!(read, "possible", "{place}");
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(found[0][1], "possible", "{found:#?}");
    }
}

#[test]
fn an_identity_that_restores_copies_is_worth_taking_over() {
    let tenant = Tenant {
        runs: &[(ANN, 1, false)],
        restores: Some(1),
        ..NONE
    };
    let (found, read) = tenant.findings(&[]);
    assert_eq!(read, "indirect");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0][..2], ["ann".to_owned(), "certain".to_owned()], "{found:#?}");
}

/// What comes to be behind an identity is somebody else's access, too: that they can act as it is new.
#[test]
fn what_a_later_step_gains_is_news() {
    let id = vm(1);
    let runs = [(ANN, 1, false), (id.as_str(), 2, false)];
    let before = Tenant {
        runs: &runs,
        reads: Some(1),
        ..NONE
    };
    let bench = Bench::offline();
    bench.write("old.jsonl", before.text());
    let after = Tenant {
        reads: Some(2),
        ..before
    };
    bench.write("new.jsonl", after.text());
    bench.write(
        "p.yaml",
        "version: 1\naccounts:\n  - { name: all, identity_admins: [], key_readers: [] }\n",
    );
    let audit = |snapshot: &str, more: &[&str]| {
        let snapshot = format!("--snapshot={snapshot}");
        bench.run(&[&["audit", snapshot.as_str(), "-p=p.yaml", "-f=json"], more].concat())
    };
    bench.write("old.json", audit("old.jsonl", &[]).stdout);
    let report = audit("new.jsonl", &["--baseline=old.json"]).exits(1).report();
    let states = report
        .of("identity-takeover")
        .iter()
        .map(|one| one["state"].clone())
        .collect::<Vec<_>>();
    assert_eq!(states, ["new", "new"]);
    // The first step is gone.
    let alone = Tenant {
        runs: &runs[1..],
        ..after
    };
    bench.write("alone.jsonl", alone.text());
    let diff = bench.run(&["diff", "alone.jsonl", "new.jsonl", "--fail-on-gain"]);
    assert!(diff.exits(1).stdout.contains("+ ann  act as a managed identity"));
}

/// Of somebody in the middle nobody knows whether they are an identity that others can act as.
#[test]
fn who_is_in_the_middle_and_not_known_is_said() {
    let id = vm(1);
    let runs = [(ANN, 1, false), (id.as_str(), 2, false)];
    let tenant = Tenant {
        runs: &runs,
        reads: Some(2),
        ..NONE
    };
    let without_ann = Tenant {
        runs: &runs[1..],
        ..tenant
    };
    for kind in [None, Some("unknown")] {
        let middle = |text: String| {
            changed(&text, |lines| {
                let end = lines.len() - 2;
                let people = lines[end]["principals"].as_array_mut().unwrap();
                let place = people.iter().position(|one| one["id"] == id).unwrap();
                match kind {
                    Some(kind) => people[place] = json!({"id": id, "name": "x", "kind": kind, "found": true}),
                    None => drop(people.remove(place)),
                }
                let number = people.len();
                lines[end + 1]["end"]["principals"] = json!(number);
            })
        };
        let bench = Bench::offline();
        bench.write("s.jsonl", middle(tenant.text()));
        bench.write("old.jsonl", middle(without_ann.text()));
        bench.write(
            "p.yaml",
            format!("version: 1\naccounts:\n  - {{ name: all, identity_admins: ['{id}'] }}\n"),
        );
        let audit = [
            "audit",
            "--snapshot=s.jsonl",
            "-p=p.yaml",
            "-f=json",
            "-o",
            "junit=j.xml",
        ];
        let report = bench.run(&audit).report();
        let rows = report.0["summary"]["not_checked"].as_array().unwrap();
        assert!(rows.iter().any(|row| row["what"] == "directory"), "{rows:#?}");
        let cases = bench.read("j.xml");
        let case = cases.split("<testcase name=\"identity-takeover\"").nth(1).unwrap();
        assert!(
            case.split("</testcase>").next().unwrap().contains("<skipped"),
            "{cases}"
        );
        let diff = bench.run(&["diff", "old.jsonl", "s.jsonl", "--fail-on-gain"]).exits(3);
        let said = diff.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("ann: access as a managed identity isn't known"), "{diff}");
    }
}

/// Keys that an identity on the way reads for certain are read for certain.
#[test]
fn every_certain_step_to_keys_is_certain() {
    let (first, second) = (vm(1), vm(2));
    let runs = [(ANN, 1, false), (first.as_str(), 2, false), (second.as_str(), 3, false)];
    let tenant = Tenant {
        runs: &runs,
        reads: Some(3),
        ..NONE
    };
    let text = changed(&tenant.text(), |lines| {
        lines[1]["account"]["local_auth_disabled"] = json!(false);
        let plane = &mut lines[2]["control_plane"];
        let mut keys = plane["role_assignments"][0].clone();
        keys["id"] = json!(format!("{}-k", keys["id"].as_str().unwrap()));
        keys["principal_id"] = json!(vm(3));
        keys["scope"] = json!(format!("/subscriptions/{SUBSCRIPTION}"));
        let mut role = plane["role_definitions"][0].clone();
        let id = role["id"].as_str().unwrap().replace(RUN, WRITE);
        (role["id"], keys["role_definition_id"]) = (json!(id), json!(id));
        role["permissions"] =
            json!([{"actions": ["Microsoft.DocumentDB/databaseAccounts/listKeys/action"], "not_actions": []}]);
        plane["role_definitions"].as_array_mut().unwrap()[2] = role;
        plane["role_assignments"].as_array_mut().unwrap().push(keys);
    });
    let bench = Bench::offline();
    bench.write("s.jsonl", text);
    let answer = bench
        .run(&["who-can", "keys", "--snapshot=s.jsonl", "-f=json"])
        .exits(0)
        .stdout;
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let rows = answer["rows"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["principal"]["name"] == "ann"), "{rows:#?}");
    for row in rows {
        assert_eq!(row["confidence"], "certain", "{row:#}");
    }
}
