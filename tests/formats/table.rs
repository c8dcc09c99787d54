//! The table: it fits every width, whatever things are called, and what it says adds up.

use crate::reports;
use cosmos_rbac::finding::{Report, Severity, State};
use cosmos_rbac::report::{Format, Style};
use unicode_width::UnicodeWidthStr;

const WIDTHS: [u16; 4] = [60, 80, 120, 200];

fn table(report: &Report, width: u16, details: bool, colour: bool) -> String {
    let style = Style {
        width,
        colour,
        details,
        invocation: None,
    };
    let mut out = Vec::new();
    Format::Table.render(report, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Labels before a text, from whatever stands beside them on the first line.
const LABELS: [&str; 20] = [
    "Critical",
    "High",
    "Medium",
    "Low",
    "Note",
    "Notes",
    "Not checked",
    "Next",
    "fix:",
    "check:",
    "where:",
    "accounts:",
    "ID:",
    "policy:",
    "template:",
    "known:",
    "waived:",
    "tenant",
    "scanned by",
    "1.",
];

/// Whether a line that is too long is one word that is never broken, or an option with its value.
fn is_one(line: &str) -> bool {
    let mut content = line.trim_end_matches(" \\").trim_start();
    for label in LABELS {
        content = content.strip_prefix(label).unwrap_or(content).trim_start();
    }
    content.split_whitespace().count() <= 1 || content.starts_with("--")
}

#[test]
fn no_line_is_too_long_and_no_word_is_broken() {
    for (name, report) in reports::with_many() {
        for width in WIDTHS {
            for details in [false, true] {
                // All of the large one would only take long.
                if name == reports::MANY && details && width > 60 {
                    continue;
                }
                for line in table(report, width, details, false).lines() {
                    let about = format!("{name} at {width}: {} columns: {line:.200}", line.width());
                    assert!(line.width() <= width.into() || is_one(line), "{about}");
                    assert_eq!(line.trim_end(), line, "{about}");
                    assert!(!line.trim_start().starts_with("::"), "{about}");
                }
            }
        }
    }
}

/// Text without its layout.
fn plain(text: &str) -> String {
    text.split_whitespace().collect()
}

/// What may stand at the beginning of a line is not taken for a command of GitHub Actions.
fn unescaped(text: &str) -> String {
    plain(text).replace("\\x3a:", "::")
}

#[test]
fn details_have_every_title() {
    for (name, report) in reports::all() {
        for width in WIDTHS {
            let text = unescaped(&table(&report, width, true, false));
            for finding in &report.findings {
                for part in [finding.title.as_str(), finding.message.as_str()] {
                    assert!(text.contains(&unescaped(part)), "{name} at {width}: {part:.200}");
                }
            }
        }
    }
}

/// A row's severity, and how many findings it stands for.
fn row(line: &str) -> Option<(Severity, usize)> {
    let severity = Severity::ALL
        .into_iter()
        .find(|severity| line.starts_with(&format!("{} ", severity.title())))?;
    let number = line
        .strip_suffix(" findings")
        .and_then(|start| start.rsplit(' ').next()?.replace(',', "").parse().ok());
    Some((severity, number.unwrap_or(1)))
}

#[test]
fn rows_add_up_and_the_worst_are_first() {
    for (name, report) in reports::with_many() {
        // So wide that no right column is left out.
        let text = table(report, 300, false, false);
        let rows: Vec<_> = text.lines().filter_map(row).collect();
        assert!(rows.len() <= 50, "{name}");
        assert!(rows.is_sorted_by(|(one, _), (other, _)| one >= other), "{name}");
        let more = text.lines().find(|line| line.starts_with("… "));
        let shown: usize = rows.iter().map(|(_, number)| number).sum();
        let counting = report.findings.iter().filter(|one| one.state == State::New).count();
        let left_out: usize = more.map_or(0, |line| {
            let words: Vec<&str> = line.split([' ', '(', ')']).collect();
            let number = |word: &str| word.replace(',', "").parse().unwrap();
            match words.iter().position(|word| *word == "findings") {
                Some(place) => number(words[place - 1]),
                None => number(words[1]),
            }
        });
        assert_eq!(shown + left_out, counting, "{name}: {more:?}");
    }
}

#[test]
fn causes_take_the_place_of_their_findings() {
    let report = reports::with_causes();
    let text = table(&report, 100, false, false);
    let cause = &report.causes[0];
    assert!(
        text.contains(cause.title.as_str()) && text.contains(&format!("{} findings\n", cause.findings.len())),
        "{text}"
    );
    let details = plain(&table(&report, 100, true, false));
    for finding in &report.findings {
        assert_eq!(
            details
                .matches(&format!("ID:{}", finding.subject.id().unwrap()))
                .count(),
            1
        );
    }
    assert!(
        details.contains(&plain("This closes 3 findings (3 High) and opens 1 (1 Low).")),
        "{details}"
    );
}

#[test]
fn colors_add_nothing_but_colors() {
    for (name, report) in reports::all() {
        let colored = table(&report, 80, true, true);
        let mut parts = colored.split("\u{1b}[");
        let mut text = parts.next().unwrap().to_owned();
        for part in parts {
            text.push_str(part.split_once('m').unwrap().1);
        }
        assert!(text == table(&report, 80, true, false), "{name}");
    }
}
