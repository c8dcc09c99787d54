//! Markdown for step summaries and comments of GitHub, and whatever else reads GitHub's flavour. Names come from the
//! tenant: they make no markup, no links, no mentions and no references.

use super::text::{Screen, count};
use super::{Render, Spec, verdict};
use crate::finding::{AccountSummary, Confidence, Finding, Place, Report, Severity, State, Verdict};
use crate::model::Shown;
use crate::shown;
use std::io;

pub(super) const SPEC: Spec = Spec {
    name: "markdown",
    extension: "md",
    render: Render::Text(|report, _, out| render(report, LIMIT, out)),
};

/// Bytes. GitHub drops a step summary of more than 1 MiB; some room stays for what else the step says.
const LIMIT: usize = 1_000_000;
/// Policy files that are named.
const FILES: usize = 20;

fn render(report: &Report, limit: usize, to: &mut Screen<'_>) -> io::Result<()> {
    let mut out = head(report);
    let rows: Vec<Shown> = report.findings.iter().map(row).collect();
    let kept = kept(report, &rows, limit.saturating_sub(out.as_str().len()));
    let left_out = kept.iter().filter(|kept| !**kept).count();
    if left_out > 0 {
        out.push(shown!(
            "> **Cut to fit.** {} are not shown here; the worst are. The JSON and HTML reports have them all.\n\n",
            count(left_out, "finding", "findings")
        ));
    }
    let mut group = None;
    for ((finding, row), _) in report.findings.iter().zip(&rows).zip(&kept).filter(|(_, kept)| **kept) {
        if group != Some(finding.account()) {
            group = Some(finding.account());
            out.push(heading(report, finding));
        }
        out.push(row);
    }
    to.line(out.without_final(&['\n']))
}

/// Which findings fit, the worst first, waived ones last.
fn kept(report: &Report, rows: &[Shown], room: usize) -> Vec<bool> {
    let mut order: Vec<(usize, &Finding)> = report.findings.iter().enumerate().collect();
    order.sort_by_key(|(_, finding)| (finding.state, std::cmp::Reverse(finding.severity)));
    let mut kept = vec![false; rows.len()];
    let mut headings = std::collections::HashSet::new();
    let mut room = room.saturating_sub(200); // for the notice that something was cut
    for (place, finding) in order {
        let mut needed = rows.get(place).map_or(0, |row| row.as_str().len());
        if !headings.contains(&finding.account()) {
            needed += heading(report, finding).as_str().len();
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
    let snapshot = &report.snapshot;
    let summary = &report.summary;
    let verdict = match report.verdict {
        Verdict::Pass if report.not_checked.is_empty() => "passed",
        Verdict::Pass => "passed for what was checked",
        Verdict::Fail => "failed",
        Verdict::Incomplete => "incomplete",
        Verdict::Empty => "nothing to audit",
        Verdict::NotGated => "not gated",
    };
    let mut out = shown!("## Cosmos DB access audit: {}\n\n", verdict);
    let tenant = match snapshot.tenant.as_str() {
        "" => "not known",
        id => id,
    };
    let mut files = Shown::join(report.policy.iter().take(FILES).map(|file| code(file)), ", ");
    if report.policy.len() > FILES {
        files.push(shown!(" and {} more", report.policy.len() - FILES));
    }
    let who = snapshot.scanned_by.as_ref();
    let who = who.map(|who| shown!(" by {}", code(who.shown().as_str())));
    out.push(shown!(
        "{}, {}. Tenant {}, scanned {}{}, policy {}.\n\n",
        verdict::counts(report),
        count(snapshot.accounts, "account", "accounts"),
        code(tenant),
        snapshot.taken_at,
        who.unwrap_or_default(),
        files,
    ));
    if !snapshot.complete {
        out.push("> **Incomplete.** Not everything could be read, so this list may be incomplete.\n\n");
    }
    if report.verdict == Verdict::NotGated {
        out.push("> **Not gated.** No finding fails this audit: it ran with `--fail-on never`.\n\n");
    }
    if !report.not_checked.is_empty() {
        out.push("> **Not checked**\n>\n");
        for text in verdict::not_checked(report) {
            out.push(shown!("> - {}\n", prose(text.as_str())));
        }
        out.push("\n");
    }
    if summary.findings > 0 {
        out.push("| Critical | High | Medium | Low | Note |\n|---:|---:|---:|---:|---:|\n|");
        for severity in Severity::ALL.iter().rev() {
            let number = summary.by_severity.get(severity).copied().unwrap_or_default();
            out.push(shown!(" {} |", number));
        }
        out.push("\n\n");
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

fn heading(report: &Report, finding: &Finding) -> Shown {
    let found = finding.account().and_then(|id| report.account(id));
    let about = match (finding.account(), found) {
        (None, _) => "Across accounts".into(),
        (Some(_), Some(account)) => about(report, account),
        (Some(id), None) => code(id.as_str()),
    };
    shown!("\n### {}\n\n| severity | finding | policy |\n|---|---|---|\n", about)
}

fn about(report: &Report, account: &AccountSummary) -> Shown {
    shown!(
        "{}\n\n{} in {}; {}, {}",
        prose(account.id.name()),
        code(account.id.resource_group()),
        code(report.snapshot.subscription_name(&account.id)),
        account.api.title(),
        account.keys(),
    )
}

fn row(finding: &Finding) -> Shown {
    let mut label = Shown::from(finding.severity.word());
    if finding.severity >= Severity::High {
        label = shown!("**{}**", label);
    }
    if finding.confidence == Confidence::Possible {
        label.push("<br>possible");
    }
    if finding.state != State::New {
        label.push(shown!("<br>{}", finding.state.word()));
    }
    let mut text = shown!("**{}**: {}", finding.check.id, prose(finding.message.as_str()));
    if let Some(waiver) = &finding.waiver {
        text.push(shown!("<br>Waived until {}: {}", waiver.expires, prose(&waiver.reason)));
    }
    if let Some(remedy) = &finding.remedy {
        text.push(shown!("<br>Fix: {}", prose(remedy.summary.as_str())));
        for (place, step) in remedy.steps.iter().enumerate() {
            text.push(shown!("<br>{}. {}", place + 1, prose(step.changes.as_str())));
            if let Some(command) = &step.command {
                text.push(shown!("<br>{}", code(command)));
            }
        }
    }
    let policy = finding.place.as_ref().map(Place::source);
    let policy = policy.map(|at| code(&format!("{}:{}", at.file, at.line)));
    shown!("| {} | {} | {} |\n", label, text, policy.unwrap_or_default())
}

/// Text in which names stand in backticks, as our messages have them. A backtick inside a name only moves where code
/// begins and ends: both are escaped.
fn prose(text: &str) -> Shown {
    let mut out = Shown::default();
    let mut parts = text.split('`').peekable();
    let mut is_code = false;
    while let Some(part) = parts.next() {
        match (is_code, parts.peek()) {
            (true, Some(_)) => out.push(code(part)),
            (true, None) => out.push(shown!("&#96;{}", escape(part))),
            (false, _) => out.push(escape(part)),
        }
        is_code = !is_code;
    }
    out
}

fn code(text: &str) -> Shown {
    if text.is_empty() {
        Shown::default()
    } else {
        shown!("<code>{}</code>", escape(text))
    }
}

/// Characters that mean something become references, which Markdown shows and never reads. Mentions, issue references
/// and bare links are looked for after that; a space of no width stands in their way.
fn escape(text: &str) -> Shown {
    Shown::of(text)
        .escaped(&[
            ('@', "&#64;&#8203;"),
            ('#', "&#35;&#8203;"),
            ('\\', "&#92;"),
            ('`', "&#96;"),
            ('*', "&#42;"),
            ('_', "&#95;"),
            ('[', "&#91;"),
            (']', "&#93;"),
            ('<', "&#60;"),
            ('>', "&#62;"),
            ('&', "&#38;"),
            ('|', "&#124;"),
            ('~', "&#126;"),
            ('$', "&#36;"),
            ('!', "&#33;"),
            ('^', "&#94;"),
        ])
        .replaced("://", ":&#8203;//")
        .replaced("www.", "www&#8203;.")
        .replaced("WWW.", "WWW&#8203;.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_make_no_markup() {
        for (text, expected) in [
            ("`a|b` may", "<code>a&#124;b</code> may"),
            ("a ` b", "a &#96; b"),
            ("<img src=x>", "&#60;img src=x&#62;"),
            ("@org/team #12", "&#64;&#8203;org/team &#35;&#8203;12"),
            (
                "[x](https://e.vil) www.e.vil",
                "&#91;x&#93;(https:&#8203;//e.vil) www&#8203;.e.vil",
            ),
            ("a\nb", "a&#92;nb"),
        ] {
            assert_eq!(prose(text).as_str(), expected);
        }
    }
}
