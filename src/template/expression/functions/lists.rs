//! Lists, and what lists, objects and strings have in common (learn.microsoft.com, template functions, array).

use super::call::{ANY, Call, Function, same};
use super::objects::Merged;
use crate::template::expression::budget::Stop;
use crate::template::expression::parts::Part;
use crate::template::expression::print::print_call;
use crate::template::value::{Fields, Form, Node, Value, Why};
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "createArray",
        least: 0,
        most: ANY,
        run: create_array,
    },
    Function {
        name: "array",
        least: 1,
        most: 1,
        run: array,
    },
    Function {
        name: "length",
        least: 1,
        most: 1,
        run: length,
    },
    Function {
        name: "contains",
        least: 2,
        most: 2,
        run: contains,
    },
    Function {
        name: "flatten",
        least: 1,
        most: 1,
        run: flatten,
    },
    Function {
        name: "union",
        least: 2,
        most: ANY,
        run: union,
    },
    Function {
        name: "intersection",
        least: 2,
        most: ANY,
        run: intersection,
    },
    Function {
        name: "indexFromEnd",
        least: 2,
        most: 2,
        run: index_from_end,
    },
    Function {
        name: "tryIndexFromEnd",
        least: 2,
        most: 2,
        run: try_index_from_end,
    },
];

type Made = Result<Node, Stop>;

fn create_array(call: &Call<'_>) -> Made {
    Ok(Node::made(call.make_list(call.args.to_vec())?))
}

fn array(call: &Call<'_>) -> Made {
    match (call.kind(0)?, call.args) {
        (Value::List(_), [list]) => Ok(list.clone()),
        (_, args) => Ok(Node::made(call.make_list(args.to_vec())?)),
    }
}

fn length(call: &Call<'_>) -> Made {
    let length = match call.kind(0)? {
        Value::List(items) => items.len(),
        Value::Object(fields) => fields.iter().len(),
        Value::Text(text) => {
            call.budget.steps(text.len() / 64)?;
            text.encode_utf16().count()
        }
        _ => return Err(call.wrong(0, "a string, an array or an object")),
    };
    Ok(Node::made(Value::Number(length.into())))
}

/// Of strings with their case, of keys without.
fn contains(call: &Call<'_>) -> Made {
    let [within, wanted] = call.args else {
        return Err(call.unknown());
    };
    let found = match &within.value {
        Value::List(items) => {
            let mut open = false;
            for item in items.iter() {
                match same(item, wanted, call.budget)? {
                    Some(true) => return Ok(Node::made(Value::Bool(true))),
                    Some(false) => {}
                    None => open = true,
                }
            }
            (!open).then_some(false)
        }
        Value::Object(fields) => {
            let name = call.text(1)?;
            call.budget.look_up(fields.iter().len(), name)?;
            Some(fields.get(name).is_some())
        }
        Value::Text(text) => {
            let wanted = call.text(1)?;
            call.budget.steps(text.len() / 16)?;
            Some(text.contains(wanted.as_ref()))
        }
        Value::Unknown(unknown) if unknown.form == Form::Text && !matches!(unknown.why, Why::Wrong(_)) => {
            let wanted = call.text(1)?;
            let found = call.parts(unknown)?.iter().any(|part| match part {
                Part::Known(piece) => piece.contains(wanted.as_ref()),
                Part::Unknown(_) => false,
            });
            found.then_some(true)
        }
        _ => return Err(call.wrong(0, "a string, an array or an object")),
    };
    let unknown = || match call.unknown() {
        Stop(Why::Function(_)) => call.unsettled("values of different kinds"),
        stop => stop,
    };
    Ok(Node::made(Value::Bool(found.ok_or_else(unknown)?)))
}

fn flatten(call: &Call<'_>) -> Made {
    let mut items = Vec::new();
    for item in call.list(0)? {
        match &item.value {
            Value::List(own) => {
                call.budget.items(items.len().max(own.len()))?;
                items.extend(own.iter().cloned());
            }
            Value::Unknown(_) => return Err(call.unknown()),
            other => {
                return Err(Stop::wrong(format!(
                    "`flatten` is given {} in its array, not an array",
                    other.kind()
                )));
            }
        }
    }
    Ok(Node::made(call.make_list(items)?))
}

fn union(call: &Call<'_>) -> Made {
    // What is known is looked at first: that decides what it is about.
    let known = call.args.iter().find(|arg| arg.value.as_unknown().is_none());
    match known.map(|known| &known.value) {
        Some(Value::List(_)) => {
            let mut items: Vec<Node> = Vec::new();
            for number in 0..call.args.len() {
                for item in call.list(number)? {
                    if !known_in(call, &items, item)? {
                        items.push(item.clone());
                    }
                }
            }
            Ok(Node::made(call.make_list(items)?))
        }
        Some(Value::Object(_)) => {
            let mut sum = Fields::default();
            for number in 0..call.args.len() {
                sum = merge(call, &sum, call.object(number)?)?;
            }
            Ok(Node::made(call.make_object(sum)?))
        }
        Some(_) => Err(call.wrong(0, "an array or an object")),
        None => Err(call.unknown()),
    }
}

/// Whether the item is among the items. That has to be known of each.
fn known_in(call: &Call<'_>, items: &[Node], item: &Node) -> Result<bool, Stop> {
    for other in items {
        match same(other, item, call.budget)? {
            Some(true) => return Ok(true),
            Some(false) => {}
            None => return Err(unknown_items(call)),
        }
    }
    Ok(false)
}

fn unknown_items(call: &Call<'_>) -> Stop {
    match call.unknown() {
        Stop(Why::Function(_)) => call.unsettled("values of different kinds"),
        stop => stop,
    }
}

/// Objects in objects are merged, too; lists are not.
fn merge(call: &Call<'_>, one: &Fields, other: &Fields) -> Result<Fields, Stop> {
    let names: usize = one.iter().chain(other.iter()).map(|(name, _)| name.len()).sum();
    call.budget.steps(names / 16)?;
    call.budget.merge(one.iter().len())?;
    let mut merged = Merged::of(one.iter().map(|(name, node)| (Arc::clone(name), node.clone())));
    call.budget.merge(other.iter().len())?;
    for (name, node) in other.iter() {
        let old = merged.get(name).map(|old| old.value.clone());
        let made = match (old, &node.value) {
            (None, _) => node.clone(),
            (Some(Value::Object(old)), Value::Object(new)) => Node {
                value: Value::Object(Arc::new(merge(call, &old, new)?)),
                at: node.at,
            },
            (Some(old @ (Value::Unknown(_) | Value::Object(_))), new @ Value::Unknown(_))
            | (Some(old @ Value::Unknown(_)), new @ Value::Object(_)) => {
                let both = [Node::made(old), Node::made(new.clone())];
                let mut why = None;
                for arg in &both {
                    super::call::unknowns(&arg.value, call.budget, &mut why)?;
                }
                let why = why.unwrap_or_else(|| Why::Function(call.name.into()));
                Node::made(Value::unknown(print_call(call.name, &both, call.budget)?, why))
            }
            // Whether a null replaces what was there isn't documented, and an unknown value may be null.
            (Some(Value::Null), Value::Null) => node.clone(),
            (Some(_), Value::Null) => return Err(call.unsettled("a property that becomes null")),
            (Some(_), Value::Unknown(unknown)) if unknown.form == Form::Expression => return Err(call.unknown()),
            (Some(_), _) => node.clone(),
        };
        merged.set(Arc::clone(name), made);
    }
    Ok(merged.into_fields())
}

fn intersection(call: &Call<'_>) -> Made {
    match call.kind(0)? {
        Value::List(_) => {
            let mut items: Vec<Node> = Vec::new();
            'items: for item in call.list(0)? {
                for number in 1..call.args.len() {
                    if !known_in(call, call.list(number)?, item)? {
                        continue 'items;
                    }
                }
                if !known_in(call, &items, item)? {
                    items.push(item.clone());
                }
            }
            Ok(Node::made(call.make_list(items)?))
        }
        Value::Object(_) => Err(call.unsettled("objects")),
        _ => Err(call.wrong(0, "an array or an object")),
    }
}

/// Counts from 1.
fn from_end<'a>(call: &'a Call<'_>) -> Result<Option<&'a Node>, Stop> {
    let (items, index) = (call.list(0)?, call.int(1)?);
    let index = usize::try_from(index)
        .ok()
        .and_then(|index| items.len().checked_sub(index));
    Ok(index.and_then(|index| items.get(index)))
}

fn index_from_end(call: &Call<'_>) -> Made {
    let found = from_end(call)?;
    found
        .cloned()
        .ok_or_else(|| Stop::wrong("`indexFromEnd` looks for an item that the array doesn't have"))
}

fn try_index_from_end(call: &Call<'_>) -> Made {
    if matches!(call.value(0), Value::Null) {
        return Ok(Node::made(Value::Null));
    }
    Ok(from_end(call)?.cloned().unwrap_or_else(|| Node::made(Value::Null)))
}
