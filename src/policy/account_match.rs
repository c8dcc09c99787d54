//! Which accounts a block of a policy is for.

use crate::model::casing::is_same;
use crate::model::{Account, Api, Glob, Tags};
use std::collections::BTreeMap;

/// Which accounts a block is for: all its patterns must match.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountMatch {
    /// The account's name, ignoring case.
    pub account: Option<Glob>,
    /// The subscription's id, ignoring case.
    pub subscription: Option<Glob>,
    /// The resource group's name, ignoring case.
    pub resource_group: Option<Glob>,
    /// The account's API.
    pub api: Option<Api>,
    /// Tags: names ignore case (as ARM does), values do not.
    pub tags: BTreeMap<String, Glob>,
}

impl AccountMatch {
    /// Whether the block is for `account`. `None`: it isn't known, as parts of the account's id are known only once it is
    /// deployed; these stand in braces.
    pub fn matches(&self, account: &Account) -> Option<bool> {
        let id = &account.id;
        let fits = [
            fits(self.account.as_ref(), id.name()),
            fits(self.subscription.as_ref(), id.subscription()),
            fits(self.resource_group.as_ref(), id.resource_group()),
            Some(self.api.is_none_or(|api| api == account.api)),
            self.fits_tags(&account.tags),
        ];
        match fits.contains(&Some(false)) {
            true => Some(false),
            false => (!fits.contains(&None)).then_some(true),
        }
    }
}

impl AccountMatch {
    /// Whether tags fit, of which the deployment of a template can be yet to tell some.
    fn fits_tags(&self, tags: &Tags) -> Option<bool> {
        let mut all = Some(true);
        for (name, glob) in &self.tags {
            all = match tags.fits(name, |value| glob.matches(value)) {
                Some(false) => return Some(false),
                Some(true) => all,
                None => None,
            };
        }
        all
    }
}

/// Whether a text of which parts can be in braces, because they aren't known, fits a pattern.
fn fits(glob: Option<&Glob>, text: &str) -> Option<bool> {
    let Some(glob) = glob else {
        return Some(true);
    };
    let (Some((start, _)), Some((_, end))) = (text.split_once('{'), text.rsplit_once('}')) else {
        return Some(glob.matches(text));
    };
    let pattern = glob.as_str().to_lowercase();
    if pattern.chars().all(|c| c == '*') {
        return Some(true);
    }
    let (start, end) = (start.to_lowercase(), end.to_lowercase());
    let first = pattern.split('*').next().unwrap_or_default();
    let last = pattern.rsplit('*').next().unwrap_or_default();
    let agree = |a: &str, b: &str| a.starts_with(b) || b.starts_with(a);
    let agree_at_end = |a: &str, b: &str| a.ends_with(b) || b.ends_with(a);
    let could = agree(&start, first) && agree_at_end(&end, last);
    // What comes before the unknown part can be enough: `orders-*` takes in `orders-{…}`.
    let is_prefix = pattern.strip_suffix('*') == Some(first) && start.starts_with(first);
    match (could, is_prefix) {
        (false, _) => Some(false),
        (true, true) => Some(true),
        (true, false) => None,
    }
}

impl AccountMatch {
    /// Whether every account that `other` is for, is certainly one that this is for.
    pub(super) fn contains(&self, other: &Self) -> bool {
        let wider = |own: &Option<Glob>, theirs: &Option<Glob>| match (own, theirs) {
            (None, _) => true,
            (Some(own), Some(theirs)) => own.contains(theirs),
            (Some(own), None) => own.as_str().chars().all(|c| c == '*'),
        };
        wider(&self.account, &other.account)
            && wider(&self.subscription, &other.subscription)
            && wider(&self.resource_group, &other.resource_group)
            && (self.api.is_none() || self.api == other.api)
            && self.tags.iter().all(|(name, glob)| {
                let mut theirs = other.tags.iter().filter(|(tag, _)| is_same(tag, name));
                theirs.any(|(_, their)| glob.contains(their))
            })
    }
}
