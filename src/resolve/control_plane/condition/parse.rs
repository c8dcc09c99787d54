//! From the text of a condition to its expressions. What isn't understood makes the whole condition unknown.

use super::token::{Token, tokens};

/// Azure accepts 8 KB; whoever sends more has something in mind.
const LONGEST: usize = 32 * 1024;
/// Parentheses and negations within each other.
const DEEPEST: usize = 64;

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression<'t> {
    /// `!`
    Not(Box<Expression<'t>>),
    /// Expressions that are joined without parentheses; the operator stands before each but the first.
    Chain(Box<Expression<'t>>, Vec<(Join, Expression<'t>)>),
    /// `ActionMatches{'…'}`, with the patterns.
    ActionMatches(Vec<&'t str>),
    /// `@Source[name] operator value`
    Comparison {
        /// `Request`, `Resource`, `Principal`, `Environment`.
        source: &'t str,
        /// The attribute.
        name: &'t str,
        operator: &'t str,
        /// The values on the right, where they are written out.
        values: Vec<&'t str>,
    },
    /// Something that depends on what isn't known here.
    Unknown,
}

/// What joins two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// Reads a condition. `None`: it isn't understood.
pub(super) fn parse(text: &str) -> Option<Expression<'_>> {
    if text.len() > LONGEST {
        return None;
    }
    let mut parser = Parser {
        tokens: tokens(text)?.into_iter().peekable(),
    };
    let expression = parser.chain(0)?;
    parser.tokens.next().is_none().then_some(expression)
}

struct Parser<'t> {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token<'t>>>,
}

impl<'t> Parser<'t> {
    fn chain(&mut self, depth: usize) -> Option<Expression<'t>> {
        let first = self.single(depth)?;
        let mut more = Vec::new();
        loop {
            let join = match self.tokens.peek() {
                Some(Token::And) => Join::And,
                Some(Token::Or) => Join::Or,
                _ => break,
            };
            self.tokens.next();
            more.push((join, self.single(depth)?));
        }
        Some(if more.is_empty() {
            first
        } else {
            Expression::Chain(Box::new(first), more)
        })
    }

    fn single(&mut self, depth: usize) -> Option<Expression<'t>> {
        if depth > DEEPEST {
            return None;
        }
        match self.tokens.next()? {
            Token::Not => Some(Expression::Not(Box::new(self.single(depth + 1)?))),
            Token::Open => {
                let inner = self.chain(depth + 1)?;
                self.expect(Token::Close)?;
                Some(inner)
            }
            Token::Word(word) if word.eq_ignore_ascii_case("ActionMatches") => {
                let patterns = self.set()?;
                (!patterns.is_empty()).then_some(Expression::ActionMatches(patterns))
            }
            Token::Word(word) if word.eq_ignore_ascii_case("SubOperationMatches") => {
                self.set()?;
                Some(Expression::Unknown)
            }
            Token::Word(word) if word.eq_ignore_ascii_case("Exists") || word.eq_ignore_ascii_case("NotExists") => {
                matches!(self.tokens.next()?, Token::Attribute { .. }).then_some(Expression::Unknown)
            }
            Token::Attribute { source, name } => {
                let operator = self.operator()?;
                let values = self.values()?;
                Some(Expression::Comparison {
                    source,
                    name,
                    operator,
                    values,
                })
            }
            // A value may stand on the left.
            Token::Text(_) | Token::Word(_) => {
                self.operator()?;
                self.values()?;
                Some(Expression::Unknown)
            }
            Token::OpenSet => {
                self.rest_of_set()?;
                self.operator()?;
                self.values()?;
                Some(Expression::Unknown)
            }
            Token::Close | Token::CloseSet | Token::Comma | Token::And | Token::Or => None,
        }
    }

    fn expect(&mut self, wanted: Token<'_>) -> Option<()> {
        (self.tokens.next()? == wanted).then_some(())
    }

    fn operator(&mut self) -> Option<&'t str> {
        match self.tokens.next()? {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The right side of a comparison; empty where it is another attribute.
    fn values(&mut self) -> Option<Vec<&'t str>> {
        match self.tokens.next()? {
            Token::OpenSet => self.rest_of_set(),
            Token::Text(value) | Token::Word(value) => Some(vec![value]),
            Token::Attribute { .. } => Some(Vec::new()),
            _ => None,
        }
    }

    fn set(&mut self) -> Option<Vec<&'t str>> {
        self.expect(Token::OpenSet)?;
        self.rest_of_set()
    }

    fn rest_of_set(&mut self) -> Option<Vec<&'t str>> {
        let mut values = Vec::new();
        loop {
            match self.tokens.next()? {
                Token::Text(value) | Token::Word(value) => values.push(value),
                Token::CloseSet if values.is_empty() => return Some(values),
                _ => return None,
            }
            match self.tokens.next()? {
                Token::Comma => {}
                Token::CloseSet => return Some(values),
                _ => return None,
            }
        }
    }
}
