//! Who is asked about.

use super::error::{AskError, did_you_mean};
use crate::model::glob::Case;
use crate::model::{Glob, PrincipalId, guid};
use crate::policy::Policy;
use crate::resolve::Directory;
use std::collections::{BTreeMap, BTreeSet};

/// Who is asked about: all that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The text.
    pub text: String,
    /// The principals, sorted by id.
    pub principals: Vec<PrincipalId>,
    /// Whether the text is no wildcard, and several principals have it as their name.
    pub is_ambiguous: bool,
    /// Whether neither the directory nor the policy knows the id.
    pub is_unknown: bool,
}

impl Who {
    /// Whether it is a user of MongoDB itself.
    pub(super) fn is_mongo_user(&self) -> bool {
        self.principals.iter().all(PrincipalId::is_mongo_user)
    }

    /// Whom a text names: an object id, a name, or a name with `*`.
    pub(super) fn parse(text: &str, directory: &Directory<'_>, policy: &Policy) -> Result<Self, AskError> {
        let text = text.trim();
        let named = names(directory, policy);
        let id = PrincipalId::from(text);
        let is_known = directory.record(&id).is_some() || named.values().any(|ids| ids.contains(&id));
        let found = |principals, is_ambiguous, is_unknown| Self {
            text: text.to_owned(),
            principals,
            is_ambiguous,
            is_unknown,
        };
        if id.is_mongo_user() {
            return Ok(found(vec![id], false, false));
        }
        if is_known || guid::parse(text).is_some() {
            return Ok(found(vec![id], false, !is_known));
        }
        let glob = Glob::new(text, Case::Ignored);
        let fits = |name: &str| match glob.is_literal() {
            // Also names of letters that have no case in ASCII.
            true => name == text || name.to_lowercase() == text.to_lowercase(),
            false => glob.matches(name),
        };
        let matching = named.iter().filter(|(name, _)| fits(name));
        let all: BTreeSet<&PrincipalId> = matching.flat_map(|(_, ids)| ids.iter()).collect();
        if all.is_empty() || text.is_empty() {
            let what = if glob.is_literal() {
                "unknown principal"
            } else {
                "no principal matches"
            };
            let hint = did_you_mean(text, "principals", named.keys().map(String::as_str));
            return Err(AskError::new(format!("{what} `{text}`"), hint));
        }
        let principals: Vec<PrincipalId> = all.into_iter().cloned().collect();
        let is_ambiguous = glob.is_literal() && principals.len() > 1;
        Ok(found(principals, is_ambiguous, false))
    }
}

/// Every name that the directory or the policy gives, with those who have it.
fn names(directory: &Directory<'_>, policy: &Policy) -> BTreeMap<String, BTreeSet<PrincipalId>> {
    let mut all: BTreeMap<String, BTreeSet<PrincipalId>> = BTreeMap::new();
    let own = policy.principals.iter().map(|one| (&one.id, one.name.as_str()));
    for (id, name) in directory.names().chain(own) {
        all.entry(name.to_owned()).or_default().insert(id.clone());
    }
    all
}
