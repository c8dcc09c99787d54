//! Cosmos DB: accounts with their roles and databases.

use super::code::Code;
use super::failure::{Failure, cut};
use super::item::{Item, Malformed};
use super::keys::keys_generated_at;
use super::known::{Known, Why};
use super::prune::{is_strings, keep_if, model, names, prune, required, take};
use crate::model::arm_id::last_segment;
use crate::model::{
    AccountId, ActionPattern, Api, Backup, KeysGenerated, Permission, RoleAssignment, RoleDefinition, RoleKind, Tags,
};
use azure_mgmt_cosmosdb::models::{
    DatabaseAccountGetResults, SqlContainerGetResults, SqlDatabaseGetResults, SqlRoleAssignmentGetResults,
    SqlRoleDefinitionGetResults, database_account_get_results::Kind, sql_role_definition_resource::Type,
};
use serde_json::Value;

/// An account, as its body tells it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AccountItem {
    pub(super) id: AccountId,
    pub(super) location: String,
    pub(super) api: Api,
    pub(super) tags: Known<Tags>,
    /// `provisioningState`, unless it is `Succeeded`.
    pub(super) provisioning_state: Option<String>,
    /// `disableLocalAuth`.
    pub(super) local_auth_disabled: Known<bool>,
    /// `disableKeyBasedMetadataWriteAccess`.
    pub(super) key_metadata_writes_disabled: Known<bool>,
    /// `keysMetadata`; `None`: absent. It only says how old keys are, so what is odd in it is not known and no gap.
    pub(super) keys_generated_at: Option<KeysGenerated>,
    /// Whether users of MongoDB itself can exist: whether there is a capability for them, or capabilities couldn't be read.
    pub(super) may_have_mongo_users: bool,
    /// `backupPolicy.type`; `None`: absent, or none that this version knows.
    pub(super) backup: Option<Backup>,
}

/// Reads an account.
pub(super) fn account(item: &Value) -> Result<AccountItem, Malformed> {
    let backup = backup(item);
    let keys_generated_at = keys_generated_at(item);
    let mut item = prune(
        item,
        &[
            "id",
            "location",
            "kind",
            "tags",
            "properties.capabilities.name",
            "properties.EnabledApiTypes",
            "properties.provisioningState",
            "properties.disableLocalAuth",
            "properties.disableKeyBasedMetadataWriteAccess",
        ],
    );
    let id = AccountId::parse(required(&item, "/id")?).map_err(|error| error.to_string())?;
    let local_auth = switch(&mut item, "disableLocalAuth");
    let metadata_writes = switch(&mut item, "disableKeyBasedMetadataWriteAccess");
    let has_properties = item.pointer("/properties").is_some_and(Value::is_object);
    keep_if(&mut item, "/location", Value::is_string);
    keep_if(&mut item, "/kind", Value::is_string);
    let capabilities_known = keep_if(&mut item, "/properties/capabilities", |list| {
        list.is_null() || names(list).is_some()
    });
    // The models have the tags as a type without fields, and no `EnabledApiTypes` at all.
    let tags = tags(take(&mut item, "/tags"));
    let api_types = take(&mut item, "/properties/EnabledApiTypes");
    let state = take(&mut item, "/properties/provisioningState");
    if !has_properties {
        take(&mut item, "/properties");
    }
    let model: DatabaseAccountGetResults = model(item)?;
    let properties = model.properties.unwrap_or_default();
    let capabilities = properties.capabilities.iter().filter_map(|one| one.name.as_deref());
    let declared = RoleKind::Mongodb.row().declared.as_ref();
    let capability = declared.and_then(|declared| declared.capability);
    let is_of_users = |name: &str| capability.is_some_and(|own| own.eq_ignore_ascii_case(name));
    let may_have_mongo_users = !capabilities_known || capabilities.clone().any(is_of_users);
    let api = api(
        model.kind.as_ref(),
        capabilities_known.then(|| capabilities.collect()),
        api_types.as_ref().and_then(Value::as_str),
    );
    // Absent, as in older api-versions, means that keys work.
    let switch = |readable: Result<(), Why>, value: Option<bool>| match readable {
        Ok(()) => Known::Known(value.unwrap_or(false)),
        Err(why) => Known::Unknown(why),
    };
    Ok(AccountItem {
        id,
        location: model.arm_resource_properties.location.unwrap_or_default(),
        api,
        tags,
        provisioning_state: in_transition(state.as_ref().and_then(Value::as_str)),
        local_auth_disabled: switch(local_auth, properties.disable_local_auth),
        key_metadata_writes_disabled: switch(metadata_writes, properties.disable_key_based_metadata_write_access),
        keys_generated_at,
        may_have_mongo_users,
        backup,
    })
}

/// How an account is backed up. The models lose an account for a type that they do not know, so they never see it.
fn backup(item: &Value) -> Option<Backup> {
    let text = item.pointer("/properties/backupPolicy/type")?.as_str()?;
    let known = [("Continuous", Backup::Continuous), ("Periodic", Backup::Periodic)];
    let found = known.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
    found.map(|(_, backup)| backup)
}

/// What is being done to an account, if anything is.
pub(super) fn in_transition(state: Option<&str>) -> Option<String> {
    let state = state.filter(|state| !state.eq_ignore_ascii_case("Succeeded"))?;
    Some(cut(state.to_owned()))
}

/// Takes a switch out unless it is one, and says why.
fn switch(item: &mut Value, field: &str) -> Result<(), Why> {
    let malformed = |message| Err(Why::Malformed(message));
    if !item.pointer("/properties").is_some_and(Value::is_object) {
        return malformed("the account has no `properties`".to_owned());
    }
    if keep_if(item, &format!("/properties/{field}"), |value| {
        value.is_boolean() || value.is_null()
    }) {
        return Ok(());
    }
    malformed(format!("`{field}` of the account is neither true nor false"))
}

/// The API of an account. `capabilities`: `None` when they could not be read. What is not clearly NoSQL is not taken for
/// it: the roles of an account must not be asked for in the wrong place and found to be none.
fn api(kind: Option<&Kind>, capabilities: Option<Vec<&str>>, api_types: Option<&str>) -> Api {
    let types: Vec<&str> = api_types.unwrap_or_default().split(',').map(str::trim).collect();
    let is_general = match kind {
        Some(Kind::GlobalDocumentDb) => true,
        Some(Kind::UnknownValue(text)) => text.eq_ignore_ascii_case("GlobalDocumentDB"),
        // Not every api-version sends it, and then what the account says it speaks is all there is.
        None => matches!(types[..], [one] if one.eq_ignore_ascii_case("Sql")),
        Some(_) => false,
    };
    match (Api::declared(is_general, capabilities.as_deref(), &types), kind) {
        (Some(api), _) => api,
        (None, Some(Kind::MongoDb)) => Api::Mongo,
        (None, _) => Api::Unknown,
    }
}

/// Values that are no texts are kept as their JSON: a rule that goes by the tag sees that it is there.
pub(super) fn tags(tags: Option<Value>) -> Known<Tags> {
    let tags = match tags {
        None | Some(Value::Null) => return Known::Known(Tags::default()),
        Some(Value::Object(tags)) => tags,
        Some(_) => return Known::Unknown(Why::Malformed("`tags` isn't an object".to_owned())),
    };
    let text = |value| match value {
        Value::String(value) => value,
        other => other.to_string(),
    };
    Known::Known(tags.into_iter().map(|(name, value)| (name, text(value))).collect())
}

/// Reads a role definition of a kind. A `type` that is unknown makes it a custom role with a gap: those are held against the policy
/// in full, while a built-in one might be excused.
pub(crate) fn role_definition(item: &Value, kind: RoleKind) -> Result<Option<Item<RoleDefinition>>, Malformed> {
    let mut item = prune(
        item,
        &[
            "id",
            "properties.roleName",
            "properties.type",
            "properties.assignableScopes",
            "properties.permissions.dataActions",
            "properties.permissions.notDataActions",
        ],
    );
    let id = required(&item, "/id")?.to_owned();
    let mut gaps = Vec::new();
    let mut gap = |message: &str| {
        let failure = Failure::new(None, Code::MalformedField, message);
        gaps.push(failure.into_gap(kind.row().definitions, Some(&id)));
    };
    // Without its actions a role would look harmless.
    let permissions = item.pointer("/properties/permissions").and_then(Value::as_array);
    let Some(permissions) = permissions else {
        return Err("the role definition has no list of `permissions`".to_owned());
    };
    if !permissions
        .iter()
        .all(|one| one.get("dataActions").is_some_and(is_strings))
    {
        return Err("a permission of the role definition has no list of `dataActions`".to_owned());
    }
    let type_ = match take(&mut item, "/properties/type") {
        Some(Value::String(text)) if text.eq_ignore_ascii_case("BuiltInRole") => Some(Type::BuiltInRole),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("CustomRole") => Some(Type::CustomRole),
        // What api-version 2021-04-15 sends.
        Some(Value::Number(number)) if number.as_u64() == Some(0) => Some(Type::BuiltInRole),
        Some(Value::Number(number)) if number.as_u64() == Some(1) => Some(Type::CustomRole),
        _ => None,
    };
    if type_.is_none() {
        gap("`type` of the role definition is neither `BuiltInRole` nor `CustomRole`; it is taken for a custom role");
    }
    if !keep_if(&mut item, "/properties/assignableScopes", is_strings) {
        gap("the role definition has no list of `assignableScopes`");
    }
    if !keep_if(&mut item, "/properties/roleName", Value::is_string) {
        gap("the role definition has no `roleName`, so it is shown by ID");
    }
    let model: SqlRoleDefinitionGetResults = model(item)?;
    let properties = model.properties.unwrap_or_default();
    let patterns = |actions: Vec<String>| actions.into_iter().map(ActionPattern::full).collect();
    let role = RoleDefinition {
        role_name: properties.role_name.unwrap_or_else(|| last_segment(&id).to_owned()),
        id,
        kind,
        claims_built_in: type_ == Some(Type::BuiltInRole),
        assignable_scopes: properties.assignable_scopes,
        permissions: properties
            .permissions
            .into_iter()
            .map(|permission| Permission {
                data_actions: patterns(permission.data_actions),
                not_data_actions: patterns(permission.not_data_actions),
            })
            .collect(),
    };
    Ok(Some(Item { value: role, gaps }))
}

/// Reads a role assignment; all four fields are needed to make sense of it.
pub(crate) fn role_assignment(item: &Value, kind: RoleKind) -> Result<Option<Item<RoleAssignment>>, Malformed> {
    let item = prune(
        item,
        &[
            "id",
            "properties.roleDefinitionId",
            "properties.principalId",
            "properties.scope",
        ],
    );
    required(&item, "/id")?;
    for field in ["roleDefinitionId", "principalId", "scope"] {
        required(&item, &format!("/properties/{field}"))?;
    }
    let model: SqlRoleAssignmentGetResults = model(item)?;
    let properties = model.properties.unwrap_or_default();
    let assignment = RoleAssignment {
        id: model.arm_proxy_resource.id.unwrap_or_default(),
        kind,
        role_definition_id: properties.role_definition_id.unwrap_or_default().into(),
        principal_id: properties.principal_id.unwrap_or_default().into(),
        scope: properties.scope.unwrap_or_default(),
    };
    Ok(Some(assignment.into()))
}

/// Reads the name of a database.
pub(crate) fn database(item: &Value) -> Result<Option<Item<String>>, Malformed> {
    let model: SqlDatabaseGetResults = model(named(item))?;
    let inner = model.properties.and_then(|properties| properties.resource);
    name(
        model.arm_resource_properties.name,
        inner.map(|resource| resource.sql_database_resource.id),
    )
}

/// Reads the name of a container.
pub(crate) fn container(item: &Value) -> Result<Option<Item<String>>, Malformed> {
    let model: SqlContainerGetResults = model(named(item))?;
    let inner = model.properties.and_then(|properties| properties.resource);
    let inner = inner.and_then(|resource| resource.get("id").and_then(Value::as_str).map(str::to_owned));
    name(model.arm_resource_properties.name, inner)
}

fn named(item: &Value) -> Value {
    let mut item = prune(item, &["id", "name", "properties.resource.id"]);
    keep_if(&mut item, "/id", Value::is_string);
    keep_if(&mut item, "/name", Value::is_string);
    if !item.pointer("/properties/resource/id").is_some_and(Value::is_string) {
        take(&mut item, "/properties");
    }
    item
}

fn name(arm: Option<String>, inner: Option<String>) -> Result<Option<Item<String>>, Malformed> {
    match inner.or(arm).filter(|name| !name.is_empty()) {
        Some(name) => Ok(Some(name.into())),
        None => Err("the item has no name".to_owned()),
    }
}

#[cfg(test)]
#[path = "cosmos_tests.rs"]
mod tests;
