//! What ends up in logs and summaries: Markdown within its limit, annotations within theirs.

use crate::{render, reports};
use cosmos_rbac::finding::{Severity, State};

/// GitHub drops a step summary of more than 1 MiB.
const LIMIT: usize = 1 << 20;

#[test]
fn markdown_keeps_the_worst_and_says_what_it_cut() {
    let (_, report) = reports::with_many().pop().unwrap();
    let text = render("markdown", report);
    assert!(text.len() < LIMIT && text.len() > LIMIT / 2, "{}", text.len());
    let row = |line: &&str| line.starts_with("| ") && line.contains("<br>Fix: ") || line.contains("**: ");
    let rows: Vec<&str> = text.lines().filter(row).collect();
    let cut = report.findings.len() - rows.len();
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
    let shown = |word: &str| {
        rows.iter()
            .filter(|row| row.trim_matches(['|', ' ', '*']).starts_with(word))
            .count()
    };
    let mut all_kept = true;
    for severity in Severity::ALL.into_iter().rev() {
        let kept = shown(severity.word());
        assert!(all_kept || kept == 0, "{severity:?} is kept where worse was cut");
        all_kept &= kept >= counting(severity);
    }
}

#[test]
fn markdown_of_all_else_is_whole() {
    for (name, report) in reports::all() {
        let text = render("markdown", &report);
        assert!(text.len() < LIMIT && !text.contains("Cut to fit"), "{name}");
        assert!(text.matches("\n| ").count() >= report.findings.len(), "{name}");
    }
}

#[test]
fn at_most_ten_annotations_and_a_summary() {
    for (name, report) in reports::with_many() {
        let counting = report.findings.iter().filter(|one| one.state == State::New).count();
        for format in ["github", "azure-devops"] {
            let text = render(format, report);
            assert_eq!(text.lines().count(), counting.min(10) + 1, "{format} of {name}");
            let summary = text.lines().last().unwrap();
            assert!(summary.contains("audit "), "{summary}");
            assert_eq!(counting > 10, summary.contains("the worst 10 are shown"), "{summary}");
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
