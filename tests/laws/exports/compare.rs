//! What the tables have to say, made of the JSON of the report and of the answer.

use super::{Export, Row};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The rows of a table without what isn't compared, each as text, sorted.
fn told(rows: &[Row], without: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = rows
        .iter()
        .map(|row| {
            let own = row.iter().filter(|(name, _)| !without.contains(&name.as_str()));
            Value::Object(own.map(|(name, value)| (name.clone(), value.clone())).collect()).to_string()
        })
        .collect();
    all.sort();
    all
}

/// Other documents as rows of the same columns.
fn made(rows: impl Iterator<Item = Value>) -> Vec<String> {
    let mut all: Vec<String> = rows.map(|row| row.to_string()).collect();
    all.sort();
    all
}

/// Names what one side has and the other doesn't, since whole tables are long.
fn assert_rows(rows: Vec<String>, expected: Vec<String>) {
    let less = |all: &[String], others: &[String]| -> Vec<String> {
        all.iter()
            .filter(|one| !others.contains(one))
            .take(1)
            .cloned()
            .collect()
    };
    assert_eq!(less(&rows, &expected), less(&expected, &rows));
    assert_eq!(rows.len(), expected.len());
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn or(value: &Value, other: Value) -> Value {
    if value.is_null() { other } else { value.clone() }
}

pub(super) fn check(export: &Export) {
    let Export { tables, report, access } = export;
    let run = &tables["runs"][0];
    for (name, rows) in tables {
        for row in rows {
            assert_eq!(
                (&row["taken_at"], &row["tenant_id"]),
                (&run["taken_at"], &run["tenant_id"]),
                "{name}"
            );
        }
        if *name != "runs" {
            let keys: BTreeSet<&str> = rows.iter().map(|row| row["key"].as_str().unwrap()).collect();
            assert_eq!(keys.len(), rows.len(), "two rows of {name} have one key");
        }
    }
    check_access(&tables["access"], access);
    check_findings(&tables["findings"], report);
    check_accounts(&tables["accounts"], report, access);
    check_bypasses(&tables["bypasses"], report);
    check_not_checked(&tables["not_checked"], report, access);
    let summary = &report["summary"];
    assert_eq!(run["taken_at"], report["snapshot"]["taken_at"]);
    assert_eq!(run["tenant_id"], report["snapshot"]["tenant"]);
    assert_eq!(run["complete"], report["snapshot"]["complete"]);
    assert_eq!(run["access_complete"], access["complete"]);
    for field in ["verdict", "findings", "failing", "known", "waived"] {
        assert_eq!(run[field], summary[field], "{field}");
    }
    for severity in ["critical", "high", "medium", "low", "note"] {
        assert_eq!(run[severity], summary["by_severity"][severity], "{severity}");
    }
}

fn check_access(rows: &[Row], access: &Value) {
    let complete = complete(access);
    let expected = list(&access["rows"]).map(|row| {
        let (via, who) = (&row["via"], &row["principal"]);
        json!({
            "account": row["account"].as_str().unwrap().rsplit('/').next(), "account_id": row["account"],
            "principal_id": who["id"], "principal_name": who["name"], "principal_kind": or(&who["kind"], json!("unknown")),
            "scope": row["scope"], "role_kind": row["kind"],
            "can_read": row["access"]["read"], "can_write": row["access"]["write"],
            "can_delete": row["access"]["delete"], "can_manage": row["access"]["manage"],
            "data_actions": row["data_actions"], "possibly": row["possibly"],
            "confidence": row["confidence"], "indirect": row["indirect"], "eligible": row["eligible"],
            "depends_on": or(&row["depends_on"], json!([])),
            "via": via["type"], "group_id": via["group"]["id"], "group_name": via["group"]["name"],
            "role": via["role"], "role_definition": via["role_definition"], "role_assignment": via["role_assignment"],
            "with_role_assignment": via["with"], "azure_scope": via["at"], "bypass": via["bypass"],
            "identity_id": via["identity"]["id"], "identity_name": via["identity"]["name"], "policy": row["policy"],
            "access_complete": complete[row["account"].as_str().unwrap()],
        })
    });
    assert_rows(told(rows, &["taken_at", "tenant_id", "key"]), made(expected));
}

fn check_findings(rows: &[Row], report: &Value) {
    let severities = ["note", "low", "medium", "high", "critical"];
    let expected = list(&report["findings"]).map(|one| {
        let (witness, remedy, waiver) = (&one["witness"], &one["remedy"], &one["waiver"]);
        let name = one["account"].as_str().map(|id| id.rsplit('/').next());
        let own = if one["account"].is_null() {
            json!([])
        } else {
            json!([one["account"]])
        };
        let policy = or(&one["policy"], one["template"].clone());
        json!({
            "key": one["fingerprint"], "check_id": one["check"], "severity": one["severity"],
            "severity_rank": severities.iter().position(|word| one["severity"] == *word),
            "confidence": one["confidence"], "state": one["state"], "title": one["title"], "message": one["message"],
            "account": name, "account_id": one["account"], "owner": one["owner"], "subject": one["subject"],
            "concerned_accounts": or(&one["reach"]["named"], own),
            "principal_id": one["principal"]["id"], "principal_name": one["principal"]["name"],
            "principal_kind": match one["principal"].is_null() {
                true => Value::Null,
                false => or(&one["principal"]["kind"], json!("unknown")),
            },
            "scope": one["scope"], "azure_scope": one["reach"]["azure_scope"], "data_actions": one["data_actions"],
            "role": one["role"], "role_assignment": witness["role_assignment"],
            "role_definition": witness["role_definition"]["id"], "pattern": witness["pattern"],
            "policy_file": policy["file"], "policy_line": policy["line"],
            "remedy": remedy["summary"], "command": remedy["command"],
            "waived_until": waiver["expires"], "waiver_reason": waiver["reason"],
        })
    });
    assert_rows(told(rows, &["taken_at", "tenant_id"]), made(expected));
}

/// Of each account that was looked at, whether its rows are all the access there is.
fn complete(access: &Value) -> BTreeMap<&str, &Value> {
    let all = list(&access["accounts"]);
    all.map(|one| (one["id"].as_str().unwrap(), &one["complete"])).collect()
}

fn check_accounts(rows: &[Row], report: &Value, access: &Value) {
    let complete = complete(access);
    let expected = list(&report["accounts"]).map(|one| {
        json!({
            "account": one["name"], "account_id": one["id"], "location": one["location"], "api": one["api"],
            "owner": one["owner"], "policy_blocks": one["policy_blocks"], "local_auth_disabled": one["local_auth_disabled"],
            "key_metadata_writes_disabled": one["key_metadata_writes_disabled"],
            "role_definitions": one["role_definitions"], "role_assignments": one["role_assignments"],
            "databases": one["databases"], "gaps": one["gaps"], "not_checked": one["not_checked"],
            "access_complete": complete[one["id"].as_str().unwrap()],
        })
    });
    let parts_of_id = ["subscription_id", "subscription", "resource_group"];
    let without = [
        &["taken_at", "tenant_id", "key", "tags", "local_auth"][..],
        &["access_not_known", "access_not_known_why"],
        &parts_of_id,
    ]
    .concat();
    assert_rows(told(rows, &without), made(expected));
    for row in rows {
        let reasons: Vec<(&Value, &Value)> = list(&access["not_checked"])
            .filter(|one| list(&one["accounts"]).any(|id| *id == row["account_id"]))
            .map(|one| (&one["what"], &one["why"]))
            .collect();
        let said: Vec<_> = list(&row["access_not_known"])
            .zip(list(&row["access_not_known_why"]))
            .collect();
        assert!(
            reasons.iter().all(|reason| said.contains(reason)),
            "{row:?} {reasons:?}"
        );
        assert_eq!(row["access_complete"], said.is_empty());
        let is_disabled = row["local_auth"] == "disabled" || row["local_auth"] == "possibly-disabled";
        assert!(!is_disabled || row["local_auth_disabled"] == true, "{row:?}");
    }
}

/// The report has one entry for all accounts.
fn check_bypasses(rows: &[Row], report: &Value) {
    let mut counted: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for row in rows {
        let fields = [
            "principal_id",
            "bypass",
            "action",
            "pattern",
            "role_definition",
            "role_assignment",
            "azure_scope",
            "eligible",
        ];
        let (certain, possible) = counted
            .entry(json!(fields.map(|field| &row[field])).to_string())
            .or_default();
        *if row["confidence"] == "certain" {
            certain
        } else {
            possible
        } += 1;
    }
    let expected = list(&report["ways"]).map(|way| {
        let own = [
            &way["principal"]["id"],
            &way["way"],
            &way["action"],
            &way["pattern"],
            &way["role_definition"]["id"],
            &way["role_assignment"],
            &way["azure_scope"],
            &way["eligible"],
        ];
        let number = |field: &str| way[field].as_i64().unwrap();
        (
            json!(own).to_string(),
            (number("certain_accounts"), number("possible_accounts")),
        )
    });
    // One that reaches no account has no row.
    let expected: BTreeMap<_, _> = expected.filter(|(_, reached)| *reached != (0, 0)).collect();
    assert_eq!(counted, expected);
}

/// How many accounts each reason is about; nobody knows: 0.
fn check_not_checked(rows: &[Row], report: &Value, access: &Value) {
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows {
        let own = json!([
            row["source"],
            row["what"],
            row["why"],
            row["policy_file"],
            row["policy_line"]
        ])
        .to_string();
        *counted.entry(own).or_default() += usize::from(!row["account_id"].is_null());
    }
    let of_audit = list(&report["summary"]["not_checked"]).map(|one| {
        let (file, line) = (&one["policy"]["file"], &one["policy"]["line"]);
        let accounts = one["accounts"].as_u64().unwrap_or_default();
        (
            json!(["audit", one["what"], one["why"], file, line]).to_string(),
            accounts as usize,
        )
    });
    let of_access = list(&access["not_checked"]).map(|one| {
        let accounts = list(&one["accounts"]).count();
        (
            json!(["access", one["what"], one["why"], null, null]).to_string(),
            accounts,
        )
    });
    assert_eq!(counted, of_audit.chain(of_access).collect());
}
