// The least that `cosmos-rbac scan` needs, as a custom role at a management group, and its assignment to the identity that scans:
//
//   az deployment mg create --location westeurope --management-group-id YOUR-GROUP \
//     --template-file auditor-role.bicep --parameters principalId=OBJECT-ID
//
// It reads no account keys, unlike the built-in role Reader. docs/permissions.md says what each action is for. The names of
// principals are a permission of Microsoft Graph, which a deployment can't give: docs/permissions.md#microsoft-graph.

// Everything below the group is scanned, including subscriptions that are added to it later.
targetScope = 'managementGroup'

@description('Object ID of the managed identity or service principal that scans. Not its client ID.')
param principalId string

@description('Name of the role. It has to be unique in the tenant.')
param roleName string = 'Cosmos DB Access Auditor'

// No wildcard, so that no action comes with it that isn't named here.
var actions = [
  'Microsoft.Resources/subscriptions/read'
  'Microsoft.Resources/tenants/read'
  'Microsoft.Management/managementGroups/descendants/read'
  'Microsoft.DocumentDB/databaseAccounts/read'
  'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions/read'
  'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments/read'
  'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/read'
  'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/read'
  'Microsoft.DocumentDB/databaseAccounts/tableRoleDefinitions/read'
  'Microsoft.DocumentDB/databaseAccounts/tableRoleAssignments/read'
  'Microsoft.DocumentDB/databaseAccounts/cassandraRoleDefinitions/read'
  'Microsoft.DocumentDB/databaseAccounts/cassandraRoleAssignments/read'
  'Microsoft.DocumentDB/databaseAccounts/gremlinRoleDefinitions/read'
  'Microsoft.DocumentDB/databaseAccounts/gremlinRoleAssignments/read'
  'Microsoft.DocumentDB/databaseAccounts/mongoMIRoleDefinitions/read'
  'Microsoft.DocumentDB/databaseAccounts/mongoMIRoleAssignments/read'
  'Microsoft.DocumentDB/databaseAccounts/mongodbRoleDefinitions/read'
  'Microsoft.DocumentDB/databaseAccounts/mongodbUserDefinitions/read'
  'Microsoft.DocumentDB/databaseAccounts/tables/read'
  'Microsoft.DocumentDB/databaseAccounts/cassandraKeyspaces/read'
  'Microsoft.DocumentDB/databaseAccounts/cassandraKeyspaces/tables/read'
  'Microsoft.DocumentDB/databaseAccounts/gremlinDatabases/read'
  'Microsoft.DocumentDB/databaseAccounts/gremlinDatabases/graphs/read'
  'Microsoft.DocumentDB/databaseAccounts/mongodbDatabases/read'
  'Microsoft.DocumentDB/databaseAccounts/mongodbDatabases/collections/read'
  'Microsoft.DocumentDB/mongoClusters/read'
  'Microsoft.DocumentDB/mongoClusters/users/read'
  'Microsoft.DocumentDB/cassandraClusters/read'
  'Microsoft.Resources/subscriptions/resources/read'
  'Microsoft.DocumentDB/garnetClusters/read'
  'Microsoft.DBforPostgreSQL/serverGroupsv2/read'
  'Microsoft.Authorization/roleAssignments/read'
  'Microsoft.Authorization/roleDefinitions/read'
  'Microsoft.Authorization/denyAssignments/read'
  'Microsoft.Authorization/roleEligibilityScheduleInstances/read'
  'Microsoft.ManagedServices/registrationAssignments/read'
]

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  // The same at every deployment, so that a second one changes the role instead of adding another.
  name: guid(managementGroup().id, roleName)
  properties: {
    roleName: roleName
    description: 'Reads who has access to Azure Cosmos DB, and through what; no keys and no data.'
    type: 'CustomRole'
    permissions: [
      {
        actions: actions
        notActions: []
        // Azure allows no data actions at a management group, and none are needed.
        dataActions: []
        notDataActions: []
      }
    ]
    assignableScopes: [
      managementGroup().id
    ]
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(managementGroup().id, roleName, principalId)
  properties: {
    roleDefinitionId: role.id
    principalId: principalId
    // Without it, the assignment to an identity that was just created can fail.
    principalType: 'ServicePrincipal'
  }
}
