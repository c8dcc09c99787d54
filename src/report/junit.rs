//! JUnit XML, for the test reports of CI systems: a suite for each account, in it a case for each check. A finding that
//! fails the audit fails its case, a known or waived one skips it, and one below `--fail-on` is told in the output of a
//! case that passes, so that the test report fails when the audit does. What could not be read is an error.
//!
//! JUnit has no standard. What is written here is valid in the schema of Jenkins' xUnit plugin (`junit-10.xsd`), which
//! refuses what is not, and keeps to what GitLab and Azure DevOps read. There are no durations: nothing was measured.

use super::Spec;
use super::text::{count, visible};
use crate::finding::{AccountSummary, CheckId, Finding, Gate, Report, State};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io::{self, Write};

/// Cases that viewers still take. With more, those of an account that pass become one.
const MOST_CASES: usize = 100_000;
/// The suite of what concerns no account.
const WHOLE: &str = "across accounts";
/// The case that stands for those that pass.
const OTHERS: &str = "all other checks";

pub(super) const SPEC: Spec = Spec {
    name: "junit",
    extension: "junit.xml",
    render: |report, _, out| render(report, out),
};

/// Where the XML goes.
type Xml<'w> = Writer<&'w mut dyn Write>;

fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write(report, &mut Writer::new_with_indent(&mut *out, b' ', 1))?;
    out.write_all(b"\n")
}

/// A check in a suite, and what it found.
struct Case<'r> {
    name: &'static str,
    findings: Vec<&'r Finding>,
    gate: Gate,
}

/// What a case comes to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Pass,
    Failure,
    Error,
    Skipped,
}

impl Case<'_> {
    fn outcome(&self) -> Outcome {
        let counts = |finding: &&&Finding| finding.state == State::New;
        match self.findings.iter().find(counts) {
            Some(finding) if finding.check == CheckId::CollectionIncomplete => Outcome::Error,
            Some(_) if self.findings.iter().any(|finding| self.gate.fails(finding)) => Outcome::Failure,
            None if !self.findings.is_empty() => Outcome::Skipped,
            Some(_) | None => Outcome::Pass,
        }
    }
}

/// An account, or what concerns none.
struct Suite<'r> {
    account: Option<&'r AccountSummary>,
    cases: Vec<Case<'r>>,
}

impl Suite<'_> {
    fn number(&self, outcome: Outcome) -> usize {
        self.cases.iter().filter(|case| case.outcome() == outcome).count()
    }
}

/// Checks that are about the policy, the scan, or what reaches many accounts; [`CheckId::CollectionIncomplete`] is about
/// accounts, too.
fn of_the_whole(check: CheckId) -> bool {
    use CheckId::{
        CollectionIncomplete, KeyAccess, LocalAuthSwitch, PolicyUnused, RoleAssignmentWrite, SelfGrant, WaiverExpired,
        WaiverUnused,
    };
    let ways = [KeyAccess, LocalAuthSwitch, RoleAssignmentWrite, SelfGrant];
    let rest = [CollectionIncomplete, PolicyUnused, WaiverExpired, WaiverUnused];
    ways.contains(&check) || rest.contains(&check)
}

fn belongs(check: CheckId, account: Option<&AccountSummary>) -> bool {
    match account {
        Some(_) => check == CheckId::CollectionIncomplete || !of_the_whole(check),
        None => of_the_whole(check),
    }
}

fn suites(report: &Report) -> Vec<Suite<'_>> {
    let folded = report.accounts.len().saturating_mul(report.checks.len()) > MOST_CASES;
    // Both are sorted by account, and what concerns none comes first.
    let mut rest = report.findings.iter().peekable();
    let whole = std::iter::once(None);
    let last = report.accounts.last().map(|account| &account.id);
    whole
        .chain(report.accounts.iter().map(Some))
        .map(|account| {
            let id = account.map(|account| &account.id);
            // The last one takes what is left, so that nothing is ever lost.
            let mut found = Vec::new();
            while let Some(finding) = rest.next_if(|finding| finding.account.as_ref() <= id || id == last) {
                found.push(finding);
            }
            let mut cases: Vec<Case> = Vec::new();
            for check in CheckId::ALL {
                let ran = report.checks.iter().any(|summary| summary.id == *check);
                let findings: Vec<&Finding> = found.iter().copied().filter(|f| f.check == *check).collect();
                if !findings.is_empty() || (ran && !folded && belongs(*check, account)) {
                    cases.push(Case {
                        name: check.id(),
                        findings,
                        gate: report.gate,
                    });
                }
            }
            if folded {
                cases.push(Case {
                    name: OTHERS,
                    findings: Vec::new(),
                    gate: report.gate,
                });
            }
            Suite { account, cases }
        })
        .collect()
}

fn write(report: &Report, writer: &mut Xml<'_>) -> io::Result<()> {
    let suites = suites(report);
    let sum = |number: fn(&Suite) -> usize| suites.iter().map(number).sum::<usize>().to_string();
    let taken_at = report.snapshot.taken_at.to_string();
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer
        .create_element("testsuites")
        .with_attributes([
            ("name", "cosmos-rbac"),
            ("tests", &sum(|suite| suite.cases.len())),
            ("failures", &sum(|suite| suite.number(Outcome::Failure))),
            ("errors", &sum(|suite| suite.number(Outcome::Error))),
        ])
        .write_inner_content(|writer| {
            suites
                .iter()
                .try_for_each(|suite| write_suite(suite, &taken_at, writer))
        })?;
    Ok(())
}

fn write_suite(suite: &Suite, taken_at: &str, writer: &mut Xml<'_>) -> io::Result<()> {
    let name = suite.account.map_or(WHOLE, |account| account.id.name());
    let name = visible(name);
    let number = |outcome| suite.number(outcome).to_string();
    writer
        .create_element("testsuite")
        .with_attributes([
            ("name", name.as_str()),
            ("tests", &suite.cases.len().to_string()),
            ("failures", &number(Outcome::Failure)),
            ("errors", &number(Outcome::Error)),
            ("skipped", &number(Outcome::Skipped)),
            ("timestamp", taken_at),
        ])
        .write_inner_content(|writer| {
            if let Some(account) = suite.account {
                let id = visible(account.id.as_str());
                writer.create_element("properties").write_inner_content(|writer| {
                    let property = writer.create_element("property");
                    property
                        .with_attributes([("name", "account"), ("value", id.as_str())])
                        .write_empty()?;
                    Ok(())
                })?;
            }
            suite.cases.iter().try_for_each(|case| write_case(case, &name, writer))
        })?;
    Ok(())
}

fn write_case(case: &Case, suite: &str, writer: &mut Xml<'_>) -> io::Result<()> {
    let element = writer
        .create_element("testcase")
        .with_attributes([("name", case.name), ("classname", suite)]);
    // One verdict a case: readers take the first, so it tells of all findings.
    let first = case.findings.iter().find(|finding| case.gate.fails(finding));
    let Some(first) = first.or(case.findings.first()) else {
        element.write_empty()?;
        return Ok(());
    };
    let body: Vec<String> = case.findings.iter().map(|finding| describe(finding)).collect();
    let body = body.join("\n");
    let verdict = match case.outcome() {
        Outcome::Pass => None,
        Outcome::Failure => Some("failure"),
        Outcome::Error => Some("error"),
        Outcome::Skipped => Some("skipped"),
    };
    let mut message = visible(&first.message);
    if case.findings.len() > 1 {
        message.push_str(&format!(" (and {})", count(case.findings.len() - 1, "more", "more")));
    }
    element.write_inner_content(|writer| {
        let inner = match verdict {
            Some(verdict) => writer
                .create_element(verdict)
                .with_attributes([("type", first.severity.word()), ("message", message.as_str())]),
            None => writer.create_element("system-out"),
        };
        inner.write_text_content(BytesText::new(&body))?;
        Ok(())
    })?;
    Ok(())
}

/// A finding in lines.
fn describe(finding: &Finding) -> String {
    let mut text = format!("{}\n", visible(&finding.message));
    let mut line = |title: &str, value: &str| {
        text.push_str(&format!("  {title}: {}\n", visible(value)));
    };
    line("fingerprint", &finding.fingerprint());
    line("severity", finding.severity.word());
    line("confidence", finding.confidence.word());
    if finding.state != State::New {
        line("state", finding.state.word());
    }
    if let Some(waiver) = &finding.waiver {
        line("waived until", &format!("{}: {}", waiver.expires, waiver.reason));
    }
    if let Some(subject) = &finding.subject {
        line("see", subject);
    }
    if let Some(at) = &finding.policy {
        line("policy", &at.to_string());
    }
    if let Some(remedy) = &finding.remedy {
        line("fix", &remedy.summary);
        if let Some(command) = &remedy.command {
            line("command", command);
        }
    }
    text
}
