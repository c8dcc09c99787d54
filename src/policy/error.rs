//! What is wrong with policy files: every error of every file, each with its place and the line it stands in.

use super::snippet::{Spot, Which};
use super::source::{Source, Span};
use crate::finding::SourceRef;
use crate::model::Shown;
use annotate_snippets::renderer::DEFAULT_TERM_WIDTH;
use annotate_snippets::{Group, Level, Renderer};
use std::fmt;

/// How bad something is that is shown with its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Error,
    /// With its code.
    Warning(&'static str),
}

/// One error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    kind: Kind,
    message: String,
    /// Which of the files it is, for sorting.
    order: usize,
    at: Spot,
    /// The other place of a contradiction.
    other: Option<Spot>,
}

impl PolicyError {
    /// An error about a whole file.
    pub(super) fn of_file(file: &str, order: usize, message: String) -> Self {
        Self {
            kind: Kind::Error,
            message,
            order,
            at: Spot::of_file(file),
            other: None,
        }
    }

    /// An error at a place.
    pub(super) fn at(source: &Source, order: usize, span: Span, message: String) -> Self {
        Self {
            kind: Kind::Error,
            message,
            order,
            at: Spot::new(source, span),
            other: None,
        }
    }

    /// Two rules that cannot both be kept.
    pub(super) fn contradiction(sources: &[Source], contradiction: &Contradiction) -> Self {
        let Contradiction {
            message, first, second, ..
        } = contradiction;
        Self {
            kind: Kind::Error,
            message: message.clone(),
            order: order(sources, first).unwrap_or(usize::MAX),
            at: spot(sources, first),
            other: Some(spot(sources, second)),
        }
    }

    /// Something that is valid and probably a mistake; without a place it is about all files.
    pub(super) fn warning(
        sources: &[Source],
        code: &'static str,
        message: String,
        (at, other): (Option<&SourceRef>, Option<&SourceRef>),
    ) -> Self {
        let whole = || Spot::of_file(sources.first().map_or("", |source| &source.name));
        Self {
            kind: Kind::Warning(code),
            message,
            order: at.and_then(|at| order(sources, at)).unwrap_or_default(),
            at: at.map_or_else(whole, |at| spot(sources, at)),
            other: other.map(|other| spot(sources, other)),
        }
    }

    /// What is wrong and what to do, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The file, as it was named on the command line.
    pub fn file(&self) -> &str {
        &self.at.file
    }

    /// Line and column, both from 1; `None` when the file could not be read.
    pub fn position(&self) -> Option<(u64, u64)> {
        self.at.position
    }

    /// The message, the place, and its line with marks below what is meant; of a contradiction both places.
    fn text(&self, renderer: &Renderer, width: usize) -> String {
        let renderer = renderer.clone().term_width(width);
        // Messages name files, and nobody knows what their names hold.
        let message = String::from(Shown::of(&self.message));
        let title = match self.kind {
            Kind::Error => Level::ERROR.primary_title(message),
            Kind::Warning(code) => Level::WARNING.primary_title(message).id(code),
        };
        let spots =
            || std::iter::once((Which::First, &self.at)).chain(self.other.iter().map(|spot| (Which::Second, spot)));
        let digits = spots().map(|(_, spot)| spot.digits()).max().unwrap_or(1);
        let places: Vec<Group<'_>> = spots().map(|(which, spot)| spot.group(which, digits, width)).collect();
        let [title, places] = [&[Group::with_title(title)], places.as_slice()].map(|report| renderer.render(report));
        format!("{title}\n{places}\n")
    }

    /// The same, for a terminal of so many columns; `None`: for files, pipes and logs.
    pub(super) fn render(&self, width: Option<u16>, coloured: bool) -> Shown {
        let (renderer, width) = screen(width, coloured);
        Shown::of_painted(&self.text(&renderer, width))
    }

    fn sort_key(&self) -> impl Ord + '_ {
        let place = |spot: &'_ Spot| (spot.file.clone(), spot.position);
        (
            self.order,
            self.position(),
            &self.message,
            self.other.as_ref().map(place),
        )
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(&Renderer::plain(), DEFAULT_TERM_WIDTH))
    }
}

/// Which of the files a place is in.
fn order(sources: &[Source], place: &SourceRef) -> Option<usize> {
    sources.iter().position(|source| source.name == place.file)
}

/// A place with its line.
fn spot(sources: &[Source], place: &SourceRef) -> Spot {
    Spot::of_rule(order(sources, place).and_then(|order| sources.get(order)), place)
}

fn screen(width: Option<u16>, coloured: bool) -> (Renderer, usize) {
    let renderer = if coloured {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    (renderer, width.map_or(DEFAULT_TERM_WIDTH, usize::from))
}

/// Every error of every file, in the order of the files and of the places in them. There is at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyErrors(Vec<PolicyError>);

impl PolicyErrors {
    /// Sorts the errors. Values that an alias repeats would be reported once for each use; they are not.
    pub(super) fn new(mut errors: Vec<PolicyError>) -> Self {
        errors.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        errors.dedup_by(|a, b| a.sort_key() == b.sort_key());
        Self(errors)
    }

    /// The errors, for a terminal of so many columns; `None`: for files, pipes and logs.
    pub fn render(&self, width: Option<u16>, coloured: bool) -> Shown {
        let (renderer, width) = screen(width, coloured);
        Shown::of_painted(&self.text(&renderer, width))
    }

    fn text(&self, renderer: &Renderer, width: usize) -> String {
        let errors: Vec<String> = self.iter().map(|error| error.text(renderer, width)).collect();
        errors.join("\n")
    }

    /// The errors.
    pub fn iter(&self) -> std::slice::Iter<'_, PolicyError> {
        self.0.iter()
    }
}

impl fmt::Display for PolicyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(&Renderer::plain(), DEFAULT_TERM_WIDTH))
    }
}

impl std::error::Error for PolicyError {}

impl std::error::Error for PolicyErrors {}

/// What two rules disagree about. Of each, which is the stricter rule is plain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Disagreement {
    /// Who answers for accounts.
    Owner,
    /// A switch, by its key in policies.
    Setting(&'static str),
    /// A role's meaning, by its name.
    Role(String),
    /// Whether a grant must be there: whose, where.
    Presence(String),
    /// A grant is required, by `first`, and denied: whose, where.
    Denied(String),
}

impl Disagreement {
    /// Identifies it, whatever the lines and the wording.
    pub fn key(&self) -> String {
        let (kind, what) = match self {
            Self::Owner => ("owner", ""),
            Self::Setting(key) => ("switch", *key),
            Self::Role(name) => ("role", name.as_str()),
            Self::Presence(grant) => ("presence", grant.as_str()),
            Self::Denied(grant) => ("denied", grant.as_str()),
        };
        format!("{kind}\n{what}")
    }
}

/// Two rules that cannot both be kept. [`Policy::explain`](super::Policy::explain) shows the lines of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// What they disagree about.
    pub about: Disagreement,
    /// The same as a sentence, and for which account.
    pub message: String,
    /// The one.
    pub first: SourceRef,
    /// The other.
    pub second: SourceRef,
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            message, first, second, ..
        } = self;
        let places = Shown::of(&format!("{first} and {second}"));
        write!(f, "{message} ({places})")
    }
}
