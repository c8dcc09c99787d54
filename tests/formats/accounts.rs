//! Formats agree on the accounts that a finding concerns, and on what was not checked.

use crate::agreement::{embedded, value};
use crate::{render, reports};
use cosmos_rbac::finding::Report;
use cosmos_rbac::report::{Format, Style};
use serde_json::Value;
use std::collections::BTreeSet;

/// A fingerprint, and an account that its finding concerns.
type Concerned = BTreeSet<(String, String)>;

/// What is in a format of findings and accounts.
type Reading = (&'static str, fn(&str) -> Concerned);

const ACCOUNTS: &[Reading] = &[
    ("json", |text| {
        let report = value(text);
        let findings = report["findings"].as_array().unwrap().iter();
        pairs(findings.map(|finding| {
            let reached = strings(&finding["reach"]["named"]);
            (
                &finding["fingerprint"],
                reached.chain(finding["account"].as_str()).collect(),
            )
        }))
    }),
    ("sarif", |text| {
        let log = value(text);
        let results = log["runs"][0]["results"].as_array().unwrap().iter();
        pairs(results.map(|result| {
            let places = result["locations"][0]["logicalLocations"].as_array();
            let places = places
                .into_iter()
                .flatten()
                .filter_map(|place| place["fullyQualifiedName"].as_str());
            let reached = strings(&result["properties"]["reach"]["named"]);
            let fingerprint = &result["partialFingerprints"]["cosmosRbacFinding/v2"];
            (fingerprint, reached.chain(places).collect())
        }))
    }),
    ("ocsf", |text| {
        let events: Vec<Value> = text.lines().map(value).collect();
        let findings = events.iter().filter(|event| event["unmapped"].get("state").is_some());
        pairs(findings.map(|event| {
            let resources = event["resources"].as_array().into_iter().flatten();
            (
                &event["finding_info"]["uid"],
                resources.filter_map(|one| one["uid"].as_str()).collect(),
            )
        }))
    }),
    ("csv", |text| {
        let rows = text
            .lines()
            .map(|row| row[1..row.len() - 1].split("\",\"").collect::<Vec<_>>());
        let rows: Vec<Vec<&str>> = rows.collect();
        let column = |name: &str| rows[0].iter().position(|title| *title == name).unwrap();
        let (own, reached) = (column("account_id"), column("reached_accounts"));
        let findings = rows[1..].iter().filter(|row| !row[0].is_empty());
        let ids =
            |row: &Vec<&str>| -> Vec<String> { row[reached].split(' ').chain([row[own]]).map(str::to_owned).collect() };
        findings
            .flat_map(|row| ids(row).into_iter().map(|id| (row[0].to_owned(), id)))
            .filter(|(_, id)| is_account(id))
            .collect()
    }),
    ("html", |text| {
        let data = embedded(text);
        let findings = &data["findings"];
        let number = |value: &Value| usize::try_from(value.as_i64().unwrap()).ok();
        let id = |place: usize| {
            data["strings"][number(&data["accounts"]["id"][place]).unwrap()]
                .as_str()
                .unwrap()
        };
        let mut found = Concerned::new();
        for (place, own) in findings["account"].as_array().unwrap().iter().enumerate() {
            let fingerprint = &findings["fingerprints"].as_str().unwrap()[place * 32..place * 32 + 32];
            let runs = number(&findings["reach"][place]).map(|reach| data["reaches"][reach][1].as_array().unwrap());
            let runs = runs
                .into_iter()
                .flatten()
                .map(|run| (number(&run[0]).unwrap(), number(&run[1]).unwrap()));
            let reached = runs.flat_map(|(first, count)| first..first + count);
            found.extend(
                reached
                    .chain(number(own))
                    .map(|place| (fingerprint.to_owned(), id(place).to_owned())),
            );
        }
        found
    }),
];

/// What is taken for an account.
const TYPES: [&str; 5] = [
    "/databaseAccounts",
    "/mongoClusters",
    "/cassandraClusters",
    "/garnetClusters",
    "/serverGroupsv2",
];

fn is_account(id: &str) -> bool {
    id.rsplit_once('/')
        .is_some_and(|(start, _)| TYPES.iter().any(|one| start.ends_with(one)))
}

fn strings(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn pairs<'a>(findings: impl Iterator<Item = (&'a Value, Vec<&'a str>)>) -> Concerned {
    let pair = |(fingerprint, ids): (&'a Value, Vec<&'a str>)| {
        let ids = ids.into_iter().filter(|id| is_account(id)).map(str::to_owned);
        let fingerprint = fingerprint.as_str().unwrap().to_owned();
        ids.map(move |id| (fingerprint.clone(), id)).collect::<Vec<_>>()
    };
    findings.flat_map(pair).collect()
}

/// Whoever looks for the findings of an account finds the same in every format.
#[test]
fn formats_agree_on_the_accounts_that_a_finding_concerns() {
    for (name, report) in reports::all().into_iter().filter(|(name, _)| *name != "hostile") {
        let expected: Concerned = report
            .findings
            .iter()
            .flat_map(|finding| {
                let places = report.concerned(finding).into_iter();
                places.map(|place| (finding.fingerprint(), report.accounts[place].id.as_str().to_owned()))
            })
            .collect();
        for (format, read) in ACCOUNTS {
            assert!(read(&render(format, &report)) == expected, "{format} of {name}");
        }
        let counted: usize = report.by_account().iter().flatten().sum();
        let counts = |fingerprint: &str| {
            let mut findings = report.findings.iter();
            findings.any(|finding| finding.fingerprint() == fingerprint && finding.state.word() == "new")
        };
        assert_eq!(
            counted,
            expected.iter().filter(|(fingerprint, _)| counts(fingerprint)).count(),
            "{name}"
        );
    }
}

/// The verdict stands in every format, and beside it what it does not cover.
/// With everything: the table says how many lines it leaves out otherwise.
fn whole(format: Format, report: &Report) -> String {
    let mut out = Vec::new();
    let style = Style {
        details: true,
        ..Style::default()
    };
    format.render(report, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_format_says_what_was_not_checked() {
    for (name, report) in reports::all().into_iter().filter(|(name, _)| *name != "hostile") {
        for format in cosmos_rbac::report::Format::ALL {
            let text = whole(*format, &report).replace("&apos;", "'").replace("&#39;", "'");
            // Markdown escapes what could be emphasis, and has its own marks for code.
            let text = text
                .replace("&#95;", "_")
                .replace("<code>", "`")
                .replace("</code>", "`");
            let plain = |text: &str| {
                let words: Vec<&str> = text.split_whitespace().collect();
                words.join("-").to_lowercase().replace('_', "-")
            };
            let text = plain(&text);
            let about = format!("{} of {name}", format.name());
            let verdict = match (report.verdict.word(), format.name()) {
                ("empty", "table" | "markdown" | "github" | "azure-devops") => "nothing-to-audit",
                (word, _) => word,
            };
            assert!(text.contains(verdict), "{about}: {verdict}");
            for row in &report.not_checked {
                // JUnit has no cases for accounts that are not known.
                if format.name() == "junit" && row.accounts.is_none() {
                    continue;
                }
                let why = plain(row.why.as_str().trim_end_matches('.'));
                assert!(text.contains(&why), "{about}: {why}");
            }
        }
    }
}
