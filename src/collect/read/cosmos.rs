//! What is read of Cosmos DB: the accounts of a subscription, and of each its roles and databases.

use super::below::{API_VERSION, below, path};
use super::list::{List, Listing, MOST_ITEMS, url};
use super::listed::{Outcome, distrust};
use super::mongo;
use super::roles;
use super::service::Service;
use super::transition::{self, Now};
use super::versions::Versions;
use crate::arm::{self, Code, Failure, Item, Listed, Malformed};
use crate::model::role_kind::Inventory;
use crate::model::{Account, AccountRecord, Database, Gap, OnceNative};
use futures::{StreamExt, join, stream};
use serde_json::Value;

/// Containers are listed per database: so many lists of one account at once, that it does not take all the room.
const CONTAINER_LISTS: usize = 8;

/// What no name of a database holds (learn.microsoft.com/rest/api/cosmos-db/databases, "id"), and what some servers take for
/// the end of a segment though it is encoded.
const SEPARATORS: [char; 2] = ['/', '\\'];

/// Lists the accounts of a subscription.
pub(super) async fn accounts(arm: &Service, subscription: &str) -> Listing<Listed> {
    let list = List {
        what: Gap::ACCOUNTS,
        item: None,
        path: &[
            "subscriptions",
            subscription,
            "providers",
            "Microsoft.DocumentDB",
            "databaseAccounts",
        ],
        query: API_VERSION,
        question: None,
        most: MOST_ITEMS,
        subscription: Some(subscription),
    };
    let mut listing = arm.list(list, |item| listed(item, subscription)).await;
    let accounts = listing.items.iter_mut().flatten();
    accounts.for_each(|account| distrust(account, &listing.gaps));
    listing
}

/// Reads an account of a subscription. One whose id names another subscription is none of it: its roles would be asked
/// for there.
fn listed(item: &Value, subscription: &str) -> Result<Option<Item<Listed>>, Malformed> {
    let listed = arm::listed_account(item)?;
    if !listed.account.id.subscription().eq_ignore_ascii_case(subscription) {
        return Err("the account's ID names another subscription".to_owned());
    }
    Ok(Some(listed.into()))
}

/// What is read of accounts.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// Whether databases and containers are.
    pub(crate) inventory: bool,
    /// Whether the role assignments of other APIs' kinds are.
    pub(crate) foreign_kinds: bool,
}

/// Reads everything below an account. What cannot be read is a gap; the account is kept unless it is gone.
pub(super) async fn read(arm: &Service, listed: Listed, wanted: &Wanted, versions: &Versions) -> Outcome {
    let Listed {
        mut account,
        may_have_mongo_users,
        mut gaps,
    } = listed;
    // Of an account whose API this version doesn't know, nobody can say which lists would be its own.
    let Some(kind) = account.api.role_kind() else {
        return Outcome::Account(Box::new(AccountRecord::without_lists(account, gaps)));
    };
    let (mut roles, foreign, users, databases) = join!(
        roles::own(arm, &account, kind, versions),
        roles::foreign(arm, &account, kind, wanted.foreign_kinds, versions),
        mongo::users(arm, &account, may_have_mongo_users),
        databases(arm, &account, kind.row().inventory.as_ref(), wanted.inventory),
    );
    roles.add(foreign);
    let mut failed = roles.gaps;
    failed.extend(users.gaps);
    failed.extend(databases.gaps);
    if failed.iter().any(transition::may_be_one)
        && let Ok(url) = url(&arm.endpoint, &path(&account, &[]), API_VERSION)
    {
        match transition::ask(arm, &account, &url).await {
            Now::Gone => return Outcome::Gone(account.id),
            Now::Is(state) => account.provisioning_state = state,
            Now::Unknown => {}
        }
    }
    gaps.extend(transition::as_one(&account, failed));
    Outcome::Account(Box::new(AccountRecord {
        account,
        role_definitions: roles.definitions,
        role_assignments: roles.assignments,
        databases: databases.items,
        mongo_roles: users.roles,
        mongo_users: users.users,
        native: OnceNative::default(),
        doubtful: std::collections::BTreeSet::new(),
        gaps,
    }))
}

async fn databases(arm: &Service, account: &Account, lists: Option<&Inventory>, inventory: bool) -> Listing<Database> {
    let none = Listing {
        items: None,
        gaps: Vec::new(),
    };
    let Some(lists) = lists.filter(|_| inventory) else {
        return none;
    };
    let path = path(account, &[lists.first()]);
    let Listing { items, mut gaps } = arm.list(below(account, lists.first(), &path), arm::database).await;
    let Some(names) = items else {
        return Listing { gaps, ..none };
    };
    let (databases, containers) = match lists {
        Inventory::Nested { databases, containers } => (databases, containers),
        Inventory::Flat { database, .. } => {
            let only = Database {
                name: (*database).to_owned(),
                containers: Some(names),
            };
            return Listing {
                items: Some(vec![only]),
                gaps,
            };
        }
    };
    let each = names
        .into_iter()
        .map(|name| self::containers(arm, account, [databases, containers], name));
    let mut each = stream::iter(each).buffer_unordered(CONTAINER_LISTS);
    let mut read = Vec::new();
    while let Some((database, more)) = each.next().await {
        read.push(database);
        gaps.extend(more);
    }
    Listing {
        items: Some(read),
        gaps,
    }
}

async fn containers(
    arm: &Service,
    account: &Account,
    [databases, list_name]: [&'static str; 2],
    name: String,
) -> (Database, Vec<Gap>) {
    if name.contains(SEPARATORS) {
        let message = "the name of the database contains a `/` or `\\`, so it can't be part of a request";
        let gap = Failure::new(None, Code::UnusableName, message).into_gap(list_name, Some(&name));
        return (Database { name, containers: None }, vec![gap]);
    }
    let path = path(account, &[databases, &name, list_name]);
    let list = List {
        item: Some(&name),
        ..below(account, list_name, &path)
    };
    let Listing { items, mut gaps } = arm.list(list, arm::container).await;
    if name.contains('%') {
        gaps.iter_mut().for_each(refused_for_its_name);
    }
    let database = Database {
        containers: items,
        name,
    };
    (database, gaps)
}

/// Azure Resource Manager refuses `%25` in a path (github.com/Azure/azure-rest-api-specs/issues/23982), and the names of
/// databases may hold a `%`. Asking again is of no use then.
fn refused_for_its_name(gap: &mut Gap) {
    if matches!(gap.status, Some(400 | 404)) {
        let (code, message) = (&gap.code, &gap.message);
        gap.message = format!("Azure Resource Manager refuses a `%` in the path of a request ({code}: {message})");
        Gap::UNUSABLE_NAME.clone_into(&mut gap.code);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SUBSCRIPTION: &str = "11111111-1111-1111-1111-111111111111";

    fn item(properties: Value) -> Value {
        let group = format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg");
        let id = format!("{group}/providers/Microsoft.DocumentDB/databaseAccounts/acc");
        json!({"id": id, "kind": "GlobalDocumentDB", "properties": properties})
    }

    #[test]
    fn a_switch_that_is_unknown_is_null_and_a_gap() {
        let item = item(json!({"disableLocalAuth": "true"}));
        let Listed { account, gaps, .. } = listed(&item, SUBSCRIPTION).unwrap().unwrap().value;
        assert_eq!((account.id.name(), account.id.resource_group()), ("acc", "rg"));
        assert_eq!(
            (account.local_auth_disabled, account.key_metadata_writes_disabled),
            (None, Some(false))
        );
        assert_eq!(gaps.len(), 1);
        assert_eq!(
            (gaps[0].what.as_str(), gaps[0].item.as_deref()),
            (Gap::LOCAL_AUTH, Some(account.id.as_str()))
        );
    }

    #[test]
    fn an_account_that_is_listed_twice_differently_has_no_known_switch() {
        let mut one = listed(&item(json!({"disableLocalAuth": true})), SUBSCRIPTION)
            .unwrap()
            .unwrap()
            .value;
        let failure = Failure::new(
            None,
            Code::ContradictoryItem,
            "the list has it twice, with different contents",
        );
        let upper = one.account.id.as_str().to_uppercase();
        let gaps = [failure.into_gap(Gap::ACCOUNTS, Some(&upper))];
        distrust(&mut one, &gaps);
        let account = one.account;
        assert_eq!(
            (account.local_auth_disabled, account.key_metadata_writes_disabled),
            (None, None)
        );
        let what: Vec<&str> = one.gaps.iter().map(|gap| gap.what.as_str()).collect();
        assert_eq!(what, [Gap::LOCAL_AUTH, Gap::KEY_METADATA_WRITES]);
    }

    #[test]
    fn an_account_of_another_subscription_is_refused() {
        assert!(listed(&item(json!({})), "another").is_err());
    }
}
