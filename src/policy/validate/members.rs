//! `members:` of a group: who is in it, and nobody else.

use super::validator::Validator;
use super::walk::Entry;
use crate::model::PrincipalKind;
use crate::policy::rules::Ruled;
use crate::policy::source::Span;
use crate::policy::text::quoted;
use foldhash::{HashMap, HashMapExt};
use std::collections::BTreeSet;

/// The members of a principal as a file lists them.
pub(super) struct Listed<'n> {
    pub(super) file: usize,
    /// Whose.
    pub(super) name: &'n str,
    pub(super) entry: Entry<'n>,
}

impl Validator<'_> {
    /// Reads a list of members, once all principals are declared.
    pub(super) fn members(&mut self, list: Listed<'_>) {
        let Listed { name, entry, .. } = list;
        let Some(items) = self.walk.list(entry.value, "`members`") else {
            return;
        };
        let group = self.principals.by_name.get(name).cloned().flatten();
        let mut members = Vec::with_capacity(items.len());
        let mut first_places: HashMap<_, Span> = HashMap::new();
        for item in items {
            let Some(id) = self.principal(item, "a member") else {
                continue;
            };
            if group.as_ref().is_some_and(|group| group.id == id) {
                let message = format!("group {} can't be a member of itself; remove it", quoted(name));
                self.walk.error(item.span, message);
                continue;
            }
            if let Some(first) = first_places.get(&id) {
                let message = format!(
                    "`members` has this principal twice; the first is in line {}, column {}",
                    first.line, first.column
                );
                self.walk.error(item.span, message);
                continue;
            }
            first_places.insert(id.clone(), item.span);
            members.push(id);
        }
        // What is wrong was reported.
        let Some(group) = group else { return };
        if let Some(kind) = group.kind.filter(|kind| *kind != PrincipalKind::Group) {
            let message = format!(
                "principal {} is a {}, and only a group has `members`; remove the list, or correct `kind`",
                quoted(name),
                kind.word().replace('-', " ")
            );
            self.walk.error(entry.key_span, message);
            return;
        }
        if members.len() < items.len() {
            return;
        }
        if let Some(first) = &group.members {
            let sorted = |list: &[_]| list.iter().cloned().collect::<BTreeSet<_>>();
            if sorted(&first.value) != sorted(&members) {
                let message = format!(
                    "group {} has other members at {}; give it one list",
                    quoted(name),
                    first.at
                );
                self.walk.error(entry.key_span, message);
            }
            return;
        }
        let at = self.walk.place(entry.key_span);
        if let Some(Some(group)) = self.principals.by_name.get_mut(name) {
            group.members = Some(Ruled { value: members, at });
        }
    }
}
