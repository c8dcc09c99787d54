//! What principals are called, and which rules hold for them: the policy's names and rules over the tenant's directory.

use super::wording::quote;
use crate::model::{PrincipalId, PrincipalRef, Shown};
use crate::policy::{Policy, PrincipalRule};
use crate::resolve::Directory;
use std::collections::BTreeMap;

/// The directory, with the names that the policy gives to principals.
pub(super) struct Names<'a> {
    pub(super) directory: &'a Directory<'a>,
    own: BTreeMap<&'a PrincipalId, &'a str>,
}

impl<'a> Names<'a> {
    pub(super) fn new(policy: &'a Policy, directory: &'a Directory<'a>) -> Self {
        let own = policy.principals.iter();
        Self {
            own: own.map(|principal| (&principal.id, principal.name.as_str())).collect(),
            directory,
        }
    }

    /// A principal with the policy's name for it, or else the directory's.
    pub(super) fn principal(&self, id: &PrincipalId) -> PrincipalRef {
        let principal = self.directory.principal(id);
        match self.own.get(id) {
            Some(name) => PrincipalRef {
                name: Some((*name).to_owned()),
                ..principal
            },
            None => principal,
        }
    }

    /// A principal as messages write it.
    pub(super) fn quoted(&self, id: &PrincipalId) -> Shown {
        quote(&self.principal(id).to_string())
    }

    /// Whether a rule about a principal holds for `id`: because it names it, or a group that it is in.
    pub(super) fn applies(&self, rule: &PrincipalRule, id: &PrincipalId) -> bool {
        rule.matches(id) || self.directory.groups_of(id).iter().any(|group| rule.matches(group))
    }

    /// Whether a rule about a principal says something of what `id` is given: it holds for it, or for one who is in it.
    pub(super) fn concerns(&self, rule: &PrincipalRule, id: &PrincipalId) -> bool {
        let is_member = || match rule {
            PrincipalRule::One(one) => self.directory.is_or_is_in(one, id),
            PrincipalRule::Anyone => true,
        };
        self.applies(rule, id) || is_member()
    }

    /// Whether a list of principals names `id`: itself, a group that it is in, or all people in the group that it is.
    pub(super) fn includes(&self, list: &[&PrincipalId], id: &PrincipalId) -> bool {
        let named = |id: &PrincipalId| list.iter().any(|named| self.directory.is_or_is_in(id, named));
        let people = || self.directory.all_people(id);
        named(id) || people().is_some_and(|people| people.into_iter().all(named))
    }
}
