//! What people call a scope of Azure RBAC: one name of each, wherever it is shown.

use super::scope::{AzureScope, Level};
use crate::model::Shown;
use crate::model::guid::{is_guid, short_id};
use crate::shown;

/// A scope of Azure RBAC as people call it: by what it is and its name, and by its ID only where no name is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AzurePlace<'s> {
    scope: &'s AzureScope,
    subscription: Option<&'s str>,
}

impl<'s> AzurePlace<'s> {
    /// A scope, and the name of the subscription that it is, as far as that is known. Some tenants name a subscription
    /// by a GUID: that is no name.
    pub fn new(scope: &'s AzureScope, subscription: Option<&'s str>) -> Self {
        let is_name = |name: &&str| !name.is_empty() && !is_guid(name);
        let is_subscription = scope.level() == Level::Subscription;
        Self {
            scope,
            subscription: subscription.filter(|name| is_subscription && is_name(name)),
        }
    }

    /// Whether it has a name of its own.
    pub fn is_named(&self) -> bool {
        match self.scope.level() {
            Level::Root | Level::Malformed => false,
            Level::Subscription => self.subscription.is_some(),
            Level::ManagementGroup | Level::ResourceGroup | Level::Resource => true,
        }
    }

    /// Its name alone: `Contoso Production`.
    pub fn name(&self) -> Shown {
        match (self.scope.level(), self.subscription) {
            (Level::Root, _) => "the tenant root".into(),
            (Level::Malformed, _) => "an invalid scope".into(),
            (Level::Subscription, None) => short_id(self.scope.subscription().unwrap_or_default()),
            (Level::Subscription, Some(name)) => Shown::of(name),
            (Level::ManagementGroup | Level::ResourceGroup | Level::Resource, _) => {
                let path = self.scope.as_str().trim_end_matches('/');
                Shown::of(path.rsplit('/').next().unwrap_or_default())
            }
        }
    }

    /// For a title, which is short: `subscription Contoso Production`, `rg-orders`.
    pub fn in_title(&self) -> Shown {
        match self.scope.level() {
            Level::ManagementGroup => shown!("management group {}", self.name()),
            Level::Subscription => shown!("subscription {}", self.name()),
            Level::Root | Level::ResourceGroup | Level::Resource | Level::Malformed => self.name(),
        }
    }

    /// For a table: `subscription Contoso Production`, `resource group rg-orders`.
    pub fn in_table(&self) -> Shown {
        match self.scope.level() {
            Level::Root => "tenant root /".into(),
            Level::ResourceGroup => shown!("resource group {}", self.name()),
            Level::Malformed => shown!("invalid scope {}", Shown::of(self.scope.as_str())),
            Level::ManagementGroup | Level::Subscription | Level::Resource => self.in_title(),
        }
    }

    /// For a sentence, where names are in backticks and nothing is shortened: ``subscription `Contoso Production` ``.
    pub fn in_message(&self) -> Shown {
        match (self.scope.level(), self.subscription) {
            (Level::Root, _) => shown!("the tenant root {}", Shown::quoted("/")),
            (Level::ManagementGroup, _) => shown!("management group {}", Shown::quoted(self.name().as_str())),
            (Level::Subscription, Some(name)) => shown!("subscription {}", Shown::quoted(name)),
            (Level::Subscription, None) => {
                let id = self.scope.subscription().unwrap_or_default();
                shown!("subscription {}", Shown::quoted(id))
            }
            (Level::ResourceGroup, _) => shown!("resource group {}", Shown::quoted(self.name().as_str())),
            (Level::Resource | Level::Malformed, _) => Shown::quoted(self.scope.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_called_by_what_it_is_and_its_name() {
        let id = "0c05a0c5-0000-4000-8000-000000000001";
        let subscription = format!("/subscriptions/{id}");
        let group = format!("{subscription}/resourceGroups/rg-orders/");
        let account = format!("{group}providers/Microsoft.DocumentDB/databaseAccounts/cosmos-orders");
        let top = "/providers/Microsoft.Management/managementGroups/contoso";
        let production = Some("Production");
        for (scope, name, title, table, message) in [
            ("/", None, "the tenant root", "tenant root /", "the tenant root `/`"),
            (
                top,
                production,
                "management group contoso",
                "management group contoso",
                "management group `contoso`",
            ),
            (
                &subscription,
                production,
                "subscription Production",
                "subscription Production",
                "subscription `Production`",
            ),
            (
                &subscription,
                Some(id),
                "subscription 0c05a0c5…0001",
                "subscription 0c05a0c5…0001",
                "subscription `0c05a0c5-0000-4000-8000-000000000001`",
            ),
            (
                &group,
                production,
                "rg-orders",
                "resource group rg-orders",
                "resource group `rg-orders`",
            ),
            (
                &account,
                production,
                "cosmos-orders",
                "cosmos-orders",
                &format!("`{account}`"),
            ),
            (
                "/subscriptions/a\u{1b}//",
                production,
                "an invalid scope",
                r"invalid scope /subscriptions/a\x1b//",
                r"`/subscriptions/a\x1b//`",
            ),
        ] {
            let scope = AzureScope::new(scope);
            let place = AzurePlace::new(&scope, name);
            let said = [place.in_title(), place.in_table(), place.in_message()];
            assert_eq!(said.map(|text| text.as_str().to_owned()), [title, table, message]);
        }
    }

    #[test]
    fn what_has_only_an_id_has_no_name() {
        for (scope, called, expected) in [
            ("/", None, false),
            ("x", Some("Production"), false),
            ("/subscriptions/s", None, false),
            ("/subscriptions/s", Some("Production"), true),
            ("/subscriptions/s/resourceGroups/rg", None, true),
            ("/providers/Microsoft.Management/managementGroups/m", None, true),
        ] {
            let scope = AzureScope::new(scope);
            assert_eq!(AzurePlace::new(&scope, called).is_named(), expected, "{scope}");
        }
    }
}
