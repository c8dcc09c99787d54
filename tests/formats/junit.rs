//! JUnit, judged by the schema of Jenkins' xUnit plugin.

use crate::{render, reports, tools};
use cosmos_rbac::checks::CHECKS;
use cosmos_rbac::finding::{About, Finding, Report, State};
use std::collections::BTreeMap;

#[track_caller]
fn judge(name: &str, report: &Report) {
    let folder = tempfile::tempdir().unwrap();
    let path = tools::file(&folder, "report.junit.xml", &render("junit", report));
    let output = tools::python("junit.py", &[&tools::tool("junit-10.xsd"), &path]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "JUnit of {name}:\n{said}");
}

#[test]
#[ignore = "needs the judges that tests/tools/install brings; tests/run runs it"]
fn the_schema_accepts_it() {
    for (name, report) in reports::with_many() {
        judge(name, report);
    }
}

#[test]
fn accounts_and_checks_are_suites_and_cases() {
    let report = reports::sample();
    let text = render("junit", &report);
    assert_eq!(text.matches("<testsuite ").count(), report.accounts.len() + 1);
    // Ten checks are about no account, and `collection-incomplete` is about both; what else is found is a case, too.
    let mut groups: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        groups
            .entry((finding.account(), finding.check))
            .or_default()
            .push(finding);
    }
    let elsewhere = groups.keys().filter(|(account, check)| match account {
        Some(_) => check.about == About::Tenant,
        None => check.id == "orphaned-principal",
    });
    let cases = report.accounts.len() * (CHECKS.len() - 10) + 11 + elsewhere.count();
    assert_eq!(text.matches("<testcase ").count(), cases);
    let number = |is: &dyn Fn(&[&Finding]) -> bool| groups.values().filter(|group| is(group)).count();
    let fails = |group: &[&Finding]| group.iter().any(|finding| report.gate.fails(finding));
    let counts = |group: &[&Finding]| group.iter().any(|finding| finding.state == State::New);
    let unread = |group: &[&Finding]| group[0].is_gap();
    assert_eq!(text.matches("<failure ").count(), number(&fails));
    assert_eq!(text.matches("<error ").count(), number(&unread));
    // A case for each check in its suite, and why it cannot pass.
    let suites = std::iter::once(None).chain((0..report.accounts.len()).map(Some));
    let mut skipped = 0;
    let mut mild = 0;
    for place in suites {
        let account = place.map(|place| &report.accounts[place].id);
        for check in CHECKS.iter() {
            let group = groups.get(&(account, *check)).map_or(&[][..], Vec::as_slice);
            let belongs = if account.is_some() {
                check.about.is_of_accounts()
            } else {
                check.about.is_of_the_whole()
            };
            let lacks = belongs && report.unchecked(check, place).next().is_some();
            if fails(group) || group.first().is_some_and(|finding| finding.is_gap()) {
                continue;
            }
            skipped += usize::from(lacks || !group.is_empty() && !counts(group));
            mild += usize::from(!lacks && counts(group));
        }
    }
    assert_eq!(text.matches("<skipped ").count(), skipped);
    assert_eq!(text.matches("<system-out>").count(), mild);
    assert!(mild > 0 && number(&fails) > 0);
}

#[test]
fn passing_cases_fold_when_there_are_too_many() {
    // A finding for each account, and more cases than viewers take.
    let mut report = reports::many(500_000);
    report
        .findings
        .retain(|finding| finding.subject.id().is_some_and(|id| id.ends_with("00")));
    assert!(report.accounts.len() * report.checks.len() > 100_000);
    let text = render("junit", &report);
    let cases = text.matches("<testcase ").count();
    assert_eq!(cases, report.findings.len() + report.accounts.len() + 1);
    assert_eq!(
        text.matches("name=\"all other checks\"").count(),
        report.accounts.len() + 1
    );
    let counting = report
        .findings
        .iter()
        .filter(|finding| finding.state == State::New)
        .count();
    let verdicts = text.matches("<failure ").count() + text.matches("<error ").count();
    assert_eq!(verdicts, counting);
}
