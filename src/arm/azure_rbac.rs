//! Azure RBAC: role assignments and definitions, deny assignments, and roles that may be activated.
//!
//! What decides who may do what is required: an item without it is malformed, since any guess would grant or deny
//! something. What only narrows (a condition) or describes (names, dates) cannot lose an item.

use super::code::Code;
use super::failure::Failure;
use super::item::{Item, Malformed};
use super::prune::{is_strings, keep_if, model, prune, required, take};
use crate::model::arm_id::last_segment;
use crate::model::{
    ActionPattern, AzurePermission, AzureRoleAssignment, AzureRoleDefinition, DenyAssignment, DenyEffect,
    DenyPrincipal, EligibleAssignment, Gap,
};
use azure_mgmt_authorization::models::{
    DenyAssignment as DenyModel, RoleAssignment as AssignmentModel, RoleDefinition as DefinitionModel,
    RoleEligibilityScheduleInstance as EligibleModel,
};
use jiff::Timestamp;
use serde_json::Value;

/// Reads a role assignment.
pub(crate) fn azure_role_assignment(item: &Value) -> Result<Option<Item<AzureRoleAssignment>>, Malformed> {
    let (mut item, given, gaps) = assignment(item, Gap::AZURE_ROLE_ASSIGNMENTS, "createdOn")?;
    let created_on = time(&mut item, "/properties/createdOn");
    let model: AssignmentModel = model(item)?;
    let properties = model.properties.ok_or("the item has no `properties`")?;
    let value = AzureRoleAssignment {
        id: model.id.unwrap_or_default(),
        role_definition_id: properties.role_definition_id,
        principal_id: properties.principal_id.into(),
        principal_type: given.principal_type,
        scope: properties.scope.unwrap_or_default().into(),
        condition: properties.condition,
        created_on,
    };
    Ok(Some(Item { value, gaps }))
}

/// Reads one instance of an eligible assignment's schedule.
pub(crate) fn eligible_assignment(item: &Value) -> Result<Option<Item<EligibleAssignment>>, Malformed> {
    let (mut item, given, gaps) = assignment(item, Gap::ELIGIBLE, "endDateTime")?;
    let end = time(&mut item, "/properties/endDateTime");
    let model: EligibleModel = model(item)?;
    let properties = model.properties.ok_or("the item has no `properties`")?;
    let value = EligibleAssignment {
        id: model.id.unwrap_or_default(),
        role_definition_id: properties.role_definition_id.unwrap_or_default(),
        principal_id: properties.principal_id.unwrap_or_default().into(),
        principal_type: given.principal_type,
        scope: properties.scope.unwrap_or_default().into(),
        condition: properties.condition,
        end,
    };
    Ok(Some(Item { value, gaps }))
}

/// What of an assignment goes around the models: they know only some types of principals.
struct Given {
    principal_type: Option<String>,
}

/// Prunes an assignment, active or eligible. `date` is the one that is read of it.
fn assignment(item: &Value, what: &str, date: &str) -> Result<(Value, Given, Vec<Gap>), Malformed> {
    let mut item = prune(
        item,
        &[
            "id",
            "properties.roleDefinitionId",
            "properties.principalId",
            "properties.principalType",
            "properties.scope",
            "properties.condition",
            &format!("properties.{date}"),
        ],
    );
    let id = required(&item, "/id")?.to_owned();
    for field in ["roleDefinitionId", "principalId", "scope"] {
        required(&item, &format!("/properties/{field}"))?;
    }
    let gaps = condition(&mut item, what, &id).into_iter().collect();
    let principal_type = match take(&mut item, "/properties/principalType") {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    Ok((item, Given { principal_type }, gaps))
}

/// A condition that is no text is taken out, and told: without it the assignment looks wider than it is.
fn condition(item: &mut Value, what: &str, id: &str) -> Option<Gap> {
    let is_text = |value: &Value| value.is_null() || value.is_string();
    if keep_if(item, "/properties/condition", is_text) {
        return None;
    }
    let message = "`condition` isn't a string, so it is ignored";
    Some(Failure::new(None, Code::MalformedField, message).into_gap(what, Some(id)))
}

/// Reads a role definition.
pub(crate) fn azure_role_definition(item: &Value) -> Result<Option<Item<AzureRoleDefinition>>, Malformed> {
    let described = [
        "id",
        "properties.roleName",
        "properties.type",
        "properties.assignableScopes",
    ];
    let mut item = prune(item, &[&described[..], &PERMISSIONS].concat());
    let id = required(&item, "/id")?.to_owned();
    let conditions = conditions(&mut item)?;
    keep_if(&mut item, "/properties/roleName", Value::is_string);
    keep_if(&mut item, "/properties/type", Value::is_string);
    keep_if(&mut item, "/properties/assignableScopes", is_strings);
    let model: DefinitionModel = model(item)?;
    let properties = model.properties.unwrap_or_default();
    let permissions = properties.permissions.into_iter().zip(conditions);
    let value = AzureRoleDefinition {
        role_name: properties.role_name.unwrap_or_else(|| last_segment(&id).to_owned()),
        id,
        built_in: properties
            .type_
            .is_some_and(|text| text.eq_ignore_ascii_case("BuiltInRole")),
        assignable_scopes: properties.assignable_scopes.into_iter().map(Into::into).collect(),
        permissions: permissions
            .map(|(one, condition)| permission(one.actions, one.not_actions, condition))
            .collect(),
    };
    Ok(Some(value.into()))
}

/// Reads a deny assignment as of the version of the API that has its effect. Without one it has the API's default.
pub(crate) fn deny_assignment(item: &Value) -> Result<Option<Item<DenyAssignment>>, Malformed> {
    deny_assignment_of(item, DenyEffect::Enforced)
}

/// Reads a deny assignment as of a version of the API that doesn't tell its effect.
pub(crate) fn deny_assignment_without_effect(item: &Value) -> Result<Option<Item<DenyAssignment>>, Malformed> {
    deny_assignment_of(item, DenyEffect::Unknown)
}

/// Reads a deny assignment; `unstated` is the effect of one that has none.
fn deny_assignment_of(item: &Value, unstated: DenyEffect) -> Result<Option<Item<DenyAssignment>>, Malformed> {
    let described = [
        "id",
        "properties.denyAssignmentName",
        "properties.scope",
        "properties.doNotApplyToChildScopes",
        "properties.principals",
        "properties.excludePrincipals",
        "properties.condition",
        "properties.denyAssignmentEffect",
        "properties.isSystemProtected",
    ];
    let mut item = prune(item, &[&described[..], &PERMISSIONS].concat());
    let id = required(&item, "/id")?.to_owned();
    required(&item, "/properties/scope")?;
    let conditions = conditions(&mut item)?;
    let principals = deny_principals(&mut item, "principals")?;
    let exclude_principals = deny_principals(&mut item, "excludePrincipals")?;
    let mut gaps = Vec::from_iter(condition(&mut item, Gap::DENY_ASSIGNMENTS, &id));
    let is_switch = |value: &Value| value.is_null() || value.is_boolean();
    let switch_known = keep_if(&mut item, "/properties/doNotApplyToChildScopes", is_switch);
    if !switch_known {
        let message = "`doNotApplyToChildScopes` is neither true nor false; it is taken for true, which denies less";
        let failure = Failure::new(None, Code::MalformedField, message);
        gaps.push(failure.into_gap(Gap::DENY_ASSIGNMENTS, Some(&id)));
    }
    keep_if(&mut item, "/properties/denyAssignmentName", Value::is_string);
    let effect = effect(&mut item, unstated);
    let system_protected = match take(&mut item, "/properties/isSystemProtected") {
        Some(Value::Bool(is_protected)) => Some(is_protected),
        _ => None,
    };
    let model: DenyModel = model(item)?;
    let properties = model.properties.unwrap_or_default();
    let permissions = properties.permissions.into_iter().zip(conditions);
    let value = DenyAssignment {
        name: properties
            .deny_assignment_name
            .unwrap_or_else(|| last_segment(&id).to_owned()),
        id,
        permissions: permissions
            .map(|(one, condition)| permission(one.actions, one.not_actions, condition))
            .collect(),
        scope: properties.scope.unwrap_or_default().into(),
        does_not_apply_to_child_scopes: properties.do_not_apply_to_child_scopes.unwrap_or(!switch_known),
        principals,
        exclude_principals,
        condition: properties.condition,
        effect: Some(effect),
        system_protected,
    };
    Ok(Some(Item { value, gaps }))
}

/// Takes out what a deny assignment does. The models don't know it.
fn effect(item: &mut Value, unstated: DenyEffect) -> DenyEffect {
    match take(item, "/properties/denyAssignmentEffect") {
        None | Some(Value::Null) => unstated,
        Some(Value::String(text)) if text.eq_ignore_ascii_case("enforced") => DenyEffect::Enforced,
        Some(Value::String(text)) if text.eq_ignore_ascii_case("audit") => DenyEffect::Audit,
        Some(_) => DenyEffect::Unknown,
    }
}

/// Takes out whom a deny assignment names. Nobody is a mistake of ours rather than of the service: it would deny nothing,
/// or spare nobody. Of those it spares the service may say nothing.
fn deny_principals(item: &mut Value, field: &str) -> Result<Vec<DenyPrincipal>, Malformed> {
    let read = |one: &Value| {
        let text = |name| one.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        Some(DenyPrincipal {
            id: text("id")?.into(),
            kind: text("type").map(str::to_owned),
        })
    };
    match take(item, &format!("/properties/{field}")) {
        None | Some(Value::Null) if field == "excludePrincipals" => Ok(Vec::new()),
        Some(Value::Array(list)) => {
            let read: Option<Vec<_>> = list.iter().map(read).collect();
            read.ok_or_else(|| format!("one of `{field}` has no `id`"))
        }
        _ => Err(format!("the deny assignment has no list of `{field}`")),
    }
}

/// What is read of permissions.
const PERMISSIONS: [&str; 3] = [
    "properties.permissions.actions",
    "properties.permissions.notActions",
    "properties.permissions.condition",
];

/// Checks the permissions, which decide everything, and takes out their conditions, of which the models know nothing.
fn conditions(item: &mut Value) -> Result<Vec<Option<String>>, Malformed> {
    let permissions = item.pointer_mut("/properties/permissions");
    let permissions = permissions
        .and_then(Value::as_array_mut)
        .ok_or("the item has no list of `permissions`")?;
    let mut conditions = Vec::with_capacity(permissions.len());
    for permission in permissions {
        if !permission.get("actions").is_some_and(is_strings) {
            return Err("a permission has no list of `actions`".to_owned());
        }
        let taken_away = permission.get("notActions").unwrap_or(&Value::Null);
        if !(taken_away.is_null() || is_strings(taken_away)) {
            return Err("`notActions` of a permission isn't a list of strings".to_owned());
        }
        conditions.push(match take(permission, "/condition") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(_) => return Err("`condition` of a permission isn't a string".to_owned()),
        });
    }
    Ok(conditions)
}

fn permission(actions: Vec<String>, not_actions: Vec<String>, condition: Option<String>) -> AzurePermission {
    let patterns = |actions: Vec<String>| actions.into_iter().map(ActionPattern::full).collect();
    AzurePermission {
        actions: patterns(actions),
        not_actions: patterns(not_actions),
        condition,
    }
}

/// Takes out a date. One that cannot be read is none: it only says when.
fn time(item: &mut Value, pointer: &str) -> Option<Timestamp> {
    take(item, pointer)?.as_str()?.parse().ok()
}

#[cfg(test)]
#[path = "azure_rbac_tests.rs"]
mod tests;
