//! Who can act as managed identities that have access, as far as a scan doesn't say: it can have changed unseen.

use super::change::{NotCompared, Unknown};
use super::scans::{Found, Scan, Scans};
use super::world::World;
use crate::access::{Blind, Shorter};
use crate::model::PrincipalId;
use std::collections::BTreeSet;

/// What isn't known of an account's identities.
#[derive(Default)]
pub(super) struct Unseen {
    /// Those of which a scan didn't read who can act as them.
    unread: BTreeSet<(Scan, PrincipalId)>,
    /// Who can run code on some resource only since the old scan, where a user-assigned identity has access: no scan says which resources
    /// use it.
    runners: BTreeSet<PrincipalId>,
    /// The same, where somebody has access who can be the managed identity of any resource: nothing says where they are.
    lost: BTreeSet<PrincipalId>,
    /// Those that the template attaches to a resource, or could.
    attached: BTreeSet<PrincipalId>,
}

impl Unseen {
    pub(super) fn extend(&mut self, other: Self) {
        self.attached.extend(other.attached);
        self.unread.extend(other.unread);
        self.runners.extend(other.runners);
        self.lost.extend(other.lost);
    }
}

impl World<'_> {
    /// What isn't known of the identities that have access to an account. `acting`: those who have it because they can act as others.
    pub(super) fn unseen<'p>(&self, found: Scans<Found<'p>>, acting: &Scans<BTreeSet<&'p PrincipalId>>) -> Unseen {
        let mut unseen = Unseen::default();
        let (mut is_attached, mut is_lost) = (false, false);
        for scan in Scan::BOTH {
            let own = self.holders(scan, found).map(|(holder, _)| holder);
            for holder in own.chain(acting.get(scan).iter().copied()) {
                for (why, identity) in self.elsewhere.get(scan).blind(holder).iter() {
                    match why {
                        Blind::Unread if !self.azure.get(scan).is_left_out() => {
                            unseen.unread.insert((scan, (*identity).clone()));
                        }
                        Blind::Attached => {
                            is_attached |= scan == Scan::New;
                            if scan == Scan::New && self.is_attached(identity) {
                                unseen.attached.insert((*identity).clone());
                            }
                        }
                        // One whose host isn't known can be taken over by what this version doesn't know to run code, too.
                        Blind::Lost | Blind::UnknownHost => is_lost |= scan == Scan::New,
                        Blind::NoRecord => is_lost |= scan == Scan::New && self.read.new.frame.principals.is_some(),
                        Blind::Unread => {}
                    }
                }
            }
        }
        // Those who have something themselves are told as such.
        let directory = &self.tenants.new.directory;
        let could_be_identity = |id: &&PrincipalId| {
            let hidden = directory.hidden(id, None);
            hidden.record || hidden.members
        };
        is_lost |= self.read.new.frame.principals.is_some() && acting.new.iter().any(could_be_identity);
        let is_open = (is_attached || is_lost) && !self.runners.is_empty();
        let Some((place, _)) = found.new.filter(|_| is_open) else {
            return unseen;
        };
        let shorter = Shorter::at(self.tenants.new, place);
        let has_none = |id: &&&PrincipalId| !shorter.has(&self.tenants.new.directory, id);
        let runners = self.runners.iter().filter(has_none).map(|id| (*id).clone()).collect();
        match is_attached {
            true => unseen.runners = runners,
            false => unseen.lost = runners,
        }
        unseen
    }

    /// Whether the template attaches a managed identity to a resource, or one that could be it.
    fn is_attached(&self, identity: &PrincipalId) -> bool {
        let attached = self.read.new.frame.origins.iter().flat_map(|origins| &origins.attached);
        let own = self.tenants.new.directory.record(identity);
        let own = own.and_then(|record| record.resource_id.as_deref());
        own.is_some_and(|own| {
            let mut attached = attached;
            attached.any(|id| id.as_ref().is_none_or(|id| own.eq_ignore_ascii_case(id)))
        })
    }

    /// What isn't known of all of them.
    pub(super) fn identities_unseen(&self, unseen: &Unseen) -> Vec<NotCompared> {
        let row = |scan: Scan, id: &PrincipalId, what: &'static str| NotCompared {
            of: Unknown::Principal(self.principal(scan, id)),
            what: what.into(),
            verb: "isn't known",
            reason: Default::default(),
            missing: Scans::of(|one| one == scan),
            is_failure: true,
            may_be_gain: false,
        };
        let identities: BTreeSet<&PrincipalId> = unseen.unread.iter().map(|(_, id)| id).collect();
        let unread = identities.into_iter().map(|id| {
            let missing = Scans::of(|scan| unseen.unread.contains(&(scan, id.clone())));
            NotCompared {
                reason: "Azure RBAC that says it wasn't read".into(),
                missing,
                ..row(Scan::New, id, "who can act as the managed identity")
            }
        });
        let runners = unseen.runners.iter().map(|id| NotCompared {
            reason:
                "can run code on resources now, and scans don't read which of these use an identity that has access"
                    .into(),
            ..row(Scan::New, id, "access as a managed identity")
        });
        let lost = unseen.lost.difference(&unseen.runners).map(|id| NotCompared {
            reason: "can run code on resources now, and one of these can have an identity with access whose place isn't known".into(),
            ..row(Scan::New, id, "access as a managed identity")
        });
        let attached = unseen.attached.iter().map(|id| NotCompared {
            reason: "the template attaches it to a resource, and who can run code there can act as it".into(),
            is_failure: false,
            ..row(Scan::New, id, "who can act as the managed identity")
        });
        unread.chain(runners).chain(lost).chain(attached).collect()
    }
}
