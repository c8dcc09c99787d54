"""What one would write with Azure's SDK for Python: the role definitions, role assignments, databases and containers of every
Cosmos DB account with the API for NoSQL, one JSON object an account. The scan of this project is measured beside it, see
docs/performance.md.

    pip install azure-mgmt-cosmosdb azure-mgmt-resource-subscriptions
    python scan.py THREADS > accounts.jsonl

ARM_ENDPOINT, ARM_TOKEN and REQUESTS_CA_BUNDLE say where the service is.
"""

import json
import os
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from azure.core.credentials import AccessToken
from azure.mgmt.cosmosdb import CosmosDBManagementClient
from azure.mgmt.resource.subscriptions import SubscriptionClient

ENDPOINT = os.environ["ARM_ENDPOINT"]


class Token:
    def get_token(self, *scopes, **options):
        return AccessToken(os.environ["ARM_TOKEN"], int(time.time()) + 3600)


def client(kind, *arguments):
    return kind(Token(), *arguments, base_url=ENDPOINT, credential_scopes=[ENDPOINT + "/.default"])


def account(cosmos, one):
    group, name = one.id.split("/")[4], one.name
    resources = cosmos.sql_resources
    databases = [
        {"name": database.name, "containers": [own.name for own in resources.list_sql_containers(group, name, database.name)]}
        for database in resources.list_sql_databases(group, name)
    ]
    return {
        "id": one.id,
        "role_definitions": [own.as_dict() for own in resources.list_sql_role_definitions(group, name)],
        "role_assignments": [own.as_dict() for own in resources.list_sql_role_assignments(group, name)],
        "databases": databases,
    }


def main():
    threads, start = int(sys.argv[1]), time.time()
    with ThreadPoolExecutor(threads) as pool:
        found = []
        for subscription in client(SubscriptionClient).subscriptions.list():
            cosmos = client(CosmosDBManagementClient, subscription.subscription_id)
            found += [pool.submit(account, cosmos, one) for one in cosmos.database_accounts.list()]
        for one in found:
            print(json.dumps(one.result()))
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        f"{len(found)} accounts, {time.time() - start:.2f} s, {used.ru_utime + used.ru_stime:.2f} s of CPU,"
        f" {used.ru_maxrss // 1024} MB",
        file=sys.stderr,
    )


main()
