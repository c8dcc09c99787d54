//! Markdown for step summaries and comments of GitHub, and whatever else reads GitHub's flavour: the verdict, the worst, and the
//! findings by account, folded. Names come from the tenant: they make no markup, no links, no mentions and no references.

pub(super) mod escape;

use super::rows::{self, Row};
use super::text::{Screen, count, sentence, thousands};
use super::{Render, Spec, facts, verdict};
use crate::finding::{Finding, Place, Remedy, Report, Severity, State};
use crate::model::{AccountId, Shown};
use crate::shown;
use escape::{code, prose};
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use std::cmp::Reverse;
use std::io;

pub(super) const SPEC: Spec = Spec {
    name: "markdown",
    extension: "md",
    render: Render::Text(|report, _, out| render(report, LIMIT, out)),
};

/// Bytes. GitHub drops a step summary of more than 1 MiB; some room stays for what else the step says.
const LIMIT: usize = 1_000_000;
/// Causes or findings that stand at the top.
const WORST: usize = 10;
/// Bytes that one of these has below its title; what is longer stands below its account only.
const LONGEST: usize = 8_000;
/// Policy files that are named.
const FILES: usize = 20;
/// Bytes for the line that says that something was cut.
const CUT: usize = 200;
/// What ends an account's findings.
const END: &str = "</details>\n\n";

/// How many findings each account has.
type Numbers<'r> = HashMap<Option<&'r AccountId>, usize>;

fn render(report: &Report, limit: usize, to: &mut Screen<'_>) -> io::Result<()> {
    let mut out = head(report);
    worst(&mut out, report);
    let items: Vec<Shown> = report.findings.iter().map(|finding| item(finding, report)).collect();
    let mut numbers: Numbers<'_> = HashMap::new();
    for finding in &report.findings {
        *numbers.entry(finding.account()).or_default() += 1;
    }
    let kept = kept(report, &items, &numbers, limit.saturating_sub(out.as_str().len()));
    let left_out = kept.iter().filter(|kept| !**kept).count();
    if !items.is_empty() {
        out.push("### All findings by account\n\n");
    }
    if left_out > 0 {
        out.push(shown!(
            "> **Cut to fit.** {} are not shown here; the worst are. The JSON and HTML reports have them all.\n\n",
            count(left_out, "finding", "findings")
        ));
    }
    let shown = report.findings.iter().zip(items).zip(kept).filter(|(_, kept)| *kept);
    let mut shown: Vec<(&Finding, Shown)> = shown.map(|(pair, _)| pair).collect();
    shown.sort_by_key(|(finding, _)| (finding.account(), finding.state, Reverse(finding.severity)));
    let mut group = None;
    for (finding, item) in shown {
        if group != Some(finding.account()) {
            if group.is_some() {
                out.push(END);
            }
            group = Some(finding.account());
            out.push(heading(report, finding.account(), &numbers));
        }
        out.push(item);
    }
    if group.is_some() {
        out.push(END);
    }
    to.line(out.without_final(&['\n']))
}

/// Which findings fit, the worst first, waived ones last.
fn kept(report: &Report, items: &[Shown], numbers: &Numbers<'_>, room: usize) -> Vec<bool> {
    let mut order: Vec<(usize, &Finding)> = report.findings.iter().enumerate().collect();
    order.sort_by_key(|(_, finding)| (finding.state, Reverse(finding.severity)));
    let mut kept = vec![false; items.len()];
    let mut headings = HashSet::new();
    let mut room = room.saturating_sub(CUT);
    for (place, finding) in order {
        let mut needed = items.get(place).map_or(0, |item| item.as_str().len());
        if !headings.contains(&finding.account()) {
            needed += heading(report, finding.account(), numbers).as_str().len() + END.len();
        }
        let Some(left) = room.checked_sub(needed) else { break };
        room = left;
        headings.insert(finding.account());
        if let Some(kept) = kept.get_mut(place) {
            *kept = true;
        }
    }
    kept
}

fn head(report: &Report) -> Shown {
    let mut out = Shown::from("## Cosmos DB access audit\n\n");
    let sentences = verdict::sentences(report);
    let title = verdict::title(report);
    out.push(shown!(
        "**{}:** {}\n\n",
        title,
        prose(Shown::join(sentences, " ").as_str())
    ));
    let mut files = Shown::join(report.policy.iter().take(FILES).map(|file| code(file)), ", ");
    if report.policy.len() > FILES {
        files.push(shown!(" and {} more", report.policy.len() - FILES));
    }
    let facts = facts::facts(report).into_iter().map(|fact| prose(fact.as_str()));
    let who = report.snapshot.scanned_by.as_ref();
    let who = who.map(|who| shown!("scanned by {}", code(who.shown().as_str())));
    let facts = facts.chain(who).chain([shown!("policy {}", files)]);
    out.push(shown!("{}\n\n", Shown::join(facts, " · ")));
    if !report.not_checked.is_empty() {
        out.push("> **Not checked**\n>\n");
        for text in verdict::not_checked(report) {
            out.push(shown!("> - {}\n", prose(text.as_str())));
        }
        out.push("\n");
    }
    for notice in &report.notices {
        let mut line = shown!("Note: {}", prose(notice.message.as_str()));
        if let Some(at) = notice.place.as_ref().map(Place::source) {
            line.push(shown!(" ({})", code(&at.to_string())));
        }
        line.push("\n\n");
        // A policy with thousands of notices must not leave findings without room.
        if out.as_str().len() + line.as_str().len() > LIMIT / 10 {
            break;
        }
        out.push(line);
    }
    out
}

/// The worst causes or findings, with their fixes.
fn worst(out: &mut Shown, report: &Report) {
    let rows = rows::rows(report);
    let top = rows.get(..WORST.min(rows.len())).unwrap_or_default();
    if top.is_empty() {
        return;
    }
    let heading = match rows.len() {
        all if all > WORST => shown!("### The worst {} of {}\n\n", WORST, thousands(all)),
        _ => "### Findings, the worst first\n\n".into(),
    };
    out.push(heading);
    for row in top {
        out.push(shown!(
            "- {} {} · {}\n",
            severity(row.severity),
            prose(row.title.as_str()),
            about(row)
        ));
        let mut more = Shown::default();
        if let Some(detail) = row.detail {
            more.push(shown!("\n  {}.\n", prose(detail.without_final(&['.']).as_str())));
        }
        if let Some(remedy) = row.remedy {
            fix(&mut more, remedy);
        }
        if more.as_str().len() <= LONGEST {
            out.push(more);
        }
    }
    out.push("\n");
}

/// The check of a single finding; else how many there are.
fn about(row: &Row<'_>) -> Shown {
    match row.findings.as_slice() {
        [only] => code(only.check.id),
        _ => row.about(),
    }
}

fn severity(severity: Severity) -> Shown {
    let title = severity.title();
    if severity >= Severity::High {
        shown!("**{}**", title)
    } else {
        title.into()
    }
}

/// What to do, as a part of an item of a list: in words, then step by step. A command never stands without what it changes.
fn fix(out: &mut Shown, remedy: &Remedy) {
    out.push(shown!("\n  Fix: {}\n", prose(sentence(&remedy.summary).as_str())));
    for (place, step) in remedy.steps.iter().enumerate() {
        let changes = sentence(&step.changes);
        let number = (remedy.steps.len() > 1).then(|| shown!("{}\\. ", place + 1));
        out.push(shown!(
            "\n  {}{}\n",
            number.unwrap_or_default(),
            prose(changes.as_str())
        ));
        if let Some(command) = &step.command {
            // Within a fence nothing means anything but a line that ends it, and a command is one line that begins with its name.
            out.push(shown!("\n  ```sh\n  {}\n  ```\n", Shown::of(command)));
        }
    }
}

fn heading(report: &Report, account: Option<&AccountId>, numbers: &Numbers<'_>) -> Shown {
    let number = numbers.get(&account).copied().unwrap_or_default();
    let number = count(number, "finding", "findings");
    let Some(id) = account else {
        return shown!("<details><summary>Several accounts, or none: {}</summary>\n\n", number);
    };
    let about = report.account(id).map(|account| {
        shown!(
            "{} · {} · {}, {}\n\n",
            code(id.resource_group()),
            code(report.snapshot.subscription_name(id)),
            account.api.title(),
            account.keys()
        )
    });
    // In HTML there are no backticks.
    let name = escape::text(id.name());
    shown!(
        "<details><summary>{}: {}</summary>\n\n{}",
        name,
        number,
        about.unwrap_or_default()
    )
}

fn item(finding: &Finding, report: &Report) -> Shown {
    let state = match finding.state {
        State::New => Shown::default(),
        state => shown!(" ({})", state.word()),
    };
    let mut text = shown!(
        "- {} {}{} · {}\n\n  {}\n",
        severity(finding.severity),
        prose(rows::title(finding).as_str()),
        state,
        code(finding.check.id),
        prose(sentence(&finding.message).as_str())
    );
    if let Some(waiver) = &finding.waiver {
        text.push(shown!(
            "\n  Waived until {}: {}\n",
            waiver.expires,
            prose(&waiver.reason)
        ));
    }
    let owner = report.owner(finding);
    if !owner.is_empty() {
        text.push(shown!("\n  Owner: {}\n", prose(&owner)));
    }
    if let Some(at) = finding.place.as_ref().map(Place::source) {
        text.push(shown!("\n  Policy: {}\n", code(&format!("{}:{}", at.file, at.line))));
    }
    if let Some(remedy) = &finding.remedy {
        fix(&mut text, remedy);
    }
    text.push("\n");
    text
}
