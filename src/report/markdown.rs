//! Markdown for step summaries and comments of GitHub, and whatever else reads GitHub's flavour. Names come from the
//! tenant: they make no markup, no links, no mentions and no references.

use super::Spec;
use super::text::{count, visible};
use crate::finding::{AccountSummary, Confidence, Finding, Report, Severity, State, Verdict};
use std::io::{self, Write};

pub(super) const SPEC: Spec = Spec {
    name: "markdown",
    extension: "md",
    render: |report, _, out| render(report, LIMIT, out),
};

/// Bytes. GitHub drops a step summary of more than 1 MiB; some room stays for what else the step says.
const LIMIT: usize = 1_000_000;
/// Policy files that are named.
const FILES: usize = 20;

fn render(report: &Report, limit: usize, to: &mut dyn Write) -> io::Result<()> {
    let mut out = head(report);
    let rows: Vec<String> = report.findings.iter().map(row).collect();
    let kept = kept(report, &rows, limit.saturating_sub(out.len()));
    let left_out = kept.iter().filter(|kept| !**kept).count();
    if left_out > 0 {
        out.push_str(&format!(
            "> **Cut to fit.** {} are not shown here; the worst are. The JSON and HTML reports have them all.\n\n",
            count(left_out, "finding", "findings")
        ));
    }
    let mut group = None;
    for ((finding, row), _) in report.findings.iter().zip(&rows).zip(&kept).filter(|(_, kept)| **kept) {
        if group != Some(&finding.account) {
            group = Some(&finding.account);
            out.push_str(&heading(report, finding));
        }
        out.push_str(row);
    }
    writeln!(to, "{}", out.trim_end())
}

/// Which findings fit, the worst first, waived ones last.
fn kept(report: &Report, rows: &[String], room: usize) -> Vec<bool> {
    let mut order: Vec<(usize, &Finding)> = report.findings.iter().enumerate().collect();
    order.sort_by_key(|(_, finding)| (finding.state, std::cmp::Reverse(finding.severity)));
    let mut kept = vec![false; rows.len()];
    let mut headings = std::collections::HashSet::new();
    let mut room = room.saturating_sub(200); // for the notice that something was cut
    for (place, finding) in order {
        let mut needed = rows.get(place).map_or(0, String::len);
        if !headings.contains(&finding.account) {
            needed += heading(report, finding).len();
        }
        let Some(left) = room.checked_sub(needed) else { break };
        room = left;
        headings.insert(&finding.account);
        if let Some(kept) = kept.get_mut(place) {
            *kept = true;
        }
    }
    kept
}

fn head(report: &Report) -> String {
    let snapshot = &report.snapshot;
    let summary = &report.summary;
    let verdict = match report.verdict {
        Verdict::Pass => "passed",
        Verdict::Fail => "failed",
        Verdict::Incomplete => "incomplete",
        Verdict::Empty => "nothing to audit",
    };
    let mut out = format!("## Cosmos DB access audit: {verdict}\n\n");
    let tenant = if snapshot.tenant.is_empty() {
        "not known"
    } else {
        &snapshot.tenant
    };
    let files: Vec<String> = report.policy.iter().take(FILES).map(|file| code(file)).collect();
    let more = report.policy.len().saturating_sub(FILES);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    out.push_str(&format!(
        "{} in {}{}. Tenant {}, scanned {}, policy {}{more}.\n\n",
        count(summary.findings, "finding", "findings"),
        count(snapshot.accounts, "account", "accounts"),
        summary.beside(),
        code(tenant),
        snapshot.taken_at,
        files.join(", "),
    ));
    if !snapshot.complete {
        out.push_str("> **Incomplete.** Not everything could be read, so there may be more than what stands here.\n\n");
    }
    if summary.findings > 0 {
        out.push_str("| critical | high | medium | low | note |\n|---:|---:|---:|---:|---:|\n|");
        for severity in Severity::ALL.iter().rev() {
            let number = summary.by_severity.get(severity).copied().unwrap_or_default();
            out.push_str(&format!(" {number} |"));
        }
        out.push_str("\n\n");
    }
    for notice in &report.notices {
        let at = notice.policy.as_ref().map(|at| format!(" ({})", code(&at.to_string())));
        let line = format!("Note: {}{}\n\n", prose(&notice.message), at.unwrap_or_default());
        // A policy with thousands of notices must not leave findings without room.
        if out.len() + line.len() > LIMIT / 10 {
            break;
        }
        out.push_str(&line);
    }
    out
}

fn heading(report: &Report, finding: &Finding) -> String {
    let mut out = String::from("\n### ");
    let found = finding.account.as_ref().and_then(|id| report.account(id));
    match (&finding.account, found) {
        (None, _) => out.push_str("Across accounts\n"),
        (Some(_), Some(account)) => out.push_str(&about(report, account)),
        (Some(id), None) => out.push_str(&format!("{}\n", code(id.as_str()))),
    }
    out.push_str("\n| severity | finding | policy |\n|---|---|---|\n");
    out
}

fn about(report: &Report, account: &AccountSummary) -> String {
    let keys = account.keys();
    format!(
        "{}\n\n{} in {}; {}, {keys}\n",
        prose(account.id.name()),
        code(account.id.resource_group()),
        code(report.snapshot.subscription_name(&account.id)),
        account.api.title(),
    )
}

fn row(finding: &Finding) -> String {
    let mut label = finding.severity.word().to_owned();
    if finding.severity >= Severity::High {
        label = format!("**{label}**");
    }
    if finding.confidence == Confidence::Possible {
        label.push_str("<br>possible");
    }
    if finding.state != State::New {
        label.push_str(&format!("<br>{}", finding.state.word()));
    }
    let mut text = format!("**{}**: {}", finding.check, prose(&finding.message));
    if let Some(waiver) = &finding.waiver {
        text.push_str(&format!(
            "<br>Waived until {}: {}",
            waiver.expires,
            prose(&waiver.reason)
        ));
    }
    if let Some(remedy) = &finding.remedy {
        text.push_str(&format!("<br>Fix: {}", prose(&remedy.summary)));
        if let Some(command) = &remedy.command {
            text.push_str(&format!("<br>{}", code(command)));
        }
    }
    let policy = finding
        .policy
        .as_ref()
        .map(|at| code(&format!("{}:{}", at.file, at.line)))
        .unwrap_or_default();
    format!("| {label} | {text} | {policy} |\n")
}

/// Text in which names stand in backticks, as our messages have them. A backtick inside a name only moves where code
/// begins and ends: both are escaped.
fn prose(text: &str) -> String {
    let mut out = String::new();
    let mut parts = text.split('`').peekable();
    let mut is_code = false;
    while let Some(part) = parts.next() {
        match (is_code, parts.peek()) {
            (true, Some(_)) => out.push_str(&code(part)),
            (true, None) => {
                out.push_str("&#96;");
                out.push_str(&escape(part));
            }
            (false, _) => out.push_str(&escape(part)),
        }
        is_code = !is_code;
    }
    out
}

fn code(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("<code>{}</code>", escape(text))
    }
}

/// Characters that mean something become references, which Markdown shows and never reads. Mentions, issue references
/// and bare links are looked for after that; a space of no width stands in their way.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in visible(text).chars() {
        match c {
            '@' | '#' => out.push_str(&format!("&#{};&#8203;", u32::from(c))),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '$' | '!' | '^' => {
                out.push_str(&format!("&#{};", u32::from(c)));
            }
            _ => out.push(c),
        }
    }
    for (start, broken) in [("://", ":&#8203;//"), ("www.", "www&#8203;."), ("WWW.", "WWW&#8203;.")] {
        out = out.replace(start, broken);
    }
    out
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
            assert_eq!(prose(text), expected);
        }
    }
}
