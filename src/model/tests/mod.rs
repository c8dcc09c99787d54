//! Tests of functions whose own files have no room for them.

mod account;
mod azure_rbac;
mod ids;
mod scope;
mod sets;
mod words;

use super::{AccountId, Gap};

const ACCOUNT: &str = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/acc";

fn account_id() -> AccountId {
    AccountId::parse(ACCOUNT).unwrap()
}

/// Gaps in these lists or fields.
fn gaps(names: &[&str]) -> Vec<Gap> {
    let gap = |what: &&str| Gap {
        what: (*what).to_owned(),
        item: None,
        status: None,
        code: Gap::NOT_READ.to_owned(),
        message: String::new(),
    };
    names.iter().map(gap).collect()
}
