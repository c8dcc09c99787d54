//! The managed identities that a resource of a template gets.

use super::super::attached::{known, of_identity};
use super::super::value::{Node, Value};
use super::evaluate::Evaluated;
use super::loops::Loops;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// The user-assigned ones, as [`of_identity`] has them; none of a resource that is there already or that a condition leaves out.
pub(super) fn attached(deployment: &Rc<Evaluated<'_>>, (node, loops): (&Node, &Loops)) -> BTreeSet<Option<String>> {
    let is = |name: &str| deployment.field(node, name, loops).value.as_bool();
    if node.get("identity").is_none() || is("condition") == Some(false) || is("existing") == Some(true) {
        return BTreeSet::new();
    }
    let all = node.at_path(&["identity", "userAssignedIdentities"]);
    let Some(Value::Object(all)) = all.map(|all| &all.value) else {
        return of_identity(&deployment.field(node, "identity", loops));
    };
    // Their names are IDs, which templates work out.
    let id = |name: &Arc<str>| {
        let name = Node {
            value: Value::Text(Arc::clone(name)),
            at: None,
        };
        deployment.value(&name, loops).value.as_text().and_then(|id| known(id))
    };
    all.iter().map(|(name, _)| id(name)).collect()
}
