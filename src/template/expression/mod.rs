//! The expression language of ARM templates: what stands in brackets. Three-valued: a value, or why it isn't known, which
//! poisons only what depends on it.
//!
//! `parse` reads text into `syntax`, `evaluate` works it out with `functions`, and `print` names what isn't known. Behavior
//! that the documentation doesn't settle is unknown, and never guessed.

mod access;
mod budget;
mod computed;
mod evaluate;
mod functions;
mod inside;
mod lambdas;
mod lazy;
mod parse;
mod parts;
mod print;
mod references;
mod surroundings;
mod syntax;

pub(super) use budget::Budget;
pub(super) use computed::Computed;
pub(super) use print::stated;

use super::scope::Scope;
use super::value::{Node, Spot};
use evaluate::Evaluator;

/// Evaluates a string as it stands in a template.
pub(super) fn evaluate_text(text: &str, at: Option<Spot>, scope: &dyn Scope, budget: &Budget) -> Node {
    Evaluator { scope, budget }.text(text, at)
}

/// Evaluates a value with all that is in it: strings, and names of fields. An object of which a
/// field has a name that isn't known isn't known.
///
/// A value that was written somewhere keeps its place. What an expression makes has the place of the expression.
pub(super) fn evaluate(node: &Node, scope: &dyn Scope, budget: &Budget) -> Node {
    Evaluator { scope, budget }.whole(node)
}

#[cfg(test)]
mod tests;
