//! Bodies of Azure RBAC: what `Microsoft.Authorization` lists below a subscription. Ids of roles differ as they do in the
//! service: below a subscription in its own lists, tenant-wide in assignments of management groups.

use serde_json::{Value, json};

use super::azure_roles::{BUILT_IN, BuiltIn};
use crate::tenant::{AzureAssignment, AzureRbac, AzureRole, DenyAssignment};
use crate::util::{guid_of, is_guid};

/// When everything was created and last changed.
const CREATED: &str = "2025-11-03T09:12:44.5318327Z";
/// Who did it: an id that no directory knows, for nobody should need it.
const CREATOR: &str = "c0ffee00-0000-4000-8000-000000000001";
/// Stands for everybody in deny assignments.
const EVERYBODY: &str = "00000000-0000-0000-0000-000000000000";

/// Where Azure RBAC is declared.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p> {
    /// The subscription whose lists are asked for.
    pub(crate) subscription: &'p str,
    /// The scope of what names none.
    pub(crate) scope: &'p str,
    /// Ids of the accounts of the subscription, by name.
    pub(crate) account: &'p dyn Fn(&str) -> Option<String>,
    /// The kind of a principal, as assignments note it.
    pub(crate) kind: &'p dyn Fn(&str) -> &'static str,
}

impl Place<'_> {
    pub(super) fn scope(&self, short: &str) -> String {
        let subscription = format!("/subscriptions/{}", self.subscription);
        match short.split_once(':') {
            _ if short.is_empty() => self.scope.to_owned(),
            Some(("mg", name)) => format!("/providers/Microsoft.Management/managementGroups/{name}"),
            Some(("rg", name)) => format!("{subscription}/resourceGroups/{name}"),
            Some(("account", name)) => (self.account)(name).unwrap_or_else(|| {
                format!("{subscription}/resourceGroups/none/providers/Microsoft.DocumentDB/databaseAccounts/{name}")
            }),
            _ => short.replace("{subscription}", &subscription),
        }
    }

    pub(super) fn role_id(&self, rbac: &[&AzureRbac], role: &str, scope: &str) -> String {
        if role.starts_with('/') {
            return role.to_owned();
        }
        let declared = rbac.iter().flat_map(|one| &one.role_definitions);
        let custom = declared.filter(|one| one.name == role).map(definition_id).next();
        let built_in = BUILT_IN.iter().find(|one| one.name == role);
        let id = custom.or_else(|| built_in.map(|one| one.id.to_owned()));
        let id = id.unwrap_or_else(|| if is_guid(role) { role.to_owned() } else { guid_of(role) });
        let below = scope.to_ascii_lowercase().starts_with("/subscriptions/");
        let above = if below { self.own() } else { String::new() };
        format!("{above}/providers/Microsoft.Authorization/roleDefinitions/{id}")
    }

    fn own(&self) -> String {
        format!("/subscriptions/{}", self.subscription)
    }
}

/// A role assignment; `all` is where its role may be declared.
pub(crate) fn assignment(place: &Place<'_>, all: &[&AzureRbac], given: &AzureAssignment) -> Value {
    let scope = place.scope(&given.scope);
    let role = place.role_id(all, &given.role, &scope);
    let id = given_or_made(&given.id, &[&scope, &role, &given.principal_id]);
    // Recorded bodies of older versions lack `condition`; newer ones have it as null.
    json!({
        "properties": {
            "roleDefinitionId": role,
            "principalId": given.principal_id,
            "principalType": kind(place, given),
            "scope": scope,
            "condition": given.condition,
            "conditionVersion": given.condition.as_ref().map(|_| "2.0"),
            "createdOn": CREATED,
            "updatedOn": CREATED,
            "createdBy": CREATOR,
            "updatedBy": CREATOR,
            "delegatedManagedIdentityResourceId": null,
            "description": null,
        },
        "id": child(&scope, "roleAssignments", &id),
        "type": "Microsoft.Authorization/roleAssignments",
        "name": id,
    })
}

/// An eligible assignment, as one instance of its schedule.
pub(crate) fn eligible(place: &Place<'_>, all: &[&AzureRbac], given: &AzureAssignment) -> Value {
    let scope = place.scope(&given.scope);
    let role = place.role_id(all, &given.role, &scope);
    let id = given_or_made(&given.id, &["eligible", &scope, &role, &given.principal_id]);
    let schedule = guid_of(&format!("schedule {id}"));
    json!({
        "properties": {
            "roleEligibilityScheduleId": child(&scope, "roleEligibilitySchedules", &schedule),
            "scope": scope,
            "roleDefinitionId": role,
            "principalId": given.principal_id,
            "principalType": kind(place, given),
            "status": "Provisioned",
            "startDateTime": CREATED,
            "endDateTime": given.ends,
            "memberType": "Direct",
            "condition": given.condition,
            "conditionVersion": given.condition.as_ref().map(|_| "2.0"),
            "createdOn": CREATED,
        },
        "name": id,
        "id": child(&scope, "roleEligibilityScheduleInstances", &id),
        "type": "Microsoft.Authorization/roleEligibilityScheduleInstances",
    })
}

/// A custom role.
pub(crate) fn role(place: &Place<'_>, given: &AzureRole) -> Value {
    let id = definition_id(given);
    let scopes: Vec<String> = if given.assignable_scopes.is_empty() {
        vec![place.scope.to_owned()]
    } else {
        given.assignable_scopes.iter().map(|scope| place.scope(scope)).collect()
    };
    json!({
        "properties": {
            "roleName": given.name,
            "type": "CustomRole",
            "description": "",
            "assignableScopes": scopes,
            "permissions": [{
                "actions": given.actions,
                "notActions": given.not_actions,
                "dataActions": given.data_actions,
                "notDataActions": given.not_data_actions,
            }],
            "createdOn": CREATED,
            "updatedOn": CREATED,
            "createdBy": CREATOR,
            "updatedBy": CREATOR,
        },
        "id": child(&place.own(), "roleDefinitions", &id),
        "type": "Microsoft.Authorization/roleDefinitions",
        "name": id,
    })
}

/// The built-in roles that matter to Cosmos DB.
pub(crate) fn built_in_roles(subscription: &str) -> impl Iterator<Item = Value> {
    let own = format!("/subscriptions/{subscription}");
    BUILT_IN.iter().map(move |role: &BuiltIn| {
        json!({
            "properties": {
                "roleName": role.name,
                "type": "BuiltInRole",
                "description": "",
                "assignableScopes": ["/"],
                "permissions": [{
                    "actions": role.actions,
                    "notActions": role.not_actions,
                    "dataActions": [],
                    "notDataActions": [],
                }],
                "createdOn": "2015-02-02T21:55:09.8806423Z",
                "updatedOn": CREATED,
                "createdBy": null,
                "updatedBy": null,
            },
            "id": child(&own, "roleDefinitions", role.id),
            "type": "Microsoft.Authorization/roleDefinitions",
            "name": role.id,
        })
    })
}

/// A deny assignment, as a version of the API that tells its effect has it, or one before.
pub(crate) fn deny(place: &Place<'_>, given: &DenyAssignment, tells_effect: bool) -> Value {
    let scope = place.scope(&given.scope);
    let id = given_or_made(&given.id, &["deny", &scope, &given.name]);
    let named = |ids: &[String]| -> Vec<Value> {
        ids.iter()
            .map(|id| json!({ "id": id, "type": (place.kind)(id) }))
            .collect()
    };
    let principals = if given.principals.is_empty() {
        vec![json!({ "id": EVERYBODY, "type": "SystemDefined" })]
    } else {
        named(&given.principals)
    };
    let mut body = json!({
        "properties": {
            "denyAssignmentName": given.name,
            "description": "",
            "permissions": [{
                "actions": given.actions,
                "notActions": given.not_actions,
                "dataActions": [],
                "notDataActions": [],
            }],
            "scope": scope,
            "doNotApplyToChildScopes": given.do_not_apply_to_child_scopes,
            "principals": principals,
            "excludePrincipals": named(&given.exclude_principals),
            "isSystemProtected": given.system_protected,
            "createdOn": CREATED,
            "updatedOn": CREATED,
            "createdBy": null,
            "updatedBy": null,
        },
        "id": child(&scope, "denyAssignments", &id),
        "type": "Microsoft.Authorization/denyAssignments",
        "name": id,
    });
    if let Some(Value::Object(properties)) = body.get_mut("properties") {
        if tells_effect {
            let effect = if given.effect.is_empty() {
                "enforced"
            } else {
                &given.effect
            };
            properties.insert("denyAssignmentEffect".to_owned(), json!(effect));
        }
        properties.extend(given.properties.clone());
    }
    body
}

fn kind(place: &Place<'_>, given: &AzureAssignment) -> String {
    let known = given.principal_type.clone();
    known.unwrap_or_else(|| (place.kind)(&given.principal_id).to_owned())
}

/// The GUID of a custom role.
pub(crate) fn definition_id(role: &AzureRole) -> String {
    given_or_made(&role.id, &["Azure role", &role.name])
}

pub(super) fn given_or_made(given: &str, of: &[&str]) -> String {
    if given.is_empty() {
        guid_of(&of.join(" "))
    } else {
        given.to_owned()
    }
}

fn child(scope: &str, list: &str, id: &str) -> String {
    let scope = scope.trim_end_matches('/');
    format!("{scope}/providers/Microsoft.Authorization/{list}/{id}")
}
