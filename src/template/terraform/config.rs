//! The configuration that a plan was made from: which references a field has, where variables and outputs come from, which
//! provider a resource has.
//!
//! A plan lists the references of an expression and not the expression: `a.id` and `"${a.id}/dbs/orders"` look the same. So
//! what a field refers to is taken for its value only where the field can hold nothing else that is made of it.

use super::super::value::{Fields, Node, Value};
use super::address::{Module, Named, named};
use std::collections::{BTreeSet, HashMap};

/// How far variables and outputs are followed.
const DEEPEST: usize = 32;

/// The configuration.
#[derive(Debug, Default)]
pub(super) struct Config<'p> {
    /// Modules by the names of the calls that lead to them.
    modules: HashMap<String, &'p Node>,
    /// Resources by module and address in it.
    resources: HashMap<(String, String), &'p Node>,
    providers: Option<&'p Fields>,
    variables: Option<&'p Fields>,
}

/// Something of the configuration that a reference leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    /// The instance of the module that it stands in.
    pub(super) module: Module,
    /// The resource or data source, with `data.`. Empty: it is none of both.
    pub(super) resource: String,
    /// Its key.
    pub(super) key: Option<String>,
    /// What of it: `.id`; of what is no resource all of it.
    pub(super) rest: String,
}

impl Source {
    /// Its address, as Terraform writes it.
    pub(super) fn text(&self) -> String {
        let key = self.key.as_deref().unwrap_or_default();
        self.module.address(&format!("{}{key}{}", self.resource, self.rest))
    }
}

impl<'p> Config<'p> {
    /// Reads `configuration` and `variables` of a plan.
    pub(super) fn read(plan: &'p Node) -> Self {
        let mut config = Self {
            providers: plan
                .at_path(&["configuration", "provider_config"])
                .and_then(|node| node.value.as_object()),
            variables: plan.get("variables").and_then(|node| node.value.as_object()),
            ..Self::default()
        };
        if let Some(root) = plan.at_path(&["configuration", "root_module"]) {
            config.add(String::new(), root);
        }
        config
    }

    fn add(&mut self, path: String, module: &'p Node) {
        for resource in list(module.get("resources")) {
            if let Some(address) = resource.text("address") {
                self.resources.insert((path.clone(), address.to_string()), resource);
            }
        }
        let calls = module.get("module_calls").and_then(|calls| calls.value.as_object());
        for (name, call) in calls.into_iter().flat_map(Fields::iter) {
            let inner = if path.is_empty() {
                name.to_string()
            } else {
                format!("{path}.{name}")
            };
            if let Some(module) = call.get("module") {
                self.add(inner, module);
            }
        }
        self.modules.insert(path, module);
    }

    /// The expression of a field of a resource. `None`: the configuration doesn't set it, or has no such resource.
    pub(super) fn expression(&self, module: &Module, resource: &str, field: &str) -> Option<&'p Node> {
        let expression = exact(self.resource(module, resource)?.get("expressions")?, field)?;
        // Whoever writes `null` doesn't set the field.
        let is_null = expression
            .get("constant_value")
            .is_some_and(|value| value.value == Value::Null);
        (!is_null).then_some(expression)
    }

    /// A resource or data source.
    pub(super) fn resource(&self, module: &Module, resource: &str) -> Option<&'p Node> {
        self.resources.get(&(module.path(), resource.to_owned())).copied()
    }

    /// The key of the provider that a resource has.
    pub(super) fn provider(&self, module: &Module, resource: &str) -> Option<&'p str> {
        Some(self.resource(module, resource)?.text("provider_config_key")?)
    }

    /// The subscription that a provider is configured with.
    pub(super) fn subscription(&self, provider: &str) -> Option<&'p str> {
        let (_, config) = self.providers?.iter().find(|(name, _)| ***name == *provider)?;
        let expression = config.at_path(&["expressions", "subscription_id"])?;
        if let Some(constant) = expression.text("constant_value") {
            return Some(constant);
        }
        let references = whole_references(Some(expression));
        match references.iter().map(|one| named(one)).collect::<Vec<_>>().as_slice() {
            // Of a provider in a module, the variable is another one.
            [Named::Variable { name, rest }] if rest.is_empty() && !provider.contains(':') => {
                let (_, variable) = self.variables?.iter().find(|(own, _)| ***own == **name)?;
                Some(variable.text("value")?)
            }
            _ => None,
        }
    }

    /// Whether an expression is a variable without a value.
    pub(super) fn is_null(&self, module: &Module, expression: Option<&Node>) -> bool {
        self.is_null_at(module, expression, 0).unwrap_or(false)
    }

    fn is_null_at(&self, module: &Module, expression: Option<&Node>, depth: usize) -> Option<bool> {
        let is_null = |node: &Node| node.value == Value::Null;
        if let Some(constant) = expression?.get("constant_value") {
            return Some(is_null(constant));
        }
        let reference = lone(&whole_references(expression)).filter(|_| depth <= DEEPEST)?;
        let Named::Variable { name, rest } = named(&reference) else {
            return None;
        };
        let Some((parent, call)) = module.parent() else {
            let (_, variable) = self.variables?.iter().find(|(own, _)| ***own == *name)?;
            return Some(rest.is_empty() && is_null(variable.get("value")?));
        };
        match self
            .call(&parent, call)?
            .get("expressions")
            .and_then(|all| exact(all, name))
        {
            Some(set) => self
                .is_null_at(&parent, Some(set), depth + 1)
                .map(|is| is && rest.is_empty()),
            None => {
                let declared = self.modules.get(&module.path())?.get("variables")?;
                Some(rest.is_empty() && is_null(exact(declared, name)?.get("default")?))
            }
        }
    }

    /// Where a reference leads, through variables and outputs as far as each is one reference. `None`: it differs from
    /// instance to instance, or isn't one value.
    pub(super) fn follow(&self, module: &Module, reference: &str) -> Option<Source> {
        self.follow_at(module, reference, 0)
    }

    fn follow_at(&self, module: &Module, reference: &str, depth: usize) -> Option<Source> {
        let here = || Source {
            module: module.clone(),
            resource: String::new(),
            key: None,
            rest: reference.to_owned(),
        };
        if depth > DEEPEST {
            return None;
        }
        match named(reference) {
            Named::Other => None,
            Named::Local => Some(here()),
            Named::Resource { resource, key, rest } => Some(Source {
                module: module.clone(),
                resource,
                key: key.map(str::to_owned),
                rest,
            }),
            Named::Variable { name, rest } => {
                let further = || {
                    let (parent, call) = module.parent()?;
                    let call = self.call(&parent, call)?;
                    let set = call.get("expressions").and_then(|all| exact(all, name));
                    let found = self.follow_at(&parent, &lone(&whole_references(set))?, depth + 1)?;
                    found.and(&rest)
                };
                Some(further().unwrap_or_else(here))
            }
            Named::Output {
                call,
                key,
                output,
                rest,
            } => {
                let written = self.call(module, call)?;
                // Without a key it is all instances at once.
                let many = ["count_expression", "for_each_expression"]
                    .iter()
                    .any(|name| written.get(name).is_some());
                if many != key.is_some() {
                    return None;
                }
                let further = || {
                    let outputs = written.at_path(&["module", "outputs"])?;
                    let expression = exact(outputs, output)?.get("expression");
                    let child = module.child(call, key);
                    let found = self.follow_at(&child, &lone(&whole_references(expression))?, depth + 1)?;
                    found.and(&rest)
                };
                Some(further().unwrap_or_else(here))
            }
        }
    }

    fn call(&self, module: &Module, name: &str) -> Option<&'p Node> {
        exact(self.modules.get(&module.path())?.get("module_calls")?, name)
    }
}

impl Source {
    /// What lies further down in it. Of a part of a resource, the plan doesn't tell what its parts are.
    fn and(mut self, rest: &str) -> Option<Self> {
        if rest.is_empty() {
            return Some(self);
        }
        let is_whole = self.rest.is_empty() && !self.resource.is_empty();
        is_whole.then(|| {
            self.rest = rest.to_owned();
            self
        })
    }
}

/// The references of an expression, without those that only begin another: Terraform lists `a`, too, for `a.id`.
pub(super) fn whole_references(expression: Option<&Node>) -> BTreeSet<String> {
    let listed = list(expression.and_then(|node| node.get("references")));
    let all: BTreeSet<&str> = listed.iter().filter_map(|one| Some(&**one.value.as_text()?)).collect();
    let begins = |one: &str| {
        ['.', '['].into_iter().any(|next| {
            let longer = format!("{one}{next}");
            let found = all.range(longer.as_str()..).next();
            found.is_some_and(|found| found.starts_with(&longer))
        })
    };
    all.iter()
        .filter(|one| !begins(one))
        .map(|one| (*one).to_owned())
        .collect()
}

/// The only one.
pub(super) fn lone(references: &BTreeSet<String>) -> Option<String> {
    references.first().filter(|_| references.len() == 1).cloned()
}

/// The items of a list; what is none has none.
pub(super) fn list(node: Option<&Node>) -> &[Node] {
    node.and_then(|node| node.value.as_list()).unwrap_or_default()
}

/// A field of that very name: names in a configuration mind case.
fn exact<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let fields = node.value.as_object()?;
    fields.iter().find(|(own, _)| ***own == *name).map(|(_, node)| node)
}
