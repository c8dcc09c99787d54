//! The lists that a scan reads, in a tenant that has two pages of each.

use super::support::Ran;
use arm_emulator::{Matcher, Tenant};
use cosmos_rbac::collect::Target;
use cosmos_rbac::model::{AccountRecord, Gap};

/// Items of a page.
pub(crate) const PAGE: usize = 2;
/// Items of every list that is hit.
pub(crate) const LENGTH: usize = 3;

const TENANT: &str = r#"
management_groups:
  - id: all
    subscriptions:
      - &one 5e1f0c1a-0000-4000-8000-000000000001
      - &two 5e1f0c1a-0000-4000-8000-000000000002
      - &three 5e1f0c1a-0000-4000-8000-000000000003
subscriptions:
  - id: *one
    name: Production
    rbac:
      built_in_roles: false
      role_definitions:
        - { name: A, actions: ["*"] }
        - { name: B, actions: ["*/read"], assignable_scopes: ["rg:rg"] }
        - { name: C, actions: [] }
      role_assignments:
        - { role: A, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa }
        - { role: B, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065fab, scope: "rg:rg" }
        - { role: C, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065fac, scope: "account:target" }
      # The same roles again: which roles are kept does not depend on either list alone.
      eligible:
        - { role: A, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065fab }
        - { role: B, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065fac }
        - { role: C, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa }
      deny_assignments:
        - { name: one, actions: ["*/action"] }
        - { name: two, actions: ["*/write"], scope: "rg:rg" }
        - { name: three, actions: ["*"], principals: [63cf3af1-7ee2-4d4c-9fe6-deb936065faa] }
    accounts:
      - name: target
        disable_local_auth: true
        role_definitions: [{ name: Reader, permissions: [{ data_actions: [readMetadata] }] }]
        role_assignments:
          - { role: Reader, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa }
          - { role: Reader, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065fab }
          - { role: Reader, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065fac }
        databases: { empty: [], orders: [a, b, c], stock: [a] }
      - &other
        name: other
        disable_local_auth: true
        role_assignments:
          - { role: 00000000-0000-0000-0000-000000000001, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa }
        databases: { orders: [data] }
      - { name: bare }
    resources: [{ name: one }, { name: two }, { name: three, type: Microsoft.DBforPostgreSQL/serverGroupsv2 }]
  - id: *two
    name: Sandbox
    accounts: [*other]
  - { id: *three, name: Empty }
"#;

/// The subscription whose lists are hit.
const ONE: &str = "5e1f0c1a-0000-4000-8000-000000000001";

pub(crate) fn tenant() -> Tenant {
    Tenant::from_yaml(TENANT).unwrap()
}

/// A column of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    Subscriptions,
    Descendants,
    Accounts,
    Resources,
    RoleDefinitions,
    RoleAssignments,
    Databases,
    Containers,
    AzureRoleAssignments,
    AzureRoleDefinitions,
    DenyAssignments,
    Eligible,
}

impl List {
    pub(crate) const ALL: [Self; 12] = [
        Self::Subscriptions,
        Self::Descendants,
        Self::Accounts,
        Self::Resources,
        Self::RoleDefinitions,
        Self::RoleAssignments,
        Self::Databases,
        Self::Containers,
        Self::AzureRoleAssignments,
        Self::AzureRoleDefinitions,
        Self::DenyAssignments,
        Self::Eligible,
    ];

    /// What is scanned.
    pub(crate) fn target(self) -> Target {
        match self {
            Self::Descendants => Target::ManagementGroup("all".to_owned()),
            _ => Target::All,
        }
    }

    /// Its requests.
    pub(crate) fn matcher(self) -> Matcher {
        let of_target = |kind| Matcher {
            account: Some("target".to_owned()),
            ..Matcher::kind(kind)
        };
        let of_subscription = |kind| Matcher {
            subscription: Some("*1".to_owned()),
            ..Matcher::kind(kind)
        };
        match self {
            Self::Subscriptions => Matcher::kind("subscriptions"),
            Self::Descendants => Matcher::kind("descendants"),
            Self::Accounts => of_subscription("databaseAccounts"),
            Self::Resources => of_subscription("resources"),
            Self::RoleDefinitions => of_target("sqlRoleDefinitions"),
            Self::RoleAssignments => of_target("sqlRoleAssignments"),
            Self::Databases => of_target("sqlDatabases"),
            Self::Containers => Matcher {
                path: Some("*/orders/containers".to_owned()),
                ..of_target("containers")
            },
            Self::AzureRoleAssignments => of_subscription(Gap::AZURE_ROLE_ASSIGNMENTS),
            Self::AzureRoleDefinitions => of_subscription(Gap::AZURE_ROLE_DEFINITIONS),
            Self::DenyAssignments => of_subscription(Gap::DENY_ASSIGNMENTS),
            Self::Eligible => of_subscription(Gap::ELIGIBLE),
        }
    }

    /// Whether there is nothing to scan without it.
    pub(crate) fn is_first(self) -> bool {
        matches!(self, Self::Subscriptions | Self::Descendants)
    }

    /// Where its gaps are, which list they name, and which of several.
    pub(crate) fn gap(self) -> (&'static str, &'static str, Option<&'static str>) {
        match self {
            Self::Subscriptions => ("", Gap::SUBSCRIPTIONS, None),
            Self::Descendants => ("", Gap::SUBSCRIPTIONS, Some("all")),
            Self::Accounts => (ONE, Gap::ACCOUNTS, None),
            Self::Resources => (ONE, Gap::RESOURCES, None),
            Self::RoleDefinitions => ("target", "sqlRoleDefinitions", None),
            Self::RoleAssignments => ("target", "sqlRoleAssignments", None),
            Self::Databases => ("target", "sqlDatabases", None),
            Self::Containers => ("target", "containers", Some("orders")),
            Self::AzureRoleAssignments => (ONE, Gap::AZURE_ROLE_ASSIGNMENTS, None),
            Self::AzureRoleDefinitions => (ONE, Gap::AZURE_ROLE_DEFINITIONS, None),
            Self::DenyAssignments => (ONE, Gap::DENY_ASSIGNMENTS, None),
            Self::Eligible => (ONE, Gap::ELIGIBLE, None),
        }
    }

    /// How many items of it were read; none if nothing was, where a snapshot tells that from an empty list.
    pub(crate) fn items(self, ran: &Ran) -> Option<usize> {
        let accounts = &ran.snapshot.accounts;
        let target: Option<&AccountRecord> = accounts.iter().find(|one| one.account.id.name() == "target");
        let plane = ran.snapshot.control_plane(ONE);
        match self {
            Self::Subscriptions | Self::Descendants => Some(ran.snapshot.header.subscriptions.len()),
            Self::Accounts | Self::Resources => {
                let is_own = |one: &&AccountRecord| {
                    one.account.api.is_read() == (self == Self::Accounts)
                        && one.account.id.subscription().ends_with('1')
                };
                Some(accounts.iter().filter(is_own).count())
            }
            Self::RoleDefinitions => target?.role_definitions.as_ref().map(Vec::len),
            Self::RoleAssignments => target?.role_assignments.as_ref().map(Vec::len),
            Self::Databases => target?.databases.as_ref().map(Vec::len),
            Self::Containers => {
                let orders = target?.databases.as_ref()?.iter().find(|one| one.name == "orders")?;
                orders.containers.as_ref().map(Vec::len)
            }
            Self::AzureRoleAssignments => plane?.role_assignments.as_ref().map(Vec::len),
            Self::AzureRoleDefinitions => plane?.role_definitions.as_ref().map(Vec::len),
            Self::DenyAssignments => plane?.deny_assignments.as_ref().map(Vec::len),
            Self::Eligible => plane?.eligible.as_ref().map(Vec::len),
        }
    }

    /// What `items` says when nothing was read.
    pub(crate) fn nothing(self) -> Option<usize> {
        let is_of_scan = matches!(
            self,
            Self::Subscriptions | Self::Descendants | Self::Accounts | Self::Resources
        );
        is_of_scan.then_some(0)
    }
}
