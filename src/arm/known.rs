//! Values that a body may not tell.

use super::code::Code;
use super::failure::Failure;
use crate::model::Gap;

/// A value, or why it is unknown. Unlike an `Option`, it cannot be taken for a value that is merely not set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Known<T> {
    /// The body tells it.
    Known(T),
    /// It does not.
    Unknown(Why),
}

/// Why a value is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Why {
    /// What stands in its place is not what the API describes; in words.
    Malformed(String),
}

impl<T> Known<T> {
    /// As a snapshot has it: the value, or `None` and a gap that says why.
    pub(crate) fn or_gap(self, what: &str, item: Option<&str>, gaps: &mut Vec<Gap>) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(Why::Malformed(message)) => {
                gaps.push(Failure::new(None, Code::MalformedField, message).into_gap(what, item));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_leaves_a_gap() {
        let mut gaps = Vec::new();
        assert_eq!(Known::Known(7).or_gap("x", None, &mut gaps), Some(7));
        assert_eq!(gaps, []);
        let unknown: Known<i32> = Known::Unknown(Why::Malformed("no number".to_owned()));
        assert_eq!(unknown.or_gap("x", Some("a"), &mut gaps), None);
        assert_eq!(
            (gaps[0].what.as_str(), gaps[0].item.as_deref(), gaps[0].message.as_str()),
            ("x", Some("a"), "no number")
        );
    }
}
