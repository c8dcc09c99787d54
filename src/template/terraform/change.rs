//! What a plan does with resources.

use super::super::value::{Node, Spot, Value};
use super::address::Module;

/// A resource of a plan, and what happens to it; or a data source that is read only during the deployment.
#[derive(Debug)]
pub(super) struct Change<'p> {
    /// `module.data["eu"].azurerm_cosmosdb_account.orders[0]`.
    pub(super) address: &'p str,
    /// The module that it stands in.
    pub(super) module: Module,
    /// Its type and name, as the configuration knows it: `azurerm_cosmosdb_account.orders`.
    pub(super) resource: String,
    /// Whether it is a data source: it names what is there, and makes nothing.
    pub(super) is_data: bool,
    /// Its type.
    pub(super) kind: &'p str,
    /// Its key, as in addresses: `[0]`, `["eu"]`.
    pub(super) key: Option<String>,
    /// Whether Terraform makes it, perhaps in place of another.
    pub(super) creates: bool,
    /// Whether Terraform leaves it as it is.
    pub(super) stays: bool,
    /// Whether Terraform deletes it, at least to make it anew.
    pub(super) deletes: bool,
    /// Whether Terraform no longer manages it as it is.
    forgets: bool,
    /// What becomes of it.
    pub(super) fate: Fate,
    /// How it is.
    pub(super) before: State<'p>,
    /// How it would be; of what is forgotten, how it is.
    pub(super) after: State<'p>,
    /// Where it is written.
    pub(super) at: Option<Spot>,
}

/// The values of a resource at one time.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct State<'p> {
    /// What is known. `None`: there is no such resource at that time.
    pub(super) values: Option<&'p Node>,
    /// The same tree, with `true` for what is known only after the deployment.
    pub(super) unknown: Option<&'p Node>,
    /// The same tree, with `true` for what Terraform marks as sensitive.
    pub(super) sensitive: Option<&'p Node>,
}

/// What becomes of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It would be there.
    There,
    /// It would be deleted.
    Deleted,
    /// Terraform no longer manages it, and it stays as it is.
    Forgotten,
}

impl<'p> Change<'p> {
    /// Reads an entry of `resource_changes`; `None`: it isn't one.
    pub(super) fn read(entry: &'p Node) -> Option<Self> {
        let change = entry.get("change")?;
        let kind = entry.text("type")?;
        let name = entry.text("name")?;
        let is_data = entry.text("mode").is_some_and(|mode| &**mode == "data");
        let prefix = if is_data { "data." } else { "" };
        let actions = change.get("actions")?.value.as_list()?;
        let does = |action: &str| {
            actions
                .iter()
                .any(|one| one.value.as_text().is_some_and(|one| **one == *action))
        };
        let before = State {
            values: there(change, "before"),
            unknown: None,
            sensitive: there(change, "before_sensitive"),
        };
        let after = State {
            values: there(change, "after"),
            unknown: there(change, "after_unknown"),
            sensitive: there(change, "after_sensitive"),
        };
        let fate = match after.values {
            Some(_) => Fate::There,
            None if does("create") || does("update") => Fate::There,
            None if does("forget") => Fate::Forgotten,
            None => Fate::Deleted,
        };
        Some(Self {
            address: entry.text("address")?,
            module: Module::parse(entry.text("module_address").map_or("", |address| address)),
            resource: format!("{prefix}{kind}.{name}"),
            is_data,
            kind,
            key: entry.get("index").and_then(key),
            creates: does("create"),
            stays: does("no-op"),
            deletes: does("delete"),
            forgets: does("forget"),
            fate,
            before,
            after: if fate == Fate::Forgotten { before } else { after },
            at: entry.at,
        })
    }

    /// What stays where another is made in its place.
    pub(super) fn forgotten(&self) -> Option<Self> {
        let is_replaced = self.forgets && self.fate == Fate::There;
        self.before.values.filter(|_| is_replaced)?;
        Some(Self {
            module: self.module.clone(),
            resource: self.resource.clone(),
            key: self.key.clone(),
            fate: Fate::Forgotten,
            creates: false,
            after: self.before,
            ..*self
        })
    }

    /// The address of one of its fields.
    pub(super) fn place(&self, field: &str) -> String {
        format!("{}.{field}", self.address)
    }
}

fn there<'p>(node: &'p Node, name: &str) -> Option<&'p Node> {
    node.get(name).filter(|node| node.value != Value::Null)
}

/// A key as it stands in addresses.
fn key(index: &Node) -> Option<String> {
    match &index.value {
        Value::Number(number) => Some(format!("[{number}]")),
        Value::Text(text) => Some(format!("[{}]", serde_json::Value::from(&**text))),
        _ => None,
    }
}
