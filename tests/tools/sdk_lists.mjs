// Reads Cosmos DB accounts through Microsoft's JavaScript SDK, and prints what sdk_lists.py prints.
//
// Usage: node sdk_lists.mjs ARM_ENDPOINT SUBSCRIPTION    (token in COSMOS_RBAC_TOKEN, authority in NODE_EXTRA_CA_CERTS;
// COSMOS_RBAC_SDK: the folder of the SDK's package)
import { createRequire } from "node:module";
import path from "node:path";

const [endpoint, subscription] = process.argv.slice(2);
const load = createRequire(path.join(process.env.COSMOS_RBAC_SDK, "package.json"));
const { CosmosDBManagementClient } = load("@azure/arm-cosmosdb");

// The operations of each kind of role, and the words in the names of their lists.
const KINDS = {
  sql: ["sqlResources", "Sql"],
  table: ["tableResources", "Table"],
  cassandra: ["cassandraResources", "Cassandra"],
  gremlin: ["gremlinResources", "Gremlin"],
  mongoMI: ["mongoMIResources", "MongoMI"],
};
// The lists of databases, and of containers in one.
const PLACES = [
  ["sqlResources", "listSqlDatabases", "listSqlContainers"],
  ["cassandraResources", "listCassandraKeyspaces", "listCassandraTables"],
  ["gremlinResources", "listGremlinDatabases", "listGremlinGraphs"],
  ["mongoDBResources", "listMongoDBDatabases", "listMongoDBCollections"],
  ["tableResources", "listTables", null],
];

const definition = ({ id, ...one }) => {
  const own = one.properties ?? one;
  return {
    id,
    role_name: own.roleName,
    built_in: own.typePropertiesType === "BuiltInRole",
    assignable_scopes: [...own.assignableScopes].sort(),
    permissions: own.permissions.map((part) => ({
      data_actions: [...(part.dataActions ?? [])].sort(),
      not_data_actions: [...(part.notDataActions ?? [])].sort(),
    })),
  };
};

const assignment = ({ id, ...one }) => {
  const own = one.properties ?? one;
  return { id, role_definition_id: own.roleDefinitionId, principal_id: own.principalId, scope: own.scope };
};

async function all(pages, make) {
  const found = [];
  for await (const one of pages) found.push(make(one));
  return found;
}

// The databases with their containers, of whichever API answers.
async function places(client, where) {
  const found = {};
  for (const [group, databases, containers] of PLACES) {
    const name = (one) => one.name;
    let names;
    try {
      names = await all(client[group][databases](...where), name);
    } catch {
      continue; // the account is of another API
    }
    if (!containers) {
      found[databases] = names;
      continue;
    }
    found[databases] = {};
    for (const one of names) found[databases][one] = (await all(client[group][containers](...where, one), name)).sort();
  }
  return found;
}

async function account(client, one) {
  const where = [one.id.split("/")[4], one.name];
  const roles = {};
  for (const [kind, [group, word]] of Object.entries(KINDS)) {
    roles[kind] = {
      definitions: await all(client[group][`list${word}RoleDefinitions`](...where), definition),
      assignments: await all(client[group][`list${word}RoleAssignments`](...where), assignment),
    };
  }
  const own = one.properties ?? one;
  return {
    local_auth_disabled: Boolean(own.disableLocalAuth),
    key_metadata_writes_disabled: Boolean(own.disableKeyBasedMetadataWriteAccess),
    roles,
    places: await places(client, where),
  };
}

const token = { getToken: async () => ({ token: process.env.COSMOS_RBAC_TOKEN, expiresOnTimestamp: Date.now() + 3_600_000 }) };
const client = new CosmosDBManagementClient(token, subscription, {
  endpoint,
  credentials: { scopes: ["https://management.azure.com/.default"] },
  retryOptions: { maxRetries: 0 },
});
const found = {};
for await (const one of client.databaseAccounts.list()) found[one.id] = await account(client, one);
process.stdout.write(JSON.stringify(found));
