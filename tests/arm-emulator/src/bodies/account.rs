//! The body of an account.

use serde_json::{Map, Value, json};

use super::{CREATED, account_id};
use crate::tenant::Account;
use crate::util::guid_of;

/// An account, as in lists and by itself.
pub(crate) fn account(subscription: &str, account: &Account) -> Value {
    if let Some(raw) = &account.raw {
        return raw.clone();
    }
    let name = &account.name;
    let host = name.to_ascii_lowercase();
    let endpoint = format!("https://{host}.documents.azure.com:443/");
    let region = account.location.to_ascii_lowercase().replace(' ', "");
    let location = json!({
        "id": format!("{name}-{region}"),
        "locationName": account.location,
        "documentEndpoint": format!("https://{host}-{region}.documents.azure.com:443/"),
        "provisioningState": "Succeeded",
        "failoverPriority": 0,
        "isZoneRedundant": false,
    });
    let api_types = account
        .enabled_api_types
        .as_deref()
        .unwrap_or_else(|| account.api().type_name());
    let key = json!({ "generationTime": CREATED });
    let mut properties = json!({
        "provisioningState": "Succeeded",
        "documentEndpoint": endpoint,
        "sqlEndpoint": endpoint,
        "publicNetworkAccess": "Enabled",
        "enableAutomaticFailover": true,
        "enableMultipleWriteLocations": false,
        "enablePartitionKeyMonitor": false,
        "isVirtualNetworkFilterEnabled": false,
        "virtualNetworkRules": [],
        "EnabledApiTypes": api_types,
        "enableFreeTier": false,
        "enableAnalyticalStorage": false,
        "analyticalStorageConfiguration": {},
        "instanceId": guid_of(name),
        "databaseAccountOfferType": "Standard",
        "defaultIdentity": "FirstPartyIdentity",
        "networkAclBypass": "None",
        "enablePartitionMerge": false,
        "enablePerRegionPerPartitionAutoscale": true,
        "enableBurstCapacity": false,
        "enablePriorityBasedExecution": false,
        "defaultPriorityLevel": "High",
        "enablePerPartitionAutomaticFailover": false,
        "minimalTlsVersion": "Tls12",
        "consistencyPolicy": {
            "defaultConsistencyLevel": "Session",
            "maxIntervalInSeconds": 5,
            "maxStalenessPrefix": 100,
        },
        "configurationOverrides": {},
        "writeLocations": [location],
        "readLocations": [location],
        "locations": [location],
        "failoverPolicies": [{
            "id": format!("{name}-{region}"),
            "locationName": account.location,
            "failoverPriority": 0,
        }],
        "cors": [],
        "capabilities": account.capabilities.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        "ipRules": [],
        "backupPolicy": {
            "type": "Periodic",
            "periodicModeProperties": {
                "backupIntervalInMinutes": 240,
                "backupRetentionIntervalInHours": 8,
                "backupStorageRedundancy": "Geo",
            },
        },
        "networkAclBypassResourceIds": [],
        "keysMetadata": {
            "primaryMasterKey": key,
            "secondaryMasterKey": key,
            "primaryReadonlyMasterKey": key,
            "secondaryReadonlyMasterKey": key,
        },
    });
    if let Value::Object(map) = &mut properties {
        set(map, "disableLocalAuth", account.disable_local_auth);
        set(
            map,
            "disableKeyBasedMetadataWriteAccess",
            account.disable_key_based_metadata_write_access,
        );
        map.extend(account.properties.clone());
    }
    json!({
        "id": account_id(subscription, account),
        "name": name,
        "location": account.location,
        "type": "Microsoft.DocumentDB/databaseAccounts",
        "kind": account.kind,
        "tags": account.tags,
        "systemData": { "createdAt": CREATED },
        "properties": properties,
        "identity": { "type": "None" },
    })
}

fn set(map: &mut Map<String, Value>, name: &str, value: Option<bool>) {
    if let Some(value) = value {
        map.insert(name.to_owned(), Value::Bool(value));
    }
}
