//! Strings of which only parts are known: they are put together, and looked at as far as the known parts decide.

use super::budget::{Budget, Stop};
use super::parse::parse;
use super::syntax::Expr;
use crate::template::value::{Form, Unknown, Value, Why};

/// Longest string of which parts are unknown.
const MOST_TEXT: usize = 64 << 10;

/// A part of a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// It stands there as it is.
    Known(&'a str),
    /// An expression gives it.
    Unknown(&'a str),
}

/// The parts of a text of `Form::Text`.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut levels = 0_usize;
    let mut from = 0;
    let mut add = |from: usize, to: usize, part: fn(&str) -> Part<'_>| {
        if let Some(piece) = text.get(from..to).filter(|piece| !piece.is_empty()) {
            parts.push(part(piece));
        }
    };
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => {
                if levels == 0 {
                    add(from, at, |piece| Part::Known(piece));
                    from = at + 1;
                }
                levels += 1;
            }
            b'}' if levels > 0 => {
                levels -= 1;
                if levels == 0 {
                    add(from, at, |piece| Part::Unknown(piece));
                    from = at + 1;
                }
            }
            _ => {}
        }
    }
    add(from, text.len(), |piece| Part::Known(piece));
    parts
}

/// Whether every brace that opens is closed, so that a reader finds where it ends.
fn balanced(text: &str) -> bool {
    let mut levels = 0_i64;
    let fine = text.bytes().all(|byte| {
        levels += i64::from(byte == b'{') - i64::from(byte == b'}');
        levels >= 0
    });
    fine && levels == 0
}

/// Of two reasons, the one that says more of what comes of both: what is wrong or too much stays so, and what changes with
/// every deployment is never the same as anything.
pub(super) fn worse(old: Option<Why>, new: &Why) -> Why {
    let rank = |why: &Why| match why {
        Why::Wrong(_) => 4,
        Why::Limit(_) => 3,
        Why::Changing(_) => 2,
        Why::Function(_) => 1,
        _ => 0,
    };
    match old {
        Some(old) if rank(&old) >= rank(new) => old,
        _ => new.clone(),
    }
}

/// Puts a string together of parts.
#[derive(Debug)]
pub(super) struct Composer<'a> {
    budget: &'a Budget,
    text: String,
    /// Why it is not known as a whole.
    why: Option<Why>,
    /// A known part has braces, or an expression has one too many: the whole would be read wrongly.
    unclear: bool,
}

impl<'a> Composer<'a> {
    pub(super) fn new(budget: &'a Budget) -> Self {
        Self {
            budget,
            text: String::new(),
            why: None,
            unclear: false,
        }
    }

    /// A known part.
    pub(super) fn known(&mut self, text: &str) -> Result<(), Stop> {
        self.unclear |= text.contains(['{', '}']);
        self.push(text)
    }

    /// A part that an expression gives.
    pub(super) fn unknown(&mut self, expression: &str, why: &Why) -> Result<(), Stop> {
        self.unclear |= !balanced(expression) || expression.is_empty();
        self.why = Some(worse(self.why.take(), why));
        self.push("{")?;
        self.push(expression)?;
        self.push("}")
    }

    /// What is known and unknown of something unknown.
    pub(super) fn unknown_value(&mut self, unknown: &Unknown) -> Result<(), Stop> {
        if unknown.form == Form::Expression {
            return self.unknown(&unknown.text, &unknown.why);
        }
        self.unclear |= !balanced(&unknown.text);
        self.why = Some(worse(self.why.take(), &unknown.why));
        self.push(&unknown.text)
    }

    /// A text with its unknown parts in braces, such as what stands for the target.
    pub(super) fn tokens(&mut self, text: &str, why: &Why) -> Result<(), Stop> {
        if text.contains('{') {
            let unknown = Unknown {
                text: text.to_owned(),
                form: Form::Text,
                why: why.clone(),
            };
            return self.unknown_value(&unknown);
        }
        self.known(text)
    }

    fn push(&mut self, text: &str) -> Result<(), Stop> {
        if self.text.len() + text.len() > 1 << 20 {
            return Err(Stop::limit("a string becomes longer than 1 MiB"));
        }
        // Also what is thrown away in the end has taken its time.
        self.budget.text(text.len())?;
        self.text.push_str(text);
        Ok(())
    }

    /// The string.
    pub(super) fn finish(self) -> Result<Value, Stop> {
        match self.why {
            None => Ok(Value::text(self.text)),
            Some(why) if self.unclear => Err(Stop(why)),
            Some(_) if self.text.len() > MOST_TEXT => {
                Err(Stop::limit("a string with unknown parts becomes longer than 64 KiB"))
            }
            Some(why) => Ok(Value::unknown_text(self.text, why)),
        }
    }
}

/// The known part at the beginning of a string.
pub(super) fn beginning(text: &str) -> &str {
    text.split('{').next().unwrap_or_default()
}

/// The known part at the end of a string.
pub(super) fn ending(text: &str) -> &str {
    text.rsplit('}').next().unwrap_or_default()
}

/// An unknown part as an expression: what stands for the target is none.
pub(super) fn spelled_out(part: &str) -> &str {
    match part {
        "subscription" => "subscription().subscriptionId",
        "resource-group" => "resourceGroup().name",
        part => part,
    }
}

/// Whether what an expression gives never has that character, whatever it gives.
pub(super) fn lacks(expression: &str, c: char) -> bool {
    match expression {
        "subscription" | "resource-group" => c == '/',
        _ => parse(expression).is_ok_and(|parsed| never(&parsed, c)),
    }
}

fn never(expr: &Expr, c: char) -> bool {
    let call = match expr {
        Expr::Text(text) => return !text.contains(c),
        Expr::Call(call) if call.namespace.is_none() => call,
        _ => return false,
    };
    let hashed = c.is_ascii_lowercase() || c.is_ascii_digit();
    match (call.name.as_ref(), call.args.as_slice()) {
        ("uniqueString", _) => !hashed,
        ("guid" | "newGuid", _) => !hashed && c != '-',
        ("take" | "skip" | "substring", [of, ..]) => never(of, c),
        ("toLower", [of]) => c.is_ascii_uppercase() || never(of, c) && never(of, c.to_ascii_uppercase()),
        _ => false,
    }
}
