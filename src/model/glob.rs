//! The one wildcard matcher: `*` stands for any run of characters, every other character for itself.
//!
//! Data actions, and the names in a policy, are matched by it and by nothing else.

use super::casing::folded;
use std::fmt;

/// Stands for "whatever a `*` stands for" when one pattern is asked whether it contains another.
/// No name and no action that Azure accepts holds a control character.
pub(crate) const ANYTHING: char = '\u{1}';

/// Whether capital letters matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Case {
    /// Database and container names.
    Sensitive,
    /// Account names, ARM ids, data actions.
    Ignored,
}

/// A name in which `*` stands for any run of characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Glob {
    text: String,
    case: Case,
}

impl Glob {
    /// A pattern of a name that is compared as `case` says.
    pub fn new(text: impl Into<String>, case: Case) -> Self {
        Self {
            text: text.into(),
            case,
        }
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it has no `*`, so that it names one thing.
    pub fn is_literal(&self) -> bool {
        !self.text.contains('*')
    }

    /// Whether `name` matches.
    pub fn matches(&self, name: &str) -> bool {
        matches(&self.text, name, self.case)
    }

    /// Whether every name that `other` matches is matched by this one too.
    pub fn contains(&self, other: &Glob) -> bool {
        // A fresh letter in place of `*` can only be matched by a `*`, which would match any other text there as well.
        self.matches(&other.text.replace('*', ANYTHING.encode_utf8(&mut [0; 4])))
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether `text` matches `pattern`, in time O(pattern × text) at worst.
pub fn matches(pattern: &str, text: &str, case: Case) -> bool {
    if case == Case::Ignored && !(pattern.is_ascii() && text.is_ascii()) {
        return matches(&folded(pattern), &folded(text), Case::Sensitive);
    }
    let same = |a: u8, b: u8| match case {
        Case::Sensitive => a == b,
        Case::Ignored => a.eq_ignore_ascii_case(&b),
    };
    // Bytes do: what stands behind a `*` begins with the first byte of a character, which is no other byte of any.
    let (mut p, mut t) = (pattern.as_bytes(), text.as_bytes());
    // Where to go on when a byte does not fit: just behind the last `*`, one byte of the text further.
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        match (p.split_first(), t.split_first()) {
            (Some((b'*', [])), _) => return true,
            (Some((b'*', rest)), _) => {
                retry = Some((rest, t));
                p = rest;
            }
            (Some((a, rest)), Some((b, more))) if same(*a, *b) => (p, t) = (rest, more),
            (None, None) => return true,
            _ => {
                let Some((behind_star, [_, further @ ..])) = retry else {
                    return false;
                };
                retry = Some((behind_star, further));
                (p, t) = (behind_star, further);
            }
        }
    }
}

/// As [`matches()`], but a `*` between two slashes may also stand for no segment at all: `a/*/b` matches `a/b`.
pub fn matches_optional_segments(pattern: &str, text: &str, case: Case) -> bool {
    if !pattern.contains("/*/") {
        return matches(pattern, text, case);
    }
    let same = |a: char, b: char| match case {
        Case::Sensitive => a == b,
        Case::Ignored => a.eq_ignore_ascii_case(&b),
    };
    let text: Vec<char> = text.chars().collect();
    // Which beginnings of the text (by their lengths) the pattern matches so far.
    let mut reached: Vec<bool> = std::iter::once(true).chain(text.iter().map(|_| false)).collect();
    // Those before a `*/` that may be left out: they are reached behind it, too.
    let mut before: Option<Vec<bool>> = None;
    let mut last = None;
    let mut rest = pattern.chars().peekable();
    while let Some(letter) = rest.next() {
        if letter == '*' {
            before = (last == Some('/') && rest.peek() == Some(&'/')).then(|| reached.clone());
            let mut any = false;
            for one in &mut reached {
                any |= *one;
                *one = any;
            }
        } else {
            let fits = text.iter().zip(&reached).map(|(own, one)| *one && same(letter, *own));
            reached = std::iter::once(false).chain(fits).collect();
            for (one, other) in reached.iter_mut().zip(before.take().into_iter().flatten()) {
                *one |= other;
            }
        }
        if !reached.contains(&true) {
            return false;
        }
        last = Some(letter);
    }
    reached.last() == Some(&true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn star_stands_for_any_run() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*", "a", true),
            ("a*c*e", "abcde", true),
            ("a*c*e", "abcd", false),
            ("*a*a*", "aba", true),
            ("", "", true),
            ("", "x", false),
            ("ab", "a", false),
        ] {
            assert_eq!(matches(pattern, text, Case::Sensitive), expected, "{pattern} {text}");
        }
        assert!(matches("RÉ*", "réseau", Case::Ignored) && !matches("RÉ*", "réseau", Case::Sensitive));
    }

    #[test]
    fn a_star_between_slashes_may_stand_for_no_segment() {
        for (pattern, text, expected) in [
            ("a/*/b", "a/b", true),
            ("a/*/b", "a/x/y/b", true),
            ("a/*/*/b", "a/b", true),
            ("a/*/*/b", "a/x/b", true),
            ("*/a/*/b", "x/a/b", true),
            ("a/*/b*/*/c", "a/bx/c", true),
            ("a/*/b", "ab", false),
            ("a/*/", "a/", true),
            ("a/*", "a", false),
            ("/*/b", "b", false),
            ("a*/*/b", "a/b", true),
            // One with a slash on one side only stands for characters of a segment, and what follows has to be there.
            ("a/*/b*/c", "a/bc", false),
            ("a/*/b*/c", "a/bx/c", true),
            ("a/*/b/*c", "a/b/", false),
            ("a/*/b/*c", "a/b/c", true),
        ] {
            let found = matches_optional_segments(pattern, text, Case::Ignored);
            assert_eq!(found, expected, "{pattern} {text}");
        }
    }

    #[test]
    fn containment_is_that_of_languages() {
        let glob = |text: &str| Glob::new(text, Case::Ignored);
        assert!(glob("prod-*").contains(&glob("PROD-eu-*")));
        assert!(glob("*").contains(&glob("**")));
        assert!(!glob("prod-*").contains(&glob("*-eu")));
        assert!(!glob("prod").contains(&glob("prod*")));
    }
}
