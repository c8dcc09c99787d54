//! The terms of STYLE.md, held in everything that people read. Its table is the one source.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The phrases of the table's right column.
fn refused() -> Vec<String> {
    let style = fs::read_to_string(root().join("STYLE.md")).unwrap();
    let rows = style.lines().filter(|line| line.starts_with("| ")).skip(1);
    let phrases: Vec<String> = rows
        .filter_map(|row| row.split('|').nth(2))
        .flat_map(|cell| {
            cell.split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(phrases.len() > 30, "{phrases:?}");
    phrases
}

/// Where in a text a phrase is, as whole words. The first letter can be upper case, except in `May`, the month.
fn finds(text: &str, phrase: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || "-_/".contains(c);
    let mut capital = phrase.to_owned();
    capital[..1].make_ascii_uppercase();
    let forms = if phrase == "may" {
        vec![phrase]
    } else {
        vec![phrase, &capital]
    };
    forms.into_iter().any(|form| {
        text.match_indices(form).any(|(at, _)| {
            let (before, after) = (&text[..at], &text[at + form.len()..]);
            !before.chars().next_back().is_some_and(is_part) && !after.chars().next().is_some_and(is_part)
        })
    })
}

/// Prose, one paragraph a line: without fenced blocks and inline code.
fn prose(markdown: &str) -> String {
    let outside: String = markdown.split("```").step_by(2).collect();
    let text: String = outside.split('`').step_by(2).collect::<Vec<_>>().join("X");
    text.split("\n\n")
        .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" ") + "\n")
        .collect()
}

fn program(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_cosmos-rbac"))
        .args(arguments)
        .env_clear()
        .env("COLUMNS", "200")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn files(folder: &str, ends: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
            if path.is_dir() {
                folders.push(path);
            } else if ends.contains(&end) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Everything that people read, by where it is.
fn texts() -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for subcommand in [&[][..], &["audit"], &["scan"], &["list"], &["explain"], &["schema"]] {
        for flag in ["-h", "--help"] {
            let arguments = [subcommand, &[flag]].concat();
            texts.insert(arguments.join(" "), program(&arguments));
        }
    }
    texts.insert("explain".to_owned(), program(&["explain"]));
    for check in cosmos_rbac::checks::CHECKS.iter() {
        texts.insert(format!("explain {}", check.id), program(&["explain", check.id]));
    }
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let name = |path: &Path| path.strip_prefix(root()).unwrap().display().to_string();
    let pages = ["README.md", "CONTRIBUTING.md", "SECURITY.md"].map(|page| root().join(page));
    for page in pages.into_iter().chain(files("docs", &["md"])) {
        texts.insert(name(&page), prose(&read(&page)));
    }
    for shown in files("tests/golden", &["stderr", "txt"]).into_iter().chain(files(
        "reports/sample",
        &["txt", "md", "json", "ndjson", "xml", "sarif", "csv", "html"],
    )) {
        texts.insert(name(&shown), flat(&read(&shown)));
    }
    texts
}

/// Lines that were broken to fit are one again. Names are left out, and what a browser runs: its data is that of the JSON
/// report.
fn flat(text: &str) -> String {
    let mut text = text.to_owned();
    for (begin, end) in [("<style", "</style>"), ("<script", "</script>")] {
        while let Some((before, rest)) = text.split_once(begin) {
            let after = rest.split_once(end).map_or("", |(_, after)| after);
            text = format!("{before}{after}");
        }
    }
    let named = text.split('`').step_by(2).collect::<Vec<_>>().join("X");
    named.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn nobody_reads_a_word_that_the_style_refuses() {
    let refused = refused();
    let mut wrong = Vec::new();
    for (at, text) in texts() {
        for phrase in &refused {
            if finds(&text, phrase) {
                wrong.push(format!("{at}: `{phrase}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} places:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn whole_words_are_found() {
    assert!(finds("a role may grant it", "may") && !finds("by May 2026", "may"));
    assert!(!finds("maybe", "may") && !finds("not-judged", "judged") && finds("Anew.", "anew"));
    assert_eq!(prose("a `may` b\n```sh\nmay\n```\nc"), "a X b\nc\n");
}
