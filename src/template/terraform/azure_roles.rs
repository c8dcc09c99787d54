//! Azure RBAC of the provider `azurerm`.

use super::super::value::{Node, Value, Why};
use super::change::Change;
use super::ids::{known_or_not, token};
use super::resource::{Of, Pairs, mapped, object};
use super::rows::{ACCOUNT, AZURE_ROLE, RESOURCE_GROUP, is_of};
use crate::model::azure_rbac::BuiltInAzureRole;
use std::sync::Arc;

impl Of<'_, '_> {
    pub(super) fn azure_role_assignment(self) -> Pairs {
        let in_azure = |found: &Change<'_>| {
            let types = [RESOURCE_GROUP, ACCOUNT, "Microsoft.DocumentDB/mongoClusters"];
            types.iter().any(|arm| is_of(found, arm))
        };
        vec![
            ("roleDefinitionId", self.azure_role()),
            ("principalId", self.principal("principal_id")),
            (
                "principalType",
                self.field("principal_type")
                    .filter(|node| node.value.as_text().is_some()),
            ),
            // Azure roles are given on whole resources, so the ID of one that is referred to is the scope.
            ("scope", self.world.id_field_of(self.change, "scope", in_azure)),
            ("condition", self.field("condition")),
        ]
    }

    /// The role of an assignment: by its ID, or by its name.
    fn azure_role(self) -> Option<Node> {
        let by_id = self.world.id_field(self.change, "role_definition_id", AZURE_ROLE);
        let name = self.field("role_definition_name");
        let name = name.filter(|_| by_id.as_ref().is_none_or(|node| node.value.as_text().is_none()));
        let Some((text, at)) = name.and_then(|node| Some((Arc::clone(node.value.as_text()?), node.at))) else {
            return by_id;
        };
        let planned = self.world.azure_role(&text).and_then(|change| self.world.id(change));
        let built_in = BuiltInAzureRole::named(&text);
        let built_in = built_in.map(|role| format!("/providers/{AZURE_ROLE}/{}", role.guid));
        // One that is there already has its ID in the tenant only.
        let named = format!("/providers/{AZURE_ROLE}/{}", token(&text));
        let (id, why) = match planned {
            Some(id) => (id, Why::Deployment(self.change.place("role_definition_id").into())),
            None => (
                built_in.unwrap_or(named),
                Why::Elsewhere(format!("the definition of the role `{text}`").into()),
            ),
        };
        Some(Node {
            value: known_or_not(id, why),
            at,
        })
    }

    pub(super) fn azure_role_definition(self) -> Pairs {
        let names = [
            ("actions", "actions"),
            ("notActions", "not_actions"),
            ("dataActions", "data_actions"),
            ("notDataActions", "not_data_actions"),
        ];
        let scopes = self
            .field("assignable_scopes")
            .filter(|node| node.value.as_list().is_some());
        // No actions are written as no field at all, and no permissions as no block.
        let none = || self.made(Value::List(Arc::default()));
        let block = |block: &Node| {
            let fields = names
                .iter()
                .map(|(arm, own)| (*arm, Some(block.get(own).cloned().unwrap_or_else(none))));
            object(fields, block.at)
        };
        let permissions = self
            .field("permissions")
            .map_or_else(none, |blocks| mapped(blocks, block));
        // Without scopes of its own it has the one that it is made at.
        let own = self
            .field("scope")
            .map(|scope| self.made(Value::List(Arc::new(vec![scope]))));
        vec![
            ("roleName", self.field("name")),
            ("type", Some(self.made(Value::text("CustomRole")))),
            ("assignableScopes", scopes.or(own)),
            ("permissions", Some(permissions)),
        ]
    }
}
