//! Templates of others: that every expression of theirs is read, and which functions of theirs are missing here.

use super::*;
use crate::template::expression::parse::{inside, parse};
use crate::template::source::Sources;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// A template with the defaults of its parameters.
struct Defaults<'a> {
    root: &'a Node,
    budget: &'a Budget,
    target: Target,
    made: RefCell<BTreeMap<String, Node>>,
}

impl Defaults<'_> {
    fn cached(&self, key: String, written: Option<&Node>) -> Node {
        if let Some(made) = self.made.borrow().get(&key) {
            return made.clone();
        }
        let node = match written {
            Some(node) => evaluate(node, self, self.budget),
            None => Node::made(Value::unknown(key.as_str(), Why::Parameter(key.as_str().into()))),
        };
        self.made.borrow_mut().insert(key, node.clone());
        node
    }
}

impl Scope for Defaults<'_> {
    fn parameter(&self, name: &str) -> Node {
        let own = self.root.at_path(&["parameters", name]);
        let nullable = own.and_then(|own| own.get("nullable"));
        match own.and_then(|own| own.get("defaultValue")) {
            None if nullable.is_some() => Node::made(Value::Null),
            default => self.cached(format!("parameters('{name}')"), default),
        }
    }

    fn variable(&self, name: &str) -> Node {
        self.cached(format!("variables('{name}')"), self.root.at_path(&["variables", name]))
    }

    fn copy_index(&self, _: Option<&str>) -> Option<i64> {
        Some(0)
    }

    fn target(&self) -> &Target {
        &self.target
    }

    fn deployment(&self) -> Node {
        Node::made(Value::unknown("deployment()", Why::Target("deployment()".into())))
    }

    fn reference(&self, _: &Value, _: bool) -> Option<Node> {
        None
    }

    fn symbol(&self, _: &str) -> Option<Node> {
        None
    }

    fn function(&self, namespace: &str, name: &str) -> Option<(Vec<Arc<str>>, Node)> {
        let functions = self.root.get("functions")?.value.as_list()?;
        let own = functions
            .iter()
            .find(|own| own.text("namespace").is_some_and(|own| own.as_ref() == namespace))?;
        let own = own.at_path(&["members", name])?;
        let names = own
            .get("parameters")
            .and_then(|all| all.value.as_list())
            .unwrap_or_default();
        let names = names.iter().filter_map(|one| one.text("name").cloned()).collect();
        Some((names, own.at_path(&["output", "value"])?.clone()))
    }
}

fn walk(node: &Node, scope: &Defaults<'_>, told: &mut BTreeSet<String>) {
    match &node.value {
        Value::Text(text) => {
            let Some(expression) = inside(text) else { return };
            let parsed = parse(expression).unwrap_or_else(|why| panic!("{expression}: {why}"));
            assert_eq!(parse(&parsed.to_string()), Ok(parsed));
            let made = evaluate_text(text, node.at, scope, scope.budget);
            if let Some(unknown) = made.value.first_unknown()
                && matches!(unknown.why, Why::Wrong(_) | Why::Limit(_) | Why::Function(_))
            {
                told.insert(format!(
                    "{}\n    {}",
                    unknown.why,
                    expression.chars().take(200).collect::<String>()
                ));
            }
        }
        Value::List(items) => items.iter().for_each(|item| walk(item, scope, told)),
        Value::Object(fields) if fields.get("resources").is_some() && fields.get("$schema").is_some() => {
            let inner = Defaults {
                root: node,
                budget: scope.budget,
                target: Target::default(),
                made: RefCell::default(),
            };
            fields.iter().for_each(|(_, node)| walk(node, &inner, told));
        }
        Value::Object(fields) => fields.iter().for_each(|(_, node)| walk(node, scope, told)),
        _ => {}
    }
}

#[test]
#[ignore = "needs COSMOS_RBAC_TEMPLATES"]
fn real_templates_are_evaluated() {
    let folder = std::env::var("COSMOS_RBAC_TEMPLATES").expect("a folder of templates");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "json") {
            continue;
        }
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).unwrap();
        let Ok(root) = Sources::default().parse(&name, text) else {
            println!("{name}: no JSON");
            continue;
        };
        let budget = Budget::default();
        let scope = Defaults {
            root: &root,
            budget: &budget,
            target: Target::default(),
            made: RefCell::default(),
        };
        let mut told = BTreeSet::new();
        walk(&root, &scope, &mut told);
        println!("{name}: {budget:?}");
        told.iter().for_each(|what| println!("  {what}"));
    }
}
