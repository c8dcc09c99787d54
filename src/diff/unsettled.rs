//! Azure roles of which it is not known what they give, and that are not the same in both scans: a role definition that wasn't
//! read, and a condition that nothing known decides. Both are possible access before and after, and so no change; what they come
//! to can have changed.

use super::change::{NotCompared, Unknown};
use super::scans::{Scan, Scans};
use super::world::World;
use crate::model::{PrincipalId, Shown, arm_id};
use crate::resolve::{Doubt, Holder, Tenant};
use crate::shown;
use std::collections::{BTreeMap, BTreeSet};

/// Who has which role where, each in lower case.
type Key<'t> = (&'t PrincipalId, String, String);

fn key(holder: Holder<'_>) -> Key<'_> {
    let role = arm_id::last_segment(holder.role_definition_id());
    (
        holder.principal(),
        holder.scope().key().to_owned(),
        role.to_ascii_lowercase(),
    )
}

impl World<'_> {
    /// What is not settled in one scan, and is not the same in the other.
    pub(super) fn unsettled(&self) -> Vec<NotCompared> {
        let mut found = self.unknown_roles();
        found.extend(self.conditions());
        found
    }

    fn unknown_roles(&self) -> Vec<NotCompared> {
        // What one scan didn't read is left out of the other: both ways, it is told.
        [self.read, self.tenants]
            .into_iter()
            .flat_map(|of| self.unknown_roles_of(of))
            .collect()
    }

    fn unknown_roles_of(&self, of: Scans<&Tenant<'_>>) -> Vec<NotCompared> {
        let keys = Scans::of(|scan| -> BTreeSet<Key<'_>> {
            let unknown = &of.get(scan).control.unknown_roles;
            unknown.iter().map(|one| key(one.holder)).collect()
        });
        let only = |scan: Scan| {
            keys.get(scan)
                .difference(keys.get(scan.other()))
                .map(move |key| (scan, key))
        };
        let all = Scan::BOTH.into_iter().flat_map(only);
        all.map(|(scan, (principal, _, _))| NotCompared {
            of: Unknown::Principal(self.principal(scan, principal)),
            what: "the definition of an Azure role".into(),
            verb: "couldn't be read",
            reason: Shown::default(),
            missing: Scans::of(|one| one == scan),
            is_failure: true,
            may_be_gain: false,
        })
        .collect()
    }

    fn conditions(&self) -> Vec<NotCompared> {
        let conditions = |scan: Scan| {
            let mut found: BTreeMap<Key<'_>, (Shown, BTreeSet<&str>)> = BTreeMap::new();
            for bypass in &self.tenants.get(scan).control.bypasses {
                let texts = bypass
                    .vias
                    .iter()
                    .flat_map(|via| via.doubts())
                    .filter_map(|doubt| match doubt {
                        Doubt::Condition(text) | Doubt::RoleCondition(text) => Some(*text),
                        _ => None,
                    });
                for text in texts {
                    let known = found.entry(key(bypass.holder));
                    let (_, known) = known.or_insert_with(|| (Shown::of(&bypass.role.role_name), BTreeSet::new()));
                    known.insert(text.trim());
                }
            }
            found
        };
        let all = Scans::of(conditions);
        let differing = all.new.iter().filter_map(|(key, (role, texts))| {
            let (_, before) = all.old.get(key)?;
            (before != texts).then(|| NotCompared {
                of: Unknown::Principal(self.principal(Scan::New, key.0)),
                what: shown!("the effect of the changed condition of role {}", role),
                verb: "isn't known",
                reason: Shown::default(),
                missing: Scans { old: true, new: true },
                is_failure: true,
                may_be_gain: false,
            })
        });
        differing.collect()
    }
}
