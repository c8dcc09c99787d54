//! Why something could not be read.

use super::code::Code;
use crate::model::Gap;

/// Longest text that is taken over from an answer.
const TEXT_CAP: usize = 2_000;

/// Why a request, or the reading of its answer, failed. Becomes a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) status: Option<u16>,
    pub(crate) code: String,
    pub(crate) message: String,
}

impl Failure {
    /// A failure of ours: the service did not name it.
    pub(crate) fn new(status: Option<u16>, code: Code, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.word().to_owned(),
            message: message.into(),
        }
    }

    pub(crate) fn into_gap(self, what: &str, item: Option<&str>) -> Gap {
        Gap {
            what: what.to_owned(),
            item: item.map(|item| cut(item.to_owned())),
            status: self.status,
            code: cut(self.code),
            message: cut(self.message),
        }
    }
}

/// Bounds a text that the service chose: an error message may be as long as a body.
pub(crate) fn cut(mut text: String) -> String {
    if let Some((at, _)) = text.char_indices().nth(TEXT_CAP) {
        text.truncate(at);
        text.push('…');
        text.shrink_to_fit();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(cut("é".repeat(TEXT_CAP)).chars().count(), TEXT_CAP);
        assert_eq!(cut("é".repeat(TEXT_CAP + 9)).chars().count(), TEXT_CAP + 1);
    }
}
