//! Resources that hold data and of which this version only knows that they are there. They are taken for accounts of an API of
//! their own, so that lists, reports and policies name them, and nothing of them is checked.
//!
//! A subscription is asked for exactly these types: Azure Resource Manager has no filter for all types of a provider. Other
//! types of `Microsoft.DocumentDB` hold no data: `fleets` and `throughputPools` share throughput among accounts.
//! Sources: "Resources - List" of the REST API, and `cosmos-db/resource-manager/Microsoft.DocumentDB` and
//! `postgresqlhsc/resource-manager/Microsoft.DBforPostgreSQL` in the azure-rest-api-specs repository.

use super::account::{Account, AccountRecord};
use super::api::Api;
use super::arm_id::{AccountId, ResourceType};
use super::gap::Gap;
use super::native::OnceNative;
use super::shown::Shown;
use super::tags::Tags;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A type of which resources are listed and nothing else is read.
#[derive(Debug)]
pub struct ListedOnly {
    /// The type.
    pub resource_type: ResourceType,
    /// The API that its resources are taken to have.
    pub api: Api,
    /// What people call its resources.
    pub title: &'static str,
    /// Why they aren't analyzed, as a sentence.
    pub why: &'static str,
}

/// The types, in the order in which they are asked for.
pub static LISTED_ONLY: [ListedOnly; 2] = [
    ListedOnly {
        resource_type: ResourceType::GarnetCluster,
        api: Api::GarnetCluster,
        title: "Garnet clusters",
        why: "Azure Cosmos DB Garnet Cache is in preview.",
    },
    ListedOnly {
        resource_type: ResourceType::PostgresqlCluster,
        api: Api::PostgresqlCluster,
        title: "Azure Cosmos DB for PostgreSQL clusters",
        why: "PostgreSQL roles in the cluster grant access to its data.",
    },
];

/// What people call the resources of all types.
pub fn titles() -> Shown {
    let titles: Vec<Shown> = LISTED_ONLY.iter().map(|row| row.title.into()).collect();
    Shown::list(&titles)
}

impl Api {
    /// The type of its resources, if they are listed and nothing else is read.
    pub fn listed_only(self) -> Option<&'static ListedOnly> {
        LISTED_ONLY.iter().find(|row| row.api == self)
    }

    /// Whether this version reads more of its resources than that they are there.
    pub fn is_read(self) -> bool {
        self.listed_only().is_none()
    }
}

/// A resource of which this version only knows that it is there.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ResourceRecord<'a> {
    /// The resource itself.
    resource: Resource<'a>,
    /// What could not be read.
    gaps: Cow<'a, [Gap]>,
}

/// A resource as the list of Azure Resource Manager shows it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Resource<'a> {
    /// Its ARM id.
    id: Cow<'a, AccountId>,
    /// Its name, as in the id.
    name: Cow<'a, str>,
    /// Its resource group's name.
    resource_group: Cow<'a, str>,
    /// Its subscription's id.
    subscription: Cow<'a, str>,
    /// Its region, as ARM writes it.
    location: Cow<'a, str>,
    /// `garnet-cluster` or `postgresql-cluster`, as in the id.
    api: Api,
    /// Its tags.
    tags: Cow<'a, Tags>,
}

impl Account {
    /// A resource of which only this is known.
    pub fn listed_only(id: AccountId, api: Api, location: String, tags: Tags) -> Self {
        Self {
            id,
            location,
            api,
            tags,
            local_auth_disabled: None,
            key_metadata_writes_disabled: None,
            keys_generated_at: None,
            provisioning_state: None,
            backup: None,
            authentication: Vec::new(),
        }
    }
}

impl AccountRecord {
    /// A resource of which nothing below it is read.
    pub fn without_lists(account: Account, gaps: Vec<Gap>) -> Self {
        Self {
            account,
            role_definitions: None,
            role_assignments: None,
            databases: None,
            mongo_roles: None,
            mongo_users: None,
            native: OnceNative::default(),
            doubtful: std::collections::BTreeSet::new(),
            gaps,
        }
    }
}

impl<'a> From<&'a AccountRecord> for ResourceRecord<'a> {
    fn from(record: &'a AccountRecord) -> Self {
        let account = &record.account;
        Self {
            resource: Resource {
                name: account.id.name().into(),
                resource_group: account.id.resource_group().into(),
                subscription: account.id.subscription().into(),
                id: Cow::Borrowed(&account.id),
                location: account.location.as_str().into(),
                api: account.api,
                tags: Cow::Borrowed(&account.tags),
            },
            gaps: Cow::Borrowed(&record.gaps),
        }
    }
}

impl TryFrom<ResourceRecord<'_>> for AccountRecord {
    type Error = String;

    fn try_from(record: ResourceRecord<'_>) -> Result<Self, String> {
        let ResourceRecord { resource, gaps } = record;
        let id = resource.id.into_owned();
        let (api, own) = (resource.api, id.resource_type());
        if api.listed_only().is_none_or(|row| row.resource_type != own) {
            return Err(format!(
                "`api` is `{}`, but the ID is of one of the `{}`; take a new snapshot",
                api.word(),
                own.segment()
            ));
        }
        id.check_parts(&resource.name, &resource.resource_group, &resource.subscription)?;
        let account = Account::listed_only(id, api, resource.location.into_owned(), resource.tags.into_owned());
        Ok(Self::without_lists(account, gaps.into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(id: &str, api: &str) -> Result<AccountRecord, String> {
        let line: Value = json!({
            "resource": {"id": id, "name": "cache", "resource_group": "rg", "subscription": "s", "location": "", "api": api, "tags": {}},
            "gaps": []
        });
        let record: ResourceRecord<'_> = serde_json::from_value(line).map_err(|error| error.to_string())?;
        record.try_into()
    }

    #[test]
    fn a_resource_has_the_api_of_its_type() {
        let id = |kind: &str| format!("/subscriptions/s/resourceGroups/rg/providers/{kind}/cache");
        for row in &LISTED_ONLY {
            let own = id(row.resource_type.name());
            let record = read(&own, row.api.word()).unwrap();
            assert_eq!(record.account.api, row.api);
            assert_eq!(row.api.resource_type(), row.resource_type);
            assert!(row.api.is_cluster() && !row.api.is_known() && !row.api.is_read());
            assert_eq!(record.unexplained_null(), None);
            assert!(read(&own, "sql").is_err());
        }
        assert!(read(&id("Microsoft.DocumentDB/garnetClusters"), "postgresql-cluster").is_err());
        assert!(read(&id("Microsoft.DocumentDB/mongoClusters"), "mongo-cluster").is_err());
        assert!(read(&id("Microsoft.DocumentDB/fleets"), "garnet-cluster").is_err());
        assert!(read(&id("Microsoft.DBforPostgreSQL/garnetClusters"), "garnet-cluster").is_err());
    }
}
