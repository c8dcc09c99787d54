//! From YAML to a policy: everything in it refers to something that exists, or is an error.
//!
//! Three passes over all files, because names declared in one may be used in another: principals, then roles and what
//! else blocks say by themselves, then what refers to either.

mod actions;
mod blocks;
mod grants;
mod members;
mod principals;
mod roles;
mod scopes;
mod suggest;
mod validator;
mod waivers;
mod walk;

use super::contradiction;
use super::error::{PolicyError, PolicyErrors};
use super::raw;
use super::rules::Policy;
use super::source::{Source, Span};
use super::text::quoted;
use crate::finding::Check;
pub(crate) use actions::written as written_action;
pub use suggest::Suggestions;
pub use waivers::day;

use blocks::Draft;
use std::collections::BTreeMap;
use std::sync::Arc;
use validator::{Principals, Roles, Validator};
use walk::{Fields, Walk};

/// The one version of the policy language.
const VERSION: &str = "1";

/// Reads all files as one policy.
///
/// # Errors
/// Every error of every file. `unreadable` are those of files that are no text; their sources are empty.
pub(super) fn validate(
    sources: Vec<Source>,
    unreadable: Vec<PolicyError>,
    checks: &[&'static Check],
) -> Result<Policy, PolicyErrors> {
    let mut errors = unreadable;
    let mut roots = Vec::new();
    for (order, source) in sources.iter().enumerate() {
        if errors.iter().any(|error| error.file() == &*source.name) {
            continue;
        }
        match raw::parse(source) {
            Ok(Some(root)) if !root.is_null() => roots.push((order, root)),
            Ok(_) => {
                let message = format!("the file is empty; begin it with `version: {VERSION}`");
                errors.push(PolicyError::of_file(&source.name, order, message));
            }
            Err((span, message)) => errors.push(PolicyError::at(source, order, span, message)),
        }
    }
    let files = sources.iter().map(|source| Arc::clone(&source.name)).collect();
    let mut validator = Validator {
        walk: Walk::new(sources),
        checks,
        principals: Principals::default(),
        roles: Roles::default(),
        is_partial: !errors.is_empty(),
        policy: Policy {
            files,
            principals: Vec::new(),
            blocks: Vec::new(),
            severities: BTreeMap::new(),
            waivers: Vec::new(),
            notices: Vec::new(),
            sources: Vec::new(),
        },
    };
    validator.files(&roots);
    let Validator { walk, mut policy, .. } = validator;
    let Walk {
        sources, errors: found, ..
    } = walk;
    errors.extend(found);
    errors.extend(
        contradiction::within(&policy)
            .iter()
            .map(|contradiction| PolicyError::contradiction(&sources, contradiction)),
    );
    if errors.is_empty() {
        policy.sources = sources;
        Ok(policy)
    } else {
        Err(PolicyErrors::new(errors))
    }
}

impl Validator<'_> {
    fn files(&mut self, roots: &[(usize, raw::Node)]) {
        let keys = &["version", "principals", "accounts", "checks", "waivers"];
        let mut files: Vec<(usize, Fields<'_>)> = Vec::new();
        let mut lists = Vec::new();
        for (order, root) in roots {
            self.walk.file = *order;
            let Some(fields) = self.walk.fields(root, "a policy file", keys) else {
                self.is_partial = true;
                continue;
            };
            self.version(&fields);
            if let Some(node) = fields.get("principals") {
                lists.extend(self.declare_principals(node));
            }
            files.push((*order, fields));
        }
        for list in lists {
            self.walk.file = list.file;
            self.members(list);
        }
        let mut drafts: Vec<Draft<'_>> = Vec::new();
        for (order, fields) in &files {
            self.walk.file = *order;
            let Some(blocks) = fields
                .get("accounts")
                .and_then(|node| self.walk.list(node, "`accounts`"))
            else {
                continue;
            };
            for (index, node) in blocks.iter().enumerate() {
                let position = drafts.len();
                drafts.extend(self.draft(node, index, position));
            }
        }
        for draft in drafts {
            self.walk.file = draft.file;
            self.finish(draft);
        }
        for (order, fields) in &files {
            self.walk.file = *order;
            if let Some(node) = fields.get("checks") {
                self.checks(node);
            }
            if let Some(node) = fields.get("waivers") {
                self.waivers(node);
            }
        }
        self.policy.principals = std::mem::take(&mut self.principals).into_declared();
    }

    fn version(&mut self, fields: &Fields<'_>) {
        let Some(node) = fields.get("version") else {
            let top = Span {
                line: 1,
                column: 1,
                ..Span::default()
            };
            self.walk.error(
                top,
                format!("the key `version` is missing; begin the file with `version: {VERSION}`"),
            );
            return;
        };
        if let Some(text) = self.walk.text(node, "`version`")
            && text != VERSION
        {
            let message = format!("unknown policy version {}; write `version: {VERSION}`", quoted(text));
            self.walk.error(node.span, message);
        }
    }
}
