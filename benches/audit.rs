//! How long an audit of a large snapshot takes, each format of its report, and the other commands that read a snapshot. By hand:
//! `cargo bench --bench audit`.
//!
//! 100 subscriptions of 200 accounts, five role assignments each; every third account lets keys in. Ratios are what counts: each
//! figure is divided by the time that it takes to read the snapshot.
#![allow(missing_docs, reason = "a program")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "run by hand; it may break off"
)]

use cosmos_rbac::checks::{self, Options};
use cosmos_rbac::diff::Difference;
use cosmos_rbac::draft;
use cosmos_rbac::policy::Policy;
use cosmos_rbac::query::{Answer, Asked, Question, ask};
use cosmos_rbac::report::text::Screen;
use cosmos_rbac::report::{Format, Style, answer};
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::{Snapshot, merge};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const SUBSCRIPTIONS: usize = 100;
const ACCOUNTS: usize = 200;

fn guid(kind: usize, number: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{number:012}")
}

fn account(subscription: usize, number: usize) -> Value {
    let id = format!(
        "/subscriptions/{}/resourceGroups/rg-{}/providers/Microsoft.DocumentDB/databaseAccounts/cosmos-{subscription}-{number}",
        guid(1, subscription),
        number % 20
    );
    let action = |name: &str| format!("Microsoft.DocumentDB/databaseAccounts/{name}");
    let role = |place: usize, name: &str, actions: &[&str]| {
        let actions: Vec<String> = actions.iter().map(|name| action(name)).collect();
        json!({"id": format!("{id}/sqlRoleDefinitions/00000000-0000-0000-0000-00000000000{place}"), "role_name": name,
            "built_in": true, "assignable_scopes": [id], "permissions": [{"data_actions": actions, "not_data_actions": []}]})
    };
    let roles = [
        role(
            1,
            "Cosmos DB Built-in Data Reader",
            &["readMetadata", "sqlDatabases/containers/items/read"],
        ),
        role(
            2,
            "Cosmos DB Built-in Data Contributor",
            &["sqlDatabases/containers/*", "sqlDatabases/containers/items/*"],
        ),
    ];
    let assignments: Vec<Value> = (0..5_usize)
        .map(|place| {
            let scope = if place.is_multiple_of(2) { id.clone() } else { format!("{id}/dbs/x") };
            json!({"id": format!("{id}/sqlRoleAssignments/{}", guid(2, place)), "role_definition_id": roles[place % 2]["id"],
                "principal_id": guid(3, number * 5 + place), "scope": scope})
        })
        .collect();
    json!({"account": {"id": id, "name": format!("cosmos-{subscription}-{number}"), "resource_group": format!("rg-{}", number % 20),
            "subscription": guid(1, subscription), "location": "westeurope", "api": "sql", "tags": {},
            "local_auth_disabled": !number.is_multiple_of(3), "key_metadata_writes_disabled": true},
        "role_definitions": roles, "role_assignments": assignments,
        "databases": [{"name": "x", "containers": []}], "gaps": []})
}

/// Five Owners, twenty Readers and some Contributors among roles that have nothing to do with Cosmos DB.
fn control_plane(subscription: usize, assignments: usize) -> Value {
    let root = format!("/subscriptions/{}", guid(1, subscription));
    let role = |place: usize, name: &str, actions: &[&str]| {
        json!({"id": format!("{root}/providers/Microsoft.Authorization/roleDefinitions/{}", guid(6, place)), "role_name": name,
            "built_in": true, "assignable_scopes": ["/"], "permissions": [{"actions": actions, "not_actions": []}]})
    };
    let roles = [
        role(0, "Owner", &["*"]),
        role(1, "Reader", &["*/read"]),
        role(
            2,
            "DocumentDB Account Contributor",
            &["Microsoft.DocumentDb/databaseAccounts/*"],
        ),
        role(3, "Virtual Machine Contributor", &["Microsoft.Compute/*"]),
    ];
    let assigned: Vec<Value> = (0..assignments)
        .map(|place| {
            let role = match place {
                0..5 => 0,
                5..25 => 1,
                _ if place.is_multiple_of(20) => 2,
                _ => 3,
            };
            let scope = if place < 30 {
                root.clone()
            } else {
                format!("{root}/resourceGroups/rg-{}", place % 20)
            };
            let id = format!(
                "{scope}/providers/Microsoft.Authorization/roleAssignments/{}",
                guid(4, place)
            );
            json!({"id": id, "role_definition_id": roles[role]["id"], "principal_id": guid(5, place), "scope": scope})
        })
        .collect();
    json!({"control_plane": {"subscription": guid(1, subscription), "role_assignments": assigned,
        "role_definitions": roles, "deny_assignments": [], "eligible": [], "gaps": []}})
}

fn snapshot(assignments: usize) -> String {
    let subscriptions: Vec<Value> = (0..SUBSCRIPTIONS)
        .map(|number| json!({"id": guid(1, number), "name": "s"}))
        .collect();
    let mut text = format!(
        "{}\n",
        json!({"format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-11-02T08:00:00Z", "cloud": "public",
            "tenant": "t", "subscriptions": subscriptions})
    );
    for subscription in 0..SUBSCRIPTIONS {
        for number in 0..ACCOUNTS {
            text.push_str(&format!("{}\n", account(subscription, number)));
        }
        text.push_str(&format!("{}\n", control_plane(subscription, assignments)));
    }
    let end = json!({"end": {"accounts": SUBSCRIPTIONS * ACCOUNTS, "gaps": 0, "control_planes": SUBSCRIPTIONS}});
    text + &format!("{end}\n")
}

/// The shortest of three.
fn time<T>(what: impl Fn() -> T) -> (Duration, T) {
    let run = || {
        let start = Instant::now();
        let made = what();
        (start.elapsed(), made)
    };
    [run(), run(), run()].into_iter().min_by_key(|(time, _)| *time).unwrap()
}

/// What is read and resolved anew for each command is part of its time.
fn verbs(text: &str, snapshot: &Snapshot, row: &dyn Fn(&str, usize, Duration)) {
    let baseline = Policy::baseline(&checks::CHECKS);
    let read = || Snapshot::read(text.as_bytes(), "s.jsonl").unwrap();
    let answer = |can: Option<&str>, render: fn(&Answer<'_>, &mut Vec<u8>)| {
        let snapshot = read();
        let tenant = Tenant::of(&snapshot);
        let asked = Asked {
            can: can.map(str::to_owned),
            ..Asked::default()
        };
        let question = Question::new(asked, &tenant, &baseline).unwrap();
        let mut out = Vec::new();
        render(&ask(&tenant, &baseline, question).unwrap(), &mut out);
        out.len()
    };
    let table =
        |found: &Answer<'_>, out: &mut Vec<u8>| answer::table(found, Style::default(), &mut Screen::new(out)).unwrap();
    let json = |found: &Answer<'_>, out: &mut Vec<u8>| answer::json(found, out).unwrap();
    let csv = |found: &Answer<'_>, out: &mut Vec<u8>| answer::csv(found, out).unwrap();
    let delete = Some("items/delete");
    for (name, can, render) in [
        ("who-can, table", delete, table as fn(&Answer<'_>, &mut Vec<u8>)),
        ("who-can, json", delete, json),
        ("who-can, csv", delete, csv),
        ("access, table", None, table),
        ("access, json", None, json),
    ] {
        let (took, size) = time(|| answer(can, render));
        row(name, size, took);
    }
    let mut later = snapshot.clone();
    for record in later.accounts.iter_mut().step_by(10) {
        record.role_assignments = record.role_assignments.take().map(|mut all| {
            all.pop();
            all
        });
    }
    let (took, _) = time(|| {
        let old = read();
        Difference::of(&Tenant::of(&old), &Tenant::of(&later)).unwrap()
    });
    row("diff", 0, took);
    let (took, size) = time(|| {
        let options = draft::Options {
            accounts: &[],
            given: &[],
            name: "draft",
        };
        // Accounts with nothing in common make a policy that is too long.
        draft::draft(&Tenant::of(&read()), options).map_or(0, |draft| draft.text.len())
    });
    row("policy init", size, took);
    let folder = tempfile::tempdir().unwrap();
    let halves = [0, 1].map(|half| {
        let is_shared = |line: &str| !line.starts_with("{\"account\"");
        let lines = text
            .lines()
            .enumerate()
            .filter(|(place, line)| is_shared(line) || place % 2 == half);
        let path = folder.path().join(format!("{half}.jsonl"));
        let number = lines.clone().filter(|(_, line)| !is_shared(line)).count();
        let all = SUBSCRIPTIONS * ACCOUNTS;
        let lines: String = lines.map(|(_, line)| format!("{line}\n")).collect();
        let end = lines.replace(&format!("{{\"accounts\":{all},"), &format!("{{\"accounts\":{number},"));
        std::fs::write(&path, end).unwrap();
        path
    });
    let (took, _) = time(|| merge(&halves, &folder.path().join("merged.jsonl"), true).unwrap());
    row("merge", 0, took);
}

fn main() {
    let policy = Policy::load(&["policies/strict.yaml".into()], &checks::CHECKS).unwrap();
    println!("| Azure role assignments | what | findings | MB | ÷ reading |\n|--:|---|--:|--:|--:|");
    for assignments in [0, 1000, 4000] {
        let text = snapshot(assignments);
        let (read, snapshot) = time(|| Snapshot::read(text.as_bytes(), "s.jsonl").unwrap());
        let ratio = |time: Duration| time.as_secs_f64() / read.as_secs_f64();
        let (audited, report) = time(|| checks::audit(&Tenant::of(&snapshot), &policy, Options::default()).unwrap());
        let all = assignments * SUBSCRIPTIONS;
        let row = |what: &str, size: usize, time: Duration| {
            println!(
                "| {all} | {what} | {} | {:.1} | {:.2} |",
                report.findings.len(),
                size as f64 / 1e6,
                ratio(time)
            );
        };
        row("read", text.len(), read);
        row("audit", 0, audited);
        if assignments == 1000 {
            verbs(&text, &snapshot, &row);
        }
        for format in Format::ALL.iter().filter(|_| assignments == 1000) {
            let (rendered, text) = time(|| {
                let mut out = Vec::new();
                format.render(&report, Style::default(), &mut out).unwrap();
                out
            });
            row(format.name(), text.len(), rendered);
        }
    }
}
