//! Who has a shorter path to an account than those that begin outside it, so that these give them nothing.

use super::data::Sure;
use crate::model::{Account, BypassKind, Keys, PrincipalId};
use crate::resolve::{Bypass, Directory, Reached, Tenant};
use std::borrow::Borrow;

/// Who certainly can grant access to an account or read keys that it accepts. Most accounts of a tenant have the same.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Shorter<'t> {
    granters: Vec<&'t PrincipalId>,
    key_readers: Vec<&'t PrincipalId>,
}

impl<'t> Shorter<'t> {
    /// Of the account of a place.
    pub fn at(tenant: &'t Tenant<'t>, place: usize) -> Self {
        let keys = tenant.account(place).map_or(Keys::Unknown, Account::keys);
        Self::of(keys, tenant.control.on(place))
    }

    pub(super) fn of<'x>(
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
        Self { granters, key_readers }
    }

    /// Whether somebody is one of them, or in one of them.
    pub fn has(&self, directory: &Directory<'t>, actor: &PrincipalId) -> bool {
        is_in(&self.granters, directory, actor) || is_in(&self.key_readers, directory, actor)
    }

    /// Whether a path that lets somebody manage the account as surely as `manages` gives them nothing: keys change no settings.
    pub(super) fn spares(&self, directory: &Directory<'t>, actor: &PrincipalId, manages: Sure) -> bool {
        is_in(&self.granters, directory, actor) || (manages == Sure::No && is_in(&self.key_readers, directory, actor))
    }
}

fn is_in(list: &[&PrincipalId], directory: &Directory<'_>, actor: &PrincipalId) -> bool {
    let is_one = |id: &PrincipalId| list.binary_search(&id).is_ok();
    is_one(actor) || directory.groups_of(actor).iter().any(|group| is_one(group))
}
