"""Reads Cosmos DB accounts through Microsoft's Python SDK, and prints what it makes of them as one JSON object.

Usage: sdk_lists.py ARM_ENDPOINT SUBSCRIPTION    (token in COSMOS_RBAC_TOKEN, authority in REQUESTS_CA_BUNDLE)
"""

import json
import os
import sys
import time

from azure.core.credentials import AccessToken
from azure.mgmt.cosmosdb import CosmosDBManagementClient

# The operations of each kind of role, and the words in the names of their lists.
KINDS = {
    "sql": ("sql_resources", "sql"),
    "table": ("table_resources", "table"),
    "cassandra": ("cassandra_resources", "cassandra"),
    "gremlin": ("gremlin_resources", "gremlin"),
    "mongoMI": ("mongo_mi_resources", "mongo_mi"),
}
# The lists of databases, and of containers in one.
PLACES = [
    ("sql_resources", "list_sql_databases", "list_sql_containers"),
    ("cassandra_resources", "list_cassandra_keyspaces", "list_cassandra_tables"),
    ("gremlin_resources", "list_gremlin_databases", "list_gremlin_graphs"),
    ("mongo_db_resources", "list_mongo_db_databases", "list_mongo_db_collections"),
    ("table_resources", "list_tables", None),
]


class Token:
    """What the test signed in with."""

    def get_token(self, *_scopes, **_more):
        return AccessToken(os.environ["COSMOS_RBAC_TOKEN"], int(time.time()) + 3600)


def definition(one):
    own = one.properties
    permissions = [
        {"data_actions": sorted(part.data_actions or []), "not_data_actions": sorted(part.not_data_actions or [])}
        for part in own.permissions
    ]
    return {
        "id": one.id,
        "role_name": own.role_name,
        "built_in": own.type == "BuiltInRole",
        "assignable_scopes": sorted(own.assignable_scopes),
        "permissions": permissions,
    }


def assignment(one):
    own = one.properties
    return {
        "id": one.id,
        "role_definition_id": own.role_definition_id,
        "principal_id": own.principal_id,
        "scope": own.scope,
    }


def listed(call, make, *where):
    return sorted((make(one) for one in call(*where)), key=lambda one: json.dumps(one, sort_keys=True))


def places(client, *where):
    """The databases with their containers, of whichever API answers."""
    found = {}
    for group, databases, containers in PLACES:
        operations = getattr(client, group)
        try:
            names = [one.name for one in getattr(operations, databases)(*where)]
        except Exception:  # the account is of another API
            continue
        below = getattr(operations, containers) if containers else None
        if below is None:
            found[databases] = names
        else:
            found[databases] = {name: sorted(one.name for one in below(*where, name)) for name in names}
    return found


def account(client, one):
    where = (one.id.split("/")[4], one.name)
    roles = {}
    for kind, (group, word) in KINDS.items():
        operations = getattr(client, group)
        roles[kind] = {
            "definitions": listed(getattr(operations, f"list_{word}_role_definitions"), definition, *where),
            "assignments": listed(getattr(operations, f"list_{word}_role_assignments"), assignment, *where),
        }
    return {
        "local_auth_disabled": bool(one.properties.disable_local_auth),
        "key_metadata_writes_disabled": bool(one.properties.disable_key_based_metadata_write_access),
        "roles": roles,
        "places": places(client, *where),
    }


def main():
    endpoint, subscription = sys.argv[1:]
    client = CosmosDBManagementClient(
        Token(),
        subscription,
        endpoint,
        credential_scopes=["https://management.azure.com/.default"],
        retry_total=0,
    )
    json.dump({one.id: account(client, one) for one in client.database_accounts.list()}, sys.stdout, sort_keys=True)


main()
