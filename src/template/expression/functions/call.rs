//! What functions are called with, and what they give.

use super::super::budget::{Budget, Stop};
use super::super::parts::{Part, beginning, ending, parts, worse};
use crate::template::planned::Target;
use crate::template::value::{Fields, Form, Node, Unknown, Value, Why};
use std::sync::Arc;

/// A function of the language that needs nothing but its arguments.
pub(in super::super) struct Function {
    /// Its name, as the documentation writes it.
    pub(in super::super) name: &'static str,
    /// How many arguments it takes at least.
    pub(in super::super) least: usize,
    /// How many it takes at most.
    pub(in super::super) most: usize,
    /// Evaluates it.
    pub(in super::super) run: fn(&Call<'_>) -> Result<Node, Stop>,
}

/// As many arguments as you like.
pub(super) const ANY: usize = usize::MAX;

/// A call with arguments that are evaluated.
pub(in super::super) struct Call<'a> {
    pub(in super::super) name: &'a str,
    pub(in super::super) args: &'a [Node],
    pub(in super::super) target: &'a Target,
    pub(in super::super) budget: &'a Budget,
}

impl Call<'_> {
    /// An argument; `null` where it is left out.
    pub(super) fn value(&self, number: usize) -> &Value {
        self.args.get(number).map_or(&Value::Null, |arg| &arg.value)
    }

    /// An argument that is known as far as its kind goes.
    pub(super) fn kind(&self, number: usize) -> Result<&Value, Stop> {
        match self.value(number) {
            Value::Unknown(_) => Err(self.unknown()),
            value => {
                self.budget.read(value.as_text().map_or("", AsRef::as_ref))?;
                Ok(value)
            }
        }
    }

    /// The parts of a string of which only parts are known.
    pub(super) fn parts<'u>(&self, unknown: &'u Unknown) -> Result<Vec<Part<'u>>, Stop> {
        self.budget.steps(unknown.text.len() / 16)?;
        Ok(parts(&unknown.text))
    }

    /// The call isn't known, since an argument isn't.
    pub(in super::super) fn unknown(&self) -> Stop {
        let mut why = None;
        for arg in self.args {
            if let Err(stop) = unknowns(&arg.value, self.budget, &mut why) {
                return stop;
            }
        }
        why.map_or_else(|| Stop(Why::Function(self.name.into())), Stop)
    }

    /// An argument is of the wrong kind.
    pub(super) fn wrong(&self, number: usize, wanted: &str) -> Stop {
        match self.value(number) {
            Value::Unknown(_) => self.unknown(),
            value => Stop::wrong(format!(
                "argument {} of `{}` is {}, not {wanted}",
                number + 1,
                self.name,
                value.kind()
            )),
        }
    }

    /// It's not settled what the function gives for these arguments, so nothing is guessed.
    pub(super) fn unsettled(&self, about: &str) -> Stop {
        Stop::limit(format!("this version doesn't evaluate `{}` for {about}", self.name))
    }

    pub(super) fn text(&self, number: usize) -> Result<&Arc<str>, Stop> {
        let text = self.value(number).as_text();
        let text = text.ok_or_else(|| self.wrong(number, "a string"))?;
        self.budget.read(text)?;
        Ok(text)
    }

    pub(super) fn int(&self, number: usize) -> Result<i64, Stop> {
        self.value(number)
            .as_int()
            .ok_or_else(|| self.wrong(number, "an integer"))
    }

    pub(in super::super) fn list(&self, number: usize) -> Result<&[Node], Stop> {
        let list = self.value(number).as_list();
        let list = list.ok_or_else(|| self.wrong(number, "an array"))?;
        self.budget.steps(list.len() / 8)?;
        Ok(list)
    }

    pub(in super::super) fn object(&self, number: usize) -> Result<&Fields, Stop> {
        let object = self.value(number).as_object();
        let object = object.ok_or_else(|| self.wrong(number, "an object"))?;
        let names: usize = object.iter().map(|(name, _)| name.len()).sum();
        self.budget.steps((object.iter().len() + names / 4) / 8)?;
        Ok(object)
    }

    /// A list is made.
    pub(in super::super) fn make_list(&self, items: Vec<Node>) -> Result<Value, Stop> {
        self.budget.items(items.len())?;
        let list = Value::List(Arc::new(items));
        self.budget.weigh(&list)?;
        Ok(list)
    }

    /// An object is made.
    pub(in super::super) fn make_object(&self, fields: Fields) -> Result<Value, Stop> {
        self.budget.items(fields.iter().len())?;
        let object = Value::Object(Arc::new(fields));
        self.budget.weigh(&object)?;
        Ok(object)
    }

    /// A string is made.
    pub(super) fn made_text(&self, text: impl AsRef<str>) -> Result<Node, Stop> {
        let text = text.as_ref();
        self.budget.text(text.len())?;
        Ok(Node::made(Value::text(text)))
    }
}

/// Why a value isn't known, however deep: the reason that counts the most.
pub(in super::super) fn unknowns(value: &Value, budget: &Budget, why: &mut Option<Why>) -> Result<(), Stop> {
    budget.steps(1)?;
    match value {
        Value::Unknown(unknown) => *why = Some(worse(why.take(), &unknown.why)),
        Value::List(items) => items.iter().try_for_each(|item| unknowns(&item.value, budget, why))?,
        Value::Object(fields) => fields
            .iter()
            .try_for_each(|(_, node)| unknowns(&node.value, budget, why))?,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
    }
    Ok(())
}

/// Whether two values are the same. `None`: that isn't known, or not settled. Strings are compared with their case
/// (learn.microsoft.com, template functions, comparison).
pub(in super::super) fn same(one: &Node, other: &Node, budget: &Budget) -> Result<Option<bool>, Stop> {
    budget.steps(1)?;
    Ok(match (&one.value, &other.value) {
        (Value::Unknown(one), Value::Unknown(other)) => same_unknown(one, other),
        (Value::Unknown(unknown), known) | (known, Value::Unknown(unknown)) => may_be(unknown, known),
        (Value::Null, Value::Null) => Some(true),
        (Value::Null, _) | (_, Value::Null) => Some(false),
        (Value::Bool(one), Value::Bool(other)) => Some(one == other),
        (Value::Text(one), Value::Text(other)) => {
            budget.steps(one.len().min(other.len()) / 64)?;
            Some(one == other)
        }
        (Value::Number(one), Value::Number(other)) => {
            (one == other || !(one.is_f64() || other.is_f64())).then_some(one == other)
        }
        (Value::List(one), Value::List(other)) => {
            if one.len() != other.len() {
                return Ok(Some(false));
            }
            all(one
                .iter()
                .zip(other.iter())
                .map(|(one, other)| same(one, other, budget)))?
        }
        (Value::Object(one), Value::Object(other)) => {
            if one.iter().len() != other.iter().len() {
                return Ok(Some(false));
            }
            all(one.iter().map(|(name, node)| {
                budget.look_up(other.iter().len(), name)?;
                other.get(name).map_or(Ok(Some(false)), |own| same(node, own, budget))
            }))?
        }
        (Value::List(_) | Value::Object(_), _) | (_, Value::List(_) | Value::Object(_)) => Some(false),
        // Whether a number is the same as the string of it isn't documented.
        (Value::Number(_), Value::Text(text)) | (Value::Text(text), Value::Number(_)) => {
            (text.len() < 64 && text.trim().parse::<f64>().is_err()).then_some(false)
        }
        (Value::Bool(is), Value::Text(text)) | (Value::Text(text), Value::Bool(is)) => {
            (!text.trim().eq_ignore_ascii_case(if *is { "true" } else { "false" })).then_some(false)
        }
        (Value::Bool(_), Value::Number(_)) | (Value::Number(_), Value::Bool(_)) => None,
    })
}

/// Both are true. One that is not settles it, though another one isn't known.
fn all(each: impl Iterator<Item = Result<Option<bool>, Stop>>) -> Result<Option<bool>, Stop> {
    let mut all = Some(true);
    for one in each {
        match one? {
            Some(true) => {}
            Some(false) => return Ok(Some(false)),
            None => all = None,
        }
    }
    Ok(all)
}

fn same_unknown(one: &Unknown, other: &Unknown) -> Option<bool> {
    let lasting = |unknown: &Unknown| {
        !matches!(
            unknown.why,
            Why::Changing(_) | Why::Limit(_) | Why::Wrong(_) | Why::Function(_)
        )
    };
    (one == other && lasting(one)).then_some(true)
}

/// Whether something unknown is the same as something known: at most that it isn't is known.
fn may_be(unknown: &Unknown, known: &Value) -> Option<bool> {
    if unknown.form == Form::Expression || matches!(unknown.why, Why::Wrong(_)) {
        return None;
    }
    let (first, last) = (beginning(&unknown.text), ending(&unknown.text));
    match known {
        Value::Text(text) => {
            let could = text.len() >= first.len() + last.len() && text.starts_with(first) && text.ends_with(last);
            (!could).then_some(false)
        }
        Value::Null | Value::List(_) | Value::Object(_) => Some(false),
        _ => None,
    }
}
