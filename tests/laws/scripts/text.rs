//! Reads a script of fixes as a shell does, and what its comments say of it.

/// What ends the script.
const GUARD: &str = "exit 1 # delete this line to run the commands";
/// What ends it before role assignments are deleted that others replace.
const SECOND_GUARD: &str = "exit 1 # delete this line to run the deletions";

/// A script.
#[derive(Debug, Default)]
pub(crate) struct Script {
    /// The comments before the guard.
    pub(crate) head: String,
    /// The commands behind it, in order.
    pub(crate) commands: Vec<String>,
    /// How many of them come before the second guard, if there is one.
    pub(crate) before_second: Option<usize>,
    /// The fingerprints of the findings that it says it closes.
    pub(crate) closes: Vec<String>,
    /// How many it says it closes.
    pub(crate) number_closed: usize,
    /// What it says it opens, sorted.
    pub(crate) opens: Vec<String>,
}

impl Script {
    /// Reads a script. Whatever a shell would run is known here.
    pub(crate) fn read(text: &str) -> Self {
        let mut script = Self::default();
        let mut is_guarded = false;
        assert!(text.starts_with("#!/bin/sh\n") && text.ends_with('\n'), "{text}");
        let bad = |c: char| c.is_control() && c != '\n';
        assert!(
            !text.contains(bad) && !text.contains(['\u{2028}', '\u{2029}', '\u{202e}']),
            "{text:?}"
        );
        for line in text.lines() {
            match line {
                "" | "set -eu" => {}
                line if line.starts_with('#') => {
                    if !is_guarded {
                        script.head.push_str(line.trim_start_matches('#'));
                        script.head.push('\n');
                    }
                }
                line if line.ends_with(GUARD) => {
                    assert!(!is_guarded && script.commands.is_empty(), "{text}");
                    is_guarded = true;
                }
                line if line.ends_with(SECOND_GUARD) => {
                    assert!(is_guarded && script.before_second.is_none(), "{text}");
                    script.before_second = Some(script.commands.len());
                }
                line if line.starts_with("az ") => {
                    assert!(is_guarded, "{text}");
                    script.commands.push(line.to_owned());
                }
                line => {
                    let rest = line.strip_prefix("echo '").and_then(|rest| rest.strip_suffix('\''));
                    let is_text = rest.is_some_and(|rest| !rest.contains('\''));
                    assert!(is_text, "a shell runs {line}");
                }
            }
        }
        script.closes = closes(text);
        script.number_closed = number(text, "#   Closes    ");
        script.opens = opens(text);
        assert_eq!(number(text, "#   Opens     "), script.opens.len(), "{text}");
        script
    }

    /// Role assignments that are deleted before what can take their place has taken effect.
    fn hurry(&self) -> Vec<String> {
        let deletes = |line: &&String| line.contains("sql role assignment delete");
        let gives = |line: &&String| {
            let mut words = line.split(' ').skip(2);
            matches!(
                [words.next(), words.next(), words.next(), words.next()],
                [Some("sql"), Some("role"), Some("assignment"), Some("create" | "update")]
            )
        };
        let guard = self.before_second.unwrap_or(0);
        let (before, after) = self.commands.split_at(guard);
        let early = before.iter().filter(deletes);
        let early = early.map(|line| format!("comes before the second guard: {line}"));
        let deleted: Vec<_> = after.iter().filter(deletes).map(|line| account(line)).collect();
        let late = after.iter().filter(gives).filter(|line| {
            let rest = after.iter().skip_while(|other| other != line);
            rest.filter(deletes).any(|other| account(other) == account(line))
        });
        let late = late.map(|line| format!("has no guard between it and what is deleted: {line}"));
        let needs = before.iter().filter(gives).any(|line| deleted.contains(&account(line)));
        let idle = (self.before_second.is_some() && !needs).then(|| "the second guard is between nothing".to_owned());
        early.chain(late).chain(idle).collect()
    }

    /// Commands in an order in which somebody could lack something on the way.
    pub(crate) fn disorder(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let first = |words: &str| self.commands.iter().position(|line| line.contains(words));
        let last = |words: &str| self.commands.iter().rposition(|line| line.contains(words));
        if let Some(keys) = first("--disable-local-auth true") {
            let others = self.commands[keys..].iter();
            let others = others.filter(|line| !line.starts_with("az cosmosdb update "));
            wrong.extend(others.map(|line| format!("comes after keys: {line}")));
        }
        if first("az role assignment delete") < last("cosmosdb sql role")
            && first("az role assignment delete").is_some()
        {
            wrong.push("Azure roles are taken away before roles of accounts are changed".to_owned());
        }
        wrong.extend(self.hurry());
        let mut seen = std::collections::BTreeSet::new();
        let twice = self.commands.iter().filter(|line| !seen.insert(*line));
        wrong.extend(twice.map(|line| format!("is there twice: {line}")));
        wrong
    }
}

/// The account of a command.
fn account(line: &str) -> Option<&str> {
    line.split(" --account-name ").nth(1)?.split(' ').next()
}

/// The number behind a label.
fn number(text: &str, label: &str) -> usize {
    let line = text.lines().find_map(|line| line.strip_prefix(label)).unwrap();
    let digits: String = line
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == ',')
        .filter(|c| *c != ',')
        .collect();
    digits.parse().unwrap_or(0)
}

/// The fingerprints behind `Closes`.
fn closes(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut so_far: Option<String> = None;
    for line in text.lines() {
        let rest = match line.strip_prefix("#   Closes ") {
            Some(rest) if !rest.starts_with(' ') => {
                so_far = Some(String::new());
                rest
            }
            _ => line.trim_start_matches(['#', ' ']),
        };
        let Some(text) = &mut so_far else { continue };
        text.push(' ');
        text.push_str(rest);
        let end = text.trim_end_matches(')');
        let print = end.get(end.len().saturating_sub(32)..).unwrap_or_default();
        if end.len() + 1 == text.len() && print.len() == 32 && print.chars().all(|c| c.is_ascii_hexdigit()) {
            found.push(print.to_owned());
            so_far = None;
        }
    }
    assert_eq!(so_far, None, "{text}");
    found
}

/// What stands below `Opened by these commands`.
fn opens(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let lines = text.lines().skip_while(|line| *line != "# Opened by these commands:");
    for line in lines.skip(1).take_while(|line| *line != "#" && line.starts_with('#')) {
        match line.strip_prefix("#   - ") {
            Some(rest) => found.push(rest.to_owned()),
            None => {
                let last = found.last_mut().unwrap();
                last.push(' ');
                last.push_str(line.trim_start_matches(['#', ' ']));
            }
        }
    }
    let words = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found: Vec<String> = found.iter().map(words).collect();
    found.sort();
    found
}
