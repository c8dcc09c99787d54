//! Paths to the data that begin outside the account: taking over a managed identity, and restoring a backup.

use super::bypass::Doubt;
use super::powers::{Power, Powers};
use crate::model::takeover::{ASSIGN, ASSIGN_BELOW, ASSIGN_ROLES, FEDERATE, Identity, RESTORE, WRITE_ACCOUNT};
use crate::model::{AzureScope, PrincipalId};
use crate::resolve::directory::Directory;

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

impl<'a> Powers<'a> {
    /// Who can take over a managed identity. `None`: nobody knows where it is, so that all that could concern it counts.
    pub fn takeovers(&self, identity: Option<&AzureScope>, directory: &Directory<'a>) -> Vec<Chain<'a>> {
        let at = |action: &str| match identity {
            Some(place) => self.at(action, place, directory),
            None => self.anywhere(action).to_vec(),
        };
        let alone = match identity.map(Identity::at) {
            None => vec![FEDERATE],
            Some(Identity::UserAssigned) => vec![FEDERATE, ASSIGN_ROLES],
            Some(Identity::Of(actions)) => actions.iter().copied().chain([ASSIGN_ROLES]).collect(),
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
                let seconds = self.computing_with(first.holder.principal(), directory);
                chains.extend(joined(directory, &first, seconds.into_iter()));
            }
        }
        chains
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
            .flat_map(|first| joined(directory, first, writes()))
            .collect()
    }
}

/// One chain for each who has both, through the second assignment that leaves the fewest doubts.
fn joined<'a, 'p>(
    directory: &Directory<'a>,
    first: &Power<'a>,
    seconds: impl Iterator<Item = &'p Power<'a>>,
) -> Vec<Chain<'a>>
where
    'a: 'p,
{
    let mut chains: Vec<Chain<'a>> = Vec::new();
    for second in seconds {
        for actor in directory.both(first.holder.principal(), second.holder.principal()) {
            let chain = Chain {
                actor,
                first: first.clone(),
                second: Some(second.clone()),
            };
            match chains.iter_mut().find(|known| known.actor == actor) {
                Some(known) if known.doubts().count() > chain.doubts().count() => *known = chain,
                Some(_) => {}
                None => chains.push(chain),
            }
        }
    }
    chains
}
