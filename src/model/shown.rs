//! Text that is safe to show. Names come from the tenant, and may hold escape sequences, line breaks, characters that
//! turn the reading direction, and commands to the pipeline that prints them. Whoever shows text takes [`Shown`], so
//! that to forget this does not compile.

use super::quoted::quote;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;

/// Text without anything that a terminal or a pipeline would act on, or that hides other text.
///
/// ```
/// # use cosmos_rbac::model::Shown;
/// assert_eq!(Shown::of("a\u{1b}[31m\nb").as_str(), r"a\x1b[31m\nb");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Shown(String);

/// Makes [`Shown`] as `format!` makes a string, of what is safe to show: other [`Shown`], text of the program itself,
/// numbers, times. Variables are never taken from within the braces.
///
/// ```
/// # use cosmos_rbac::{model::Shown, shown};
/// let name = Shown::quoted("orders\u{202e}");
/// assert_eq!(shown!("{} has {} gaps", name, 2).as_str(), "`orders\\u{202e}` has 2 gaps");
/// ```
///
/// Text of any other origin has to become [`Shown`] first:
///
/// ```compile_fail,E0277
/// # use cosmos_rbac::shown;
/// let name = String::from("orders");
/// shown!("{} has gaps", name);
/// ```
///
/// ```compile_fail,E0597
/// # use cosmos_rbac::shown;
/// let name = String::from("orders");
/// shown!("{} has gaps", name.as_str());
/// ```
#[macro_export]
macro_rules! shown {
    ($format:literal $(, $value:expr)* $(,)?) => {
        // Behind `concat!`, no variable can be named within the braces.
        $crate::model::Shown::composed(
            ::core::format_args!(::core::concat!($format) $(, $crate::model::shown::safe(&$value))*)
        )
    };
}

/// What may be shown as it is.
pub trait Show: fmt::Display + sealed::Sealed {}

mod sealed {
    pub trait Sealed {}
}

macro_rules! safe_to_show {
    ($($kind:ty),*) => {
        $(impl sealed::Sealed for $kind {}
        impl Show for $kind {})*
    };
}

safe_to_show!(Shown, &Shown, &'static str, i32, u16, u32, u64, usize, f64);
safe_to_show!(jiff::Timestamp, jiff::civil::Date);

/// For [`shown!`](crate::shown): lets through what is safe to show.
#[doc(hidden)]
pub fn safe<T: Show>(value: &T) -> &T {
    value
}

impl Shown {
    /// The text, with whatever is not safe written as an escape, so that it is one line.
    pub fn of(text: &str) -> Self {
        // Nearly every name is plain, and a big report has millions.
        if is_plain(text) {
            return Self(text.to_owned());
        }
        let mut out = String::with_capacity(text.len());
        for (place, c) in text.char_indices() {
            match c {
                '#' if text.get(place..).is_some_and(is_logging_command) => out.push_str(LOGGING_COMMAND),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                c if c.is_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
                c if is_unsafe(c) => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
                c => out.push(c),
            }
        }
        Self(out)
    }

    /// The text of [`Shown::of`], for formats that take text: it is copied only where it changes.
    pub(crate) fn borrowed(text: &str) -> Cow<'_, str> {
        match is_plain(text) {
            true => Cow::Borrowed(text),
            false => Cow::Owned(Self::of(text).0),
        }
    }

    /// The same of whatever can be written as text.
    pub fn of_value(value: &impl fmt::Display) -> Self {
        Self::of(&value.to_string())
    }

    /// Text that was laid out in lines: these stay, and everything in them is as by [`Shown::of`].
    pub fn of_lines(text: &str) -> Self {
        Self::join(text.lines().map(Self::of), "\n")
    }

    /// Text that was laid out in lines and coloured: lines and colours (SGR sequences; ECMA-48, 8.3.117) stay, and
    /// everything else is as by [`Shown::of`].
    pub fn of_painted(text: &str) -> Self {
        Self::join(text.lines().map(Self::of_painted_line), "\n")
    }

    fn of_painted_line(line: &str) -> Self {
        let mut pieces = line.split(SEQUENCE);
        let mut out = Self::of(pieces.next().unwrap_or_default());
        for piece in pieces {
            let text = piece.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
            let attributes = piece.strip_suffix(text).unwrap_or_default();
            match text.strip_prefix('m') {
                Some(text) => {
                    out.0.extend([SEQUENCE, attributes, "m"]);
                    out.push(Self::of(text));
                }
                None => out.push(Self::of(&format!("{SEQUENCE}{piece}"))),
            }
        }
        out
    }

    /// A name in backticks, which those of the name never end.
    pub fn quoted(name: &str) -> Self {
        Self(quote(Self::of(name).as_str()))
    }

    /// For [`shown!`](crate::shown), which sees to it that every argument is [`Show`].
    #[doc(hidden)]
    pub fn composed(text: fmt::Arguments<'_>) -> Self {
        Self(without_commands(text.to_string()))
    }

    /// Pieces, one after the other.
    pub fn join(pieces: impl IntoIterator<Item = impl Show>, between: &'static str) -> Self {
        let mut out = Self::default();
        for (place, piece) in pieces.into_iter().enumerate() {
            if place > 0 {
                out.push(between);
            }
            out.push(piece);
        }
        out
    }

    /// `a`, `a and b`, `a, b and c`.
    pub fn list(items: &[Self]) -> Self {
        match items {
            [] => Self::default(),
            [one] => one.clone(),
            [init @ .., last] => shown!("{} and {}", Self::join(init, ", "), last),
        }
    }

    /// Adds to it.
    pub fn push(&mut self, more: impl Show) {
        // From where a command could begin that ends in what is added.
        let seam = self.0.len().saturating_sub("##vso".len());
        let seam = self.0.floor_char_boundary(seam);
        self.0.push_str(&more.to_string());
        let end = self.0.split_off(seam);
        self.0.push_str(&without_commands(end));
    }

    /// The pieces between a character.
    pub fn split(&self, at: char) -> impl Iterator<Item = Self> {
        self.0.split(at).map(|piece| Self(piece.to_owned()))
    }

    /// The words, without the blanks between them.
    pub fn words(&self) -> impl Iterator<Item = Self> {
        self.0.split_whitespace().map(|word| Self(word.to_owned()))
    }

    /// Text of ours in the place of some characters: what they mean in a format is taken from them.
    pub fn escaped(&self, escapes: &[(char, &'static str)]) -> Self {
        let mut out = String::with_capacity(self.0.len());
        for c in self.0.chars() {
            match escapes.iter().find(|(escaped, _)| *escaped == c) {
                Some((_, escape)) => out.push_str(escape),
                None => out.push(c),
            }
        }
        Self(out)
    }

    /// The same as the beginning of a sentence.
    #[must_use]
    pub fn capitalised(&self) -> Self {
        let mut rest = self.0.chars();
        let first = rest.next().map(|first| first.to_ascii_uppercase());
        Self(first.into_iter().chain(rest).collect())
    }

    /// Text of ours in the place of another.
    pub fn replaced(&self, from: &'static str, to: &'static str) -> Self {
        Self(self.0.replace(from, to))
    }

    /// Without some characters at the end.
    pub fn without_final(&self, characters: &[char]) -> Self {
        Self(self.0.trim_end_matches(characters).to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<&'static str> for Shown {
    fn from(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl From<Shown> for String {
    fn from(shown: Shown) -> Self {
        shown.0
    }
}

/// What is harmless in pieces may be a command together.
fn without_commands(mut text: String) -> String {
    if text.contains("##") {
        let signs: Vec<usize> = text.match_indices('#').map(|(place, _)| place).collect();
        for place in signs.into_iter().rev() {
            if text.get(place..).is_some_and(is_logging_command) {
                text.replace_range(place..=place, LOGGING_COMMAND);
            }
        }
    }
    text
}

/// What sequences of terminals begin with, colours among them.
const SEQUENCE: &str = "\u{1b}[";

/// What the first character of a command is written as.
const LOGGING_COMMAND: &str = "\\x23";

/// Azure Pipelines acts on `##vso[…]` and `##[…]` anywhere in a line that a task prints, whatever the case ("Logging
/// commands" of its documentation).
fn is_logging_command(text: &str) -> bool {
    let starts = |prefix: &str| {
        text.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    starts("##[") || starts("##vso[")
}

/// Whether nothing in a text could need an escape: printable ASCII without the sign that commands begin with.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte) && byte != b'#')
}

/// Whether a character could steer a terminal, or hide or reorder text. No name in a policy has one.
pub fn is_unsafe(c: char) -> bool {
    let formats = matches!(c,
        // Format characters: direction controls, joiners, line and paragraph separators, tags, the byte order mark.
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}');
    // No characters, which XML cannot hold (XML 1.0, 2.2).
    let none = matches!(c, '\u{fffe}' | '\u{ffff}');
    // Letters and a symbol that look like blanks.
    let blank = matches!(c, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}');
    c.is_control() || formats || none || blank
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal() {
        let text = "a\u{1b}[31mb\nc\u{202e}d\u{9b}é\u{3164}";
        assert_eq!(Shown::of(text).as_str(), "a\\x1b[31mb\\nc\\u{202e}d\\x9bé\\u{3164}");
        assert_eq!(Shown::of_lines("a\r\nb\u{7}\n").as_str(), "a\nb\\x07");
    }

    #[test]
    fn lists_read_like_sentences() {
        let items = |text: &str| text.split(' ').map(Shown::of).collect::<Vec<_>>();
        assert_eq!(Shown::list(&items("a b c")).as_str(), "a, b and c");
        assert_eq!(Shown::list(&items("a b")).as_str(), "a and b");
        assert_eq!(Shown::list(&items("a")).as_str(), "a");
    }

    #[test]
    fn of_what_is_painted_only_colours_stay() {
        let painted = "\u{1b}[1m\u{1b}[38;5;9mred\u{1b}[0m\n##[x]";
        assert_eq!(Shown::of_painted(painted).as_str(), painted.replace("##", "\\x23#"));
        let other = "a\u{1b}[2Jb\u{1b}[1;c\u{1b}]0;d\u{7}\u{1b}[?1m\u{1b}[";
        assert_eq!(Shown::of_painted(other), Shown::of(other));
    }

    #[test]
    fn pipelines_are_not_commanded() {
        assert_eq!(Shown::of("a ##vso[task.x]").as_str(), "a \\x23#vso[task.x]");
        assert_eq!(Shown::of("##[group]###VSO[x").as_str(), "\\x23#[group]#\\x23#VSO[x");
        assert_eq!(Shown::of("C# ## #1").as_str(), "C# ## #1");
        let pieces = ["#", "#[error]"].map(Shown::of);
        let [first, second] = &pieces;
        assert_eq!(shown!("{}{}", first, second).as_str(), "\\x23#[error]");
        assert_eq!(Shown::join(&pieces, "").as_str(), "\\x23#[error]");
    }

    #[test]
    fn nothing_unsafe_is_left() {
        for c in '\0'..=char::MAX {
            let shown = Shown::of(&c.to_string());
            assert_eq!(shown.as_str() == c.to_string(), !is_unsafe(c), "{c:?}");
            assert!(!shown.as_str().chars().any(is_unsafe), "{c:?}");
        }
    }
}
