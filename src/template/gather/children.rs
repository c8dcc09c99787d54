//! What lies below an account: role definitions, role assignments, users, databases.

use super::super::arm::flat;
use super::super::planned::{Planned, Presence};
use super::super::value::{Unknown, Value};
use super::body::{body, or_default, unknown};
use super::principals::Named;
use crate::arm;
use crate::model::arm_id::last_segment;
use crate::model::cluster::ClusterUser;
use crate::model::role_kind::Inventory;
use crate::model::{
    AccountId, ActionPattern, Api, Database, MongoRole, MongoUser, Permission, RoleAssignment, RoleDefinition, RoleKind,
};
use crate::snapshot::Doubt;
use serde_json::json;
use std::collections::BTreeMap;

/// What was found below an account.
#[derive(Debug, Default)]
pub(super) struct Below {
    pub(super) definitions: Vec<RoleDefinition>,
    pub(super) assignments: Vec<RoleAssignment>,
    pub(super) mongo_roles: Vec<MongoRole>,
    pub(super) mongo_users: Vec<MongoUser>,
    pub(super) cluster_users: Vec<ClusterUser>,
    databases: BTreeMap<String, Vec<String>>,
    /// Why something isn't known in full, by its id.
    pub(super) doubts: Vec<(String, Doubt)>,
    /// What couldn't be read: the list, the item, and why.
    pub(super) unread: Vec<(&'static str, String, String)>,
    /// The kinds of role and of database that were met: they tell the API.
    pub(super) apis: Vec<Api>,
}

impl Below {
    /// Takes a resource of an account, whose type goes on with `below` after the account's.
    pub(super) fn take(&mut self, account: &AccountId, planned: &Planned, below: &[&str], named: &mut Named) {
        if let Presence::Possible(why) = &planned.presence {
            let why = format!("it isn't known whether it is deployed: {why}");
            let list = below
                .last()
                .and_then(|list| Some((RoleKind::of_list(list)?.row(), list)));
            if let Some((row, list)) = list.filter(|_| below.len() == 1) {
                let is_role = list.eq_ignore_ascii_case(row.definitions);
                let list = if is_role { row.definitions } else { row.assignments };
                self.unread.push((list, planned.id.clone(), why.clone()));
            }
            self.doubts.push((planned.id.clone(), Doubt::Presence(why)));
        }
        let [list] = below else {
            return self.inventory(planned, below);
        };
        let Some(kind) = RoleKind::of_list(list) else {
            return self.inventory(planned, below);
        };
        if planned.presence == Presence::Existing {
            return;
        }
        let row = kind.row();
        self.apis.push(row.api);
        let read = match list.eq_ignore_ascii_case(row.definitions) {
            true => self.definition(account, planned, kind),
            false => self.assignment(account, planned, kind, named),
        };
        if let Err(why) = read {
            let list = if list.eq_ignore_ascii_case(row.definitions) {
                row.definitions
            } else {
                row.assignments
            };
            self.unread.push((list, planned.id.clone(), why));
        }
    }

    fn definition(&mut self, account: &AccountId, planned: &Planned, kind: RoleKind) -> Result<(), String> {
        let mut item = body(planned);
        if kind.has_passwords() {
            if let Some(role) = arm::mongo_role(&item)? {
                self.mongo_roles.push(role.value);
            }
            return Ok(());
        }
        // Nobody but the service makes built-in ones.
        or_default(&mut item, "type", json!("CustomRole"));
        or_default(&mut item, "roleName", json!(last_segment(&planned.id)));
        let permissions = planned.body.at_path(&["properties", "permissions"]);
        let Some(permissions) = permissions else {
            return Err("the role definition has no `permissions`".to_owned());
        };
        if let Some(unknown) = permissions.value.first_unknown() {
            // It could be any action.
            let why = unknown.why.to_string();
            let name = item
                .pointer("/properties/roleName")
                .and_then(|name| name.as_str())
                .unwrap_or_default();
            self.definitions.push(anything(account, planned.id.clone(), kind, name));
            let doubt = Doubt::Content(format!("its permissions aren't known: {why}"));
            self.doubts.push((planned.id.clone(), doubt));
            self.unread.push((
                kind.row().definitions,
                planned.id.clone(),
                format!("its permissions aren't known: {why}"),
            ));
            return Ok(());
        }
        let rest = ["roleName", "assignableScopes"].map(|name| unknown(planned, &["properties", name]));
        if let Some(unknown) = rest
            .into_iter()
            .flatten()
            .find(|unknown| !is_of_account(account, unknown))
        {
            let why = format!("it isn't known in full: {}", unknown.why);
            self.doubts.push((planned.id.clone(), Doubt::Content(why.clone())));
            self.unread.push((kind.row().definitions, planned.id.clone(), why));
        }
        if let Some(read) = arm::role_definition(&item, kind)? {
            self.define(read.value);
        }
        Ok(())
    }

    fn assignment(
        &mut self,
        account: &AccountId,
        planned: &Planned,
        kind: RoleKind,
        named: &mut Named,
    ) -> Result<(), String> {
        let mut item = body(planned);
        if kind.has_passwords() {
            if let Some(unknown) = unknown(planned, &["properties", "roles"]) {
                return Err(format!("its roles aren't known: {}", unknown.why));
            }
            if let Some(user) = arm::mongo_user(&item)? {
                self.mongo_users.push(user.value);
            }
            return Ok(());
        }
        if kind.row().api.is_cluster() {
            if let Some(user) = arm::cluster_user(&item)? {
                let mut user = user.value;
                // Its name is its object id.
                let given = planned
                    .body
                    .at_path(&["properties", "principalId"])
                    .map(|node| &node.value);
                if let Some(Value::Unknown(unknown)) = given {
                    user.principal_id = named.principal(unknown);
                } else if let Some(found) = last_segment(&planned.id).strip_prefix('{') {
                    user.principal_id = named.of_text(found.trim_end_matches('}'));
                }
                self.cluster_users.push(user);
            }
            return Ok(());
        }
        let property = |name: &str| planned.body.at_path(&["properties", name]).map(|node| &node.value);
        let scope = property("scope");
        let (scope, doubt) = self::scope(account, scope)?;
        if let Some(why) = doubt {
            self.doubts.push((planned.id.clone(), Doubt::Content(why.clone())));
            self.unread.push((kind.row().assignments, planned.id.clone(), why));
        }
        let role = match property("roleDefinitionId") {
            Some(Value::Unknown(unknown)) => self.role(account, planned, kind, unknown),
            Some(Value::Text(text)) => text.to_string(),
            _ => return Err("the role assignment has no `roleDefinitionId`".to_owned()),
        };
        let principal = match property("principalId") {
            Some(Value::Unknown(unknown)) => Some(named.principal(unknown)),
            _ => None,
        };
        if let Some(properties) = item.pointer_mut("/properties").and_then(|one| one.as_object_mut()) {
            properties.insert("scope".to_owned(), json!(scope));
            properties.insert("roleDefinitionId".to_owned(), json!(role));
        }
        if let Some(read) = arm::role_assignment(&item, kind)? {
            let mut assignment = read.value;
            assignment.principal_id = principal.unwrap_or(assignment.principal_id);
            // What is written twice is there once; two that differ both count.
            if !self.assignments.contains(&assignment) {
                self.assignments.push(assignment);
            }
        }
        Ok(())
    }

    /// Adds a role definition. Of two with one ID, all that either grants counts.
    fn define(&mut self, role: RoleDefinition) {
        let known = self
            .definitions
            .iter_mut()
            .find(|own| own.id.eq_ignore_ascii_case(&role.id));
        match known {
            Some(own) if *own != role => {
                own.permissions.extend(role.permissions);
                let why = "the file deploys it more than once, with different permissions".to_owned();
                self.doubts.push((role.id, Doubt::Presence(why)));
            }
            Some(_) => {}
            None => self.definitions.push(role),
        }
    }

    /// The role that an assignment names by what isn't known in full: one that the file defines, or else one that could be
    /// anything.
    fn role(&mut self, account: &AccountId, planned: &Planned, kind: RoleKind, unknown: &Unknown) -> String {
        let id = flat(&unknown.in_text());
        let is_known =
            !last_segment(&id).contains('{') || self.definitions.iter().any(|role| role.id.eq_ignore_ascii_case(&id));
        if is_known {
            return id;
        }
        let why = format!("its role isn't known: {}", unknown.why);
        self.doubts.push((planned.id.clone(), Doubt::Content(why.clone())));
        self.unread.push((kind.row().assignments, planned.id.clone(), why));
        let list = kind.row().definitions;
        let id = format!("{account}/{list}/{}", last_segment(&id));
        if !self.definitions.iter().any(|role| role.id.eq_ignore_ascii_case(&id)) {
            let name = format!("any role ({})", flat(&unknown.text));
            self.definitions.push(anything(account, id.clone(), kind, &name));
            let why = format!("it isn't known which role this is: {}", unknown.why);
            self.doubts.push((id.clone(), Doubt::Content(why)));
        }
        id
    }

    fn inventory(&mut self, planned: &Planned, below: &[&str]) {
        let name = |from_end: usize| planned.id.rsplit('/').nth(from_end * 2).unwrap_or_default().to_owned();
        for kind in RoleKind::ENTRA {
            let Some(lists) = &kind.row().inventory else { continue };
            let is = |list: &str, at: usize| below.get(at).is_some_and(|own| own.eq_ignore_ascii_case(list));
            let found = match lists {
                Inventory::Nested { databases, .. } if below.len() == 1 && is(databases, 0) => (name(0), None),
                Inventory::Nested { databases, containers }
                    if below.len() == 2 && is(databases, 0) && is(containers, 1) =>
                {
                    (name(1), Some(name(0)))
                }
                Inventory::Flat { containers, database } if below.len() == 1 && is(containers, 0) => {
                    ((*database).to_owned(), Some(name(0)))
                }
                Inventory::Nested { .. } | Inventory::Flat { .. } => continue,
            };
            self.apis.push(kind.row().api);
            let containers = self.databases.entry(found.0).or_default();
            containers.extend(found.1);
            return;
        }
    }

    pub(super) fn databases(&self) -> Vec<Database> {
        let one = |(name, containers): (&String, &Vec<String>)| {
            let mut containers = containers.clone();
            containers.sort();
            containers.dedup();
            Database {
                name: name.clone(),
                containers: Some(containers),
            }
        };
        self.databases.iter().map(one).collect()
    }
}

/// Whether all that isn't known of a text is in the account's ID, which is the same wherever it stands.
fn is_of_account(account: &AccountId, unknown: &Unknown) -> bool {
    let text = format!("/{}", flat(&unknown.in_text()).trim_start_matches('/'));
    account.rest_of(&text).is_some_and(|rest| !rest.contains('{'))
}

/// A role that could grant anything.
fn anything(account: &AccountId, id: String, kind: RoleKind, name: &str) -> RoleDefinition {
    RoleDefinition {
        id,
        kind,
        role_name: name.to_owned(),
        claims_built_in: false,
        assignable_scopes: vec![account.to_string()],
        permissions: vec![Permission {
            data_actions: vec![ActionPattern::full("*")],
            not_data_actions: Vec::new(),
        }],
    }
}

/// Where an assignment holds, and why that isn't known: then it is the whole account, which is the most that it could be.
fn scope(account: &AccountId, scope: Option<&Value>) -> Result<(String, Option<String>), String> {
    let unknown = match scope {
        Some(Value::Text(text)) => return Ok((text.to_string(), None)),
        Some(Value::Unknown(unknown)) => unknown,
        _ => return Err("the role assignment has no `scope`".to_owned()),
    };
    let text = flat(&unknown.in_text());
    let text = format!("/{}", text.trim_start_matches('/'));
    let why = || Some(format!("its scope isn't known: {}", unknown.why));
    match account.rest_of(&text) {
        Some(rest) if !rest.contains('{') => Ok((text, None)),
        Some(_) => Ok((text, why())),
        None => match AccountId::split_prefix(&text) {
            // Another account's, however that is called.
            Some(_) => Ok((text, None)),
            None => Ok((account.to_string(), why())),
        },
    }
}
