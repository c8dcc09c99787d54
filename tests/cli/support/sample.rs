//! The sample tenant without a cloud: its files as the docs name them, and what they would be a week later.

use super::{Bench, repository};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::symlink;

/// A week after the sample was taken: 2026-11-09 08:00 UTC.
pub(crate) const A_WEEK_LATER: &str = "1794211200";

/// How many accounts the sample tenant has.
pub(crate) fn accounts() -> usize {
    let snapshot = fs::read_to_string(repository("reports/sample/contoso.jsonl")).unwrap();
    let is_one = |line: &&str| line.starts_with("{\"account\"") || line.starts_with("{\"cluster\"");
    snapshot.lines().filter(is_one).count()
}

/// The account, or the cluster, of a line. `null`: it is a line of something else.
pub(crate) fn account(line: &Value) -> &Value {
    match line["cluster"].is_object() {
        true => &line["cluster"],
        false => &line["account"],
    }
}

/// A folder with the snapshot (`contoso.jsonl`), the one of a week later (`today.jsonl`), the policy under both of its names,
/// the report of the first (`report.json`), the first as two shards (`shard-1.jsonl`, `shard-2.jsonl`), and the program on the
/// `PATH`, with the tools that the docs show.
pub(crate) fn bench() -> Bench {
    let bench = Bench::offline();
    symlink(env!("CARGO_BIN_EXE_cosmos-rbac"), bench.path("bin/cosmos-rbac")).unwrap();
    for tool in ["head", "sh"] {
        bench.install(tool, &format!("PATH=/usr/bin:/bin exec {tool} \"$@\""));
    }
    fs::create_dir(bench.path("policies")).unwrap();
    for (from, to) in [
        ("reports/sample/contoso.jsonl", "contoso.jsonl"),
        ("reports/sample/report.json", "report.json"),
        ("policies/contoso.yaml", "policy.yaml"),
        ("policies/contoso.yaml", "policies/contoso.yaml"),
    ] {
        fs::copy(repository(from), bench.path(to)).unwrap();
    }
    bench.write("today.jsonl", today());
    bench.write("shard-1.jsonl", half(1));
    bench.write("shard-2.jsonl", half(2));
    bench
}

/// The sample's snapshot a week later. The support tool has lost its access to the ledger, account keys of
/// `cosmos-rbacsample` are disabled, and the deployment has been given a role in `cosmos-sessions`.
pub(crate) fn today() -> String {
    let then = fs::read_to_string(repository("reports/sample/contoso.jsonl")).unwrap();
    let mut lines: Vec<Value> = then.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines[0]["taken_at"] = json!("2026-11-09T08:00:00Z");
    let mut account = |name: &str, change: &dyn Fn(&mut Value)| {
        let found = lines.iter_mut().find(|line| line["account"]["name"] == name);
        change(found.expect("an account of the sample"));
    };
    account("cosmos-ledger", &|ledger| {
        let assignments = ledger["role_assignments"].as_array_mut().unwrap();
        let before = assignments.len();
        assignments.retain(|one| one["principal_id"] != "0a11ce00-0000-4000-8000-000000000004");
        assert_eq!(assignments.len() + 1, before);
    });
    account("cosmos-rbacsample", &|account| {
        account["account"]["local_auth_disabled"] = json!(true);
    });
    account("cosmos-sessions", &|sessions| {
        let id = sessions["account"]["id"].as_str().unwrap().to_owned();
        let assignments = sessions["role_assignments"].as_array_mut().unwrap();
        assignments.push(json!({
            "id": format!("{id}/sqlRoleAssignments/11a0f004-0000-4000-8000-000000000002"),
            "role_definition_id": format!("{id}/sqlRoleDefinitions/5e551011-0000-4000-8000-000000000001"),
            "principal_id": "0a11ce00-0000-4000-8000-000000000009",
            "scope": format!("{id}/dbs/sessions/colls/live"),
        }));
    });
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// The sample's snapshot as one shard of two has it, if all accounts of one subscription are in it.
fn half(number: usize) -> String {
    let whole = fs::read_to_string(repository("reports/sample/contoso.jsonl")).unwrap();
    let mut lines: Vec<Value> = whole.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines[0]["shards"] = json!({"of": 2, "numbers": [number]});
    let is_first = |line: &Value| {
        let of = [&account(line)["subscription"], &line["control_plane"]["subscription"]];
        of.iter().any(|id| *id == "0c05a0c5-0000-4000-8000-000000000001")
    };
    lines.retain(|line| {
        !(account(line).is_object() || line["control_plane"].is_object()) || is_first(line) == (number == 1)
    });
    let accounts = lines.iter().filter(|line| account(line).is_object()).count();
    let planes = lines.iter().filter(|line| line["control_plane"].is_object()).count();
    let gaps: usize = lines
        .iter()
        .filter_map(|line| line["gaps"].as_array())
        .map(Vec::len)
        .sum();
    let end = &mut lines.last_mut().unwrap()["end"];
    (end["accounts"], end["control_planes"], end["gaps"]) = (json!(accounts), json!(planes), json!(gaps));
    lines.iter().map(|line| format!("{line}\n")).collect()
}
