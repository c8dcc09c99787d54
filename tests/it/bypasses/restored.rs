//! Who can restore an account into one of their own.

use super::*;
use cosmos_rbac::model::Backup;

const RESTORE: &str = "Microsoft.DocumentDB/locations/restorableDatabaseAccounts/restore/action";
const WRITE: &str = "Microsoft.DocumentDB/databaseAccounts/write";
const NOBODY: &str = "accounts: [{ key_readers: [], account_writers: [], role_admins: [] }]";

/// Two accounts, and somebody who can restore at the subscription and write accounts in a group without any.
fn snapshot(backups: [Option<Backup>; 2]) -> Snapshot {
    let mut snapshot = Tenant::of(&[("open", false), ("closed", true)]).snapshot();
    for (record, backup) in snapshot.accounts.iter_mut().zip(backups) {
        record.account.backup = backup;
    }
    let own = format!("/subscriptions/{SUBSCRIPTION}");
    with_role(&mut snapshot, "restorer", &[RESTORE], &[(1, &own), (2, &own)]);
    with_role(
        &mut snapshot,
        "writer",
        &[WRITE],
        &[(1, &format!("{own}/resourceGroups/rg-mine"))],
    );
    snapshot
}

/// Of each finding how sure it is, and how many accounts it reaches.
fn found(snapshot: &Snapshot, policy: &str) -> Vec<(&'static str, usize)> {
    let report = audited(snapshot, policy);
    let found = of(&report, "restore-copy");
    found
        .iter()
        .map(|one| (one.confidence.word(), one.subject.reach().unwrap().accounts.len()))
        .collect()
}

#[test]
fn it_takes_both_actions_and_a_continuous_backup() {
    let (continuous, periodic) = (Some(Backup::Continuous), Some(Backup::Periodic));
    assert_eq!(found(&snapshot([continuous, continuous]), NOBODY), [("certain", 2)]);
    assert_eq!(found(&snapshot([continuous, periodic]), NOBODY), [("certain", 1)]);
    assert_eq!(found(&snapshot([periodic, periodic]), NOBODY), []);
    assert_eq!(
        found(&snapshot([None, None]), NOBODY),
        [("possible", 2)],
        "an older snapshot does not say"
    );
}

#[test]
fn the_action_counts_at_the_subscription_only() {
    let mut snapshot = snapshot([Some(Backup::Continuous); 2]);
    for assignment in snapshot.control_planes[0].role_assignments.iter_mut().flatten() {
        let group = format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-mine");
        assignment.scope = group.into();
    }
    assert_eq!(found(&snapshot, NOBODY), []);
}

#[test]
fn who_can_assign_roles_in_a_group_can_write_accounts_there() {
    let mut snapshot = snapshot([Some(Backup::Continuous); 2]);
    for role in snapshot.control_planes[0].role_definitions.iter_mut().flatten() {
        if role.role_name == "writer" {
            role.permissions[0].actions = vec!["Microsoft.Authorization/roleAssignments/write".to_owned().into()];
        }
    }
    assert_eq!(found(&snapshot, NOBODY), [("certain", 2)]);
}

/// Which account a restorable account is, stands in no list that is read.
#[test]
fn a_role_at_one_restorable_account_is_possible() {
    let mut snapshot = snapshot([Some(Backup::Continuous); 2]);
    for assignment in snapshot.control_planes[0].role_assignments.iter_mut().flatten() {
        if assignment.scope.as_str() == format!("/subscriptions/{SUBSCRIPTION}") {
            let one = format!(
                "/subscriptions/{SUBSCRIPTION}/providers/Microsoft.DocumentDB/locations/we/restorableDatabaseAccounts/1"
            );
            assignment.scope = one.into();
        }
    }
    assert_eq!(found(&snapshot, NOBODY), [("possible", 2)]);
}

#[test]
fn who_can_read_the_keys_needs_no_second_alarm() {
    let mut snapshot = snapshot([Some(Backup::Continuous); 2]);
    let named = format!(
        "principals: {{ resi: {{ id: {} }} }}\naccounts: [{{ key_readers: [resi] }}]",
        id(1)
    );
    assert_eq!(found(&snapshot, &named), []);
    let keys = "Microsoft.DocumentDB/databaseAccounts/listKeys/action";
    with_role(
        &mut snapshot,
        "reader",
        &[keys],
        &[(1, &format!("/subscriptions/{SUBSCRIPTION}"))],
    );
    // Keys of the other account are refused, and the copy's are not.
    assert_eq!(found(&snapshot, NOBODY), [("certain", 1)]);
}
