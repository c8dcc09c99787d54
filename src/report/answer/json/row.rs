//! A row of an answer as JSON.

use super::super::rows::{OfActions, People, Told};
use crate::access::Level;
use crate::model::{PrincipalId, PrincipalKind, RoleKind};
use crate::query::{Actions, Against, Answer};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use std::rc::Rc;

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
    principal: Principal<'a>,
    /// The scope within the account.
    scope: String,
    /// The kind of role of the account's API, in ARM's words; left out when the API is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    /// The data actions that are certain, in full.
    #[schemars(with = "Vec<String>")]
    data_actions: List,
    /// Further data actions that are possible.
    #[schemars(with = "Vec<String>")]
    possibly: List,
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
    group: Option<Principal<'a>>,
    /// The ARM id of the role assignment, of the data plane or of Azure RBAC.
    role_assignment: &'a str,
    /// The role's name.
    role: &'a str,
    /// The ARM id of the role definition.
    role_definition: &'a str,
    /// The check that reports such access; left out for role assignments of the data plane.
    #[serde(skip_serializing_if = "Option::is_none")]
    bypass: Option<&'static str>,
    /// Where the Azure role is assigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<&'a str>,
    /// The managed identity that the principal can act as.
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<Principal<'a>>,
    /// The ARM id of another role assignment that it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    with: Option<&'a str>,
}

/// A principal.
#[derive(Serialize, JsonSchema)]
pub(super) struct Principal<'a> {
    /// Its object id.
    id: &'a str,
    /// Its name; left out when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    /// What it is; left out when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<PrincipalKind>,
}

impl<'a> Principal<'a> {
    fn of(people: &'a People<'_>, id: &'a PrincipalId) -> Self {
        let known = people.get(id);
        let kind = known.map(|known| known.kind);
        Self {
            id: id.as_str(),
            name: known.and_then(|known| known.name.as_deref()),
            kind: kind.filter(|kind| *kind != PrincipalKind::Unknown),
        }
    }
}

/// A list of data actions as it stands in a row, made once for all rows that have it: it is most of what they are.
#[derive(Clone)]
pub(super) struct List(Rc<RawValue>);

impl List {
    fn of(names: &[String]) -> serde_json::Result<Self> {
        /// How far the fields of a row are set in.
        const INDENT: &str = "\n      ";
        // A line feed within a name is an escape there.
        let text = serde_json::to_string_pretty(names)?.replace('\n', INDENT);
        RawValue::from_string(text).map(|list| Self(list.into()))
    }
}

impl Serialize for List {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// What rows have in common.
pub(super) struct Common<'a, 't> {
    answer: &'a Answer<'t>,
    people: &'a People<'a>,
    lists: OfActions<(List, List)>,
}

impl<'a, 't> Common<'a, 't> {
    pub(super) fn of(answer: &'a Answer<'t>, people: &'a People<'a>) -> Self {
        Self {
            answer,
            people,
            lists: OfActions::new(),
        }
    }

    pub(super) fn row(&mut self, told: Told<'a, '_>) -> serde_json::Result<Row<'a>> {
        let (answer, found) = (self.answer, told.found);
        let principal = |id: &'a PrincipalId| Principal::of(self.people, id);
        let account = answer.tenant.account(found.account);
        let [read, write, delete, manage] = found.levels.map(Level::word);
        let both = |actions: &Actions| Ok((List::of(&actions.certain)?, List::of(&actions.possible)?));
        let (data_actions, possibly) = self.lists.get::<serde_json::Error>(&found.actions, both)?;
        Ok(Row {
            account: account.map(|account| account.id.as_str()).unwrap_or_default(),
            principal: principal(told.principal),
            scope: found.scope.to_string(),
            kind: RoleKind::of_id(found.via.assignment())
                .or_else(|| account?.api.role_kind())
                .map(|kind| kind.row().word),
            data_actions,
            possibly,
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
                kind: told.kind(),
                group: told.group.map(principal),
                role_assignment: found.via.assignment(),
                role: found.via.role_name(),
                role_definition: found.via.role_id(),
                bypass: found.via.check(),
                at: told.azure_scope(),
                identity: told.identity().map(principal),
                with: told.with(),
            },
            depends_on: told.depends_on.into_iter().map(String::from).collect(),
        })
    }
}
