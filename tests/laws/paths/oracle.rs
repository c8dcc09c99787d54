//! Who can read which account in the end, by trying every step until nothing is new: slow, and obvious.

use super::estate::{
    ACCOUNTS, Assigned, Estate, IDENTITIES, Listed, PERSONS, Place, Power, USERS, Who, group_of_account,
    subscription_of,
};
use crate::evaluator::Sure;
use std::collections::BTreeSet;

impl Estate {
    /// The principals whose assignments count for a person: itself and the groups that it is in.
    fn stands_for(&self, person: usize) -> Vec<usize> {
        let groups = self.groups.iter().enumerate();
        let own = groups.filter(|(_, members)| members.contains(&person));
        own.map(|(group, _)| PERSONS + group).chain([person]).collect()
    }

    /// The places that a resource is in, itself among them.
    fn around(place: Place, group: usize) -> [Place; 4] {
        [
            Place::Root,
            Place::Subscription(subscription_of(group)),
            Place::Group(group),
            place,
        ]
    }

    fn around_identity(&self, identity: usize) -> [Place; 4] {
        Self::around(Place::Identity(identity), self.identities[identity].0)
    }

    fn around_account(account: usize) -> [Place; 4] {
        Self::around(Place::Account(account), group_of_account(account))
    }

    /// How surely a person has a power at one of some places.
    fn has(&self, person: usize, power: Power, is_there: impl Fn(&Assigned) -> bool) -> Sure {
        let ids = self.stands_for(person);
        let own =
            (self.assigned.iter()).filter(|one| ids.contains(&one.who) && one.powers.contains(&power) && is_there(one));
        own.map(|one| if one.is_eligible { Sure::Possible } else { Sure::Certain })
            .max()
            .unwrap_or(Sure::No)
    }

    fn at(&self, person: usize, power: Power, places: &[Place]) -> Sure {
        self.has(person, power, |one| places.contains(&one.place))
    }

    /// How surely a person can act as an identity, by themselves.
    pub(super) fn acts_as(&self, person: usize, identity: usize) -> Sure {
        let places = self.around_identity(identity);
        let alone = match self.identities[identity].1 {
            true => Power::RunCommand,
            false => Power::Federate,
        };
        let one = self
            .at(person, alone, &places)
            .max(self.at(person, Power::AssignRoles, &places));
        if self.identities[identity].1 {
            return one;
        }
        // A machine can be anywhere but where there is something else.
        let is_room = |one: &Assigned| {
            matches!(one.place, Place::Root | Place::Subscription(_) | Place::Group(_)) || self.is_machine(one.place)
        };
        let machines = self.has(person, Power::WriteMachines, is_room);
        one.max(self.at(person, Power::Attach, &places).min(machines))
    }

    fn is_machine(&self, place: Place) -> bool {
        matches!(place, Place::Identity(identity) if self.identities[identity].1)
    }

    /// How surely a person can restore a copy of an account.
    pub(super) fn copies(&self, person: usize, account: usize) -> Sure {
        if !self.accounts[account].1 {
            return Sure::No;
        }
        let subscription = subscription_of(group_of_account(account));
        let restores = self.at(
            person,
            Power::Restore,
            &[Place::Root, Place::Subscription(subscription)],
        );
        let is_room = |one: &Assigned| match one.place {
            Place::Root => true,
            Place::Subscription(_) | Place::Group(_) => self.subscription(one.place) == Some(subscription),
            Place::Identity(_) | Place::Account(_) => false,
        };
        let writes = [Power::WriteAccounts, Power::AssignRoles].map(|power| self.has(person, power, is_room));
        restores.min(writes[0].max(writes[1]))
    }

    /// Whether a person reads the data through a role assignment.
    pub(super) fn reads(&self, person: usize, account: usize) -> bool {
        let ids = self.stands_for(person);
        self.readers.iter().any(|(who, of)| *of == account && ids.contains(who))
    }

    /// How surely a person can read the data at once.
    pub(super) fn at_once(&self, person: usize, account: usize) -> Sure {
        if self.reads(person, account) {
            return Sure::Certain;
        }
        match self.accounts[account].0 {
            true => self.at(person, Power::ReadKeys, &Self::around_account(account)),
            false => Sure::No,
        }
    }

    /// How surely a person can read the data without being somebody else, be it after a change.
    pub(super) fn alone(&self, person: usize, account: usize) -> Sure {
        let places = Self::around_account(account);
        let at = |power| self.at(person, power, &places);
        let switches = at(Power::WriteAccounts).min(at(Power::ReadKeys));
        let grants = at(Power::GrantData).max(at(Power::AssignRoles));
        let own = self.at_once(person, account).max(grants).max(switches);
        own.max(self.copies(person, account))
    }

    /// How surely a person can get at an account in a way that a policy doesn't list them for. Whoever certainly can grant access, or read keys
    /// that work, needs no other way, and what others have through the person is nothing new.
    pub(super) fn beyond(&self, person: usize, account: usize, listed: &Listed) -> Sure {
        let ids = self.stands_for(person);
        let unless = |lists: &[&BTreeSet<Who>], sure: Sure| match lists
            .iter()
            .any(|list| ids.iter().any(|id| list.contains(id)))
        {
            true => Sure::No,
            false => sure,
        };
        let places = Self::around_account(account);
        let at = |power| self.at(person, power, &places);
        let is_open = self.accounts[account].0;
        let keys = if is_open { at(Power::ReadKeys) } else { Sure::No };
        let grants = at(Power::GrantData).max(at(Power::AssignRoles));
        let own = unless(&[&listed.role_admins], grants).max(unless(&[&listed.key_readers], keys));
        if grants == Sure::Certain || keys == Sure::Certain {
            return own;
        }
        let others = self.followed(
            |other, account| match other == person {
                true => Sure::No,
                false => self.alone(other, account),
            },
            Some(person),
        );
        let as_others = (0..IDENTITIES).filter(|identity| USERS + identity != person);
        let as_others = as_others.map(|identity| self.acts_as(person, identity).min(others[USERS + identity][account]));
        let as_others = as_others.max().unwrap_or(Sure::No);
        let (admins, readers) = ([&listed.identity_admins, &listed.role_admins], [&listed.key_readers]);
        let as_others = unless(if is_open { &readers } else { &[] }, unless(&admins, as_others));
        own.max(unless(&readers, self.copies(person, account))).max(as_others)
    }

    /// How surely each person can read each account in the end.
    pub(super) fn in_the_end(&self) -> Vec<[Sure; ACCOUNTS]> {
        self.followed(|person, account| self.alone(person, account), None)
    }

    /// The same of whatever an identity is worth being taken over for: to read, or to change the account.
    pub(super) fn worth(&self) -> Vec<[Sure; ACCOUNTS]> {
        self.followed(
            |person, account| {
                let changes = self.at(person, Power::WriteAccounts, &Self::around_account(account));
                self.alone(person, account).max(changes)
            },
            None,
        )
    }

    /// What persons have by themselves, and through everybody whom they can be; nobody has it through the person `without`.
    fn followed(&self, alone: impl Fn(usize, usize) -> Sure, without: Option<usize>) -> Vec<[Sure; ACCOUNTS]> {
        let alone = |person| std::array::from_fn(|account| alone(person, account));
        let mut found: Vec<[Sure; ACCOUNTS]> = (0..PERSONS).map(alone).collect();
        loop {
            let before = found.clone();
            for person in (0..PERSONS).filter(|person| Some(*person) != without) {
                for identity in 0..IDENTITIES {
                    let step = self.acts_as(person, identity);
                    for account in 0..ACCOUNTS {
                        let theirs = before[USERS + identity][account].min(step);
                        found[person][account] = found[person][account].max(theirs);
                    }
                }
            }
            if found == before {
                return found;
            }
        }
    }
}
