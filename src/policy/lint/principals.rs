//! Principals that no rule names.

use super::super::rules::{Policy, PrincipalRule};
use super::super::text::quoted;
use super::warning::Warning;
use crate::model::PrincipalId;
use foldhash::{HashSet, HashSetExt};

pub(super) fn lint(policy: &Policy) -> Vec<Warning> {
    let mut named: HashSet<&PrincipalId> = HashSet::new();
    for block in &policy.blocks {
        for grant in block.grants.iter().flatten() {
            if let PrincipalRule::One(id) = &grant.principal {
                named.insert(id);
            }
        }
        named.extend(block.denies.iter().flat_map(|deny| &deny.except));
        named.extend(block.holders.values().flat_map(|holders| &holders.principals));
    }
    // A list of members is a rule about the group and about all who are in it.
    for principal in &policy.principals {
        if let Some(members) = &principal.members {
            named.insert(&principal.id);
            named.extend(&members.value);
        }
    }
    named.extend(policy.waivers.iter().filter_map(|waiver| waiver.principal.as_ref()));
    let unused = policy
        .principals
        .iter()
        .filter(|principal| !named.contains(&principal.id));
    let warning = |principal: &super::super::rules::Principal| {
        let message = format!(
            "no rule names principal {}; remove it if reports don't need its name",
            quoted(&principal.name)
        );
        Warning::new("unused-principal", &principal.at, message)
    };
    unused.map(warning).collect()
}
