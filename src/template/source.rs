//! The files that were read: JSON as templates have it, with comments and with strings of several lines. Each value keeps its
//! place, so that whatever comes of it leads back to a line.

use super::value::{Fields, Node, Spot, Value};
use crate::model::SourceRef;
use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Largest file that is read: Azure takes templates of up to 4 MB, and plans of Terraform are larger.
pub(super) const LARGEST: u64 = 256 << 20;

/// Why a file cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SourceError {
    /// Where. `None`: it is about the file as a whole.
    pub(super) at: Option<SourceRef>,
    /// What is wrong, and what to do.
    pub(super) why: String,
}

/// The files, and where their lines begin.
#[derive(Debug, Default)]
pub(super) struct Sources(Vec<File>);

#[derive(Debug)]
struct File {
    name: Arc<str>,
    text: String,
    /// Where lines begin, in bytes.
    lines: Vec<usize>,
}

impl Sources {
    /// Reads JSON. `name` is the file as the user named it.
    pub(super) fn parse(&mut self, name: &str, text: String) -> Result<Node, SourceError> {
        let whole = |why: &str| SourceError {
            at: None,
            why: why.to_owned(),
        };
        if text.len() as u64 > LARGEST {
            return Err(whole("the file is larger than 256 MiB"));
        }
        let number = u16::try_from(self.0.len()).map_err(|_| whole("too many files"))?;
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
        let lines = lines.collect();
        // A mark of the byte order is no part of JSON, and Windows' editors write one.
        let skipped = if text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        let name = name.into();
        self.0.push(File { name, text, lines });
        let body = self
            .0
            .last()
            .and_then(|file| file.text.get(skipped..))
            .unwrap_or_default();
        let parsed = jsonc_parser::parse_to_ast(body, &CollectOptions::default(), &lenient());
        let spot = |offset: usize| Spot {
            file: number,
            offset: u32::try_from(offset + skipped).unwrap_or(u32::MAX),
        };
        let parsed = parsed.map_err(|error| SourceError {
            at: self.place(spot(error.range().start)),
            why: format!("not valid JSON: {}", lower(&error.kind().to_string())),
        })?;
        let root = parsed.value.ok_or_else(|| whole("the file is empty"))?;
        let mut twice = Twice::default();
        let node = node(root, &spot, &mut twice);
        // Names of a plan of Terraform mind case: modules, keys of maps.
        let minds_case = node.get("format_version").is_some();
        let twice = [twice.exactly, twice.in_another_case.filter(|_| !minds_case)];
        match twice.into_iter().flatten().min_by_key(|(_, at)| *at) {
            Some((name, at)) => Err(SourceError {
                at: self.place(at),
                why: format!("the field `{name}` occurs twice in one object"),
            }),
            None => Ok(node),
        }
    }

    /// File, line and column of a spot.
    pub(super) fn place(&self, spot: Spot) -> Option<SourceRef> {
        let file = self.0.get(usize::from(spot.file))?;
        let offset = (spot.offset as usize).min(file.text.len());
        let line = file.lines.partition_point(|start| *start <= offset);
        let start = file.lines.get(line.checked_sub(1)?)?;
        let column = file
            .text
            .get(*start..offset)?
            .trim_start_matches('\u{feff}')
            .chars()
            .count()
            + 1;
        Some(SourceRef {
            file: Arc::clone(&file.name),
            line: line as u64,
            column: column as u64,
        })
    }
}

/// Azure Resource Manager takes comments and strings of several lines. What else the parser would forgive, it would not.
fn lenient() -> ParseOptions {
    ParseOptions {
        allow_comments: true,
        allow_loose_object_property_names: false,
        allow_trailing_commas: true,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(chars).collect()
}

/// The first fields whose names another of their object has. Which of the two counts is for nobody to say.
#[derive(Default)]
struct Twice {
    exactly: Option<(String, Spot)>,
    in_another_case: Option<(String, Spot)>,
}

fn node(value: ast::Value<'_>, spot: &dyn Fn(usize) -> Spot, twice: &mut Twice) -> Node {
    let at = Some(spot(value.start()));
    let value = match value {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(literal) => Value::Bool(literal.value),
        ast::Value::StringLit(literal) => Value::text(literal.value.as_ref()),
        ast::Value::NumberLit(literal) => {
            // More digits than a number has here are kept as they are written.
            let number = serde_json::from_str(literal.value);
            number.map_or_else(|_| Value::text(literal.value), Value::Number)
        }
        ast::Value::Array(array) => {
            let items = array.elements.into_iter().map(|item| node(item, spot, twice));
            Value::List(Arc::new(items.collect()))
        }
        ast::Value::Object(object) => {
            let mut seen = BTreeMap::new();
            let fields = object.properties.into_iter().map(|property| {
                let at = property.start();
                let name = property.name.into_string();
                let same: &mut Vec<String> = seen.entry(name.to_ascii_lowercase()).or_default();
                if !same.is_empty() {
                    let found = match same.contains(&name) {
                        true => &mut twice.exactly,
                        false => &mut twice.in_another_case,
                    };
                    found.get_or_insert_with(|| (name.clone(), spot(at)));
                }
                same.push(name.clone());
                (Arc::from(name), node(property.value, spot, twice))
            });
            Value::Object(Arc::new(fields.collect::<Fields>()))
        }
    };
    Node { value, at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_places() {
        let mut sources = Sources::default();
        let text = "\u{feff}{ // why\n  \"é\": [1, \"two\nlines\"],\n  /* - */ \"b\": true,\n}";
        let root = sources.parse("a.json", text.to_owned()).unwrap();
        let place = |node: &Node| sources.place(node.at.unwrap()).unwrap().to_string();
        assert_eq!(place(&root), "a.json:1:1");
        let list = root.get("É").or_else(|| root.get("é")).unwrap();
        let second = &list.value.as_list().unwrap()[1];
        assert_eq!(
            (place(second).as_str(), second.value.as_text().unwrap().as_ref()),
            ("a.json:2:12", "two\nlines")
        );
        assert_eq!(place(root.get("B").unwrap()), "a.json:4:16");
    }

    #[test]
    fn names_in_plans_of_terraform_mind_case() {
        let read = |text: &str| Sources::default().parse("x", text.to_owned());
        assert!(read(r#"{"format_version": "1.2", "a": 1, "A": 2}"#).is_ok());
        let twice = read(r#"{"format_version": "1.2", "a": 1, "A": 2, "a": 3}"#).unwrap_err();
        assert!(twice.why.contains("`a` occurs twice"), "{}", twice.why);
    }

    #[test]
    fn what_is_no_json_has_a_place() {
        for (text, at, why) in [
            ("{\n \"a\": 1\n \"b\": 2}", "x:2:8", "comma"),
            ("{\"a\": 1, \"A\": 2}", "x:1:10", "`a` occurs twice"),
            ("[1,\n", "x:1:1", "array"),
            ("{'a': 1}", "x:1:2", "quote"),
        ] {
            let error = Sources::default().parse("x", text.to_owned()).unwrap_err();
            assert!(error.why.to_lowercase().contains(why), "{text}: {}", error.why);
            assert_eq!(error.at.unwrap().to_string(), at, "{text}");
        }
        assert!(
            Sources::default()
                .parse("x", " // nothing".to_owned())
                .unwrap_err()
                .at
                .is_none()
        );
        let deep = "[".repeat(100_000);
        assert!(Sources::default().parse("x", deep).is_err());
    }
}
