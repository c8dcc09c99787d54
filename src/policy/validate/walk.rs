//! Walks a YAML tree and reports what has the wrong shape: keys that are unknown, missing or written twice, values of
//! the wrong kind. Goes on after every error, so that one run shows them all.

use super::suggest::Suggestions;
use crate::finding::SourceRef;
use crate::model::shown::is_unsafe;
use crate::policy::error::PolicyError;
use crate::policy::raw::{Node, Value};
use crate::policy::source::{Source, Span};
use crate::policy::text::quoted;
use foldhash::{HashMap, HashMapExt};

/// Collects errors on the way through one file after the other.
pub(super) struct Walk {
    pub(super) sources: Vec<Source>,
    /// The file that is walked: an index into `sources`.
    pub(super) file: usize,
    pub(super) errors: Vec<PolicyError>,
    pub(super) suggestions: Suggestions,
}

/// One entry of a map.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'n> {
    pub(super) key: &'n str,
    pub(super) key_span: Span,
    pub(super) value: &'n Node,
}

/// A map whose keys are all known.
#[derive(Debug)]
pub(super) struct Fields<'n> {
    what: &'static str,
    pub(super) span: Span,
    entries: Vec<Entry<'n>>,
}

impl<'n> Fields<'n> {
    /// The value of a key that may be missing.
    pub(super) fn get(&self, key: &str) -> Option<&'n Node> {
        self.entry(key).map(|entry| entry.value)
    }

    /// A key that may be missing, with its value.
    pub(super) fn entry(&self, key: &str) -> Option<Entry<'n>> {
        self.entries.iter().find(|entry| entry.key == key).copied()
    }

    /// The value of a key that must be there.
    pub(super) fn require(&self, walk: &mut Walk, key: &str) -> Option<&'n Node> {
        let found = self.get(key);
        if found.is_none() {
            walk.error(self.span, format!("{} needs the key {}", self.what, quoted(key)));
        }
        found
    }
}

impl Walk {
    pub(super) fn new(sources: Vec<Source>) -> Self {
        Self {
            sources,
            file: 0,
            errors: Vec::new(),
            suggestions: Suggestions::default(),
        }
    }

    /// Reports an error in the file that is walked.
    pub(super) fn error(&mut self, span: Span, message: String) {
        if let Some(source) = self.sources.get(self.file) {
            self.errors.push(PolicyError::at(source, self.file, span, message));
        }
    }

    /// A place in the file that is walked.
    pub(super) fn place(&mut self, span: Span) -> SourceRef {
        self.sources.get_mut(self.file).map_or_else(
            || SourceRef {
                file: "".into(),
                line: 1,
                column: 1,
            },
            |source| source.place(span),
        )
    }

    /// A map with the given keys and no others.
    pub(super) fn fields<'n>(&mut self, node: &'n Node, what: &'static str, known: &[&str]) -> Option<Fields<'n>> {
        let mut entries = self.entries(node, what)?;
        entries.retain(|entry| {
            let is_known = known.contains(&entry.key);
            if !is_known {
                let message = match entry.key {
                    "<<" => "merge keys (`<<`) are not supported; write the keys out".to_owned(),
                    key => format!(
                        "{what} has no key {}{}",
                        quoted(key),
                        self.suggestions.hint_or_all(key, known)
                    ),
                };
                self.error(entry.key_span, message);
            }
            is_known
        });
        Some(Fields {
            what,
            span: node.span,
            entries,
        })
    }

    /// A map whose keys are names.
    pub(super) fn entries<'n>(&mut self, node: &'n Node, what: &str) -> Option<Vec<Entry<'n>>> {
        let Value::Map(pairs) = &node.value else {
            self.wrong_kind(node, what, "a map", "{}");
            return None;
        };
        let mut first_places: HashMap<&str, Span> = HashMap::new();
        let mut entries = Vec::with_capacity(pairs.len());
        for (key_node, value) in pairs.iter() {
            let Value::Scalar { text: key, .. } = &key_node.value else {
                self.error(
                    key_node.span,
                    format!("a key of {what} must be text, not {}", key_node.kind()),
                );
                continue;
            };
            if !self.is_safe(key_node, key) {
                continue;
            }
            if let Some(first) = first_places.get(&**key) {
                let message = format!(
                    "{what} has the key {} twice; the first is in line {}, column {}",
                    quoted(key),
                    first.line,
                    first.column
                );
                self.error(key_node.span, message);
                continue;
            }
            first_places.insert(key, key_node.span);
            entries.push(Entry {
                key,
                key_span: key_node.span,
                value,
            });
        }
        Some(entries)
    }

    /// A list.
    pub(super) fn list<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [Node]> {
        match &node.value {
            Value::List(items) => Some(items),
            _ => {
                self.wrong_kind(node, what, "a list", "[]");
                None
            }
        }
    }

    /// Text, whatever it looks like: `123`, `off` and `2027-01-31` are text, too.
    pub(super) fn text<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        let text = self.scalar(node, what)?;
        self.is_safe(node, text).then_some(text)
    }

    /// Text of one or more lines, on one.
    pub(super) fn prose(&mut self, node: &Node, what: &str) -> Option<String> {
        let words: Vec<&str> = self.scalar(node, what)?.split_whitespace().collect();
        let line = words.join(" ");
        self.is_safe(node, &line).then_some(line)
    }

    fn scalar<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        match &node.value {
            Value::Scalar { text, .. } if !node.is_null() => {
                let is_empty = text.trim().is_empty();
                if is_empty {
                    self.error(node.span, format!("{what} is empty; write a text, or remove the key"));
                }
                (!is_empty).then_some(text)
            }
            _ => {
                self.wrong_kind(node, what, "text", "\"\"");
                None
            }
        }
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(&mut self, node: &Node, what: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(node, what)?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let hint = self.suggestions.hint_or_all(text, &known);
            self.error(node.span, format!("{what} can't be {}{hint}", quoted(text)));
        }
        found.map(|(_, value)| *value)
    }

    fn wrong_kind(&mut self, node: &Node, what: &str, wanted: &str, empty: &str) {
        let message = match (node.is_null(), wanted) {
            (true, "text") => format!("{what} has no value; write one, or remove the key"),
            (true, _) => {
                format!("{what} has no value; write `{empty}` for {wanted} without entries, or remove the key")
            }
            (false, _) => format!("{what} must be {wanted}, not {}", node.kind()),
        };
        self.error(node.span, message);
    }

    /// Names end up in reports and terminals: no characters that could hide or reorder text there.
    fn is_safe(&mut self, node: &Node, text: &str) -> bool {
        let found = text.chars().find(|c| is_unsafe(*c));
        if let Some(c) = found {
            let message = format!(
                "the invisible character U+{:04X} isn't allowed in a policy",
                u32::from(c)
            );
            self.error(node.span, message);
        }
        found.is_none()
    }
}
