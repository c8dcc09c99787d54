//! The table: it fits the terminal, it is coloured when it should be, and names that come from the tenant cannot act on it.

use crate::support::Bench;
use std::fmt::Write as _;
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// Holds every line to a width, unless one word that is never broken is all that it has beside its label, or an option with its
/// value.
#[track_caller]
pub(crate) fn assert_fits(text: &str, width: &str) {
    let limit: usize = width.parse().unwrap();
    assert!(text.lines().count() > 3, "{text}");
    for line in text.lines() {
        let content = line.trim_end_matches(" \\").trim_start();
        let is_one = content.split_whitespace().count() <= 2 || content.starts_with("--");
        assert!(
            line.width() <= limit || is_one,
            "{} columns of {limit}:\n{line}",
            line.width()
        );
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
    for width in ["60", "80", "100", "120", "200"] {
        assert_fits(&at(width), width);
        let details = bench.command(&AUDIT).args(&["--details"]).env("COLUMNS", width).run();
        assert_fits(&details.exits(1).stdout, width);
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
    assert_fits(&at("65535"), "65535");
}

/// With `--details`, nothing that is known is left out, however narrow it is.
#[test]
fn details_have_everything() {
    let bench = contoso();
    let report = bench.run(&[&AUDIT[..], &["-f=json"]].concat()).exits(1).report();
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    for width in ["60", "200"] {
        let details = bench.command(&AUDIT).args(&["--details"]).env("COLUMNS", width).run();
        let text = plain(&details.exits(1).stdout);
        for finding in report.findings() {
            let remedy = &finding["remedy"];
            let steps = remedy["steps"].as_array().into_iter().flatten();
            let steps = steps.flat_map(|step| [&step["changes"], &step["command"]]);
            let values = [
                &finding["title"],
                &finding["message"],
                &finding["subject"],
                &remedy["summary"],
            ];
            for value in values.into_iter().chain(steps).filter_map(|value| value.as_str()) {
                let found =
                    text.contains(&plain(value)) || text.replace('\\', "").contains(&plain(value).replace('\\', ""));
                assert!(found, "{value} at {width}");
            }
        }
    }
}

/// The worst is first, and its command can be copied.
#[test]
fn the_worst_is_first() {
    let bench = contoso();
    let table = bench.run(&AUDIT).exits(1).stdout;
    let mut lines = table.lines().skip(2);
    assert!(lines.next().unwrap().starts_with("Critical  "), "{table}");
    // Users have to be created before the command can be run.
    let fix = lines.find(|line| line.contains("fix: ")).unwrap();
    assert!(
        fix.contains("fix: Set the authentication method to `Cassandra`"),
        "{table}"
    );
    // The first that can be run as it is.
    let command = lines.find(|line| line.contains("fix: ")).unwrap();
    assert!(
        command.contains("fix: az cosmosdb sql role assignment delete"),
        "{table}"
    );
    let severities = ["Critical ", "High ", "Medium ", "Low ", "Note "];
    let rank = |line: &str| severities.iter().position(|word| line.starts_with(word));
    let ranks: Vec<usize> = table.lines().filter_map(rank).collect();
    assert!(ranks.is_sorted() && ranks.len() <= 50, "{ranks:?}");
}

/// What to run next is what was run, and the shell reads it as it was given.
#[test]
fn next_commands_fit_the_run() {
    let bench = contoso();
    bench.write("it's $(mine).yaml", bench.read("contoso.yaml"));
    let audit = [
        "audit",
        "--snapshot",
        "s.jsonl",
        "--policy",
        "it's $(mine).yaml",
        "--color=never",
    ];
    let table = bench.run(&audit).exits(1).stdout;
    let next = table.split("\nNext  ").nth(1).unwrap();
    let commands: Vec<String> = next
        .replace(" \\\n", " ")
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let run = r"cosmos-rbac audit --snapshot s.jsonl -p 'it'\''s $(mine).yaml'";
    assert_eq!(
        commands,
        [format!("{run} --details"), format!("{run} -o html=report.html")]
    );
    // What comes from standard input cannot be read again.
    let piped = bench
        .command(&["audit", "--snapshot=-"])
        .input(bench.read("s.jsonl"))
        .run();
    assert!(!piped.stdout.contains("\nNext  "), "{piped}");
}

/// With files alone, people are told how it went on standard error; scripts that ask for quiet are not.
#[test]
fn files_alone_are_told_on_standard_error() {
    let bench = contoso();
    let outcome = bench.command(&AUDIT).args(&["-o=html=report.html"]).run().exits(1);
    assert_eq!(outcome.stdout, "");
    let told = outcome.stderr.find("Failed: ").expect("a verdict");
    assert!(outcome.stderr[told..].ends_with("\nWrote report.html\n"), "{outcome}");
    let quiet = bench
        .command(&AUDIT)
        .args(&["-o=html=report.html", "-q"])
        .run()
        .exits(1);
    assert!(
        !quiet.stderr.contains("Failed") && !quiet.stderr.contains("Wrote"),
        "{quiet}"
    );
    let both = bench
        .command(&AUDIT)
        .args(&["-o=html=report.html", "-f=json"])
        .run()
        .exits(1);
    assert!(
        !both.stderr.contains("Failed") && both.stderr.ends_with("Wrote report.html\n"),
        "{both}"
    );
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
    assert!(table.stdout.lines().count() <= 120, "{table}");
    assert!(
        table
            .stdout
            .contains("\nFailed: 602 of 1,602 findings are Medium or higher ("),
        "{table}"
    );
    let details = bench.run(&["audit", "--snapshot=s.jsonl", "--details"]).exits(1).stdout;
    for n in 0..1_000 {
        let scope = format!("/dbs/gone-{n} (");
        assert_eq!(details.matches(&scope).count(), 1, "{scope}");
    }
    for n in 0..300 {
        assert!(details.contains(&format!("small-{n} (")), "{n}");
    }
}
