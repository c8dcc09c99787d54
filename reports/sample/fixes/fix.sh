#!/bin/sh
# Commands that fix findings of `cosmos-rbac audit`, written by cosmos-rbac 0.1.0. Nothing runs
# before you delete the line below that ends the script. The Azure CLI asks before it deletes role
# assignments and role definitions of an account. It doesn't ask before it deletes Azure role
# assignments or changes something.
#
#   Tenant    Contoso (72f988bf-0000-4000-8000-00000000c0de)
#   Snapshot  2026-11-02T08:00:00Z
#   Policy    policies/contoso.yaml
#   Closes    28 of 68 findings (1 Critical, 7 High, 11 Medium, 7 Low, 2 Note)
#   Opens     2 findings (1 Low, 1 Note)
#   Leaves    3 waived findings, not counted above
#
# This is what an audit of the same snapshot says once the commands have changed it.
#
# Opened by these commands:
#   - Low: Optional grant to support-tool at /dbs/* is unused
#   - Note: Role Lab Notes Reader in sandbox-lab is unused
#
# Not closed by these commands: 40 findings.
#   - Critical: sandbox-ring doesn't authenticate its clients
#       - sandbox-ring doesn't authenticate its clients (no-authentication
#         23f4ba0046903b5a8af268f694fa4a69)
#         Commented out below, because a step before them is done by hand.
#   - High: Key-based authentication is enabled on 3 accounts
#       - deployment can read the account keys of staging-legacy (key-access
#         70c06489cdaace417c680569d512693b)
#       - platform-team can read the account keys of cosmos-rbacsample and staging-legacy
#         (key-access 075a7754b77c4191191ae0fa826b3f0c)
#       - Gina Global can read the read-only keys of cosmos-rbacsample and staging-legacy
#         (key-access 876277c41de98cbbb61714be0ea2fea6)
#         Commented out below, because the finding of this account is waived until 2027-01-31.
#       - platform-team can read the account keys of hackathon-2025 (key-access
#         eac08253c7023f3034a3b94c475d52c1)
#       - Sandbox Owners can read the account keys of hackathon-2025 (key-access
#         cd3400ebd89b27f20e902ba9f5d3d377)
#         Commented out below, because no block of the policy matches the account, so nobody decided
#         about its keys.
#   - High: Sandbox Owners is Owner of subscription Contoso Sandbox
#       - Sandbox Owners can grant access to data in 3 accounts (self-grant
#         1fee77dbe1ceeafc4d182851ce8429ae)
#       - Sandbox Owners can assign Azure roles that cover 3 accounts (role-assignment-write
#         b15dd42bcad8155f3e662b8298add20b)
#       - Sandbox Owners can re-enable account keys of sandbox-lab and sandbox-tenants
#         (local-auth-switch d8d616b16fbc4f28fc2d3d387f2f83dd)
#       - Sandbox Owners can grant access to data in hackathon-2025 (self-grant
#         20475846780e5c6bcbf26c09bf1a27bd)
#       - Sandbox Owners can assign Azure roles that cover hackathon-2025 (role-assignment-write
#         1faf3d40da1362f19aec45aa5419ce44)
#         Commented out below, because a step before them is done by hand.
#   - High: An unknown principal is Contributor on rg-payments
#       - Unknown principal c0de0000…00ff can grant access to data in cosmos-payments (self-grant
#         c65719e295aaf977adf8f73f9cc10591)
#       - Unknown principal c0de0000…00ff can re-enable account keys of cosmos-payments
#         (local-auth-switch bf70f59325ab698f38e2f29ee5a267fc)
#       - Unknown principal c0de0000…00ff has an Azure role on rg-payments (orphaned-principal
#         3d34691b52b684079d3d076ccbd2a065)
#         Commented out below, because a step before them is done by hand.
#   - High: mongo:carts.report signs in to cosmos-carts with a password
#       - mongo:carts.report can read items in cosmos-carts /dbs/carts/colls/closed (excess-access
#         677a424c661e43b76859c5121e6ce28f)
#       - mongo:carts.report can delete and read items in cosmos-carts /dbs/cart…olls/open
#         (excess-access b15a92a38c9a24184be81aa0ff406a8f)
#         By hand: Remove the role from the MongoDB user, or narrow the role. No command is given,
#         because the Azure CLI sets the roles of a user together with their password. Or add a
#         grant to the policy.
#       - mongo:carts.report signs in to cosmos-carts with a password (password-user
#         014954a42bf5479f434996d3399ff27b)
#         Commented out below, because a step before them is done by hand.
#   - High: deployment is Contributor on Contoso Staging and rg-orders
#       - deployment can grant access to data in cosmos-orders (self-grant
#         8faa7e460d57911e3692dd85f9b0d369)
#       - deployment can grant access to data in 3 accounts (self-grant
#         bb9b03c595e71ec2134b219292c96497)
#         Commented out below, because a step before them is done by hand.
#   - High: Carla Catalog is an unlisted member of platform-team
#       - Carla Catalog is an unlisted member of platform-team (group-member
#         8729c290d970d1cadb29e157ae7bd468)
#         By hand: Remove `Carla Catalog` from the group, or list the member in `members`
#         (policies/contoso.yaml:19:5).
#   - High: Dora Delegate can assign Azure roles that cover cosmos-sessions
#       - Dora Delegate can assign Azure roles that cover cosmos-sessions (role-assignment-write
#         1b4f91c2f844d114e64abcc4a6c09adf)
#         Commented out below, because a step before them is done by hand.
#   - High: Ida Intern can restore and read a copy of cosmos-ledger
#       - Ida Intern can restore and read a copy of cosmos-ledger (restore-copy
#         a0c12e16ed33a307b0b932db887775a5)
#         Commented out below, because a step before them is done by hand.
#   - High: Ivo Intern can act as orders-api, which has access to cosmos-orders
#       - Ivo Intern can act as orders-api, which has access to cosmos-orders (identity-takeover
#         3077700d3773fc95b69aa65ade801075)
#         Commented out below, because a step before them is done by hand.
#   - High: Native (password) authentication is enabled on mongo-tickets
#       - Native (password) authentication is enabled on mongo-tickets (local-auth-enabled
#         e98c40ffbeb57f834b92ff162f3c1fbe)
#         Commented out below, because a step before them is done by hand.
#   - High: Policy blocks disagree about local_auth of staging-legacy
#       - Policy blocks disagree about local_auth of staging-legacy (policy-contradiction
#         6ac2eea3cc8a63b75c98f315653a9d92)
#         By hand: Correct the tags of the account, narrow the `match` of one block, or make the
#         rules agree.
#   - High: Role assignments of staging-orders couldn't be read
#       - Role assignments of staging-orders couldn't be read (collection-incomplete
#         dbc3738bb1b04ebb1cafaa393e91d4fc)
#         Commented out below, because they give the scanning identity more rights than a scan
#         needs; docs/permissions.md has a narrower role.
#   - High: payments-api can delete tables in cosmos-coupons /dbs/TablesDB/colls/coupons
#       - payments-api can delete tables in cosmos-coupons /dbs/TablesDB/colls/coupons
#         (excess-access 712b907ec0a6ce19d3b566b98245d94d)
#         By hand: Grant what the policy requires in another way before you delete the role
#         assignment. No command is given, because no role definition of the account grants
#         `payments-api` exactly what the policy requires at `/dbs/TablesDB/colls/coupons`. Or add a
#         grant to the policy.
#   - Medium: hackathon-2025 isn't covered by the policy
#       - platform-team can grant access to data in hackathon-2025 (self-grant
#         3d175ddb512cceb7cb12abe82407c38a)
#       - platform-team can assign Azure roles that cover hackathon-2025 (role-assignment-write
#         2021deba0c8bba15204a836c6205364f)
#       - Gina Global can assign Azure roles that cover hackathon-2025 (role-assignment-write
#         95157d44875572ed53b511c25bebc473)
#         By hand: Delete the Azure role assignment, or narrow its role or scope. Or list the
#         principal in `role_admins`.
#       - No policy block matches hackathon-2025 (account-unmanaged
#         52dad9a984e172d6f4f5e36169c0231a)
#         By hand: Add a block below `accounts:` in the policy, such as `- { match: { account:
#         hackathon-2025 }, local_auth: disabled }`. What the block leaves out, such as
#         `local_auth`, isn't checked.
#   - Medium: 3 waivers and policy blocks are out of date
#       - Waiver for key-metadata-writes in staging-legacy has expired (waiver-expired
#         60a8846936ec08f0b84c28ae8018e5c8)
#         By hand: Resolve the underlying finding and remove the waiver
#         (policies/contoso.yaml:168:5), or extend `expires`.
#       - Policy block archive matches no account (policy-unused a7285d537fccaa0e143ecc44e14621d3)
#         By hand: Correct the `match` of the block, or delete the block
#         (policies/contoso.yaml:159:5).
#       - Waiver for excess-access in cosmos-orders matches no finding (waiver-unused
#         6f8d4a0debc2d4c406aa3c240b5e931b)
#         By hand: Remove the waiver (policies/contoso.yaml:169:5), or correct what it matches.
#   - Medium: Access to data in cosmos-vectors wasn't analyzed
#       - Access to data in cosmos-vectors wasn't analyzed (not-analyzed
#         963eca69820fd1a1e01078458a4abfb3)
#         By hand: Review the role assignments of the account in Azure, and waive this finding until
#         a newer version knows the API.
#   - Medium: Fabrikam Operators can re-enable account keys of cosmos-sessions
#       - Fabrikam Operators can re-enable account keys of cosmos-sessions (local-auth-switch
#         c965f3dc15fef84e44c8e436a8b75473)
#         By hand: Ask `Fabrikam` for an offer without this role, or remove the delegation (Azure
#         Lighthouse) with the access of all of its principals. Or list the principal in
#         `account_writers` (policies/contoso.yaml:36:5).
#   - Medium: Role Catalog Editor in staging-catalog grants an unknown data action
#       - Role Catalog Editor in staging-catalog grants an unknown data action (unknown-action
#         4e6f79e380e2d167f34ff81fc8351e3f)
#         By hand: Look up what the data action allows, and check whether the role needs it.
#   - Medium: The primary key of cosmos-related is older than 90 days
#       - The primary key of cosmos-related is older than 90 days (key-age
#         d778b5fa78b5f01a9855b8e9b450bdd6)
#         Commented out below, because a step before them is done by hand.
#   - Low: mongo:carts.shop signs in to cosmos-carts with a password
#       - mongo:carts.shop signs in to cosmos-carts with a password (password-user
#         4b0ac1fd75bc3a128c3cac23384cec26)
#         By hand: Give the client a managed identity with a role. Then remove the user from the
#         policy, and delete the user.
#   - Low: sandbox-tenants has 90 of 100 role definitions
#       - sandbox-tenants has 90 of 100 role definitions (limit-near
#         136cc679b9a202089c7022ce9a169563)
#         By hand: Delete what `role-unused`, `dangling-role`, `orphaned-principal` and
#         `assignment-redundant` report, or assign roles to groups.
#
# Role definitions and role assignments that these commands create or change are also written as
# Bicep, with the same names. To deploy them in place of those commands:
#   az deployment group create --subscription 0c05a0c5-0000-4000-8000-000000000001 --resource-group rg-catalog --template-file 0c05a0c5-0000-4000-8000-000000000001/rg-catalog.bicep
#   az deployment group create --subscription 0c05a0c5-0000-4000-8000-000000000001 --resource-group rg-orders --template-file 0c05a0c5-0000-4000-8000-000000000001/rg-orders.bicep
#   az deployment group create --subscription 0c05a0c5-0000-4000-8000-000000000001 --resource-group rg-payments --template-file 0c05a0c5-0000-4000-8000-000000000001/rg-payments.bicep
#   az deployment group create --subscription 0c05a0c5-0000-4000-8000-000000000001 --resource-group rg-sessions --template-file 0c05a0c5-0000-4000-8000-000000000001/rg-sessions.bicep
#   az deployment group create --subscription 0c05a0c5-0000-4000-8000-000000000002 --resource-group rg-staging --template-file 0c05a0c5-0000-4000-8000-000000000002/rg-staging.bicep
#   az deployment group create --subscription 0c05a0c5-0000-4000-8000-000000000002 --resource-group rg-staging-old --template-file 0c05a0c5-0000-4000-8000-000000000002/rg-staging-old.bicep

# shellcheck disable=SC2317
set -eu

echo 'fix.sh: nothing was run. Read the script, then delete the line that prints this.' >&2; exit 1 # delete this line to run the commands

# ==== 1. Create role definitions

# Medium: Role Payments Writer in cosmos-payments differs from the policy
#   Closes Role Payments Writer doesn't exist in cosmos-payments (role-missing
#          4dd0fd3baa2c3531f9ecb6b6e40a0dad)
#   Opens  Note: Role Payments Writer in cosmos-payments is unused
#   Creates role `Payments Writer`. It has no assignments yet.
az cosmosdb sql role definition create --account-name cosmos-payments --resource-group rg-payments --subscription 0c05a0c5-0000-4000-8000-000000000001 --body '{"Id":"2ca5beae-05d6-86c6-84f2-2877a218e4c2","RoleName":"Payments Writer","Type":"CustomRole","AssignableScopes":["/"],"Permissions":[{"DataActions":["Microsoft.DocumentDB/databaseAccounts/readMetadata","Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/create","Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read"]}]}'

# ==== 2. Grant access

# High: Role assignments of staging-orders couldn't be read
#   For    Role assignments of staging-orders couldn't be read (collection-incomplete
#          dbc3738bb1b04ebb1cafaa393e91d4fc)
#   Commented out, because they give the scanning identity more rights than a scan needs;
#   docs/permissions.md has a narrower role.
#   Assigns the scanning identity `99999999-8888-4777-8666-555555555555` the role `Reader` in
#   subscription `0c05a0c5-0000-4000-8000-000000000002`. The role includes `readonlykeys/read`.
# az role assignment create --role Reader --assignee-object-id 99999999-8888-4777-8666-555555555555 --scope /subscriptions/0c05a0c5-0000-4000-8000-000000000002

# Medium: search-indexer lacks access to cosmos-catalog /dbs/catalog/colls/products
#   Closes search-indexer lacks access to cosmos-catalog /dbs/catalog/colls/products (missing-access
#          1a88099161ab590500b1070f89b1a6e7)
#   Assigns `search-indexer` the role `Cosmos DB Built-in Data Reader` at
#   `/dbs/catalog/colls/products`, which the policy requires.
az cosmosdb sql role assignment create --account-name cosmos-catalog --resource-group rg-catalog --subscription 0c05a0c5-0000-4000-8000-000000000001 --role-assignment-id 3c0ccd57-bf9b-8ce9-8a5d-6584989661c3 --role-definition-name 'Cosmos DB Built-in Data Reader' --principal-id 0a11ce00-0000-4000-8000-000000000005 --scope /dbs/catalog/colls/products

# ==== 3. Change role definitions

# High: Role Session Writer in cosmos-sessions also grants delete access
#   Closes Role Session Writer in cosmos-sessions also grants delete access (role-drift
#          0388ef4b415f0e14b1eecf7f98413ad6)
#   Changes role `Session Writer` for 1 role assignment. Its holders can no longer delete items.
az cosmosdb sql role definition update --account-name cosmos-sessions --resource-group rg-sessions --subscription 0c05a0c5-0000-4000-8000-000000000001 --body '{"Id":"5e551011-0000-4000-8000-000000000001","RoleName":"Session Writer","Type":"CustomRole","AssignableScopes":["/"],"Permissions":[{"DataActions":["Microsoft.DocumentDB/databaseAccounts/readMetadata","Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read","Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/upsert"]}]}'

# Medium: Role Everything But Delete in staging-catalog is too broad
#   Closes Role Everything But Delete in staging-catalog relies on notDataActions (not-data-actions
#          6927cba4a6aa5450028432d4109a579c)
#   Closes Role Everything But Delete in staging-catalog grants items/* (wildcard-action
#          a009e25e418d615a9b00aa6cbfb079b9)
#   Changes role `Everything But Delete` for 1 role assignment. Its holders can no longer delete
#   items and use `sqlDatabases/containers/items/write`.
az cosmosdb sql role definition update --account-name staging-catalog --resource-group rg-staging --subscription 0c05a0c5-0000-4000-8000-000000000002 --body '{"Id":"57a61460-0000-4000-8000-000000000002","RoleName":"Everything But Delete","Type":"CustomRole","AssignableScopes":["/"],"Permissions":[{"DataActions":["Microsoft.DocumentDB/databaseAccounts/readMetadata","Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/create","Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read","Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/replace","Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/unmask","Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/upsert"]}]}'

# ==== 4. Change the roles of role assignments

# High: reporting can delete items in cosmos-orders /dbs/orders
#   Closes reporting can delete items in cosmos-orders /dbs/orders (excess-access
#          a6954435c2fbfa23cab971ceb2577378)
#   `reporting` gets the role `Cosmos DB Built-in Data Reader` at `/dbs/orders` instead of `Cosmos
#   DB Built-in Data Contributor`. It can no longer delete, create, replace and upsert items,
#   resolve conflicts, run stored procedures, see masked fields and use any other action that
#   wildcards match through this assignment.
az cosmosdb sql role assignment update --account-name cosmos-orders --resource-group rg-orders --subscription 0c05a0c5-0000-4000-8000-000000000001 --role-assignment-id 11a0f001-0000-4000-8000-000000000002 --role-definition-name 'Cosmos DB Built-in Data Reader'

# ==== 5. Create the role assignments that replace others

# Medium: Role Payments Writer in cosmos-payments differs from the policy
#   For    Custom role Payments Writer v2 in cosmos-payments isn't in the policy (role-undeclared
#          09ebf169232e20691a108324f3d60e86)
#   Assigns `payments-api` the role `Payments Writer` at `/dbs/payments`, which the policy requires.
az cosmosdb sql role assignment create --account-name cosmos-payments --resource-group rg-payments --subscription 0c05a0c5-0000-4000-8000-000000000001 --role-assignment-id 94e60f0b-91a5-82c2-8807-62caae677cbd --role-definition-name 'Payments Writer' --principal-id 0a11ce00-0000-4000-8000-000000000008 --scope /dbs/payments

# Medium: deployment can delete items everywhere in staging-legacy
#   For    deployment can delete items everywhere in staging-legacy (account-scope-write
#          cdb4dfd502309dc271461bd6d0540b1e)
#   Assigns `deployment` the role `Cosmos DB Built-in Data Contributor` at `/dbs/app`.
az cosmosdb sql role assignment create --account-name staging-legacy --resource-group rg-staging-old --subscription 0c05a0c5-0000-4000-8000-000000000002 --role-assignment-id 2499b756-020f-88e6-82f1-8ab4f915609e --role-definition-name 'Cosmos DB Built-in Data Contributor' --principal-id 0a11ce00-0000-4000-8000-000000000009 --scope /dbs/app

# New and changed role assignments can take several minutes to take effect. The script ends here, so
# that you can check that clients have access through them before others are deleted. The commands
# above can run again.
echo 'fix.sh: no role assignment was deleted yet. Check that clients still have access, then delete the line that prints this and run the script again.' >&2; exit 1 # delete this line to run the deletions

# ==== 6. Delete role assignments

# Critical: support-tool can delete and replace items in cosmos-ledger /dbs/ledger
#   Closes support-tool can delete and replace items in cosmos-ledger /dbs/ledger (denied-access
#          e9830dbf5db648688f6b9bc10784dddd)
#   `support-tool` loses all access at `/dbs/ledger`.
az cosmosdb sql role assignment delete --account-name cosmos-ledger --resource-group rg-ledger --subscription 0c05a0c5-0000-4000-8000-000000000001 --role-assignment-id 11a0f002-0000-4000-8000-000000000002

# High: mongo:carts.report signs in to cosmos-carts with a password
#   For    mongo:carts.report signs in to cosmos-carts with a password (password-user
#          014954a42bf5479f434996d3399ff27b)
#   Commented out, because a step before them is done by hand.
#   By hand: Give the client a managed identity, and assign it a role with `az cosmosdb mongomi role
#            assignment create`.
#   Deletes the user `mongo:carts.report`. Clients that sign in as this user lose access.
# az cosmosdb mongodb user definition delete --account-name cosmos-carts --resource-group rg-shop --subscription 0c05a0c5-0000-4000-8000-000000000001 --id carts.report

# High: Olga Owner can delete items in mongo-tickets
#   Closes Olga Owner can delete items in mongo-tickets (excess-access
#          d2613b5af2c98e78f4e743b40624756f)
#   Closes User Olga Owner is assigned a role directly at mongo-tickets (direct-user
#          8294257fb058dd97f2b98439c1274602)
#   `Olga Owner` loses all access at `/`.
az resource delete --ids /subscriptions/0c05a0c5-0000-4000-8000-000000000001/resourceGroups/rg-tickets/providers/Microsoft.DocumentDB/mongoClusters/mongo-tickets/users/c0de0000-0000-4000-8000-000000000003 --api-version 2025-09-01

# Medium: 6 role assignments in sandbox-lab are invalid or obsolete
#   Closes Role assigned to Lena Lab in sandbox-lab doesn't exist (dangling-role
#          d4378c720b0f8f4418646b6c2f7f84d5)
#   Removes a role assignment that grants `Lena Lab` nothing today.
az cosmosdb sql role assignment delete --account-name sandbox-lab --resource-group RG-Sandbox --subscription 0c05a0c5-0000-4000-8000-000000000003 --role-assignment-id 11a0f008-0000-4000-8000-000000000001

#   Closes Role assignment for Gustav Guest in sandbox-lab has an invalid scope (malformed-scope
#          2562ca2cdc1202381ebf07fe144cb67a)
#   Closes Guest Gustav Guest is assigned a role directly at sandbox-lab /dbs/notes (direct-user
#          78c2811bcb5f0f756d94ded69a16d360)
#   `Gustav Guest` loses all access at `/dbs/notes`.
az cosmosdb sql role assignment delete --account-name sandbox-lab --resource-group RG-Sandbox --subscription 0c05a0c5-0000-4000-8000-000000000003 --role-assignment-id 11a0f008-0000-4000-8000-000000000003

#   Closes Lab Interns has Lab Notes Reader outside its assignable scopes in sandbox-lab
#          (scope-not-assignable 3e4995038de6a5e85f5dac921d544929)
#   Opens  Note: Role Lab Notes Reader in sandbox-lab is unused
#   `Lab Interns` loses all access at `/dbs/experiments`.
az cosmosdb sql role assignment delete --account-name sandbox-lab --resource-group RG-Sandbox --subscription 0c05a0c5-0000-4000-8000-000000000003 --role-assignment-id 11a0f008-0000-4000-8000-000000000004

#   Closes Lena Lab is assigned a role at sandbox-lab /dbs/scratch, which doesn't exist
#          (dangling-scope 598059c5636e3b9743081e825eb9fd4e)
#   Closes User Lena Lab is assigned a role directly at sandbox-lab /dbs/scratch (direct-user
#          b34bc49dbbd35d6eefa9b45a9a54331a)
#   `Lena Lab` loses all access at `/dbs/scratch`.
az cosmosdb sql role assignment delete --account-name sandbox-lab --resource-group RG-Sandbox --subscription 0c05a0c5-0000-4000-8000-000000000003 --role-assignment-id 11a0f008-0000-4000-8000-000000000002

#   Closes Unknown principal 0a11ce00…0013 has a role in sandbox-lab /dbs/notes (orphaned-principal
#          2caf8ab56e91ed33d8d7ef9478e1fe2b)
#   Closes Unknown principal 0a11ce00…0013 has a redundant role in sandbox-lab /dbs/…/daily
#          (assignment-redundant bcc9568874d77bb633995824f94b02fa)
#   `0a11ce00-0000-4000-8000-000000000013` loses access at `/dbs/notes`, except `Cosmos DB Built-in
#   Data Reader` at `/dbs/notes/colls/daily`.
az cosmosdb sql role assignment delete --account-name sandbox-lab --resource-group RG-Sandbox --subscription 0c05a0c5-0000-4000-8000-000000000003 --role-assignment-id 11a0f008-0000-4000-8000-000000000005

#   Closes Unknown principal 0a11ce00…0013 has a role in sandbox-lab /dbs/notes/colls/daily
#          (orphaned-principal 3d4594586c0bb47a9c9a6c49d4157996)
#   `0a11ce00-0000-4000-8000-000000000013` loses all access at `/dbs/notes/colls/daily`.
az cosmosdb sql role assignment delete --account-name sandbox-lab --resource-group RG-Sandbox --subscription 0c05a0c5-0000-4000-8000-000000000003 --role-assignment-id 11a0f008-0000-4000-8000-000000000006

# Medium: Lena Lab is assigned a Gremlin role in sandbox-lab /dbs/notes
#   Closes Lena Lab is assigned a Gremlin role in sandbox-lab /dbs/notes (foreign-role-kind
#          95bb46e6534ff990d16aca5b630fc72d)
#   `Lena Lab` loses all access at `/dbs/notes`.
az cosmosdb gremlin role assignment delete --account-name sandbox-lab --resource-group RG-Sandbox --subscription 0c05a0c5-0000-4000-8000-000000000003 --role-assignment-id 11a0f008-0000-4000-8000-000000000007

# Medium: deployment can delete items everywhere in staging-legacy
#   Closes deployment can delete items everywhere in staging-legacy (account-scope-write
#          cdb4dfd502309dc271461bd6d0540b1e)
#   `deployment` loses access at `/`, except `Cosmos DB Built-in Data Contributor` at `/dbs/app`.
az cosmosdb sql role assignment delete --account-name staging-legacy --resource-group rg-staging-old --subscription 0c05a0c5-0000-4000-8000-000000000002 --role-assignment-id 11a0f007-0000-4000-8000-000000000001

# ==== 7. Delete role definitions

# Medium: Role Payments Writer in cosmos-payments differs from the policy
#   Closes Custom role Payments Writer v2 in cosmos-payments isn't in the policy (role-undeclared
#          09ebf169232e20691a108324f3d60e86)
#   `payments-api` can still create and read items and read metadata at `/dbs/payments` through
#   other assignments.
az cosmosdb sql role assignment delete --account-name cosmos-payments --resource-group rg-payments --subscription 0c05a0c5-0000-4000-8000-000000000001 --role-assignment-id 11a0f005-0000-4000-8000-000000000001
#   Removes the role definition `Payments Writer v2`.
az cosmosdb sql role definition delete --account-name cosmos-payments --resource-group rg-payments --subscription 0c05a0c5-0000-4000-8000-000000000001 --id 9a14e275-0000-4000-8000-000000000002

# Note: Role Lab Query in sandbox-lab is unused
#   Closes Role Lab Query in sandbox-lab is unused (role-unused 5fc9de10c9c647e5442ab45ad0860780)
#   Removes the role definition `Lab Query`.
az cosmosdb sql role definition delete --account-name sandbox-lab --resource-group RG-Sandbox --subscription 0c05a0c5-0000-4000-8000-000000000003 --id 1ab00000-0000-4000-8000-000000000002

# ==== 8. Delete Azure role assignments

# High: Sandbox Owners is Owner of subscription Contoso Sandbox
#   For    Sandbox Owners can grant access to data in 3 accounts (self-grant
#          1fee77dbe1ceeafc4d182851ce8429ae)
#   For    Sandbox Owners can assign Azure roles that cover 3 accounts (role-assignment-write
#          b15dd42bcad8155f3e662b8298add20b)
#   For    Sandbox Owners can re-enable account keys of sandbox-lab and sandbox-tenants
#          (local-auth-switch d8d616b16fbc4f28fc2d3d387f2f83dd)
#   For    Sandbox Owners can grant access to data in hackathon-2025 (self-grant
#          20475846780e5c6bcbf26c09bf1a27bd)
#   For    Sandbox Owners can assign Azure roles that cover hackathon-2025 (role-assignment-write
#          1faf3d40da1362f19aec45aa5419ce44)
#   Commented out, because a step before them is done by hand.
#   By hand: Assign `Sandbox Owners` what else it needs below subscription `Contoso Sandbox` at a
#            narrower scope or through another role.
#   Removes everything that `Owner` grants `Sandbox Owners` at subscription `Contoso Sandbox` and
#   below: access to 4 Azure Cosmos DB accounts and to everything else there.
# az role assignment delete --ids /subscriptions/0c05a0c5-0000-4000-8000-000000000003/providers/Microsoft.Authorization/roleAssignments/583154f0-e04d-4600-bedb-6162aac70f55

# High: An unknown principal is Contributor on rg-payments
#   For    Unknown principal c0de0000…00ff can grant access to data in cosmos-payments (self-grant
#          c65719e295aaf977adf8f73f9cc10591)
#   For    Unknown principal c0de0000…00ff can re-enable account keys of cosmos-payments
#          (local-auth-switch bf70f59325ab698f38e2f29ee5a267fc)
#   For    Unknown principal c0de0000…00ff has an Azure role on rg-payments (orphaned-principal
#          3d34691b52b684079d3d076ccbd2a065)
#   Commented out, because a step before them is done by hand.
#   By hand: Check that the principal was deleted. Within 30 days it can be restored with the same
#            ID.
#   Removes the Azure role of `c0de0000-0000-4000-8000-0000000000ff` at resource group `rg-payments`
#   and below.
# az role assignment delete --ids /subscriptions/0c05a0c5-0000-4000-8000-000000000001/resourceGroups/rg-payments/providers/Microsoft.Authorization/roleAssignments/5e7723b8-ebc5-44bb-90f6-7451fce52237

# High: deployment is Contributor on Contoso Staging and rg-orders
#   For    deployment can grant access to data in cosmos-orders (self-grant
#          8faa7e460d57911e3692dd85f9b0d369)
#   Commented out, because a step before them is done by hand.
#   By hand: Assign `deployment` what else it needs below resource group `rg-orders` at a narrower
#            scope or through another role.
#   Removes everything that `Contributor` grants `deployment` at resource group `rg-orders` and
#   below: access to 1 Azure Cosmos DB account and to everything else there.
# az role assignment delete --ids /subscriptions/0c05a0c5-0000-4000-8000-000000000001/resourceGroups/rg-orders/providers/Microsoft.Authorization/roleAssignments/035e389e-19b3-461c-8397-e0abb2b56bf7

#   For    deployment can grant access to data in 3 accounts (self-grant
#          bb9b03c595e71ec2134b219292c96497)
#   Commented out, because a step before them is done by hand.
#   By hand: Assign `deployment` what else it needs below subscription `Contoso Staging` at a
#            narrower scope or through another role.
#   Removes everything that `Contributor` grants `deployment` at subscription `Contoso Staging` and
#   below: access to 3 Azure Cosmos DB accounts and to everything else there.
# az role assignment delete --ids /subscriptions/0c05a0c5-0000-4000-8000-000000000002/providers/Microsoft.Authorization/roleAssignments/70472e63-2364-4f86-87cf-294b1456daae

# High: Dora Delegate can assign Azure roles that cover cosmos-sessions
#   For    Dora Delegate can assign Azure roles that cover cosmos-sessions (role-assignment-write
#          1b4f91c2f844d114e64abcc4a6c09adf)
#   Commented out, because a step before them is done by hand.
#   By hand: Assign `Dora Delegate` what else it needs below resource group `rg-sessions` at a
#            narrower scope or through another role.
#   Removes everything that `Role Based Access Control Administrator` grants `Dora Delegate` at
#   resource group `rg-sessions` and below: access to 1 Azure Cosmos DB account and to everything
#   else there.
# az role assignment delete --ids /subscriptions/0c05a0c5-0000-4000-8000-000000000001/resourceGroups/rg-sessions/providers/Microsoft.Authorization/roleAssignments/0bf7b63b-e3da-42ae-9655-0f7b669256b7

# High: Ida Intern can restore and read a copy of cosmos-ledger
#   For    Ida Intern can restore and read a copy of cosmos-ledger (restore-copy
#          a0c12e16ed33a307b0b932db887775a5)
#   Commented out, because a step before them is done by hand.
#   By hand: Assign `Ida Intern` what else it needs below subscription `Contoso Production` at a
#            narrower scope or through another role.
#   Removes everything that `Restore Operator` grants `Ida Intern` at subscription `Contoso
#   Production` and below.
# az role assignment delete --ids /subscriptions/0c05a0c5-0000-4000-8000-000000000001/providers/Microsoft.Authorization/roleAssignments/bd390565-9b81-4954-a49b-1d51c382bed3

# High: Ivo Intern can act as orders-api, which has access to cosmos-orders
#   For    Ivo Intern can act as orders-api, which has access to cosmos-orders (identity-takeover
#          3077700d3773fc95b69aa65ade801075)
#   Commented out, because a step before them is done by hand.
#   By hand: Assign `Ivo Intern` what else it needs below resource group `rg-identities` at a
#            narrower scope or through another role.
#   Removes everything that `Identity Federation` grants `Ivo Intern` at resource group
#   `rg-identities` and below.
# az role assignment delete --ids /subscriptions/0c05a0c5-0000-4000-8000-000000000001/resourceGroups/rg-identities/providers/Microsoft.Authorization/roleAssignments/8f1a39ce-91a2-40dd-9ab3-51fc43fae348

# ==== 9. Disable key-based authentication

# Critical: sandbox-ring doesn't authenticate its clients
#   For    sandbox-ring doesn't authenticate its clients (no-authentication
#          23f4ba0046903b5a8af268f694fa4a69)
#   Commented out, because a step before them is done by hand.
#   By hand: Create users for the clients of `sandbox-ring`, and have the clients sign in.
#   Clients of `sandbox-ring` that don't sign in with a user and a password can no longer connect.
# az managed-cassandra cluster update --cluster-name sandbox-ring --resource-group RG-Sandbox --subscription 0c05a0c5-0000-4000-8000-000000000003 --authentication-method Cassandra

# High: Key-based authentication is enabled on 3 accounts
#   For    platform-team can read the account keys of cosmos-rbacsample and staging-legacy
#          (key-access 075a7754b77c4191191ae0fa826b3f0c)
#   For    Gina Global can read the read-only keys of cosmos-rbacsample and staging-legacy
#          (key-access 876277c41de98cbbb61714be0ea2fea6)
#   Closes Olga Owner can read the account keys of cosmos-rbacsample (key-access
#          7002c857e11aea16c603d45328f860ea)
#   Closes Auditors can read the read-only keys of cosmos-rbacsample (key-access
#          7029e89418b81756f22a4e60a55cc82c)
#   Closes On Call can read the account keys of cosmos-rbacsample after activation (key-access
#          dcbaef44db2815d4deb07456d24299a6)
#   Closes Key-based authentication is enabled on cosmos-rbacsample (local-auth-enabled
#          ac1075b3c8a3250eeb566480df74c800)
#   Closes 2 keys of cosmos-rbacsample are older than 90 days (key-age
#          5d2ccb7d9e7f73c573bd726e45a11437)
#   Opens  1 Low and 2 Note findings, with all of this cause changed
#   Clients that still use a key of `cosmos-rbacsample` stop working, including Data Explorer with
#   keys. Needs Azure CLI 2.91 or newer.
az cosmosdb update --name cosmos-rbacsample --resource-group rg-rbacsample --subscription 0c05a0c5-0000-4000-8000-000000000001 --disable-local-auth true

#   For    deployment can read the account keys of staging-legacy (key-access
#          70c06489cdaace417c680569d512693b)
#   For    platform-team can read the account keys of cosmos-rbacsample and staging-legacy
#          (key-access 075a7754b77c4191191ae0fa826b3f0c)
#   For    Gina Global can read the read-only keys of cosmos-rbacsample and staging-legacy
#          (key-access 876277c41de98cbbb61714be0ea2fea6)
#   For    Account keys can change databases and containers in staging-legacy (key-metadata-writes
#          4c74a927dbe4166a78b2b710329c1a98)
#   Commented out, because the finding of this account is waived until 2027-01-31.
#   Clients that still use a key of `staging-legacy` stop working, including Data Explorer with
#   keys. Needs Azure CLI 2.91 or newer.
# az cosmosdb update --name staging-legacy --resource-group rg-staging-old --subscription 0c05a0c5-0000-4000-8000-000000000002 --disable-local-auth true

#   Closes Account keys can change databases and containers in staging-legacy (key-metadata-writes
#          4c74a927dbe4166a78b2b710329c1a98)
#   Clients can no longer create, change or delete databases and containers of `staging-legacy` with
#   a key.
az cosmosdb update --name staging-legacy --resource-group rg-staging-old --subscription 0c05a0c5-0000-4000-8000-000000000002 --disable-key-based-metadata-write-access true

#   For    platform-team can read the account keys of hackathon-2025 (key-access
#          eac08253c7023f3034a3b94c475d52c1)
#   For    Sandbox Owners can read the account keys of hackathon-2025 (key-access
#          cd3400ebd89b27f20e902ba9f5d3d377)
#   Commented out, because no block of the policy matches the account, so nobody decided about its
#   keys.
#   Clients that still use a key of `hackathon-2025` stop working, including Data Explorer with
#   keys. Needs Azure CLI 2.91 or newer.
# az cosmosdb update --name hackathon-2025 --resource-group RG-Sandbox --subscription 0c05a0c5-0000-4000-8000-000000000003 --disable-local-auth true

# High: Native (password) authentication is enabled on mongo-tickets
#   For    Native (password) authentication is enabled on mongo-tickets (local-auth-enabled
#          e98c40ffbeb57f834b92ff162f3c1fbe)
#   Commented out, because a step before them is done by hand.
#   By hand: Add the identities that need access to `mongo-tickets` as users, and move clients to
#            them.
#   Clients that still use a password of `mongo-tickets` can no longer sign in.
# az resource patch --ids /subscriptions/0c05a0c5-0000-4000-8000-000000000001/resourceGroups/rg-tickets/providers/Microsoft.DocumentDB/mongoClusters/mongo-tickets --api-version 2025-09-01 --properties '{"authConfig":{"allowedModes":["MicrosoftEntraID"]}}'

# ==== 10. Regenerate account keys

# Medium: The primary key of cosmos-related is older than 90 days
#   For    The primary key of cosmos-related is older than 90 days (key-age
#          d778b5fa78b5f01a9855b8e9b450bdd6)
#   Commented out, because a step before them is done by hand.
#   By hand: Move clients of `cosmos-related` that use the primary key to the secondary key.
#   Clients that still use the old primary key stop working.
# az cosmosdb keys regenerate --name cosmos-related --resource-group rg-shop --subscription 0c05a0c5-0000-4000-8000-000000000001 --key-kind primary

echo 'fix.sh: done. Scan and audit again to see what is left.'
# Checksum: 6359a6eac430b4503c772cb3c89f2801
