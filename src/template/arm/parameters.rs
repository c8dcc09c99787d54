//! The parameters that a file or a deployment gives to a template. Whatever isn't a value is not known: a default is what
//! counts where nothing is given, and never where it isn't known what is.

use super::super::expression::{self, Budget};
use super::super::nowhere::Nowhere;
use super::super::planned::Target;
use super::super::value::{Node, Value, Why};
use super::placeholder::filled;
use std::collections::HashMap;
use std::sync::Arc;

/// What is given to a template.
#[derive(Debug, Default)]
pub(in crate::template) struct Given {
    /// By their names in lower case.
    named: HashMap<String, Node>,
    /// What gives all others, where it isn't known what that is: its text, and why.
    others: Option<(String, Why)>,
}

impl Given {
    /// What is given to a parameter. `None`: nothing, and its default counts.
    pub(super) fn get(&self, name: &str) -> Option<Node> {
        let known = self.named.get(&name.to_ascii_lowercase()).cloned();
        known.or_else(|| {
            let (text, why) = self.others.as_ref()?;
            Some(Node::made(Value::unknown(format!("{text}.{name}.value"), why.clone())))
        })
    }

    /// What a deployment gives to the template in it: its properties, and the `parameters` of these as they are worked out.
    /// `module` tells it from other deployments.
    pub(super) fn by_module(properties: &Node, parameters: Option<&Node>, module: &str) -> Self {
        let mut given = Self::default();
        let own = format!("parameters of {module}");
        let is_linked = properties
            .get("parametersLink")
            .is_some_and(|link| link.value != Value::Null);
        if is_linked {
            given.others = Some((own.clone(), Why::Elsewhere("the parameters that it links to".into())));
        }
        match parameters.map(|node| &node.value) {
            None | Some(Value::Null) => {}
            Some(Value::Object(fields)) => {
                for (name, node) in fields.iter() {
                    // An expression that gives the name.
                    if name.starts_with('[') {
                        let why = Why::Unsupported("parameters whose names are expressions".into());
                        given.others = Some((own.clone(), why));
                    }
                    let given_one = match handed(name, node) {
                        Ok(one) => one,
                        Err(why) => Some(Value::unknown(format!("{own}.{name}.value"), why)),
                    };
                    if let Some(value) = given_one {
                        given
                            .named
                            .insert(name.to_ascii_lowercase(), Node { value, at: node.at });
                    }
                }
            }
            Some(Value::Unknown(unknown)) => given.others = Some((unknown.text.clone(), unknown.why.clone())),
            Some(other) => {
                let why = Why::Wrong(format!("its `parameters` are {}, not an object", other.kind()).into());
                given.others = Some((own, why));
            }
        }
        given
    }

    /// What a parameters file gives. What isn't a value, a secret or an expression is an error, as it is in Azure.
    pub(in crate::template) fn by_file(
        parameters: &Node,
        target: &Target,
        budget: &Budget,
    ) -> Result<Self, (Node, String)> {
        let mut given = Self::default();
        for (name, node) in parameters
            .value
            .as_object()
            .into_iter()
            .flat_map(|fields| fields.iter())
        {
            let value = match node.get("expression").map(|node| &node.value) {
                // `bicep build-params` writes what only the deployment tells as an expression.
                Some(Value::Text(text)) => {
                    let found = expression::evaluate_text(text, node.at, &Nowhere(target), budget).value;
                    match found.first_unknown() {
                        Some(unknown) => Some(Value::unknown(own(name), unknown.why.clone())),
                        None => Some(found),
                    }
                }
                _ => handed(name, node).map_err(|why| (node.clone(), why.to_string()))?,
            };
            if let Some(value) = value {
                given
                    .named
                    .insert(name.to_ascii_lowercase(), Node { value, at: node.at });
            }
        }
        Ok(given)
    }
}

/// One parameter as it is handed over. `Ok(None)`: nothing is, and the default counts.
fn handed(name: &Arc<str>, given: &Node) -> Result<Option<Value>, Why> {
    if given.get("reference").is_some() {
        return Ok(Some(Value::unknown(own(name), Why::KeyVault(Arc::clone(name)))));
    }
    match &given.value {
        Value::Unknown(unknown) => Ok(Some(Value::unknown(
            format!("{}.value", unknown.text),
            unknown.why.clone(),
        ))),
        Value::Object(fields) => match fields.get("value") {
            Some(node) if node.value == Value::Null => Ok(None),
            Some(node) => Ok(Some(filled(node).value)),
            None => Err(Why::Wrong(
                format!("the parameter `{name}` has neither `value` nor `reference`").into(),
            )),
        },
        other => Err(Why::Wrong(
            format!(
                "the parameter `{name}` is {}, not an object with `value` or `reference`",
                other.kind()
            )
            .into(),
        )),
    }
}

fn own(name: &str) -> String {
    format!("parameters('{name}')")
}
