//! What an expression can ask for that the expression itself does not say.

use super::planned::Target;
use super::value::{Node, Value};
use std::sync::Arc;

/// Everything around an expression: parameters, variables, loops, the target, other resources.
pub(super) trait Scope {
    /// `parameters('name')`, evaluated.
    fn parameter(&self, name: &str) -> Node;
    /// `variables('name')`, evaluated.
    fn variable(&self, name: &str) -> Node;
    /// `copyIndex()` of the innermost loop, or of the loop of that name, without an offset. `None`: there is no such loop.
    fn copy_index(&self, name: Option<&str>) -> Option<i64>;
    /// Where the template is deployed to: what `subscription()`, `resourceGroup()` and `resourceId()` go by.
    fn target(&self) -> &Target;
    /// `deployment()`.
    fn deployment(&self) -> Node;
    /// What is known of `reference(…)` and of symbolic names: a module's `outputs`, what the file itself says of a resource.
    /// `subject` is the first argument, evaluated. `None`: only the deployment tells.
    fn reference(&self, subject: &Value, full: bool) -> Option<Node>;
    /// The id of the resource of a symbolic name, for `resourceInfo('name').id`. `None`: there is none.
    fn symbol(&self, name: &str) -> Option<Node>;
    /// A function that the template defines itself: the names of its parameters, and its output as it is written.
    fn function(&self, namespace: &str, name: &str) -> Option<(Vec<Arc<str>>, Node)>;
}
