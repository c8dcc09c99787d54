//! One account in both scans: its settings, and who gained or lost what.

use super::change::{Change, NotCompared, Setting};
use super::changes::OneAccount;
use super::claims::affected;
use super::holdings::{Holdings, rows};
use super::identities::Unseen;
use super::needs::{Lacking, Needs, Readings};
use super::scans::{Found, Scan, Scans};
use super::settings;
use super::undocumented;
use super::unread;
use super::world::World;
use crate::access::{AccountAccess, Route, Row};
use crate::model::{
    AccountRecord, ActionPattern, BypassKind, PrincipalId, RoleAssignment, RoleDefinition, RoleKind, Shown, guid,
};
use crate::resolve::Bypass;
use std::borrow::Cow;
use std::cell::RefCell;
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
    /// Principals that hold something in it, and whom a scan didn't look up.
    pub(super) unknown: BTreeSet<(Scan, PrincipalId)>,
    /// What isn't known of managed identities that hold something in it.
    pub(super) unseen: Unseen,
    /// Subscriptions whose Azure RBAC a scan would have to have read so that all could be compared, in lower case.
    pub(super) unread_subscriptions: BTreeSet<(Scan, String)>,
}

impl<'t> World<'t> {
    /// Compares an account that one of the scans has, or both.
    pub(super) fn compare(&self, found: Scans<Found<'_>>) -> AccountDifference {
        let records = Scans::of(|scan| found.get(scan).map(|(_, record)| record));
        let mut difference = AccountDifference {
            not_compared: unread::of_account(records)
                .into_iter()
                .chain(undocumented::of_cluster(records, |id| {
                    Shown::of_value(&self.principal(Scan::New, id))
                }))
                .chain(self.possibly_opened(found))
                .collect(),
            unread_groups: self.unread_groups(found),
            unknown: self.unknown(found),
            unseen: self.unseen(found, &Scans::of(|_| BTreeSet::new())),
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
        } else {
            let accounts = Scans::of(|scan| records.get(scan).map(|record| &record.account));
            difference.settings.extend(settings::alone(accounts));
            if self.read.new.frame.origins.is_some() {
                difference.settings.extend(settings::deployed_with_keys(accounts));
            }
        }
        let levelled = Scans::of(|scan| {
            let (record, other) = (*records.get(scan), *records.get(scan.other()));
            record.map(|record| self.without_foreign_roles(scan, with_settings(record, other)))
        });
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
        let acting = Scans::of(|scan| acting(rows.get(scan)));
        difference.unseen = self.unseen(found, &acting);
        let lacking: RefCell<BTreeSet<(Scan, String)>> = RefCell::default();
        let holdings = Scans::of(|scan| {
            Holdings::new(scan, rows.get(scan), |row| {
                let found = self.lacking(scan, records, row);
                let is_comparable = found.is_none();
                lacking.borrow_mut().extend(
                    found
                        .into_iter()
                        .flat_map(|one| one.subscriptions)
                        .map(|id| (scan.other(), id)),
                );
                is_comparable
            })
        });
        difference.unread_subscriptions = lacking.into_inner();
        let unknown = access.new.iter().flat_map(AccountAccess::unknown_roles);
        let unknown: Vec<&RoleAssignment> = unknown.map(|(found, ..)| found.assignment).collect();
        difference
            .not_compared
            .extend(self.possibly_gained(found, &holdings.new, &unknown));
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

    /// What the other scan didn't read of what a row depends on. Where it has no such account, it lacks nothing.
    fn lacking(&self, scan: Scan, records: Scans<Option<&AccountRecord>>, row: &Row<'_, '_>) -> Option<Lacking> {
        let other = (*records.get(scan.other()))?;
        let own = (*records.get(scan))?;
        let ids = (&own.account.id, &other.account.id);
        let needs = Needs::of(&row.route, ids, &self.tenants.get(scan).directory);
        let is_foreign = matches!(&row.route, Route::RoleAssignment(grant) if grant.is_foreign);
        needs.lacking(Readings {
            account: (!is_foreign || self.reads_foreign_roles(scan.other()))
                && other.has_all_role_definitions()
                && other.has_all_role_assignments()
                && !(row.principal.is_mongo_user() && other.lacks_mongo_users()),
            own: self.azure.get(scan),
            other: self.azure.get(scan.other()),
        })
    }

    /// The record, without the roles of other APIs if one of the scans didn't read them. Those that a template assigns stay.
    fn without_foreign_roles<'r>(&self, scan: Scan, record: Cow<'r, AccountRecord>) -> Cow<'r, AccountRecord> {
        if Scan::BOTH.into_iter().all(|scan| self.reads_foreign_roles(scan)) || record.role_kinds().len() < 2 {
            return record;
        }
        let origins = self.read.new.frame.origins.filter(|_| scan == Scan::New);
        let is_deployed = |id: &str| origins.is_some_and(|all| all.get(id).is_some_and(|origin| origin.at.is_some()));
        let mut kinds: BTreeSet<RoleKind> = record.account.api.role_kind().into_iter().collect();
        let own = kinds.first().copied();
        let mut record = record.into_owned();
        if let Some(list) = &mut record.role_assignments {
            list.retain(|one| Some(one.kind) == own || is_deployed(&one.id));
            kinds.extend(list.iter().flat_map(RoleAssignment::kinds_of_role));
        }
        if let Some(list) = &mut record.role_definitions {
            list.retain(|one| kinds.contains(&one.kind));
        }
        Cow::Owned(record)
    }

    fn reads_foreign_roles(&self, scan: Scan) -> bool {
        self.read.get(scan).frame.header.has_foreign_kinds()
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
        let holders = old.role_assignments().iter().map(|one| &one.principal_id);
        let holders = holders.chain(bypasses.old.iter().map(|((principal, _), _)| *principal));
        self.is_same_elsewhere
            && old.role_definitions == new.role_definitions
            && old.role_assignments == new.role_assignments
            && old.mongo_roles == new.mongo_roles
            && old.mongo_users == new.mongo_users
            && old.account.id == new.account.id
            && old.account.api == new.account.api
            && old.account.backup == new.account.backup
            && old.account.local_auth_disabled == new.account.local_auth_disabled
            && bypasses.old == bypasses.new
            && holders.into_iter().all(|holder| self.groups.changed(holder).is_empty())
    }

    fn unread_groups(&self, found: Scans<Found<'_>>) -> BTreeSet<PrincipalId> {
        let holders = Scan::BOTH.into_iter().flat_map(|scan| self.holders(scan, found));
        let unread = holders.filter(|(holder, _)| self.groups.unread(holder).is_some());
        unread.map(|(holder, _)| holder.clone()).collect()
    }

    fn unknown(&self, found: Scans<Found<'_>>) -> BTreeSet<(Scan, PrincipalId)> {
        let mut unknown = BTreeSet::new();
        for scan in Scan::BOTH {
            let lost = self.holders(scan, found).filter(|(holder, is_foreign)| {
                // Nobody asks about a principal of another tenant, or about what is no id.
                !is_foreign && guid::is_guid(holder.as_str()) && self.lookups.lacks(scan, holder)
            });
            unknown.extend(lost.map(|(holder, _)| (scan, holder.clone())));
        }
        unknown
    }

    /// Who holds something in an account, each with whether they are of another tenant.
    pub(super) fn holders<'s>(
        &'s self,
        scan: Scan,
        found: Scans<Found<'s>>,
    ) -> impl Iterator<Item = (&'s PrincipalId, bool)> {
        let found = *found.get(scan);
        found.into_iter().flat_map(move |(place, record)| {
            let control = &self.tenants.get(scan).control;
            let of_azure = control.on(place).map(|(bypass, _)| bypass.holder);
            let of_azure = of_azure.chain(control.unknown_on(place));
            let holders = record.role_assignments().iter().map(|one| (&one.principal_id, false));
            holders.chain(of_azure.map(|holder| (holder.principal(), holder.is_of_another_tenant())))
        })
    }
}

/// Those who have access because they can act as others.
fn acting<'r>(rows: &[Row<'r, '_>]) -> BTreeSet<&'r PrincipalId> {
    let is_one = |row: &&Row<'_, '_>| matches!(row.route, Route::Identity { .. });
    rows.iter().filter(is_one).map(|row| row.principal).collect()
}

fn key<'a>(bypass: &Bypass<'a>) -> (&'a PrincipalId, BypassKind) {
    (bypass.holder.principal(), bypass.kind)
}

/// The record, with the settings that its own scan doesn't know as the other one has them.
fn with_settings<'r>(record: &'r AccountRecord, other: Option<&AccountRecord>) -> Cow<'r, AccountRecord> {
    let (own, other) = (&record.account, other.map(|other| &other.account));
    let switch = own
        .local_auth_disabled
        .or(other.and_then(|other| other.local_auth_disabled));
    let backup = own.backup.or(other.and_then(|other| other.backup));
    if (switch, backup) == (own.local_auth_disabled, own.backup) {
        return Cow::Borrowed(record);
    }
    let mut known = record.clone();
    known.account.local_auth_disabled = switch;
    known.account.backup = backup;
    Cow::Owned(known)
}

/// What tells data actions apart in an account: what its roles name, and its API's catalogue in case that differs.
fn patterns(record: &AccountRecord) -> Vec<ActionPattern> {
    let named = record.all_role_definitions().flat_map(RoleDefinition::patterns);
    // All that the universe of this account has: whatever only one of two had would be at another place in their sets.
    let of_api = RoleKind::ALL
        .into_iter()
        .filter(|kind| kind.row().api == record.account.api);
    let kinds: BTreeSet<RoleKind> = record.role_kinds().into_iter().chain(of_api).collect();
    let listed = kinds
        .into_iter()
        .flat_map(RoleKind::catalogue)
        .map(|action| ActionPattern::full(action.full()));
    named.cloned().chain(listed).collect()
}
