//! What of a tenant's texts a policy can say, and how it is written there.

use crate::model::shown::is_unsafe;
use crate::model::{PrincipalId, RoleDefinition, Scope, ScopePattern, Shown};
use crate::policy::written_action;
use std::collections::BTreeMap;

/// Whether a policy can hold the text as it is.
pub(super) fn is_text(text: &str) -> bool {
    // What a pipeline would act on is shown as something else.
    !text.trim().is_empty() && Shown::of(text).as_str() == text
}

/// Whether a policy can name the principal.
pub(super) fn is_nameable(id: &PrincipalId) -> bool {
    id.is_nameable()
}

/// A scope as a required grant or a role definition names it.
pub(super) fn scope(scope: &Scope) -> Option<String> {
    let text = scope.to_string();
    let pattern = ScopePattern::parse(&text).ok()?;
    let is_one = pattern.literal().is_some() && pattern.names(scope);
    (is_one && is_text(&text) && !text.contains("//")).then_some(text)
}

/// The data actions that a role definition grants, each once, as a policy writes them. `None`: there are none, or a policy can't
/// name all of them.
pub(super) fn data_actions(definition: &RoleDefinition) -> Option<Vec<String>> {
    let granted = definition.permissions.iter().flat_map(|one| &one.data_actions);
    let mut actions: BTreeMap<String, String> = BTreeMap::new();
    for pattern in granted {
        let text = Some(written_action(pattern)?).filter(|text| is_text(text))?;
        let key = text.to_ascii_lowercase();
        let known = actions.entry(key).or_insert_with(|| text.clone());
        if text < *known {
            *known = text;
        }
    }
    (!actions.is_empty()).then(|| actions.into_values().collect())
}

/// Whether a policy that names the built-in role of this name means what the definition grants.
pub(super) fn is_builtin(definition: &RoleDefinition) -> bool {
    let mut builtin = definition.kind.row().builtin.iter();
    let named = builtin.find(|role| role.name == definition.role_name);
    let Some(builtin) = named.filter(|_| definition.is_built_in()) else {
        return false;
    };
    let keys = |texts: &mut dyn Iterator<Item = &str>| {
        let mut keys: Vec<String> = texts.map(str::to_ascii_lowercase).collect();
        keys.sort();
        keys.dedup();
        keys
    };
    let granted = definition.permissions.iter().flat_map(|one| &one.data_actions);
    !takes_away(definition)
        && keys(&mut granted.map(|pattern| pattern.as_str())) == keys(&mut builtin.data_actions.iter().copied())
}

/// Whether the definition has `notDataActions`.
pub(super) fn takes_away(definition: &RoleDefinition) -> bool {
    definition
        .permissions
        .iter()
        .any(|one| !one.not_data_actions.is_empty())
}

/// A text with `*` in the place of what a policy can't hold, so that it matches itself. `None`: nothing of it is left.
pub(super) fn globbed(text: &str, is_kept: impl Fn(char) -> bool) -> Option<String> {
    let mut glob = String::with_capacity(text.len());
    for c in text.chars() {
        match is_kept(c) && !is_unsafe(c) {
            true => glob.push(c),
            false if glob.ends_with('*') => {}
            false => glob.push('*'),
        }
    }
    if Shown::of(&glob).as_str() != glob {
        // A pipeline would take it for a command.
        glob = glob.replace('#', "*");
    }
    glob.chars().any(|c| c != '*' && !c.is_whitespace()).then_some(glob)
}
