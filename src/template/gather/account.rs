//! The accounts themselves: deployed, or only referred to.

use super::super::arm::flat;
use super::super::deployed::laxer;
use super::super::gaps::gap;
use super::super::planned::Planned;
use super::super::value::{Unknown, Value, Why};
use super::body::{body, or_default, set, unknown};
use super::children::Below;
use crate::arm::{self, Code, Failure, Listed};
use crate::model::{AccountId, Api, Gap, ResourceType, RoleAssignment, RoleDefinition, RoleKind};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// An account that the file deploys.
pub(super) fn listed(id: &AccountId, own: &Planned, below: &Below) -> Result<Listed, String> {
    let mut item = body(own);
    let kind = id.resource_type();
    let mut listed = match kind {
        ResourceType::Account => {
            account_defaults(&mut item);
            arm::listed_account(&item)?
        }
        ResourceType::MongoCluster => arm::listed_cluster(&item, Api::MongoCluster)?,
        ResourceType::CassandraCluster => arm::listed_cluster(&item, Api::CassandraCluster)?,
        ResourceType::GarnetCluster | ResourceType::PostgresqlCluster => {
            set(&mut item, "type", json!(kind.name()));
            return arm::listed_only(&item)?.ok_or_else(|| "it has no type".to_owned());
        }
    };
    unknown_tags(own, &mut listed);
    for gap in &mut listed.gaps {
        // It isn't Azure that wrote it.
        gap.code = Gap::UNTIL_DEPLOYMENT.to_owned();
        let path = ["properties", gap.what.as_str()];
        let path = if gap.what == Gap::TAGS { &path[1..] } else { &path[..] };
        if let Some(unknown) = unknown(own, path) {
            gap.code = match unknown.why {
                Why::AsItIs => Gap::AS_IT_IS.to_owned(),
                _ => Gap::UNTIL_DEPLOYMENT.to_owned(),
            };
            gap.message = unknown.why.to_string();
        }
    }
    let of_api = unknown(own, &["kind"]).or_else(|| unknown(own, &["properties", "capabilities"]));
    if let Some(unknown) = of_api.filter(|_| kind == ResourceType::Account) {
        // What lies in it tells, and most accounts are of NoSQL.
        listed.account.api = below.apis.first().copied().unwrap_or(Api::Sql);
        if below.apis.is_empty() || below.apis.iter().any(|api| *api != listed.account.api) {
            let title = listed.account.api.title();
            let why = format!(
                "the API of the account isn't known, and it is taken for {title}: {}",
                unknown.why
            );
            let mut gap = gap(Gap::ACCOUNT, Some(id.as_str()), why);
            if matches!(unknown.why, Why::AsItIs) {
                gap.code = Gap::AS_IT_IS.to_owned();
            }
            listed.gaps.push(gap);
        }
    }
    Ok(listed)
}

/// What Azure sets where a template says nothing. Source: `DatabaseAccountCreateUpdateProperties` in the REST API, and "Online
/// backup and on-demand data restore" (periodic is the default).
fn account_defaults(item: &mut Json) {
    if item.get("kind").is_none_or(Json::is_null) {
        set(item, "kind", json!("GlobalDocumentDB"));
    }
    or_default(item, "backupPolicy", json!({"type": "Periodic"}));
}

/// Tags of which the deployment tells the value, or even the name, stand in brackets that no tag of Azure's has.
fn unknown_tags(own: &Planned, listed: &mut Listed) {
    let Some(tags) = own.body.get("tags").map(|node| &node.value) else {
        return;
    };
    let marked = |unknown: &Unknown| format!("⟨{}⟩", flat(&unknown.text));
    if let Value::Unknown(unknown) = tags {
        listed.account.tags.add_untold(marked(unknown));
        listed.gaps.retain(|gap| gap.what != Gap::TAGS);
    }
    for (name, node) in tags.as_object().into_iter().flat_map(|fields| fields.iter()) {
        if let Value::Unknown(unknown) = &node.value {
            listed.account.tags.set_untold(name.to_string(), marked(unknown));
        }
    }
}

/// Takes of the same account, deployed again, what lets more people in. Says so where the two differ.
pub(super) fn differing(listed: &mut Listed, again: Listed) -> Option<&'static str> {
    const WHY: &str = "the file deploys it more than once, with different settings";
    let (own, other) = (&mut listed.account, again.account);
    let is_same = own.local_auth_disabled == other.local_auth_disabled
        && own.key_metadata_writes_disabled == other.key_metadata_writes_disabled
        && own.authentication == other.authentication
        && (own.api, &own.tags) == (other.api, &other.tags);
    own.local_auth_disabled = laxer(own.local_auth_disabled, other.local_auth_disabled);
    own.key_metadata_writes_disabled = laxer(own.key_metadata_writes_disabled, other.key_metadata_writes_disabled);
    if other.accepts_anyone() {
        own.authentication = other.authentication;
    }
    listed.gaps.extend(again.gaps);
    if is_same {
        return None;
    }
    let id = own.id.to_string();
    listed.gaps.push(gap(Gap::ACCOUNT, Some(&id), WHY.to_owned()));
    Some(WHY)
}

/// An account that the file only refers to: nothing of itself is known.
pub(super) fn referred(id: &AccountId, below: &Below) -> Result<Listed, String> {
    let item = json!({"id": id.as_str(), "kind": "GlobalDocumentDB", "properties": {}});
    let mut listed = match id.resource_type() {
        ResourceType::Account => arm::listed_account(&item)?,
        ResourceType::MongoCluster => arm::listed_cluster(&item, Api::MongoCluster)?,
        ResourceType::CassandraCluster => arm::listed_cluster(&item, Api::CassandraCluster)?,
        ResourceType::GarnetCluster | ResourceType::PostgresqlCluster => {
            return Err("it isn't deployed by the file".to_owned());
        }
    };
    let account = &mut listed.account;
    if let Some(api) = below.apis.first() {
        account.api = *api;
    }
    account.local_auth_disabled = None;
    account.key_metadata_writes_disabled = None;
    account.authentication.clear();
    let row = account.api.role_kind().map(RoleKind::row);
    let why = "the file only refers to the account; compare it with a snapshot of the tenant (--against)";
    let settings = [Gap::LOCAL_AUTH, Gap::KEY_METADATA_WRITES].into_iter();
    let lists = row.into_iter().flat_map(|row| [row.definitions, row.assignments]);
    let gaps = settings
        .chain(lists)
        .map(|what| Failure::new(None, Code::AsItIs, why).into_gap(what, Some(id.as_str())));
    listed.gaps = gaps.collect();
    Ok(listed)
}

/// The built-in role definitions of an account, as the service brings them along: those of its API and, as a scan has them, those
/// of other APIs that are assigned.
pub(super) fn built_in(
    id: &AccountId,
    own: &[RoleDefinition],
    assignments: &[RoleAssignment],
    api: Api,
) -> Vec<RoleDefinition> {
    let assigned = assignments.iter().flat_map(RoleAssignment::kinds_of_role);
    let of_identities = assigned.filter(|kind| RoleKind::ENTRA.contains(kind));
    let kinds: BTreeSet<RoleKind> = api.role_kind().into_iter().chain(of_identities).collect();
    let all = kinds.into_iter().flat_map(|kind| {
        let row = kind.row();
        row.builtin.iter().map(move |role| RoleDefinition {
            id: format!("{id}/{}/{}", row.definitions, role.guid()),
            kind,
            role_name: role.name.to_owned(),
            claims_built_in: true,
            assignable_scopes: vec![id.to_string()],
            permissions: vec![role.permission()],
        })
    });
    all.filter(|role| !own.iter().any(|other| other.id.eq_ignore_ascii_case(&role.id)))
        .collect()
}
