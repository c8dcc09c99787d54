//! Role definitions that are changed so that their holders can do more. The reader decides about that.

use crate::checks::names::Names;
use crate::finding::AccountEdit;
use crate::model::{AccountRecord, ActionPattern, Permission, Shown};
use crate::resolve::Access;
use crate::shown;
use std::collections::BTreeSet;

/// Principals that are named.
const NAMED: usize = 3;

/// Why edits are held back that let holders of a role do more than it grants now: who, and what. `None`: none does.
pub(super) fn widening<'e>(
    record: &AccountRecord,
    edits: impl Iterator<Item = &'e AccountEdit>,
    names: &Names<'_>,
) -> Option<Shown> {
    edits
        .filter_map(|edit| match edit {
            AccountEdit::WriteDefinition { id, actions, .. } => Some((id, actions)),
            _ => None,
        })
        .find_map(|(id, actions)| wider(record, id, actions, names))
}

fn wider(record: &AccountRecord, id: &str, actions: &[String], names: &Names<'_>) -> Option<Shown> {
    let permission = Permission {
        data_actions: actions.iter().map(ActionPattern::full).collect(),
        not_data_actions: Vec::new(),
    };
    let access = Access::resolve(record, permission.patterns());
    let mut roles = access.roles.iter();
    let role = roles.find(|role| role.definition.id.eq_ignore_ascii_case(id))?;
    let bounds = access.universe.bounds([&permission]);
    let more = bounds.more_than(&role.bounds)?;
    let is_certain = !bounds.least().minus(role.bounds.least()).is_empty();
    let holders = access
        .grants()
        .filter(|grant| grant.role.definition.id == role.definition.id);
    let holders: BTreeSet<Shown> = holders.map(|grant| names.mentioned(grant.principal())).collect();
    let mut named: Vec<Shown> = holders.iter().take(NAMED).cloned().collect();
    match holders.len().saturating_sub(NAMED) {
        0 => {}
        more => named.push(shown!("{} more", more)),
    }
    (!named.is_empty()).then(|| {
        shown!(
            "{} {} also {}",
            Shown::list(&named),
            if is_certain {
                "could then"
            } else {
                "could then possibly"
            },
            access.universe.verbs(&more)
        )
    })
}
