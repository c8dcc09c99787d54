//! What is known of a statement: three values, with the logic of Kleene.

/// Whether a statement holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Truth {
    /// It certainly doesn't.
    False,
    /// It isn't known.
    Unknown,
    /// It certainly does.
    True,
}

impl Truth {
    /// Both hold.
    pub(super) fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// At least one holds.
    pub(super) fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// It doesn't hold.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }

    /// This value where two readings agree on it, otherwise unknown.
    pub(super) fn if_same(self, other: Self) -> Self {
        if self == other { self } else { Self::Unknown }
    }

    /// Whether it could hold.
    pub(super) fn is_possible(self) -> bool {
        self != Self::False
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}
