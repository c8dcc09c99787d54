//! Whether the keys of an account work, in one word: for exports, whose readers filter by it.

use crate::finding::AccountSummary;
use crate::model::Keys;

/// Whether account keys work, or passwords in a cluster. Only `disabled` is certain to keep them out.
pub(super) fn local_auth(account: &AccountSummary) -> &'static str {
    match Keys::of(account.api, account.local_auth_disabled) {
        _ if account.accepts_anyone => "no-authentication",
        Keys::Refused => "disabled",
        Keys::SaidRefused => "possibly-disabled",
        Keys::Accepted => "enabled",
        Keys::Unknown => "unknown",
    }
}
