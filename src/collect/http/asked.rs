//! How something is asked for.

/// How something is asked for; all of it only reads.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked<'q> {
    /// By a GET.
    Get,
    /// By a GET of Microsoft Graph's index, which counts and lists what its other answers leave out
    /// (learn.microsoft.com/graph/aad-advanced-queries).
    GetEventual,
    /// By a POST of JSON: a question that does not fit into a URL.
    Post(&'q [u8]),
}
