//! Snapshots of Bicep (`bicep snapshot`): resources as Bicep's own engine works them out, with expressions where it can't.
//! Source: `docs/experimental/snapshot-command.md` in the Azure/bicep repository.

use super::expression::{self, Budget};
use super::kinds::is_ours_or_role;
use super::nowhere::Nowhere;
use super::planned::{Plan, Planned, Presence, Target, Unread};
use super::value::{Fields, Node, Value, Why};
use std::sync::Arc;

/// The resources of a snapshot.
pub(super) fn read(root: &Node, target: &Target, budget: &Budget) -> Plan {
    let mut plan = Plan::default();
    let scope = Nowhere(target);
    let resources = root.get("predictedResources").and_then(|node| node.value.as_list());
    for resource in resources.unwrap_or_default() {
        if is_linked(resource) {
            plan.unread.push(Unread {
                what: "a module".to_owned(),
                why: Why::Elsewhere("the template that it links to".into()),
                at: resource.at,
            });
            continue;
        }
        if expression::evaluate(resource, &scope, budget)
            .get("condition")
            .is_some_and(|node| node.value == Value::Bool(false))
        {
            if let Some(kind) = resource.text("type").filter(|kind| is_ours_or_role(kind)) {
                plan.skipped.push((kind.to_string(), resource.at));
            }
            continue;
        }
        match planned(resource, &scope, budget) {
            Ok(one) => plan.resources.push(one),
            Err(what) => plan.unread.push(Unread {
                what: "a resource".to_owned(),
                why: Why::Wrong(what.into()),
                at: resource.at,
            }),
        }
    }
    plan.unread.extend(diagnostics(root));
    plan
}

/// Whether a resource is a module whose template is elsewhere.
pub(super) fn is_linked(resource: &Node) -> bool {
    let is_module = |kind: &Arc<str>| kind.eq_ignore_ascii_case("Microsoft.Resources/deployments");
    resource.text("type").is_some_and(is_module) && resource.at_path(&["properties", "templateLink"]).is_some()
}

/// A resource whose id, type and fields stand in one object.
pub(super) fn planned(resource: &Node, scope: &Nowhere<'_>, budget: &Budget) -> Result<Planned, &'static str> {
    let field = |name: &str| expression::evaluate(resource.get(name)?, scope, budget).value.in_text();
    let id = field("id").filter(|id| !id.is_empty()).ok_or("it has no `id`")?;
    let id = super::arm::flat(&id);
    let kind = field("type").or_else(|| kind_of(&id)).ok_or("it has no `type`")?;
    let fields = resource.value.as_object().ok_or("it isn't an object")?;
    let names = fields
        .iter()
        .filter(|(name, _)| !["id", "type", "name", "apiVersion"].contains(&name.as_ref()));
    let fields = names.map(|(name, node)| (Arc::clone(name), expression::evaluate(node, scope, budget)));
    Ok(Planned {
        resource_type: kind,
        id,
        body: Node {
            value: Value::Object(Arc::new(fields.collect::<Fields>())),
            at: resource.at,
        },
        at: resource.at,
        presence: Presence::Deployed,
    })
}

/// The type that an id tells: after its last `providers`, every second segment.
pub(super) fn kind_of(id: &str) -> Option<String> {
    let at = id.to_ascii_lowercase().rfind("/providers/")?;
    let segments: Vec<&str> = id.get(at..)?.split('/').skip(2).collect();
    let (provider, rest) = segments.split_first()?;
    let types: Vec<&str> = rest.iter().step_by(2).copied().collect();
    (!types.is_empty()).then(|| format!("{provider}/{}", types.join("/")))
}

/// What the engine of Azure says that it couldn't look into.
pub(super) fn diagnostics(root: &Node) -> impl Iterator<Item = Unread> {
    let all = root
        .get("diagnostics")
        .and_then(|node| node.value.as_list())
        .unwrap_or_default();
    let is_told = |one: &&Node| {
        let text = |name: &str| one.text(name).map(|text| text.to_ascii_lowercase()).unwrap_or_default();
        text("code").contains("shortcircuited") || ["warning", "error"].contains(&text("level").as_str())
    };
    all.iter().filter(is_told).map(|one| {
        let message = one.text("message").or_else(|| one.text("code"));
        let message = message.map_or("a diagnostic without a message", |text| text.trim_end_matches('.'));
        Unread {
            what: "a part of the deployment".to_owned(),
            why: Why::Wrong(message.into()),
            at: one.at,
        }
    })
}
