//! Text in which names stand in backticks.

use crate::model::Shown;
use askama::Template;

#[derive(Template)]
#[template(path = "sentence.html")]
pub(super) struct Sentence {
    /// Whether it is a name, and the piece.
    pieces: Vec<(bool, Shown)>,
}

impl Sentence {
    pub(super) fn of(text: &Shown) -> Self {
        let pieces = text.split('`').enumerate();
        Self {
            pieces: pieces.map(|(place, piece)| (place % 2 == 1, piece)).collect(),
        }
    }
}
