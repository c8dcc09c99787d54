//! Looks into values: `.name`, `['name']`, `[0]`.

use super::budget::{Budget, Stop};
use super::parts::worse;
use super::print::{brief, print, stopped};
use super::references::Asked;
use super::syntax::Property;
use crate::template::value::{Form, Node, Value, Why};

/// Follows a path. What is wrong or unknown is named by all of it.
pub(super) fn walk(from: Node, keys: &[Node], budget: &Budget) -> Node {
    keys.iter().fold(from, |node, key| match get(&node, key, budget) {
        Ok(found) => found,
        Err(Missing(why)) => missing(&node, key, why, budget),
    })
}

/// Follows a path into a resource. What the file says of it isn't all that it will have: what isn't there is not wrong, and
/// objects have more than is known. Only outputs are complete.
pub(super) fn walk_deployed(from: Asked, keys: &[Node], budget: &Budget) -> Node {
    let unknown = walk(from.unknown, keys, budget);
    let Some(mut node) = from.known else {
        return unknown;
    };
    let mut complete = false;
    for (number, key) in keys.iter().enumerate() {
        if node.value.as_unknown().is_some() {
            return walk(node, keys.get(number..).unwrap_or_default(), budget);
        }
        node = match get(&node, key, budget) {
            Ok(found) => found,
            Err(_) => return unknown,
        };
        complete |= matches!(&key.value, Value::Text(name) if name.eq_ignore_ascii_case("outputs"));
    }
    if complete || node.value.as_object().is_none() {
        node
    } else {
        unknown
    }
}

/// Why nothing is found.
struct Missing(Why);

impl From<Stop> for Missing {
    fn from(stop: Stop) -> Self {
        Self(stop.0)
    }
}

fn get(node: &Node, key: &Node, budget: &Budget) -> Result<Node, Missing> {
    let why = match (&node.value, &key.value) {
        (Value::Unknown(unknown), _) if unknown.form == Form::Text => wrong(&key.value, "a string"),
        (Value::Unknown(unknown), Value::Unknown(key)) => worse(Some(unknown.why.clone()), &key.why),
        (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => unknown.why.clone(),
        (Value::Object(fields), Value::Text(name)) => {
            budget.look_up(fields.iter().len(), name)?;
            match fields.get(name) {
                Some(found) => return Ok(found.clone()),
                None => Why::Wrong(format!("the object has no property `{}`", brief(name)).into()),
            }
        }
        (Value::List(items), Value::Number(number)) => {
            let index = number.as_u64().and_then(|index| usize::try_from(index).ok());
            match index.and_then(|index| items.get(index)) {
                Some(found) => return Ok(found.clone()),
                None => Why::Wrong(format!("the array of {} items has no item {number}", items.len()).into()),
            }
        }
        (other, key) => wrong(key, other.kind()),
    };
    Err(Missing(why))
}

/// What there is where nothing is found.
fn missing(node: &Node, key: &Node, why: Why, budget: &Budget) -> Node {
    match name(node, key, budget) {
        Ok(text) => Node::made(Value::unknown(text, why)),
        Err(_) => stopped("property", Stop(why), budget),
    }
}

fn wrong(key: &Value, kind: &str) -> Why {
    let what = match key {
        Value::Text(name) => format!("there is no property `{}` in {kind}", brief(name)),
        Value::Number(number) => format!("there is no item {number} in {kind}"),
        key => format!("{} is no key of {kind}", key.kind()),
    };
    Why::Wrong(what.into())
}

/// The expression of what lies there.
fn name(node: &Node, key: &Node, budget: &Budget) -> Result<String, Stop> {
    let base = print(&node.value, budget)?;
    let text = match &key.value {
        Value::Text(name) => format!("{base}{}", Property(name)),
        key => format!("{base}[{}]", print(key, budget)?),
    };
    budget.text(text.len())?;
    if text.len() > 32 << 10 {
        return Err(Stop::limit("an expression becomes longer than this version follows"));
    }
    Ok(text)
}
