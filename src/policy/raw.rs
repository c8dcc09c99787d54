//! YAML as a tree in which every value knows its place. Says what a file holds, not whether it means anything.
//!
//! Built from the parser's events instead of through serde, because serde stops at the first wrong key or type, and
//! hides how a value was written: here every scalar is the text that stands in the file, so that `12e34567-…`, `2027-01-31`
//! and `off` never turn into something else.

use super::source::{Source, Span};
use super::text::quoted;
use foldhash::HashMap;
use serde_saphyr::granit_parser::{ErrorKind, Event, Marker, Options, Parser, ScalarStyle};
use std::rc::Rc;

/// Far deeper than any policy, and shallow enough for recursion.
const DEEPEST: usize = 32;

/// How many values all aliases of a file may repeat: an alias is cheap to write, what it stands for need not be.
const MOST_REPEATED: usize = 100_000;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) value: Value,
    /// How many values it is made of, itself included.
    weight: usize,
}

/// A value. Shared, so that an alias costs nothing.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Scalar { text: Rc<str>, is_plain: bool },
    List(Rc<[Node]>),
    Map(Rc<[(Node, Node)]>),
}

impl Node {
    /// Whether nothing stands there.
    pub(super) fn is_null(&self) -> bool {
        match &self.value {
            Value::Scalar { text, is_plain } => *is_plain && matches!(&**text, "" | "~" | "null" | "Null" | "NULL"),
            Value::List(_) | Value::Map(_) => false,
        }
    }

    /// What it is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self.value {
            _ if self.is_null() => "nothing",
            Value::Scalar { .. } => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }
}

/// A list or map that is not closed yet.
struct Open {
    span: Span,
    anchor: usize,
    is_map: bool,
    /// For a map: keys and values in turn.
    nodes: Vec<Node>,
}

impl Open {
    fn close(self, end: usize) -> Node {
        let weight = 1 + self.nodes.iter().map(|node| node.weight).sum::<usize>();
        let mut span = self.span;
        let value = if self.is_map {
            let mut pairs = Vec::with_capacity(self.nodes.len() / 2);
            let mut nodes = self.nodes.into_iter();
            while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
                pairs.push((key, value));
            }
            // A map without braces is shown by its first key.
            match pairs.first() {
                Some((key, _)) if key.span.start <= span.start => span = key.span,
                _ => span.end = end,
            }
            Value::Map(pairs.into())
        } else {
            span.end = end;
            Value::List(self.nodes.into())
        };
        Node { span, value, weight }
    }
}

/// Reads the one document of a file. `None`: it holds none.
///
/// # Errors
/// The first error, and where.
pub(super) fn parse(source: &Source) -> Result<Option<Node>, (Span, String)> {
    if let Some(nul) = source.text.find('\0') {
        let message = "the file has a NUL byte here; policies are text".to_owned();
        return Err((source.span_at(nul), message));
    }
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut builder = Builder::default();
    for event in Parser::new_from_str_with_options(&source.text, options) {
        match event {
            Ok((event, span)) => {
                if let (Some(tag), Some(at)) = (event.tag(), span.tag_span()) {
                    let tag = quoted(&tag.original());
                    let message = format!("the tag {tag} isn't supported; remove it, and quote text");
                    return Err((to_span(at.start, at.end), message));
                }
                builder.event(event, to_span(span.start, span.end))?;
            }
            Err(error) => {
                let at = to_span(*error.marker(), *error.marker());
                let found = source.text.get(at.start..).and_then(|rest| rest.lines().next());
                return Err((at, syntax_message(error.kind(), found.unwrap_or_default())));
            }
        }
    }
    Ok(builder.root)
}

fn to_span(start: Marker, end: Marker) -> Span {
    Span {
        start: start.byte_offset().unwrap_or_default(),
        end: end.byte_offset().unwrap_or_default(),
        line: start.line() as u64,
        column: start.col() as u64 + 1,
    }
}

#[derive(Default)]
struct Builder {
    root: Option<Node>,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    /// How many values aliases have repeated so far.
    repeated: usize,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), (Span, String)> {
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                let message = "a second document begins here; put it into a file of its own".to_owned();
                return Err((span, message));
            }
            Event::Scalar(text, style, anchor, _) => {
                let value = Value::Scalar {
                    text: text.into(),
                    is_plain: style == ScalarStyle::Plain,
                };
                self.add(Node { span, value, weight: 1 }, anchor);
            }
            Event::SequenceStart(_, anchor, _) => self.begin(span, anchor, false)?,
            Event::MappingStart(_, anchor, _) => self.begin(span, anchor, true)?,
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    let anchor = open.anchor;
                    let node = open.close(span.end);
                    self.add(node, anchor);
                }
            }
            Event::Alias(anchor) => {
                let Some(node) = self.anchors.get(&anchor) else {
                    return Err((span, "this alias is inside the value that it names".to_owned()));
                };
                self.repeated += node.weight;
                if self.repeated > MOST_REPEATED {
                    let message = format!("aliases repeat more than {MOST_REPEATED} values; write fewer of them");
                    return Err((span, message));
                }
                let node = Node { span, ..node.clone() };
                self.add(node, 0);
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, span: Span, anchor: usize, is_map: bool) -> Result<(), (Span, String)> {
        if self.open.len() >= DEEPEST {
            return Err((
                span,
                format!("nested more than {DEEPEST} levels deep; no policy needs that"),
            ));
        }
        self.open.push(Open {
            span,
            anchor,
            is_map,
            nodes: Vec::new(),
        });
        Ok(())
    }

    fn add(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            Some(open) => open.nodes.push(node),
            None => self.root = Some(node),
        }
    }
}

/// The parser's errors in the words of this program; the frequent ones with what to do.
fn syntax_message(kind: &ErrorKind, found: &str) -> String {
    let text = match kind {
        ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabNotAllowed
        | ErrorKind::TabInPlainScalar => "YAML can't be indented with tabs; use spaces",
        ErrorKind::MissingAnchorOrAliasName => "strings that start with `*` or `&` must be quoted, for example `\"*\"`",
        ErrorKind::UnknownAnchor => {
            let name: String = found
                .chars()
                .take_while(|c| !c.is_whitespace() && !"],}".contains(*c))
                .collect();
            let name = quoted(&name);
            return format!("the alias {name} has no anchor above it; strings that start with `*` must be quoted");
        }
        ErrorKind::UnclosedQuotedScalar => "this quoted text is never closed",
        ErrorKind::MappingValueNotAllowed => {
            "a `:` isn't allowed here; check the indentation, or quote the text that contains `: `"
        }
        ErrorKind::ExpectedBlockMappingKey => "a key is expected here; check the indentation",
        ErrorKind::ExpectedBlockSequenceEntry => "a `-` is expected here; check the indentation",
        ErrorKind::SimpleKeyExpected => "a `:` is missing after this key",
        ErrorKind::ExpectedFlowMappingSeparator => "a `,` or `}` is missing before this",
        ErrorKind::ExpectedFlowSequenceSeparator => "a `,` or `]` is missing before this",
        ErrorKind::UnclosedFlowCollection { open } => return format!("this `{open}` is never closed"),
        ErrorKind::RecursionLimitExceeded => {
            return format!("nested more than {DEEPEST} levels deep; no policy needs that");
        }
        ErrorKind::UnexpectedCharacter {
            character: '@' | '`' | '%',
        } => "strings that start with this character must be quoted",
        other => return format!("invalid YAML: {other}"),
    };
    text.to_owned()
}
