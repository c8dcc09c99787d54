//! JUnit XML, for the test reports of CI systems: a suite for each account, in it a case for each check. A finding that
//! fails the audit fails its case, a known or waived one skips it, and one below `--fail-on` is told in the output of a
//! case that passes, so that the test report fails when the audit does. What could not be read is an error.
//!
//! JUnit has no standard. What is written here is valid in the schema of Jenkins' xUnit plugin (`junit-10.xsd`), which
//! refuses what is not, and keeps to what GitLab and Azure DevOps read. There are no durations: nothing was measured.

use super::text::count;
use super::{Render, Spec};
use crate::finding::{AccountSummary, Check, Finding, Gate, Place, Report, State};
use crate::model::Shown;
use crate::model::shown::Show;
use crate::shown;
use jiff::Timestamp;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use quick_xml::writer::ElementWriter;
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
    render: Render::Data(render),
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
            Some(finding) if finding.is_gap() => Outcome::Error,
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

/// Whether a check has a case in the suite of an account, or of what concerns none.
fn belongs(check: &Check, account: Option<&AccountSummary>) -> bool {
    match account {
        Some(_) => check.about.is_of_accounts(),
        None => check.about.is_of_the_whole(),
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
            while let Some(finding) = rest.next_if(|finding| finding.account() <= id || id == last) {
                found.push(finding);
            }
            let mut cases: Vec<Case> = Vec::new();
            for (check, _) in report.ran() {
                let findings: Vec<&Finding> = found.iter().copied().filter(|f| f.check == check).collect();
                if !findings.is_empty() || (!folded && belongs(check, account)) {
                    cases.push(Case {
                        name: check.id,
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
    let sum = |number: fn(&Suite) -> usize| suites.iter().map(number).sum::<usize>();
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let attributes: [(_, &dyn Show); 4] = [
        ("name", &"cosmos-rbac"),
        ("tests", &sum(|suite| suite.cases.len())),
        ("failures", &sum(|suite| suite.number(Outcome::Failure))),
        ("errors", &sum(|suite| suite.number(Outcome::Error))),
    ];
    element(writer, "testsuites", &attributes).write_inner_content(|writer| {
        let taken_at = report.snapshot.taken_at;
        suites.iter().try_for_each(|suite| write_suite(suite, taken_at, writer))
    })?;
    Ok(())
}

/// An element whose attributes are safe to show.
fn element<'w, W: Write>(
    writer: &'w mut Writer<W>,
    name: &'static str,
    attributes: &[(&'static str, &dyn Show)],
) -> ElementWriter<'w, W> {
    attributes
        .iter()
        .fold(writer.create_element(name), |element, (name, value)| {
            element.with_attribute((*name, value.to_string().as_str()))
        })
}

fn write_suite(suite: &Suite, taken_at: Timestamp, writer: &mut Xml<'_>) -> io::Result<()> {
    let name = Shown::of(suite.account.map_or(WHOLE, |account| account.id.name()));
    let attributes: [(_, &dyn Show); 6] = [
        ("name", &name),
        ("tests", &suite.cases.len()),
        ("failures", &suite.number(Outcome::Failure)),
        ("errors", &suite.number(Outcome::Error)),
        ("skipped", &suite.number(Outcome::Skipped)),
        ("timestamp", &taken_at),
    ];
    element(writer, "testsuite", &attributes).write_inner_content(|writer| {
        if let Some(account) = suite.account {
            let id = Shown::of(account.id.as_str());
            writer.create_element("properties").write_inner_content(|writer| {
                element(writer, "property", &[("name", &"account"), ("value", &id)]).write_empty()?;
                Ok(())
            })?;
        }
        suite.cases.iter().try_for_each(|case| write_case(case, &name, writer))
    })?;
    Ok(())
}

fn write_case(case: &Case, suite: &Shown, writer: &mut Xml<'_>) -> io::Result<()> {
    let element_of_case = element(writer, "testcase", &[("name", &case.name), ("classname", &suite)]);
    // One verdict a case: readers take the first, so it tells of all findings.
    let first = case.findings.iter().find(|finding| case.gate.fails(finding));
    let Some(first) = first.or(case.findings.first()) else {
        element_of_case.write_empty()?;
        return Ok(());
    };
    let body = Shown::join(case.findings.iter().map(|finding| describe(finding)), "\n");
    let verdict = match case.outcome() {
        Outcome::Pass => None,
        Outcome::Failure => Some("failure"),
        Outcome::Error => Some("error"),
        Outcome::Skipped => Some("skipped"),
    };
    let mut message = first.message.clone();
    if case.findings.len() > 1 {
        message.push(shown!(" (and {})", count(case.findings.len() - 1, "more", "more")));
    }
    element_of_case.write_inner_content(|writer| {
        let inner = match verdict {
            Some(verdict) => {
                let severity = first.severity.word();
                element(writer, verdict, &[("type", &severity), ("message", &message)])
            }
            None => element(writer, "system-out", &[]),
        };
        inner.write_text_content(BytesText::new(body.as_str()))?;
        Ok(())
    })?;
    Ok(())
}

/// A finding in lines.
fn describe(finding: &Finding) -> Shown {
    let mut text = shown!("{}\n", &finding.message);
    let mut line = |title: &'static str, value: Shown| text.push(shown!("  {}: {}\n", title, value));
    line("fingerprint", Shown::of(&finding.fingerprint()));
    line("severity", finding.severity.word().into());
    line("confidence", finding.confidence.word().into());
    if finding.state != State::New {
        line("state", finding.state.word().into());
    }
    if let Some(waiver) = &finding.waiver {
        let reason = Shown::of(&waiver.reason);
        line("waived until", shown!("{}: {}", waiver.expires, reason));
    }
    if let Some(subject) = finding.subject.id() {
        line("see", Shown::of(subject));
    }
    if let Some(at) = finding.place.as_ref().map(Place::source) {
        line("policy", Shown::of_value(at));
    }
    if let Some(remedy) = &finding.remedy {
        line("fix", remedy.summary.clone());
        if let Some(command) = &remedy.command {
            line("command", Shown::of(command));
        }
    }
    text
}
