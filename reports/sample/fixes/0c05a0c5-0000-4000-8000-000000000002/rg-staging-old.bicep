// Written by `cosmos-rbac audit -o fix=`.
// Role definitions and role assignments that policies/contoso.yaml requires and the snapshot of
// 2026-11-02T08:00:00Z lacks, or has otherwise. fix.sh creates and changes the same, with the same
// names. What fix.sh deletes stays when this is deployed.
//
//   az deployment group create --subscription 0c05a0c5-0000-4000-8000-000000000002 --resource-group rg-staging-old --template-file 0c05a0c5-0000-4000-8000-000000000002/rg-staging-old.bicep

resource account1 'Microsoft.DocumentDB/databaseAccounts@2024-05-15' existing = {
  name: 'staging-legacy'
}

resource account1Assignment1 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2024-05-15' = {
  parent: account1
  name: '2499b756-020f-88e6-82f1-8ab4f915609e'
  properties: {
    roleDefinitionId: '${account1.id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002'
    principalId: '0a11ce00-0000-4000-8000-000000000009'
    scope: '${account1.id}/dbs/app'
  }
}
// Checksum: 9f5402d173ed6595e3ee43461a590d5a
