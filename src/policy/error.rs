//! What is wrong with policy files: every error of every file, each with its place and the line it stands in.

use super::source::{Excerpt, Source, Span};
use super::text::cleaned;
use crate::finding::PolicyRef;
use std::fmt;
use std::sync::Arc;

/// One error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    message: String,
    file: Arc<str>,
    /// Which of the files it is, for sorting.
    order: usize,
    /// Line, column and the line itself; `None` when the file could not be read.
    place: Option<(u64, u64, Excerpt)>,
    /// The other place of a contradiction.
    other: Option<(PolicyRef, Option<Excerpt>)>,
}

impl PolicyError {
    /// An error about a whole file.
    pub(super) fn of_file(file: &str, order: usize, message: String) -> Self {
        Self {
            message,
            file: file.into(),
            order,
            place: None,
            other: None,
        }
    }

    /// An error at a place.
    pub(super) fn at(source: &Source, order: usize, span: Span, message: String) -> Self {
        Self {
            message,
            file: Arc::clone(&source.name),
            order,
            place: Some((span.line, span.column, Excerpt::new(&source.text, span))),
            other: None,
        }
    }

    /// Two rules that cannot both be kept.
    pub(super) fn contradiction(sources: &[Source], contradiction: &Contradiction) -> Self {
        let Contradiction { message, first, second } = contradiction;
        let order = |place: &PolicyRef| sources.iter().position(|source| source.name == place.file);
        let excerpt = |place: &PolicyRef| {
            let source = sources.get(order(place)?)?;
            Some(Excerpt::new(&source.text, source.span_of(place)?))
        };
        Self {
            message: message.clone(),
            file: Arc::clone(&first.file),
            order: order(first).unwrap_or(usize::MAX),
            place: excerpt(first).map(|excerpt| (first.line, first.column, excerpt)),
            other: Some((second.clone(), excerpt(second))),
        }
    }

    /// What is wrong and what to do, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The file, as it was named on the command line.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Line and column, both from 1; `None` when the file could not be read.
    pub fn position(&self) -> Option<(u64, u64)> {
        self.place.as_ref().map(|(line, column, _)| (*line, *column))
    }

    /// The source line with carets below it; empty when the file could not be read.
    pub fn snippet(&self) -> String {
        self.place
            .as_ref()
            .map_or_else(String::new, |(_, _, excerpt)| excerpt.render(excerpt.digits()))
    }

    fn sort_key(&self) -> (usize, Option<(u64, u64)>, &str) {
        (self.order, self.position(), &self.message)
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let excerpts = self.place.iter().map(|(_, _, excerpt)| excerpt);
        let others = self.other.iter().filter_map(|(_, excerpt)| excerpt.as_ref());
        let digits = excerpts.chain(others).map(Excerpt::digits).max().unwrap_or(1);
        // Messages name files, and nobody knows what their names hold.
        writeln!(f, "error: {}", cleaned(&self.message))?;
        write!(f, "{:digits$}--> {}", "", cleaned(&self.file))?;
        match &self.place {
            None => writeln!(f)?,
            Some((line, column, excerpt)) => {
                writeln!(f, ":{line}:{column}")?;
                f.write_str(&excerpt.render(digits))?;
            }
        }
        if let Some((place, excerpt)) = &self.other {
            writeln!(f, "{:digits$}::: {}", "", cleaned(&place.to_string()))?;
            if let Some(excerpt) = excerpt {
                f.write_str(&excerpt.render(digits))?;
            }
        }
        Ok(())
    }
}

/// Every error of every file, in the order of the files and of the places in them. There is at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyErrors(Vec<PolicyError>);

impl PolicyErrors {
    /// Sorts the errors. Values that an alias repeats would be reported once for each use; they are not.
    pub(super) fn new(mut errors: Vec<PolicyError>) -> Self {
        errors.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        errors.dedup();
        Self(errors)
    }

    /// The errors.
    pub fn iter(&self) -> std::slice::Iter<'_, PolicyError> {
        self.0.iter()
    }
}

impl fmt::Display for PolicyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for PolicyError {}

impl std::error::Error for PolicyErrors {}

/// Two rules that cannot both be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// What they disagree about, and for which account; a sentence.
    pub message: String,
    /// The one.
    pub first: PolicyRef,
    /// The other.
    pub second: PolicyRef,
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message, first, second } = self;
        let places = format!("{first} and {second}");
        write!(f, "{message} ({})", cleaned(&places))
    }
}
