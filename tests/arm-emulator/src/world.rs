//! A tenant with its indexes: every look-up by id ignores case and costs one hash, or none for generated accounts.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet, VecDeque};

use crate::tenant::{Account, Application, DEFAULT_TENANT_ID, ManagementGroup, Principal, Subscription, Tenant};

/// A tenant made ready for serving.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) tenant: Tenant,
    subscriptions: HashMap<String, usize>,
    /// By `subscription/resource group/name`, in lower case.
    accounts: HashMap<String, (usize, usize)>,
    principals: HashMap<String, usize>,
}

/// A subscription, declared or generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SubscriptionRef {
    Declared(usize),
    Generated(usize),
}

impl World {
    pub(crate) fn new(mut tenant: Tenant) -> Self {
        if tenant.id.is_empty() {
            DEFAULT_TENANT_ID.clone_into(&mut tenant.id);
        }
        if tenant.name.is_empty() {
            "Contoso".clone_into(&mut tenant.name);
        }
        if tenant.applications.is_empty() {
            tenant.applications.push(Application::default());
        }
        let mut accounts = HashMap::new();
        for (at, subscription) in tenant.subscriptions.iter().enumerate() {
            for (index, account) in subscription.accounts.iter().enumerate() {
                accounts.insert(
                    key(&subscription.id, &account.resource_group, &account.name),
                    (at, index),
                );
            }
        }
        let subscriptions = index(tenant.subscriptions.iter().map(|one| &one.id));
        let principals = index(tenant.principals.iter().map(|one| &one.id));
        Self {
            tenant,
            subscriptions,
            accounts,
            principals,
        }
    }

    pub(crate) fn subscription_count(&self) -> usize {
        self.tenant.subscriptions.len() + self.tenant.generate.as_ref().map_or(0, |rule| rule.subscriptions)
    }

    /// The n-th subscription.
    pub(crate) fn subscription_at(&self, number: usize) -> Option<Cow<'_, Subscription>> {
        let declared = self.tenant.subscriptions.len();
        if number < declared {
            return self.subscription(SubscriptionRef::Declared(number));
        }
        self.subscription(SubscriptionRef::Generated(number - declared))
    }

    pub(crate) fn find_subscription(&self, id: &str) -> Option<SubscriptionRef> {
        if let Some(at) = self.subscriptions.get(&id.to_ascii_lowercase()) {
            return Some(SubscriptionRef::Declared(*at));
        }
        let rule = self.tenant.generate.as_ref()?;
        rule.find_subscription(id).map(SubscriptionRef::Generated)
    }

    pub(crate) fn subscription(&self, which: SubscriptionRef) -> Option<Cow<'_, Subscription>> {
        match which {
            SubscriptionRef::Declared(at) => self.tenant.subscriptions.get(at).map(Cow::Borrowed),
            SubscriptionRef::Generated(at) => {
                let rule = self.tenant.generate.as_ref()?;
                (at < rule.subscriptions).then(|| Cow::Owned(rule.subscription(at)))
            }
        }
    }

    pub(crate) fn account_count(&self, which: SubscriptionRef) -> usize {
        match which {
            SubscriptionRef::Declared(at) => self
                .tenant
                .subscriptions
                .get(at)
                .map_or(0, |subscription| subscription.accounts.len()),
            SubscriptionRef::Generated(_) => self
                .tenant
                .generate
                .as_ref()
                .map_or(0, |rule| rule.accounts_per_subscription),
        }
    }

    /// The n-th account of a subscription, as lists need it: without its children.
    pub(crate) fn account_at(&self, which: SubscriptionRef, number: usize) -> Option<Cow<'_, Account>> {
        match which {
            SubscriptionRef::Declared(at) => self
                .tenant
                .subscriptions
                .get(at)?
                .accounts
                .get(number)
                .map(Cow::Borrowed),
            SubscriptionRef::Generated(at) => {
                let rule = self.tenant.generate.as_ref()?;
                Some(Cow::Owned(rule.account(at, number, false)))
            }
        }
    }

    /// An account with its children.
    pub(crate) fn find_account(
        &self,
        which: SubscriptionRef,
        subscription: &str,
        group: &str,
        name: &str,
    ) -> Option<Cow<'_, Account>> {
        match which {
            SubscriptionRef::Declared(_) => {
                let (at, number) = self.accounts.get(&key(subscription, group, name))?;
                self.tenant
                    .subscriptions
                    .get(*at)?
                    .accounts
                    .get(*number)
                    .map(Cow::Borrowed)
            }
            SubscriptionRef::Generated(at) => {
                let rule = self.tenant.generate.as_ref()?;
                let number = rule.find_account(at, name)?;
                rule.resource_group(number)
                    .eq_ignore_ascii_case(group)
                    .then(|| Cow::Owned(rule.account(at, number, true)))
            }
        }
    }

    /// The resource groups of a subscription, each once, in the casing of its first account.
    pub(crate) fn resource_groups(&self, which: SubscriptionRef) -> Vec<(String, String)> {
        let mut groups: Vec<(String, String)> = Vec::new();
        let shown = match which {
            SubscriptionRef::Declared(_) => self.account_count(which),
            // Generated accounts take their groups in turn, so the first ones name them all.
            SubscriptionRef::Generated(_) => {
                let groups = self
                    .tenant
                    .generate
                    .as_ref()
                    .map_or(0, |rule| rule.resource_groups.max(1));
                self.account_count(which).min(groups)
            }
        };
        for account in (0..shown).filter_map(|number| self.account_at(which, number)) {
            if !groups
                .iter()
                .any(|(name, _)| name.eq_ignore_ascii_case(&account.resource_group))
            {
                groups.push((account.resource_group.clone(), account.location.clone()));
            }
        }
        if let SubscriptionRef::Declared(at) = which
            && let Some(subscription) = self.tenant.subscriptions.get(at)
        {
            let mongo = subscription
                .mongo_clusters
                .iter()
                .map(|one| (&one.resource_group, &one.location));
            let cassandra = subscription
                .cassandra_clusters
                .iter()
                .map(|one| (&one.resource_group, &one.location));
            for (group, location) in mongo.chain(cassandra) {
                if !groups.iter().any(|(name, _)| name.eq_ignore_ascii_case(group)) {
                    groups.push((group.clone(), location.clone()));
                }
            }
        }
        groups
    }

    pub(crate) fn principal(&self, id: &str) -> Option<Cow<'_, Principal>> {
        let declared = self.principals.get(&id.to_ascii_lowercase());
        if let Some(found) = declared.and_then(|at| self.tenant.principals.get(*at)) {
            return Some(Cow::Borrowed(found));
        }
        let rule = self.tenant.generate.as_ref()?;
        rule.find_principal(id).map(|number| Cow::Owned(rule.principal(number)))
    }

    /// All members of a group, also those of groups in it, each once and in order; a group may be in itself.
    pub(crate) fn transitive_members(&self, group: &Principal) -> Vec<Cow<'_, Principal>> {
        let mut found: Vec<Cow<'_, Principal>> = Vec::new();
        let mut seen = HashSet::new();
        let mut open: VecDeque<String> = group.members.iter().cloned().collect();
        while let Some(id) = open.pop_front() {
            if !seen.insert(id.to_ascii_lowercase()) {
                continue;
            }
            if let Some(member) = self.principal(&id) {
                open.extend(member.members.iter().cloned());
                found.push(member);
            }
        }
        found
    }

    /// A management group; the tenant's id names the root group above all of them.
    pub(crate) fn management_group(&self, id: &str) -> Option<ManagementGroup> {
        if id.eq_ignore_ascii_case(&self.tenant.id) {
            return Some(ManagementGroup {
                id: self.tenant.id.clone(),
                name: "Tenant Root Group".to_owned(),
                subscriptions: self.rootless_subscriptions(),
                children: self.tenant.management_groups.clone(),
                rbac: None,
            });
        }
        find_group(&self.tenant.management_groups, id).cloned()
    }

    /// The management groups above a subscription, the nearest last; the root group has nothing of its own.
    pub(crate) fn groups_above(&self, subscription: &str) -> Vec<&ManagementGroup> {
        let mut path = Vec::new();
        path_to(&self.tenant.management_groups, subscription, &mut path);
        path
    }

    /// Subscriptions that no group names are below the root group.
    fn rootless_subscriptions(&self) -> Vec<String> {
        let mut named = Vec::new();
        collect_subscriptions(&self.tenant.management_groups, &mut named);
        (0..self.subscription_count())
            .filter_map(|number| self.subscription_at(number).map(|one| one.id.clone()))
            .filter(|id| !named.iter().any(|one| one.eq_ignore_ascii_case(id)))
            .collect()
    }
}

fn find_group<'a>(groups: &'a [ManagementGroup], id: &str) -> Option<&'a ManagementGroup> {
    groups.iter().find_map(|group| {
        if group.id.eq_ignore_ascii_case(id) {
            Some(group)
        } else {
            find_group(&group.children, id)
        }
    })
}

fn path_to<'a>(groups: &'a [ManagementGroup], subscription: &str, path: &mut Vec<&'a ManagementGroup>) -> bool {
    for group in groups {
        path.push(group);
        let here = group
            .subscriptions
            .iter()
            .any(|id| id.eq_ignore_ascii_case(subscription));
        if here || path_to(&group.children, subscription, path) {
            return true;
        }
        path.pop();
    }
    false
}

fn collect_subscriptions<'a>(groups: &'a [ManagementGroup], into: &mut Vec<&'a str>) {
    for group in groups {
        into.extend(group.subscriptions.iter().map(String::as_str));
        collect_subscriptions(&group.children, into);
    }
}

fn index<'a>(ids: impl Iterator<Item = &'a String>) -> HashMap<String, usize> {
    ids.enumerate().map(|(at, id)| (id.to_ascii_lowercase(), at)).collect()
}

fn key(subscription: &str, group: &str, name: &str) -> String {
    format!("{subscription}/{group}/{name}").to_ascii_lowercase()
}
