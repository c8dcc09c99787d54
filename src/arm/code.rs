//! The codes of gaps that this program comes upon by itself. All others are the services' own.

use crate::model::Gap;
use std::fmt;

/// What went wrong, where no service has a code for it. Snapshots hold them as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// The account is being created or deleted.
    AccountInTransition,
    /// The answer broke off.
    AnswerCutOff,
    /// The answer is larger than any may be.
    AnswerTooLarge,
    /// The scan is being stopped.
    Closed,
    /// No connection.
    ConnectionFailed,
    /// A list holds an item twice, differently.
    ContradictoryItem,
    /// There is no new token.
    CredentialFailed,
    /// A request would have left its endpoint.
    ForeignOrigin,
    /// A field is not as the API describes it.
    MalformedField,
    /// An item is not as the API describes it.
    MalformedItem,
    /// The link to the next page leads to one that was read.
    NextLinkLoop,
    /// The link to the next page leads elsewhere.
    NextLinkRefused,
    /// There was no memory to spare for the answer.
    NoRoomForAnswer,
    /// The request failed in some other way.
    RequestFailed,
    /// Roles are assigned, and not listed.
    RolesNotListed,
    /// TLS failed.
    TlsFailed,
    /// No answer came in time.
    TimedOut,
    /// A list is longer than any may be.
    TooManyItems,
    /// A list has more pages than any may have.
    TooManyPages,
    /// All requests were turned away for their number.
    TooManyRequests,
    /// The answer is not what was asked for.
    UnexpectedAnswer,
    /// A name cannot be part of a request.
    UnusableName,
    /// Only the deployment of a template tells.
    UntilDeployment,
    /// A template leaves it as it is.
    AsItIs,
}

impl Code {
    /// As snapshots have it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::AccountInTransition => Gap::ACCOUNT_IN_TRANSITION,
            Self::AnswerCutOff => "AnswerCutOff",
            Self::AnswerTooLarge => "AnswerTooLarge",
            Self::Closed => "Closed",
            Self::ConnectionFailed => "ConnectionFailed",
            Self::ContradictoryItem => Gap::CONTRADICTORY_ITEM,
            Self::CredentialFailed => "CredentialFailed",
            Self::ForeignOrigin => "ForeignOrigin",
            Self::MalformedField => "MalformedField",
            Self::MalformedItem => Gap::MALFORMED_ITEM,
            Self::NextLinkLoop => "NextLinkLoop",
            Self::NextLinkRefused => "NextLinkRefused",
            Self::NoRoomForAnswer => "NoRoomForAnswer",
            Self::RequestFailed => "RequestFailed",
            Self::RolesNotListed => "RolesNotListed",
            Self::TlsFailed => "TlsFailed",
            Self::TimedOut => "TimedOut",
            Self::TooManyItems => "TooManyItems",
            Self::TooManyPages => "TooManyPages",
            Self::TooManyRequests => "TooManyRequests",
            Self::UnexpectedAnswer => "UnexpectedAnswer",
            Self::UnusableName => Gap::UNUSABLE_NAME,
            Self::UntilDeployment => Gap::UNTIL_DEPLOYMENT,
            Self::AsItIs => Gap::AS_IT_IS,
        }
    }

    /// Whether a gap has this code.
    pub(crate) fn is_of(self, gap: &Gap) -> bool {
        gap.code == self.word()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
