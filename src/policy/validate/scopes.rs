//! `scope:` and `assignable_scopes:`: places in an account, always written relative to it.

use super::validator::Validator;
use crate::model::role_kind::GRAMMAR;
use crate::model::scope::ScopeError;
use crate::model::{AccountId, ScopePattern};
use crate::policy::raw::Node;
use crate::policy::text::quoted;

impl Validator<'_> {
    /// A scope; `no_glob` says why none of its names may have a `*`.
    pub(super) fn scope(&mut self, node: &Node, what: &str, no_glob: Option<&str>) -> Option<ScopePattern> {
        let text = self.walk.text(node, what)?;
        let pattern = match ScopePattern::parse(text) {
            Ok(pattern) => pattern,
            Err(error) => {
                let message = format!("{what} {} is invalid: {}", quoted(text), advice(text, &error));
                self.walk.error(node.span, message);
                return None;
            }
        };
        if !text.starts_with('/') {
            let message = format!(
                "{what} {} doesn't begin with `/`; did you mean {}?",
                quoted(text),
                quoted(&pattern.to_string())
            );
            self.walk.error(node.span, message);
            return None;
        }
        if text.contains("//") {
            let message = format!(
                "{what} {} has an empty name in it; did you mean {}?",
                quoted(text),
                quoted(&pattern.to_string())
            );
            self.walk.error(node.span, message);
            return None;
        }
        if let Some(reason) = no_glob
            && pattern.literal().is_none()
        {
            self.walk
                .error(node.span, format!("{what} {} has a `*`, but {reason}", quoted(text)));
            return None;
        }
        Some(pattern)
    }
}

/// What is wrong, and how to write it instead.
fn advice(text: &str, error: &ScopeError) -> String {
    const FORMS: &str = "write `/`, `/dbs/<database>` or `/dbs/<database>/colls/<container>`";
    let fixed = |relative: &str| {
        let mut relative = relative.to_owned();
        let names = [
            (GRAMMAR.database_resources, GRAMMAR.database),
            (GRAMMAR.container_resources, GRAMMAR.container),
        ];
        for (resources, name) in names {
            for resource in resources {
                relative = relative.replace(&format!("/{resource}/"), &format!("/{name}/"));
            }
        }
        let relative = if relative.is_empty() { "/".to_owned() } else { relative };
        ScopePattern::parse(&relative).map(|pattern| quoted(&pattern.to_string()))
    };
    let rooted = format!("/{}", text.trim_start_matches('/'));
    if let Some((_, rest)) = AccountId::split_prefix(&rooted) {
        return match fixed(rest) {
            Ok(scope) => format!("scopes are relative to the account; write {scope}, and name the account in `match`"),
            Err(_) => format!("scopes are relative to the account; {FORMS}, and name the account in `match`"),
        };
    }
    match error {
        ScopeError::NotInAccount => {
            format!("scopes are relative to the account; {FORMS}, and choose the accounts in `match`")
        }
        _ => match fixed(&rooted) {
            Ok(scope) => format!("{error}; write {scope}"),
            Err(_) => error.to_string(),
        },
    }
}
