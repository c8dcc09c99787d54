//! What an earlier report makes known: itself in full, nothing of what grows, and whatever else comes and goes.

use crate::cases;
use crate::plans::{policy, snapshot};
use crate::replay::audit;
use crate::strategies::{PREFIX, Plan, PlanRole, Shapes, permission, plan, sql_plan};
use cosmos_rbac::checks::Options;
use cosmos_rbac::finding::{About, Baseline, Finding, Report, State};
use cosmos_rbac::report::{Format, Style};
use cosmos_rbac::resolve::Tenant;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::BTreeSet;

/// `None` when the generated rules contradict each other: then there is no audit.
fn audited(plan: &Plan, baseline: Option<&Baseline>) -> Option<Report> {
    let scanned = snapshot(vec![plan.record(0)]);
    let options = Options {
        baseline,
        ..Options::default()
    };
    audit(&Tenant::of(&scanned), &policy(std::slice::from_ref(plan), 0), options).ok()
}

fn baseline(report: &Report) -> Baseline {
    let mut json = Vec::new();
    Format::Json.render(report, Style::default(), &mut json).unwrap();
    Baseline::parse(std::str::from_utf8(&json).unwrap()).unwrap()
}

/// The same plan audited, with what it found before as the baseline of what it finds after `change`.
fn since(before: &Plan, after: &Plan) -> Option<(Report, Report)> {
    let first = audited(before, None)?;
    let second = audited(after, Some(&baseline(&first)))?;
    Some((first, second))
}

/// Findings that count, or are known.
fn of_state(report: &Report, state: State) -> impl Iterator<Item = &Finding> {
    let of = report.findings.iter();
    of.filter(move |finding| finding.state == state && !finding.is_gap())
}

/// What is wrong with access, by documented action.
fn wrongs(report: &Report, state: Option<State>) -> BTreeSet<(String, String, String)> {
    let of_access = report
        .findings
        .iter()
        .filter(|finding| finding.check.about == About::Access);
    of_access
        .filter(|finding| state.is_none_or(|state| finding.state == state))
        .flat_map(|finding| {
            let actions = finding.subject.data_actions().iter().map(|action| action.name());
            let documented = actions.filter(|name| !name.contains('*') && !name.contains("frob"));
            let place = format!("{:?} {:?}", finding.subject.id(), finding.subject.scope());
            documented.map(move |action| (finding.check.id.to_owned(), place.clone(), action))
        })
        .collect()
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn of_itself_everything_is_known(plan in plan(Shapes::Any)) {
        if let Some((_, second)) = since(&plan, &plan) {
            prop_assert_eq!(of_state(&second, State::New).count(), 0);
            prop_assert_eq!(second.fixed.len(), 0);
        }
    }

    #[test]
    fn what_others_have_makes_nothing_new(
        plan in plan(Shapes::Tail), others in vec(permission(Shapes::Tail), 1..3),
    ) {
        let mut more = plan.clone();
        // A role that nobody has.
        more.roles.push(PlanRole {
            name: "bystander".to_owned(),
            built_in: false,
            assignable: vec!["/".to_owned()],
            permissions: others,
        });
        if let Some((first, second)) = since(&plan, &more) {
            for finding in of_state(&second, State::New) {
                prop_assert_eq!(finding.subject.role_name(), Some("bystander"), "{:#?}\n{:#?}", finding, first.findings);
            }
        }
    }

    #[test]
    fn letters_case_makes_nothing_new(plan in plan(Shapes::Any)) {
        let mut loud = plan.clone();
        for permission in loud.roles.iter_mut().flat_map(|role| &mut role.permissions) {
            permission.yes.iter_mut().chain(&mut permission.not).for_each(|text| *text = text.to_ascii_uppercase());
        }
        if let Some((_, second)) = since(&plan, &loud) {
            let new: Vec<_> = of_state(&second, State::New).map(|finding| (finding.check.id, &finding.wrong)).collect();
            prop_assert!(new.is_empty(), "{:#?}", new);
        }
    }

    /// Whatever is found of a role or of who has it is another thing once the role gives more.
    #[test]
    fn nothing_is_known_of_a_role_that_grew(plan in sql_plan(Shapes::Any), which in any::<Index>()) {
        const MORE: &str = "sqlDatabases/containers/items/delete";
        let mut more = plan.clone();
        if more.roles.is_empty() {
            return Ok(());
        }
        let place = which.index(more.roles.len());
        let Some(permission) = more.roles[place].permissions.first_mut() else { return Ok(()) };
        permission.yes.push(format!("{PREFIX}{MORE}"));
        // It certainly didn't give that before, and gives it now.
        let own = &plan.roles[place].permissions;
        let says = |text: &String| text.contains('*') || text.to_ascii_lowercase().ends_with("/items/delete");
        let is_new = own.iter().flat_map(|one| &one.yes).all(|text| !says(text)) && own.iter().all(|one| one.not.is_empty());
        let record = plan.record(0);
        let Some(role) = record.role_definitions().get(place).filter(|role| is_new && !role.is_built_in()) else { return Ok(()) };
        let guid = role.id.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        let of_role = |id: &str| id.to_ascii_lowercase().ends_with(&guid);
        let assignments = record.role_assignments().iter().filter(|one| of_role(one.role_definition_id.as_str()));
        let mut concerned: BTreeSet<String> = assignments.map(|one| one.id.to_ascii_lowercase()).collect();
        concerned.insert(role.id.to_ascii_lowercase());
        if let Some((_, second)) = since(&plan, &more) {
            for finding in of_state(&second, State::Known) {
                let is_of_role = finding.subject.id().is_some_and(|id| concerned.contains(&id.to_ascii_lowercase()));
                // What an assignment gives beside the new action is known, and so is what the role lacks of its declaration.
                let is_of_others = finding.check.about == About::Access || finding.check.id == "role-drift";
                prop_assert!(is_of_others || !is_of_role, "{:#?}", finding);
            }
        }
    }

    #[test]
    fn what_grows_is_new(plan in sql_plan(Shapes::Any), which in any::<Index>(), wide in prop_oneof![
        Just("*"), Just("sqlDatabases/containers/*"), Just("sqlDatabases/containers/items/*"), Just("sqlDatabases/containers/items/delete"),
    ]) {
        let mut more = plan.clone();
        let mut lists: Vec<&mut Vec<String>> =
            more.roles.iter_mut().flat_map(|role| &mut role.permissions).map(|permission| &mut permission.yes).collect();
        if lists.is_empty() {
            return Ok(());
        }
        which.get_mut(&mut lists).push(if wide == "*" { wide.to_owned() } else { format!("{PREFIX}{wide}") });
        if let Some((first, second)) = since(&plan, &more) {
            let (before, known) = (wrongs(&first, None), wrongs(&second, Some(State::Known)));
            prop_assert!(known.is_subset(&before), "{:#?}", known.difference(&before));
        }
    }
}
