//! What ends up in logs and summaries: Markdown within its limit, annotations within theirs.

use crate::{render, reports};
use cosmos_rbac::finding::{Severity, State};

/// GitHub drops a step summary of more than 1 MiB.
const LIMIT: usize = 1 << 20;

/// The findings in the folded part, each by the words of its first line.
fn items(text: &str) -> Vec<&str> {
    let folded = text.split("### All findings by account\n").nth(1).unwrap_or_default();
    let lines = folded.lines().filter_map(|line| line.strip_prefix("- "));
    lines.filter(|line| line.contains(" · <code>")).collect()
}

#[test]
fn markdown_keeps_the_worst_and_says_what_it_cut() {
    let (_, report) = reports::with_many().pop().unwrap();
    let text = render("markdown", report);
    assert!(text.len() < LIMIT && text.len() > LIMIT / 2, "{}", text.len());
    let items = items(&text);
    let cut = report.findings.len() - items.len();
    assert!(cut > 0);
    let told = format!(
        "> **Cut to fit.** {},{:03} findings are not shown here",
        cut / 1000,
        cut % 1000
    );
    assert!(text.contains(&told), "{told}");
    // Whatever was cut is no worse than the mildest that was kept.
    let counting = |severity| {
        let same = |one: &&cosmos_rbac::finding::Finding| one.severity == severity && one.state == State::New;
        report.findings.iter().filter(same).count()
    };
    let shown = |title: &str| {
        let items = items.iter().map(|item| item.trim_start_matches('*'));
        items.filter(|item| item.starts_with(title)).count()
    };
    let mut all_kept = true;
    for severity in Severity::ALL.into_iter().rev() {
        let kept = shown(severity.title());
        assert!(all_kept || kept == 0, "{severity:?} is kept where worse was cut");
        all_kept &= kept >= counting(severity);
    }
}

#[test]
fn markdown_of_all_else_is_whole() {
    for (name, report) in reports::all() {
        let text = render("markdown", &report);
        assert!(
            text.len() < LIMIT && !text.contains("Cut to fit"),
            "{name}: {}",
            text.len()
        );
        assert_eq!(items(&text).len(), report.findings.len(), "{name}");
        assert_eq!(
            text.matches("<details>").count(),
            text.matches("</details>").count(),
            "{name}"
        );
        // A fence that is never closed would take the rest of the summary.
        let fences = |line: &&str| line.trim_start().starts_with("```");
        assert_eq!(text.lines().filter(fences).count() % 2, 0, "{name}");
    }
}

/// The worst ten stand before everything that is folded.
#[test]
fn markdown_begins_with_the_worst() {
    for (name, report) in reports::with_many() {
        let text = render("markdown", report);
        let top = text.split("<details>").next().unwrap();
        let top: Vec<&str> = top.lines().filter_map(|line| line.strip_prefix("- ")).collect();
        assert!(top.len() <= 10, "{name}");
        let worst = report.findings.iter().filter(|one| one.state == State::New);
        if let Some(worst) = worst.map(|one| one.severity).max() {
            assert!(
                top[0].trim_start_matches('*').starts_with(worst.title()),
                "{name}: {}",
                top[0]
            );
        }
    }
}

#[test]
fn at_most_ten_annotations_and_a_verdict() {
    for (name, report) in reports::with_many() {
        let counting = report.findings.iter().filter(|one| one.state == State::New).count();
        for format in ["github", "azure-devops"] {
            let text = render(format, report);
            let annotated = text.lines().count() - 1;
            assert!(annotated == counting.min(10) || annotated == 9, "{format} of {name}");
            let verdict = text.lines().last().unwrap();
            assert!(verdict.contains("cosmos-rbac"), "{verdict}");
            let told = format!("The worst {annotated} are shown.");
            assert_eq!(counting > annotated, verdict.contains(&told), "{verdict}");
            if report.summary.failing > 0 {
                let error = [
                    "::error title=cosmos-rbac::Failed: ",
                    "##vso[task.logissue type=error;]cosmos-rbac: Failed: ",
                ];
                assert!(error.iter().any(|start| verdict.starts_with(start)), "{verdict}");
            }
        }
        // More than ten of a level would not be shown.
        let text = render("github", report);
        for level in ["::error ", "::warning ", "::notice "] {
            assert!(
                text.lines().filter(|line| line.starts_with(level)).count() <= 10,
                "{name}"
            );
        }
    }
}
