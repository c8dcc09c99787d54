//! Ids that are spelt otherwise are the same ids: no spelling of them changes a report.

use crate::cases;
use crate::plans::{policy, snapshot};
use crate::replay::audit;
use crate::strategies::{Plan, Shapes, plan};
use cosmos_rbac::checks::Options;
use cosmos_rbac::model::{RoleKind, guid};
use cosmos_rbac::report::{Format, Style};
use cosmos_rbac::resolve::Tenant;
use proptest::collection::vec;
use proptest::prelude::*;

/// A GUID in one of the spellings that occur.
fn spelt(guid: &str, how: u8) -> String {
    let bare = guid.replace('-', "");
    match how % 8 {
        0 => guid.to_owned(),
        1 => guid.to_uppercase(),
        2 => bare,
        3 => format!("{{{guid}}}"),
        4 => format!("({})", guid.to_uppercase()),
        5 => format!(" {guid}\t"),
        6 => format!("{{{}}}", bare.to_uppercase()),
        _ => format!("{{ {guid} }}"),
    }
}

/// The path of a role definition in one of the spellings that occur.
fn path(account: &str, kind: RoleKind, guid: &str, how: u8) -> String {
    let path = format!("{account}/{}/", kind.row().definitions);
    match how % 7 {
        0 => format!("{path}{guid}"),
        1 => guid.to_owned(),
        2 => format!("/{path}{guid}"),
        3 => format!("{}{guid}", &path[1..]),
        4 => format!("{}{guid}", path.to_uppercase()),
        5 => format!("{path}{guid}/"),
        _ => format!("{}{guid}", path.replace("/providers/", "//providers/")),
    }
}

fn report(plans: &[Plan], spellings: &[(u8, u8, u8)]) -> Option<String> {
    let mut spellings = spellings.iter().cycle();
    let mut records: Vec<_> = (0..).zip(plans).map(|(number, plan)| plan.record(number)).collect();
    for record in &mut records {
        let account = record.account.id.as_str().to_owned();
        for assignment in record.role_assignments.iter_mut().flatten() {
            let (role, place, principal) = *spellings.next()?;
            let guid = assignment.role_definition_id.key();
            assignment.role_definition_id = path(&account, assignment.kind, &spelt(&guid, role), place).into();
            assignment.principal_id = spelt(assignment.principal_id.as_str(), principal).into();
        }
    }
    let snapshot = snapshot(records);
    let report = audit(&Tenant::of(&snapshot), &policy(plans, 0), Options::default()).ok()?;
    let mut out = Vec::new();
    Format::Json.render(&report, Style::default(), &mut out).unwrap();
    Some(String::from_utf8(out).unwrap())
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn no_spelling_of_an_id_changes_a_report(
        plans in vec(plan(Shapes::Any), 1..3), spellings in vec((any::<u8>(), any::<u8>(), any::<u8>()), 1..9),
    ) {
        // Of a role that does not exist, its id is told as it was read.
        let mut plans = plans;
        for plan in &mut plans {
            plan.assignments.retain(|assignment| assignment.role.is_some());
        }
        let [plain, spelt] = [&[(0, 0, 0)][..], &spellings].map(|spellings| report(&plans, spellings));
        prop_assert_eq!(plain, spelt);
    }

    #[test]
    fn a_guid_is_one_id_however_it_is_spelt(digits in "[0-9a-f]{32}", how: u8) {
        let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
        let guid = parts.join("-");
        prop_assert_eq!(guid::canonical(&spelt(&guid, how)), guid);
    }

    #[test]
    fn what_is_compared_is_compared_alike_again(text in ".*") {
        let once = guid::canonical(&text);
        prop_assert_eq!(guid::canonical(&once), once);
    }
}
