//! The templates in a template, and what is known of its resources by name.

use super::super::planned::Target;
use super::super::value::{Fields, Node, Value};
use super::deployment::{DEPLOYMENTS, Deployment, Turned, is_deployment};
use super::evaluate::Evaluated;
use super::ids::{flat, id};
use super::level::Level;
use super::loops::Loops;
use super::memo::Named;
use super::parameters::parameters;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// Templates in templates that are followed.
const DEEPEST: usize = 24;

impl Evaluated<'_> {
    /// Where a resource goes: a template in the template can go elsewhere.
    fn target_of(self: &Rc<Self>, (resource, loops): &Turned) -> Target {
        let text = |name: &str| {
            let node = resource.get(name)?;
            self.value(node, loops).value.in_text().map(Arc::from)
        };
        Target {
            subscription: text("subscriptionId").or_else(|| self.source.target.subscription.clone()),
            resource_group: text("resourceGroup").or_else(|| self.source.target.resource_group.clone()),
        }
    }

    /// The template that a resource deploys. `None`: it holds none.
    pub(super) fn nested(self: &Rc<Self>, (resource, loops): &Turned) -> Option<Rc<Self>> {
        let template = resource.at_path(&["properties", "template"])?;
        template.value.as_object()?;
        let key = (resource.at.map_or(0, |at| at.offset as usize), loops.clone());
        if let Some(known) = self.nested.borrow().get(&key) {
            return Some(Rc::clone(known));
        }
        // What needs its own outputs is an error, in Azure too.
        if self.depth >= DEEPEST || !self.making.borrow_mut().insert(key.clone()) {
            return None;
        }
        let level = Level::of(template);
        let target = self.target_of(&(resource.clone(), loops.clone()));
        let scope = resource.at_path(&["properties", "expressionEvaluationOptions", "scope"]);
        let is_inner = scope
            .and_then(|node| node.value.as_text())
            .is_some_and(|text| text.eq_ignore_ascii_case("inner"));
        let handed = resource.at_path(&["properties", "parameters"]);
        let given = handed
            .filter(|_| is_inner)
            .map(|node| parameters(&self.value(node, loops)));
        let outer = (!is_inner).then(|| Rc::clone(self.outer.as_ref().unwrap_or(self)));
        let source = Deployment {
            template: template.clone(),
            given: given.unwrap_or_default(),
            target,
            level,
            name: self.field(resource, "name", loops),
            around: if is_inner { Loops::default() } else { loops.clone() },
        };
        let made = Rc::new(Self {
            outer,
            depth: self.depth + 1,
            ..Self::top(source, self.budget)
        });
        self.making.borrow_mut().remove(&key);
        self.nested.borrow_mut().insert(key, Rc::clone(&made));
        Some(made)
    }

    /// What `reference` of a template in this one gives.
    pub(super) fn outputs(self: &Rc<Self>) -> Node {
        let Some(outputs) = self
            .source
            .template
            .get("outputs")
            .and_then(|node| node.value.as_object())
        else {
            return Node::made(Value::Object(Arc::default()));
        };
        let mut made = Fields::default();
        for (name, output) in outputs.iter() {
            let value = self.memo.remember(Named::Output, name, || match output.get("copy") {
                Some(copy) => self.copied_output(copy),
                None => self.field(output, "value", &self.source.around),
            });
            let mut fields = Fields::default();
            fields.set(Arc::from("value"), value);
            made.set(Arc::clone(name), Node::made(Value::Object(Arc::new(fields))));
        }
        let mut fields = Fields::default();
        fields.set(Arc::from("outputs"), Node::made(Value::Object(Arc::new(made))));
        Node::made(Value::Object(Arc::new(fields)))
    }

    fn copied_output(self: &Rc<Self>, copy: &Node) -> Node {
        match self.turns(copy, &self.source.around) {
            Ok(turns) => {
                let one = |index| self.field(copy, "input", &self.source.around.with(None, index));
                Node::made(Value::List(Arc::new((0..turns).map(one).collect())))
            }
            Err(why) => Node::made(Value::unknown("copy()", why)),
        }
    }

    /// The template in this one that `reference` means by an id.
    pub(super) fn by_id(self: &Rc<Self>, id: &str) -> Option<Rc<Self>> {
        if self.by_id.get().is_none() {
            // Names can depend on outputs, and these on names.
            if self.is_listing.replace(true) {
                return None;
            }
            let all = self.list();
            self.is_listing.set(false);
            // Nobody has set it meanwhile.
            let _ = self.by_id.set(all);
        }
        let turned = self.by_id.get()?.get(&flat(id).to_ascii_lowercase())?;
        self.nested(turned)
    }

    fn list(self: &Rc<Self>) -> HashMap<String, Turned> {
        let mut all = HashMap::new();
        let resources = self
            .source
            .resources()
            .into_iter()
            .filter(|(_, node)| is_deployment(node));
        for (_, node) in resources {
            for turned in self.all_turns(&node, &self.source.around).unwrap_or_default() {
                let name = self.field(&node, "name", &turned.1).value.in_text();
                let target = self.target_of(&turned);
                let level = match node.get("resourceGroup") {
                    Some(_) => Level::Group,
                    None => self.source.level,
                };
                let id = name.and_then(|name| id(&target, level, DEPLOYMENTS, &name, None));
                all.extend(id.map(|id| (id.to_ascii_lowercase(), turned)));
            }
        }
        all
    }

    /// The id of a resource that is not below another one. `None`: it has none that can be told.
    pub(super) fn id_of(self: &Rc<Self>, (node, loops): &Turned) -> Option<String> {
        let kind = self.field(node, "type", loops).value.in_text()?;
        let name = self.field(node, "name", loops).value.in_text()?;
        let scope = node
            .get("scope")
            .and_then(|_| self.field(node, "scope", loops).value.in_text());
        id(
            &self.target_of(&(node.clone(), loops.clone())),
            self.source.level,
            &kind,
            &name,
            scope.as_deref(),
        )
    }
}
