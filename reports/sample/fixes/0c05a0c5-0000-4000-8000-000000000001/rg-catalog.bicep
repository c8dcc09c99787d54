// Written by `cosmos-rbac audit -o fix=`.
// Role definitions and role assignments that policies/contoso.yaml requires and the snapshot of
// 2026-11-02T08:00:00Z lacks, or has otherwise. fix.sh creates and changes the same, with the same
// names. What fix.sh deletes stays when this is deployed.
//
//   az deployment group create --subscription 0c05a0c5-0000-4000-8000-000000000001 --resource-group rg-catalog --template-file 0c05a0c5-0000-4000-8000-000000000001/rg-catalog.bicep

resource account1 'Microsoft.DocumentDB/databaseAccounts@2024-05-15' existing = {
  name: 'cosmos-catalog'
}

resource account1Assignment1 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2024-05-15' = {
  parent: account1
  name: '3c0ccd57-bf9b-8ce9-8a5d-6584989661c3'
  properties: {
    roleDefinitionId: '${account1.id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000001'
    principalId: '0a11ce00-0000-4000-8000-000000000005'
    scope: '${account1.id}/dbs/catalog/colls/products'
  }
}
// Checksum: 3de754ddf2b953f404a43243ad8df6dc
