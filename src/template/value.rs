//! Values of a template, each with the place it was written at: as they stand in the file, or as they are worked out. What is
//! known only once the deployment has run is a value, too: it says why, and poisons nothing but what is made of it.

use serde_json::Number;
use std::fmt;
use std::sync::Arc;

/// A place in one of the files that were read: which file, and how many bytes into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Spot {
    pub(super) file: u16,
    pub(super) offset: u32,
}

/// A value, and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) value: Value,
    /// `None`: nobody wrote it, an expression made it.
    pub(super) at: Option<Spot>,
}

/// A value. Clones are cheap: the same variable is used by a thousand resources.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(Number),
    Text(Arc<str>),
    List(Arc<Vec<Node>>),
    Object(Arc<Fields>),
    /// Known only once the deployment has run, or never to us.
    Unknown(Arc<Unknown>),
}

/// The fields of an object, in the order in which they were written. Names ignore case, as Azure Resource Manager does.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Fields(Vec<(Arc<str>, Node)>);

impl Fields {
    /// A field of that name.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, node)| node)
    }

    /// Adds a field; one of that name is replaced.
    pub(super) fn set(&mut self, name: Arc<str>, node: Node) {
        match self.0.iter_mut().find(|(own, _)| own.eq_ignore_ascii_case(&name)) {
            Some((_, old)) => *old = node,
            None => self.0.push((name, node)),
        }
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Node)> {
        self.0.iter().map(|(name, node)| (name, node))
    }
}

impl FromIterator<(Arc<str>, Node)> for Fields {
    /// Of two fields of one name, both are kept and the first counts: whoever reads a file looks for them before.
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Node)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

/// Something that is not known, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unknown {
    /// What would give it, as far as it could be worked out: two that read the same are the same value.
    pub(super) text: String,
    /// What `text` is.
    pub(super) form: Form,
    /// Why it is not known.
    pub(super) why: Why,
}

/// How the text of something unknown reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// An expression: `reference('…').identity.principalId`.
    Expression,
    /// The string itself, with an expression in braces for each part that is not known: `orders-{uniqueString(…)}`. The
    /// braces are balanced.
    Text,
}

impl Unknown {
    /// As a part of a string.
    pub(super) fn in_text(&self) -> String {
        match self.form {
            Form::Expression => format!("{{{}}}", self.text),
            Form::Text => self.text.clone(),
        }
    }
}

/// Why a value is not known before the deployment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    /// A parameter has no value, and no default.
    Parameter(Arc<str>),
    /// A parameter's value is a secret of a key vault, and we never read one.
    KeyVault(Arc<str>),
    /// A placeholder such as `${NAME}` that some other tool fills in.
    Placeholder(Arc<str>),
    /// Only the deployment tells: `reference`, `listKeys`, a new resource's id.
    Deployment(Arc<str>),
    /// Another value every time: `newGuid`, `utcNow`.
    Changing(Arc<str>),
    /// The resource group, the subscription, the tenant or the location, which nobody has told us.
    Target(Arc<str>),
    /// A function that this version doesn't work out.
    Function(Arc<str>),
    /// A template that the file names and doesn't hold.
    Elsewhere(Arc<str>),
    /// The file leaves it as it is, and doesn't say how that is.
    AsItIs,
    /// A resource that is there already is left as it is.
    OnlyIfNew,
    /// It is more than this version works out: too deep, too long, too often.
    Limit(Arc<str>),
    /// Something that this version doesn't read.
    Unsupported(Arc<str>),
    /// Terraform marks it as sensitive, and we never read a secret.
    Sensitive(Arc<str>),
    /// The expression is wrong: Azure would refuse it, too.
    Wrong(Arc<str>),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(name) => write!(f, "the parameter `{name}` has no value"),
            Self::KeyVault(name) => write!(f, "the parameter `{name}` is a secret of a key vault"),
            Self::Placeholder(text) => write!(f, "`{text}` is a placeholder"),
            Self::Deployment(what) => write!(f, "`{}` is known only after the deployment", short(what)),
            Self::Changing(function) => write!(f, "`{function}` has another value in every deployment"),
            Self::Target(what) => write!(f, "`{what}` depends on where the template is deployed"),
            Self::Function(name) => write!(f, "this version doesn't evaluate the function `{name}`"),
            Self::Elsewhere(what) => write!(f, "the file doesn't include {what}"),
            Self::AsItIs => f.write_str("the file leaves it as it is (--against says how that is)"),
            Self::Unsupported(what) => write!(f, "this version doesn't read {what}"),
            Self::Sensitive(what) => write!(f, "Terraform marks `{what}` as sensitive"),
            Self::OnlyIfNew => f.write_str("it is deployed only if it doesn't exist yet"),
            Self::Limit(what) => f.write_str(what),
            Self::Wrong(what) => f.write_str(what),
        }
    }
}

/// An expression in as few words as tell what it is: most begin with what they are.
fn short(expression: &str) -> String {
    const LONGEST: usize = 60;
    match expression.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", expression.get(..end).unwrap_or_default()),
        None => expression.to_owned(),
    }
}

impl Value {
    /// A text.
    pub(super) fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// Something that is not known: the expression that would give it, and why.
    pub(super) fn unknown(text: impl Into<String>, why: Why) -> Self {
        Self::Unknown(Arc::new(Unknown {
            text: text.into(),
            form: Form::Expression,
            why,
        }))
    }

    /// A string of which parts are not known: they stand in braces.
    pub(super) fn unknown_text(text: impl Into<String>, why: Why) -> Self {
        Self::Unknown(Arc::new(Unknown {
            text: text.into(),
            form: Form::Text,
            why,
        }))
    }

    /// What it is, in a sentence.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "an array",
            Self::Object(_) => "an object",
            Self::Unknown(_) => "unknown",
        }
    }

    /// As a part of a string; `None`: it can't be one.
    pub(super) fn in_text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.to_string()),
            Self::Number(number) => Some(number.to_string()),
            Self::Unknown(unknown) => Some(unknown.in_text()),
            Self::Null | Self::Bool(_) | Self::List(_) | Self::Object(_) => None,
        }
    }

    pub(super) fn as_text(&self) -> Option<&Arc<str>> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_int(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(is) => Some(*is),
            _ => None,
        }
    }

    pub(super) fn as_list(&self) -> Option<&[Node]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    pub(super) fn as_object(&self) -> Option<&Fields> {
        match self {
            Self::Object(fields) => Some(fields),
            _ => None,
        }
    }

    pub(super) fn as_unknown(&self) -> Option<&Arc<Unknown>> {
        match self {
            Self::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }

    /// The first thing in it that is not known, however deep.
    pub(super) fn first_unknown(&self) -> Option<&Arc<Unknown>> {
        match self {
            Self::Unknown(unknown) => Some(unknown),
            Self::List(items) => items.iter().find_map(|item| item.value.first_unknown()),
            Self::Object(fields) => fields.iter().find_map(|(_, node)| node.value.first_unknown()),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => None,
        }
    }
}

impl Node {
    /// A value that an expression made.
    pub(super) fn made(value: Value) -> Self {
        Self { value, at: None }
    }

    /// The same value, where nobody wrote it as if it was written at `at`.
    pub(super) fn or_at(self, at: Option<Spot>) -> Self {
        Self {
            at: self.at.or(at),
            value: self.value,
        }
    }

    /// A field of an object.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.value.as_object()?.get(name)
    }

    /// What lies at a path of fields.
    pub(super) fn at_path(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, name| node.get(name))
    }

    /// A text field.
    pub(super) fn text(&self, name: &str) -> Option<&Arc<str>> {
        self.get(name)?.value.as_text()
    }
}
