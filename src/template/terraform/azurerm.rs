//! Resources of the provider `azurerm` as Azure Resource Manager would return them. Only fields that are named here are
//! taken over: no password has a place.

use super::super::value::{Node, Value, Why};
use super::change::Change;
use super::ids::known_or_not;
use super::resource::{Of, Pairs, first, mapped, object};
use super::rows::SQL_ROLE;
use super::world::World;
use std::sync::Arc;

/// The body of a resource of the type `arm`.
pub(super) fn body(world: &World<'_>, change: &Change<'_>, arm: &str) -> Node {
    let of = Of { world, change };
    let (own, properties) = match change.kind {
        "azurerm_cosmosdb_account" => (vec![("kind", of.or_text("kind", "GlobalDocumentDB"))], of.account()),
        "azurerm_cosmosdb_sql_role_definition" => (vec![], of.sql_role_definition()),
        "azurerm_cosmosdb_sql_role_assignment" => (vec![], of.sql_role_assignment()),
        "azurerm_cosmosdb_mongo_role_definition" => (vec![], of.mongo_role_definition()),
        "azurerm_cosmosdb_mongo_user_definition" => (vec![], of.mongo_user_definition()),
        "azurerm_mongo_cluster" => (vec![], of.mongo_cluster()),
        "azurerm_mongo_cluster_user" => (vec![], of.mongo_cluster_user()),
        "azurerm_cosmosdb_cassandra_cluster" => (
            vec![],
            vec![("authenticationMethod", of.field("authentication_method"))],
        ),
        "azurerm_role_assignment" => (vec![], of.azure_role_assignment()),
        "azurerm_role_definition" => (vec![], of.azure_role_definition()),
        _ if arm.matches('/').count() > 1 => {
            let resource = of.object([("id", of.field("name"))]);
            (vec![], vec![("resource", Some(resource))])
        }
        _ => (vec![], vec![]),
    };
    let shared = ["location", "tags"].map(|name| (name, of.field(name)));
    let properties = [("properties", Some(of.object(properties)))];
    of.object(own.into_iter().chain(shared).chain(properties))
}

impl Of<'_, '_> {
    fn sql_role_definition(self) -> Pairs {
        vec![
            ("roleName", self.field("name")),
            ("type", self.or_text("type", "CustomRole")),
            ("assignableScopes", self.field("assignable_scopes")),
            (
                "permissions",
                self.each("permissions", &[("dataActions", "data_actions")]),
            ),
        ]
    }

    fn sql_role_assignment(self) -> Pairs {
        let role = self.world.id_field(self.change, "role_definition_id", SQL_ROLE);
        vec![
            ("roleDefinitionId", role),
            ("principalId", self.principal("principal_id")),
            // `a.id` and `"${a.id}/dbs/orders"` look the same in a plan, so a scope that refers to something isn't known.
            ("scope", self.field("scope")),
        ]
    }

    fn mongo_role_definition(self) -> Pairs {
        let resource = |block: &Node| {
            let inner = block.get("resource").and_then(first);
            let of = |name: &str| inner.and_then(|inner| inner.get(name)).cloned();
            object([("db", of("db_name")), ("collection", of("collection_name"))], block.at)
        };
        let privilege = |block: &Node| {
            let actions = block.get("actions").cloned();
            object([("resource", Some(resource(block))), ("actions", actions)], block.at)
        };
        vec![
            ("roleName", self.field("role_name")),
            ("type", Some(self.made(Value::text("CustomRole")))),
            ("databaseName", Some(self.mongo_database())),
            (
                "privileges",
                self.field("privilege").map(|blocks| mapped(blocks, privilege)),
            ),
            ("roles", self.inherited()),
        ]
    }

    fn mongo_user_definition(self) -> Pairs {
        vec![
            ("userName", self.field("username")),
            ("databaseName", Some(self.mongo_database())),
            ("roles", self.inherited()),
        ]
    }

    fn mongo_database(self) -> Node {
        let (_, database) = self.world.mongo_database(self.change, 0);
        let why = Why::Deployment(self.change.place("cosmos_mongo_database_id").into());
        self.made(known_or_not(database, why))
    }

    /// Roles are inherited from the same database.
    fn inherited(self) -> Option<Node> {
        let database = self.mongo_database();
        let role = |name: &Node| object([("db", Some(database.clone())), ("role", Some(name.clone()))], name.at);
        let names = self.field("inherited_role_names")?;
        let Some(list) = names.value.as_list() else {
            return Some(names);
        };
        let value = Value::List(Arc::new(list.iter().map(role).collect()));
        Some(Node { value, at: names.at })
    }

    /// Methods that aren't set are unknown to Terraform, since the service answers with its default.
    fn mongo_cluster(self) -> Pairs {
        let is_default = self.change.creates && !self.world.sets(self.change, "authentication_methods");
        let modes = self.field("authentication_methods");
        let modes = modes.filter(|modes| !(is_default && modes.value.as_unknown().is_some()));
        vec![(
            "authConfig",
            modes.map(|modes| self.object([("allowedModes", Some(modes))])),
        )]
    }

    fn mongo_cluster_user(self) -> Pairs {
        let provider = [("type", self.or_text("identity_provider_type", "MicrosoftEntraID"))];
        vec![
            ("identityProvider", Some(self.object(provider))),
            ("principalId", self.principal("object_id")),
            ("roles", self.each("role", &[("db", "database"), ("role", "name")])),
        ]
    }
}
