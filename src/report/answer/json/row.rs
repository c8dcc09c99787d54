//! A row of an answer as JSON.

use super::super::rows::Told;
use crate::access::Level;
use crate::model::{Atom, PrincipalId, PrincipalKind};
use crate::query::{Against, Answer, Via};
use schemars::JsonSchema;
use serde::Serialize;

/// How something can be done: `yes`; `indirect`, after a change that the principal can make; `possible`; `no`.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Levels {
    #[schemars(extend("enum" = LEVELS))]
    pub(in crate::report) read: &'static str,
    #[schemars(extend("enum" = LEVELS))]
    pub(in crate::report) write: &'static str,
    #[schemars(extend("enum" = LEVELS))]
    pub(in crate::report) delete: &'static str,
    /// Change the account's settings or who has access.
    #[schemars(extend("enum" = LEVELS))]
    pub(in crate::report) manage: &'static str,
}

const LEVELS: [&str; 4] = ["yes", "indirect", "possible", "no"];

/// Who can do what where, through one assignment.
#[derive(Serialize, JsonSchema)]
pub(super) struct Row<'a> {
    /// The account's ARM id.
    account: &'a str,
    /// Who.
    principal: Principal,
    /// The scope within the account.
    scope: String,
    /// The kind of role of the account's API, in ARM's words; left out when the API is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    /// The data actions that are certain, in full.
    data_actions: Vec<String>,
    /// Further data actions that are possible.
    possibly: Vec<String>,
    /// What that comes to.
    access: Levels,
    /// Whether what was asked is certain.
    #[schemars(extend("enum" = ["certain", "possible"]))]
    confidence: &'static str,
    /// Whether the principal must first change something: grant themselves access, act as an identity or restore a copy.
    indirect: bool,
    /// Whether a role must be activated first (PIM).
    eligible: bool,
    /// Whether it holds in a part of the scope that was asked about only.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    in_part: bool,
    /// What the policy says of it; left out without a policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = Against::ALL.map(Against::word)))]
    policy: Option<&'static str>,
    /// Through what.
    via: How<'a>,
    /// What it depends on where it is possible, or partly.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<String>,
}

/// Through what somebody has access.
#[derive(Serialize, JsonSchema)]
struct How<'a> {
    /// `group`: the principal is a member, and all else here is what the group has.
    #[serde(rename = "type")]
    #[schemars(extend("enum" = ["role-assignment", "group", "key", "azure-role", "delegation"]))]
    kind: &'static str,
    /// The group.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<Principal>,
    /// The ARM id of the role assignment, of the data plane or of Azure RBAC.
    role_assignment: &'a str,
    /// The role's name.
    role: String,
    /// The ARM id of the role definition.
    role_definition: String,
    /// The check that reports such access; left out for role assignments of the data plane.
    #[serde(skip_serializing_if = "Option::is_none")]
    bypass: Option<&'static str>,
    /// Where the Azure role is assigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<&'a str>,
    /// The managed identity that the principal can act as.
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<Principal>,
    /// The ARM id of another role assignment that it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    with: Option<&'a str>,
}

/// A principal.
#[derive(Serialize, JsonSchema)]
pub(super) struct Principal {
    /// Its object id.
    id: String,
    /// Its name; left out when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// What it is; left out when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<PrincipalKind>,
}

impl Principal {
    fn of(answer: &Answer<'_>, id: &PrincipalId) -> Self {
        let principal = answer.principal(id);
        Self {
            id: id.to_string(),
            name: principal.name,
            kind: Some(principal.kind).filter(|kind| *kind != PrincipalKind::Unknown),
        }
    }
}

/// What kind of path a row is.
pub(in crate::report::answer) fn kind_of(told: &Told<'_, '_>) -> &'static str {
    match &told.found.via {
        _ if told.group.is_some() => "group",
        Via::RoleAssignment { .. } => "role-assignment",
        via if via.holder().is_some_and(|holder| holder.delegation().is_some()) => "delegation",
        Via::Keys { .. } => "key",
        Via::AzureRole { .. } | Via::Identity { .. } | Via::Copy { .. } => "azure-role",
    }
}

impl<'a> Row<'a> {
    pub(super) fn of(answer: &'a Answer<'_>, told: Told<'a, '_>) -> Self {
        let found = told.found;
        let account = answer.tenant.account(found.account);
        let [read, write, delete, manage] = found.levels.map(Level::word);
        let names = |atoms: &[Atom]| atoms.iter().map(Atom::name).collect();
        let role = found.via.role();
        Self {
            account: account.map(|account| account.id.as_str()).unwrap_or_default(),
            principal: Principal::of(answer, told.principal),
            scope: found.scope.to_string(),
            kind: account
                .and_then(|account| account.api.role_kind())
                .map(|kind| kind.word),
            data_actions: names(&found.actions.certain),
            possibly: names(&found.actions.possible),
            access: Levels {
                read,
                write,
                delete,
                manage,
            },
            confidence: told.confidence(),
            indirect: told.is_indirect(answer),
            eligible: found.via.is_eligible(),
            in_part: found.is_part,
            policy: found.against.map(Against::word),
            via: How {
                kind: kind_of(&told),
                group: told.group.map(|id| Principal::of(answer, id)),
                role_assignment: found.via.assignment(),
                role: role.name,
                role_definition: role.id,
                bypass: found.via.check(),
                at: found.via.holder().map(|holder| holder.scope().as_str()),
                identity: match &found.via {
                    Via::Identity { identity, .. } => Some(Principal::of(answer, identity)),
                    _ => None,
                },
                with: match &found.via {
                    Via::AzureRole {
                        with: Some((other, _)), ..
                    } => Some(other.holder.id()),
                    Via::Identity { chain, .. } | Via::Copy { chain, .. } => {
                        chain.second.as_ref().map(|second| second.holder.id())
                    }
                    _ => None,
                },
            },
            depends_on: told.depends_on.into_iter().map(String::from).collect(),
        }
    }
}
