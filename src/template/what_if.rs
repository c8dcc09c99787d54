//! Results of what-if (`az deployment … what-if --no-pretty-print`): what a deployment would change, as Azure says. Source:
//! "Deployments - What If" of the REST API.
//!
//! `NoChange` and `Ignore` are there and stay. `Unsupported` is not known, and never taken for absent.

use super::expression::Budget;
use super::nowhere::Nowhere;
use super::planned::{Plan, Planned, Presence, Target, Unread};
use super::predicted::{kind_of, planned};
use super::value::{Fields, Node, Value, Why};
use std::sync::Arc;

/// The resources of a result. What is deleted is none of them.
pub(super) fn read(root: &Node, target: &Target, budget: &Budget) -> Plan {
    let mut plan = Plan::default();
    // The REST API has it in `properties`.
    let root = root
        .get("properties")
        .filter(|node| node.get("changes").is_some())
        .unwrap_or(root);
    for (list, is_sure) in [("changes", true), ("potentialChanges", false)] {
        let changes = root.get(list).and_then(|node| node.value.as_list()).unwrap_or_default();
        for change in changes {
            one(change, is_sure, target, budget, &mut plan);
        }
    }
    let status = root
        .text("status")
        .filter(|status| !status.eq_ignore_ascii_case("Succeeded"));
    if let Some(status) = status {
        plan.unread.push(Unread {
            what: "what the deployment changes".to_owned(),
            why: Why::Wrong(format!("the status of what-if is `{status}`").into()),
            at: root.at,
        });
    }
    plan
}

fn one(change: &Node, is_sure: bool, target: &Target, budget: &Budget, plan: &mut Plan) {
    let kind = change.text("changeType").map(|text| text.to_ascii_lowercase());
    let id = change.text("resourceId").cloned().unwrap_or_else(|| Arc::from(""));
    let is_of_interest = || {
        let id = id.to_ascii_lowercase();
        id.is_empty() || id.contains("/microsoft.documentdb/") || id.contains("/microsoft.authorization/role")
    };
    let body = match kind.as_deref() {
        Some("delete") => {
            let deleted = (!id.is_empty()).then(|| (super::arm::flat(&id), change.at));
            return plan.deleted.extend(deleted);
        }
        Some("create" | "modify") => change.get("after"),
        Some("nochange" | "ignore") => change
            .get("after")
            .or_else(|| change.get("before"))
            .filter(|node| node.value != Value::Null)
            .or_else(|| change.get("before")),
        // `Deploy`: it is deployed, and what it then is isn't said.
        _ => None,
    };
    let why = match kind.as_deref() {
        Some("unsupported") => {
            let reason = change
                .text("unsupportedReason")
                .map_or("what-if doesn't support it", |text| text.as_ref());
            Why::Wrong(reason.trim_end_matches('.').into())
        }
        _ => Why::Wrong("what-if doesn't say what it would be".into()),
    };
    let body = body.filter(|node| node.value.as_object().is_some());
    let read = body
        .map(|body| with_id(body, &id))
        .map(|body| planned(&body, &Nowhere(target), budget));
    match read {
        Some(Ok(mut found)) => {
            if !is_sure {
                found.presence = Presence::Possible(Why::Wrong("what-if says that it could change".into()));
            }
            plan.resources.push(Planned { at: change.at, ..found });
        }
        _ if is_of_interest() => plan.unread.push(Unread {
            what: match kind_of(&id) {
                Some(_) => format!("the resource `{id}`"),
                None => "a resource".to_owned(),
            },
            why,
            at: change.at,
        }),
        _ => {}
    }
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
