//! What the expressions of a template mean: parameters, variables, copies, outputs of the templates in it.

use super::super::expression::{self, Budget, Computed, stated};
use super::super::planned::Target;
use super::super::scope::Scope;
use super::super::value::{Fields, Node, Value, Why};
use super::deployment::{Deployment, Turned, Written, is_deployment};
use super::loops::Loops;
use super::memo::{Memo, Named};
use super::placeholder;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

/// Turns of one copy that are made; Azure makes 800.
const MOST_TURNS: i64 = 20_000;

/// A deployment, and what was worked out of it.
pub(super) struct Evaluated<'b> {
    pub(super) source: Deployment,
    /// Where its expressions mean what they say, if that isn't here.
    pub(super) outer: Option<Rc<Evaluated<'b>>>,
    pub(super) depth: usize,
    pub(super) budget: &'b Budget,
    pub(super) memo: Memo,
    pub(super) nested: RefCell<HashMap<(usize, Loops), Rc<Evaluated<'b>>>>,
    /// What is being made of the templates in it.
    pub(super) making: RefCell<HashSet<(usize, Loops)>>,
    /// The templates in it, by their ids in lower case.
    pub(super) by_id: OnceCell<HashMap<String, Turned>>,
    pub(super) is_listing: Cell<bool>,
}

impl<'b> Evaluated<'b> {
    /// The template of a file.
    pub(super) fn top(source: Deployment, budget: &'b Budget) -> Self {
        Self {
            source,
            outer: None,
            depth: 0,
            budget,
            memo: Memo::default(),
            nested: RefCell::default(),
            making: RefCell::default(),
            by_id: OnceCell::new(),
            is_listing: Cell::new(false),
        }
    }

    /// A field as it is worked out here. Absent is null.
    pub(super) fn field(self: &Rc<Self>, node: &Node, name: &str, loops: &Loops) -> Node {
        node.get(name)
            .map_or(Node::made(Value::Null), |field| self.value(field, loops))
    }

    /// What a node of the template comes to.
    pub(super) fn value(self: &Rc<Self>, node: &Node, loops: &Loops) -> Node {
        match &self.outer {
            Some(outer) => outer.value(node, loops),
            None => stated(self.worked_out(node, loops), self.budget),
        }
    }

    fn worked_out(self: &Rc<Self>, node: &Node, loops: &Loops) -> Node {
        let here = Here {
            deployment: self,
            loops,
        };
        let value = match &node.value {
            Value::Text(text) => match placeholder::in_template(text) {
                Some(unknown) => unknown,
                None => return expression::evaluate_text(text, node.at, &here, self.budget).or_at(node.at),
            },
            Value::List(items) => {
                let items = items.iter().map(|item| self.worked_out(item, loops));
                Value::List(Arc::new(items.collect()))
            }
            Value::Object(fields) => {
                let mut made = Computed::default();
                for (name, field) in fields.iter() {
                    if name.eq_ignore_ascii_case("copy") && is_copy_of_fields(field) {
                        for copy in field.value.as_list().unwrap_or_default() {
                            let (name, value) = self.copied(copy, loops);
                            let own = expression::evaluate_text(&name, copy.at, &here, self.budget).value;
                            made.add(&name, Some(own), value);
                        }
                        continue;
                    }
                    let own = || expression::evaluate_text(name, field.at, &here, self.budget).value;
                    let name_of = match name.starts_with('[') {
                        true => Some(own()),
                        false => placeholder::in_template(name),
                    };
                    made.add(name, name_of, self.worked_out(field, loops));
                }
                made.finish(self.budget)
            }
            other => other.clone(),
        };
        Node { value, at: node.at }
    }

    /// A field, or a variable, of which `copy` makes a list.
    fn copied(self: &Rc<Self>, copy: &Node, loops: &Loops) -> (Arc<str>, Node) {
        let name = copy.text("name").cloned().unwrap_or_else(|| Arc::from("copy"));
        let turns = self.turns(copy, loops);
        let paid = turns.and_then(|turns| {
            self.budget.turns(usize::try_from(turns).unwrap_or(usize::MAX))?;
            Ok(turns)
        });
        let value = match paid {
            Ok(turns) => {
                let input = copy.get("input");
                let one = |index| {
                    let loops = loops.with_field(Arc::clone(&name), index);
                    input.map_or(Node::made(Value::Null), |input| self.worked_out(input, &loops))
                };
                Value::List(Arc::new((0..turns).map(one).collect()))
            }
            Err(why) => Value::unknown(format!("copy('{name}')"), why),
        };
        (name, Node { value, at: copy.at })
    }

    /// How many turns a copy has.
    pub(super) fn turns(self: &Rc<Self>, copy: &Node, loops: &Loops) -> Result<i64, Why> {
        let count = self.field(copy, "count", loops).value;
        match &count {
            Value::Unknown(unknown) => Err(unknown.why.clone()),
            _ => match count.as_int() {
                Some(count @ 0..=MOST_TURNS) => Ok(count),
                Some(count) if count > 0 => Err(Why::Limit(format!("it has more than {MOST_TURNS} copies").into())),
                Some(count) => Err(Why::Wrong(format!("the `count` of the copy is {count}").into())),
                None => Err(Why::Wrong(
                    format!("the `count` of the copy is {}", count.kind()).into(),
                )),
            },
        }
    }

    /// The turns of a resource: one, unless it is copied.
    pub(super) fn all_turns(self: &Rc<Self>, node: &Node, loops: &Loops) -> Result<Vec<Turned>, Why> {
        let Some(copy) = node.get("copy") else {
            return Ok(vec![(node.clone(), loops.clone())]);
        };
        let name = copy.text("name").cloned();
        let turns = self.turns(copy, loops)?;
        Ok((0..turns)
            .map(|index| (node.clone(), loops.with(name.clone(), index)))
            .collect())
    }
}

/// A deployment, in some turn of its copies: the scope of an expression.
struct Here<'d, 'b> {
    deployment: &'d Rc<Evaluated<'b>>,
    loops: &'d Loops,
}

impl Scope for Here<'_, '_> {
    fn parameter(&self, name: &str) -> Node {
        let own = self.deployment;
        if let Some(given) = own.source.given.get(name) {
            return given;
        }
        own.memo.remember(Named::Parameter, name, || {
            let declared = own.source.template.at_path(&["parameters", name]);
            match declared.and_then(|declared| declared.get("defaultValue")) {
                Some(default) => {
                    let made = stated(own.worked_out(default, &own.source.around), own.budget);
                    fixed(made, &own.source, name)
                }
                None => {
                    let is_nullable = declared.and_then(|declared| declared.get("nullable"));
                    match (declared, is_nullable.and_then(|node| node.value.as_bool())) {
                        (Some(_), Some(true)) => Node::made(Value::Null),
                        (Some(_), _) => unknown(own.source.named(name), Why::Parameter(name.into())),
                        (None, _) => wrong(&format!("there is no parameter `{name}`")),
                    }
                }
            }
        })
    }

    fn variable(&self, name: &str) -> Node {
        let own = self.deployment;
        own.memo
            .remember(Named::Variable, name, || match own.source.variable(name) {
                Some(Written::Plainly(variable)) => stated(own.worked_out(variable, &own.source.around), own.budget),
                Some(Written::AsCopy(copy)) => stated(own.copied(copy, &own.source.around).1, own.budget),
                None => wrong(&format!("there is no variable `{name}`")),
            })
    }

    fn copy_index(&self, name: Option<&str>) -> Option<i64> {
        self.loops.index(name)
    }

    fn target(&self) -> &Target {
        &self.deployment.source.target
    }

    fn deployment(&self) -> Node {
        let mut fields = Fields::default();
        fields.set(Arc::from("name"), self.deployment.source.name.clone());
        Node::made(Value::Object(Arc::new(fields)))
    }

    fn reference(&self, subject: &Value, is_full: bool) -> Option<Node> {
        let subject = subject.in_text()?;
        let own = self.deployment;
        let nested = match own.source.by_symbol(&subject) {
            Some(turned) if is_deployment(&turned.0) => own.nested(&turned).ok(),
            Some(turned) => {
                let id = own.id_of(&turned).unwrap_or(subject);
                let full = if is_full { ", 'Full'" } else { "" };
                let text = format!("reference('{id}'{full})");
                return Some(unknown(text, Why::Deployment("reference".into())));
            }
            None => own.by_id(&subject),
        }?;
        let outputs = nested.outputs();
        match is_full {
            true => Some(Node::made(Value::Object(Arc::new(Fields::from_iter([(
                Arc::from("properties"),
                outputs,
            )]))))),
            false => Some(outputs),
        }
    }

    fn symbol(&self, name: &str) -> Option<Node> {
        let id = self.deployment.id_of(&self.deployment.source.by_symbol(name)?)?;
        Some(Node::made(match id.contains('{') {
            true => Value::unknown_text(id, Why::Deployment(name.into())),
            false => Value::text(id),
        }))
    }

    fn function(&self, namespace: &str, name: &str) -> Option<(Vec<Arc<str>>, Node)> {
        self.deployment.source.function(namespace, name)
    }
}

/// What has another value in every deployment has one value in this one: that of the parameter.
fn fixed(default: Node, deployment: &Deployment, name: &str) -> Node {
    let is_changing = default
        .value
        .first_unknown()
        .is_some_and(|unknown| matches!(unknown.why, Why::Changing(_)));
    match default.value {
        Value::Unknown(unknown) if is_changing => {
            let why = match &unknown.why {
                Why::Changing(function) => Why::Deployment(Arc::clone(function)),
                why => why.clone(),
            };
            Node {
                value: Value::unknown(deployment.named(name), why),
                at: default.at,
            }
        }
        value => Node { value, at: default.at },
    }
}

fn unknown(text: String, why: Why) -> Node {
    Node::made(Value::unknown(text, why))
}

fn wrong(what: &str) -> Node {
    unknown(what.to_owned(), Why::Wrong(what.into()))
}

/// `copy` of a resource is an object, that of fields a list.
fn is_copy_of_fields(node: &Node) -> bool {
    let items = node.value.as_list();
    items.is_some_and(|items| !items.is_empty() && items.iter().all(|item| item.get("count").is_some()))
}
