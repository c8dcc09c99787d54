//! Strings and lists that are taken apart. Positions count UTF-16 units, as .NET does.

use super::call::{Call, Function};
use crate::template::expression::budget::Stop;
use crate::template::expression::parts::{Composer, Part, beginning, ending, lacks};
use crate::template::value::{Form, Node, Unknown, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "take",
        least: 2,
        most: 2,
        run: take,
    },
    Function {
        name: "skip",
        least: 2,
        most: 2,
        run: skip,
    },
    Function {
        name: "first",
        least: 1,
        most: 1,
        run: |call| edge(call, false),
    },
    Function {
        name: "last",
        least: 1,
        most: 1,
        run: |call| edge(call, true),
    },
    Function {
        name: "substring",
        least: 2,
        most: 3,
        run: substring,
    },
    Function {
        name: "split",
        least: 2,
        most: 2,
        run: split,
    },
    Function {
        name: "trim",
        least: 1,
        most: 1,
        run: trim,
    },
];

type Made = Result<Node, Stop>;

/// What is known of a string: all of it, or the beginning and the end.
pub(super) enum Known<'a> {
    Whole(&'a str),
    Partly(&'a Unknown),
}

/// A string of which something is known.
pub(super) fn known<'a>(call: &'a Call<'_>, number: usize) -> Result<Known<'a>, Stop> {
    match call.value(number) {
        Value::Text(text) => {
            call.budget.steps(text.len() / 32)?;
            Ok(Known::Whole(text))
        }
        Value::Unknown(unknown) if unknown.form == Form::Text => Ok(Known::Partly(unknown)),
        _ => Err(call.wrong(number, "a string")),
    }
}

fn units(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.encode_utf16().count()
    }
}

/// How many bytes the first units are. `None`: a character is in between.
fn bytes(text: &str, units: usize) -> Option<usize> {
    if text.is_ascii() {
        return Some(units.min(text.len()));
    }
    let mut left = units;
    for (at, c) in text.char_indices() {
        if left == 0 {
            return Some(at);
        }
        left = left.checked_sub(c.len_utf16())?;
    }
    Some(text.len())
}

fn halves<'a>(call: &Call<'_>, text: &'a str, at: usize) -> Result<(&'a str, &'a str), Stop> {
    let at = bytes(text, at).and_then(|at| text.split_at_checked(at));
    at.ok_or_else(|| call.unsettled("halves of characters"))
}

/// What is left of a string with unknown parts, without its beginning.
fn without(call: &Call<'_>, unknown: &Unknown, units: usize) -> Made {
    let first = beginning(&unknown.text);
    let (_, kept) = halves(call, first, units)?;
    let text = format!("{kept}{}", unknown.text.get(first.len()..).unwrap_or_default());
    Ok(Node::made(Value::unknown_text(text, unknown.why.clone())))
}

/// A count that is negative is none.
fn count(call: &Call<'_>) -> Result<usize, Stop> {
    Ok(usize::try_from(call.int(1)?.max(0)).unwrap_or(usize::MAX))
}

fn take(call: &Call<'_>) -> Made {
    if let Value::List(items) = call.value(0) {
        let items = items.iter().take(count(call)?);
        return Ok(Node::made(call.make_list(items.cloned().collect())?));
    }
    let text = known(call, 0)?;
    let wanted = count(call)?;
    match text {
        Known::Whole(text) => call.made_text(halves(call, text, wanted)?.0),
        Known::Partly(unknown) if wanted <= units(beginning(&unknown.text)) => {
            call.made_text(halves(call, beginning(&unknown.text), wanted)?.0)
        }
        Known::Partly(_) => Err(call.unknown()),
    }
}

fn skip(call: &Call<'_>) -> Made {
    if let Value::List(items) = call.value(0) {
        let items = items.iter().skip(count(call)?);
        return Ok(Node::made(call.make_list(items.cloned().collect())?));
    }
    let text = known(call, 0)?;
    let left_out = count(call)?;
    match text {
        Known::Whole(text) => call.made_text(halves(call, text, left_out)?.1),
        Known::Partly(unknown) if left_out <= units(beginning(&unknown.text)) => without(call, unknown, left_out),
        Known::Partly(_) => Err(call.unknown()),
    }
}

fn edge(call: &Call<'_>, last: bool) -> Made {
    if let Value::List(items) = call.value(0) {
        let item = if last { items.last() } else { items.first() };
        return item.cloned().ok_or_else(|| call.unsettled("an empty array"));
    }
    let text = match known(call, 0)? {
        Known::Whole("") => return Err(call.unsettled("an empty string")),
        Known::Whole(text) => text,
        Known::Partly(unknown) if last => ending(&unknown.text),
        Known::Partly(unknown) => beginning(&unknown.text),
    };
    let c = if last {
        text.chars().next_back()
    } else {
        text.chars().next()
    };
    match c {
        None => Err(call.unknown()),
        Some(c) if c.len_utf16() > 1 => Err(call.unsettled("halves of characters")),
        Some(c) => call.made_text(c.to_string()),
    }
}

fn substring(call: &Call<'_>) -> Made {
    let text = known(call, 0)?;
    let outside = || Stop::wrong("`substring` takes more than the string has");
    let start = usize::try_from(call.int(1)?).map_err(|_| outside())?;
    let length = match call.args.get(2) {
        Some(_) => Some(usize::try_from(call.int(2)?).map_err(|_| outside())?),
        None => None,
    };
    let whole = match text {
        Known::Whole(text) => text,
        Known::Partly(unknown) => {
            let first = beginning(&unknown.text);
            match length {
                None if start <= units(first) => return without(call, unknown, start),
                Some(length) if start.saturating_add(length) <= units(first) => first,
                _ => return Err(call.unknown()),
            }
        }
    };
    let end = start.saturating_add(length.unwrap_or(0));
    if end > units(whole) {
        return Err(outside());
    }
    let (_, rest) = halves(call, whole, start)?;
    call.made_text(match length {
        Some(length) => halves(call, rest, length)?.0,
        None => rest,
    })
}

/// Around one delimiter, or several of one character each.
fn split(call: &Call<'_>) -> Made {
    let text = known(call, 0)?;
    let delimiters: Vec<&str> = match call.kind(1)? {
        Value::Text(delimiter) => vec![delimiter],
        Value::List(delimiters) => {
            let texts: Option<_> = delimiters
                .iter()
                .map(|one| one.value.as_text().map(AsRef::as_ref))
                .collect();
            texts.ok_or_else(|| call.wrong(1, "an array of strings"))?
        }
        _ => return Err(call.wrong(1, "a string or an array of strings")),
    };
    let single: Option<Vec<char>> = delimiters.iter().map(|one| one.parse().ok()).collect();
    let unknown = match (text, delimiters.as_slice(), &single) {
        (Known::Whole(text), [delimiter], _) if !delimiter.is_empty() => {
            return texts(call, text.split(delimiter));
        }
        (Known::Whole(text), [_, ..], Some(single)) => return texts(call, text.split(single.as_slice())),
        (Known::Whole(_), _, _) => return Err(call.unsettled("these delimiters")),
        (Known::Partly(unknown), _, _) => unknown,
    };
    let Some(single) = single else {
        return Err(call.unknown());
    };
    let mut items = Vec::new();
    let mut composer = Composer::new(call.budget);
    for part in call.parts(unknown)? {
        match part {
            Part::Known(piece) => {
                for (number, piece) in piece.split(single.as_slice()).enumerate() {
                    if number > 0 {
                        items.push(Node::made(
                            std::mem::replace(&mut composer, Composer::new(call.budget)).finish()?,
                        ));
                    }
                    composer.known(piece)?;
                }
            }
            Part::Unknown(part) if single.iter().all(|delimiter| lacks(part, *delimiter)) => {
                composer.unknown(part, &unknown.why)?;
            }
            Part::Unknown(_) => return Err(call.unknown()),
        }
    }
    items.push(Node::made(composer.finish()?));
    Ok(Node::made(call.make_list(items)?))
}

fn texts<'a>(call: &Call<'_>, pieces: impl Iterator<Item = &'a str>) -> Made {
    let mut items = Vec::new();
    for piece in pieces {
        items.push(call.made_text(piece)?);
        if items.len().is_multiple_of(1024) {
            call.budget.items(items.len())?;
        }
    }
    Ok(Node::made(call.make_list(items)?))
}

fn trim(call: &Call<'_>) -> Made {
    match known(call, 0)? {
        Known::Whole(text) => call.made_text(text.trim()),
        Known::Partly(unknown) => {
            let [first, last] = [beginning(&unknown.text), ending(&unknown.text)];
            // White space that reaches an unknown part may go on in it.
            let decided = |text: &str| !text.trim().is_empty();
            if !decided(first) || !decided(last) {
                return Err(call.unknown());
            }
            let text = unknown.text.trim().to_owned();
            Ok(Node::made(Value::unknown_text(text, unknown.why.clone())))
        }
    }
}
