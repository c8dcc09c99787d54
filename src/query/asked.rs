//! A question as it was typed.

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Names or ids of principals; none: everybody.
    pub principals: Vec<String>,
    /// A data action, a wildcard, or a word.
    pub can: Option<String>,
    /// A place.
    pub on: Option<String>,
    /// Names of accounts, any of which will do.
    pub accounts: Vec<String>,
    /// Names or ids of subscriptions, any of which will do.
    pub subscriptions: Vec<String>,
    /// Tags (`KEY=VALUE`), all of which an account must have.
    pub tags: Vec<String>,
}
