//! IDs of what a plan creates. Terraform knows them only after the deployment, but they are made of names that it knows.
//! What isn't known of a name stands in braces, and reads the same wherever it is referred to.

use super::super::value::{Node, Value, Why};
use super::change::Change;
use super::rows::{MONGO_DATABASE, RESOURCE_GROUP, Within, azapi_type, is_of, row_of};
use super::world::World;

/// How far names of names are followed.
const DEEPEST: usize = 16;

/// Fields with the name of the resource itself or of one that it lies in.
const NAMES: [&str; 4] = ["name", "account_name", "database_name", "resource_group_name"];

/// What of a resource is its ID.
const IDS: [&str; 4] = ["", ".id", ".role_definition_resource_id", ".resource_id"];

impl<'p> World<'p> {
    /// The ID of a resource in Azure Resource Manager. `None`: its type isn't read.
    pub(super) fn id(&self, change: &Change<'p>) -> Option<String> {
        self.id_at(change, 0)
    }

    fn id_at(&self, change: &Change<'p>, depth: usize) -> Option<String> {
        if let Some(known) = change.after.values.and_then(own_id) {
            return Some(known.to_owned());
        }
        if let Some(of) = azapi_type(change) {
            let updated = self.id_in(change, "resource_id", |found| is_of(found, of), depth);
            // What is changed has a name of its own only where the configuration names it by its parent.
            let is_named = change.kind == "azapi_resource" || self.field(change, "resource_id").is_none();
            return updated.or_else(|| is_named.then(|| self.azapi_id(change, of, depth)));
        }
        if change.kind == "azurerm_resource_group" {
            return Some(format!(
                "{}/{}",
                self.groups(change),
                self.segment(change, "name", depth)
            ));
        }
        let row = row_of(change.kind)?;
        Some(match row.within {
            Within::Group(names) => {
                let group = self.segment(change, "resource_group_name", depth);
                let names: Vec<String> = names.iter().map(|name| self.segment(change, name, depth)).collect();
                format!("{}/{group}/providers/{}", self.groups(change), path(row.arm, &names))
            }
            Within::Parent { field, arm, name } => {
                let parent = self.parent(change, field, arm, depth);
                let last = row.arm.rsplit('/').next().unwrap_or_default();
                format!("{parent}/{last}/{}", self.segment(change, name, depth))
            }
            Within::MongoDatabase { name } => {
                let (account, database) = self.mongo_database(change, depth);
                let last = row.arm.rsplit('/').next().unwrap_or_default();
                format!("{account}/{last}/{database}.{}", self.segment(change, name, depth))
            }
            Within::Scope { name } => {
                let scope = self.id_in(change, "scope", |_| true, depth);
                let scope = scope.or_else(|| self.other_resource(change, "scope"));
                let scope = scope.unwrap_or_else(|| format!("/{}", token(&change.place("scope"))));
                let scope = scope.trim_end_matches('/');
                format!("{scope}/providers/{}/{}", row.arm, self.segment(change, name, depth))
            }
        })
    }

    /// Account and database that a user or role of MongoDB itself is of.
    pub(super) fn mongo_database(&self, change: &Change<'p>, depth: usize) -> (String, String) {
        let database = self.parent(change, "cosmos_mongo_database_id", MONGO_DATABASE, depth);
        let lower = database.to_ascii_lowercase();
        let within = "/mongodbdatabases/";
        let split = lower.find(within).and_then(|at| {
            let name = database.get(at + within.len()..)?;
            Some((database.get(..at)?.to_owned(), name.to_owned()))
        });
        split.unwrap_or_else(|| (database, token(&change.place("cosmos_mongo_database_id"))))
    }

    fn azapi_id(&self, change: &Change<'p>, of: &str, depth: usize) -> String {
        let name = self.segment(change, "name", depth);
        let (above, last) = of.rsplit_once('/').unwrap_or(("", of));
        if of.eq_ignore_ascii_case(RESOURCE_GROUP) {
            return format!("{}/{name}", self.groups(change));
        }
        if above.contains('/') {
            return format!("{}/{last}/{name}", self.parent(change, "parent_id", above, depth));
        }
        // What can lie in anything has no type to go by.
        let is_extension = above.eq_ignore_ascii_case("Microsoft.Authorization");
        let accepted = |found: &Change<'p>| is_extension || is_of(found, RESOURCE_GROUP);
        let parent = self.id_in(change, "parent_id", accepted, depth).unwrap_or_else(|| {
            let unknown = token(&change.place("parent_id"));
            if is_extension {
                let other = self.other_resource(change, "parent_id");
                other.unwrap_or_else(|| format!("/{unknown}"))
            } else {
                format!("{}/{unknown}", self.groups(change))
            }
        });
        format!("{}/providers/{of}/{name}", parent.trim_end_matches('/'))
    }

    /// The ID of the resource that one lies in, which is of the type `arm`.
    fn parent(&self, change: &Change<'p>, field: &str, arm: &str, depth: usize) -> String {
        let found = self.id_in(change, field, |found| is_of(found, arm), depth);
        found.unwrap_or_else(|| {
            let unknown = token(&change.place(field));
            let names = vec![unknown.clone(); arm.split('/').count().saturating_sub(1)];
            format!("{}/{unknown}/providers/{}", self.groups(change), path(arm, &names))
        })
    }

    /// The ID that a field holds: as it is written, or of the resource that it refers to, if that is accepted.
    fn id_in(
        &self,
        change: &Change<'p>,
        field: &str,
        accepted: impl Fn(&Change<'p>) -> bool,
        depth: usize,
    ) -> Option<String> {
        let node = self.field(change, field)?;
        if let Some(known) = node.value.as_text() {
            return known.starts_with('/').then(|| clean_id(known).to_owned());
        }
        if depth > DEEPEST {
            return None;
        }
        let source = self.source(change, field)?;
        // A GUID is no ID, and what is made of it isn't known. What is made of a known ID would be known, were it the same.
        let is_id = IDS.contains(&source.rest.as_str());
        let is_made = |found: &&Change<'p>| is_id && accepted(found) && found.after.values.and_then(own_id).is_none();
        self.id_at(self.find(&source).filter(is_made)?, depth + 1)
    }

    /// The ID of a resource of the provider `azurerm` whose type isn't read: it is no account, and none lies in it.
    fn other_resource(&self, change: &Change<'p>, field: &str) -> Option<String> {
        const ABOVE: [&str; 5] = [
            "cosmosdb",
            "mongo_cluster",
            "resource_group",
            "subscription",
            "management_group",
        ];
        let source = self.source(change, field).filter(|source| source.rest == ".id")?;
        let resource = source.resource.strip_prefix("data.").unwrap_or(&source.resource);
        let kind = resource.split('.').next()?.strip_prefix("azurerm_")?;
        let could_hold_one =
            ABOVE.iter().any(|word| kind.contains(word)) || ["client_config", "resources"].contains(&kind);
        let (groups, unknown) = (self.groups(change), token(&source.text()));
        (!could_hold_one).then(|| format!("{groups}/{unknown}/providers/azurerm/{kind}/{unknown}"))
    }

    /// A field that can hold nothing but the ID of a resource of the type `arm`.
    pub(super) fn id_field(&self, change: &Change<'p>, field: &str, arm: &str) -> Option<Node> {
        self.id_field_of(change, field, |found| is_of(found, arm))
    }

    /// A field that holds the ID of a resource that is accepted.
    pub(super) fn id_field_of(
        &self,
        change: &Change<'p>,
        field: &str,
        accepted: impl Fn(&Change<'p>) -> bool,
    ) -> Option<Node> {
        let node = self.field(change, field)?;
        let unknown = node
            .value
            .as_unknown()
            .filter(|unknown| matches!(unknown.why, Why::Deployment(_)));
        let found = unknown.and_then(|unknown| Some((self.id_in(change, field, accepted, 0)?, unknown)));
        let Some((id, unknown)) = found else {
            return Some(node);
        };
        let value = known_or_not(id, unknown.why.clone());
        Some(Node { value, at: node.at })
    }

    /// A name as it stands in an ID.
    pub(super) fn segment(&self, change: &Change<'p>, field: &str, depth: usize) -> String {
        let place = change.place(field);
        let node = self.field(change, field);
        if let Some(text) = node.as_ref().and_then(|node| node.value.as_text()) {
            // What would change the ID's meaning is no name.
            let is_name = !text.is_empty() && !text.contains(['/', '{', '}']);
            return if is_name { text.to_string() } else { token(&place) };
        }
        if node.is_none_or(|node| node.value.as_unknown().is_none()) || depth > DEEPEST {
            return token(&place);
        }
        let Some(source) = self.source(change, field) else {
            return token(&place);
        };
        let of = source.rest.strip_prefix('.').unwrap_or(match source.rest.as_str() {
            "" => "name",
            _ => "",
        });
        // What it is made of would be known, were it the same.
        let is_same = |found: &&Change<'p>| {
            NAMES.contains(&of)
                && field != "name"
                && found.address != change.address
                && self
                    .field(found, of)
                    .is_some_and(|node| node.value.as_unknown().is_some())
        };
        match self.find(&source).filter(is_same) {
            Some(found) => self.segment(found, of, depth + 1),
            // Two that have the name of one data source are in the same place.
            None if source.resource.starts_with("data.") && NAMES.contains(&of) && field != "name" => {
                token(&source.text())
            }
            // The name of a user is the ID of an identity.
            None if field == "object_id" => token(&source.text()),
            None => token(&place),
        }
    }

    /// Where the resource groups of a resource's subscription lie.
    fn groups(&self, change: &Change<'p>) -> String {
        format!("/subscriptions/{}/resourceGroups", self.subscription(change))
    }

    /// The subscription of a resource: what its provider is configured with, what the user says, or that of everything
    /// else that the provider manages.
    fn subscription(&self, change: &Change<'p>) -> String {
        let provider = self
            .config
            .provider(&change.module, &change.resource)
            .unwrap_or_default();
        let said = || self.target.subscription.as_deref();
        let seen = || {
            let seen = self.subscriptions.get(provider)?;
            seen.first().filter(|_| seen.len() == 1).map(String::as_str)
        };
        let known = self.config.subscription(provider).or_else(said).or_else(seen);
        known.unwrap_or_else(|| self.target.subscription()).to_owned()
    }
}

/// A text with parts in braces isn't known, one without is.
pub(super) fn known_or_not(text: String, why: Why) -> Value {
    if text.contains('{') {
        Value::unknown_text(text, why)
    } else {
        Value::text(text)
    }
}

/// What stands for a name that isn't known.
pub(super) fn token(place: &str) -> String {
    let clean = place.replace('/', "|").replace('{', "(").replace('}', ")");
    format!("{{{clean}}}")
}

/// The ID that a resource has already.
pub(super) fn own_id(values: &Node) -> Option<&str> {
    values
        .text("id")
        .filter(|id| id.starts_with('/'))
        .map(|id| clean_id(id))
}

/// Terraform puts the scope or the tenant after the ID of some resources.
fn clean_id(id: &str) -> &str {
    id.split('|').next().unwrap_or_default()
}

/// `Provider/types/parts` with a name after each type.
fn path(arm: &str, names: &[String]) -> String {
    let (provider, types) = arm.split_once('/').unwrap_or((arm, ""));
    let mut text = provider.to_owned();
    for (of, name) in types.split('/').zip(names) {
        text.extend(["/", of, "/", name]);
    }
    text
}
