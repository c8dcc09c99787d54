//! Paths to the data that begin outside the account: taking over a managed identity, and restoring a backup.

use super::bypass::Doubt;
use super::powers::{Power, Powers};
use crate::model::takeover::{
    ASSIGN, ASSIGN_BELOW, ASSIGN_ROLES, FEDERATE, Identity, RESTORE, WRITE_ACCOUNT, sign_ins_at,
};
use crate::model::{AzureScope, PrincipalId};
use crate::resolve::directory::Directory;
use foldhash::{HashMap, HashMapExt};
use std::sync::{Arc, PoisonError, RwLock};

/// What somebody can do through one assignment, or two.
#[derive(Debug, Clone)]
pub struct Chain<'a> {
    /// Who.
    pub actor: &'a PrincipalId,
    /// What opens the path.
    pub first: Power<'a>,
    /// What it takes besides.
    pub second: Option<Power<'a>>,
}

impl<'a> Chain<'a> {
    /// Why it may not be open.
    pub fn doubts(&self) -> impl Iterator<Item = Doubt<'a>> {
        let second = self.second.iter().flat_map(|power| &power.doubts);
        self.first.doubts.iter().chain(second).copied()
    }

    /// Whether nothing stands in the way.
    pub fn is_certain(&self) -> bool {
        self.doubts().next().is_none()
    }
}

/// Who can take over managed identities.
pub struct Takeovers<'p, 'a> {
    powers: &'p Powers<'a>,
    directory: &'p Directory<'a>,
    /// Who can run code, and has what a principal has: worked out once for each, as thousands of identities ask for the same.
    computing: RwLock<HashMap<&'a PrincipalId, Arc<Vec<Second<'a>>>>>,
}

/// Somebody who has what two assignments give.
#[derive(Debug, Clone)]
struct Second<'a> {
    actor: &'a PrincipalId,
    power: Power<'a>,
}

impl<'a> Takeovers<'_, 'a> {
    /// Who can take over one. `None`: nobody knows where it is, so that all that could concern it counts.
    pub fn of(&self, identity: Option<&AzureScope>) -> Vec<Chain<'a>> {
        let at = |action: &str| match identity {
            Some(place) => self.powers.at(action, place, self.directory),
            None => self.powers.anywhere(action).to_vec(),
        };
        let alone = match identity.map(Identity::at) {
            None => vec![FEDERATE],
            Some(Identity::UserAssigned) => vec![FEDERATE, ASSIGN_ROLES],
            Some(Identity::Of(actions)) => {
                let sign_ins = identity.into_iter().flat_map(sign_ins_at);
                actions.iter().copied().chain(sign_ins).chain([ASSIGN_ROLES]).collect()
            }
            Some(Identity::OfUnknownHost) => vec![ASSIGN_ROLES],
        };
        let mut chains: Vec<Chain<'a>> = (alone.into_iter().flat_map(&at))
            .map(|first| Chain {
                actor: first.holder.principal(),
                first,
                second: None,
            })
            .collect();
        if matches!(identity.map(Identity::at), None | Some(Identity::UserAssigned)) {
            for first in [ASSIGN, ASSIGN_BELOW].into_iter().flat_map(at) {
                let seconds = self.computing(first.holder.principal());
                chains.extend(joined(&first, &seconds));
            }
        }
        chains
    }

    fn computing(&self, id: &'a PrincipalId) -> Arc<Vec<Second<'a>>> {
        let known = self.computing.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(id) {
            return Arc::clone(known);
        }
        drop(known);
        let powers = self.powers.computing_with(id, self.directory);
        let found = Arc::new(seconds(self.directory, id, powers.into_iter()));
        let mut known = self.computing.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(id).or_insert(found))
    }
}

impl<'a> Powers<'a> {
    /// Who can take over managed identities.
    pub fn takeovers<'p>(&'p self, directory: &'p Directory<'a>) -> Takeovers<'p, 'a> {
        Takeovers {
            powers: self,
            directory,
            computing: RwLock::default(),
        }
    }

    /// Who can restore accounts of a subscription into others that they can read.
    pub fn restores(&self, subscription: &str, directory: &Directory<'a>) -> Vec<Chain<'a>> {
        let place = AzureScope::new(format!("/subscriptions/{subscription}"));
        let mut firsts = self.at(RESTORE, &place, directory);
        // A restorable account is named by an id of its own, which no list that is read connects with the account.
        let single = self.anywhere(RESTORE).iter().filter(|power| {
            let scope = power.holder.scope();
            scope.subscription() == place.subscription() && scope.key().contains("/microsoft.documentdb/locations/")
        });
        firsts.extend(single.cloned().map(|mut power| {
            power.doubts.push(Doubt::OneRestorable);
            power
        }));
        // Whoever can assign roles somewhere can write accounts there.
        let writes = || {
            let assigns = self.in_subscription(ASSIGN_ROLES, subscription);
            self.in_subscription(WRITE_ACCOUNT, subscription).chain(assigns)
        };
        firsts
            .iter()
            .flat_map(|first| {
                let seconds = seconds(directory, first.holder.principal(), writes());
                joined(first, &seconds).collect::<Vec<_>>()
            })
            .collect()
    }
}

/// One chain for each who has both.
fn joined<'a>(first: &Power<'a>, seconds: &[Second<'a>]) -> impl Iterator<Item = Chain<'a>> {
    let chain = |second: &Second<'a>| Chain {
        actor: second.actor,
        first: first.clone(),
        second: Some(second.power.clone()),
    };
    seconds.iter().map(chain)
}

/// Of each who has what `first` has together with what the holder of one of `powers` has, the power that leaves the fewest
/// doubts.
fn seconds<'a, 'p>(
    directory: &Directory<'a>,
    first: &'a PrincipalId,
    powers: impl Iterator<Item = &'p Power<'a>>,
) -> Vec<Second<'a>>
where
    'a: 'p,
{
    let mut found: Vec<Second<'a>> = Vec::new();
    let mut place_of: HashMap<&PrincipalId, usize> = HashMap::new();
    for power in powers {
        for actor in directory.both(first, power.holder.principal()) {
            let second = || Second {
                actor,
                power: power.clone(),
            };
            let place = *place_of.entry(actor).or_insert(found.len());
            match found.get_mut(place) {
                Some(known) if known.power.doubts.len() > power.doubts.len() => *known = second(),
                Some(_) => {}
                None => found.push(second()),
            }
        }
    }
    found
}
