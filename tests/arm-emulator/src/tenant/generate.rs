//! Tenants of any size by a rule: an account is made from its number when it is asked for and never held.

use serde::Deserialize;

use super::{
    Account, AzureAssignment, AzureRbac, Permission, Principal, PrincipalKind, RoleAssignment, RoleDefinition,
    Subscription,
};
use crate::util::guid;

/// The rule of a large tenant. The same rule gives the same tenant.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Generate {
    /// Subscriptions.
    pub subscriptions: usize,
    /// Accounts in each.
    pub accounts_per_subscription: usize,
    /// Resource groups over which the accounts of a subscription are spread.
    pub resource_groups: usize,
    /// Custom role definitions of each account, beside the built-in ones.
    pub role_definitions: usize,
    /// Role assignments of each account.
    pub role_assignments: usize,
    /// Databases of each account.
    pub databases: usize,
    /// Containers of each database.
    pub containers: usize,
    /// Principals over which the assignments are spread.
    pub principals: usize,
    /// Azure role assignments of each subscription; the built-in roles are listed if there are any.
    pub azure_role_assignments: usize,
    /// Every n-th account has local authentication enabled; 0 = none.
    pub local_auth_every: usize,
}

impl Default for Generate {
    fn default() -> Self {
        Self {
            subscriptions: 1,
            accounts_per_subscription: 100,
            resource_groups: 10,
            role_definitions: 2,
            role_assignments: 4,
            databases: 2,
            containers: 3,
            principals: 50,
            azure_role_assignments: 0,
            local_auth_every: 10,
        }
    }
}

/// Marks ids that come from a rule.
const MARK: u64 = 0x6e0e_0000;

impl Generate {
    /// Id of the n-th subscription.
    #[must_use]
    pub fn subscription_id(&self, number: usize) -> String {
        guid(MARK << 32, number as u64)
    }

    /// Name of an account.
    #[must_use]
    pub fn account_name(&self, subscription: usize, account: usize) -> String {
        format!("gen-{subscription:04}-{account:06}")
    }

    /// Object id of the n-th principal.
    #[must_use]
    pub fn principal_id(&self, number: usize) -> String {
        guid((MARK << 32) | 1, number as u64)
    }

    /// The n-th subscription, without its accounts.
    pub(crate) fn subscription(&self, number: usize) -> Subscription {
        Subscription {
            id: self.subscription_id(number),
            name: format!("Generated {number:04}"),
            rbac: (self.azure_role_assignments > 0).then(|| self.rbac(number)),
            ..Subscription::default()
        }
    }

    fn rbac(&self, subscription: usize) -> AzureRbac {
        let roles = [
            "Reader",
            "Contributor",
            "Cosmos DB Operator",
            "Owner",
            "Cosmos DB Account Reader Role",
        ];
        let assignment = |number: usize| AzureAssignment {
            id: guid((MARK << 32) | 4, ((subscription as u64) << 20) | number as u64),
            role: roles.get(number % roles.len()).copied().unwrap_or_default().to_owned(),
            principal_id: self.principal_id(number % self.principals.max(1)),
            scope: match number % 3 {
                0 => String::new(),
                _ => format!("rg:{}", self.resource_group(number)),
            },
            ..AzureAssignment::default()
        };
        AzureRbac {
            role_assignments: (0..self.azure_role_assignments).map(assignment).collect(),
            ..AzureRbac::default()
        }
    }

    /// The n-th principal.
    pub(crate) fn principal(&self, number: usize) -> Principal {
        let kinds = [PrincipalKind::ServicePrincipal, PrincipalKind::User];
        Principal {
            id: self.principal_id(number),
            display_name: format!("Generated principal {number:04}"),
            kind: kinds.get(number % kinds.len()).copied().unwrap_or_default(),
            ..Principal::default()
        }
    }

    /// Which principal has this id.
    pub(crate) fn find_principal(&self, id: &str) -> Option<usize> {
        let tail = id.rsplit('-').next()?;
        let number = usize::try_from(u64::from_str_radix(tail, 16).ok()?).ok()?;
        (number < self.principals && self.principal_id(number).eq_ignore_ascii_case(id)).then_some(number)
    }

    /// Which subscription has this id.
    pub(crate) fn find_subscription(&self, id: &str) -> Option<usize> {
        let number = id
            .rsplit('-')
            .next()
            .and_then(|tail| u64::from_str_radix(tail, 16).ok())?;
        let number = usize::try_from(number).ok()?;
        (number < self.subscriptions && self.subscription_id(number).eq_ignore_ascii_case(id)).then_some(number)
    }

    /// Which account of a subscription has this name.
    pub(crate) fn find_account(&self, subscription: usize, name: &str) -> Option<usize> {
        let number: usize = name.rsplit('-').next()?.parse().ok()?;
        (number < self.accounts_per_subscription && self.account_name(subscription, number).eq_ignore_ascii_case(name))
            .then_some(number)
    }

    /// Resource group of an account.
    pub(crate) fn resource_group(&self, account: usize) -> String {
        format!("Rg-Generated-{:02}", account % self.resource_groups.max(1))
    }

    /// An account; what lies below it only when asked for, because lists of accounts do without.
    pub(crate) fn account(&self, subscription: usize, account: usize, with_children: bool) -> Account {
        let local_auth = self.local_auth_every != 0 && account.is_multiple_of(self.local_auth_every);
        let mut made = Account {
            name: self.account_name(subscription, account),
            resource_group: self.resource_group(account),
            disable_local_auth: Some(!local_auth),
            disable_key_based_metadata_write_access: Some(true),
            tags: [(
                "env".to_owned(),
                if account.is_multiple_of(3) { "prod" } else { "test" }.to_owned(),
            )]
            .into(),
            ..Account::default()
        };
        if with_children {
            let seed = (subscription * self.accounts_per_subscription.max(1) + account) as u64;
            made.role_definitions = (0..self.role_definitions).map(|n| role_definition(seed, n)).collect();
            made.role_assignments = (0..self.role_assignments)
                .map(|n| self.role_assignment(seed, n))
                .collect();
            made.databases = (0..self.databases)
                .map(|d| {
                    (
                        format!("db{d}"),
                        (0..self.containers).map(|c| format!("container{c}")).collect(),
                    )
                })
                .collect();
        }
        made
    }

    fn role_assignment(&self, seed: u64, number: usize) -> RoleAssignment {
        let roles = self.role_definitions + 2;
        let role = match number % roles {
            0 => "00000000-0000-0000-0000-000000000001".to_owned(),
            1 => "00000000-0000-0000-0000-000000000002".to_owned(),
            custom => role_id(seed, custom - 2),
        };
        let scope = match (number % 3, self.databases, self.containers) {
            (0, ..) | (_, 0, _) => "{account}".to_owned(),
            (1, ..) | (.., 0) => "{account}/dbs/db0".to_owned(),
            _ => "{account}/dbs/db0/colls/container0".to_owned(),
        };
        RoleAssignment {
            id: guid((MARK << 32) | 3, (seed << 12) | number as u64),
            role,
            principal_id: self.principal_id((seed as usize + number) % self.principals.max(1)),
            scope,
            raw: None,
        }
    }
}

fn role_id(seed: u64, number: usize) -> String {
    guid((MARK << 32) | 2, (seed << 12) | number as u64)
}

fn role_definition(seed: u64, number: usize) -> RoleDefinition {
    let items = ["read", "create", "upsert", "replace", "delete"];
    let mut data_actions = vec!["readMetadata".to_owned()];
    data_actions.extend(
        items
            .iter()
            .take(1 + number % items.len())
            .map(|item| format!("sqlDatabases/containers/items/{item}")),
    );
    RoleDefinition {
        id: role_id(seed, number),
        name: format!("Generated role {number}"),
        permissions: vec![Permission {
            data_actions,
            not_data_actions: Vec::new(),
        }],
        ..RoleDefinition::default()
    }
}
