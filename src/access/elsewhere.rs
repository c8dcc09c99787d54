//! Access whose path begins outside the account: somebody acts as a managed identity that has access, or restores the account
//! into one that they can read. Whoever has a shorter path gets no such row.

use super::account::AccountAccess;
use super::data::Sure;
use super::row::{Route, Row};
use crate::model::bypass::Caveat;
use crate::model::{Account, BypassKind, Keys, PrincipalId, Scope};
use crate::resolve::{Bypass, Chain, Directory, Doubt, Reached, Takeovers, Tenant};
use foldhash::{HashMap, HashMapExt};
use std::borrow::Borrow;
use std::sync::{Arc, Mutex, PoisonError};

type Chains<'t> = Arc<[Arc<Chain<'t>>]>;

/// The paths that begin outside accounts, each worked out when an account first needs it.
pub struct Elsewhere<'t> {
    tenant: &'t Tenant<'t>,
    ways: Takeovers<'t, 't>,
    takeovers: Mutex<HashMap<&'t PrincipalId, Chains<'t>>>,
    restores: Mutex<HashMap<String, Chains<'t>>>,
}

impl<'t> Elsewhere<'t> {
    /// Of a tenant.
    pub fn new(tenant: &'t Tenant<'t>) -> Self {
        Self {
            tenant,
            ways: tenant.powers.takeovers(&tenant.directory),
            takeovers: Mutex::default(),
            restores: Mutex::default(),
        }
    }

    /// The rows of an account, whose own rows are given.
    pub fn rows<'x>(&self, account: &AccountAccess<'_, 't>, own: &[Row<'x, 't>]) -> Vec<Row<'x, 't>>
    where
        't: 'x,
    {
        let mut rows = Vec::new();
        let shorter = Shorter::of(
            &self.tenant.directory,
            account.record.account.keys(),
            account.bypasses(),
        );
        for row in own.iter().filter(|row| is_open(account, row)) {
            for identity in self.tenant.directory.identities(row.principal) {
                self.as_identity(account, row, identity, &shorter, &mut rows);
            }
        }
        self.copies(account, &shorter, &mut rows);
        rows
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
        for chain in self.takeovers(identity).iter() {
            // The identity has its own access.
            if chain.actor == identity || shorter.spares(chain.actor, row.manages) {
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
            if shorter.spares(chain.actor, Sure::No) {
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

    fn takeovers(&self, identity: &'t PrincipalId) -> Chains<'t> {
        let known = || self.takeovers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(identity) {
            return Arc::clone(found);
        }
        // Other accounts needn't wait for it.
        let at = self.tenant.directory.resource(identity);
        let found = best(self.ways.of(at.as_ref()));
        Arc::clone(known().entry(identity).or_insert(found))
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
        Route::RoleAssignment(_) => true,
        Route::Keys { .. } => account.record.account.keys() != Keys::Refused,
        Route::AzureRole { reached, .. } => !reached.doubts.contains(&Doubt::Action(Caveat::NotSeen)),
        Route::Identity { .. } | Route::Copy { .. } => false,
    }
}

/// Who certainly can grant access to an account or read keys that it accepts, so that a path from elsewhere gives them nothing.
pub struct Shorter<'t> {
    directory: &'t Directory<'t>,
    granters: Vec<&'t PrincipalId>,
    key_readers: Vec<&'t PrincipalId>,
}

impl<'t> Shorter<'t> {
    /// Of the account of a place.
    pub fn at(tenant: &'t Tenant<'t>, place: usize) -> Self {
        let keys = tenant.account(place).map_or(Keys::Unknown, Account::keys);
        Self::of(&tenant.directory, keys, tenant.control.on(place))
    }

    fn of<'x>(
        directory: &'t Directory<'t>,
        keys: Keys,
        bypasses: impl Iterator<Item = (&'t Bypass<'t>, impl Borrow<Reached<'x, 't>>)>,
    ) -> Self
    where
        't: 'x,
    {
        let (mut granters, mut key_readers) = (Vec::new(), Vec::new());
        for (bypass, _) in bypasses.filter(|(_, reached)| reached.borrow().is_certain()) {
            match bypass.kind {
                BypassKind::GrantData | BypassKind::AssignRoles => granters.push(bypass.holder.principal()),
                BypassKind::ReadKeys if keys == Keys::Accepted => key_readers.push(bypass.holder.principal()),
                BypassKind::ReadKeys | BypassKind::ReadReadOnlyKeys | BypassKind::ChangeAccount => {}
            }
        }
        for list in [&mut granters, &mut key_readers] {
            list.sort_unstable();
            list.dedup();
        }
        Self {
            directory,
            granters,
            key_readers,
        }
    }

    /// Whether somebody is one of them, or in one of them.
    pub fn has(&self, actor: &PrincipalId) -> bool {
        self.is_in(&self.granters, actor) || self.is_in(&self.key_readers, actor)
    }

    /// Whether a path that lets somebody manage the account as surely as `manages` gives them nothing: keys change no settings.
    fn spares(&self, actor: &PrincipalId, manages: Sure) -> bool {
        self.is_in(&self.granters, actor) || (manages == Sure::No && self.is_in(&self.key_readers, actor))
    }

    fn is_in(&self, list: &[&PrincipalId], actor: &PrincipalId) -> bool {
        let is_one = |id: &PrincipalId| list.binary_search(&id).is_ok();
        is_one(actor) || self.directory.groups_of(actor).iter().any(|group| is_one(group))
    }
}
