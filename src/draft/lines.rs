//! Lines of YAML: indented, and broken where they can be.

use super::yaml::list;
use crate::model::Shown;
use std::collections::BTreeSet;

/// Columns that a line has, if it can be broken.
pub(super) const WIDTH: usize = 120;

/// A text in the making.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) text: String,
}

impl Lines {
    pub(super) fn line(&mut self, indent: usize, line: &str) {
        self.text.push_str(&" ".repeat(indent));
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A comment, broken between words.
    pub(super) fn comment(&mut self, indent: usize, text: &Shown) {
        let mut line = String::from("#");
        for word in text.as_str().split(' ') {
            if line.len() > 1 && indent + line.chars().count() + 1 + word.chars().count() > WIDTH {
                self.line(indent, &line);
                line = String::from("#");
            }
            line.push(' ');
            line.push_str(word);
        }
        self.line(indent, line.trim_end());
    }

    /// A key with a list: between brackets where that fits the line.
    pub(super) fn list(&mut self, indent: usize, key: &str, items: &[String]) {
        let line = format!("{key}: {}", list(items.iter().cloned()));
        if indent + line.chars().count() <= WIDTH {
            self.line(indent, &line);
            return;
        }
        self.line(indent, &format!("{key}:"));
        for item in items {
            self.line(indent + 2, &format!("- {item}"));
        }
    }

    /// The head of a part of the file.
    pub(super) fn part(&mut self, key: &'static str) {
        self.blank();
        self.line(0, &format!("{key}:"));
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }
}

/// Names of blocks and anchors that are taken.
#[derive(Default)]
pub(super) struct Taken(BTreeSet<String>);

impl Taken {
    /// The name, or the first of the `others`, which are numbered from 2, that nothing has.
    pub(super) fn unused(&mut self, name: &str, other: impl Fn(usize) -> String) -> String {
        let mut own = name.to_owned();
        let mut number = 2;
        while !self.0.insert(own.clone()) {
            own = other(number);
            number += 1;
        }
        own
    }
}
