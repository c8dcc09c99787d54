//! Reads expressions: calls, strings in single quotes, integers, and paths into what these give.

use super::syntax::{Call, Expr, in_name, starts_name};
use std::sync::Arc;

/// Most calls within calls: Bicep writes about 30, and every one is on the stack.
const MOST_LEVELS: usize = 100;

/// The expression of a string, if it is one. Only a string that ends with a bracket is, and two at the beginning stand for
/// one (learn.microsoft.com, ARM template syntax, escape characters).
pub(super) fn inside(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('[')?.strip_suffix(']')?;
    (!inside.starts_with('[')).then_some(inside)
}

/// A string that is no expression.
pub(super) fn literal(text: &str) -> &str {
    let escaped = text.strip_prefix('[').filter(|rest| rest.starts_with('['));
    escaped.filter(|_| text.ends_with(']')).unwrap_or(text)
}

/// Longest name of a function or a property that isn't quoted.
const LONGEST_NAME: usize = 1000;

/// Reads the text between the brackets. The error says what is wrong, and where.
pub(super) fn parse(text: &str) -> Result<Expr, String> {
    let mut parser = Parser { text, at: 0 };
    let expr = parser.expression(MOST_LEVELS)?;
    match parser.peek() {
        None => Ok(expr),
        Some(_) => Err(parser.unexpected("the end of the expression")),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next character that is no white space.
    fn peek(&mut self) -> Option<char> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        self.rest().chars().next()
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn unexpected(&mut self, wanted: &str) -> String {
        match self.peek() {
            None => format!("the expression ends where {wanted} is expected"),
            Some(found) => {
                let before = self.text.get(..self.at).unwrap_or_default();
                let column = before.chars().count() + 1;
                format!("expected {wanted}, found `{found}` at character {column} of the expression")
            }
        }
    }

    fn expect(&mut self, wanted: char) -> Result<(), String> {
        if self.eat(wanted) {
            return Ok(());
        }
        Err(self.unexpected(&format!("`{wanted}`")))
    }

    fn expression(&mut self, levels: usize) -> Result<Expr, String> {
        let Some(levels) = levels.checked_sub(1) else {
            return Err(format!("calls are nested more than {MOST_LEVELS} deep"));
        };
        let base = match self.peek() {
            Some('\'') => Expr::Text(self.string()?),
            Some(c) if c.is_ascii_digit() || c == '-' || c == '+' => Expr::Int(self.integer()?),
            Some(c) if starts_name(c) => Expr::Call(self.call(levels)?),
            _ => return Err(self.unexpected("a function, a string or a number")),
        };
        let mut keys = Vec::new();
        loop {
            if self.eat('.') {
                keys.push(Expr::Text(self.name()?));
            } else if self.eat('[') {
                keys.push(self.expression(levels)?);
                self.expect(']')?;
            } else {
                break;
            }
        }
        Ok(if keys.is_empty() {
            base
        } else {
            let base = Box::new(base);
            Expr::Path { base, keys }
        })
    }

    fn call(&mut self, levels: usize) -> Result<Call, String> {
        let mut name = self.name()?;
        let mut namespace = None;
        if self.eat('.') {
            namespace = Some(name);
            name = self.name()?;
        }
        self.expect('(')?;
        let mut args = Vec::new();
        if !self.eat(')') {
            loop {
                args.push(self.expression(levels)?);
                if !self.eat(',') {
                    break;
                }
            }
            self.expect(')')?;
        }
        Ok(Call { namespace, name, args })
    }

    fn name(&mut self) -> Result<Arc<str>, String> {
        if !self.peek().is_some_and(starts_name) {
            return Err(self.unexpected("a name"));
        }
        let rest = self.rest();
        let name: Arc<str> = rest
            .get(..rest.find(|c| !in_name(c)).unwrap_or(rest.len()))
            .unwrap_or_default()
            .into();
        if name.len() > LONGEST_NAME {
            return Err(format!("a name is longer than {LONGEST_NAME} characters"));
        }
        self.at += name.len();
        Ok(name)
    }

    fn integer(&mut self) -> Result<i64, String> {
        let rest = self.rest();
        let digits = rest.strip_prefix(['-', '+']).unwrap_or(rest);
        let sign = rest.len() - digits.len();
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let number = rest.get(..sign + end).unwrap_or_default();
        match number.parse() {
            Ok(value) => {
                self.at += number.len();
                Ok(value)
            }
            Err(_) => Err(self.unexpected("an integer of 64 bits")),
        }
    }

    fn string(&mut self) -> Result<Arc<str>, String> {
        let mut text = String::new();
        let body = self.rest().get(1..).unwrap_or_default();
        let mut pieces = body.split('\'');
        let mut length = 1;
        while let Some(piece) = pieces.next() {
            text.push_str(piece);
            length += piece.len() + 1;
            if length > body.len() + 1 {
                break;
            }
            // A quote ends the string, unless another one follows at once.
            if body.as_bytes().get(length - 1) != Some(&b'\'') {
                self.at += length;
                return Ok(text.into());
            }
            text.push('\'');
            length += 1;
            pieces.next();
        }
        let column = self.text.get(..self.at).unwrap_or_default().chars().count() + 1;
        Err(format!("the string at character {column} of the expression has no end"))
    }
}
