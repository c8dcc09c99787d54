//! Accounts that come and go while a scan reads them. Their lists fail in ways that say little (400 "not online", 404
//! `NotFound`); the account itself says what is going on, and is believed over its lists.

use super::service::Service;
use crate::arm::{self, Code, Failure};
use crate::model::{Account, Gap, Part};
use azure_core::http::Url;
use serde_json::Value;

/// What the account itself says.
pub(super) enum Now {
    /// It is not there: it was deleted, or moved to another id.
    Gone,
    /// It is there, in this state; `None`: nothing is being done to it.
    Is(Option<String>),
    /// It could not be asked.
    Unknown,
}

/// Whether a gap may come of the account's being created, deleted or moved. A database that is not there has another code
/// for its containers.
pub(super) fn may_be_one(gap: &Gap) -> bool {
    is_gone_code(gap.status, &gap.code) || (is_of_account(gap) && matches!(gap.status, Some(400 | 404)))
}

/// Asks for the account itself, at its URL: lists that fail are no proof that it is gone.
pub(super) async fn ask(arm: &Service, account: &Account, url: &Url) -> Now {
    match arm.get(url, Some(account.id.subscription())).await {
        Ok(body) => match serde_json::from_slice::<Value>(&body).map(|item| arm::listed_account(&item)) {
            Ok(Ok(one)) if one.account.id.key() == account.id.key() => Now::Is(one.account.provisioning_state),
            _ => Now::Unknown,
        },
        // The resource provider has a code of its own for it.
        Err(failure) if is_gone_code(failure.status, &failure.code) => Now::Gone,
        Err(failure) if failure.status == Some(404) && failure.code.eq_ignore_ascii_case("NotFound") => Now::Gone,
        Err(_) => Now::Unknown,
    }
}

/// The gaps of an account, those that come of its state as one that says so.
pub(super) fn as_one(account: &Account, mut gaps: Vec<Gap>) -> Vec<Gap> {
    let state = account.provisioning_state.as_deref().unwrap_or_default();
    let what = match state.to_ascii_lowercase().as_str() {
        "creating" => "created",
        "deleting" => "deleted",
        _ => return gaps,
    };
    let all = gaps.len();
    gaps.retain(|gap| !may_be_one(gap));
    if gaps.len() < all {
        let message = format!(
            "the {} is being {what} (`provisioningState` is `{state}`)",
            account.api.noun()
        );
        gaps.push(Failure::new(None, Code::AccountInTransition, message).into_gap(Gap::ACCOUNT, None));
    }
    gaps
}

fn is_of_account(gap: &Gap) -> bool {
    matches!(
        gap.part(),
        Part::RoleDefinitions | Part::RoleAssignments | Part::Databases
    )
}

/// Whether the service says that the account, or its group, is not there.
fn is_gone_code(status: Option<u16>, code: &str) -> bool {
    let codes = ["ResourceNotFound", "ParentResourceNotFound", "ResourceGroupNotFound"];
    status == Some(404) && codes.iter().any(|one| one.eq_ignore_ascii_case(code))
}
