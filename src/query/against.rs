//! What a policy says of access, in a word.

/// What the policy says of a row, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Against {
    /// It matches the policy.
    Matches,
    /// It wasn't compared.
    NotChecked,
    /// It deviates, and a waiver accepts that.
    Waived,
    /// It is worth knowing: the policy doesn't say who is allowed to.
    Noted,
    /// It deviates from the policy.
    Deviates,
}

impl Against {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Matches,
        Self::NotChecked,
        Self::Waived,
        Self::Noted,
        Self::Deviates,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Matches => "matches",
            Self::NotChecked => "not checked",
            Self::Waived => "waived",
            Self::Noted => "noted",
            Self::Deviates => "deviates",
        }
    }
}
