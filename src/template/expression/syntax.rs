//! Expressions as they are written, without values.

use std::fmt;
use std::sync::Arc;

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expr {
    /// `'it''s'`
    Text(Arc<str>),
    /// `-5`
    Int(i64),
    /// `concat('a', 'b')`, `contoso.name('x')`
    Call(Call),
    /// `parameters('x').list[0]['name']`: the keys are in the order in which they are written.
    Path {
        /// What is looked into.
        base: Box<Expr>,
        /// At least one.
        keys: Vec<Expr>,
    },
}

/// A call of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// Where a template has defined it. `None`: it comes with the language.
    pub(super) namespace: Option<Arc<str>>,
    /// Its name.
    pub(super) name: Arc<str>,
    /// What it is called with.
    pub(super) args: Vec<Expr>,
}

/// A string as an expression has it.
pub(super) struct Quoted<'a>(pub(super) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("'")?;
        for (number, piece) in self.0.split('\'').enumerate() {
            f.write_str(if number > 0 { "''" } else { "" })?;
            f.write_str(piece)?;
        }
        f.write_str("'")
    }
}

/// A name of a field, as it stands behind what has the field.
pub(super) struct Property<'a>(pub(super) &'a str);

impl fmt::Display for Property<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_name(self.0) {
            write!(f, ".{}", self.0)
        } else {
            write!(f, "[{}]", Quoted(self.0))
        }
    }
}

/// Whether it can stand without quotes.
fn is_name(text: &str) -> bool {
    text.starts_with(starts_name) && text.chars().all(in_name)
}

/// Whether a name begins with it.
pub(super) fn starts_name(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

/// Whether it stands in a name.
pub(super) fn in_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => Quoted(text).fmt(f),
            Self::Int(number) => number.fmt(f),
            Self::Call(call) => {
                if let Some(namespace) = &call.namespace {
                    write!(f, "{namespace}.")?;
                }
                write!(f, "{}(", call.name)?;
                for (number, arg) in call.args.iter().enumerate() {
                    f.write_str(if number > 0 { ", " } else { "" })?;
                    arg.fmt(f)?;
                }
                f.write_str(")")
            }
            Self::Path { base, keys } => {
                base.fmt(f)?;
                keys.iter().try_for_each(|key| match key {
                    Self::Text(name) => Property(name).fmt(f),
                    key => write!(f, "[{key}]"),
                })
            }
        }
    }
}
