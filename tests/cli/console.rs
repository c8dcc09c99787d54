//! Output that the docs show: every `console` block is run against the sample tenant and compared whole. A line `…` stands
//! for lines that are left out. Run with `UPDATE_GOLDEN=1` to write the blocks anew, then read what changed.

use crate::docs::pages;
use crate::support::{Bench, sample};
use std::fs;

const FENCE: &str = "```console\n";
/// Stands for lines that are left out.
const LEFT_OUT: &str = "…";

/// A command of a block, with the output that is shown below it.
#[derive(Debug, PartialEq)]
struct Step {
    /// As it is written, with its `$ ` and its line feeds.
    written: String,
    /// What the shell is to run.
    command: String,
    shown: Vec<String>,
}

/// The steps of a block.
fn steps(block: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut lines = block.lines();
    while let Some(line) = lines.next() {
        let Some(command) = line.strip_prefix("$ ") else {
            let step = steps.last_mut().expect("a block begins with `$ `");
            step.shown.push(line.to_owned());
            continue;
        };
        let (mut written, mut command) = (format!("{line}\n"), command.to_owned());
        while command.ends_with('\\') {
            let more = lines.next().expect("a line after `\\`");
            written.push_str(&format!("{more}\n"));
            command.push_str(&format!("\n{more}"));
        }
        steps.push(Step {
            written,
            command,
            shown: Vec::new(),
        });
    }
    steps
}

/// What a command says to whoever runs it in a terminal of 100 columns.
fn output(bench: &Bench, command: &str) -> Vec<String> {
    let run = bench
        .command(&[])
        .env("COLUMNS", "100")
        .env("SOURCE_DATE_EPOCH", sample::A_WEEK_LATER);
    let outcome = run.through(&format!("exec 2>&1\n{command}")).run();
    // Empty lines at the end are not shown.
    let output = outcome.stdout.trim_end_matches('\n');
    output.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// The lines between those that stand for left-out ones.
fn pieces(shown: &[String]) -> Vec<&[String]> {
    shown.split(|line| line == LEFT_OUT).collect()
}

/// Whether the output is what is shown: the pieces in their order, the first at the beginning and the last at the end.
fn is_shown(shown: &[String], output: &[String]) -> bool {
    let pieces = pieces(shown);
    let [first, between @ .., last] = pieces.as_slice() else {
        return shown == output;
    };
    if !output.starts_with(first) {
        return false;
    }
    let mut rest = &output[first.len()..];
    for piece in between {
        let place = (0..=rest.len()).find(|place| rest[*place..].starts_with(piece));
        let Some(place) = place else {
            return false;
        };
        rest = &rest[place + piece.len()..];
    }
    rest.ends_with(last)
}

/// The output as the block can show it: as many lines at the beginning and the end as before, and between them the
/// pieces whose first line is still there. Where that cannot be, the whole output.
fn abridged(shown: &[String], output: &[String]) -> Vec<String> {
    let pieces = pieces(shown);
    let [first, between @ .., last] = pieces.as_slice() else {
        return output.to_vec();
    };
    let (begin, end) = (first.len(), output.len().saturating_sub(last.len()));
    if begin >= end {
        return output.to_vec();
    }
    let mut kept = output[..begin].to_vec();
    kept.push(LEFT_OUT.to_owned());
    let mut from = begin;
    for piece in between.iter().filter(|piece| !piece.is_empty()) {
        let place = (from..end).find(|place| output[*place] == piece[0]);
        let Some(place) = place.filter(|place| place + piece.len() <= end) else {
            return output.to_vec();
        };
        from = place + piece.len();
        kept.extend_from_slice(&output[place..from]);
        kept.push(LEFT_OUT.to_owned());
    }
    kept.extend_from_slice(&output[end..]);
    kept
}

/// A page with the output of now in its blocks, and the commands whose output was another.
fn renewed(page: &str) -> (String, Vec<String>) {
    let mut parts = page.split(FENCE);
    let mut text = parts.next().unwrap_or_default().to_owned();
    let mut changed = Vec::new();
    for part in parts {
        let (block, rest) = part.split_once("```").expect("an end of the block");
        // Each block finds the same files, whatever another one has written.
        let bench = sample::bench();
        text.push_str(FENCE);
        for step in steps(block) {
            let output = output(&bench, &step.command);
            let shown = if is_shown(&step.shown, &output) {
                step.shown
            } else {
                changed.push(format!("{}{}\n", step.written, output.join("\n")));
                abridged(&step.shown, &output)
            };
            text.push_str(&step.written);
            shown.iter().for_each(|line| text.push_str(&format!("{line}\n")));
        }
        text.push_str("```");
        text.push_str(rest);
    }
    (text, changed)
}

#[test]
fn every_output_in_the_docs_is_real() {
    let mut blocks = 0;
    for path in pages() {
        let page = fs::read_to_string(&path).unwrap();
        let (text, changed) = renewed(&page);
        blocks += page.matches(FENCE).count();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, text).unwrap();
        } else {
            assert_eq!(changed, [""; 0], "{}: the output is another now", path.display());
        }
    }
    assert!(blocks > 0, "no page shows output");
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

#[test]
fn a_block_is_commands_with_their_output() {
    let found = steps("$ one \\\n  two\nfirst\n\nsecond\n$ three\n");
    let expected = [
        Step {
            written: "$ one \\\n  two\n".to_owned(),
            command: "one \\\n  two".to_owned(),
            shown: lines("first\n\nsecond"),
        },
        Step {
            written: "$ three\n".to_owned(),
            command: "three".to_owned(),
            shown: Vec::new(),
        },
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_is_left_out_can_be_anything_and_the_rest_is_compared() {
    let output = lines("a\nb\nc\nd\ne");
    for shown in [
        "a\nb\nc\nd\ne",
        "a\n…",
        "…\ne",
        "a\n…\nc\n…\ne",
        "…",
        "a\nb\n…\nc\nd\ne",
    ] {
        assert!(is_shown(&lines(shown), &output), "{shown}");
    }
    for shown in [
        "",
        "a\nb",
        "b\n…",
        "…\nd",
        "a\n…\nx\n…\ne",
        "a\n…\nd\n…\nc\n…",
        "a\nb\nc\n…\nc\nd\ne",
    ] {
        assert!(!is_shown(&lines(shown), &output), "{shown}");
    }
}

#[test]
fn a_new_output_is_left_out_where_the_old_one_was() {
    let output = lines("A\nb\nc\nD\ne");
    for (shown, expected) in [
        ("a\n…", "A\n…"),
        ("…\nx", "…\ne"),
        ("a\n…\nc\nd\n…\ne", "A\n…\nc\nD\n…\ne"),
        ("a\n…\nx\n…\ne", "A\nb\nc\nD\ne"),
        ("a\nb\nc\n…\nd\ne", "A\nb\nc\nD\ne"),
        ("a", "A\nb\nc\nD\ne"),
    ] {
        assert_eq!(abridged(&lines(shown), &output), lines(expected), "{shown}");
    }
}
