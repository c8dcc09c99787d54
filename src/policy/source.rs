//! The text of a policy file, and places in it.

use super::text::shown;
use crate::finding::PolicyRef;
use std::sync::Arc;
use unicode_width::UnicodeWidthStr;

/// A policy file's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file, as it was named on the command line.
    pub(super) name: Arc<str>,
    /// What it holds, without a byte order mark.
    pub(super) text: Arc<str>,
}

/// A stretch of a file: bytes, and where it begins for people. Lines and columns count from 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) line: u64,
    pub(super) column: u64,
}

impl Source {
    pub(super) fn new(name: &str, text: &str) -> Self {
        Self {
            name: name.into(),
            text: text.strip_prefix('\u{feff}').unwrap_or(text).into(),
        }
    }

    /// The place for rules and findings.
    pub(super) fn place(&self, span: Span) -> PolicyRef {
        PolicyRef {
            file: Arc::clone(&self.name),
            line: span.line,
            column: span.column,
        }
    }

    /// The stretch that begins at a byte, when only that is known.
    pub(super) fn span_at(&self, start: usize) -> Span {
        let before = self.text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Span {
            start,
            end: start + 1,
            line: 1 + before.matches('\n').count() as u64,
            column: 1 + before.get(line_start..).unwrap_or_default().chars().count() as u64,
        }
    }

    /// The stretch that a rule's place stands for: a whole `{…}` or a word, as far as the line goes.
    pub(super) fn span_of(&self, place: &PolicyRef) -> Option<Span> {
        let wanted = usize::try_from(place.line.checked_sub(1)?).ok()?;
        let mut line_start = 0;
        let line = self.text.split_inclusive('\n').nth(wanted).inspect(|line| {
            line_start = line.as_ptr().addr() - self.text.as_ptr().addr();
        })?;
        let column = usize::try_from(place.column.checked_sub(1)?).ok()?;
        let (offset, first) = line.char_indices().nth(column)?;
        let rest = line.get(offset..)?;
        let length = match first {
            '{' => rest.rfind('}').map_or(rest.trim_end().len(), |end| end + 1),
            '"' | '\'' => rest.chars().skip(1).position(|c| c == first).map_or(1, |end| end + 2),
            _ => rest.find([',', '}', ']', ' ', '\r', '\n']).unwrap_or(rest.len()).max(1),
        };
        let start = line_start + offset;
        Some(Span {
            start,
            end: start + length,
            line: place.line,
            column: place.column,
        })
    }
}

/// The part of a source line that an error points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Excerpt {
    line: u64,
    text: String,
    /// Columns before the carets.
    indent: usize,
    /// How many carets.
    carets: usize,
}

impl Excerpt {
    /// Longest part of a line that is shown, in characters.
    const WIDEST: usize = 120;
    /// When a line is longer than that: how much is shown before the place in question.
    const BEFORE: usize = 40;

    /// The line that `span` begins in. Time does not depend on the line's length: policies can be one long line.
    pub(super) fn new(source: &str, span: Span) -> Self {
        let is_break = |c: &char| matches!(c, '\n' | '\r');
        let (head, tail) = source.split_at_checked(span.start).unwrap_or((source, ""));
        let mut before: Vec<char> = head
            .chars()
            .rev()
            .take_while(|c| !is_break(c))
            .take(Self::WIDEST)
            .collect();
        let mut text = String::new();
        let after_longest: usize = tail.chars().take_while(|c| !is_break(c)).take(Self::WIDEST + 1).count();
        let is_long = before.len() + after_longest > Self::WIDEST;
        if is_long && before.len() > Self::BEFORE {
            before.truncate(Self::BEFORE);
            text.push('…');
        }
        text.extend(before.iter().rev().copied().map(shown));
        let indent = text.width();
        let room = Self::WIDEST - before.len();
        let mut carets = 0;
        let mut at = span.start;
        for c in tail.chars().take_while(|c| !is_break(c)).take(room) {
            let piece = shown(c);
            if at < span.end {
                carets += piece.width();
            }
            at += c.len_utf8();
            text.push_str(&piece);
        }
        if after_longest > room {
            text.push('…');
        }
        text.truncate(text.trim_end().len());
        Self {
            line: span.line,
            text,
            indent,
            carets: carets.max(1),
        }
    }

    /// How many digits its line number has.
    pub(super) fn digits(&self) -> usize {
        self.line.to_string().len()
    }

    /// Three lines: an empty one, the source line with its number, the carets.
    pub(super) fn render(&self, digits: usize) -> String {
        format!(
            "{blank:digits$} |\n{line:digits$} | {text}\n{blank:digits$} | {blank:indent$}{carets}\n",
            blank = "",
            line = self.line,
            text = self.text,
            indent = self.indent,
            carets = "^".repeat(self.carets),
        )
    }
}
