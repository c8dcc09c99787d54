//! SARIF 2.1.0, for GitHub code scanning and other viewers of static analysis. Findings are about a tenant, while SARIF
//! is about files: a result stands at the policy line that judged it, and names the ARM resource as its logical location.

mod place;
mod rules;
mod shape;

use super::text::{count, sentence};
use super::{Render, Spec, filtered, json, rows, stream, verdict};
use crate::finding::{Check, Confidence, Finding, Place, Remedy, Report, State};
use crate::model::arm_id::last_segment;
use crate::model::{Atom, Shown};
use crate::shown;
use shape::{
    ArtifactLocation, BaseId, Driver, Fingerprints, Invocation, Location, Log, LogicalLocation, Notification,
    NotificationKind, PhysicalLocation, Reference, Region, ResultProperties, Run, RunProperties, Suppression, Text,
    Tool,
};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// GitHub refuses a run with more results, and shows the worst [`SHOWN`] of them
/// (<https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit>).
const MOST_RESULTS: usize = 25_000;
const SHOWN: usize = 5_000;
/// Notifications about what couldn't be read; the rest is counted.
const MOST_GAPS: usize = 100;

/// What notifications are about.
const GAP: &str = "collection-incomplete";
const CUT: &str = "results-cut";
const NOT_CHECKED: &str = "not-checked";
const NOTICE: &str = "policy-notice";
/// Not `filtered`: the descriptor's name is the same in capitals, and SARIF1001 wants the two to differ.
const FILTERED: &str = "findings-filtered";

pub(super) const SPEC: Spec = Spec {
    name: "sarif",
    extension: "sarif",
    render: Render::Data(render),
};

fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [run(report)],
    };
    stream::json_document(&log, out)
}

fn run(report: &Report) -> Run<'_> {
    let results = worst(&report.findings)
        .into_iter()
        .map(|finding| result(report, finding))
        .collect();
    Run {
        tool: Tool { driver: driver(report) },
        invocations: [Invocation {
            // Always: GitHub refuses a run that is not
            // (<https://github.com/github/codeql-action/issues/1316>). What is missing is told in the notifications.
            execution_successful: true,
            tool_execution_notifications: notifications(report),
        }],
        original_uri_base_ids: BTreeMap::from([(
            place::ROOT,
            BaseId {
                description: Text::plain("The folder in which cosmos-rbac was run: the root of the checkout."),
            },
        )]),
        column_kind: "unicodeCodePoints",
        results,
        properties: RunProperties {
            verdict: report.verdict.word(),
            taken_at: report.snapshot.taken_at.to_string(),
            tenant: &report.snapshot.tenant,
            complete: report.snapshot.complete,
            findings: report.summary.findings,
            waived: report.summary.waived,
            filtered: report.filtered.as_ref().map(|one| json::Filtered::of(one, report)),
            not_checked: report.not_checked.iter().map(json::NotChecked::of).collect(),
        },
    }
}

/// All findings if they are few enough; else those that count first, the worst first, back in the report's order.
fn worst(findings: &[Finding]) -> Vec<&Finding> {
    let mut kept: Vec<(usize, &Finding)> = findings.iter().enumerate().collect();
    if kept.len() > MOST_RESULTS {
        kept.sort_by_key(|(place, finding)| {
            (
                finding.state,
                Reverse(finding.severity),
                Reverse(finding.confidence),
                *place,
            )
        });
        kept.truncate(MOST_RESULTS);
        kept.sort_unstable_by_key(|(place, _)| *place);
    }
    kept.into_iter().map(|(_, finding)| finding).collect()
}

fn driver(report: &Report) -> Driver {
    let kind = |id, text: &'static str, help: &'static str| NotificationKind {
        id,
        name: rules::pascal(id),
        short_description: Text::plain(text),
        full_description: Text::plain(text),
        help: Text::plain(help),
    };
    Driver {
        name: "cosmos-rbac",
        version: env!("CARGO_PKG_VERSION"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        short_description: Text::plain("Audits access control of Azure Cosmos DB."),
        full_description: Text::plain(
            "Audits who can read and change data in Azure Cosmos DB, and checks it against a policy.",
        ),
        rules: rules::all(report),
        notifications: vec![
            kind(
                GAP,
                "Something couldn't be read.",
                "Give the scanning identity the Reader role there, and scan again.",
            ),
            kind(
                CUT,
                "There are more findings than GitHub code scanning takes.",
                "Read them all in another format, such as json.",
            ),
            kind(
                NOT_CHECKED,
                "Something was not checked, so the verdict does not cover it.",
                "State it in the policy, give the scanning identity access to it, or scan without the option that leaves it out.",
            ),
            kind(
                NOTICE,
                "A rule of the policy possibly doesn't mean what it says.",
                "Look at the rule that the message names.",
            ),
            kind(
                FILTERED,
                "Filters leave findings out.",
                "Run the audit without --only to see all findings.",
            ),
        ],
    }
}

fn rule_index(report: &Report, check: &Check) -> Option<usize> {
    report.ran().position(|(ran, _)| ran == check)
}

fn result<'r>(report: &'r Report, finding: &'r Finding) -> shape::Result<'r> {
    let scale = rules::scale(finding.severity);
    let fingerprint = finding.fingerprint();
    shape::Result {
        rule_id: finding.check.id,
        rule_index: rule_index(report, finding.check),
        kind: "fail",
        level: scale.level,
        message: Text::plain(message(finding)),
        locations: [Location {
            physical_location: Some(physical(report, finding.place.as_ref())),
            logical_locations: logical(finding),
        }],
        partial_fingerprints: Fingerprints {
            // GitHub tells alerts apart by this one, the rule and the file alone. Made from the line, as its uploader
            // does if it is missing, it would be the same for all findings that one policy line judges.
            primary_location_line_hash: format!("{fingerprint}:1"),
            finding: fingerprint,
        },
        // Of all results or of none (SARIF 2.1.0, 3.27.24).
        baseline_state: (report.summary.known > 0).then_some(match finding.state {
            State::New | State::Waived => "new",
            State::Known => "unchanged",
        }),
        suppressions: match finding.state {
            State::New | State::Known => Vec::new(),
            State::Waived => vec![Suppression {
                kind: "external",
                status: "accepted",
                justification: finding.waiver.as_ref().map_or_else(
                    || "waived by the policy".into(),
                    |waiver| unlinked(&shown!("until {}: {}", waiver.expires, Shown::of(&waiver.reason))),
                ),
            }],
        },
        rank: match finding.confidence {
            Confidence::Certain => scale.rank,
            Confidence::Possible => scale.rank / 2.0,
        },
        properties: ResultProperties {
            severity: finding.severity.word(),
            confidence: finding.confidence.word(),
            state: finding.state.word(),
            owner: json::owner(report, finding),
            principal: finding.subject.principal().map(json::Principal::of),
            scope: finding.subject.scope().map(ToString::to_string),
            data_actions: finding.subject.data_actions().iter().map(Atom::name).collect(),
            reach: finding.subject.reach().map(|reach| json::Reach::of(reach, report)),
            command: finding.remedy.as_ref().and_then(Remedy::command),
        },
    }
}

/// The title is the first sentence, and short: GitHub shows no more where space is limited
/// (<https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>).
fn message(finding: &Finding) -> Shown {
    let mut text = shown!("{}. {}", rows::title(finding), sentence(&finding.message));
    if let Some(remedy) = &finding.remedy {
        text.push(shown!(" Fix: {}", sentence(&remedy.summary)));
    }
    unlinked(&text)
}

/// `[text](target)` is a link in SARIF's plain text, too (3.11.6), and the names come from the tenant.
fn unlinked(text: &Shown) -> Shown {
    text.replaced("](", "\\](")
}

/// The policy line that judged it, else the policy's first line: GitHub refuses the file if one result has no place
/// (<https://github.com/github/codeql-action/issues/2459>).
fn physical(report: &Report, place: Option<&Place>) -> PhysicalLocation {
    let at = place.map(Place::source);
    let file = at
        .map(|at| &at.file)
        .or_else(|| report.policy.first())
        .map_or("", |file| file);
    let place::Place { uri, base } = place::place(file);
    PhysicalLocation {
        artifact_location: ArtifactLocation { uri, uri_base_id: base },
        region: Region {
            start_line: at.map_or(1, |at| at.line.max(1)),
            start_column: at.map(|at| at.column.max(1)),
        },
    }
}

/// What in the tenant it is about: the subject, and the account around it.
fn logical(finding: &Finding) -> Vec<LogicalLocation<'_>> {
    let account = finding.account().map(|id| id.as_str());
    let subject = finding
        .subject
        .id()
        .filter(|subject| account.is_none_or(|account| !account.eq_ignore_ascii_case(subject)));
    let ids = subject.into_iter().chain(account);
    ids.map(|id| LogicalLocation {
        name: last_segment(id),
        fully_qualified_name: id,
        kind: "resource",
    })
    .collect()
}

fn notifications(report: &Report) -> Vec<Notification<'_>> {
    let note = |id, level, text: Shown| Notification {
        descriptor: Reference {
            id,
            index: [GAP, CUT, NOT_CHECKED, NOTICE, FILTERED]
                .iter()
                .position(|known| *known == id),
        },
        associated_rule: None,
        level,
        message: Text::plain(unlinked(&text)),
        locations: Vec::new(),
    };
    let mut out = Vec::new();
    out.extend(filtered::text(report).map(|text| note(FILTERED, "warning", text)));
    let all = report.findings.len();
    let findings = count(all, "finding", "findings");
    if all > MOST_RESULTS {
        let lost = count(all - MOST_RESULTS, "of them is", "of them are");
        let text = shown!(
            "{}, {} left out: the mildest. Other formats, such as json, hold them all.",
            findings,
            lost
        );
        out.push(note(CUT, "error", text));
    }
    if all > SHOWN {
        let text = shown!("{}: GitHub code scanning shows the worst {}.", findings, SHOWN);
        out.push(note(CUT, "warning", text));
    }
    // Where a gap is accepted it is no error in any format.
    let unread_level = if report.gate.allow_incomplete {
        "warning"
    } else {
        "error"
    };
    let mut gaps = 0;
    let unread = |finding: &&Finding| finding.is_gap() && finding.state == State::New;
    for finding in report.findings.iter().filter(unread) {
        gaps += 1;
        if gaps <= MOST_GAPS {
            let index = rule_index(report, finding.check);
            out.push(Notification {
                associated_rule: index.map(|index| Reference {
                    id: finding.check.id,
                    index: Some(index),
                }),
                message: Text::plain(message(finding)),
                locations: vec![Location {
                    physical_location: None,
                    logical_locations: logical(finding),
                }],
                ..note(GAP, unread_level, Shown::default())
            });
        }
    }
    if gaps > MOST_GAPS {
        let more = count(gaps - MOST_GAPS, "more thing", "more things");
        out.push(note(GAP, unread_level, shown!("{} couldn't be read.", more)));
    } else if gaps == 0 && !report.snapshot.complete {
        let text = "Not everything could be read, so there may be more to find.";
        out.push(note(GAP, unread_level, text.into()));
    }
    for (row, text) in report.not_checked.iter().zip(verdict::not_checked(report)) {
        out.push(Notification {
            locations: row
                .place
                .iter()
                .map(|place| Location {
                    physical_location: Some(physical(report, Some(place))),
                    logical_locations: Vec::new(),
                })
                .collect(),
            ..note(NOT_CHECKED, "warning", shown!("Not checked: {}.", text))
        });
    }
    out.extend(verdict::waivers(report).map(|text| note(NOTICE, "warning", text)));
    for notice in &report.notices {
        out.push(Notification {
            locations: vec![Location {
                physical_location: Some(physical(report, notice.place.as_ref())),
                logical_locations: Vec::new(),
            }],
            ..note(NOTICE, "warning", notice.message.clone())
        });
    }
    out
}
