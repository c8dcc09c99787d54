//! The text of a policy file, and places in it.

use crate::finding::SourceRef;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A policy file's text, and where in it the rules are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file, as it was named on the command line.
    pub(super) name: Arc<str>,
    /// What it holds, without a byte order mark.
    pub(super) text: Arc<str>,
    /// The stretch of each place that was given out, by line and column.
    spans: BTreeMap<(u64, u64), Span>,
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
            spans: BTreeMap::new(),
        }
    }

    /// The file, as it was named on the command line.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it holds.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The place for rules and findings. The file keeps how far it goes, in case that an error is about it.
    pub(super) fn place(&mut self, span: Span) -> SourceRef {
        self.spans.insert((span.line, span.column), span);
        SourceRef {
            file: Arc::clone(&self.name),
            line: span.line,
            column: span.column,
        }
    }

    /// The stretch of a place in this file that [`Source::place`] gave out.
    pub(super) fn span_of(&self, place: &SourceRef) -> Option<Span> {
        self.spans.get(&(place.line, place.column)).copied()
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
}
