//! Azure RBAC of the provider `azurerm`.

use super::super::value::{Node, Value, Why};
use super::change::Change;
use super::ids::{known_or_not, token};
use super::resource::{Of, Pairs, mapped, object};
use super::rows::{ACCOUNT, AZURE_ROLE, RESOURCE_GROUP, is_of};
use std::sync::Arc;

/// Built-in roles that open a way to an account. Of others only the name is known. Source: "Azure built-in roles".
const BUILT_IN: [(&str, &str); 8] = [
    ("Owner", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"),
    ("Contributor", "b24988ac-6180-42a0-ab88-20f7382dd24c"),
    ("Reader", "acdd72a7-3385-48ef-bd42-f606fba81ae7"),
    ("User Access Administrator", "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"),
    (
        "Role Based Access Control Administrator",
        "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
    ),
    ("DocumentDB Account Contributor", "5bd9cd88-fe45-4216-938b-f97437e15450"),
    ("Cosmos DB Operator", "230815da-be43-4aae-9cb4-875f7bd000aa"),
    ("Cosmos DB Account Reader Role", "fbdf93bf-df7d-467e-a4d2-9458aa1360c8"),
];

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
        let built_in = BUILT_IN.iter().find(|(name, _)| name.eq_ignore_ascii_case(&text));
        let built_in = built_in.map(|(_, guid)| format!("/providers/{AZURE_ROLE}/{guid}"));
        let named = format!("/providers/{AZURE_ROLE}/{}", token(&text));
        let id = planned.or(built_in).unwrap_or(named);
        Some(Node {
            value: known_or_not(id, Why::Deployment(self.change.place("role_definition_id").into())),
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
