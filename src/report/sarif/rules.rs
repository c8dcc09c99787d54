//! Checks as SARIF's rules, and severities in the scales of SARIF and GitHub.

use super::shape::{Configuration, Rule, RuleProperties, Text};
use crate::finding::{Check, Remedy, Report, Severity};
use crate::model::Shown;
use crate::shown;
use foldhash::{HashMap, HashMapExt};

/// GitHub takes 20 tags and shows 10.
const TAGS: &[&str] = &["security", "access-control", "azure", "cosmos-db"];

/// A severity in other scales.
pub(super) struct Scale {
    /// SARIF's, which has three steps that count.
    pub(super) level: &'static str,
    /// GitHub's for alerts of security: above 9.0 critical, from 7.0 high, from 4.0 medium, above 0 low, and 0.0 none
    /// (<https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>).
    pub(super) security: &'static str,
    /// GitHub's for other alerts.
    pub(super) problem: &'static str,
    /// SARIF's priority, up to 100.
    pub(super) rank: f64,
}

pub(super) fn scale(severity: Severity) -> Scale {
    let (level, security, problem, rank) = match severity {
        Severity::Critical => ("error", "9.5", "error", 95.0),
        Severity::High => ("error", "8.0", "error", 80.0),
        Severity::Medium => ("warning", "5.5", "warning", 55.0),
        Severity::Low => ("note", "2.0", "recommendation", 20.0),
        Severity::Note => ("note", "0.0", "recommendation", 0.0),
    };
    Scale {
        level,
        security,
        problem,
        rank,
    }
}

/// The checks that ran. GitHub takes the severity of an alert from its rule, so a rule is as bad as the worst finding of
/// its check; some are milder than the check by itself.
pub(super) fn all(report: &Report) -> Vec<Rule> {
    let mut worst: HashMap<&Check, Severity> = HashMap::new();
    for finding in &report.findings {
        let severity = worst.entry(finding.check).or_insert(finding.severity);
        *severity = finding.severity.max(*severity);
    }
    let mut examples: HashMap<&Check, String> = HashMap::new();
    for finding in &report.findings {
        let remedy = finding
            .remedy
            .as_ref()
            .filter(|_| !examples.contains_key(finding.check));
        if let Some(command) = remedy.and_then(Remedy::command) {
            examples.insert(finding.check, command);
        }
    }
    let ran = report.ran();
    ran.map(|(check, severity)| {
        let severity = worst.get(check).copied().unwrap_or(severity);
        rule(check, severity, examples.get(check).map(String::as_str))
    })
    .collect()
}

/// A rule; `example` is the command that fixes one of its findings.
fn rule(check: &'static Check, severity: Severity, example: Option<&str>) -> Rule {
    let scale = scale(severity);
    let Check {
        id, summary, why, fix, ..
    } = *check;
    let summary = sentence(summary);
    let example = example.map(Shown::of_lines);
    let plain = example.as_ref().map(|command| shown!("\n\nExample: {}", command));
    let fenced = example.map(|command| shown!("\n\n**Example:**\n\n```sh\n{}\n```", command));
    Rule {
        id,
        name: pascal(id),
        help: Text {
            text: shown!(
                "{}\n\nWhy: {}\n\nFix: {}{}\n\nMore: cosmos-rbac explain {}",
                summary,
                why,
                fix,
                plain.unwrap_or_default(),
                id
            ),
            markdown: Some(shown!(
                "{}\n\n**Why:** {}\n\n**Fix:** {}{}\n\n**More:** `cosmos-rbac explain {}`",
                summary,
                why,
                fix,
                fenced.unwrap_or_default(),
                id
            )),
        },
        short_description: Text::plain(summary),
        full_description: Text::plain(why),
        default_configuration: Configuration {
            level: scale.level,
            rank: scale.rank,
        },
        properties: RuleProperties {
            tags: TAGS,
            precision: "high",
            problem_severity: scale.problem,
            security_severity: scale.security,
        },
    }
}

/// A line as a sentence: the viewers show it alone.
fn sentence(line: &'static str) -> Shown {
    let mut rest = line.chars();
    let first: String = rest.next().into_iter().flat_map(char::to_uppercase).collect();
    shown!("{}{}.", Shown::of(&first), rest.as_str())
}

/// `ExcessAccess`, as SARIF wants a rule's name.
pub(super) fn pascal(id: &str) -> String {
    id.split('-')
        .flat_map(|word| {
            let mut rest = word.chars();
            let first = rest.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(rest)
        })
        .collect()
}
