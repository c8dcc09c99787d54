//! The copies that an expression stands in.

use std::sync::Arc;

/// The copies around an expression, the innermost last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Loops(Vec<Turn>);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Turn {
    name: Option<Arc<str>>,
    index: i64,
    /// Whether it copies a resource. `copyIndex()` without a name means the innermost of these.
    is_of_resources: bool,
}

impl Loops {
    /// One turn of a copy of resources more.
    pub(super) fn with(&self, name: Option<Arc<str>>, index: i64) -> Self {
        self.turned(name, index, true)
    }

    /// One turn of a copy of a field or a variable more.
    pub(super) fn with_field(&self, name: Arc<str>, index: i64) -> Self {
        self.turned(Some(name), index, false)
    }

    fn turned(&self, name: Option<Arc<str>>, index: i64, is_of_resources: bool) -> Self {
        let mut all = self.0.clone();
        all.push(Turn {
            name,
            index,
            is_of_resources,
        });
        Self(all)
    }

    /// The turn of a copy.
    pub(super) fn index(&self, name: Option<&str>) -> Option<i64> {
        let mut inner = self.0.iter().rev();
        let found = match name {
            Some(name) => inner.find(|turn| turn.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))),
            None => inner.find(|turn| turn.is_of_resources).or(self.0.last()),
        };
        found.map(|turn| turn.index)
    }
}
