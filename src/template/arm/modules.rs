//! The templates in a template, and what is known of its resources by name.

use super::super::planned::{Level, Target};
use super::super::value::{Fields, Node, Value, Why};
use super::deployment::{DEPLOYMENTS, Deployment, Turned, is_deployment, is_stack};
use super::evaluate::Evaluated;
use super::ids::{flat, id};
use super::level::level_of;
use super::loops::Loops;
use super::memo::Named;
use super::parameters::Given;
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
            level: self.source.target.level,
        }
    }

    /// The template that a resource deploys, or why it isn't known.
    pub(super) fn nested(self: &Rc<Self>, (resource, loops): &Turned) -> Result<Rc<Self>, Why> {
        let linked = || Why::Elsewhere("the template that it links to".into());
        let properties = resource.get("properties").ok_or_else(linked)?;
        let template = properties.get("template").ok_or_else(linked)?;
        match &template.value {
            Value::Object(_) => {}
            Value::Text(_) => return Err(Why::Unsupported("templates that an expression gives".into())),
            other => {
                return Err(Why::Wrong(
                    format!("its template is {}, not an object", other.kind()).into(),
                ));
            }
        }
        let key = (resource.at.map_or(0, |at| at.offset as usize), loops.clone());
        if let Some(known) = self.nested.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        if self.depth >= DEEPEST {
            return Err(Why::Limit("it is nested too deeply".into()));
        }
        if is_stack(resource) && properties.get("deploymentScope").is_some() {
            return Err(Why::Unsupported("stacks that deploy elsewhere".into()));
        }
        // What needs its own outputs is an error, in Azure too.
        if !self.making.borrow_mut().insert(key.clone()) {
            return Err(Why::Wrong("it needs its own outputs".into()));
        }
        let made = self.made(resource, properties, template, loops);
        self.making.borrow_mut().remove(&key);
        let made = Rc::new(made?);
        self.nested.borrow_mut().insert(key, Rc::clone(&made));
        Ok(made)
    }

    fn made(self: &Rc<Self>, resource: &Node, properties: &Node, template: &Node, loops: &Loops) -> Result<Self, Why> {
        let is_inner = self.is_inner(resource, properties, loops)?;
        let target = Target {
            level: level_of(template),
            ..self.target_of(&(resource.clone(), loops.clone()))
        };
        let name = self.field(resource, "name", loops);
        let given = is_inner.then(|| {
            let handed = properties.get("parameters").map(|node| self.value(node, loops));
            let module = name.value.in_text().unwrap_or_default();
            Given::by_module(properties, handed.as_ref(), &module)
        });
        let outer = (!is_inner).then(|| Rc::clone(self.outer.as_ref().unwrap_or(self)));
        let source = Deployment {
            template: template.clone(),
            given: given.unwrap_or_default(),
            target,
            name,
            around: if is_inner { Loops::default() } else { loops.clone() },
        };
        Ok(Self {
            outer,
            depth: self.depth + 1,
            ..Self::top(source, self.budget)
        })
    }

    /// Whether the expressions of a template in this one mean what they say there.
    fn is_inner(self: &Rc<Self>, resource: &Node, properties: &Node, loops: &Loops) -> Result<bool, Why> {
        let scope = properties.at_path(&["expressionEvaluationOptions", "scope"]);
        let scope = scope.map(|node| self.value(node, loops).value);
        match scope.as_ref() {
            // The default of templates with symbolic names is the other one.
            None | Some(Value::Null) => Ok(self.source.has_symbols() || is_stack(resource)),
            Some(Value::Unknown(unknown)) => Err(unknown.why.clone()),
            Some(scope) => Ok(scope.as_text().is_some_and(|text| text.eq_ignore_ascii_case("inner"))),
        }
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

    /// The template in this one that `reference` means by an id, or by its name where no other has that.
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
        self.nested(turned).ok()
    }

    fn list(self: &Rc<Self>) -> HashMap<String, Turned> {
        let mut all = HashMap::new();
        let mut by_name: HashMap<String, Option<Turned>> = HashMap::new();
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
                    None => self.source.target.level,
                };
                if let Some(name) = &name {
                    let one = by_name.entry(flat(name).to_ascii_lowercase());
                    one.and_modify(|other| *other = None)
                        .or_insert_with(|| Some(turned.clone()));
                }
                let id = name.and_then(|name| id(&target, level, DEPLOYMENTS, &name, None));
                all.extend(id.map(|id| (id.to_ascii_lowercase(), turned)));
            }
        }
        all.extend(by_name.into_iter().filter_map(|(name, turned)| Some((name, turned?))));
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
            self.source.target.level,
            &kind,
            &name,
            scope.as_deref(),
        )
    }
}
