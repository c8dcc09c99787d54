//! What wasn't read can hide a finding, and then no report may say that its check passed: things are taken away from tenants one
//! by one, as a scan that couldn't read them leaves them out.

use crate::cases;
use crate::drafts::tenant::case;
use crate::plans::{policy, snapshot};
use crate::strategies::{Shapes, plan};
use cosmos_rbac::checks::{self, CHECKS, Options};
use cosmos_rbac::finding::{About, Finding, Report};
use cosmos_rbac::model::{AccountId, AccountRecord, ControlPlane, Gap, RoleKind};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::{ScanGap, Snapshot};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

/// A tenant of which something wasn't read.
struct Lacking {
    what: String,
    snapshot: Snapshot,
}

/// Something that there was no permission to read.
pub(crate) fn gap(what: &str) -> Gap {
    Gap {
        what: what.to_owned(),
        item: None,
        status: Some(403),
        code: "AuthorizationFailed".to_owned(),
        message: "no permission".to_owned(),
    }
}

/// Takes the role definitions of a kind, as far as they are `taken`.
fn without_roles(record: &mut AccountRecord, kind: RoleKind, taken: impl Fn(usize) -> bool) {
    let mut place = 0..;
    let mut stays = || !place.next().is_some_and(&taken);
    if let Some(list) = &mut record.role_definitions {
        list.retain(|role| role.kind != kind || stays());
    }
    if let (Some(list), true) = (&mut record.mongo_roles, kind.has_passwords()) {
        list.retain(|_| stays());
    }
    record.gaps.push(gap(kind.row().definitions));
}

fn without_assignments(record: &mut AccountRecord, kind: RoleKind) {
    if let Some(list) = &mut record.role_assignments {
        list.retain(|one| one.kind != kind);
    }
    if kind.has_passwords() {
        record.mongo_users = None;
    }
    record.gaps.push(gap(kind.row().assignments));
}

/// What is taken from an account.
type Taking = (String, Box<dyn Fn(&mut AccountRecord)>);

fn takings(record: &AccountRecord) -> Vec<Taking> {
    let mut takings: Vec<Taking> = Vec::new();
    let mut take = |what: String, taking: Box<dyn Fn(&mut AccountRecord)>| takings.push((what, taking));
    for kind in record.role_kinds() {
        let row = kind.row();
        let all = move |record: &mut AccountRecord| without_roles(record, kind, |_| true);
        take(row.definitions.to_owned(), Box::new(all));
        let count = record
            .role_definitions()
            .iter()
            .filter(|role| role.kind == kind)
            .count();
        for at in 0..count {
            let one = move |record: &mut AccountRecord| without_roles(record, kind, |place| place == at);
            take(format!("{} {at}", row.definitions), Box::new(one));
        }
        let all = move |record: &mut AccountRecord| without_assignments(record, kind);
        take(row.assignments.to_owned(), Box::new(all));
    }
    let inventory = record
        .account
        .api
        .role_kind()
        .and_then(|kind| kind.row().inventory.as_ref());
    if let Some(inventory) = inventory {
        let (databases, containers) = (inventory.first(), inventory.containers());
        let all = move |record: &mut AccountRecord| {
            record.databases = None;
            record.gaps.push(gap(databases));
        };
        take(databases.to_owned(), Box::new(all));
        let below = move |record: &mut AccountRecord| {
            for database in record.databases.iter_mut().flatten() {
                database.containers = None;
            }
            record.gaps.push(gap(containers));
        };
        take(containers.to_owned(), Box::new(below));
    }
    let local_auth = |record: &mut AccountRecord| {
        record.account.local_auth_disabled = None;
        record.gaps.push(gap(Gap::LOCAL_AUTH));
    };
    take(Gap::LOCAL_AUTH.to_owned(), Box::new(local_auth));
    let metadata = |record: &mut AccountRecord| {
        record.account.key_metadata_writes_disabled = None;
        record.gaps.push(gap(Gap::KEY_METADATA_WRITES));
    };
    take(Gap::KEY_METADATA_WRITES.to_owned(), Box::new(metadata));
    let age = |record: &mut AccountRecord| record.account.keys_generated_at = None;
    take("the age of keys".to_owned(), Box::new(age));
    let whole = |record: &mut AccountRecord| {
        (record.role_definitions, record.role_assignments) = (None, None);
        (record.mongo_roles, record.mongo_users) = (None, None);
        record.databases = None;
        record.gaps.push(gap(Gap::ACCOUNT));
    };
    take(Gap::ACCOUNT.to_owned(), Box::new(whole));
    takings
}

/// What is taken from what is known of Azure RBAC.
type TakingAbove = (&'static str, fn(&mut ControlPlane));

fn takings_above() -> [TakingAbove; 5] {
    [
        (Gap::AZURE_ROLE_ASSIGNMENTS, |plane| plane.role_assignments = None),
        (Gap::AZURE_ROLE_DEFINITIONS, |plane| plane.role_definitions = None),
        (Gap::DENY_ASSIGNMENTS, |plane| plane.deny_assignments = None),
        (Gap::ELIGIBLE, |plane| plane.eligible = None),
        (Gap::DELEGATIONS, |plane| plane.delegations = None),
    ]
}

/// The same tenant, each time without something else.
fn lacking(whole: &Snapshot) -> Vec<Lacking> {
    let mut all = Vec::new();
    let mut add = |what: String, change: &dyn Fn(&mut Snapshot)| {
        let mut snapshot = whole.clone();
        change(&mut snapshot);
        all.push(Lacking { what, snapshot });
    };
    for (at, record) in whole.accounts.iter().enumerate() {
        for (what, taking) in takings(record) {
            let what = format!("{what} of {}", record.account.id.name());
            add(what, &|snapshot| {
                let record = &mut snapshot.accounts[at];
                record.native = Default::default();
                taking(record);
                record.gaps.sort();
            });
        }
        add(record.account.id.name().to_owned(), &|snapshot| {
            let account = snapshot.accounts.remove(at).account.id;
            snapshot.gaps.push(ScanGap {
                subscription: Some(account.subscription().to_owned()),
                gap: gap(Gap::ACCOUNTS),
            });
        });
    }
    for (at, plane) in whole.control_planes.iter().enumerate() {
        for (what, taking) in takings_above() {
            add(format!("{what} of {}", plane.subscription), &|snapshot| {
                let plane = &mut snapshot.control_planes[at];
                taking(plane);
                plane.gaps.push(gap(what));
            });
        }
    }
    if whole.header.has_foreign_kinds() {
        add("roles of other APIs".to_owned(), &|snapshot| {
            if let Some(scope) = &mut snapshot.header.scope {
                scope.foreign_kinds = false;
            }
            for record in &mut snapshot.accounts {
                let own = record.account.api.role_kind();
                record.native = Default::default();
                record
                    .role_definitions
                    .iter_mut()
                    .for_each(|list| list.retain(|one| Some(one.kind) == own));
                record
                    .role_assignments
                    .iter_mut()
                    .for_each(|list| list.retain(|one| Some(one.kind) == own));
            }
        });
    }
    if whole.principals.is_some() {
        add("the directory".to_owned(), &|snapshot| {
            snapshot.principals = Some(Vec::new());
            snapshot.gaps.push(ScanGap {
                subscription: None,
                gap: gap(Gap::PRINCIPALS),
            });
        });
        add("no directory".to_owned(), &|snapshot| snapshot.principals = None);
    }
    for (at, principal) in whole.principals.iter().flatten().enumerate() {
        add(format!("the record of {}", principal.id), &|snapshot| {
            if let Some(list) = &mut snapshot.principals {
                list.remove(at);
            }
        });
        if principal.members.is_some() {
            add(format!("members of {}", principal.id), &|snapshot| {
                if let Some(list) = &mut snapshot.principals {
                    list[at].members = None;
                }
            });
        }
    }
    all
}

/// How many findings each check has in each account, and above them.
fn counts(report: &Report) -> BTreeMap<(&'static str, Option<AccountId>), usize> {
    let mut counts = BTreeMap::new();
    let key = |finding: &Finding| (finding.check.id, finding.account().cloned());
    for finding in &report.findings {
        *counts.entry(key(finding)).or_default() += 1;
    }
    counts
}

/// What a report hides: fewer findings of a check than there are, although all that it needs is said to be checked.
fn hidden(whole: &Snapshot, policy: &Policy) -> Vec<String> {
    let audit = |snapshot: &Snapshot| checks::audit(&Tenant::of(snapshot), policy, Options::default()).unwrap();
    let before = counts(&audit(whole));
    let mut hidden = Vec::new();
    for Lacking { what, snapshot } in lacking(whole) {
        let report = audit(&snapshot);
        let after = counts(&report);
        let places: BTreeMap<&AccountId, usize> = report
            .shown_accounts()
            .map(|(place, account)| (&account.id, place))
            .collect();
        for ((id, account), number) in &before {
            let check = CHECKS.iter().find(|check| check.id == *id).unwrap();
            // Something is found only where less is known, and a waiver that accepts that isn't unused any more. And what wasn't
            // read is no finding that could be hidden.
            if matches!(check.about, About::Waiver | About::Coverage) {
                continue;
            }
            let place = account.as_ref().map(|account| places.get(account).copied());
            // An account that isn't in the report has no cases that could pass.
            let Some(place) = place.map_or(Some(None), |place| place.map(Some)) else {
                continue;
            };
            let left = after.get(&(*id, account.clone())).copied().unwrap_or_default();
            if left < *number && report.unchecked(check, place).next().is_none() {
                let name = account.as_ref().map_or("the tenant", |account| account.name());
                hidden.push(format!("without {what}: {id} of {name} has {left}, not {number}"));
            }
        }
    }
    hidden
}

#[test]
fn nothing_of_the_sample_passes_for_want_of_reading() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let policy = Policy::load(&[root.join("policies/contoso.yaml")], &CHECKS).unwrap();
    let scanned = Snapshot::read_file(&root.join("reports/sample/contoso.jsonl")).unwrap();
    let hidden = hidden(&scanned, &policy);
    assert!(hidden.is_empty(), "{hidden:#?}");
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn nothing_passes_for_want_of_reading(plans in vec(plan(Shapes::Any), 1..3)) {
        let records = plans.iter().enumerate().map(|(number, plan)| plan.record(number)).collect();
        let snapshot = snapshot(records);
        let policy = policy(&plans, 0);
        if checks::audit(&Tenant::of(&snapshot), &policy, Options::default()).is_ok() {
            let hidden = hidden(&snapshot, &policy);
            prop_assert!(hidden.is_empty(), "{:#?}", hidden);
        }
    }
}

/// Allows nobody anything.
const STRICT: &str = "\
version: 1
accounts:
  - name: all
    match: {}
    grants: []
    roles: []
    local_auth: disabled
    key_metadata_writes: disabled
    key_readers: []
    account_writers: []
    role_admins: []
    identity_admins: []
";

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn no_bypass_passes_for_want_of_reading((snapshot, _) in case(), is_strict: bool) {
        let text = if is_strict { STRICT } else { "version: 1\n" };
        let policy = Policy::from_sources(&[("policy.yaml", text)], &CHECKS).unwrap();
        let hidden = hidden(&snapshot, &policy);
        prop_assert!(hidden.is_empty(), "{:#?}", hidden);
    }
}
