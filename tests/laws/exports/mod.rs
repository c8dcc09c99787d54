//! The tables of an export say what the JSON of the report and of the answer say, row by row, in every tenant; no two rows of a table
//! have one key, and what is the same thing in two exports has the same key.

mod compare;

use crate::access::{filled, snapshot};
use crate::cases;
use crate::plans;
use crate::strategies::{Shapes, plan};
use compare::check;
use cosmos_rbac::checks::{self, CHECKS, Options};
use cosmos_rbac::finding::Report;
use cosmos_rbac::policy::Policy;
use cosmos_rbac::query::{Answer, Asked, Audited, NoAnswer, Question, ask, ask_in_parts};
use cosmos_rbac::report::{AccessTable, Format, ParquetTable, Style, answer};
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::Snapshot;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

type Row = Map<String, Value>;
type Tables = BTreeMap<&'static str, Vec<Row>>;

/// What an export holds, and the two documents that it is held against.
struct Export {
    tables: Tables,
    report: Value,
    access: Value,
}

fn value(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(flag) => json!(flag),
        Field::Long(number) => json!(number),
        Field::Str(text) => json!(text),
        Field::TimestampMicros(time) => json!(jiff::Timestamp::from_microsecond(*time).unwrap().to_string()),
        Field::ListInternal(list) => list.elements().iter().map(value).collect(),
        Field::MapInternal(map) => {
            let entry = |(key, own): &(Field, Field)| (value(key).as_str().unwrap().to_owned(), value(own));
            Value::Object(map.entries().iter().map(entry).collect())
        }
        other => panic!("{other:?} is in no table"),
    }
}

/// A table, read back.
fn rows(table: ParquetTable, report: &Report, answer: &Answer<'_>) -> Vec<Row> {
    let mut text = Vec::new();
    table.write(report, answer, &mut text).unwrap();
    let mut again = Vec::new();
    table.write(report, answer, &mut again).unwrap();
    assert!(text == again, "{} changes", table.file());
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&text).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let rows = reader.get_row_iter(None).unwrap().map(Result::unwrap);
    let row = |row: parquet::record::Row| {
        row.get_column_iter()
            .map(|(name, own)| (name.clone(), value(own)))
            .collect()
    };
    rows.map(row).collect()
}

/// Written in parts, the tables are the same bytes.
fn check_parts(tenant: &Tenant<'_>, policy: &Policy, report: &Report, answer: &Answer<'_>) {
    let audited = Audited::new(report);
    for part in [1, 3] {
        let mut parts = Vec::new();
        let mut table = AccessTable::new(report, &mut parts).unwrap();
        let question = Question::new(Asked::default(), tenant, policy).unwrap();
        let mut add = |mut some: Answer<'_>| -> Result<(), NoAnswer> {
            some.compare_with(&audited);
            table.add(report, &some).unwrap();
            Ok(())
        };
        let rest = ask_in_parts(tenant, policy, question, part, &mut add).unwrap();
        table.finish().unwrap();
        for one in ParquetTable::ALL {
            let mut whole = Vec::new();
            one.write(report, answer, &mut whole).unwrap();
            let mut other = Vec::new();
            match one.is_of_rows() {
                true => other.clone_from(&parts),
                false => one.write(report, &rest, &mut other).unwrap(),
            }
            assert!(whole == other, "{} differs in parts of {part}", one.file());
        }
    }
}

/// Exports a tenant; `None` where the policy can't be used.
fn export(snapshot: &Snapshot, policy: &Policy) -> Option<Export> {
    let tenant = Tenant::of(snapshot);
    let report = checks::audit(&tenant, policy, Options::default()).ok()?;
    let question = Question::new(Asked::default(), &tenant, policy).unwrap();
    let mut answer = ask(&tenant, policy, question).unwrap();
    answer.compare(&report);
    let (mut json, mut access) = (Vec::new(), Vec::new());
    let format = Format::ALL.iter().find(|format| format.name() == "json").unwrap();
    format.render(&report, Style::default(), &mut json).unwrap();
    answer::json(&answer, &mut access).unwrap();
    check_parts(&tenant, policy, &report, &answer);
    let tables = ParquetTable::ALL.into_iter();
    Some(Export {
        tables: tables
            .map(|one| {
                (
                    one.file().strip_suffix(".parquet").unwrap(),
                    rows(one, &report, &answer),
                )
            })
            .collect(),
        report: serde_json::from_slice(&json).unwrap(),
        access: serde_json::from_slice(&access).unwrap(),
    })
}

fn sample() -> (Snapshot, Policy) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let policy = std::fs::read_to_string(root.join("policies/contoso.yaml")).unwrap();
    let policy = Policy::from_sources(&[("policies/contoso.yaml", &policy)], &CHECKS).unwrap();
    let snapshot = Snapshot::read_file(&root.join("reports/sample/contoso.jsonl")).unwrap();
    (snapshot, policy)
}

#[test]
fn the_export_of_the_sample_is_its_json() {
    let (snapshot, policy) = sample();
    let export = export(&snapshot, &policy).unwrap();
    check(&export);
    for (name, rows) in &export.tables {
        assert!(!rows.is_empty(), "{name}");
    }
    let tags: Vec<&Value> = export.tables["accounts"].iter().map(|row| &row["tags"]).collect();
    assert!(tags.contains(&&json!({ "env": "prod" })), "{tags:?}");
}

/// Without a policy there is nothing that access is compared with.
#[test]
fn keys_do_not_depend_on_the_policy_nor_on_other_accounts() {
    let (mut snapshot, policy) = sample();
    let whole = export(&snapshot, &policy).unwrap();
    let baseline = export(&snapshot, &Policy::baseline(&CHECKS)).unwrap();
    let keys = |export: &Export, table: &str| -> BTreeSet<String> {
        let rows = export.tables[table].iter();
        rows.map(|row| row["key"].to_string()).collect()
    };
    for table in ["accounts", "access", "bypasses"] {
        assert_eq!(keys(&whole, table), keys(&baseline, table), "{table}");
    }
    snapshot.accounts.truncate(4);
    let part = export(&snapshot, &policy).unwrap();
    for table in ["accounts", "access", "bypasses"] {
        assert!(!keys(&part, table).is_empty(), "{table}");
        assert!(keys(&part, table).is_subset(&keys(&whole, table)), "{table}");
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn the_export_of_a_tenant_with_azure_roles_is_its_json((tenant, _) in filled(true)) {
        if let Some(export) = export(&snapshot(&tenant), &Policy::baseline(&CHECKS)) {
            check(&export);
        }
    }

    #[test]
    fn the_export_of_accounts_with_a_policy_is_its_json(plans in vec(plan(Shapes::Any), 1..4)) {
        let records = plans.iter().enumerate().map(|(number, plan)| plan.record(number)).collect();
        if let Some(export) = export(&plans::snapshot(records), &plans::policy(&plans, 0)) {
            check(&export);
        }
    }
}
