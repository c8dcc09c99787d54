//! The endpoints of a cloud, as clients of private clouds ask for them. Needs no token.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::request::Incoming;
use crate::state::Shared;

/// The shape depends on the api-version: an object of few fields at first, then a list of clouds, then one cloud.
pub(super) fn answer(request: &Incoming, shared: &Shared) -> Answer {
    let version = request.parameter("api-version").unwrap_or("2015-01-01");
    if version < "2018" {
        let arm = &shared.endpoints.arm;
        return Answer::ok(json!({
            "galleryEndpoint": "https://gallery.azure.com/",
            "graphEndpoint": "https://graph.windows.net/",
            "portalEndpoint": "https://portal.azure.com/",
            "graphAudience": "https://graph.windows.net/",
            "authentication": {
                "loginEndpoint": format!("{}/", shared.endpoints.login),
                "audiences": ["https://management.core.windows.net/", "https://management.azure.com/", format!("{arm}/")],
            },
        }));
    }
    let cloud = cloud(shared);
    Answer::ok(if version < "2022" {
        json!([cloud])
    } else {
        cloud
    })
}

fn cloud(shared: &Shared) -> Value {
    let arm = &shared.endpoints.arm;
    json!({
        "portal": "https://portal.azure.com",
        "authentication": {
            "loginEndpoint": format!("{}/", shared.endpoints.login),
            "audiences": ["https://management.core.windows.net/", "https://management.azure.com/", format!("{arm}/")],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "media": "https://rest.media.azure.net",
        "graphAudience": "https://graph.windows.net/",
        "graph": "https://graph.windows.net/",
        "name": "AzureEmulator",
        "suffixes": {
            "azureDataLakeStoreFileSystem": "azuredatalakestore.net",
            "acrLoginServer": "azurecr.io",
            "sqlServerHostname": "database.windows.net",
            "azureDataLakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.net",
            "keyVaultDns": "vault.azure.net",
            "storage": "core.windows.net",
            "azureFrontDoorEndpointSuffix": "azurefd.net",
            "storageSyncEndpointSuffix": "afs.azure.net",
            "mhsmDns": "managedhsm.azure.net",
            "mysqlServerEndpoint": "mysql.database.azure.com",
            "postgresqlServerEndpoint": "postgres.database.azure.com",
            "mariadbServerEndpoint": "mariadb.database.azure.com",
            "synapseAnalytics": "dev.azuresynapse.net",
            "attestationEndpoint": "attest.azure.net",
        },
        "batch": "https://batch.core.windows.net/",
        "resourceManager": format!("{arm}/"),
        "vmImageAliasDoc": "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/main/arm-compute/quickstart-templates/aliases.json",
        "activeDirectoryDataLake": "https://datalake.azure.net/",
        "sqlManagement": "https://management.core.windows.net:8443/",
        "microsoftGraphResourceId": "https://graph.microsoft.com/",
        "appInsightsResourceId": "https://api.applicationinsights.io",
        "appInsightsTelemetryChannelResourceId": "https://dc.applicationinsights.azure.com/v2/track",
        "attestationResourceId": "https://attest.azure.net",
        "synapseAnalyticsResourceId": "https://dev.azuresynapse.net",
        "logAnalyticsResourceId": "https://api.loganalytics.io",
        "ossrDbmsResourceId": "https://ossrdbms-aad.database.windows.net",
        "gallery": "https://gallery.azure.com/",
    })
}
