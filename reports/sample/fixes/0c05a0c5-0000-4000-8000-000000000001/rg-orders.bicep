// Written by `cosmos-rbac audit -o fix=`.
// Role definitions and role assignments that policies/contoso.yaml requires and the snapshot of
// 2026-11-02T08:00:00Z lacks, or has otherwise. fix.sh creates and changes the same, with the same
// names. What fix.sh deletes stays when this is deployed.
//
//   az deployment group create --subscription 0c05a0c5-0000-4000-8000-000000000001 --resource-group rg-orders --template-file 0c05a0c5-0000-4000-8000-000000000001/rg-orders.bicep

resource account1 'Microsoft.DocumentDB/databaseAccounts@2024-05-15' existing = {
  name: 'cosmos-orders'
}

resource account1Assignment1 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2024-05-15' = {
  parent: account1
  name: '11a0f001-0000-4000-8000-000000000002'
  properties: {
    roleDefinitionId: '${account1.id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000001'
    principalId: '0a11ce00-0000-4000-8000-000000000002'
    scope: '${account1.id}/dbs/orders'
  }
}
// Checksum: 3f2a38c6a96d67a8209e2f42571014f9
