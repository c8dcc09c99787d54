//! `principals:`, and every place that names one.

use super::members::Listed;
use super::validator::Validator;
use crate::model::guid::is_guid;
use crate::model::{PrincipalId, PrincipalKind};
use crate::policy::raw::Node;
use crate::policy::rules::{Principal, PrincipalRule};
use crate::policy::text::quoted;

impl Validator<'_> {
    /// Declares the principals of a file. Who is in a group can be declared in another one, and is read later.
    pub(super) fn declare_principals<'n>(&mut self, node: &'n Node) -> Vec<Listed<'n>> {
        let mut lists = Vec::new();
        let Some(entries) = self.walk.entries(node, "`principals`") else {
            self.is_partial = true;
            return lists;
        };
        for entry in entries {
            let name = entry.key;
            if name == "*" || name.trim().is_empty() || is_id(name) {
                let message = format!("a principal can't be named {}; choose a word", quoted(name));
                self.walk.error(entry.key_span, message);
                continue;
            }
            let fields = self.walk.fields(entry.value, "a principal", &["id", "kind", "members"]);
            let file = self.walk.file;
            let list = fields.as_ref().and_then(|fields| fields.entry("members"));
            lists.extend(list.map(|entry| Listed { file, name, entry }));
            let id = fields.as_ref().and_then(|fields| {
                let node = fields.require(&mut self.walk, "id")?;
                self.guid(node, "`id`")
            });
            let kind = fields.as_ref().and_then(|fields| {
                let words = PrincipalKind::KNOWN.map(|kind| (kind.word(), kind));
                self.walk.word(fields.get("kind")?, "`kind`", &words)
            });
            let Some(id) = id else {
                self.principals.by_name.entry(name.to_owned()).or_insert(None);
                continue;
            };
            let at = self.walk.place(entry.key_span);
            if let Some(Some(first)) = self.principals.by_name.get(name) {
                let (first_at, first_kind) = (&first.at, first.kind);
                let message = if first.id != id {
                    format!(
                        "principal {} has the object ID `{}` at {first_at}; give each name one ID",
                        quoted(name),
                        first.id
                    )
                } else if first_kind != kind && first_kind.is_some() && kind.is_some() {
                    format!(
                        "principal {} has another kind at {first_at}; give it one kind",
                        quoted(name)
                    )
                } else {
                    // Said twice is said once; a kind that only one of them has counts.
                    if let (None, Some(Some(known))) = (first_kind, self.principals.by_name.get_mut(name)) {
                        known.kind = kind;
                    }
                    continue;
                };
                self.walk.error(entry.key_span, message);
                continue;
            }
            if let Some(other) = self.principals.by_id.get(&id)
                && let Some(Some(first)) = self.principals.by_name.get(other)
            {
                let message = format!(
                    "principal {} has the object ID of {} at {}; give each ID one name",
                    quoted(name),
                    quoted(other),
                    first.at
                );
                self.walk.error(entry.key_span, message);
                self.principals.by_name.entry(name.to_owned()).or_insert(None);
                continue;
            }
            self.principals.by_id.insert(id.clone(), name.to_owned());
            let principal = Principal {
                name: name.to_owned(),
                id,
                kind,
                members: None,
                at,
            };
            self.principals.by_name.insert(name.to_owned(), Some(principal));
        }
        lists
    }

    fn guid(&mut self, node: &Node, what: &str) -> Option<PrincipalId> {
        let text = self.walk.text(node, what)?;
        if is_id(text) {
            return Some(PrincipalId::from(text));
        }
        let message = format!(
            "invalid object ID {}: expected a GUID such as `0b6d4b0e-2f0e-4f0c-9a55-0d1c3a1f7b11`",
            quoted(text)
        );
        self.walk.error(node.span, message);
        None
    }

    /// A principal, by name or by object id, or `*`.
    pub(super) fn principal_rule(&mut self, node: &Node) -> Option<PrincipalRule> {
        if self.walk.text(node, "`principal`")? == "*" {
            return Some(PrincipalRule::Anyone);
        }
        self.principal(node, "`principal`").map(PrincipalRule::One)
    }

    /// One principal, by name or by object id.
    pub(super) fn principal(&mut self, node: &Node, what: &str) -> Option<PrincipalId> {
        let name = self.walk.text(node, what)?;
        if let Some(declared) = self.principals.by_name.get(name) {
            return declared.as_ref().map(|principal| principal.id.clone());
        }
        if is_id(name) {
            return Some(PrincipalId::from(name));
        }
        if name.starts_with("mongo:") {
            let message = format!(
                "invalid MongoDB user {}: expected `mongo:<database>.<user>`, such as `mongo:orders.app`",
                quoted(name)
            );
            self.walk.error(node.span, message);
            return None;
        }
        if name == "*" {
            self.walk
                .error(node.span, format!("{what} can't be `*`; name one principal"));
            return None;
        }
        if !self.is_partial {
            let known = self.principals.by_name.keys().map(String::as_str);
            let hint = self.walk.suggestions.hint(name, known);
            let hint = if hint.is_empty() {
                "; declare it below `principals:`, or write its object ID".to_owned()
            } else {
                hint
            };
            self.walk
                .error(node.span, format!("unknown principal {}{hint}", quoted(name)));
        }
        None
    }
}

/// Whether a text is an object id of Entra ID, or names a user of MongoDB itself or a principal of a template.
fn is_id(text: &str) -> bool {
    is_guid(text) || PrincipalId::parse_mongo_user(text).is_some() || PrincipalId::parse_template(text).is_some()
}
