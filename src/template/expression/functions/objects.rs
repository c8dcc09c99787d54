//! Objects (learn.microsoft.com, template functions, object).

use super::call::{ANY, Call, Function, unknowns};
use crate::template::expression::budget::Stop;
use crate::template::expression::print::print_call;
use crate::template::value::{Fields, Form, Node, Value, Why};
use std::collections::HashMap;
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "createObject",
        least: 0,
        most: ANY,
        run: create_object,
    },
    Function {
        name: "shallowMerge",
        least: 1,
        most: 1,
        run: shallow_merge,
    },
    Function {
        name: "items",
        least: 1,
        most: 1,
        run: items,
    },
    Function {
        name: "objectKeys",
        least: 1,
        most: 1,
        run: object_keys,
    },
    Function {
        name: "tryGet",
        least: 2,
        most: ANY,
        run: try_get,
    },
];

/// Fields that replace those of the same name, however many there are.
#[derive(Debug, Default)]
pub(in super::super) struct Merged {
    fields: Vec<(Arc<str>, Node)>,
    places: HashMap<String, usize>,
}

impl Merged {
    /// Of two fields of one name, the last one counts.
    pub(in super::super) fn of(fields: impl IntoIterator<Item = (Arc<str>, Node)>) -> Self {
        let mut merged = Self::default();
        for (name, node) in fields {
            merged.set(name, node);
        }
        merged
    }

    /// Adds a field, or replaces it.
    pub(in super::super) fn set(&mut self, name: Arc<str>, node: Node) {
        let next = self.fields.len();
        let at = *self.places.entry(name.to_ascii_lowercase()).or_insert(next);
        match self.fields.get_mut(at) {
            Some((_, old)) => *old = node,
            None => self.fields.push((name, node)),
        }
    }

    /// Where the field of that name is.
    pub(in super::super) fn place(&self, name: &str) -> Option<usize> {
        self.places.get(&name.to_ascii_lowercase()).copied()
    }

    /// The field of that name.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.fields.get(self.place(name)?).map(|(_, node)| node)
    }

    /// All of them.
    pub(in super::super) fn into_fields(self) -> Fields {
        self.fields.into_iter().collect()
    }
}

fn create_object(call: &Call<'_>) -> Result<Node, Stop> {
    let mut fields = Merged::default();
    let mut args = call.args.iter();
    while let Some(name) = args.next() {
        let Some(value) = args.next() else {
            return Err(Stop::wrong("`createObject` takes a value for each name"));
        };
        match &name.value {
            Value::Text(name) => {
                call.budget.read(name)?;
                fields.set(Arc::clone(name), value.clone());
            }
            Value::Unknown(_) => return Err(call.unknown()),
            other => {
                return Err(Stop::wrong(format!(
                    "a name in `createObject` is {}, not a string",
                    other.kind()
                )));
            }
        }
    }
    Ok(Node::made(call.make_object(fields.into_fields())?))
}

fn shallow_merge(call: &Call<'_>) -> Result<Node, Stop> {
    let mut fields = Merged::default();
    for item in call.list(0)? {
        match &item.value {
            Value::Object(own) => {
                let names: usize = own.iter().map(|(name, _)| name.len()).sum();
                call.budget.steps(names / 16)?;
                call.budget.merge(own.iter().len())?;
                for (name, node) in own.iter() {
                    fields.set(Arc::clone(name), node.clone());
                }
            }
            Value::Unknown(_) => return Err(call.unknown()),
            other => {
                return Err(Stop::wrong(format!(
                    "`shallowMerge` is given {}, not an object",
                    other.kind()
                )));
            }
        }
    }
    Ok(Node::made(call.make_object(fields.into_fields())?))
}

/// By names.
fn items(call: &Call<'_>) -> Result<Node, Stop> {
    let fields = sorted(call)?;
    call.budget.objects(fields.len(), 2)?;
    let [key, value] = ["key", "value"].map(Arc::<str>::from);
    let items = fields.into_iter().map(|(name, node)| {
        let item = [
            (Arc::clone(&key), Node::made(Value::Text(Arc::clone(name)))),
            (Arc::clone(&value), node.clone()),
        ];
        Node::made(Value::Object(Arc::new(item.into_iter().collect())))
    });
    Ok(Node::made(call.make_list(items.collect())?))
}

fn object_keys(call: &Call<'_>) -> Result<Node, Stop> {
    let names = sorted(call)?
        .into_iter()
        .map(|(name, _)| Node::made(Value::Text(Arc::clone(name))));
    Ok(Node::made(call.make_list(names.collect())?))
}

/// The fields in the order of the alphabet, without their case. Where a hyphen and the like come depends on who sorts, so that
/// no two names may differ in one first.
fn sorted<'a>(call: &'a Call<'_>) -> Result<Vec<(&'a Arc<str>, &'a Node)>, Stop> {
    let mut fields: Vec<_> = call.object(0)?.iter().collect();
    fields.sort_by_cached_key(|(name, _)| name.to_ascii_lowercase());
    let settled = fields.windows(2).all(|pair| {
        let [(one, _), (other, _)] = pair else { return true };
        let mut both = one.bytes().zip(other.bytes());
        // Otherwise one of them is the beginning of the other.
        let differ = both.find(|(one, other)| !one.eq_ignore_ascii_case(other));
        differ.is_none_or(|(one, other)| one.is_ascii_alphanumeric() && other.is_ascii_alphanumeric())
    });
    if settled {
        Ok(fields)
    } else {
        Err(call.unsettled("keys whose order isn't documented"))
    }
}

/// `null` where there is no such thing.
fn try_get(call: &Call<'_>) -> Result<Node, Stop> {
    let (mut node, keys) = match call.args.split_first() {
        Some((node, keys)) => (node, keys),
        None => return Err(call.unknown()),
    };
    for (number, key) in keys.iter().enumerate() {
        node = match (&node.value, &key.value) {
            (Value::Null, _) => return Ok(Node::made(Value::Null)),
            (Value::Unknown(unknown), _) if unknown.form == Form::Expression => return rest(call, node, keys, number),
            (_, Value::Unknown(_)) => return Err(call.unknown()),
            (Value::Object(fields), Value::Text(name)) => {
                call.budget.look_up(fields.iter().len(), name)?;
                match fields.get(name) {
                    Some(found) => found,
                    None => return Ok(Node::made(Value::Null)),
                }
            }
            (Value::List(items), Value::Number(index)) => {
                let index = index.as_u64().and_then(|index| usize::try_from(index).ok());
                match index.and_then(|index| items.get(index)) {
                    Some(found) => found,
                    None => return Ok(Node::made(Value::Null)),
                }
            }
            _ => return Err(call.unsettled("this value")),
        };
    }
    Ok(node.clone())
}

/// What was found is unknown, and the rest of the keys are looked for in it.
fn rest(call: &Call<'_>, node: &Node, keys: &[Node], from: usize) -> Result<Node, Stop> {
    let keys = keys.get(from..).unwrap_or_default();
    let args = std::iter::once(node).chain(keys);
    let mut why: Option<Why> = None;
    for arg in args.clone() {
        unknowns(&arg.value, call.budget, &mut why)?;
    }
    let text = print_call(call.name, args, call.budget)?;
    let why = why.unwrap_or_else(|| Why::Function(call.name.into()));
    Ok(Node::made(Value::unknown(text, why)))
}
