//! A template with its parameters, at the place where it is deployed: what is written there, before anything is worked out.

use super::super::planned::Target;
use super::super::value::{Node, Value, Why};
use super::loops::Loops;
use super::parameters::Given;
use std::sync::Arc;

/// The type of templates in templates.
pub(super) const DEPLOYMENTS: &str = "Microsoft.Resources/deployments";

/// A template that is deployed.
#[derive(Debug)]
pub(super) struct Deployment {
    pub(super) template: Node,
    /// Its parameters.
    pub(super) given: Given,
    /// Where its resources go.
    pub(super) target: Target,
    pub(super) name: Node,
    /// The copies around the whole of it, where its expressions see them.
    pub(super) around: Loops,
}

/// A resource of a template, in one of its turns.
pub(super) type Turned = (Node, Loops);

/// A resource as it is written, with the symbolic name that it has.
pub(super) type Symbolic = (Option<Arc<str>>, Node);

/// What a template says of a variable.
pub(super) enum Written<'t> {
    Plainly(&'t Node),
    AsCopy(&'t Node),
}

impl Deployment {
    /// The resources of the template, each with the symbolic name that it has.
    pub(super) fn resources(&self) -> Vec<Symbolic> {
        resources(&self.template).unwrap_or_default()
    }

    /// Whether its resources have symbolic names.
    pub(super) fn has_symbols(&self) -> bool {
        let resources = self.template.get("resources");
        resources.is_some_and(|node| node.value.as_object().is_some())
    }

    /// A parameter that isn't known: those of other templates have the same names.
    pub(super) fn named(&self, parameter: &str) -> String {
        let module = self.name.value.as_text();
        let module = module.map(|name| format!(" of {name}")).unwrap_or_default();
        format!("parameters('{parameter}'){module}")
    }

    /// A resource by its symbolic name, which has the turn in brackets where there are several.
    pub(super) fn by_symbol(&self, name: &str) -> Option<Turned> {
        let fields = self.template.get("resources")?.value.as_object()?;
        let (symbol, index) = match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
            Some((symbol, index)) => (symbol, Some(index.parse::<i64>().ok()?)),
            None => (name, None),
        };
        let node = fields.get(symbol)?.clone();
        let copy = node.get("copy").and_then(|copy| copy.text("name")).cloned();
        let loops = match index {
            Some(index) => self.around.with(copy, index),
            None => self.around.clone(),
        };
        Some((node, loops))
    }

    /// The variable of a name.
    pub(super) fn variable(&self, name: &str) -> Option<Written<'_>> {
        let variables = self.template.get("variables")?;
        if let Some(variable) = variables.get(name) {
            return Some(Written::Plainly(variable));
        }
        let copies = variables.get("copy")?.value.as_list()?;
        let is_own = |copy: &&Node| copy.text("name").is_some_and(|own| own.eq_ignore_ascii_case(name));
        copies.iter().find(is_own).map(Written::AsCopy)
    }

    /// A function that the template defines: the names of its parameters, and its output.
    pub(super) fn function(&self, namespace: &str, name: &str) -> Option<(Vec<Arc<str>>, Node)> {
        let all = self.template.get("functions")?.value.as_list()?;
        let own = |one: &&Node| {
            one.text("namespace")
                .is_some_and(|own| own.eq_ignore_ascii_case(namespace))
        };
        let found = all.iter().find(own)?.at_path(&["members", name])?;
        let parameters = found
            .get("parameters")
            .and_then(|node| node.value.as_list())
            .unwrap_or_default();
        let names = parameters.iter().filter_map(|one| one.text("name").cloned());
        Some((names.collect(), found.at_path(&["output", "value"])?.clone()))
    }
}

/// What stands in `resources` of a template or of a resource, each with the symbolic name that it has; or why that isn't
/// known.
pub(super) fn resources(holder: &Node) -> Result<Vec<Symbolic>, Why> {
    match holder.get("resources").map(|node| &node.value) {
        None => Ok(Vec::new()),
        Some(Value::List(items)) => Ok(items.iter().map(|item| (None, item.clone())).collect()),
        Some(Value::Object(fields)) => {
            let named = fields.iter();
            Ok(named
                .map(|(name, node)| (Some(Arc::clone(name)), node.clone()))
                .collect())
        }
        Some(Value::Text(_)) => Err(Why::Unsupported("resources that an expression gives".into())),
        Some(other) => Err(Why::Wrong(
            format!("`resources` is {}, not an array or an object", other.kind()).into(),
        )),
    }
}

/// Whether a resource is a template in the template.
pub(super) fn is_deployment(node: &Node) -> bool {
    is_of(node, DEPLOYMENTS) || is_stack(node)
}

/// Whether a resource is a deployment stack, which holds a template, too.
pub(super) fn is_stack(node: &Node) -> bool {
    is_of(node, "Microsoft.Resources/deploymentStacks")
}

fn is_of(node: &Node, kind: &str) -> bool {
    node.text("type").is_some_and(|own| own.eq_ignore_ascii_case(kind))
}

/// Why something isn't known whose name at this place would have to be worked out: Azure has fixed names there.
pub(super) fn computed(node: &Node) -> Option<Why> {
    let fields = node.value.as_object()?;
    let mut names = fields.iter().map(|(name, _)| name);
    let name = names.find(|name| name.starts_with('['))?;
    Some(Why::Unsupported(
        format!("`{name}` as the name of a property there").into(),
    ))
}
