//! One account in both scans: its settings, and who gained or lost what.

use super::change::{Change, NotCompared, Setting};
use super::changes::OneAccount;
use super::claims::affected;
use super::holdings::{Holdings, rows};
use super::scans::{Scan, Scans};
use super::settings;
use super::unread;
use super::world::World;
use crate::access::{AccountAccess, Sure};
use crate::model::action::{DataAction, PREFIX};
use crate::model::{AccountRecord, ActionPattern, BypassKind, PrincipalId, RoleDefinition};
use crate::resolve::Bypass;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// What differs in an account.
#[derive(Default)]
pub(super) struct AccountDifference {
    pub(super) settings: Vec<Setting>,
    pub(super) gained: Vec<Change>,
    pub(super) lost: Vec<Change>,
    pub(super) not_compared: Vec<NotCompared>,
    /// Groups that hold something in it, and whose members one of the scans didn't read.
    pub(super) unread_groups: BTreeSet<PrincipalId>,
}

/// An account in one scan: its place in the frame, and its record.
pub(super) type Found<'r> = Option<(usize, &'r AccountRecord)>;

impl<'t> World<'t> {
    /// Compares an account that one of the scans has, or both.
    pub(super) fn compare(&self, found: Scans<Found<'_>>) -> AccountDifference {
        let records = Scans::of(|scan| found.get(scan).map(|(_, record)| record));
        let mut difference = AccountDifference {
            not_compared: unread::of_account(records),
            unread_groups: self.unread_groups(found),
            ..AccountDifference::default()
        };
        if let Scans {
            old: Some(old),
            new: Some(new),
        } = records
        {
            difference.settings = settings::differing(Scans {
                old: &old.account,
                new: &new.account,
            });
            if self.is_same(found) {
                return difference;
            }
        }
        // A switch that one scan doesn't know is taken to be as in the other one.
        let known = Scans::of(|scan| {
            records
                .get(scan.other())
                .and_then(|record| record.account.local_auth_disabled)
        });
        let levelled = Scans::of(|scan| records.get(scan).map(|record| with_switch(record, *known.get(scan))));
        let others = Scans::of(|scan| levelled.get(scan.other()).as_deref().map(patterns).unwrap_or_default());
        let access = Scans::of(|scan| {
            let (place, _) = (*found.get(scan))?;
            let record = levelled.get(scan).as_deref()?;
            Some(AccountAccess::of(
                self.tenants.get(scan),
                place,
                record,
                others.get(scan),
            ))
        });
        let Some(universe) = access
            .new
            .as_ref()
            .or(access.old.as_ref())
            .map(|one| &one.access.universe)
        else {
            return difference;
        };
        let rows = Scans::of(|scan| rows(access.get(scan).as_ref(), self.elsewhere.get(scan)));
        let most = self.most(records);
        let holdings = Scans::of(|scan| {
            let mut holdings = Holdings::new(scan, universe, rows.get(scan), most);
            if let Some(record) = records.get(scan) {
                holdings.knows_assignments = record.has_all_role_definitions() && record.has_all_role_assignments();
                holdings.knows_azure = self.azure.get(scan).knows_roles(record.account.id.subscription());
            }
            holdings
        });
        let one = OneAccount {
            world: self,
            universe,
            records,
            holdings: &holdings,
        };
        let affected = affected([&holdings.old, &holdings.new], &self.groups);
        difference.gained = one.changes(Scan::New, &affected);
        difference.lost = one.changes(Scan::Old, &affected);
        difference
    }

    /// How sure what Azure roles give can be: where only one scan has the deny assignments, nothing of it is certain.
    fn most(&self, records: Scans<Option<&AccountRecord>>) -> Sure {
        let knows = |scan: Scan| {
            let record = (*records.get(scan))?;
            Some(self.azure.get(scan).knows_denies(record.account.id.subscription()))
        };
        match (knows(Scan::Old), knows(Scan::New)) {
            (Some(old), Some(new)) if old != new => Sure::Possible,
            _ => Sure::Certain,
        }
    }

    /// Whether nothing of the account's access can differ: the quick way for most accounts.
    fn is_same(&self, found: Scans<Found<'_>>) -> bool {
        let (Some((_, old)), Some((_, new))) = (found.old, found.new) else {
            return false;
        };
        let bypasses = Scans::of(|scan| {
            let place = found.get(scan).map_or(usize::MAX, |(place, _)| place);
            let on = self.tenants.get(scan).control.on(place);
            let mut all: Vec<_> = on
                .map(|(bypass, reached)| (key(bypass), reached.is_certain()))
                .collect();
            all.sort_unstable();
            all
        });
        let knows = |scan: Scan, record: &AccountRecord| {
            let subscription = record.account.id.subscription();
            let azure = self.azure.get(scan);
            (azure.knows_roles(subscription), azure.knows_denies(subscription))
        };
        let holders = old.role_assignments().iter().map(|one| &one.principal_id);
        let holders = holders.chain(bypasses.old.iter().map(|((principal, _), _)| *principal));
        self.is_same_elsewhere
            && old.role_definitions == new.role_definitions
            && old.role_assignments == new.role_assignments
            && old.account.id == new.account.id
            && old.account.api == new.account.api
            && old.account.backup == new.account.backup
            && old.account.local_auth_disabled == new.account.local_auth_disabled
            && bypasses.old == bypasses.new
            && knows(Scan::Old, old) == knows(Scan::New, new)
            && holders.into_iter().all(|holder| self.groups.changed(holder).is_empty())
    }

    fn unread_groups(&self, found: Scans<Found<'_>>) -> BTreeSet<PrincipalId> {
        let mut groups = BTreeSet::new();
        for scan in Scan::BOTH {
            let Some((place, record)) = *found.get(scan) else {
                continue;
            };
            let bypasses = self.tenants.get(scan).control.on(place);
            let holders = record.role_assignments().iter().map(|one| &one.principal_id);
            let holders = holders.chain(bypasses.map(|(bypass, _)| bypass.holder.principal()));
            let unread = holders.filter(|holder| self.groups.unread(holder).is_some());
            groups.extend(unread.cloned());
        }
        groups
    }
}

fn key<'a>(bypass: &Bypass<'a>) -> (&'a PrincipalId, BypassKind) {
    (bypass.holder.principal(), bypass.kind)
}

/// The record, with the switch for keys as the other scan has it where its own does not know.
fn with_switch(record: &AccountRecord, other: Option<bool>) -> Cow<'_, AccountRecord> {
    if record.account.local_auth_disabled.is_some() || other.is_none() {
        return Cow::Borrowed(record);
    }
    let mut known = record.clone();
    known.account.local_auth_disabled = other;
    Cow::Owned(known)
}

/// What tells data actions apart in an account: what its roles name, and its API's catalogue in case that differs.
fn patterns(record: &AccountRecord) -> Vec<ActionPattern> {
    let named = record.role_definitions().iter().flat_map(RoleDefinition::patterns);
    let listed = |action: &DataAction| ActionPattern::full(format!("{PREFIX}{}", action.name));
    named
        .cloned()
        .chain(record.account.api.catalogue().iter().map(listed))
        .collect()
}
