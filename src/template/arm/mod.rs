//! ARM templates, as people write them and as Bicep makes them, with their parameters files: as a list of the resources that
//! they deploy.
//!
//! `deployment` is a template with its parameters, at the place where it is deployed; templates in it are deployments of
//! their own. `evaluate` says what its expressions mean, `loops` has the copies around one, `memo` what is worked out once, and
//! `modules` the templates in it,
//! `parameters` what they are given.
//! `walk` goes through the resources, `ids` names them.

mod deployment;
mod evaluate;
mod identities;
mod ids;
mod level;
mod loops;
mod memo;
mod modules;
mod parameters;
mod placeholder;
mod walk;

pub(super) use ids::flat;
pub(super) use parameters::Given;

use super::expression::Budget;
use super::planned::{Plan, Target};
use super::value::{Node, Value, Why};
use deployment::Deployment;
use evaluate::Evaluated;
use level::level_of;
use loops::Loops;
use std::rc::Rc;
use std::sync::Arc;

/// The resources of a template. `given`: its parameters.
pub(super) fn read(root: &Node, given: Given, target: &Target, budget: &Budget) -> Plan {
    let name = Value::unknown("deployment().name", Why::Target(Arc::from("deployment().name")));
    let source = Deployment {
        template: root.clone(),
        given,
        target: Target {
            level: level_of(root),
            ..target.clone()
        },
        name: Node::made(name),
        around: Loops::default(),
    };
    walk::walk(&Rc::new(Evaluated::top(source, budget)))
}
