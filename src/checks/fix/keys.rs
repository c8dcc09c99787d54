//! Disables key-based authentication.

use crate::checks::command::Command;
use crate::checks::steps::Steps;
use crate::checks::wording::quote;
use crate::model::Account;
use crate::shown;

/// Disables key-based authentication of an account.
pub(in crate::checks) fn disable_keys(account: &Account) -> Steps {
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
    Steps::one(Command::disable_local_auth(&account.id), changes)
}
