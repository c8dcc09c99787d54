//! What is looked for in strings. It's found without its case (learn.microsoft.com, template functions, string).

use super::call::{Call, Function};
use super::taking::{Known, known};
use crate::template::expression::budget::Stop;
use crate::template::expression::parts::{beginning, ending};
use crate::template::value::{Node, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "startsWith",
        least: 2,
        most: 2,
        run: |call| borders(call, false),
    },
    Function {
        name: "endsWith",
        least: 2,
        most: 2,
        run: |call| borders(call, true),
    },
    Function {
        name: "indexOf",
        least: 2,
        most: 2,
        run: |call| position(call, false),
    },
    Function {
        name: "lastIndexOf",
        least: 2,
        most: 2,
        run: |call| position(call, true),
    },
];

type Made = Result<Node, Stop>;

/// What is looked for, without its case. That of letters beyond ASCII depends on the culture.
fn folded(call: &Call<'_>, text: &str) -> Result<String, Stop> {
    if text.is_ascii() {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(call.unsettled("text beyond ASCII"))
    }
}

fn borders(call: &Call<'_>, end: bool) -> Made {
    let text = known(call, 0)?;
    let wanted = folded(call, call.text(1)?)?;
    let meets = |text: &str, wanted: &str| {
        if end {
            text.ends_with(wanted)
        } else {
            text.starts_with(wanted)
        }
    };
    let is = match text {
        Known::Whole(text) => meets(&folded(call, text)?, &wanted),
        Known::Partly(unknown) => {
            let edge = if end {
                ending(&unknown.text)
            } else {
                beginning(&unknown.text)
            };
            let edge = folded(call, edge)?;
            if meets(&edge, &wanted) {
                true
            } else if meets(&wanted, &edge) {
                return Err(call.unknown());
            } else {
                false
            }
        }
    };
    Ok(Node::made(Value::Bool(is)))
}

fn position(call: &Call<'_>, last: bool) -> Made {
    let text = known(call, 0)?;
    let wanted = folded(call, call.text(1)?)?;
    let found = match text {
        Known::Whole(_) if last && wanted.is_empty() => return Err(call.unsettled("an empty string")),
        Known::Whole(text) => {
            let text = folded(call, text)?;
            if last { text.rfind(&wanted) } else { text.find(&wanted) }
        }
        Known::Partly(unknown) if !last => {
            let found = folded(call, beginning(&unknown.text))?.find(&wanted);
            Some(found.ok_or_else(|| call.unknown())?)
        }
        Known::Partly(_) => return Err(call.unknown()),
    };
    let found = found.map_or(-1, |at| i64::try_from(at).unwrap_or(i64::MAX));
    Ok(Node::made(Value::Number(found.into())))
}
