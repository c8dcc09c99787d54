//! The tenant that the tests share, written as a user would write it.

use arm_emulator::{Emulator, Options, Tenant};

pub(crate) const SUBSCRIPTION: &str = "5e1f0c1a-0000-4000-8000-000000000001";
pub(crate) const ACCOUNT: &str = "/subscriptions/5e1f0c1a-0000-4000-8000-000000000001/resourceGroups/Rg-Orders/providers/Microsoft.DocumentDB/databaseAccounts/cosmos-orders";

pub(crate) const TENANT: &str = include_str!("../../tenants/sample.yaml");

pub(crate) async fn start() -> Emulator {
    start_with(Options::default()).await
}

pub(crate) async fn start_with(options: Options) -> Emulator {
    Emulator::start(Tenant::from_yaml(TENANT).unwrap(), options)
        .await
        .unwrap()
}
