//! JUnit XML, for the test reports of CI systems: a suite for each account, in it a case for each check. A finding that
//! fails the audit fails its case, a known or waived one skips it, and one below `--fail-on` is told in the output of a
//! case that passes, so that the test report fails when the audit does. What could not be read is an error, unless the
//! audit accepts that. A case passes only if everything was checked that its check needs; otherwise it is skipped.
//!
//! JUnit has no standard. What is written here is valid in the schema of Jenkins' xUnit plugin (`junit-10.xsd`), which
//! refuses what is not, and keeps to what GitLab and Azure DevOps read. There are no durations: nothing was measured.

use super::text::count;
use super::{Render, Spec, filtered, rows, verdict};
use crate::finding::{AccountSummary, Check, CheckSummary, Finding, Gate, NotChecked, Place, Report, State, What};
use crate::model::Shown;
use crate::model::shown::Show;
use crate::shown;
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
    /// Why the case cannot pass; empty: it can.
    not_checked: Shown,
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
            Some(finding) if finding.is_gap() && self.gate.allow_incomplete => Outcome::Skipped,
            Some(finding) if finding.is_gap() => Outcome::Error,
            Some(_) if self.findings.iter().any(|finding| self.gate.fails(finding)) => Outcome::Failure,
            None if !self.findings.is_empty() => Outcome::Skipped,
            Some(_) | None if !self.not_checked.is_empty() => Outcome::Skipped,
            Some(_) | None => Outcome::Pass,
        }
    }
}

/// An account, or what concerns none.
struct Suite<'r> {
    verdict: Option<&'static str>,
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
    let folded = report.number_of_accounts().saturating_mul(report.checks.len()) > MOST_CASES;
    // Both are sorted by account, and what concerns none comes first.
    let mut rest = report.findings.iter().peekable();
    let whole = std::iter::once(None);
    let last = report.shown_accounts().last().map(|(_, account)| &account.id);
    whole
        .chain(report.shown_accounts().map(Some))
        .map(|account| {
            let place = account.map(|(place, _)| place);
            let account = account.map(|(_, account)| account);
            let id = account.map(|account| &account.id);
            // The last one takes what is left, so that nothing is ever lost.
            let mut found = Vec::new();
            while let Some(finding) = rest.next_if(|finding| finding.account() <= id || id == last) {
                found.push(finding);
            }
            let mut cases: Vec<Case> = Vec::new();
            let mut others: Vec<&NotChecked> = Vec::new();
            for CheckSummary { check, severity } in report.checks.iter().copied() {
                let findings: Vec<&Finding> = found.iter().copied().filter(|f| f.check == check).collect();
                let belongs = belongs(check, account);
                let partial = partial(report, account);
                // Whether everything was checked is told where the check has its case in any report.
                let off = report.not_checked.iter();
                let off = off.filter(|row| severity.is_none() && row.what == What::Checks);
                let not_checked = report.unchecked(check, place).chain(off).filter(|_| belongs);
                if !findings.is_empty() || (!folded && belongs) {
                    cases.push(Case {
                        name: check.id,
                        findings,
                        not_checked: match reasons(not_checked, partial) {
                            // Nothing was looked at, so nothing passed.
                            none if none.is_empty() && report.accounts.is_empty() => "no accounts were found".into(),
                            reasons => reasons,
                        },
                        gate: report.gate,
                    });
                } else {
                    others.extend(not_checked);
                }
            }
            if folded {
                others.sort_by_key(|row| (row.what, &row.why));
                others.dedup();
                cases.push(Case {
                    name: OTHERS,
                    findings: Vec::new(),
                    not_checked: reasons(others.into_iter(), partial(report, account)),
                    gate: report.gate,
                });
            }
            Suite {
                verdict: account.is_none().then(|| report.verdict.word()),
                account,
                cases,
            }
        })
        .collect()
}

/// Why a case cannot pass, as the message of a case that is skipped.
fn reasons<'r>(rows: impl Iterator<Item = &'r NotChecked>, partial: Option<Shown>) -> Shown {
    let reasons: Vec<Shown> = rows.map(|row| shown!("{} ({})", row.what.title(), &row.why)).collect();
    let not_checked = (!reasons.is_empty()).then(|| shown!("not checked: {}", Shown::join(reasons, "; ")));
    Shown::join(partial.into_iter().chain(not_checked), "; ")
}

/// Why a case cannot pass where filters can have left findings out.
fn partial(report: &Report, account: Option<&AccountSummary>) -> Option<Shown> {
    let filtered = report.filtered.as_ref()?;
    let is_whole = account.is_some() && filtered.leaves_accounts_whole;
    let only = filtered.only.iter().map(|one| shown!("--only {}", Shown::of(one)));
    (!is_whole).then(|| shown!("not all findings are shown: {}", Shown::join(only, " ")))
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
    element(writer, "testsuites", &attributes)
        .write_inner_content(|writer| suites.iter().try_for_each(|suite| write_suite(suite, report, writer)))?;
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

fn write_suite(suite: &Suite, report: &Report, writer: &mut Xml<'_>) -> io::Result<()> {
    let name = Shown::of(suite.account.map_or(WHOLE, |account| account.id.name()));
    let attributes: [(_, &dyn Show); 6] = [
        ("name", &name),
        ("tests", &suite.cases.len()),
        ("failures", &suite.number(Outcome::Failure)),
        ("errors", &suite.number(Outcome::Error)),
        ("skipped", &suite.number(Outcome::Skipped)),
        ("timestamp", &report.snapshot.taken_at),
    ];
    element(writer, "testsuite", &attributes).write_inner_content(|writer| {
        let properties = properties(suite, report);
        if !properties.is_empty() {
            writer.create_element("properties").write_inner_content(|writer| {
                for (name, value) in properties {
                    element(writer, "property", &[("name", &name), ("value", &value)]).write_empty()?;
                }
                Ok(())
            })?;
        }
        suite
            .cases
            .iter()
            .try_for_each(|case| write_case(case, &name, report, writer))
    })?;
    Ok(())
}

/// What is known of a suite beside its cases.
fn properties(suite: &Suite<'_>, report: &Report) -> Vec<(&'static str, Shown)> {
    let Some(account) = suite.account else {
        let verdict = suite.verdict.map(|verdict| ("verdict", verdict.into()));
        let waivers = verdict::waivers(report).map(|waivers| ("waivers", waivers));
        let filtered = filtered::text(report).map(|text| ("filtered", text));
        return verdict.into_iter().chain(waivers).chain(filtered).collect();
    };
    let owners = (!account.owners.is_empty()).then(|| ("owner", Shown::of(&account.owners.join(", "))));
    std::iter::once(("account", Shown::of(account.id.as_str())))
        .chain(owners)
        .collect()
}

fn write_case(case: &Case, suite: &Shown, report: &Report, writer: &mut Xml<'_>) -> io::Result<()> {
    let element_of_case = element(writer, "testcase", &[("name", &case.name), ("classname", &suite)]);
    // One verdict a case: readers take the first, so it tells of all findings.
    let first = case.findings.iter().find(|finding| case.gate.fails(finding));
    let first = first.or(case.findings.first()).copied();
    if first.is_none() && case.not_checked.is_empty() {
        element_of_case.write_empty()?;
        return Ok(());
    }
    let told = case.findings.iter().map(|finding| describe(finding, report));
    let why = (!case.not_checked.is_empty()).then(|| shown!("{}\n", &case.not_checked));
    let body = Shown::join(told.chain(why), "\n");
    let verdict = match case.outcome() {
        Outcome::Pass => None,
        Outcome::Failure => Some("failure"),
        Outcome::Error => Some("error"),
        Outcome::Skipped => Some("skipped"),
    };
    let mut message = match first {
        // It counts, but what the case lacks is why it is skipped.
        Some(first) if case.not_checked.is_empty() || case.outcome() != Outcome::Skipped => rows::title(first),
        _ => case.not_checked.clone(),
    };
    if case.findings.len() > 1 {
        message.push(shown!(" (and {})", count(case.findings.len() - 1, "more", "more")));
    }
    let kind = first.map_or("not-checked", |first| first.severity.word());
    element_of_case.write_inner_content(|writer| {
        let inner = match verdict {
            Some(verdict) => element(writer, verdict, &[("type", &kind), ("message", &message)]),
            None => element(writer, "system-out", &[]),
        };
        inner.write_text_content(BytesText::new(body.as_str()))?;
        Ok(())
    })?;
    Ok(())
}

/// A finding in lines.
fn describe(finding: &Finding, report: &Report) -> Shown {
    let mut text = shown!("{}\n  {}\n", rows::title(finding), &finding.message);
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
    if let Some(reach) = finding.subject.reach() {
        let names = report.reached(reach).map(|account| Shown::of(account.id.name()));
        line("accounts", Shown::join(names, ", "));
    }
    let owner = report.owner(finding);
    if !owner.is_empty() {
        line("owner", Shown::of(&owner));
    }
    if let Some(at) = finding.place.as_ref().map(Place::source) {
        line("policy", Shown::of_value(at));
    }
    if let Some(remedy) = &finding.remedy {
        line("fix", remedy.summary.clone());
        for step in &remedy.steps {
            line("step", step.changes.clone());
            if let Some(command) = &step.command {
                line("command", Shown::of(command));
            }
        }
    }
    text
}
