//! What other tools fill in before the deployment: until then, it is not known.

use super::super::value::{Node, Value, Why};
use std::sync::Arc;

/// Longest placeholder, in characters.
const LONGEST: usize = 500;

/// What stands around the name of something, and whether only a name can stand there: a `%` is often nothing but a `%`.
static STYLES: [Style; 10] = [
    // The Azure Developer CLI, and `envsubst`.
    ("${", "}", false),
    // Tasks of Azure Pipelines that replace tokens.
    ("#{", "}#", false),
    ("#{", "}", true),
    ("__", "__", true),
    ("$(", ")", true),
    ("@@", "@@", true),
    ("%", "%", true),
    // Jinja, Mustache, Helm, GitHub Actions.
    ("{{", "}}", false),
    ("<%", "%>", false),
    ("<", ">", true),
];

/// What a placeholder begins with and ends with, and whether only a name can stand there.
type Style = (&'static str, &'static str, bool);

/// Styles that a template has for nothing else.
const IN_TEMPLATES: [&str; 3] = ["${", "#{", "{{"];

/// A value, with its placeholders as not known.
pub(super) fn filled(node: &Node) -> Node {
    let value = match &node.value {
        Value::Text(text) => match placeholder(text) {
            Some(found) => Value::unknown(format!("'{text}'"), Why::Placeholder(found.into())),
            None => return node.clone(),
        },
        Value::List(items) => Value::List(Arc::new(items.iter().map(filled).collect())),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, node)| (Arc::clone(name), filled(node)));
            Value::Object(Arc::new(fields.collect()))
        }
        _ => return node.clone(),
    };
    Node { value, at: node.at }
}

/// The text of a template, if it is one that something is filled into, each placeholder as a part that isn't known: of these styles
/// only, as anything can stand in a template.
pub(super) fn in_template(text: &str) -> Option<Value> {
    // In an expression, double braces are those of `format`.
    let styles = if text.starts_with('[') {
        IN_TEMPLATES.get(..2)
    } else {
        IN_TEMPLATES.get(..)
    }?;
    let next = |text| first(text, STYLES.iter().filter(|style| styles.contains(&style.0)));
    let found = next(text)?;
    let (mut parts, mut rest) = (String::new(), text);
    while let Some(found) = next(rest) {
        let (before, after) = rest.split_once(found)?;
        parts.push_str(&format!("{before}{{{found}}}"));
        rest = after;
    }
    parts.push_str(rest);
    Some(Value::unknown_text(parts, Why::Placeholder(found.into())))
}

/// The first placeholder of a text.
fn placeholder(text: &str) -> Option<&str> {
    first(text, STYLES.iter())
}

/// The first placeholder of one of these styles.
fn first(text: &str, mut styles: impl Iterator<Item = &'static Style>) -> Option<&str> {
    styles.find_map(|(open, close, is_name)| {
        text.match_indices(open).find_map(|(start, _)| {
            let rest = text.get(start + open.len()..)?;
            let end = rest.char_indices().nth(LONGEST).map_or(rest.len(), |(end, _)| end);
            // The name can begin with what it ends with: `__` is a part of `___X__`.
            let skipped = usize::from(rest.starts_with(close));
            let length = skipped + rest.get(skipped..end)?.find(close)?;
            let inside = rest.get(..length)?;
            let is_one = !inside.is_empty() && (!is_name || is_a_name(inside));
            let found = text.get(start..start + open.len() + length + close.len())?;
            is_one.then_some(found)
        })
    })
}

fn is_a_name(text: &str) -> bool {
    let is_of_it = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    // `%20a%20` is a URL's.
    text.chars().all(is_of_it) && !text.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::placeholder;

    #[test]
    fn tokens_of_the_usual_tools_are_found() {
        for text in [
            "${X}",
            "${X=a b}",
            "#{X}#",
            "#{X}",
            "__X__",
            "$(group.X)",
            "@@X@@",
            "%X%",
            "{{X}}",
            "{{ x.y | z }}",
            "<%= x %>",
            "<principal-id>",
        ] {
            assert_eq!(placeholder(text), Some(text));
            assert_eq!(placeholder(&format!("a-{text}/b")), Some(text));
        }
        for text in [
            "",
            "orders",
            "50%",
            "5% or 6%",
            "%20a%20",
            "____",
            "a__b",
            "$()",
            "(x)",
            "a < b",
            "{x}",
            "me@example.com",
        ] {
            assert_eq!(placeholder(text), None, "{text}");
        }
    }
}
