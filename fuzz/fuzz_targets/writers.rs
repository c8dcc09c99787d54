//! Every writer, on tenants with names of any kind: none fails, machine formats can be read, and no terminal is told what to do.
#![no_main]

use cosmos_rbac::checks::CHECKS;
use cosmos_rbac::diff::Difference;
use cosmos_rbac::finding::{Baseline, WrittenReport};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::query::{Asked, Question, ask};
use cosmos_rbac::report::text::Screen;
use cosmos_rbac::report::{Format, Style, answer, diff, fix_files};
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac_fuzz::{Words, audited};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|words: (Words, Words)| {
    let (words, other) = words;
    let Some(snapshot) = words.snapshot() else { return };
    let Ok(policy) = Policy::from_sources(&[("policy.yaml", &words.policy())], &CHECKS) else { return };
    let Some(report) = audited(&snapshot, &policy, true) else { return };
    for format in Format::ALL {
        let mut out = Vec::new();
        format.render(&report, Style::default(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        match format {
            Format::Json => {
                assert_eq!(WrittenReport::parse(&text).unwrap().findings.len(), report.findings.len());
                Baseline::parse(&text).unwrap();
            }
            Format::Sarif => drop(serde_json::from_str::<serde_json::Value>(&text).unwrap()),
            Format::Ndjson | Format::Ocsf => {
                text.lines().for_each(|line| drop(serde_json::from_str::<serde_json::Value>(line).unwrap()));
            }
            _ => assert!(!text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')), "{format:?}"),
        }
    }
    fix_files(&report).unwrap();
    let tenant = Tenant::of(&snapshot);
    let question = Question::new(Asked::default(), &tenant, &policy).unwrap();
    if let Ok(answer) = ask(&tenant, &policy, question) {
        answer::table(&answer, Style::default(), &mut Screen::new(&mut Vec::new())).unwrap();
        answer::json(&answer, &mut Vec::new()).unwrap();
        answer::csv(&answer, &mut Vec::new()).unwrap();
    }
    let Some(other) = other.snapshot() else { return };
    if let Ok(difference) = Difference::of(&tenant, &Tenant::of(&other)) {
        for format in diff::Format::ALL {
            format.render(&difference, Style::default(), &mut Vec::new()).unwrap();
        }
    }
});
