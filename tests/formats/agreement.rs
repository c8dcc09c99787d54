//! Formats agree: whatever carries fingerprints carries those of the JSON report, each once, and as many of them waived.

use crate::{render, reports};
use cosmos_rbac::finding::Report;
use serde_json::Value;

/// A fingerprint, and whether its finding is waived.
type Found = (String, bool);

/// What is read back from a format, and the most findings that it carries.
struct Reading {
    format: &'static str,
    most: usize,
    read: fn(&str) -> Vec<Found>,
}

/// Another format needs its line here.
const READINGS: &[Reading] = &[
    Reading {
        format: "json",
        most: usize::MAX,
        read: |text| findings(&value(text)["findings"]),
    },
    Reading {
        format: "ndjson",
        most: usize::MAX,
        read: ndjson,
    },
    Reading {
        format: "html",
        most: usize::MAX,
        read: html,
    },
    Reading {
        format: "csv",
        most: usize::MAX,
        read: csv,
    },
    Reading {
        format: "sarif",
        most: 25_000,
        read: sarif,
    },
    Reading {
        format: "ocsf",
        most: usize::MAX,
        read: ocsf,
    },
    Reading {
        format: "junit",
        most: usize::MAX,
        read: junit,
    },
];

pub(crate) fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn found(fingerprint: &Value, waived: bool) -> Found {
    (fingerprint.as_str().unwrap().to_owned(), waived)
}

fn finding(finding: &Value) -> Found {
    found(&finding["fingerprint"], finding["state"] == "waived")
}

fn findings(findings: &Value) -> Vec<Found> {
    findings.as_array().unwrap().iter().map(finding).collect()
}

/// The last line is no finding.
fn ndjson(text: &str) -> Vec<Found> {
    let lines = text.lines().map(value);
    let findings = lines.filter(|line| line.get("summary").is_none());
    findings.map(|line| finding(&line)).collect()
}

fn sarif(text: &str) -> Vec<Found> {
    let log = value(text);
    let results = log["runs"][0]["results"].as_array().unwrap().iter();
    results
        .map(|result| {
            let fingerprint = &result["partialFingerprints"]["cosmosRbacFinding/v2"];
            found(fingerprint, result["suppressions"] != serde_json::json!([]))
        })
        .collect()
}

/// The data that the page's scripts read.
pub(crate) fn embedded(text: &str) -> Value {
    let data = text
        .split("<script type=\"application/json\" id=\"data\">")
        .nth(1)
        .unwrap();
    value(data.split("</script>").next().unwrap())
}

/// Fingerprints one after the other, and a column of states.
fn html(text: &str) -> Vec<Found> {
    let data = embedded(text);
    let fingerprints = data["findings"]["fingerprints"].as_str().unwrap();
    let states = data["findings"]["state"].as_array().unwrap().iter();
    states
        .enumerate()
        .map(|(place, state)| {
            let state = &data["states"][state.as_u64().unwrap() as usize];
            (fingerprints[place * 32..place * 32 + 32].to_owned(), state == "waived")
        })
        .collect()
}

/// The first column, and the fifth; no cell holds a line break. Rows without a fingerprint are no findings.
fn csv(text: &str) -> Vec<Found> {
    let rows = text.lines().skip(1);
    rows.map(|row| {
        let cells: Vec<&str> = row[1..].splitn(6, "\",\"").collect();
        (cells[0].to_owned(), cells[4] == "waived")
    })
    .filter(|(fingerprint, _)| !fingerprint.is_empty())
    .collect()
}

fn ocsf(text: &str) -> Vec<Found> {
    let events = text.lines().map(value);
    let is_finding = |event: &Value| event["unmapped"].get("state").is_some();
    events
        .filter(is_finding)
        .map(|event| found(&event["finding_info"]["uid"], event["status"] == "Suppressed"))
        .collect()
}

/// In its text, a finding is some lines, with `fingerprint` before `state`.
fn junit(text: &str) -> Vec<Found> {
    let mut all: Vec<Found> = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("  ").and_then(|line| line.split_once(": ")) {
            Some(("fingerprint", fingerprint)) => all.push((fingerprint.to_owned(), false)),
            Some(("state", "waived")) => all.last_mut().unwrap().1 = true,
            _ => {}
        }
    }
    all
}

#[test]
fn formats_agree() {
    for (name, report) in reports::with_many() {
        let mut expected: Vec<Found> = report
            .findings
            .iter()
            .map(|finding| (finding.fingerprint(), finding.state.word() == "waived"))
            .collect();
        expected.sort();
        for reading in READINGS {
            let mut actual = (reading.read)(&render(reading.format, report));
            actual.sort();
            let about = format!("{} of {name}", reading.format);
            assert_eq!(actual.len(), expected.len().min(reading.most), "{about}");
            if expected.len() <= reading.most {
                assert!(actual == expected, "{about}: other fingerprints or states");
            } else {
                assert!(actual.iter().all(|one| expected.binary_search(one).is_ok()), "{about}");
            }
        }
    }
}

/// The lines of NDJSON, each without what says of which run it is.
fn lines_of_a_run(text: &str, report: &Report) -> Vec<Value> {
    let line = |text: &str| {
        let mut line = value(text);
        let fields = line.as_object_mut().unwrap();
        let mut take = |name: &str| fields.remove(name).unwrap();
        assert_eq!(take("run_id"), report.run_id());
        assert_eq!(take("taken_at"), report.snapshot.taken_at.to_string());
        assert_eq!(take("tenant_id"), report.snapshot.tenant);
        assert_eq!(take("tenant_name"), serde_json::json!(report.snapshot.tenant_name));
        line
    };
    text.lines().map(line).collect()
}

#[test]
fn ndjson_is_the_findings_and_the_summary_of_json() {
    for (name, report) in reports::all() {
        let mut lines = lines_of_a_run(&render("ndjson", &report), &report);
        let json = value(&render("json", &report));
        let last = lines.pop().unwrap();
        assert_eq!(last, serde_json::json!({ "summary": json["summary"] }), "{name}");
        assert_eq!(json["findings"], Value::Array(lines), "{name}");
    }
}
