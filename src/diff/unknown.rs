//! What could not be compared, of the tenant as a whole.

use super::account::AccountDifference;
use super::change::{NotCompared, Unknown};
use super::scans::{Scan, Scans};
use super::unread;
use super::world::World;
use crate::model::{PrincipalId, PrincipalKind, Shown};
use crate::shown;
use crate::snapshot::Subscription;
use std::collections::BTreeSet;

/// Principals that a line names.
const NAMED: usize = 5;

impl World<'_> {
    /// What could not be compared besides what is of single accounts. `found`: what all of these come to.
    pub(super) fn not_compared(&self, found: &AccountDifference) -> Vec<NotCompared> {
        let mut all: Vec<NotCompared> = Scan::BOTH
            .into_iter()
            .flat_map(|scan| unread::of_lists(self.read, scan))
            .collect();
        all.extend(unread::of_foreign_roles(self.read));
        all.extend(unread::of_clusters(self.read));
        all.extend(unread::of_other_resources(self.read));
        all.extend(self.azure_unread());
        all.extend(self.elsewhere_unread(&found.unread_subscriptions));
        all.extend(self.unplaced());
        all.extend(self.unsettled());
        all.extend(self.not_analyzed());
        all.extend(self.undeployed());
        all.extend(self.redefined_azure());
        all.extend(self.directory_unread());
        all.extend(self.groups_unread(&found.unread_groups));
        all.extend(self.principals_unread(&found.unknown));
        all.extend(self.identities_unread());
        all.extend(self.identities_unseen(&found.unseen));
        all
    }

    fn azure_unread(&self) -> Vec<NotCompared> {
        unread::of_azure(&self.azure, &self.with_accounts(), |id| self.subscription(id))
    }

    /// The subscriptions with accounts, in lower case.
    fn with_accounts(&self) -> BTreeSet<String> {
        let frames = Scan::BOTH.into_iter().map(|scan| &self.read.get(scan).frame);
        let accounts = frames.flat_map(|frame| &frame.accounts);
        accounts
            .map(|account| account.id.subscription().to_ascii_lowercase())
            .collect()
    }

    fn subscription(&self, id: &str) -> String {
        let named = |scan| Subscription::name_by_id(&self.read.get(scan).frame.header.subscriptions, id);
        named(Scan::New).or_else(|| named(Scan::Old)).unwrap_or(id).to_owned()
    }

    /// Subscriptions without accounts, whose Azure RBAC says who can act as a managed identity.
    fn elsewhere_unread(&self, subscriptions: &BTreeSet<(Scan, String)>) -> Vec<NotCompared> {
        let told = self.with_accounts();
        let others = subscriptions.iter().filter(|(_, id)| !told.contains(id));
        let one = |(scan, id): &(Scan, String)| NotCompared {
            of: Unknown::Subscription(self.subscription(id)),
            what: "who can act as its managed identities".into(),
            verb: unread::UNREAD,
            reason: Shown::default(),
            missing: Scans::of(|one| one == *scan),
            is_failure: true,
            may_be_gain: false,
        };
        others.map(one).collect()
    }

    fn directory_unread(&self) -> Vec<NotCompared> {
        let missing = self.without_directory();
        let was_asked = |scan: Scan| {
            let scope = &self.read.get(scan).frame.header.scope;
            *missing.get(scan) && scope.as_ref().is_some_and(|scope| scope.graph)
        };
        let is_failure = missing.old != missing.new || Scan::BOTH.into_iter().any(was_asked);
        let one = NotCompared {
            of: Unknown::Tenant,
            what: "members of groups and places of managed identities".into(),
            verb: match Scan::BOTH.into_iter().any(was_asked) {
                true => unread::UNREAD,
                false => unread::LEFT_OUT,
            },
            reason: Shown::default(),
            is_failure,
            may_be_gain: false,
            missing,
        };
        (missing.old || missing.new).then_some(one).into_iter().collect()
    }

    fn without_directory(&self) -> Scans<bool> {
        Scans::of(|scan| self.read.get(scan).frame.principals.is_none())
    }

    fn groups_unread(&self, groups: &BTreeSet<PrincipalId>) -> Vec<NotCompared> {
        let told = self.without_directory();
        let one = |group: &PrincipalId| {
            let missing = self.groups.unread(group)?;
            let missing = Scans::of(|scan| *missing.get(scan) && !*told.get(scan));
            let is_group = Scan::BOTH
                .map(|scan| self.read.get(scan).directory.is_group(group))
                .contains(&true);
            let (what, verb) = match is_group {
                true => ("members of the group", "couldn't all be read"),
                false => ("whether the principal is a group with members", "isn't known"),
            };
            (missing.old || missing.new).then(|| NotCompared {
                of: Unknown::Principal(self.principal(Scan::New, group)),
                what: what.into(),
                verb,
                reason: Shown::default(),
                missing,
                is_failure: true,
                may_be_gain: false,
            })
        };
        groups.iter().filter_map(one).collect()
    }

    /// Principals with access of whom a scan that looked principals up says nothing: they could be groups.
    fn principals_unread(&self, unknown: &BTreeSet<(Scan, PrincipalId)>) -> Vec<NotCompared> {
        let told = self.without_directory();
        let of = |scan: Scan| -> BTreeSet<&PrincipalId> {
            let own = unknown.iter().filter(|(one, _)| *one == scan && !*told.get(scan));
            // A group that the other scan knows is told by its name.
            let others = own.filter(|(_, id)| self.groups.unread(id).is_none());
            others.map(|(_, id)| id).collect()
        };
        let of = Scans::of(of);
        let missing = Scans::of(|scan| !of.get(scan).is_empty());
        let all: BTreeSet<&PrincipalId> = of.old.union(&of.new).copied().collect();
        let mut named: Vec<Shown> = all
            .iter()
            .take(NAMED)
            .map(|id| Shown::of_value(&self.principal(Scan::New, id)))
            .collect();
        if all.len() > NAMED {
            named.push(shown!("{} more", all.len() - NAMED));
        }
        let one = NotCompared {
            of: Unknown::Tenant,
            what: "principals with access".into(),
            verb: "weren't all looked up in the directory",
            reason: Shown::list(&named),
            missing,
            is_failure: true,
            may_be_gain: false,
        };
        (missing.old || missing.new).then_some(one).into_iter().collect()
    }

    /// Managed identities that only one scan knows as such: who can act as them could be known there only.
    fn identities_unread(&self) -> Vec<NotCompared> {
        let told = self.without_directory();
        let mut found = Vec::new();
        for scan in Scan::BOTH.into_iter().filter(|scan| !*told.get(*scan)) {
            let other = scan.other();
            let is_identity = |id: &&PrincipalId| {
                let record = self.lookups.record(other, id);
                record.is_some_and(|record| record.kind == PrincipalKind::ManagedIdentity)
            };
            let lost = self.lookups.ids(other).filter(|id| self.lookups.lacks(scan, id));
            found.extend(lost.filter(is_identity).map(|id| NotCompared {
                of: Unknown::Principal(self.principal(other, id)),
                what: "who can act as the managed identity".into(),
                verb: unread::UNREAD,
                reason: Shown::default(),
                missing: Scans::of(|one| one == scan),
                is_failure: true,
                may_be_gain: false,
            }));
        }
        found
    }
}
