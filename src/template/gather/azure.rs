//! Azure RBAC that a file deploys: role assignments and role definitions, by subscription. It is only what the file adds: what is
//! assigned already, at and above what it deploys, no file says.

use super::super::arm::flat;
use super::super::control_planes::Planes;
use super::super::partly::{could_contain, is_partly_known};
use super::super::planned::{Planned, Presence};
use super::super::value::{Spot, Value, Why};
use super::body::{body, or_default};
use super::principals::Named;
use crate::arm;
use crate::model::arm_id::last_segment;
use crate::model::azure_rbac::{BuiltInAzureRole, Level, Opens};
use crate::model::{AccountId, AzureRoleAssignment, AzureRoleDefinition, AzureScope, role_key};
use crate::snapshot::Doubt;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// The type of role assignments, in lower case.
const ASSIGNMENTS: &str = "microsoft.authorization/roleassignments";
/// The type of role definitions, in lower case.
const DEFINITIONS: &str = "microsoft.authorization/roledefinitions";

/// What a file says of Azure RBAC.
#[derive(Debug, Default)]
pub(super) struct Azure {
    /// What it adds, by subscription.
    pub(super) planes: Planes,
    /// Why something isn't known in full, by its id.
    pub(super) doubts: Vec<(String, Doubt)>,
    /// What only the deployment tells.
    pub(super) unread: Vec<(Option<Spot>, String)>,
    /// Assignments of roles whose definitions the file doesn't have, and why it matters.
    pub(super) not_analyzed: Vec<NotAnalyzed>,
    /// The roles that it defines, by what they are compared by: why one couldn't be read.
    defined: BTreeMap<String, Option<String>>,
}

/// An assignment of a role whose definition the file doesn't have.
#[derive(Debug)]
pub(super) struct NotAnalyzed {
    pub(super) id: String,
    pub(super) at: Option<Spot>,
    pub(super) why: Option<String>,
    /// `None`: it couldn't be read.
    pub(super) assignment: Option<AzureRoleAssignment>,
}

/// Reads the role definitions and assignments among `resources`. `accounts`: those of the file.
pub(super) fn read(resources: &[&Planned], accounts: &BTreeSet<AccountId>, named: &mut Named) -> Azure {
    let mut azure = Azure::default();
    let of = |kind: &'static str| {
        let is_there = |one: &&&Planned| one.presence != Presence::Existing;
        let all = resources
            .iter()
            .filter(move |one| one.resource_type.eq_ignore_ascii_case(kind));
        all.filter(is_there).copied()
    };
    // Roles first: assignments name them.
    of(DEFINITIONS).for_each(|one| azure.definition(one));
    of(ASSIGNMENTS).for_each(|one| azure.assignment(one, accounts, named));
    azure
}

/// Whether a type is one of Azure RBAC.
pub(super) fn is_of_azure_rbac(resource_type: &str) -> bool {
    [ASSIGNMENTS, DEFINITIONS]
        .iter()
        .any(|kind| resource_type.eq_ignore_ascii_case(kind))
}

impl Azure {
    fn definition(&mut self, planned: &Planned) {
        let key = role_key(&planned.id);
        let mut item = body(planned);
        or_default(&mut item, "type", json!("CustomRole"));
        or_default(&mut item, "roleName", json!(last_segment(&planned.id)));
        let permissions = planned.body.at_path(&["properties", "permissions"]);
        let unknown = permissions.and_then(|node| node.value.first_unknown());
        let read = match unknown {
            Some(unknown) => Err(unknown.why.to_string()),
            None => arm::azure_role_definition(&item),
        };
        match read {
            Ok(Some(read)) => {
                let role = read.value;
                let id = role.id.clone();
                self.presence(planned, &id, "the role definition");
                self.add_definition(AzureScope::new(scope_of(&id)).subscription(), role);
                self.defined.insert(key, None);
            }
            Ok(None) => {}
            Err(why) => {
                let why = format!(
                    "the permissions of the Azure role `{}` aren't known: {why}",
                    last_segment(&planned.id)
                );
                self.unread.push((planned.at, why.clone()));
                self.defined.insert(key, Some(why));
            }
        }
    }

    fn assignment(&mut self, planned: &Planned, accounts: &BTreeSet<AccountId>, named: &mut Named) {
        let property = |name: &str| planned.body.at_path(&["properties", name]).map(|node| &node.value);
        let (role, why) = match property("roleDefinitionId") {
            Some(Value::Text(text)) => (text.to_string(), None),
            Some(Value::Unknown(unknown)) => (flat(&unknown.in_text()), Some(&unknown.why)),
            _ => return self.skip(planned, Some("it has no `roleDefinitionId`".to_owned()), None),
        };
        let built_in = BuiltInAzureRole::of_id(&role);
        let is_defined = self.defined.get(&role_key(&role)).cloned();
        // Of its permissions it is said that they aren't known.
        if matches!(is_defined, Some(Some(_))) {
            return;
        }
        let opens_nothing = is_defined.is_none() && built_in.is_some_and(|role| role.opens == Opens::Nothing);
        let is_named = matches!(why, Some(Why::Elsewhere(_)));
        if let Some(why) = why.filter(|_| is_defined.is_none() && is_partly_known(last_segment(&role)) && !is_named) {
            let why = format!("the role of an Azure role assignment isn't known: {why}");
            return self.unread.push((planned.at, why));
        }
        let (scope, doubt) = match scope(planned) {
            Ok(found) => found,
            Err(_) if opens_nothing => return,
            Err(why) => {
                let why = format!("the scope of an Azure role assignment isn't known: {why}");
                return self.unread.push((planned.at, why));
            }
        };
        if !opens_nothing && could_cover_more(&scope, accounts) {
            let why = format!("it isn't known which accounts the Azure role assignment at `{scope}` covers");
            self.unread.push((planned.at, why));
        }
        let mut item = body(planned);
        if let Some(properties) = item.pointer_mut("/properties").and_then(|one| one.as_object_mut()) {
            properties.insert("scope".to_owned(), json!(scope.as_str()));
            properties.insert("roleDefinitionId".to_owned(), json!(role));
        }
        let mut assignment = match arm::azure_role_assignment(&item) {
            Ok(Some(read)) => read.value,
            Ok(None) => return,
            Err(why) => return self.skip(planned, Some(why), None),
        };
        if let Some(Value::Unknown(unknown)) = property("principalId") {
            assignment.principal_id = named.principal(unknown);
        }
        let id = assignment.id.clone();
        self.presence(planned, &id, "the role assignment");
        if let Some(why) = doubt {
            self.doubt(&id, Doubt::Content(why));
        }
        if is_defined.is_none() && built_in.is_none_or(|role| role.opens != Opens::Bypass) {
            let file = "the file doesn't include the definition of the role";
            let why = match (built_in, why) {
                _ if opens_nothing => None,
                (Some(role), _) => Some(format!("{file} `{}`", role.name)),
                (None, Some(why)) => Some(why.to_string()),
                (None, None) => Some(format!("{file} `{}`", last_segment(&role))),
            };
            return self.skip(planned, why, Some(assignment));
        }
        let subscription = assignment.scope.subscription().map(str::to_owned);
        let definition = built_in
            .filter(|_| is_defined.is_none())
            .and_then(BuiltInAzureRole::definition);
        if let Some(definition) = definition {
            self.add_definition(subscription.as_deref(), definition);
        }
        let all = self
            .planes
            .of(subscription.as_deref())
            .role_assignments
            .get_or_insert_default();
        // What is written twice is there once; two that differ both count.
        if !all.contains(&assignment) {
            all.push(assignment);
        }
    }

    /// Says why an assignment isn't analyzed.
    fn skip(&mut self, planned: &Planned, why: Option<String>, assignment: Option<AzureRoleAssignment>) {
        self.not_analyzed.push(NotAnalyzed {
            id: planned.id.clone(),
            at: planned.at,
            why,
            assignment,
        });
    }

    /// What isn't certain to be deployed counts as possible.
    fn presence(&mut self, planned: &Planned, id: &str, what: &str) {
        if let Presence::Possible(why) = &planned.presence {
            let why = format!("it isn't known whether {what} is deployed: {why}");
            self.doubt(id, Doubt::Presence(why));
        }
    }

    /// What follows from it is possible.
    fn doubt(&mut self, id: &str, why: Doubt) {
        let scope = AzureScope::new(scope_of(id));
        let plane = self.planes.of(scope.subscription());
        plane.of_template.doubtful.insert(id.to_ascii_lowercase());
        self.doubts.push((id.to_owned(), why));
    }

    fn add_definition(&mut self, subscription: Option<&str>, role: AzureRoleDefinition) {
        let all = self.planes.of(subscription).role_definitions.get_or_insert_default();
        if !all.contains(&role) {
            all.push(role);
        }
    }
}

/// Where a role assignment holds: what it is an extension of. And why that isn't certain.
fn scope(planned: &Planned) -> Result<(AzureScope, Option<String>), String> {
    let own = scope_of(&planned.id);
    let said = planned.body.at_path(&["properties", "scope"]).map(|node| &node.value);
    let text = match said {
        Some(Value::Text(said)) if is_partly_known(own) || own.is_empty() => said,
        _ => own,
    };
    let scope = AzureScope::new(text);
    let doubt = match scope.level() {
        Level::Malformed => {
            return Err(match said {
                Some(Value::Unknown(unknown)) => unknown.why.to_string(),
                _ if text.is_empty() => "it depends on where the template is deployed".to_owned(),
                _ => format!("`{text}` is known only after the deployment"),
            });
        }
        Level::ManagementGroup => Some("it isn't known which subscriptions are in the management group".to_owned()),
        Level::Root | Level::Subscription | Level::ResourceGroup | Level::Resource => None,
    };
    Ok((scope, doubt))
}

/// Whether a scope could cover accounts that it doesn't certainly cover. Parts that read the same are the same.
fn could_cover_more(scope: &AzureScope, accounts: &BTreeSet<AccountId>) -> bool {
    let is_resource = scope.level() == Level::Resource;
    if scope.is_above_subscriptions() || (is_resource && AccountId::split_prefix(scope.as_str()).is_none()) {
        return false;
    }
    let key = scope.key();
    let is_covered = |account: &&AccountId| {
        let below = account.key().strip_prefix(key);
        below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) || account.rest_of(scope.as_str()).is_some()
    };
    if is_resource && accounts.iter().any(|account| is_covered(&account)) {
        return false;
    }
    let mut others = accounts.iter().filter(|account| !is_covered(account));
    others.any(|account| {
        let (text, account) = (scope.as_str(), account.as_str());
        could_contain(text, account) || could_contain(account, text)
    })
}

/// What a role definition or assignment is an extension of, as its id says.
fn scope_of(id: &str) -> &str {
    let lower = id.to_ascii_lowercase();
    let at = [ASSIGNMENTS, DEFINITIONS]
        .iter()
        .find_map(|kind| lower.rfind(&format!("/providers/{kind}/")));
    at.and_then(|at| id.get(..at)).unwrap_or_default()
}
