// Written by `cosmos-rbac audit -o fix=`.
// Role definitions and role assignments that policies/contoso.yaml requires and the snapshot of
// 2026-11-02T08:00:00Z lacks, or has otherwise. fix.sh creates and changes the same, with the same
// names. What fix.sh deletes stays when this is deployed.
//
//   az deployment group create --subscription 0c05a0c5-0000-4000-8000-000000000001 --resource-group rg-payments --template-file 0c05a0c5-0000-4000-8000-000000000001/rg-payments.bicep

resource account1 'Microsoft.DocumentDB/databaseAccounts@2024-05-15' existing = {
  name: 'cosmos-payments'
}

resource account1Role1 'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions@2024-05-15' = {
  parent: account1
  name: '2ca5beae-05d6-86c6-84f2-2877a218e4c2'
  properties: {
    roleName: 'Payments Writer'
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
        ]
      }
    ]
  }
}

resource account1Assignment1 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2024-05-15' = {
  parent: account1
  name: '94e60f0b-91a5-82c2-8807-62caae677cbd'
  properties: {
    roleDefinitionId: account1Role1.id
    principalId: '0a11ce00-0000-4000-8000-000000000008'
    scope: '${account1.id}/dbs/payments'
  }
}
// Checksum: e069c39e4b9f115779f9061eb1f711bd
