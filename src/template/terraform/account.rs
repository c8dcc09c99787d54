//! Accounts of the provider `azurerm`.

use super::super::value::{Node, Value, Why};
use super::resource::{Of, Pairs, first, is_later};
use std::sync::Arc;

impl Of<'_, '_> {
    pub(super) fn account(self) -> Pairs {
        let writes = self.field("access_key_metadata_writes_enabled").map(negated);
        let backup = self
            .field("backup")
            .and_then(|blocks| first(&blocks)?.get("type").cloned());
        let backup = backup.filter(|node| node.value.as_text().is_some());
        vec![
            ("capabilities", self.capabilities()),
            ("disableLocalAuth", Some(self.local_auth_disabled())),
            ("disableKeyBasedMetadataWriteAccess", writes),
            ("backupPolicy", backup.map(|of| self.object([("type", Some(of))]))),
        ]
    }

    /// What a new account doesn't set is unknown to Terraform, since the service answers with its default, which is none. A
    /// set of blocks that itself depends on the deployment would look alike; nobody makes the API of an account depend on that.
    fn capabilities(self) -> Option<Node> {
        let known = self.field("capabilities")?;
        let is_default = is_later(&known) && self.is_new_and_known() && !self.world.sets(self.change, "capabilities");
        if is_default {
            return Some(self.made(Value::List(Arc::default())));
        }
        Some(known)
    }

    /// Of `local_authentication_enabled` and the older `local_authentication_disabled`, the one that the configuration sets
    /// counts: the other keeps what it was before.
    fn local_auth_disabled(self) -> Node {
        let fields = ["local_authentication_enabled", "local_authentication_disabled"];
        let [enabled, disabled] = fields;
        // A variable without a value sets nothing, and then the field's value isn't known.
        let is_set = |field| {
            let known = self.field(field).is_some_and(|node| !is_later(&node));
            self.world.sets(self.change, field) && (known || !self.world.sets_null(self.change, field))
        };
        let [set_enabled, set_disabled] = fields.map(is_set);
        let from_enabled = self.field(enabled).map(negated);
        let from_disabled = self.field(disabled);
        let chosen = match (set_enabled, set_disabled) {
            (true, false) => from_enabled,
            (false, true) => from_disabled,
            // A new account that says nothing has the service's default: keys work.
            (false, false) if self.is_new_and_known() => {
                let said = [from_enabled, from_disabled].into_iter().flatten();
                said.into_iter().find(|node| node.value.as_bool().is_some())
            }
            _ => match (from_enabled, from_disabled) {
                (Some(one), Some(other)) if one.value.as_bool().is_some() && other.value.as_bool().is_some() => {
                    let agree = one.value == other.value;
                    let why = Why::Deployment(self.change.place(enabled).into());
                    let value = Value::unknown(self.change.place(enabled), why);
                    Some(if agree { one } else { Node { value, at: one.at } })
                }
                (Some(one), _) if one.value.as_bool().is_some() => Some(one),
                (_, Some(other)) if other.value.as_bool().is_some() => Some(other),
                (one, other) => one.or(other),
            },
        };
        chosen.unwrap_or_else(|| {
            let place = self.change.place(enabled);
            // Of an account that is there already, a provider that knows neither field doesn't tell.
            let value = match self.change.creates {
                true => Value::Bool(false),
                false => Value::unknown(place.clone(), Why::Deployment(place.into())),
            };
            self.made(value)
        })
    }

    /// Whether it is created, and the configuration of it is there to look at.
    fn is_new_and_known(self) -> bool {
        let configured = self.world.config.resource(&self.change.module, &self.change.resource);
        self.change.creates && configured.is_some()
    }
}

/// Not that.
fn negated(node: Node) -> Node {
    match node.value {
        Value::Bool(is) => Node {
            value: Value::Bool(!is),
            at: node.at,
        },
        Value::Unknown(unknown) => Node {
            value: Value::unknown(format!("!{}", unknown.text), unknown.why.clone()),
            at: node.at,
        },
        _ => node,
    }
}

#[cfg(test)]
#[path = "account_tests.rs"]
mod tests;
