//! What other tools fill in before the deployment: until then, it is not known.

use super::super::value::{Node, Value, Why};
use std::sync::Arc;

/// Longest placeholder, in characters.
const LONGEST: usize = 500;

/// What stands around the name of something, and whether only a name can stand there: a `%` is often nothing but a `%`.
const STYLES: [(&str, &str, bool); 10] = [
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

/// The first placeholder of a text.
fn placeholder(text: &str) -> Option<&str> {
    STYLES.iter().find_map(|(open, close, is_name)| {
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
