//! The tokens of a condition.

/// A token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// `(`
    Open,
    /// `)`
    Close,
    /// `{`
    OpenSet,
    /// `}`
    CloseSet,
    /// `,`
    Comma,
    /// `!` or `NOT`
    Not,
    /// `&&` or `AND`
    And,
    /// `||` or `OR`
    Or,
    /// `@Source[name]`
    Attribute {
        /// `Request`, `Resource`, `Principal`, `Environment`.
        source: &'t str,
        /// What stands in the brackets.
        name: &'t str,
    },
    /// A text in quotes, without them.
    Text(&'t str),
    /// A function, an operator, a GUID, a number, `true`, `false`.
    Word(&'t str),
}

/// Splits a condition. `None`: there is something in it that the format doesn't have.
pub(super) fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, behind) = match first {
            '(' => (Token::Open, rest.get(1..)?),
            ')' => (Token::Close, rest.get(1..)?),
            '{' => (Token::OpenSet, rest.get(1..)?),
            '}' => (Token::CloseSet, rest.get(1..)?),
            ',' => (Token::Comma, rest.get(1..)?),
            '!' => (Token::Not, rest.get(1..)?),
            '&' => (Token::And, rest.strip_prefix("&&")?),
            '|' => (Token::Or, rest.strip_prefix("||")?),
            '\'' => quoted(rest.get(1..)?)?,
            '@' => attribute(rest.get(1..)?)?,
            _ => word(rest)?,
        };
        tokens.push(token);
        rest = behind.trim_start();
    }
    Some(tokens)
}

/// Up to the closing quote. A quote in a text has a backslash before it; such a text is none that is decided here.
fn quoted(rest: &str) -> Option<(Token<'_>, &str)> {
    let mut escaped = false;
    for (at, letter) in rest.char_indices() {
        match letter {
            '\\' if !escaped => escaped = true,
            '\'' if !escaped => return Some((Token::Text(rest.get(..at)?), rest.get(at + 1..)?)),
            _ => escaped = false,
        }
    }
    None
}

fn attribute(rest: &str) -> Option<(Token<'_>, &str)> {
    let (source, rest) = rest.split_once('[')?;
    let (name, rest) = rest.split_once(']')?;
    let source = source.trim();
    let is_word = !source.is_empty() && source.chars().all(|letter| letter.is_ascii_alphabetic());
    let name = name.trim();
    is_word.then_some((Token::Attribute { source, name }, rest))
}

fn word(rest: &str) -> Option<(Token<'_>, &str)> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | ':' | '.' | '/');
    let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
    let (word, behind) = rest.split_at_checked(end).filter(|(word, _)| !word.is_empty())?;
    let token = match word {
        _ if word.eq_ignore_ascii_case("and") => Token::And,
        _ if word.eq_ignore_ascii_case("or") => Token::Or,
        _ if word.eq_ignore_ascii_case("not") => Token::Not,
        _ => Token::Word(word),
    };
    Some((token, behind))
}
