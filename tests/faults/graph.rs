//! Every fault at Microsoft Graph: names are lost, and nothing else. No gap, no other exit code, and above all nobody who
//! is there is ever said not to be.

use super::matrix::BESIDE;
use super::support::{PAGE_BOUND, Patience, Ran, Scan};
use super::table::{Ends, FAULTS, Row};
use super::truth::differences;
use arm_emulator::{Fault, Matcher, Options, Origin, Tenant};
use cosmos_rbac::collect::Target;
use cosmos_rbac::model::PrincipalRecord;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Cells in work at once.
const AT_ONCE: usize = 6;
/// Who was deleted.
const DELETED: &str = "63cf3af1-7ee2-4d4c-9fe6-deb936065fad";

const TENANT: &str = r#"
principals:
  - { id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa, displayName: Ada, kind: user }
  - { id: 63cf3af1-7ee2-4d4c-9fe6-deb936065fab, displayName: Team, kind: group, members: [
      63cf3af1-7ee2-4d4c-9fe6-deb936065faa, 63cf3af1-7ee2-4d4c-9fe6-deb936065fac, 63cf3af1-7ee2-4d4c-9fe6-deb936065fae] }
  - { id: 63cf3af1-7ee2-4d4c-9fe6-deb936065fac, displayName: job, kind: servicePrincipal }
  - { id: 63cf3af1-7ee2-4d4c-9fe6-deb936065fae, displayName: Bob, kind: user }
subscriptions:
  - id: 5e1f0c1a-0000-4000-8000-000000000001
    accounts:
      - name: target
        role_assignments:
          - { role: 00000000-0000-0000-0000-000000000001, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa }
          - { role: 00000000-0000-0000-0000-000000000001, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065fab }
          - { role: 00000000-0000-0000-0000-000000000001, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065fac }
          - { role: 00000000-0000-0000-0000-000000000001, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065fad }
"#;

/// What is hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Principals,
    Members,
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Always,
    FromPageTwo,
    Once,
}

async fn scan(faults: Vec<Fault>, patience: Patience) -> Result<Ran, String> {
    let scan = Scan {
        tenant: Tenant::from_yaml(TENANT).unwrap(),
        options: Options {
            page_size: 2,
            ..Options::default()
        },
        faults,
        target: Target::All,
        patience,
    };
    scan.run().await
}

fn known(ran: &Ran) -> Option<BTreeMap<&str, &PrincipalRecord>> {
    let principals = ran.snapshot.principals.as_ref()?;
    Some(principals.iter().map(|one| (one.id.as_str(), one)).collect())
}

async fn cell(truth: &Ran, row: &Row, at: At, when: When) -> Result<(), String> {
    let kind = match at {
        At::Principals => "getByIds",
        At::Members => "transitiveMembers",
    };
    let on = Matcher {
        kind: Some(kind.to_owned()),
        ..Matcher::origin(Origin::Graph)
    };
    let mut fault = Fault::new(row.kind.clone()).on(on);
    match when {
        When::Always => {}
        When::FromPageTwo => fault.skip = 1,
        When::Once => fault.times = Some(1),
    }
    let patience = row.ends.patience().with(truth.took * BESIDE);
    let ran = scan(vec![fault], patience).await?;
    if ran.exit() != 0 || !ran.gaps().is_empty() {
        return Err(format!("{:?}, {:?}", ran.outcome, ran.gaps()));
    }
    let differences = differences(&truth.snapshot, &ran.snapshot);
    if !differences.is_empty() {
        return Err(differences.join("; "));
    }
    let warnings = ran
        .outcome
        .as_ref()
        .map(|summary| summary.warnings.len())
        .unwrap_or_default();
    let whole = known(truth).unwrap();
    match known(&ran) {
        // Nobody is known, and the user is told.
        None if at == At::Principals && warnings == 1 => {}
        None => return Err(format!("nobody is known, and {warnings} warnings")),
        Some(seen) => {
            for (id, record) in &seen {
                let truth = whole.get(id).ok_or_else(|| format!("{id} is invented"))?;
                let same = |one: &PrincipalRecord| (one.name.clone(), one.kind, one.found, one.created);
                if same(truth) != same(record) {
                    return Err(format!("{record:?} in place of {truth:?}"));
                }
                let members = record.members.as_deref().unwrap_or_default();
                if !members
                    .iter()
                    .all(|id| truth.members.as_ref().is_some_and(|all| all.contains(id)))
                {
                    return Err(format!("members are invented: {record:?}"));
                }
            }
            let is_same = seen == whole;
            let should_be_same = matches!(row.ends, Ends::Well) || (when == When::Once && recovers(row.ends));
            if should_be_same && !is_same {
                return Err(format!("{seen:?} in place of {whole:?}"));
            }
            if is_same != (warnings == 0) {
                return Err(format!("{warnings} warnings, and {seen:?}"));
            }
        }
    }
    // A token that is refused is renewed once.
    let most = (usize::try_from(patience.attempts).unwrap() + 1) * 3 + PAGE_BOUND;
    if ran.asked.len() > 2 * most {
        return Err(format!("{} requests", ran.asked.len()));
    }
    Ok(())
}

/// Whether a fault that passes leaves nothing behind.
fn recovers(ends: Ends) -> bool {
    matches!(
        ends,
        Ends::Exhausted(..) | Ends::Disconnected | Ends::TimedOut | Ends::Unauthorized(_)
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_at_graph() {
    let truth = Arc::new(scan(Vec::new(), Patience::CALM).await.unwrap());
    let whole = known(&truth).unwrap();
    // Four who have something, and one who is in a group of theirs.
    assert_eq!((truth.exit(), whole.len()), (0, 5));
    let missing: Vec<&str> = whole
        .values()
        .filter(|one| !one.found)
        .map(|one| one.id.as_str())
        .collect();
    assert_eq!(missing, [DELETED]);
    // One question, and two pages of members.
    assert_eq!(truth.asked.len(), 3);
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut cells = JoinSet::new();
    for row in FAULTS {
        for (at, when) in [
            (At::Principals, When::Always),
            (At::Principals, When::Once),
            (At::Members, When::Always),
            (At::Members, When::FromPageTwo),
            (At::Members, When::Once),
        ] {
            let (truth, places) = (truth.clone(), places.clone());
            cells.spawn(async move {
                let _place = places.acquire_owned().await.unwrap();
                let result = cell(&truth, row, at, when).await;
                result.map_err(|why| format!("{} at {at:?}, {when:?}: {why}", row.name))
            });
        }
    }
    let failures: Vec<String> = cells.join_all().await.into_iter().filter_map(Result::err).collect();
    assert!(
        failures.is_empty(),
        "{} cells failed:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
