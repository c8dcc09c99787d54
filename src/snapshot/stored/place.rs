//! Where in a snapshot file a record is.

/// Where the record of an account is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The place of the account in the frame.
    pub(super) account: usize,
    /// The line, from 1.
    pub(super) line: usize,
    /// Where the line begins, in what the file unpacks to.
    pub(super) offset: u64,
    /// How many bytes it has, without the line feed.
    pub(super) length: usize,
}
