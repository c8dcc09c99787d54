// Written by `cosmos-rbac audit -o fix=`.
// Role definitions and role assignments that policies/contoso.yaml requires and the snapshot of
// 2026-11-02T08:00:00Z lacks, or has otherwise. fix.sh creates and changes the same, with the same
// names. What fix.sh deletes stays when this is deployed.
//
//   az deployment group create --subscription 0c05a0c5-0000-4000-8000-000000000002 --resource-group rg-staging --template-file 0c05a0c5-0000-4000-8000-000000000002/rg-staging.bicep

resource account1 'Microsoft.DocumentDB/databaseAccounts@2024-05-15' existing = {
  name: 'staging-catalog'
}

resource account1Role1 'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions@2024-05-15' = {
  parent: account1
  name: '57a61460-0000-4000-8000-000000000002'
  properties: {
    roleName: 'Everything But Delete'
    type: 'CustomRole'
    assignableScopes: [
      account1.id
    ]
    permissions: [
      {
        dataActions: [
          'Microsoft.DocumentDB/databaseAccounts/readMetadata'
          'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/create'
          'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read'
          'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/replace'
          'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/unmask'
          'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/upsert'
        ]
      }
    ]
  }
}
// Checksum: dfd6e5cbd4ea1d99031fa5143406023d
