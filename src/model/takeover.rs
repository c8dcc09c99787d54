//! Taking over a managed identity: what lets somebody obtain its tokens, and so use whatever access it has.
//!
//! Sources: "Configure a managed identity to trust an external identity provider" (a federated credential is enough);
//! "Managed identity best practice recommendations", section "Consider the effect of assigning managed identities to Azure
//! resources and/or granting assign permissions to a user" (whoever can run code on a resource has its identities); the
//! actions themselves are in "Azure resource provider operations".

use super::action::ActionPattern;
use super::azure_rbac::{AzureScope, Level};
use super::bypass::ROLE_ASSIGNMENTS_WRITE;
use super::hosts::{COMPUTE, HOSTS};
use foldhash::HashMap;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Adds a credential of an issuer of one's own to a user-assigned identity. Enough by itself.
pub const FEDERATE: &str = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write";
/// Lets a user-assigned identity be attached to a resource that one can write.
pub const ASSIGN: &str = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action";
/// As the built-in role Managed Identity Operator has it: `userAssignedIdentities/*/assign/action`, which is documented to
/// allow attaching.
pub const ASSIGN_BELOW: &str = "Microsoft.ManagedIdentity/userAssignedIdentities/any/assign/action";
/// Gives oneself a role on the identity or its host, and so each of the others.
pub const ASSIGN_ROLES: &str = ROLE_ASSIGNMENTS_WRITE;

/// Reads credentials that run code in a cluster, as long as it has local accounts. Source: "Manage local accounts with AKS-managed Microsoft
/// Entra integration".
const CREDENTIALS: &str = "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action";

/// Signs in to a machine, and so runs code on it, or runs pods, which can use whatever identity they are given: the type of the machine, in
/// lower case, and the action. These are data actions of Azure RBAC, of which snapshots hold none, so that only built-in roles are known
/// to give them.
/// Sources: "Azure built-in roles for Compute" and "… for Containers"; "Sign in to a Linux virtual machine in Azure by using Microsoft Entra
/// ID and OpenSSH"; "Use Microsoft Entra Workload ID with AKS".
const SIGN_INS: [(&str, &str); 7] = [
    (
        "microsoft.compute/virtualmachines",
        "Microsoft.Compute/virtualMachines/login/action",
    ),
    (
        "microsoft.hybridcompute/machines",
        "Microsoft.HybridCompute/machines/login/action",
    ),
    (
        "microsoft.compute/virtualmachines",
        "Microsoft.Compute/virtualMachines/WACloginAsAdmin/action",
    ),
    (
        "microsoft.hybridcompute/machines",
        "Microsoft.HybridCompute/machines/WACLoginAsAdmin/action",
    ),
    // The identity of the cluster itself isn't that of its pods.
    ("", "Microsoft.ContainerService/managedClusters/pods/write"),
    ("", "Microsoft.Kubernetes/connectedClusters/pods/write"),
    ("", "Microsoft.ContainerService/fleets/apps/deployments/write"),
];

/// The built-in roles that give some of [`SIGN_INS`], and which: Virtual Machine Administrator Login, Virtual Machine User Login and Windows
/// Admin Center Administrator Login; those of Azure Kubernetes Service RBAC, of Azure Arc Kubernetes and of Azure Kubernetes Fleet Manager
/// RBAC that write.
const SIGN_IN_ROLES: [(&str, &[usize]); 13] = [
    ("1c0163c0-47e6-4577-8991-ea5c82e286e4", &[0, 1]),
    ("fb879df8-f326-4884-b1cf-06f3ad86be52", &[0, 1]),
    ("a6333a3e-0164-44c3-b281-7a577aff287f", &[2, 3]),
    ("b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b", &[4]),
    ("3498e952-d568-435e-9b2c-8d77e338d7f7", &[4]),
    ("a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb", &[4]),
    ("5b999177-9696-4545-85c7-50de3797e5a1", &[5]),
    ("8393591c-06b9-48a2-a542-1bd6b377f6a2", &[5]),
    ("dffb1e0c-446f-4dde-a09f-99eb5cc68b96", &[5]),
    ("18ab4d3d-a1bf-4477-8ad9-8359bc988f69", &[6]),
    ("434fb43a-c01c-447e-9f67-c3ad923cfaba", &[6]),
    ("5af6afb3-c06c-4fa4-8848-71a8aee05683", &[6]),
    ("1dc4cd5a-de51-4ee4-bc8e-b40e9c17e320", &[6]),
];

/// An action by which a role signs in to machines, and what of the role gives it.
type SignIn = (&'static str, ActionPattern);

static SIGN_INS_OF_ROLES: LazyLock<HashMap<&str, Vec<SignIn>>> = LazyLock::new(|| {
    let sign_in = |place: &usize| {
        SIGN_INS
            .get(*place)
            .map(|(_, action)| (*action, ActionPattern::full(*action)))
    };
    let roles = SIGN_IN_ROLES.iter();
    roles
        .map(|(guid, places)| (*guid, places.iter().filter_map(sign_in).collect()))
        .collect()
});

/// By what a role, given by its [key](super::role_key), signs in to machines. Custom roles aren't known to.
pub fn sign_ins_of(role: &str) -> &'static [SignIn] {
    SIGN_INS_OF_ROLES.get(role).map_or(&[], Vec::as_slice)
}

/// The actions that sign in where an identity is.
pub fn sign_ins_at(identity: &AzureScope) -> impl Iterator<Item = &'static str> {
    let kind = resource_type(identity);
    let there = SIGN_INS
        .into_iter()
        .filter(move |(machine, _)| kind.as_deref() == Some(*machine));
    there.map(|(_, action)| action)
}

/// The actions that run code on a resource, each once: what has a user-assigned identity attached lets everyone who can do one of them act
/// as it.
pub fn running() -> impl Iterator<Item = &'static str> {
    let sign_ins = SIGN_INS.into_iter().map(|(_, action)| action);
    each_once(
        COMPUTE
            .into_iter()
            .chain(of_hosts())
            .chain([CREDENTIALS])
            .chain(sign_ins),
    )
}

fn of_hosts() -> impl Iterator<Item = &'static str> {
    HOSTS.iter().flat_map(|(_, actions)| actions.iter().copied())
}

fn each_once(actions: impl Iterator<Item = &'static str>) -> impl Iterator<Item = &'static str> {
    actions.collect::<BTreeSet<_>>().into_iter()
}

/// How an identity can be taken over: where it is, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// A resource by itself, attached to others.
    UserAssigned,
    /// Part of a resource, on which these actions run code.
    Of(&'static [&'static str]),
    /// Part of a resource of a type that this version does not know.
    OfUnknownHost,
}

impl Identity {
    /// What the identity with this ARM id is.
    pub fn at(id: &AzureScope) -> Self {
        let kind = resource_type(id);
        let kind = kind.as_deref().unwrap_or_default();
        if kind == "microsoft.managedidentity/userassignedidentities" {
            return Self::UserAssigned;
        }
        let known = HOSTS.iter().find(|(host, _)| *host == kind);
        known.map_or(Self::OfUnknownHost, |(_, actions)| Self::Of(actions))
    }
}

/// Whether there can be something at a scope, or below it, that an action is done to. Only a resource says what it is.
pub fn could_hold(scope: &AzureScope, action: &str) -> bool {
    let Some(kind) = resource_type(scope) else {
        return true;
    };
    let action = action.to_ascii_lowercase();
    action.strip_prefix(&kind).is_some_and(|rest| rest.starts_with('/'))
}

/// The type of a resource, in lower case: `provider/type`, and the types within it.
fn resource_type(id: &AzureScope) -> Option<String> {
    if id.level() != Level::Resource {
        return None;
    }
    let (_, below) = id.key().rsplit_once("/providers/")?;
    let mut parts = below.split('/');
    let provider = parts.next()?;
    let types: Vec<&str> = std::iter::once(provider).chain(parts.step_by(2)).collect();
    Some(types.join("/"))
}

/// Restores an account from its continuous backup, to any moment of the last days and into another account.
/// Source: "Manage permissions to restore an Azure Cosmos DB account", which wants it at the subscription, and the write of
/// the account that comes of it. Firewall rules and role assignments of the data plane are not restored ("Continuous backup
/// with point-in-time restore in Azure Cosmos DB").
pub const RESTORE: &str = "Microsoft.DocumentDB/locations/restorableDatabaseAccounts/restore/action";
/// Writes an account, be it a restored one.
pub const WRITE_ACCOUNT: &str = "Microsoft.DocumentDB/databaseAccounts/write";

/// Every action of the control plane that is part of these paths, each once.
pub fn actions() -> impl Iterator<Item = &'static str> {
    let own = [
        FEDERATE,
        ASSIGN,
        ASSIGN_BELOW,
        ASSIGN_ROLES,
        RESTORE,
        WRITE_ACCOUNT,
        CREDENTIALS,
    ];
    each_once(own.into_iter().chain(COMPUTE).chain(of_hosts()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_told_by_their_resource() {
        let group = "/subscriptions/s/resourceGroups/g/providers";
        let at = |rest: &str| Identity::at(&AzureScope::new(format!("{group}/{rest}")));
        assert_eq!(
            at("Microsoft.ManagedIdentity/userAssignedIdentities/i"),
            Identity::UserAssigned
        );
        assert!(matches!(at("Microsoft.Web/sites/a"), Identity::Of(actions) if actions.len() > 5));
        assert!(matches!(at("Microsoft.Web/sites/a/slots/b"), Identity::Of(actions) if actions[0].contains("slots")));
        assert_eq!(at("Microsoft.Quantum/workspaces/w"), Identity::OfUnknownHost);
        assert_eq!(Identity::at(&AzureScope::new("*")), Identity::OfUnknownHost);
    }

    #[test]
    fn hosts_are_lower_case_and_their_actions_are_their_own() {
        for (host, actions) in HOSTS {
            assert_eq!(host, host.to_ascii_lowercase());
            assert!(
                actions
                    .iter()
                    .all(|action| action.to_ascii_lowercase().starts_with(host)),
                "{host}"
            );
        }
    }
}
