//! What waivers tell findings apart by.

use super::scale::Confidence;
use crate::model::{PrincipalId, Scope};
use std::borrow::Cow;

/// The values of a finding that the keys of a waiver are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected<'f> {
    /// The names of the accounts concerned; `None`: it concerns the policy or the whole scan.
    pub accounts: Option<Vec<&'f str>>,
    /// Who is concerned.
    pub principal: Option<&'f PrincipalId>,
    /// Where.
    pub scope: Option<Scope>,
    /// The name of the role that it is about, or that the access comes through.
    pub role: Option<&'f str>,
    /// How sure it is.
    pub confidence: Confidence,
    /// Its fingerprint.
    pub fingerprint: Cow<'f, str>,
}

impl<'f> Selected<'f> {
    /// The name of the account concerned, if all that are concerned have the same; case is ignored.
    pub fn account(&self) -> Option<&'f str> {
        let (first, others) = self.accounts.as_deref()?.split_first()?;
        (others.iter().all(|other| other.eq_ignore_ascii_case(first))).then_some(*first)
    }
}
