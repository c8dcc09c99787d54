//! Holds a snapshot to the truth: wherever no gap is recorded they are the same, and nothing is ever invented.

use cosmos_rbac::model::{AccountRecord, ControlPlane, Database, Gap};
use cosmos_rbac::snapshot::Snapshot;
use std::fmt::Debug;

/// Where the snapshot says something else than the truth, or nothing without a gap.
pub(crate) fn differences(truth: &Snapshot, seen: &Snapshot) -> Vec<String> {
    let mut differences = Vec::new();
    let mut note = |difference: Option<String>| differences.extend(difference);
    let gap = |what: &str, subscription: Option<&str>| {
        let fits =
            |gap: &&cosmos_rbac::snapshot::ScanGap| gap.gap.what == what && gap.subscription.as_deref() == subscription;
        seen.gaps.iter().any(|gap| fits(&gap))
    };
    let (whole, part) = (&truth.header.subscriptions, &seen.header.subscriptions);
    note(compare(
        "subscriptions",
        whole,
        Some(part),
        gap(Gap::SUBSCRIPTIONS, None),
    ));
    for subscription in part {
        let within = |snapshot: &Snapshot, is_read: bool| -> Vec<String> {
            let accounts = snapshot.accounts.iter();
            let accounts = accounts.filter(|one| one.account.api.is_read() == is_read);
            let within = accounts.filter(|one| one.account.id.subscription().eq_ignore_ascii_case(&subscription.id));
            within.map(|one| one.account.id.as_str().to_owned()).collect()
        };
        for (list, is_read) in [(Gap::ACCOUNTS, true), (Gap::RESOURCES, false)] {
            let excused = gap(list, Some(&subscription.id));
            let (whole, part) = (within(truth, is_read), within(seen, is_read));
            note(compare(&subscription.id, &whole, Some(&part), excused));
        }
    }
    for record in &seen.accounts {
        match truth.accounts.iter().find(|one| one.account.id == record.account.id) {
            Some(whole) => account(whole, record).into_iter().for_each(|one| note(Some(one))),
            None => note(Some(format!("{} is invented", record.account.id.name()))),
        }
    }
    for plane in &seen.control_planes {
        match truth.control_plane(&plane.subscription) {
            Some(whole) => control_plane(whole, plane).into_iter().for_each(|one| note(Some(one))),
            None => note(Some(format!("the control plane of {} is invented", plane.subscription))),
        }
    }
    for whole in &truth.control_planes {
        // It goes with the accounts.
        let excused = gap(Gap::SUBSCRIPTIONS, None) || gap(Gap::ACCOUNTS, Some(&whole.subscription));
        if !excused && seen.control_plane(&whole.subscription).is_none() {
            note(Some(format!("the control plane of {} is missing", whole.subscription)));
        }
    }
    differences
}

fn control_plane(truth: &ControlPlane, seen: &ControlPlane) -> Vec<String> {
    let named = |what: &str| format!("{what} of {}", seen.subscription);
    let mut differences = Vec::new();
    let mut lists = |difference: Option<String>| differences.extend(difference);
    let roles = Gap::AZURE_ROLE_DEFINITIONS;
    // Roles are kept if somebody is known to have them.
    let excused = [roles, Gap::AZURE_ROLE_ASSIGNMENTS, Gap::ELIGIBLE];
    let excused = excused.iter().any(|what| seen.has_gap(what));
    lists(compare(
        &named(roles),
        truth.role_definitions.as_deref().unwrap_or_default(),
        seen.role_definitions.as_deref(),
        excused,
    ));
    let what = Gap::AZURE_ROLE_ASSIGNMENTS;
    lists(compare(
        &named(what),
        truth.role_assignments.as_deref().unwrap_or_default(),
        seen.role_assignments.as_deref(),
        seen.has_gap(what),
    ));
    let what = Gap::DENY_ASSIGNMENTS;
    lists(compare(
        &named(what),
        truth.deny_assignments.as_deref().unwrap_or_default(),
        seen.deny_assignments.as_deref(),
        seen.has_gap(what),
    ));
    let what = Gap::ELIGIBLE;
    lists(compare(
        &named(what),
        truth.eligible.as_deref().unwrap_or_default(),
        seen.eligible.as_deref(),
        seen.has_gap(what),
    ));
    differences
}

fn account(truth: &AccountRecord, seen: &AccountRecord) -> Vec<String> {
    let named = |what: &str| format!("{what} of {}", seen.account.id.name());
    let gap = |what| seen.gaps.iter().any(|gap| gap.what == what);
    let mut differences = Vec::new();
    if truth.account != seen.account {
        differences.push(format!("{:?} is {:?}", truth.account, seen.account));
    }
    if !truth.account.api.is_read() {
        return differences;
    }
    differences.extend(compare(
        &named("role definitions"),
        truth.role_definitions(),
        seen.role_definitions.as_deref(),
        gap("sqlRoleDefinitions"),
    ));
    differences.extend(compare(
        &named("role assignments"),
        truth.role_assignments(),
        seen.role_assignments.as_deref(),
        gap("sqlRoleAssignments"),
    ));
    let names = |databases: &[Database]| -> Vec<String> { databases.iter().map(|one| one.name.clone()).collect() };
    let (whole, part) = (truth.inventory().unwrap_or_default(), seen.databases.as_deref());
    let part_names = part.map(names);
    let excused = gap("sqlDatabases");
    differences.extend(compare(
        &named("databases"),
        &names(whole),
        part_names.as_deref(),
        excused,
    ));
    for database in part.unwrap_or_default() {
        let Some(all) = whole.iter().find(|one| one.name == database.name) else {
            continue;
        };
        let name = Some(database.name.as_str());
        let excused = |gap: &Gap| gap.what == "containers" && gap.item.as_deref() == name;
        differences.extend(compare(
            &named(&format!("containers in {}", database.name)),
            all.containers.as_deref().unwrap_or_default(),
            database.containers.as_deref(),
            seen.gaps.iter().any(excused),
        ));
    }
    differences
}

/// A list that may be incomplete if that is excused, but holds nothing that is not there, and nothing twice.
fn compare<T: PartialEq + Debug>(what: &str, truth: &[T], seen: Option<&[T]>, excused: bool) -> Option<String> {
    let Some(seen) = seen else {
        return (!excused).then(|| format!("{what}: nothing, without a gap"));
    };
    let invented = |(at, item): (usize, &T)| !truth.contains(item) || seen[..at].contains(item);
    if seen.iter().enumerate().any(invented) {
        return Some(format!("{what}: something is invented in {seen:?}"));
    }
    (!excused && seen.len() < truth.len()).then(|| format!("{what}: only {seen:?}, without a gap"))
}

#[test]
fn differences_are_seen() {
    let same = |truth: &[u8], seen: Option<&[u8]>, excused| compare("x", truth, seen, excused).is_none();
    assert!(same(&[1, 2], Some(&[2, 1]), false));
    assert!(same(&[1, 2], Some(&[2]), true) && same(&[1], None, true));
    assert!(!same(&[1, 2], Some(&[2]), false) && !same(&[], None, false));
    assert!(!same(&[1, 2], Some(&[2, 3]), true) && !same(&[1, 2], Some(&[1, 1]), true));
}
