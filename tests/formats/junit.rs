//! JUnit, judged by the schema of Jenkins' xUnit plugin.

use crate::{render, reports, tools};
use cosmos_rbac::finding::{CheckId, Report, State};

#[track_caller]
fn judge(name: &str, report: &Report) {
    let folder = tempfile::tempdir().unwrap();
    let path = tools::file(&folder, "report.junit.xml", &render("junit", report));
    let output = tools::python("junit.py", &[&tools::tool("junit-10.xsd"), &path]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "JUnit of {name}:\n{said}");
}

#[test]
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
    let cases = text.matches("<testcase ").count();
    // `policy-unused`, `waiver-expired` and `waiver-unused` are about no account.
    assert_eq!(cases, report.accounts.len() * (CheckId::ALL.len() - 3) + 4);
    assert_eq!(text.matches("<failure ").count(), 23);
    assert_eq!(text.matches("<error ").count(), 1);
    assert_eq!(text.matches("<skipped ").count(), 1);
}

#[test]
fn passing_cases_fold_when_there_are_too_many() {
    // A finding for each account, and more cases than viewers take.
    let mut report = reports::many(500_000);
    report
        .findings
        .retain(|finding| finding.subject.as_ref().is_some_and(|id| id.ends_with("00")));
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
