//! Integers: Azure Resource Manager has no others (learn.microsoft.com, template functions, numeric).

use super::call::{ANY, Call, Function};
use crate::template::expression::budget::Stop;
use crate::template::value::{Node, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "add",
        least: 2,
        most: 2,
        run: |call| both(call, i64::checked_add),
    },
    Function {
        name: "sub",
        least: 2,
        most: 2,
        run: |call| both(call, i64::checked_sub),
    },
    Function {
        name: "mul",
        least: 2,
        most: 2,
        run: |call| both(call, i64::checked_mul),
    },
    Function {
        name: "div",
        least: 2,
        most: 2,
        run: |call| both(call, i64::checked_div),
    },
    Function {
        name: "mod",
        least: 2,
        most: 2,
        run: |call| both(call, i64::checked_rem),
    },
    Function {
        name: "int",
        least: 1,
        most: 1,
        run: int,
    },
    Function {
        name: "min",
        least: 1,
        most: ANY,
        run: |call| extreme(call, i64::min),
    },
    Function {
        name: "max",
        least: 1,
        most: ANY,
        run: |call| extreme(call, i64::max),
    },
    Function {
        name: "range",
        least: 2,
        most: 2,
        run: range,
    },
];

/// Azure's own cap (learn.microsoft.com, template functions, array, range).
const LONGEST_RANGE: i64 = 10_000;

fn number(value: i64) -> Result<Node, Stop> {
    Ok(Node::made(Value::Number(value.into())))
}

fn both(call: &Call<'_>, run: fn(i64, i64) -> Option<i64>) -> Result<Node, Stop> {
    // Both are looked at first: an error is one, though the other isn't known.
    let (one, other) = (call.int(0)?, call.int(1)?);
    let made = run(one, other);
    number(made.ok_or_else(|| Stop::wrong(format!("`{}` of {one} and {other} is no integer of 64 bits", call.name)))?)
}

fn int(call: &Call<'_>) -> Result<Node, Stop> {
    match call.kind(0)? {
        Value::Number(value) if value.is_i64() => number(call.int(0)?),
        Value::Text(text) => match text.trim().parse() {
            Ok(value) => number(value),
            Err(_) if text.chars().any(|c| c.is_ascii_digit()) => Err(call.unsettled("this string")),
            Err(_) => Err(Stop::wrong(format!(
                "`int` takes no `{}`",
                text.chars().take(40).collect::<String>()
            ))),
        },
        Value::Number(_) => Err(call.unsettled("a fraction")),
        _ => Err(call.wrong(0, "a string or an integer")),
    }
}

/// Of integers, or of one list of them.
fn extreme(call: &Call<'_>, choose: fn(i64, i64) -> i64) -> Result<Node, Stop> {
    let numbers: Vec<i64> = match call.args {
        [
            Node {
                value: Value::List(_), ..
            },
        ] => {
            let list = call.list(0)?;
            if list.iter().any(|item| item.value.as_unknown().is_some()) {
                return Err(call.unknown());
            }
            let numbers: Option<_> = list.iter().map(|item| item.value.as_int()).collect();
            numbers.ok_or_else(|| call.wrong(0, "an array of integers"))?
        }
        args => (0..args.len()).map(|at| call.int(at)).collect::<Result<_, _>>()?,
    };
    let chosen = numbers.into_iter().reduce(choose);
    number(chosen.ok_or_else(|| Stop::wrong(format!("`{}` of an empty array", call.name)))?)
}

fn range(call: &Call<'_>) -> Result<Node, Stop> {
    let (start, count) = (call.int(0)?, call.int(1)?);
    if !(0..=LONGEST_RANGE).contains(&count) || start.checked_add(count).is_none() {
        return Err(Stop::wrong(format!(
            "`range` takes a count of 0 to {LONGEST_RANGE}, not {count}"
        )));
    }
    let items = (start..start + count).map(|value| Node::made(Value::Number(value.into())));
    Ok(Node::made(call.make_list(items.collect())?))
}
