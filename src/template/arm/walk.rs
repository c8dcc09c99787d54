//! Goes through the resources of a template, and of the templates in it.

use super::super::attached;
use super::super::kinds::{Standing, assigns, is_ours, is_ours_or_role, standing, without_extended};
use super::super::planned::{Plan, Planned, Presence, Unread};
use super::super::value::{Fields, Node, Value, Why};
use super::deployment::{Turned, computed, is_deployment, resources};
use super::evaluate::Evaluated;
use super::identities;
use super::ids::id;
use super::loops::Loops;
use crate::model::arm_id::last_segment;
use std::rc::Rc;
use std::sync::Arc;

/// Resources of a file that are looked at, modules among them. Azure deploys 800 of a template.
const MOST_RESOURCES: usize = 10_000;

/// Fields of a resource that are worked out, as far as they are there.
const FIELDS: [&str; 5] = ["location", "kind", "tags", "identity", "properties"];

/// What there is of a deployed template.
pub(super) fn walk(top: &Rc<Evaluated<'_>>) -> Plan {
    let mut walk = Walk::default();
    walk.template(top, None);
    if walk.makes_identities {
        walk.plan.attached.remove(&None);
    }
    walk.plan
}

/// What a resource lies in.
#[derive(Debug, Clone)]
struct Parent {
    kind: String,
    name: String,
    presence: Presence,
}

#[derive(Debug, Default)]
struct Walk {
    plan: Plan,
    /// Resources that were looked at.
    turns: usize,
    /// Whether some are managed identities.
    makes_identities: bool,
}

impl Walk {
    /// `maybe`: why it is not known whether it is deployed at all.
    fn template(&mut self, deployment: &Rc<Evaluated<'_>>, maybe: Option<&Why>) {
        let template = &deployment.source.template;
        let resources = match resources(template) {
            Ok(resources) => resources,
            Err(why) => return self.unread(template.get("resources").unwrap_or(template), "the resources", &why),
        };
        if let Some(why) = computed(template) {
            self.unread(template, "a part of the file", &why);
        }
        for (symbol, node) in resources {
            self.resource(
                deployment,
                symbol.as_deref(),
                &(node, deployment.source.around.clone()),
                None,
                maybe,
            );
        }
    }

    fn resource(
        &mut self,
        deployment: &Rc<Evaluated<'_>>,
        symbol: Option<&str>,
        (node, loops): &Turned,
        parent: Option<&Parent>,
        maybe: Option<&Why>,
    ) {
        let kind = match kind_of(deployment, (node, loops), parent) {
            Ok(kind) => kind,
            Err(why) => return self.unread(node, "a resource", &why),
        };
        match standing(&kind) {
            Standing::Read => {}
            // It decides nothing, but what it runs can act as the identities that it gets.
            Standing::Harmless => {
                self.makes_identities |= attached::is_identity(&kind);
                return self
                    .plan
                    .attached
                    .extend(identities::attached(deployment, (node, loops)));
            }
            of_other => return self.other(deployment, (node, loops), &kind, of_other),
        }
        if let Some(why) = computed(node) {
            self.unread(node, "a part of a resource", &why);
        }
        let called = || match symbol {
            Some(symbol) => format!("`{symbol}`"),
            None => format!("how many resources of type `{kind}` there are"),
        };
        let turns = match deployment.all_turns(node, loops) {
            Ok(turns) => turns,
            Err(why) => return self.unread_if_ours(node, &kind, &called(), &why),
        };
        for turned in turns {
            if self.turns >= MOST_RESOURCES {
                // Once is enough.
                if self.turns == MOST_RESOURCES {
                    self.turns += 1;
                    let why = Why::Limit("the file has more than 10,000 resources".into());
                    self.unread(node, "the rest of the resources", &why);
                }
                return;
            }
            self.turns += 1;
            self.turn(deployment, &kind, &turned, parent, maybe);
        }
    }

    /// A resource that isn't read, though it has to do with access.
    fn other(&mut self, deployment: &Rc<Evaluated<'_>>, (node, loops): (&Node, &Loops), kind: &str, of: Standing) {
        let is = |name: &str| deployment.field(node, name, loops).value.as_bool();
        if is("condition") == Some(false) || is("existing") == Some(true) {
            return;
        }
        match of {
            Standing::NotAnalyzed => {
                let members = ["members", "owners"].map(|name| node.get(name).or(node.at_path(&["properties", name])));
                // A group without members gives nobody anything.
                if !kind.to_ascii_lowercase().starts_with("microsoft.graph/") || members.iter().any(Option::is_some) {
                    self.plan.not_analyzed.push((kind.to_owned(), node.at));
                }
            }
            Standing::Connection => {
                let target = node.at_path(&["properties", "targetService", "id"]);
                let target = target.map_or(Value::Null, |target| deployment.value(target, loops).value);
                let is_other = target.in_text().is_some_and(|id| names_other(&id));
                if !is_other {
                    let why = Why::Elsewhere("the role assignments that the connection makes".into());
                    self.unread(node, "a service connection", &why);
                }
            }
            _ => {
                let why = Why::Unsupported(format!("resources of the type `{kind}`").into());
                self.unread(node, "a resource", &why);
            }
        }
    }

    fn turn(
        &mut self,
        deployment: &Rc<Evaluated<'_>>,
        kind: &str,
        turned: &Turned,
        parent: Option<&Parent>,
        maybe: Option<&Why>,
    ) {
        let (node, loops) = turned;
        let condition = deployment.field(node, "condition", loops).value;
        let is_left_out = condition == Value::Bool(false);
        let own = match &condition {
            Value::Null | Value::Bool(true) => None,
            Value::Bool(false) => {
                if is_ours_or_role(kind) || (is_deployment(node) && holds_ours(node)) {
                    self.plan.skipped.push((kind.to_owned(), node.at));
                }
                // A condition isn't one of the resources below.
                if is_deployment(node) || node.get("resources").is_none() {
                    return;
                }
                None
            }
            Value::Unknown(unknown) => Some(unknown.why.clone()),
            other => Some(Why::Wrong(format!("the `condition` is {}", other.kind()).into())),
        };
        let maybe = own.as_ref().or(maybe);
        if is_deployment(node) {
            return self.nested(deployment, turned, maybe);
        }
        let name = match deployment.field(node, "name", loops).value.in_text() {
            Some(name) => name,
            None => {
                return self.unread(
                    node,
                    &format!("a resource of type `{kind}`"),
                    &Why::Wrong("it has no name".into()),
                );
            }
        };
        let name = match parent {
            Some(parent) if name.split('/').count() < kind.split('/').count() - 1 => format!("{}/{name}", parent.name),
            _ => name,
        };
        let scope = node.get("scope").map(|_| deployment.field(node, "scope", loops).value);
        let scope = scope.as_ref().and_then(Value::in_text);
        let source = &deployment.source;
        let Some(id) = id(&source.target, source.target.level, kind, &name, scope.as_deref()) else {
            let why = Why::Wrong(format!("its name `{name}` doesn't have as many segments as its type").into());
            return self.unread(node, &format!("the resource `{}`", last_segment(&name)), &why);
        };
        let is_existing = deployment.field(node, "existing", loops).value.as_bool() == Some(true);
        let options = node.at_path(&["@options", "onlyIfNotExists"]);
        let only_new = match options.map(|node| deployment.value(node, loops).value) {
            None | Some(Value::Null | Value::Bool(false)) => None,
            Some(Value::Unknown(unknown)) => Some(unknown.why.clone()),
            Some(_) => Some(Why::OnlyIfNew),
        };
        let maybe = only_new.as_ref().or(maybe);
        let presence = match (parent.map(|parent| &parent.presence), maybe) {
            _ if is_existing => Presence::Existing,
            (Some(Presence::Possible(why)), _) | (_, Some(why)) => Presence::Possible(why.clone()),
            _ => Presence::Deployed,
        };
        let fields = FIELDS.iter().filter_map(|name| {
            node.get(name)?;
            Some((Arc::from(*name), deployment.field(node, name, loops)))
        });
        let body = Node {
            value: Value::Object(Arc::new(fields.collect::<Fields>())),
            at: node.at,
        };
        if !is_left_out {
            self.plan.resources.push(Planned {
                resource_type: without_extended(kind),
                id,
                body,
                at: node.at,
                presence: presence.clone(),
            });
        }
        let own = Parent {
            kind: kind.to_owned(),
            name,
            presence,
        };
        let children = match resources(node) {
            Ok(children) => children,
            Err(why) => {
                let what = format!("the resources in `{}`", last_segment(&own.name));
                return self.unread(node.get("resources").unwrap_or(node), &what, &why);
            }
        };
        for (symbol, child) in children {
            self.resource(
                deployment,
                symbol.as_deref(),
                &(child, loops.clone()),
                Some(&own),
                maybe,
            );
        }
    }

    fn nested(&mut self, deployment: &Rc<Evaluated<'_>>, turned: &Turned, maybe: Option<&Why>) {
        let (node, loops) = turned;
        let why = match deployment.nested(turned) {
            Ok(nested) => return self.template(&nested, maybe),
            Err(why) => why,
        };
        let name = deployment
            .field(node, "name", loops)
            .value
            .in_text()
            .unwrap_or_default();
        self.unread(node, &format!("the module `{name}`"), &why);
    }

    /// What of a resource isn't known matters only if Cosmos DB is in it.
    fn unread_if_ours(&mut self, node: &Node, kind: &str, what: &str, why: &Why) {
        if is_ours_or_role(kind) || (is_deployment(node) && holds_ours(node)) {
            self.unread(node, what, why);
        }
        if assigns(kind) {
            self.plan.uncounted.insert(what.to_owned(), !is_ours(kind));
        }
    }

    fn unread(&mut self, node: &Node, what: &str, why: &Why) {
        self.plan.unread.push(Unread {
            what: what.to_owned(),
            why: why.clone(),
            at: node.at,
        });
    }
}

/// The type of a resource in full, or why it isn't known.
fn kind_of(
    deployment: &Rc<Evaluated<'_>>,
    (node, loops): (&Node, &Loops),
    parent: Option<&Parent>,
) -> Result<String, Why> {
    match &node.value {
        Value::Object(_) => {}
        Value::Text(_) => return Err(Why::Unsupported("resources that an expression gives".into())),
        other => return Err(Why::Wrong(format!("it is {}, not an object", other.kind()).into())),
    }
    let kind = deployment.field(node, "type", loops).value;
    match (&kind, parent) {
        (Value::Text(kind), Some(parent)) if !has_provider(kind) => Ok(format!("{}/{kind}", parent.kind)),
        // Extensions of Bicep have types of their own kind, and nothing of Azure's.
        (Value::Text(kind), None) if !has_provider(kind) && !is_of_extension(node) => Err(Why::Wrong(
            format!("its type `{kind}` names no resource provider").into(),
        )),
        (Value::Text(kind), _) => Ok(kind.to_string()),
        (Value::Unknown(unknown), _) => Err(unknown.why.clone()),
        (Value::Null, _) => Err(Why::Wrong("it has no `type`".into())),
        (other, _) => Err(Why::Wrong(
            format!("its `type` is {}, not a string", other.kind()).into(),
        )),
    }
}

/// Whether a type begins with the name of a resource provider, all of which have a dot.
fn has_provider(kind: &str) -> bool {
    kind.split_once('/').is_some_and(|(provider, _)| provider.contains('.'))
}

/// Whether a resource isn't one of Azure Resource Manager.
fn is_of_extension(node: &Node) -> bool {
    node.get("import").is_some() || node.get("extension").is_some()
}

/// Whether an ID is that of something other than Cosmos DB.
fn names_other(id: &str) -> bool {
    let id = id.to_ascii_lowercase();
    let of_ours = id.contains("/microsoft.documentdb/") || id.contains("/servergroupsv2/");
    id.contains("/providers/") && !of_ours
}

/// Whether a template in a template deploys something of Cosmos DB or a role, or could.
fn holds_ours(node: &Node) -> bool {
    match &node.value {
        Value::Text(text) => is_ours_or_role(text),
        Value::List(items) => items.iter().any(holds_ours),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, field)| name.eq_ignore_ascii_case("templateLink") || holds_ours(field)),
        _ => false,
    }
}

#[cfg(test)]
#[path = "walk_tests.rs"]
mod tests;
