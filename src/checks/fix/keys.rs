//! Disables key-based authentication, and regenerates keys.

use crate::checks::command::Command;
use crate::checks::steps::Steps;
use crate::checks::wording::quote;
use crate::finding::AccountEdit;
use crate::model::{Account, AccountKey};
use crate::shown;

/// Disables key-based authentication of an account, or sign-in with a password of a cluster.
pub(in crate::checks) fn disable_keys(account: &Account) -> Steps {
    if account.api.is_cluster() {
        let changes = shown!(
            "Clients that still use a password of {} can no longer sign in.",
            quote(account.id.name())
        );
        let hand = shown!(
            "Add the identities that need access to {} as users, and move clients to them.",
            quote(account.id.name())
        );
        return Command::disable_local_auth(account).map_or_else(Steps::default, |command| {
            Steps::default().by_hand(hand).then(command, changes)
        });
    }
    let mut changes = shown!(
        "Clients that still use a key of {} stop working, including Data Explorer with keys. Needs Azure CLI 2.91 or newer.",
        quote(account.id.name())
    );
    if !account.api.switch_is_documented() {
        changes.push(shown!(
            " The service can reject the change for the {} API.",
            account.api.title()
        ));
    }
    Steps::one(Command::disable_local_auth(account), changes)
}

/// Makes clients of a managed Cassandra cluster sign in.
pub(in crate::checks) fn require_passwords(account: &Account) -> Steps {
    let changes = shown!(
        "Clients of {} that don't sign in with a user and a password can no longer connect.",
        quote(account.id.name())
    );
    let hand = shown!(
        "Create users for the clients of {}, and have the clients sign in.",
        quote(account.id.name())
    );
    Steps::default()
        .by_hand(hand)
        .then(Command::require_passwords(&account.id), changes)
}

/// Regenerates keys of an account, each while clients use the other of its pair. Source: "Secure access to data in Azure Cosmos DB",
/// key rotation.
pub(in crate::checks) fn regenerate_keys(account: &Account, keys: &[AccountKey]) -> Steps {
    let pairs = [
        (AccountKey::Primary, AccountKey::Secondary),
        (AccountKey::PrimaryReadonly, AccountKey::SecondaryReadonly),
    ];
    let mut steps = Steps::default();
    for (primary, secondary) in pairs {
        // The secondary one is the one that no client should use: what clients move to is new.
        for (old, other) in [(secondary, primary), (primary, secondary)] {
            if keys.contains(&old) {
                let new = if old == primary && keys.contains(&secondary) {
                    "new "
                } else {
                    ""
                };
                steps = steps
                    .by_hand(shown!(
                        "Move clients of {} that use the {} key to the {}{} key.",
                        quote(account.id.name()),
                        old.title(),
                        new,
                        other.title()
                    ))
                    .then(
                        regenerate(account, old),
                        shown!("Clients that still use the old {} key stop working.", old.title()),
                    );
            }
        }
    }
    steps
}

/// Source: `az cosmosdb keys regenerate --help`.
fn regenerate(account: &Account, key: AccountKey) -> Command {
    Command::on(&account.id, "az cosmosdb keys regenerate", "--name")
        .flag("--key-kind", key.az_kind())
        .doing(&account.id, AccountEdit::RegenerateKey { key })
}
