//! Reads a file of any kind: which it is, its own shape tells.

use super::arm;
use super::expression::Budget;
use super::gather::gather;
use super::planned::Target;
use super::predicted;
use super::source::{LARGEST, Sources};
use super::terraform;
use super::value::Node;
use super::what_if;
use crate::model::SourceRef;
use crate::snapshot::{Header, Snapshot};
use jiff::Timestamp;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Room for expressions that stand in expressions: what is deeper than the limits of this module never needs it.
const STACK: usize = 256 << 20;

/// What is to be read, and where it is to be deployed.
#[derive(Debug, Clone)]
pub struct Template<'p> {
    /// The file; `-` is standard input.
    pub file: &'p Path,
    /// A parameters file.
    pub parameters: Option<&'p Path>,
    /// The id of the subscription that it is deployed to.
    pub subscription: Option<Arc<str>>,
    /// The name of the resource group that it is deployed to.
    pub resource_group: Option<Arc<str>>,
}

/// Why a template can't be read.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The file can't be opened or read.
    #[error("couldn't read `{file}`: {source}")]
    Io {
        /// The file.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something in it isn't as it should be.
    #[error("{at}: {why}")]
    At {
        /// Where.
        at: SourceRef,
        /// What is wrong, and what to do.
        why: String,
    },
    /// The file as a whole isn't as it should be.
    #[error("`{file}`: {why}")]
    File {
        /// The file.
        file: String,
        /// What is wrong, and what to do.
        why: String,
    },
}

impl Template<'_> {
    /// Reads it. `taken_at`: the time of the snapshot, which no template has.
    ///
    /// # Errors
    /// When a file can't be read, isn't JSON, or is none of the kinds that are known.
    pub fn read(&self, taken_at: Timestamp) -> Result<Snapshot, TemplateError> {
        let name = self.file.display().to_string();
        let text = text(self.file)?;
        let given = self
            .parameters
            .map(|file| Ok((file.display().to_string(), self::text(file)?)))
            .transpose()?;
        std::thread::scope(|scope| {
            let work = || self.read_text(&name, text, given, taken_at);
            let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
            let failed = |why: String| TemplateError::File {
                file: name.clone(),
                why,
            };
            match thread.map(std::thread::ScopedJoinHandle::join) {
                Ok(Ok(read)) => read,
                Ok(Err(_)) => Err(failed("it couldn't be read".to_owned())),
                Err(error) => Err(failed(format!("it couldn't be read: {error}"))),
            }
        })
    }

    fn read_text(
        &self,
        name: &str,
        text: String,
        given: Option<(String, String)>,
        taken_at: Timestamp,
    ) -> Result<Snapshot, TemplateError> {
        let mut sources = Sources::default();
        let root = parse(&mut sources, name, text)?;
        let given = match given {
            Some((file, text)) => Some((parse(&mut sources, &file, text)?, file)),
            None => None,
        };
        let wrong = |file: &str, at: Option<&Node>, why: String| match at.and_then(|node| sources.place(node.at?)) {
            Some(at) => TemplateError::At { at, why },
            None => TemplateError::File {
                file: file.to_owned(),
                why,
            },
        };
        let target = Target {
            subscription: self.subscription.clone(),
            resource_group: self.resource_group.clone(),
            ..Target::default()
        };
        let budget = Budget::default();
        let kind = Kind::of(&root).ok_or_else(|| wrong(name, Some(&root), Kind::unknown(&root)))?;
        if let (Some((_, file)), false) = (&given, kind == Kind::Arm) {
            let why = format!(
                "a parameters file goes with an ARM template, and `{name}` is a {}",
                kind.title()
            );
            return Err(wrong(file, None, why));
        }
        let plan = match kind {
            Kind::Arm => {
                let parameters = match &given {
                    Some((given, file)) => {
                        let object = parameters(&root, given).map_err(|(at, why)| wrong(file, at.as_ref(), why))?;
                        let given = arm::Given::by_file(object, &target, &budget);
                        given.map_err(|(at, why)| wrong(file, Some(&at), why))?
                    }
                    None => arm::Given::default(),
                };
                arm::read(&root, parameters, &target, &budget)
            }
            Kind::Predicted => predicted::read(&root, &target, &budget),
            Kind::WhatIf => what_if::read(&root, &target, &budget),
            Kind::Terraform => terraform::read(&root, &target),
        };
        let header = Header::new(taken_at, "public".to_owned(), String::new(), Vec::new());
        Ok(gather(&plan, header, &sources, name, kind.title()))
    }
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Arm,
    Predicted,
    WhatIf,
    Terraform,
}

impl Kind {
    fn of(root: &Node) -> Option<Self> {
        let has = |name: &str| root.get(name).is_some();
        let changes = |node: &Node| node.get("changes").is_some_and(|list| list.value.as_list().is_some());
        let schema = root.text("$schema").map(|text| text.to_ascii_lowercase());
        match () {
            () if schema.is_some_and(|text| text.contains("deploymenttemplate.json")) => Some(Self::Arm),
            () if has("predictedResources") => Some(Self::Predicted),
            () if changes(root) || root.get("properties").is_some_and(changes) => Some(Self::WhatIf),
            () if has("format_version") && (has("resource_changes") || has("planned_values")) => Some(Self::Terraform),
            () if has("resources") && (has("contentVersion") || has("languageVersion")) => Some(Self::Arm),
            () => None,
        }
    }

    /// What people call it.
    fn title(self) -> &'static str {
        match self {
            Self::Arm => "ARM template",
            Self::Predicted => "Bicep snapshot",
            Self::WhatIf => "what-if result",
            Self::Terraform => "Terraform plan",
        }
    }

    /// What to say of a file that is none of them.
    fn unknown(root: &Node) -> String {
        let known =
            "expected an ARM template, a Bicep snapshot, a what-if result or a Terraform plan (`terraform show -json`)";
        let schema = root.text("$schema").map(|text| text.to_ascii_lowercase());
        let has = |name: &str| root.get(name).is_some();
        match schema {
            Some(text) if text.contains("deploymentparameters.json") => {
                format!(
                    "this is a parameters file; give it with --parameters, and the template with --template ({known})"
                )
            }
            _ if has("format_version") && has("values") => {
                format!("this is a Terraform state; make a plan, and show that as JSON ({known})")
            }
            _ => format!("unknown kind of file; {known}"),
        }
    }
}

/// The parameters that a file gives to a template.
fn parameters<'g>(template: &Node, given: &'g Node) -> Result<&'g Node, (Option<Node>, String)> {
    let schema = given.text("$schema").map(|text| text.to_ascii_lowercase());
    if schema.is_some_and(|text| text.contains("deploymenttemplate.json")) {
        return Err((
            Some(given.clone()),
            "this is a template, and a parameters file is expected".to_owned(),
        ));
    }
    let Some(object) = given.get("parameters").filter(|node| node.value.as_object().is_some()) else {
        return Err((
            Some(given.clone()),
            "this isn't a parameters file: it has no object `parameters`".to_owned(),
        ));
    };
    let declared = template.get("parameters");
    for (name, node) in object.value.as_object().into_iter().flat_map(|fields| fields.iter()) {
        // Azure refuses the deployment.
        if declared.and_then(|declared| declared.get(name)).is_none() {
            return Err((Some(node.clone()), format!("the template has no parameter `{name}`")));
        }
    }
    Ok(object)
}

fn parse(sources: &mut Sources, name: &str, text: String) -> Result<Node, TemplateError> {
    sources.parse(name, text).map_err(|error| match error.at {
        Some(at) => TemplateError::At { at, why: error.why },
        None => TemplateError::File {
            file: name.to_owned(),
            why: error.why,
        },
    })
}

fn text(path: &Path) -> Result<String, TemplateError> {
    let file = path.display().to_string();
    let failed = |source| TemplateError::Io {
        file: file.clone(),
        source,
    };
    let mut bytes = Vec::new();
    let read = match path.as_os_str() == "-" {
        true => std::io::stdin().take(LARGEST + 1).read_to_end(&mut bytes),
        false => std::fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)),
    };
    read.map_err(failed)?;
    decoded(bytes).map_err(|why| TemplateError::File { file, why })
}

/// UTF-8, or UTF-16 with a mark: what Windows PowerShell's `>` writes.
fn decoded(bytes: Vec<u8>) -> Result<String, String> {
    let wide = |of: fn([u8; 2]) -> u16, rest: &[u8]| {
        let units = rest
            .chunks_exact(2)
            .filter_map(|two| Some(of([*two.first()?, *two.get(1)?])));
        char::decode_utf16(units)
            .collect::<Result<String, _>>()
            .map_err(|_| "it is not valid UTF-16".to_owned())
    };
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => wide(u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => wide(u16::from_be_bytes, rest),
        _ => String::from_utf8(bytes).map_err(|_| "it is not valid UTF-8".to_owned()),
    }
}
