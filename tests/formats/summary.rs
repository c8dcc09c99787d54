//! Formats agree on what the audit comes to: titles, counts by severity and state, the verdict with its numbers, and what was
//! fixed.

use crate::agreement::{embedded, value};
use crate::{render, reports, text};
use cosmos_rbac::finding::{Report, Severity, State};
use cosmos_rbac::report::{Format, Style};
use serde_json::Value;
use std::collections::BTreeMap;

/// How many findings there are of each state and severity.
type Counted = BTreeMap<(String, String), usize>;

/// A format, and how its counts are read back.
type Reading = (&'static str, fn(&str) -> Counted);

fn counted(words: impl Iterator<Item = (String, String)>) -> Counted {
    let mut counted = Counted::new();
    for pair in words {
        *counted.entry(pair).or_default() += 1;
    }
    counted
}

fn word(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The rows of CSV by the names of their columns; no cell holds a line break or what ends one.
fn csv_rows(text: &str) -> Vec<BTreeMap<&str, String>> {
    let cells = |row: &'_ str| -> Vec<String> {
        let inner = row[1..row.len() - 1].split("\",\"");
        inner.map(|cell| cell.replace("\"\"", "\"")).collect()
    };
    let mut lines = text.lines();
    let titles: Vec<&str> = lines.next().unwrap().trim_matches('"').split("\",\"").collect();
    lines
        .map(|row| titles.iter().copied().zip(cells(row)).collect())
        .collect()
}

/// What each format that carries every finding says of their states and severities.
const COUNTS: &[Reading] = &[
    ("json", |text| {
        let report = value(text);
        let findings = report["findings"].as_array().unwrap().iter();
        counted(findings.map(|one| (word(&one["state"]), word(&one["severity"]))))
    }),
    ("ndjson", |text| {
        let lines = text.lines().map(value).filter(|line| line.get("summary").is_none());
        counted(lines.map(|one| (word(&one["state"]), word(&one["severity"]))))
    }),
    ("csv", |text| {
        let rows = csv_rows(text).into_iter().filter(|row| !row["fingerprint"].is_empty());
        counted(rows.map(|row| (row["state"].clone(), row["severity"].clone())))
    }),
    ("sarif", |text| {
        let log = value(text);
        let results = log["runs"][0]["results"].as_array().unwrap().iter();
        counted(results.map(|one| (word(&one["properties"]["state"]), word(&one["properties"]["severity"]))))
    }),
    ("ocsf", |text| {
        let events = text
            .lines()
            .map(value)
            .filter(|event| event["unmapped"].get("state").is_some());
        counted(events.map(|event| {
            let severity = word(&event["severity"]).to_lowercase().replace("informational", "note");
            (word(&event["unmapped"]["state"]), severity)
        }))
    }),
    ("junit", |text| {
        let lines = text
            .lines()
            .filter_map(|line| line.strip_prefix("  ")?.split_once(": "));
        let mut found: Vec<(String, String)> = Vec::new();
        for (name, value) in lines {
            match name {
                "severity" => found.push(("new".to_owned(), value.to_owned())),
                "state" => found.last_mut().unwrap().0 = value.to_owned(),
                _ => {}
            }
        }
        counted(found.into_iter())
    }),
];

fn reports() -> Vec<(&'static str, Report)> {
    let all = reports::all().into_iter().filter(|(name, _)| *name != "hostile");
    all.chain([("compared", reports::compared())]).collect()
}

#[test]
fn formats_agree_on_severities_and_states() {
    for (name, report) in reports() {
        let findings = report.findings.iter();
        let expected = counted(findings.map(|one| (one.state.word().to_owned(), one.severity.word().to_owned())));
        for (format, read) in COUNTS {
            assert_eq!(read(&render(format, &report)), expected, "{format} of {name}");
        }
        let page = embedded(&render("html", &report));
        assert_eq!(
            page["findings"]["state"].as_array().unwrap().len(),
            report.findings.len(),
            "html of {name}"
        );
        // The summary is of these.
        let summary = &value(&render("json", &report))["summary"];
        for severity in Severity::ALL {
            let number = |state: &str| expected.get(&(state.to_owned(), severity.word().to_owned())).copied();
            assert_eq!(
                summary["by_severity"][severity.word()],
                number("new").unwrap_or_default(),
                "{name}"
            );
            assert_eq!(
                summary["known_by_severity"][severity.word()],
                number("known").unwrap_or_default(),
                "{name}"
            );
        }
    }
}

/// Text in one line, without what a format escapes.
fn plain(text: &str) -> String {
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (escape, meant) in [
        ("**", ""),
        ("&#8203;", ""),
        ("&#95;", "_"),
        ("&#42;", "*"),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("%25", "%"),
        ("%AZP25", "%"),
        ("%3A", ":"),
        ("%2C", ","),
        ("%5D", "]"),
        ("%3B", ";"),
        ("<code>", ""),
        ("</code>", ""),
    ] {
        text = text.replace(escape, meant);
    }
    text
}

/// The verdict is one sentence with its numbers, the same wherever it is told; the numbers are those of the summary.
#[test]
fn formats_agree_on_the_verdict() {
    for (name, report) in reports() {
        let summary = &report.summary;
        let csv = render("csv", &report);
        let row = csv_rows(&csv)
            .into_iter()
            .find(|row| row["state"] == "verdict")
            .unwrap();
        let verdict = &row["message"];
        for format in ["table", "markdown", "github", "azure-devops", "ocsf", "csv"] {
            assert!(
                plain(&render(format, &report)).contains(verdict),
                "{format} of {name}: {verdict}"
            );
        }
        for (number, word) in [
            (summary.waived, "waived"),
            (summary.known, "known"),
            (summary.fixed, "fixed"),
        ] {
            assert_eq!(
                verdict.contains(&format!("{number} {word}")),
                number > 0,
                "{name}: {verdict}"
            );
        }
        let mildest = report.gate.fail_on.unwrap();
        let severe: usize = summary.by_severity.range(mildest..).map(|(_, number)| number).sum();
        if summary.failing > 0 {
            assert!(
                verdict.starts_with(&format!("Failed: {severe} of {} ", summary.findings)),
                "{name}: {verdict}"
            );
            let each = Severity::ALL.into_iter().filter(|severity| *severity >= mildest);
            for severity in each.filter(|severity| summary.by_severity[severity] > 0) {
                let number = format!("{} {}", summary.by_severity[&severity], severity.title());
                assert!(verdict.contains(&number), "{name}: {number}: {verdict}");
            }
        }
    }
}

#[test]
fn formats_agree_on_titles() {
    for (name, report) in reports() {
        let style = Style {
            details: true,
            ..Style::default()
        };
        let mut table = Vec::new();
        Format::Table.render(&report, style, &mut table).unwrap();
        let table = plain(&String::from_utf8(table).unwrap());
        let read = |format: &str| {
            plain(&render(format, &report))
                .replace("&lt;", "<")
                .replace("&gt;", ">")
        };
        let formats = ["markdown", "json", "ndjson", "csv", "sarif", "junit", "ocsf"];
        let texts: Vec<(&str, String)> = formats.iter().map(|format| (*format, read(format))).collect();
        for finding in &report.findings {
            let title = plain(finding.title.as_str());
            assert!(table.contains(&title), "table of {name}: {title}");
            for (format, text) in &texts {
                assert!(text.contains(&title), "{format} of {name}: {title}");
            }
        }
        let worst = report.findings.iter().filter(|one| one.state == State::New);
        if let Some(worst) = worst.max_by_key(|one| one.severity) {
            let of_it = |format: &Format| text(*format, &report).lines().next().unwrap().to_owned();
            for format in [Format::Github, Format::AzureDevops] {
                let first = of_it(&format);
                let title = |one: &&cosmos_rbac::finding::Finding| {
                    one.severity == worst.severity && plain(&first).contains(&plain(one.title.as_str()))
                };
                assert!(
                    report.findings.iter().any(|one| title(&one)),
                    "{} of {name}: {first}",
                    format.name()
                );
            }
        }
    }
}

#[test]
fn what_was_fixed_is_listed() {
    let report = reports::compared();
    assert!(
        report.summary.known > 0 && report.summary.fixed == 1,
        "{:?}",
        report.summary
    );
    let table = render("table", &report);
    let (new, fixed) = table.split_once("\nFixed\n").unwrap();
    assert!(new.contains("\nNew\n") && new.contains(" new, 1 fixed, "), "{new}");
    let fixed = fixed.lines().next().unwrap();
    assert!(
        fixed.starts_with("Critical  support-tool can delete items in a container that is gone"),
        "{fixed}"
    );
    assert_eq!(
        value(&render("json", &report))["fixed"][0]["title"],
        report.fixed[0].title.as_str()
    );
}
