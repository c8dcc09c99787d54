//! What is asked of other resources: `reference`, `resourceInfo`. The file says a part of it, the deployment the rest.

use super::budget::{Budget, Stop};
use super::parts::worse;
use super::print::{print, print_call};
use crate::template::scope::Scope;
use crate::template::value::{Node, Value, Why};

/// What is known of the resource, and the resource as something that only the deployment knows.
pub(super) struct Asked {
    pub(super) known: Option<Node>,
    pub(super) unknown: Node,
}

/// `reference(subject, version, 'Full')`. The version is left out of the text: the same resource is the same.
pub(super) fn ask(name: &str, args: &[Node], scope: &dyn Scope, budget: &Budget) -> Result<Asked, Stop> {
    let Some(subject) = args.first().filter(|_| args.len() <= 3) else {
        return Err(Stop::wrong(format!("`{name}` takes one to three arguments")));
    };
    let full = match args.get(2).map(|full| &full.value) {
        None => false,
        Some(Value::Text(full)) => full.eq_ignore_ascii_case("full"),
        Some(Value::Unknown(unknown)) => return Err(Stop(unknown.why.clone())),
        Some(_) => return Err(Stop::wrong("the third argument of `reference` is no string")),
    };
    let known = (name == "reference")
        .then(|| scope.reference(&subject.value, full))
        .flatten();
    let id = of_symbol(subject, scope);
    let full = full.then(|| Node::made(Value::text("Full")));
    let text = print_call(name, std::iter::once(&id).chain(&full), budget)?;
    let deployment = Why::Deployment(text.as_str().into());
    let why = match subject.value.as_unknown() {
        Some(unknown) => worse(Some(deployment), &unknown.why),
        None => deployment,
    };
    let unknown = Node::made(Value::unknown(text, why));
    Ok(Asked { known, unknown })
}

/// The resource as a whole. Of an object, the file doesn't say what else is in it.
pub(super) fn whole(name: &str, args: &[Node], scope: &dyn Scope, budget: &Budget) -> Result<Node, Stop> {
    let Asked { known, unknown } = ask(name, args, scope, budget)?;
    let known = known.filter(|known| known.value.as_object().is_none());
    Ok(known.unwrap_or(unknown))
}

/// `resourceInfo('name')`, of which the id is known if the resource is.
pub(super) fn resource_info(args: &[Node], scope: &dyn Scope, budget: &Budget) -> Result<Node, Stop> {
    let [subject] = args else {
        return Err(Stop::wrong("`resourceInfo` takes the name of a resource"));
    };
    let id = of_symbol(subject, scope);
    let text = format!("resourceInfo({})", print(&id.value, budget)?);
    let why = Why::Deployment(text.as_str().into());
    Ok(Node::made(Value::unknown(text, why)))
}

/// The id of the resource of a symbolic name: two templates can have the same name for two resources.
fn of_symbol(subject: &Node, scope: &dyn Scope) -> Node {
    let name = subject.value.as_text().filter(|name| !name.contains('/'));
    name.and_then(|name| scope.symbol(name))
        .unwrap_or_else(|| subject.clone())
}
