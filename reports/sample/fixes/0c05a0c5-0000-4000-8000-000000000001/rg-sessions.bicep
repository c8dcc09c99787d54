// Written by `cosmos-rbac audit -o fix=`.
// Role definitions and role assignments that policies/contoso.yaml requires and the snapshot of
// 2026-11-02T08:00:00Z lacks, or has otherwise. fix.sh creates and changes the same, with the same
// names. What fix.sh deletes stays when this is deployed.
//
//   az deployment group create --subscription 0c05a0c5-0000-4000-8000-000000000001 --resource-group rg-sessions --template-file 0c05a0c5-0000-4000-8000-000000000001/rg-sessions.bicep

resource account1 'Microsoft.DocumentDB/databaseAccounts@2024-05-15' existing = {
  name: 'cosmos-sessions'
}

resource account1Role1 'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions@2024-05-15' = {
  parent: account1
  name: '5e551011-0000-4000-8000-000000000001'
  properties: {
    roleName: 'Session Writer'
    type: 'CustomRole'
    assignableScopes: [
      account1.id
    ]
    permissions: [
      {
        dataActions: [
          'Microsoft.DocumentDB/databaseAccounts/readMetadata'
          'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read'
          'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/upsert'
        ]
      }
    ]
  }
}
// Checksum: 4e84670fc7a942b377fbb90f1693ca61
