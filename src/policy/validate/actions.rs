//! `data_actions:`: names of data actions, in full or without the prefix that all of them have.

use super::validator::Validator;
use crate::model::action::{MONGODB, PREFIX};
use crate::model::{ActionPattern, RoleKind, role_kind};
use crate::policy::raw::Node;
use crate::policy::rules::Ruled;
use crate::policy::text::quoted;

impl Validator<'_> {
    /// A list of data actions with at least one in it.
    pub(super) fn data_actions(&mut self, node: &Node) -> Option<Vec<ActionPattern>> {
        let items = self.walk.list(node, "`data_actions`")?;
        if items.is_empty() {
            let message = "`data_actions` is empty; name at least one data action".to_owned();
            self.walk.error(node.span, message);
            return None;
        }
        // Not `collect`, which would stop at the first that is wrong.
        let mut actions = Vec::with_capacity(items.len());
        for item in items {
            actions.extend(self.data_action(item));
        }
        (actions.len() == items.len()).then_some(actions)
    }

    fn data_action(&mut self, node: &Node) -> Option<ActionPattern> {
        let text = self.walk.text(node, "a data action")?;
        let pattern = ActionPattern::from_policy(text);
        let problem = if text == "*" {
            None
        } else if pattern.as_str() == text {
            (!could_be_cosmos(text))
                .then(|| format!("isn't a data action of Azure Cosmos DB; they begin with `{PREFIX}`"))
        } else if is_known(&pattern) {
            None
        } else if pattern.is_wildcard() {
            Some("matches no known data action".to_owned())
        } else {
            Some("isn't a known data action".to_owned())
        };
        let Some(problem) = problem else {
            if text != "*" && !is_known(&pattern) {
                // Newer than this version, or misspelt: a `deny` of it would look as if it kept something away.
                let value = format!(
                    "{} isn't a documented data action, so it matches only roles that name it",
                    quoted(text)
                );
                let at = self.walk.place(node.span);
                self.policy.notices.push(Ruled { value, at });
            }
            return Some(pattern);
        };
        let is_full = pattern.as_str() == text;
        let near = if is_full { None } else { self.nearest_action(text) };
        let near = near.map_or_else(String::new, |near| format!("; did you mean {}?", quoted(near)));
        let in_full = if is_full {
            String::new()
        } else {
            format!(
                " (if the service has it, write it in full: {})",
                quoted(pattern.as_str())
            )
        };
        let message = format!("{} {problem}{in_full}{near}", quoted(text));
        self.walk.error(node.span, message);
        None
    }

    /// The action that somebody meant who wrote `text`.
    fn nearest_action(&mut self, text: &str) -> Option<&'static str> {
        let names = || RoleKind::listed().map(|action| action.name);
        let split = |name: &'static str| name.rsplit_once('/').unwrap_or(("", name));
        let (parent, last) = text.rsplit_once('/').unwrap_or(("", text));
        // Paths are long and alike, so with a right path only the last part is compared …
        let siblings: Vec<_> = names()
            .filter(|name| split(name).0.eq_ignore_ascii_case(parent))
            .collect();
        if !siblings.is_empty() {
            let near = self
                .walk
                .suggestions
                .nearest(last, siblings.iter().map(|name| split(name).1))?;
            return siblings.into_iter().find(|name| split(name).1 == near);
        }
        // … and with a wrong path, the last part says what is meant.
        let same_last = || names().find(|name| split(name).1.eq_ignore_ascii_case(last));
        self.walk.suggestions.nearest(text, names()).or_else(same_last)
    }
}

/// How a policy writes a data action of a role definition: short where it can. `None`: no policy can name it.
pub(crate) fn written(pattern: &ActionPattern) -> Option<String> {
    let means_it = |text: &str| {
        ActionPattern::from_policy(text)
            .as_str()
            .eq_ignore_ascii_case(pattern.as_str())
    };
    let short = pattern.short();
    if short != pattern.as_str() && is_known(pattern) && means_it(short) {
        return Some(short.to_owned());
    }
    let full = pattern.as_str();
    (means_it(full) && (full == "*" || could_be_cosmos(full))).then(|| full.to_owned())
}

/// Whether the catalogue has it, or an action that it could match.
fn is_known(pattern: &ActionPattern) -> bool {
    role_kind::is_listed(|action| pattern.covers_most(action))
}

/// Whether the text up to its first `*` could begin a data action of Cosmos DB.
fn could_be_cosmos(text: &str) -> bool {
    let begins = [PREFIX, MONGODB];
    let same_start = |a: &str, b: &str| a.get(..b.len()).is_some_and(|start| start.eq_ignore_ascii_case(b));
    match text.split_once('*') {
        Some((start, _)) => begins
            .iter()
            .any(|own| same_start(own, start) || same_start(start, own)),
        None => begins.iter().any(|own| same_start(text, own) && text.len() > own.len()),
    }
}
