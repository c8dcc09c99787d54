//! Roles of users with passwords of which nobody knows what they grant, and that aren't the same in both scans: possible access before and
//! after, and so no change; what they come to can have changed.

use super::change::{NotCompared, Unknown};
use super::scans::Scans;
use crate::model::{AccountRecord, PrincipalId, Shown, arm_id};
use crate::shown;
use std::collections::{BTreeMap, BTreeSet};

/// Whether somebody has another role of MongoDB itself that this version doesn't know.
pub(super) fn changed_users(records: Scans<Option<&AccountRecord>>) -> bool {
    let unknown = |record: &AccountRecord| -> BTreeSet<(PrincipalId, String)> {
        let unknown = record.native().assignments.iter().filter(|one| one.role.is_none());
        let pairs = unknown.map(|one| {
            (
                one.assignment.principal_id.clone(),
                one.assignment.role_definition_id.as_str().to_owned(),
            )
        });
        pairs.collect()
    };
    let of = Scans::of(|scan| records.get(scan).map(unknown));
    of.old.is_some() && of.new.is_some() && of.old != of.new
}

/// Users of a cluster whose roles changed, and of which it isn't documented what they grant. `name`: what a principal is called.
pub(super) fn of_cluster(
    records: Scans<Option<&AccountRecord>>,
    name: impl Fn(&PrincipalId) -> Shown,
) -> Option<NotCompared> {
    let undocumented = |record: &AccountRecord| -> BTreeMap<PrincipalId, BTreeSet<String>> {
        let definitions = record.role_definitions().iter();
        let odd: BTreeSet<&str> = definitions
            .filter(|one| !one.is_documented())
            .map(|one| one.id.as_str())
            .collect();
        let mut roles: BTreeMap<PrincipalId, BTreeSet<String>> = BTreeMap::new();
        for one in record
            .role_assignments()
            .iter()
            .filter(|one| odd.contains(one.role_definition_id.as_str()))
        {
            let role = arm_id::last_segment(one.role_definition_id.as_str()).to_owned();
            roles.entry(one.principal_id.clone()).or_default().insert(role);
        }
        roles
    };
    let (old, new) = (records.old?, records.new?);
    let (before, after) = (undocumented(old), undocumented(new));
    let changed = after
        .iter()
        .filter(|(id, roles)| before.get(id).is_some_and(|earlier| earlier != *roles));
    let names: Vec<Shown> = changed.map(|(id, _)| name(id)).collect();
    (!names.is_empty()).then(|| NotCompared {
        of: Unknown::Account(new.account.id.clone()),
        what: shown!("the effect of the changed roles of {}", Shown::list(&names)),
        verb: "isn't known",
        reason: "it isn't documented".into(),
        missing: Scans { old: true, new: true },
        is_failure: true,
        may_be_gain: false,
    })
}
