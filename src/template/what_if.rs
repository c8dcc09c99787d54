//! Results of what-if (`az deployment … what-if --no-pretty-print`): what a deployment would change, as Azure says. Source:
//! "Deployments - What If" of the REST API.
//!
//! `NoChange` and `Ignore` are there and stay. `Unsupported` is not known, and never taken for absent.

use super::expression::Budget;
use super::nowhere::Nowhere;
use super::planned::{Plan, Planned, Presence, Target, Unread};
use super::predicted::{diagnostics, is_linked, kind_of, planned};
use super::value::{Fields, Node, Value, Why};
use std::sync::Arc;

/// The resources of a result. What is deleted is none of them.
pub(super) fn read(root: &Node, target: &Target, budget: &Budget) -> Plan {
    let mut plan = Plan::default();
    let status = root.text("status");
    let failed = status.filter(|status| !status.eq_ignore_ascii_case("Succeeded"));
    // The REST API has it in `properties`.
    let inner = root.get("properties").filter(|node| node.get("changes").is_some());
    let root = inner.unwrap_or(root);
    for (list, is_sure) in [("changes", failed.is_none()), ("potentialChanges", false)] {
        let changes = root.get(list).and_then(|node| node.value.as_list()).unwrap_or_default();
        for change in changes {
            one(change, is_sure, target, budget, &mut plan);
        }
    }
    if let Some(status) = failed {
        plan.unread.push(Unread {
            what: "what the deployment changes".to_owned(),
            why: Why::Wrong(format!("the status of what-if is `{status}`").into()),
            at: root.at,
        });
    }
    plan.unread.extend(diagnostics(root));
    plan
}

fn one(change: &Node, is_sure: bool, target: &Target, budget: &Budget, plan: &mut Plan) {
    let kind = change.text("changeType").map(|text| text.to_ascii_lowercase());
    let id = change.text("resourceId").cloned().unwrap_or_else(|| Arc::from(""));
    let body = match kind.as_deref() {
        Some("delete") => {
            // What is possibly deleted is possibly there.
            let deleted = (!id.is_empty() && is_sure).then(|| (super::arm::flat(&id), change.at));
            return plan.deleted.extend(deleted);
        }
        Some("create" | "modify") => change.get("after"),
        Some("nochange" | "ignore") => {
            let after = change.get("after").filter(|node| node.value != Value::Null);
            after.or_else(|| change.get("before"))
        }
        // `Deploy`: it is deployed, and what it then is isn't said.
        _ => None,
    };
    let why = match kind.as_deref() {
        Some("unsupported") => {
            let reason = change.text("unsupportedReason");
            let reason = reason.map_or("what-if doesn't support it", |text| text.as_ref());
            Why::Wrong(reason.trim_end_matches('.').into())
        }
        _ => Why::Wrong("what-if doesn't say what it would be".into()),
    };
    // Of what is ignored there can be no more than the name.
    let is_whole =
        |node: &&Node| node.value.as_object().is_some() && (!has_settings(&id) || node.get("properties").is_some());
    let body = body.filter(is_whole).filter(|body| !is_linked(body));
    let body = body.map(|body| with_id(body, &id));
    match body.map(|body| planned(&body, &Nowhere(target), budget)) {
        Some(Ok(mut found)) => {
            if !is_sure {
                found.presence = Presence::Possible(Why::Wrong("what-if isn't sure of it".into()));
            }
            plan.resources.push(Planned { at: change.at, ..found });
        }
        _ if is_of_interest(&id) => plan.unread.push(Unread {
            what: match id.as_ref() {
                "" => "a resource".to_owned(),
                id => format!("the resource `{id}`"),
            },
            why,
            at: change.at,
        }),
        _ => {}
    }
}

/// Whether a resource says something about access, or could: an ID that is an expression can be of any.
fn is_of_interest(id: &str) -> bool {
    let id = id.to_ascii_lowercase();
    let words = [
        "microsoft.documentdb/",
        "microsoft.authorization/role",
        "microsoft.resources/deployments",
    ];
    !id.starts_with('/') || words.iter().any(|word| id.contains(word))
}

/// Whether more of a resource matters than its name: it is an account or a cluster, a role or an assignment.
fn has_settings(id: &str) -> bool {
    let kind = kind_of(id).unwrap_or_default().to_ascii_lowercase();
    let Some(below) = kind.strip_prefix("microsoft.documentdb/") else {
        return false;
    };
    let last = below.rsplit('/').next().unwrap_or_default();
    !below.contains('/') || last.contains("role") || last.contains("user")
}

/// The body, which names itself as the change does.
fn with_id(body: &Node, id: &Arc<str>) -> Node {
    if body.get("id").is_some() || id.is_empty() {
        return body.clone();
    }
    let mut fields: Fields = body.value.as_object().cloned().unwrap_or_default();
    fields.set(Arc::from("id"), Node::made(Value::Text(Arc::clone(id))));
    Node {
        value: Value::Object(Arc::new(fields)),
        at: body.at,
    }
}
