//! All of a plan that values and IDs are worked out from.

use super::super::planned::Target;
use super::super::value::{Fields, Node, Spot, Value, Why};
use super::address::{Module, Named, named};
use super::change::Change;
use super::config::{Config, Source, list, lone, whole_references};
use super::rows::{AZURE_ROLE, is_of};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// A plan.
pub(super) struct World<'p> {
    /// Resources, and data sources that aren't read yet, in the order of the file.
    pub(super) changes: Vec<Change<'p>>,
    /// What the plan was made from.
    pub(super) config: Config<'p>,
    /// What the user says about where it is deployed to.
    pub(super) target: &'p Target,
    /// Subscriptions of what is there already, by the provider's key.
    pub(super) subscriptions: HashMap<&'p str, BTreeSet<String>>,
    /// The instances of each resource by their keys, by the module's address.
    instances: HashMap<(String, String), BTreeMap<Option<String>, usize>>,
    /// Role definitions of Azure RBAC by name, in lower case.
    azure_roles: HashMap<String, usize>,
}

impl<'p> World<'p> {
    /// Reads a plan. `changes`: its entries.
    pub(super) fn new(plan: &'p Node, changes: Vec<Change<'p>>, target: &'p Target) -> Self {
        let mut instances: HashMap<_, BTreeMap<_, _>> = HashMap::new();
        let mut azure_roles = HashMap::new();
        for (at, change) in changes.iter().enumerate() {
            let key = (change.module.address(""), change.resource.clone());
            // What is left of an object that was replaced comes after the one that counts.
            instances
                .entry(key)
                .or_default()
                .entry(change.key.clone())
                .or_insert(at);
            if !change.is_data && is_of(change, AZURE_ROLE) {
                let name = change.after.values.and_then(|values| values.text("name"));
                azure_roles.extend(name.map(|name| (name.to_ascii_lowercase(), at)));
            }
        }
        let mut world = Self {
            changes,
            config: Config::read(plan),
            target,
            subscriptions: HashMap::new(),
            instances,
            azure_roles,
        };
        world.see_subscriptions(plan);
        world
    }

    fn see_subscriptions(&mut self, plan: &'p Node) {
        for change in &self.changes {
            let states = [change.before.values, change.after.values];
            let ids = states.into_iter().flatten().filter_map(|values| values.text("id"));
            for id in ids.filter(|_| change.kind.starts_with("azurerm_")) {
                let rest = id.strip_prefix("/subscriptions/").unwrap_or_default();
                let subscription = rest.split('/').next().unwrap_or_default();
                if !subscription.is_empty() {
                    let provider = self
                        .config
                        .provider(&change.module, &change.resource)
                        .unwrap_or_default();
                    self.subscriptions
                        .entry(provider)
                        .or_default()
                        .insert(subscription.to_ascii_lowercase());
                }
            }
        }
        // The provider's own words about itself.
        for resource in list(plan.at_path(&["prior_state", "values", "root_module", "resources"])) {
            let is_own = resource
                .text("type")
                .is_some_and(|kind| &**kind == "azurerm_client_config");
            let own = resource.text("address").filter(|_| is_own);
            let own = own.and_then(|address| {
                let id = resource.get("values")?.text("subscription_id")?;
                let provider = self.config.provider(&Module::default(), address).unwrap_or_default();
                Some((provider, id.to_ascii_lowercase()))
            });
            if let Some((provider, id)) = own {
                self.subscriptions.entry(provider).or_default().insert(id);
            }
        }
    }

    /// The resource that something of the configuration is.
    pub(super) fn find(&self, source: &Source) -> Option<&Change<'p>> {
        let at = self.instances(&source.module, &source.resource)?.get(&source.key)?;
        self.changes.get(*at)
    }

    /// The role definition of Azure RBAC that the plan has of that name.
    pub(super) fn azure_role(&self, name: &str) -> Option<&Change<'p>> {
        self.changes.get(*self.azure_roles.get(&name.to_ascii_lowercase())?)
    }

    fn instances(&self, module: &Module, resource: &str) -> Option<&BTreeMap<Option<String>, usize>> {
        self.instances.get(&(module.address(""), resource.to_owned()))
    }

    /// The one thing that a field refers to. `None`: it refers to several, or to something else in each instance.
    pub(super) fn source(&self, change: &Change<'p>, field: &str) -> Option<Source> {
        let expression = self.config.expression(&change.module, &change.resource, field);
        let mut references = whole_references(expression);
        let by_key = ["each.key", "count.index"]
            .into_iter()
            .find(|key| references.remove(*key));
        let reference = lone(&references)?;
        let mut source = self.config.follow(&change.module, &reference)?;
        let of_resource = matches!(named(&reference), Named::Resource { .. });
        match by_key {
            // `a[each.key].id` is listed as `a` and `each.key`. Which key is meant is sure as far as there is one of that name.
            Some(by) => {
                let is_whole = of_resource && source.key.is_none() && source.rest.is_empty();
                source.key = Some(change.key.clone().filter(|_| is_whole)?);
                let count = |resource: &str| self.instances(&change.module, resource).map_or(0, BTreeMap::len);
                // `a[floor(count.index / 2)].id` is listed alike.
                let is_same = by == "each.key" || count(&source.resource) == count(&change.resource);
                self.find(&source).filter(|_| is_same)?;
            }
            // `one(a[*].id)` is listed as `a`.
            None if source.key.is_none() => {
                let instances = self.instances(&source.module, &source.resource);
                if let Some((only, _)) = instances
                    .filter(|all| all.len() == 1)
                    .and_then(BTreeMap::first_key_value)
                {
                    source.key.clone_from(only);
                }
            }
            None => {}
        }
        Some(source)
    }

    /// A field, with what isn't known in it in its place. `None`: it is absent or null.
    pub(super) fn field(&self, change: &Change<'p>, field: &str) -> Option<Node> {
        let of = |tree: Option<&'p Node>| tree.and_then(|tree| tree.get(field));
        let tree = Tree {
            value: of(change.after.values),
            unknown: of(change.after.unknown),
            sensitive: of(change.after.sensitive),
        };
        if !tree.has_unknown() {
            return tree.node(&change.place(field), change.at, "");
        }
        let expression = self.config.expression(&change.module, &change.resource, field);
        let reference = lone(&whole_references(expression)).unwrap_or_default();
        let source = self
            .config
            .follow(&change.module, &reference)
            .map(|source| source.text());
        tree.node(&change.place(field), change.at, &source.unwrap_or(reference))
    }

    /// Whether the configuration sets a field. A `dynamic` block leaves no trace, so of blocks it isn't told.
    pub(super) fn sets(&self, change: &Change<'p>, field: &str) -> bool {
        self.config
            .expression(&change.module, &change.resource, field)
            .is_some()
    }

    /// Whether the configuration sets a field to a variable that has no value.
    pub(super) fn sets_null(&self, change: &Change<'p>, field: &str) -> bool {
        let expression = self.config.expression(&change.module, &change.resource, field);
        self.config.is_null(&change.module, expression)
    }
}

/// The three trees of a value.
#[derive(Clone, Copy)]
struct Tree<'p> {
    value: Option<&'p Node>,
    unknown: Option<&'p Node>,
    sensitive: Option<&'p Node>,
}

impl<'p> Tree<'p> {
    fn has_unknown(self) -> bool {
        fn any(node: &Node) -> bool {
            match &node.value {
                Value::Bool(is) => *is,
                Value::List(items) => items.iter().any(any),
                Value::Object(fields) => fields.iter().any(|(_, node)| any(node)),
                _ => false,
            }
        }
        self.unknown.is_some_and(any)
    }

    /// One value. `reference`: what the whole field refers to, if that is one thing.
    fn node(self, place: &str, at: Option<Spot>, reference: &str) -> Option<Node> {
        let is = |node: Option<&Node>| node.is_some_and(|node| node.value == Value::Bool(true));
        let at = self.value.and_then(|node| node.at).or(at);
        let made = |value| Some(Node { value, at });
        if is(self.sensitive) {
            return made(Value::unknown(place, Why::Sensitive(place.into())));
        }
        if is(self.unknown) {
            let why = if reference.is_empty() { place } else { reference };
            return made(Value::unknown(place, Why::Deployment(why.into())));
        }
        let value = self.value.map(|node| &node.value);
        let unknown = self.unknown.map(|node| &node.value);
        match (value, unknown) {
            (Some(Value::Object(_)), _) | (_, Some(Value::Object(_))) => {
                let [values, unknown, sensitive] = [self.value, self.unknown, self.sensitive].map(by_name);
                let own = values
                    .keys()
                    .chain(unknown.keys().filter(|name| !values.contains_key(*name)));
                let mut own: Vec<&Arc<str>> = own.copied().collect();
                own.sort_unstable();
                let fields = own.into_iter().filter_map(|name| {
                    let of = |tree: &HashMap<&Arc<str>, &'p Node>| tree.get(name).copied();
                    let inner = Self {
                        value: of(&values),
                        unknown: of(&unknown),
                        sensitive: of(&sensitive),
                    };
                    let node = inner.node(&format!("{place}.{name}"), at, reference)?;
                    Some((Arc::clone(name), node))
                });
                let fields: Fields = fields.collect();
                made(Value::Object(Arc::new(fields)))
            }
            (Some(Value::List(_)), _) | (_, Some(Value::List(_))) => {
                let length = list(self.value).len().max(list(self.unknown).len());
                let items = (0..length).map(|number| {
                    let of = |tree: Option<&'p Node>| list(tree).get(number);
                    let inner = Self {
                        value: of(self.value),
                        unknown: of(self.unknown),
                        sensitive: of(self.sensitive),
                    };
                    let node = inner.node(&format!("{place}[{number}]"), at, reference);
                    node.unwrap_or(Node { value: Value::Null, at })
                });
                made(Value::List(Arc::new(items.collect())))
            }
            (None | Some(Value::Null), _) => None,
            (Some(value), _) => made(value.clone()),
        }
    }
}

/// The fields of an object.
fn by_name(node: Option<&Node>) -> HashMap<&Arc<str>, &Node> {
    let fields = node.and_then(|node| node.value.as_object());
    fields.into_iter().flat_map(Fields::iter).collect()
}

#[cfg(test)]
#[path = "world_tests.rs"]
mod tests;
