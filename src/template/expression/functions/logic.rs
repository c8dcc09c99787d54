//! Functions that answer yes or no, and literals that are functions (learn.microsoft.com, template functions, logical and
//! comparison).

use super::call::{ANY, Call, Function, same};
use crate::template::expression::budget::Stop;
use crate::template::expression::parts::Part;
use crate::template::value::{Form, Node, Value, Why};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "true",
        least: 0,
        most: 0,
        run: |_| yes(true),
    },
    Function {
        name: "false",
        least: 0,
        most: 0,
        run: |_| yes(false),
    },
    Function {
        name: "null",
        least: 0,
        most: 0,
        run: |_| Ok(Node::made(Value::Null)),
    },
    Function {
        name: "not",
        least: 1,
        most: 1,
        run: not,
    },
    Function {
        name: "xor",
        least: 2,
        most: ANY,
        run: xor,
    },
    Function {
        name: "bool",
        least: 1,
        most: 1,
        run: bool,
    },
    Function {
        name: "equals",
        least: 2,
        most: 2,
        run: equals,
    },
    Function {
        name: "less",
        least: 2,
        most: 2,
        run: |call| compare(call, |one, other| one < other),
    },
    Function {
        name: "lessOrEquals",
        least: 2,
        most: 2,
        run: |call| compare(call, |one, other| one <= other),
    },
    Function {
        name: "greater",
        least: 2,
        most: 2,
        run: |call| compare(call, |one, other| one > other),
    },
    Function {
        name: "greaterOrEquals",
        least: 2,
        most: 2,
        run: |call| compare(call, |one, other| one >= other),
    },
    Function {
        name: "empty",
        least: 1,
        most: 1,
        run: empty,
    },
];

type Made = Result<Node, Stop>;

fn yes(is: bool) -> Made {
    Ok(Node::made(Value::Bool(is)))
}

fn truth(call: &Call<'_>, number: usize) -> Result<bool, Stop> {
    let is = call.value(number).as_bool();
    is.ok_or_else(|| call.wrong(number, "a boolean"))
}

fn not(call: &Call<'_>) -> Made {
    yes(!truth(call, 0)?)
}

fn xor(call: &Call<'_>) -> Made {
    let each = (0..call.args.len()).map(|number| truth(call, number));
    yes(each
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .filter(|is| *is)
        .count()
        % 2
        == 1)
}

fn bool(call: &Call<'_>) -> Made {
    match call.kind(0)? {
        Value::Bool(is) => yes(*is),
        Value::Text(text) if text.eq_ignore_ascii_case("true") => yes(true),
        Value::Text(text) if text.eq_ignore_ascii_case("false") => yes(false),
        Value::Number(number) if number.as_i64() == Some(0) => yes(false),
        Value::Number(number) if number.as_i64() == Some(1) => yes(true),
        _ => Err(call.unsettled("this value")),
    }
}

fn equals(call: &Call<'_>) -> Made {
    let [one, other] = call.args else {
        return Err(call.unknown());
    };
    match same(one, other, call.budget)? {
        Some(is) => yes(is),
        None if one.value.first_unknown().is_some() || other.value.first_unknown().is_some() => Err(call.unknown()),
        None => Err(call.unsettled(&format!("{} and {}", one.value.kind(), other.value.kind()))),
    }
}

/// Of strings, the documentation doesn't say in which order they are.
fn compare(call: &Call<'_>, holds: fn(i64, i64) -> bool) -> Made {
    match (call.kind(0)?, call.kind(1)?) {
        (Value::Text(_), Value::Text(_)) => Err(call.unsettled("strings")),
        _ => yes(holds(call.int(0)?, call.int(1)?)),
    }
}

fn empty(call: &Call<'_>) -> Made {
    match call.value(0) {
        Value::Null => yes(true),
        Value::Text(text) => yes(text.is_empty()),
        Value::List(items) => yes(items.is_empty()),
        Value::Object(fields) => yes(fields.iter().len() == 0),
        Value::Unknown(unknown) if unknown.form == Form::Text && !matches!(unknown.why, Why::Wrong(_)) => {
            match call.parts(unknown)?.iter().any(|part| matches!(part, Part::Known(_))) {
                true => yes(false),
                false => Err(call.unknown()),
            }
        }
        _ => Err(call.wrong(0, "a string, an array or an object")),
    }
}
