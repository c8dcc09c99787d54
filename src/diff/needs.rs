//! What a scan must have read to know that a path isn't there. A path that one scan has and the other lacks is a change only
//! where the other read all of this.
//!
//! Each kind of path says it in [`Needs::of`]. What isn't on the list here is the same in both scans: `level` sees to it.

use super::unread::AzureLists;
use crate::access::Route;
use crate::model::bypass::ROLE_DEFINITIONS_WRITE;
use crate::model::{AccountId, AzureScope};
use crate::resolve::{Bypass, DenyDoubt, Directory, Doubt, Holder, Power, Reached};
use std::collections::BTreeSet;

/// What a path depends on.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// The role definitions and role assignments of the account.
    account: bool,
    /// Lists of Azure RBAC, each with its subscription, in lower case; `None`: of every subscription that was read.
    azure: BTreeSet<(Option<String>, &'static str)>,
    /// Whether it depends on everything that Azure RBAC says, and on what of it wasn't read.
    everything: bool,
}

/// The subscription of an account, in the scan that has the path and in the other one.
#[derive(Clone, Copy)]
struct Home<'a> {
    own: &'a str,
    there: &'a str,
}

/// What of an account, and of Azure RBAC, the scans read.
#[derive(Clone, Copy)]
pub(super) struct Readings<'w> {
    /// Whether the other scan read the account's own roles.
    pub(super) account: bool,
    /// Azure RBAC as the scan has it that has the path.
    pub(super) own: &'w AzureLists<'w>,
    /// As the other scan has it.
    pub(super) other: &'w AzureLists<'w>,
}

/// What the other scan didn't read.
pub(super) struct Lacking {
    /// The subscriptions of its lists of Azure RBAC, in lower case.
    pub(super) subscriptions: BTreeSet<String>,
}

impl Needs {
    /// What a path to an account depends on, which can have another ID in the other scan. `directory` knows where managed identities
    /// are.
    pub(super) fn of(route: &Route<'_, '_>, (own, there): (&AccountId, &AccountId), directory: &Directory<'_>) -> Self {
        let own = Home {
            own: own.subscription(),
            there: there.subscription(),
        };
        let mut needs = Self::default();
        needs.add(route, own, directory);
        needs
    }

    fn add(&mut self, route: &Route<'_, '_>, own: Home<'_>, directory: &Directory<'_>) {
        match route {
            Route::RoleAssignment(_) | Route::UnknownRole { .. } => self.account = true,
            Route::UnknownAzureRole(holder) => self.at_home(*holder, own),
            Route::Keys { bypass, reached } => self.bypass(bypass, reached, own),
            Route::AzureRole { bypass, reached, with } => {
                self.bypass(bypass, reached, own);
                if let Some((bypass, reached)) = with {
                    self.bypass(bypass, reached, own);
                }
            }
            Route::Identity {
                identity,
                chain,
                is_lost: _,
                through,
            } => {
                self.add(through, own, directory);
                let place = directory.resource(identity);
                let place = place.as_ref().and_then(AzureScope::subscription);
                self.power(&chain.first, place);
                // What runs code can be anywhere.
                self.powers(chain.second.as_ref(), None);
            }
            Route::Copy { chain, is_guess: _ } => {
                self.at_home(chain.first.holder, own);
                if let Some(second) = &chain.second {
                    self.at_home(second.holder, own);
                }
            }
        }
    }

    fn bypass(&mut self, bypass: &Bypass<'_>, reached: &Reached<'_, '_>, own: Home<'_>) {
        self.at_home(bypass.holder, own);
        // Whether a role can be widened depends on who has custom roles anywhere.
        self.everything |= reached.via.action.name == ROLE_DEFINITIONS_WRITE;
        let is_lifted = |doubt: &Doubt<'_>| {
            let why = DenyDoubt::Lifted;
            matches!(doubt, Doubt::DenyUnsure { why: own, .. } if *own == why)
        };
        if reached.doubts.iter().any(is_lifted) {
            let lists = AzureLists::THAT_GIVE.into_iter();
            let there = own.there.to_ascii_lowercase();
            self.azure.extend(lists.map(|list| (Some(there.clone()), list)));
        }
    }

    /// An assignment that reaches an account is in the list of the account's subscription. Where the account was, another one can't
    /// have reached it.
    fn at_home(&mut self, holder: Holder<'_>, own: Home<'_>) {
        let is_elsewhere = |subscription: &&str| !subscription.eq_ignore_ascii_case(own.own);
        let subscription = holder.scope().subscription().filter(is_elsewhere);
        self.list(holder, Some(subscription.unwrap_or(own.there)));
    }

    fn powers(&mut self, power: Option<&Power<'_>>, place: Option<&str>) {
        power.into_iter().for_each(|power| self.power(power, place));
    }

    fn power(&mut self, power: &Power<'_>, place: Option<&str>) {
        self.holder(power.holder, place);
    }

    /// An assignment is in the list of its subscription. One from above is in the list of every subscription below it, and holds
    /// for a place where that one's subscription lists it.
    fn holder(&mut self, holder: Holder<'_>, place: Option<&str>) {
        self.list(holder, holder.scope().subscription().or(place));
    }

    fn list(&mut self, holder: Holder<'_>, subscription: Option<&str>) {
        self.azure
            .insert((subscription.map(str::to_ascii_lowercase), holder.list()));
    }

    /// What of it the other scan didn't read; `None`: it read all of it.
    pub(super) fn lacking(&self, readings: Readings<'_>) -> Option<Lacking> {
        let Readings { account, own, other } = readings;
        let mut subscriptions = BTreeSet::new();
        for (subscription, list) in &self.azure {
            match subscription {
                Some(id) => subscriptions.extend((!other.has(id, list)).then(|| id.clone())),
                None => subscriptions.extend(own.subscriptions().filter(|id| !other.has(id, list)).map(str::to_owned)),
            }
        }
        let is_same = !self.everything || own.is_read_as(other);
        let is_known = (account || !self.account) && subscriptions.is_empty() && is_same;
        (!is_known).then_some(Lacking { subscriptions })
    }
}
