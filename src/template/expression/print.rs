//! Prints values as the expression that gives them. What isn't known gets its name that way: two that mean the same read the
//! same.

use super::budget::{Budget, Stop};
use super::parts::{Part, parts, spelled_out};
use super::syntax::Quoted;
use crate::template::value::{Form, Node, Unknown, Value};
use std::fmt::Write;

/// Longest text of something unknown.
const MOST_TEXT: usize = 16 << 10;

/// The expression that gives the value.
pub(super) fn print(value: &Value, budget: &Budget) -> Result<String, Stop> {
    paid(|text| write_value(value, text), budget)
}

/// A call with arguments that are evaluated.
pub(super) fn print_call<'a>(
    name: &str,
    args: impl IntoIterator<Item = &'a Node>,
    budget: &Budget,
) -> Result<String, Stop> {
    paid(
        |text| write_call(name, args.into_iter().map(|arg| &arg.value), text),
        budget,
    )
}

fn paid(write: impl FnOnce(&mut String) -> Result<(), Stop>, budget: &Budget) -> Result<String, Stop> {
    let mut text = String::new();
    let written = write(&mut text);
    // What is thrown away has taken its time, too.
    budget.text(text.len())?;
    written.map(|()| text)
}

/// The beginning of a text, for a message.
pub(super) fn brief(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn write_call<'a>(name: &str, args: impl Iterator<Item = &'a Value>, text: &mut String) -> Result<(), Stop> {
    text.push_str(name);
    text.push('(');
    for (number, arg) in args.enumerate() {
        text.push_str(if number > 0 { ", " } else { "" });
        write_value(arg, text)?;
    }
    text.push(')');
    fits(text)
}

fn fits(text: &str) -> Result<(), Stop> {
    if text.len() > MOST_TEXT {
        return Err(Stop::limit("an expression becomes longer than this version follows"));
    }
    Ok(())
}

fn write_value(value: &Value, text: &mut String) -> Result<(), Stop> {
    // Writing to a string doesn't fail.
    let _ = match value {
        Value::Null => text.write_str("null()"),
        Value::Bool(is) => write!(text, "{is}()"),
        Value::Number(number) if number.is_f64() => write!(text, "json('{number}')"),
        Value::Number(number) => write!(text, "{number}"),
        Value::Text(own) => {
            fits(own)?;
            write!(text, "{}", Quoted(own))
        }
        Value::List(items) => return write_call("createArray", items.iter().map(|item| &item.value), text),
        Value::Object(fields) => {
            text.push_str("createObject(");
            for (number, (name, node)) in fields.iter().enumerate() {
                let _ = write!(text, "{}{}, ", if number > 0 { ", " } else { "" }, Quoted(name));
                write_value(&node.value, text)?;
                fits(text)?;
            }
            text.write_str(")")
        }
        Value::Unknown(unknown) => return write_unknown(unknown, text),
    };
    fits(text)
}

fn write_unknown(unknown: &Unknown, text: &mut String) -> Result<(), Stop> {
    fits(&unknown.text)?;
    if unknown.form == Form::Expression {
        text.push_str(spelled_out(&unknown.text));
        return Ok(());
    }
    let known = match unknown.text.as_str() {
        "/subscriptions/{subscription}" => Some("subscription().id"),
        "/subscriptions/{subscription}/resourceGroups/{resource-group}" => Some("resourceGroup().id"),
        "{subscription}" => Some("subscription().subscriptionId"),
        "{resource-group}" => Some("resourceGroup().name"),
        _ => None,
    };
    if let Some(known) = known {
        text.push_str(known);
        return Ok(());
    }
    let mut holes = Vec::new();
    let mut composite = String::new();
    for part in parts(&unknown.text) {
        match part {
            Part::Known(piece) => composite.push_str(piece),
            Part::Unknown(expression) => {
                let _ = write!(composite, "{{{}}}", holes.len());
                holes.push(spelled_out(expression));
            }
        }
    }
    let _ = write!(text, "format({}", Quoted(&composite));
    for hole in holes {
        let _ = write!(text, ", {hole}");
    }
    text.push(')');
    fits(text)
}

/// What there is where no value can be made, nor named. Two such are never the same.
pub(super) fn stopped(name: &str, stop: Stop, budget: &Budget) -> Node {
    let name = if name.is_empty() { "expression" } else { name };
    Node::made(Value::unknown(format!("{name}#{}", budget.serial()), stop.0))
}

/// What a template states, if it isn't too large.
pub(in crate::template) fn stated(node: Node, budget: &Budget) -> Node {
    match budget.weigh_stated(&node.value) {
        Ok(()) => node,
        Err(stop) => stopped("", stop, budget).or_at(node.at),
    }
}

/// What there is where a function gives no value for these arguments.
pub(super) fn refused(budget: &Budget, name: &str, args: &[Node], stop: Stop) -> Node {
    match print_call(name, args, budget) {
        Ok(text) => Node::made(Value::unknown(text, stop.0)),
        Err(_) => stopped(name, stop, budget),
    }
}
