//! The graph of a tenant says what the JSON of the report and of the answer say, edge by edge, in every tenant; and is what BloodHound
//! takes.

mod compare;
mod found;
mod graph;
mod rows;
mod shape;

use crate::access::{filled, snapshot};
use crate::cases;
use crate::plans;
use crate::strategies::{Shapes, plan};
use cosmos_rbac::checks::{self, CHECKS, Options};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::query::{Asked, Question, ask};
use cosmos_rbac::report::{Format, OpenGraph, Style, answer};
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::Snapshot;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;
use std::path::Path;

/// A graph, and the two documents that it is held against.
struct Export {
    graph: Value,
    report: Value,
    access: Value,
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// NUL is the one character that the graph hasn't.
fn without_nul(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace('\0', "\u{fffd}")),
        Value::Array(items) => items.into_iter().map(without_nul).collect(),
        Value::Object(own) => own
            .into_iter()
            .map(|(name, value)| (name, without_nul(value)))
            .collect(),
        other => other,
    }
}

/// Exports a tenant; `None` where the policy can't be used.
fn export(snapshot: &Snapshot, policy: &Policy) -> Option<Export> {
    let tenant = Tenant::of(snapshot);
    let report = checks::audit(&tenant, policy, Options::default()).ok()?;
    let question = Question::new(Asked::default(), &tenant, policy).unwrap();
    let mut answer = ask(&tenant, policy, question).unwrap();
    answer.compare(&report);
    let [mut graph, mut again, mut json, mut access] = [const { Vec::new() }; 4];
    OpenGraph::write(&report, &answer, &mut graph).unwrap();
    OpenGraph::write(&report, &answer, &mut again).unwrap();
    assert!(graph == again, "it changes");
    let format = Format::ALL.iter().find(|format| format.name() == "json").unwrap();
    format.render(&report, Style::default(), &mut json).unwrap();
    answer::json(&answer, &mut access).unwrap();
    let read = |text: &[u8]| without_nul(serde_json::from_slice(text).unwrap());
    Some(Export {
        graph: serde_json::from_slice(&graph).unwrap(),
        report: read(&json),
        access: read(&access),
    })
}

fn check(snapshot: &Snapshot, policy: &Policy) {
    if let Some(export) = export(snapshot, policy) {
        shape::check(&export.graph);
        compare::check(&export);
    }
}

#[test]
fn the_graph_of_the_sample_is_its_json() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let policy = std::fs::read_to_string(root.join("policies/contoso.yaml")).unwrap();
    let policy = Policy::from_sources(&[("policies/contoso.yaml", &policy)], &CHECKS).unwrap();
    let snapshot = Snapshot::read_file(&root.join("reports/sample/contoso.jsonl")).unwrap();
    check(&snapshot, &policy);
    check(&snapshot, &Policy::baseline(&CHECKS));
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn the_graph_of_a_tenant_with_azure_roles_is_its_json((tenant, _) in filled(true)) {
        check(&snapshot(&tenant), &Policy::baseline(&CHECKS));
    }

    #[test]
    fn the_graph_of_accounts_with_a_policy_is_its_json(plans in vec(plan(Shapes::Any), 1..4)) {
        let records = plans.iter().enumerate().map(|(number, plan)| plan.record(number)).collect();
        check(&plans::snapshot(records), &plans::policy(&plans, 0));
    }
}
