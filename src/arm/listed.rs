//! Accounts, clusters and other resources as lists show them: with their settings, and without what lies below.

use super::cluster::cluster;
use super::code::Code;
use super::cosmos::account;
use super::failure::Failure;
use super::item::Malformed;
use super::resource::resource;
use crate::model::{Account, Api, Gap, ResourceType, Tags};
use serde_json::Value;

/// An account as a list shows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Listed {
    pub(crate) account: Account,
    /// Whether users of MongoDB itself can exist there.
    pub(crate) may_have_mongo_users: bool,
    /// What of it could not be read.
    pub(crate) gaps: Vec<Gap>,
}

/// Reads an account.
pub(crate) fn listed_account(item: &Value) -> Result<Listed, Malformed> {
    let item = account(item)?;
    let mut gaps = Vec::new();
    let id = Some(item.id.as_str());
    let local_auth_disabled = item.local_auth_disabled.or_gap(Gap::LOCAL_AUTH, id, &mut gaps);
    let writes = item.key_metadata_writes_disabled;
    let key_metadata_writes_disabled = writes.or_gap(Gap::KEY_METADATA_WRITES, id, &mut gaps);
    let tags = item.tags.or_gap(Gap::TAGS, id, &mut gaps).unwrap_or_else(Tags::unread);
    let account = Account {
        location: item.location,
        api: item.api,
        tags,
        provisioning_state: item.provisioning_state,
        id: item.id,
        local_auth_disabled,
        key_metadata_writes_disabled,
        keys_generated_at: item.keys_generated_at,
        backup: item.backup,
        authentication: Vec::new(),
    };
    Ok(Listed {
        account,
        may_have_mongo_users: item.may_have_mongo_users,
        gaps,
    })
}

/// Reads a cluster.
pub(crate) fn listed_cluster(item: &Value, api: Api) -> Result<Listed, Malformed> {
    let item = cluster(item, api.resource_type())?;
    let mut gaps = Vec::new();
    let id = Some(item.id.as_str());
    let field = match item.id.resource_type() {
        ResourceType::CassandraCluster => Gap::AUTHENTICATION_METHOD,
        _ => Gap::AUTH_CONFIG,
    };
    let authentication = item.authentication.or_gap(field, id, &mut gaps);
    let tags = item.tags.or_gap(Gap::TAGS, id, &mut gaps).unwrap_or_else(Tags::unread);
    let state = item.provisioning_state;
    let account = Account::cluster(item.id, api, item.location, tags, authentication, state);
    if account.local_auth_disabled.is_none() && !account.authentication.is_empty() {
        let modes = account.authentication.join(", ");
        let why = format!("this version doesn't know all of the ways to sign in to the cluster: {modes}");
        let unknown = Failure::new(None, Code::MalformedField, why);
        gaps.push(unknown.into_gap(field, Some(account.id.as_str())));
    }
    Ok(Listed {
        account,
        may_have_mongo_users: false,
        gaps,
    })
}

/// Reads a resource of which nothing else is read; `None`: it is of another type.
pub(crate) fn listed_only(item: &Value) -> Result<Option<Listed>, Malformed> {
    let Some(item) = resource(item)? else {
        return Ok(None);
    };
    let mut gaps = Vec::new();
    let tags = item.tags.or_gap(Gap::TAGS, Some(item.id.as_str()), &mut gaps);
    Ok(Some(Listed {
        account: Account::listed_only(item.id, item.api, item.location, tags.unwrap_or_else(Tags::unread)),
        may_have_mongo_users: false,
        gaps,
    }))
}
