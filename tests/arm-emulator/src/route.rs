//! What a path means: parsed once, used by the handlers and by the matchers of faults.

use percent_encoding::percent_decode_str;

use crate::cluster_route::ClusterRoute;
use crate::log::Origin;

/// A path of any origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    // ARM, whole tenant
    MetadataEndpoints,
    Tenants,
    Subscriptions,
    ManagementGroups,
    ManagementGroup(String),
    Descendants(String),
    // ARM, below a subscription
    Subscription(String),
    /// All resources, of every provider.
    Resources(String),
    ResourceGroups(String),
    ResourceGroup(String, String),
    /// One of the Azure RBAC lists of `Microsoft.Authorization`.
    Authorization {
        subscription: String,
        list: String,
    },
    /// What is delegated to other tenants (`Microsoft.ManagedServices`).
    Delegations {
        subscription: String,
        group: Option<String>,
    },
    RoleDefinition {
        subscription: String,
        id: String,
    },
    Accounts {
        subscription: String,
        group: Option<String>,
    },
    Account(AccountPath),
    Cluster(ClusterRoute),
    AccountList {
        account: AccountPath,
        list: String,
    },
    AccountItem {
        account: AccountPath,
        list: String,
        id: String,
    },
    /// Below an item of one of the account's lists: `sqlDatabases/x/containers`.
    Containers {
        account: AccountPath,
        list: String,
        database: String,
        below: String,
    },
    Container {
        account: AccountPath,
        list: String,
        database: String,
        below: String,
        id: String,
    },
    /// Hands out or changes keys; no audit has any business here.
    Keys(AccountPath),
    // login
    InstanceDiscovery,
    OpenId(String),
    Token(String),
    OidcRequest,
    // managed identity
    AppServiceToken,
    ImdsToken,
    // Graph
    GetByIds,
    TransitiveMembers(String),
    /// Anything else; below a subscription, if the path says so.
    Unknown {
        subscription: Option<String>,
    },
}

/// What names an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccountPath {
    pub(crate) subscription: String,
    pub(crate) group: String,
    pub(crate) name: String,
}

/// The last segments of the requests that touch keys.
const KEYS: [&str; 4] = ["listkeys", "readonlykeys", "listconnectionstrings", "regeneratekey"];

/// Whether a path of ARM hands out or changes keys, be it of an account that is none.
pub(crate) fn touches_keys(path: &str) -> bool {
    path.split('/')
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().to_ascii_lowercase())
        .any(|segment| KEYS.contains(&segment.as_str()))
}

impl Route {
    /// Parses a path, ignoring the case of all but names.
    pub(crate) fn parse(origin: Origin, path: &str) -> Self {
        let names: Vec<String> = path
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect();
        let lower: Vec<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
        let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match origin {
            Origin::Arm => arm(&lower, &names),
            Origin::Login => login(&lower),
            Origin::Identity => match lower.as_slice() {
                ["msi", "token"] => Self::AppServiceToken,
                ["metadata", "identity", "oauth2", "token"] => Self::ImdsToken,
                _ => Self::Unknown { subscription: None },
            },
            Origin::Graph => match lower.as_slice() {
                [_, "directoryobjects", "getbyids" | "microsoft.graph.getbyids"] => Self::GetByIds,
                [_, "groups", id, "transitivemembers"] => Self::TransitiveMembers((*id).to_owned()),
                _ => Self::Unknown { subscription: None },
            },
            Origin::Evil => Self::Unknown { subscription: None },
        }
    }

    /// The name that the matcher of a fault gives it.
    pub(crate) fn kind(&self) -> &str {
        match self {
            Self::MetadataEndpoints => "metadataEndpoints",
            Self::Tenants => "tenants",
            Self::Subscriptions => "subscriptions",
            Self::ManagementGroups => "managementGroups",
            Self::ManagementGroup(_) => "managementGroup",
            Self::Descendants(_) => "descendants",
            Self::Subscription(_) => "subscription",
            Self::Resources(_) => "resources",
            Self::ResourceGroups(_) => "resourceGroups",
            Self::ResourceGroup(..) => "resourceGroup",
            Self::Authorization { list, .. } | Self::AccountList { list, .. } | Self::AccountItem { list, .. } => list,
            Self::Delegations { .. } => "registrationAssignments",
            Self::RoleDefinition { .. } => "roleDefinition",
            Self::Accounts { .. } => "databaseAccounts",
            Self::Account(_) => "databaseAccount",
            Self::Cluster(route) => route.name(),
            Self::Containers { below, .. } | Self::Container { below, .. } => below,
            Self::Keys(_) => "keys",
            Self::InstanceDiscovery => "instanceDiscovery",
            Self::OpenId(_) => "openIdConfiguration",
            Self::Token(_) | Self::AppServiceToken | Self::ImdsToken => "token",
            Self::OidcRequest => "oidcToken",
            Self::GetByIds => "getByIds",
            Self::TransitiveMembers(_) => "transitiveMembers",
            Self::Unknown { .. } => "unknown",
        }
    }

    /// The subscription that the path names.
    pub(crate) fn subscription(&self) -> Option<&str> {
        match self {
            Self::Subscription(id) | Self::Resources(id) | Self::ResourceGroups(id) | Self::ResourceGroup(id, _) => {
                Some(id)
            }
            Self::Authorization { subscription, .. }
            | Self::RoleDefinition { subscription, .. }
            | Self::Delegations { subscription, .. }
            | Self::Accounts { subscription, .. } => Some(subscription),
            Self::Cluster(route) => Some(route.subscription()),
            Self::Unknown { subscription } => subscription.as_deref(),
            other => other.account().map(|account| account.subscription.as_str()),
        }
    }

    /// The account that the path names.
    pub(crate) fn account(&self) -> Option<&AccountPath> {
        match self {
            Self::Account(account)
            | Self::Keys(account)
            | Self::AccountList { account, .. }
            | Self::AccountItem { account, .. }
            | Self::Containers { account, .. }
            | Self::Container { account, .. } => Some(account),
            Self::Cluster(route) => route.cluster(),
            _ => None,
        }
    }

    /// The type of the resource that [`Self::account`] names.
    pub(crate) fn resource_type(&self) -> &str {
        match self {
            Self::Cluster(route) => route.kind(),
            _ => "databaseAccounts",
        }
    }
}

fn arm(lower: &[&str], names: &[&str]) -> Route {
    match (lower, names) {
        (["metadata", "endpoints"], _) => Route::MetadataEndpoints,
        (["tenants"], _) => Route::Tenants,
        (["subscriptions"], _) => Route::Subscriptions,
        (["subscriptions", _], [_, id]) => Route::Subscription((*id).to_owned()),
        (["providers", "microsoft.management", "managementgroups", below @ ..], [_, _, _, rest @ ..]) => {
            match (below, rest) {
                ([], _) => Route::ManagementGroups,
                ([_], [id]) => Route::ManagementGroup((*id).to_owned()),
                ([_, "descendants"], [id, _]) => Route::Descendants((*id).to_owned()),
                _ => Route::Unknown { subscription: None },
            }
        }
        (["subscriptions", _, below @ ..], [_, id, rest @ ..]) => in_subscription(id, below, rest),
        _ => Route::Unknown { subscription: None },
    }
}

fn in_subscription(id: &str, lower: &[&str], names: &[&str]) -> Route {
    let subscription = id.to_owned();
    if let Some(route) = ClusterRoute::parse(id, lower, names) {
        return Route::Cluster(route);
    }
    match (lower, names) {
        (["resources"], _) => Route::Resources(subscription),
        (["resourcegroups"], _) => Route::ResourceGroups(subscription),
        (["resourcegroups", _], [_, group]) => Route::ResourceGroup(subscription, (*group).to_owned()),
        (["providers", "microsoft.authorization", _], [_, _, list]) => Route::Authorization {
            subscription,
            list: (*list).to_owned(),
        },
        (["providers", "microsoft.authorization", "roledefinitions", _], [.., id]) => Route::RoleDefinition {
            subscription,
            id: (*id).to_owned(),
        },
        (["providers", "microsoft.managedservices", "registrationassignments"], _) => Route::Delegations {
            subscription,
            group: None,
        },
        (
            [
                "resourcegroups",
                _,
                "providers",
                "microsoft.managedservices",
                "registrationassignments",
            ],
            [_, group, ..],
        ) => Route::Delegations {
            subscription,
            group: Some((*group).to_owned()),
        },
        (["providers", "microsoft.documentdb", "databaseaccounts"], _) => Route::Accounts {
            subscription,
            group: None,
        },
        (
            [
                "resourcegroups",
                _,
                "providers",
                "microsoft.documentdb",
                "databaseaccounts",
                below @ ..,
            ],
            [_, group, _, _, _, rest @ ..],
        ) => match rest {
            [] => Route::Accounts {
                subscription,
                group: Some((*group).to_owned()),
            },
            [name, rest @ ..] => {
                let account = AccountPath {
                    subscription,
                    group: (*group).to_owned(),
                    name: (*name).to_owned(),
                };
                in_account(account, below.get(1..).unwrap_or_default(), rest)
            }
        },
        _ => Route::Unknown {
            subscription: Some(subscription),
        },
    }
}

fn in_account(account: AccountPath, lower: &[&str], names: &[&str]) -> Route {
    if lower.iter().any(|segment| KEYS.contains(segment)) {
        return Route::Keys(account);
    }
    match (lower, names) {
        ([], _) => Route::Account(account),
        ([_], [list]) => Route::AccountList {
            account,
            list: (*list).to_owned(),
        },
        ([_, _], [list, id]) => Route::AccountItem {
            account,
            list: (*list).to_owned(),
            id: (*id).to_owned(),
        },
        ([_, _, _], [list, database, below]) => Route::Containers {
            account,
            list: (*list).to_owned(),
            database: (*database).to_owned(),
            below: (*below).to_owned(),
        },
        ([_, _, _, _], [list, database, below, id]) => Route::Container {
            account,
            list: (*list).to_owned(),
            database: (*database).to_owned(),
            below: (*below).to_owned(),
            id: (*id).to_owned(),
        },
        _ => Route::Unknown {
            subscription: Some(account.subscription),
        },
    }
}

fn login(lower: &[&str]) -> Route {
    match lower {
        [_, "discovery", "instance"] => Route::InstanceDiscovery,
        [tenant, "v2.0", ".well-known", "openid-configuration"] | [tenant, ".well-known", "openid-configuration"] => {
            Route::OpenId((*tenant).to_owned())
        }
        [tenant, "oauth2", "v2.0", "token"] | [tenant, "oauth2", "token"] => Route::Token((*tenant).to_owned()),
        ["oidctoken"] => Route::OidcRequest,
        _ => Route::Unknown { subscription: None },
    }
}

#[cfg(test)]
#[path = "route_tests.rs"]
mod tests;
