//! The table: it fits the terminal, it is coloured when it should be, and names that come from the tenant cannot act on it.

use crate::support::Bench;
use std::fmt::Write as _;
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// Holds every line to a width, but for those that begin with one of `wider`.
#[track_caller]
pub(crate) fn assert_fits(text: &str, width: &str, wider: &[&str]) {
    let limit: usize = width.parse().unwrap();
    assert!(text.lines().count() > 3, "{text}");
    for line in text
        .lines()
        .filter(|line| !wider.iter().any(|start| line.starts_with(start)))
    {
        assert!(line.width() <= limit, "{} columns of {limit}:\n{line}", line.width());
        assert_eq!(line.trim_end(), line);
    }
}

fn contoso() -> Bench {
    let bench = Bench::contoso();
    let scan = ["scan", "--all-subscriptions", "-o=s.jsonl", "--allow-incomplete"];
    bench.signed_in(&scan).run().exits(0);
    bench
}

const AUDIT: [&str; 3] = ["audit", "--snapshot=s.jsonl", "-p=contoso.yaml"];

#[test]
fn widths() {
    let bench = contoso();
    let at = |width: &str| bench.command(&AUDIT).env("COLUMNS", width).run().exits(1).stdout;
    for width in ["60", "80", "100", "200"] {
        // Headings and the verdict are lines of their own, never wrapped.
        let headings = [
            "tenant ",
            "policy ",
            "cosmos-",
            "staging-",
            "sandbox-",
            "hackathon-",
            "as declared: ",
        ];
        let others = ["without findings: ", "not judged: ", "FAIL: "];
        assert_fits(&at(width), width, &[&headings[..], &others].concat());
    }
    let default = bench.run(&AUDIT).exits(1).stdout;
    assert_eq!(default, at("100"));
    // What cannot be a width is not taken for one.
    for odd in ["", "wide", "-5", "99999999"] {
        assert_eq!(at(odd), default, "{odd}");
    }
    // Too narrow to read is made as wide as it must be.
    assert_eq!(at("0"), at("40"));
    assert_eq!(at("1"), at("40"));
    assert_fits(&at("65535").replace('─', ""), "65535", &[]);
}

/// What is said does not depend on how wide it is.
#[test]
fn nothing_is_cut_off() {
    let bench = contoso();
    let words = |width: &str| {
        let table = bench.command(&AUDIT).env("COLUMNS", width).run().stdout;
        let text = table.replace(['─', ' ', '\n'], "");
        text.len()
    };
    assert_eq!(words("60"), words("200"));
}

#[test]
fn colours() {
    let bench = contoso();
    let run = |more: &[&str], name: &str, value: &str| {
        let outcome = bench.command(&AUDIT).args(more).env(name, value).run();
        outcome.exits(1).stdout
    };
    let coloured = |text: &str| text.contains('\u{1b}');
    let plain = run(&[], "X", "");
    assert!(!coloured(&plain), "standard output is no terminal");
    for (more, name, value, expected) in [
        (&["--color=always"][..], "X", "", true),
        // Who asks for it on the command line gets it.
        (&["--color=always"], "NO_COLOR", "1", true),
        (&["--color=never"], "X", "", false),
        (&["--color=never"], "CLICOLOR_FORCE", "1", false),
        (&["--color=auto"], "NO_COLOR", "1", false),
        (&[], "NO_COLOR", "1", false),
        // Who asks for it in the environment does, too (bixense.com/clicolors).
        (&[], "CLICOLOR_FORCE", "1", true),
        (&["--color=auto"], "CLICOLOR_FORCE", "1", true),
        (&["--color=auto"], "CLICOLOR", "1", false),
        (&["--color=auto"], "TERM", "xterm-256color", false),
    ] {
        let text = run(more, name, value);
        assert_eq!(coloured(&text), expected, "{more:?} {name}={value}");
        // Colours add nothing but colours.
        assert_eq!(without_colours(&text), plain, "{more:?} {name}={value}");
    }
    let json = run(&["-f=json", "--color=always"], "X", "");
    assert!(!coloured(&json), "JSON is for machines");
    // A file is no terminal either.
    run(&["-o=table=report.txt", "--color=always"], "X", "");
    assert!(!coloured(&bench.read("report.txt")));
}

/// The text without the sequences that set colours, and nothing else.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap().to_owned();
    for part in parts {
        let (codes, rest) = part.split_once('m').expect("only colours are set");
        assert!(codes.chars().all(|c| c.is_ascii_digit() || c == ';'), "{codes:?}");
        plain.push_str(rest);
    }
    plain
}

/// A thousand findings in one account, and some in a thousand.
#[test]
fn many_findings() {
    let mut text = "subscriptions:\n  - id: 5e1f0c1a-0000-4000-8000-000000000001\n    accounts:\n".to_owned();
    text.push_str("      - name: full\n        role_assignments:\n");
    for n in 0..1_000 {
        writeln!(
            text,
            "          - {{ role: 00000000-0000-0000-0000-000000000001, scope: \"{{account}}/dbs/gone-{n}\", \
             principal_id: 00000000-0000-4000-8000-{n:012} }}"
        )
        .unwrap();
    }
    for n in 0..300 {
        writeln!(text, "      - {{ name: small-{n} }}").unwrap();
    }
    let bench = Bench::azure(&text);
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl"])
        .run()
        .exits(0);
    let table = bench.run(&["audit", "--snapshot=s.jsonl"]).exits(1);
    assert!(table.time < Duration::from_secs(10), "{:?}", table.time);
    let report = bench.run(&["audit", "--snapshot=s.jsonl", "-f=json"]).report();
    assert_eq!(report.of("dangling-scope").len(), 1_000);
    assert_eq!(report.of("local-auth-enabled").len(), 301);
    for n in 0..1_000 {
        let scope = format!("`/dbs/gone-{n}`");
        assert_eq!(table.stdout.matches(&scope).count(), 1, "{scope}");
    }
    for n in 0..300 {
        assert!(table.stdout.contains(&format!("\nsmall-{n}  (")), "{n}");
    }
    assert!(
        table
            .stdout
            .contains("\nFAIL: 602 of 1,602 findings are Medium or higher ("),
        "{}",
        table.stdout.lines().last().unwrap()
    );
}
