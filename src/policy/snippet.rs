//! A place in a policy file as an error shows it: file, line and column, then the line with marks below what is meant.
//! Laid out by `annotate-snippets`, which gets no text that is not safe to show.

use super::source::{Source, Span};
use crate::finding::SourceRef;
use crate::model::Shown;
use annotate_snippets::{AnnotationKind, Group, Level, Snippet};
use std::ops::Range;
use std::sync::Arc;
use unicode_width::UnicodeWidthChar;

/// What the renderer keeps free for its dots when it cuts a line, on both sides of what is marked.
const DOTS: usize = 12;

/// A place in a file, or a whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    /// The file, as it was named on the command line.
    pub(super) file: Arc<str>,
    /// Line and column, from 1; `None`: the whole file.
    pub(super) position: Option<(u64, u64)>,
    /// The stretch, and the file's text; `None`: no line is shown.
    stretch: Option<(Span, Arc<str>)>,
}

/// Which of an error's places one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// Where the error is.
    First,
    /// What that is at odds with.
    Second,
}

impl Spot {
    pub(super) fn of_file(file: &str) -> Self {
        Self {
            file: file.into(),
            position: None,
            stretch: None,
        }
    }

    pub(super) fn new(source: &Source, span: Span) -> Self {
        Self {
            file: Arc::clone(&source.name),
            position: Some((span.line, span.column)),
            stretch: Some((span, Arc::clone(&source.text))),
        }
    }

    /// The place of a rule. Its line is shown if `source` is the file that it was read from.
    pub(super) fn of_rule(source: Option<&Source>, place: &SourceRef) -> Self {
        let found = source.and_then(|source| Some((source.span_of(place)?, Arc::clone(&source.text))));
        Self {
            file: Arc::clone(&place.file),
            position: Some((place.line, place.column)),
            stretch: found,
        }
    }

    /// How many digits its line number has.
    pub(super) fn digits(&self) -> usize {
        self.position.map_or(1, |(line, _)| line.to_string().len())
    }

    /// The place and its line, `width` columns wide, behind line numbers of `digits` digits.
    pub(super) fn group(&self, which: Which, digits: usize, width: usize) -> Group<'static> {
        let (arrow, kind) = match which {
            Which::First => ("-->", AnnotationKind::Primary),
            Which::Second => (":::", AnnotationKind::Context),
        };
        let file = Shown::of(&self.file);
        let position = self.position.map(|(line, column)| format!(":{line}:{column}"));
        // The renderer would count columns in the text that it gets: escapes count more there, parts of lines less.
        let place = format!("{:digits$}{arrow} {file}{}", "", position.unwrap_or_default());
        let group = Group::with_title(Level::ERROR.no_name().secondary_title(place));
        let Some((span, text)) = &self.stretch else {
            return group;
        };
        let (line, marked) = line(text, *span, width);
        let room = width.saturating_sub(digits + " | ".len() + DOTS);
        let marked = marked.start..end_within(&line, marked, room);
        group.element(
            Snippet::source(line)
                .line_start(usize::try_from(span.line).unwrap_or(usize::MAX))
                .annotation(kind.span(marked)),
        )
    }
}

/// The line that `span` begins in, safe to show, and where the span is in that. Of a longer line this is more than fits
/// into `width` on either side, so that the renderer cuts it; time does not depend on the line's length, as policies can
/// be one long line.
fn line(text: &str, span: Span, width: usize) -> (String, Range<usize>) {
    let is_break = |c: char| matches!(c, '\n' | '\r');
    let (head, tail) = text.split_at_checked(span.start).unwrap_or((text, ""));
    let start = head
        .char_indices()
        .rev()
        .take(width)
        .take_while(|(_, c)| !is_break(*c))
        .last();
    let before = start.and_then(|(start, _)| head.get(start..)).unwrap_or_default();
    let end = tail
        .char_indices()
        .take(2 * width)
        .take_while(|(_, c)| !is_break(*c))
        .last();
    let rest = end
        .and_then(|(end, c)| tail.get(..end + c.len_utf8()))
        .unwrap_or_default();
    let marked = span.end.saturating_sub(span.start);
    let (inside, after) = rest.split_at_checked(marked).unwrap_or((rest, ""));
    // From the end, as joining can make the piece in front longer.
    let after = shown(after.trim_end());
    let rest = Shown::join([&shown(inside), &after], "");
    let line = Shown::join([&shown(before), &rest], "");
    let at = |rest: &Shown| line.as_str().len() - rest.as_str().len();
    let marked = at(&rest)..at(&after);
    (line.into(), marked)
}

/// Text of a line. The width of a tab depends on the terminal; that of marks below it must not.
fn shown(text: &str) -> Shown {
    Shown::of(&text.replace('\t', "    "))
}

/// Where a part of a line ends if no more than `room` columns of it are to be marked.
fn end_within(line: &str, marked: Range<usize>, room: usize) -> usize {
    let mut columns = 0;
    let too_wide = line
        .get(marked.clone())
        .unwrap_or_default()
        .char_indices()
        .find(|(_, c)| {
            columns += c.width().unwrap_or_default();
            columns > room
        });
    too_wide.map_or(marked.end, |(end, _)| marked.start + end)
}
