//! Access whose path begins outside the account: somebody acts as a managed identity that has access, or restores the account
//! into one that they can read. Whoever has a shorter path gets no such row. A managed identity can have its access from another one that
//! it can act as, and so on.

use super::account::AccountAccess;
use super::data::Sure;
use super::row::{Route, Row};
use super::shorter::Shorter;
use crate::model::bypass::Caveat;
use crate::model::takeover::{ASSIGN, ASSIGN_BELOW, Identity};
use crate::model::{ControlPlane, Delegation, Gap, Keys, PrincipalId, Scope, role_key};
use crate::resolve::{Chain, Doubt, Takeovers, Tenant};
use foldhash::{HashMap, HashMapExt, HashSet};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

type Chains<'t> = Arc<[Arc<Chain<'t>>]>;

/// Why it isn't known in full who can act as somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Blind {
    /// The directory says nothing of them: they could be a managed identity.
    NoRecord,
    /// Nobody knows where the managed identity is.
    Lost,
    /// Azure RBAC wasn't read where that is said.
    Unread,
    /// The managed identity is that of a resource of which this version doesn't know what runs code on it.
    UnknownHost,
    /// The managed identity is user-assigned: scans don't read which resources use it, and everyone who can run code on one of them can
    /// act as it.
    Attached,
}

/// Those of whom it isn't known in full who can act as them.
type Blinds<'t> = Arc<[(Blind, &'t PrincipalId)]>;

/// Who can act as an identity.
#[derive(Clone)]
struct Takers<'t> {
    chains: Chains<'t>,
    /// Identities of one class have the same takers, as surely.
    class: usize,
}

/// Those that were asked for.
#[derive(Default)]
struct KnownTakers<'t> {
    of: HashMap<&'t PrincipalId, Takers<'t>>,
    classes: HashMap<Vec<(&'t PrincipalId, bool)>, usize>,
}

/// The paths that begin outside accounts, each worked out when an account first needs it.
pub struct Elsewhere<'t> {
    tenant: &'t Tenant<'t>,
    ways: Takeovers<'t, 't>,
    /// The subscriptions of which Azure RBAC was read in full, in lower case.
    read: HashSet<String>,
    blinds: RwLock<HashMap<PrincipalId, Blinds<'t>>>,
    takers: Mutex<KnownTakers<'t>>,
    restores: Mutex<HashMap<String, Chains<'t>>>,
}

impl<'t> Elsewhere<'t> {
    /// Of a tenant.
    pub fn new(tenant: &'t Tenant<'t>) -> Self {
        let planes = tenant.frame.control_planes.iter();
        let roles = planes.clone().flat_map(|plane| plane.role_definitions.iter().flatten());
        let roles: HashSet<String> = roles.map(|role| role_key(&role.id)).collect();
        // Deny assignments take paths away, and never add one.
        let is_read = |plane: &&ControlPlane| {
            let mut lists = plane.lists().into_iter();
            lists.all(|(what, is_whole)| is_whole || what == Gap::DENY_ASSIGNMENTS)
                && assigned(plane).all(|role| roles.contains(&role_key(role)))
        };
        let read = planes
            .filter(is_read)
            .map(|plane| plane.subscription.to_ascii_lowercase());
        Self {
            tenant,
            ways: tenant.powers.takeovers(&tenant.directory),
            read: read.collect(),
            blinds: RwLock::default(),
            takers: Mutex::default(),
            restores: Mutex::default(),
        }
    }

    /// The rows of an account, whose own rows are given.
    pub fn rows<'x>(&self, account: &AccountAccess<'_, 't>, own: &[Row<'x, 't>]) -> Vec<Row<'x, 't>>
    where
        't: 'x,
    {
        let mut rows = Vec::new();
        let shorter = Shorter::of(account.record.account.keys(), account.bypasses());
        self.copies(account, &shorter, &mut rows);
        let mut acting = Vec::new();
        for row in own.iter().filter(|row| is_open(account, row)).chain(&rows) {
            self.as_others(account, row, &shorter, &mut acting);
        }
        rows.extend(acting);
        rows
    }

    /// Who can act as somebody who has a row, as one of those, and so on. All ways of the first step are told; later ones only where they
    /// let somebody have it who hasn't, or not as surely.
    fn as_others<'x>(
        &self,
        account: &AccountAccess<'_, 't>,
        row: &Row<'x, 't>,
        shorter: &Shorter<'t>,
        rows: &mut Vec<Row<'x, 't>>,
    ) where
        't: 'x,
    {
        let directory = &self.tenant.directory;
        let mut known: HashMap<&PrincipalId, Sure> = HashMap::new();
        known.insert(row.principal, row.sure());
        // The identities on the hosts of a group of resources are mostly taken over by the same: that is followed once.
        let mut followed: HashMap<usize, Sure> = HashMap::new();
        let mut level = Vec::new();
        for identity in directory.identities(row.principal) {
            followed.insert(self.takers(identity).class, row.sure());
            self.as_identity(account, row, identity, shorter, &mut level);
        }
        for found in &level {
            let sure = known.entry(found.principal).or_insert(Sure::No);
            *sure = found.sure().max(*sure);
        }
        while !level.is_empty() {
            let mut next = Vec::new();
            for row in &level {
                for identity in directory.identities(row.principal) {
                    let sure = followed.entry(self.takers(identity).class).or_insert(Sure::No);
                    if row.sure() > *sure {
                        *sure = row.sure();
                        self.as_identity(account, row, identity, shorter, &mut next);
                    }
                }
            }
            rows.append(&mut level);
            for found in next {
                let sure = known.entry(found.principal).or_insert(Sure::No);
                if found.sure() > *sure {
                    *sure = found.sure();
                    level.push(found);
                }
            }
        }
    }

    fn as_identity<'x>(
        &self,
        account: &AccountAccess<'_, 't>,
        row: &Row<'x, 't>,
        identity: &'t PrincipalId,
        shorter: &Shorter<'t>,
        rows: &mut Vec<Row<'x, 't>>,
    ) where
        't: 'x,
    {
        let directory = &self.tenant.directory;
        let is_lost = directory.resource(identity).is_none();
        for chain in self.takers(identity).chains.iter() {
            // The identity has its own access.
            if chain.actor == identity || shorter.spares(directory, chain.actor, row.manages) {
                continue;
            }
            let sure = Sure::of(chain.is_certain() && !is_lost);
            rows.push(Row {
                principal: chain.actor,
                scope: row.scope,
                data: row.data.at_most(&account.access.universe, sure),
                manages: row.manages.min(sure),
                route: Route::Identity {
                    identity,
                    chain: Arc::clone(chain),
                    is_lost,
                    through: Box::new(row.route.clone()),
                },
            });
        }
    }

    fn copies<'x>(&self, account: &AccountAccess<'_, 't>, shorter: &Shorter<'t>, rows: &mut Vec<Row<'x, 't>>)
    where
        't: 'x,
    {
        let Some(is_known) = account.record.account.is_restorable() else {
            return;
        };
        for chain in self.restores(account.record.account.id.subscription()).iter() {
            if shorter.spares(&self.tenant.directory, chain.actor, Sure::No) {
                continue;
            }
            let sure = Sure::of(chain.is_certain() && is_known);
            rows.push(Row {
                principal: chain.actor,
                scope: &Scope::Account,
                data: account.read_only(sure),
                manages: Sure::No,
                route: Route::Copy {
                    chain: Arc::clone(chain),
                    is_guess: !is_known,
                },
            });
        }
    }

    /// Of a principal and those in it, those of whom it isn't known in full who can act as them. Access that these have is then
    /// possibly somebody else's, too.
    pub fn blind(&self, id: &PrincipalId) -> Blinds<'t> {
        let known = self.blinds.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(id) {
            return Arc::clone(found);
        }
        drop(known);
        let directory = &self.tenant.directory;
        let mut found: Vec<(Blind, &'t PrincipalId)> = Vec::new();
        let nameless = directory.nameless_members(id);
        found.extend(nameless.map(|one| (Blind::NoRecord, one)));
        let identities = directory.identities(id).iter();
        found.extend(identities.filter_map(|identity| Some((self.blind_identity(identity)?, *identity))));
        let found: Blinds<'t> = found.into();
        let mut known = self.blinds.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(id.clone()).or_insert(found))
    }

    fn blind_identity(&self, identity: &PrincipalId) -> Option<Blind> {
        let Tenant {
            directory,
            powers,
            frame,
            ..
        } = self.tenant;
        let Some(at) = directory.resource(identity) else {
            return Some(Blind::Lost);
        };
        let is_read = at.subscription().is_some_and(|id| self.read.contains(id));
        // To assign an identity to a machine takes a role on the machine besides, which can be anywhere.
        let takes_another = || {
            let assigns = [ASSIGN, ASSIGN_BELOW].into_iter();
            Identity::at(&at) == Identity::UserAssigned
                && assigns
                    .flat_map(|action| powers.at(action, &at, directory))
                    .next()
                    .is_some()
        };
        let is_all_read = self.read.len() == frame.control_planes.len();
        match Identity::at(&at) {
            _ if !is_read || (!is_all_read && takes_another()) => Some(Blind::Unread),
            Identity::OfUnknownHost => Some(Blind::UnknownHost),
            Identity::UserAssigned => Some(Blind::Attached),
            Identity::Of(_) => None,
        }
    }

    /// Whether one of `who`, or anybody if that is empty, could be somebody who can run code on a resource and has no shorter path to an
    /// account.
    pub fn could_run_code(&self, who: &BTreeSet<&PrincipalId>, shorter: &Shorter<'t>) -> bool {
        let directory = &self.tenant.directory;
        let running = self.tenant.powers.running();
        let is_all_read = self.read.len() == self.tenant.frame.control_planes.len();
        if who.is_empty() {
            return !is_all_read || running.iter().any(|id| !shorter.has(directory, id));
        }
        let runs =
            |id: &PrincipalId| running.contains(id) || directory.groups_of(id).iter().any(|id| running.contains(id));
        let mut who = who
            .iter()
            .filter(|id| !id.is_mongo_user() && !shorter.has(directory, id));
        who.any(|id| !is_all_read || runs(id))
    }

    fn takers(&self, identity: &'t PrincipalId) -> Takers<'t> {
        let known = || self.takers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().of.get(identity) {
            return found.clone();
        }
        // Other accounts needn't wait for it.
        let at = self.tenant.directory.resource(identity);
        let chains = best(self.ways.of(at.as_ref()));
        let who = chains
            .iter()
            .map(|chain| (chain.actor, chain.is_certain() && at.is_some()));
        let who: Vec<_> = who.collect();
        let mut known = known();
        let next = known.classes.len();
        let class = *known.classes.entry(who).or_insert(next);
        known.of.entry(identity).or_insert(Takers { chains, class }).clone()
    }

    fn restores(&self, subscription: &str) -> Chains<'t> {
        let mut known = self.restores.lock().unwrap_or_else(PoisonError::into_inner);
        let key = subscription.to_ascii_lowercase();
        let found = known
            .entry(key)
            .or_insert_with_key(|key| best(self.tenant.powers.restores(key, &self.tenant.directory)));
        Arc::clone(found)
    }
}

/// The roles that a subscription's assignments give, by their ARM ids.
fn assigned(plane: &ControlPlane) -> impl Iterator<Item = &str> {
    let active = plane
        .role_assignments
        .iter()
        .flatten()
        .map(|one| &one.role_definition_id);
    let eligible = plane.eligible.iter().flatten().map(|one| &one.role_definition_id);
    let delegated = plane.delegations.iter().flatten().flat_map(Delegation::all);
    let delegated = delegated.map(|(authorization, _)| &authorization.role_definition_id);
    active.chain(eligible).chain(delegated).map(String::as_str)
}

/// Of each actor the chain with the fewest doubts.
fn best(chains: Vec<Chain<'_>>) -> Arc<[Arc<Chain<'_>>]> {
    let mut places: HashMap<&PrincipalId, usize> = HashMap::new();
    let mut kept: Vec<Chain<'_>> = Vec::new();
    for chain in chains {
        let place = *places.entry(chain.actor).or_insert(kept.len());
        match kept.get_mut(place) {
            Some(known) if chain.doubts().count() < known.doubts().count() => *known = chain,
            Some(_) => {}
            None => kept.push(chain),
        }
    }
    kept.into_iter().map(Arc::new).collect()
}

/// Whether an identity's row is of use to whoever acts as it.
fn is_open(account: &AccountAccess<'_, '_>, row: &Row<'_, '_>) -> bool {
    match &row.route {
        Route::RoleAssignment(_) | Route::UnknownRole { .. } | Route::UnknownAzureRole(_) => true,
        Route::Keys { .. } => account.record.account.keys() != Keys::Refused,
        Route::AzureRole { reached, .. } => !reached.doubts.contains(&Doubt::Action(Caveat::NotSeen)),
        // These are looked at by themselves.
        Route::Identity { .. } | Route::Copy { .. } => false,
    }
}
