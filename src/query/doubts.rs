//! Why a row of an answer is only possible, in words.

use super::found::{Found, Via};
use crate::access::{ANY_DATABASE, CODE_IS_UNKNOWN, Level};
use crate::checks::doubt_in_words;
use crate::model::{Keys, Shown};
use crate::resolve::{Chain, Doubt, Power, Tenant};
use crate::shown;
use std::collections::BTreeSet;

/// Why an assignment possibly gives anything.
const ROLE_IS_UNREAD: &str = "what the role gives, whose role definition wasn't read";

/// Why a row is only possible: each the end of "it depends on …".
pub(super) fn doubts(tenant: &Tenant<'_>, found: &Found<'_>) -> Vec<Shown> {
    let mut reasons = of_via(tenant, &found.via, found.account);
    let unsure = found.unsure;
    if unsure.role {
        reasons.push(ROLE_IS_UNREAD.into());
    }
    if unsure.naming {
        reasons.push(
            "whether the role assignment names this role definition, as only the last part of the ID does".into(),
        );
    }
    if unsure.undocumented {
        reasons.push("what the role grants in a MongoDB vCore cluster, which isn't documented".into());
    }
    if unsure.any_database {
        reasons.push(ANY_DATABASE.into());
    }
    if unsure.foreign {
        reasons.push("whether roles of another API apply in an account with this API, which isn't documented".into());
    }
    if unsure.scope {
        reasons.push("what the invalid scope of the role assignment means".into());
    }
    if unsure.spelling {
        reasons.push("whether the scope is this place, which is spelt differently".into());
    }
    if unsure.code {
        reasons.push(CODE_IS_UNKNOWN.into());
    }
    let is_possible = found.level == Level::Possible;
    if unsure.wildcard && (is_possible || !found.actions.possible.is_empty()) && reasons.is_empty() {
        reasons
            .push("what the wildcards and `notDataActions` of the role cover, which isn't documented in full".into());
    }
    let mut told = BTreeSet::new();
    reasons.retain(|reason| told.insert(reason.clone()));
    reasons
}

fn of_via(tenant: &Tenant<'_>, via: &Via<'_>, account: usize) -> Vec<Shown> {
    let in_words = |doubts: &[Doubt<'_>], action: &str| -> Vec<Shown> {
        doubts.iter().map(|doubt| doubt_in_words(*doubt, action)).collect()
    };
    match via {
        Via::RoleAssignment { .. } => Vec::new(),
        Via::UnknownAzureRole(_) => vec![ROLE_IS_UNREAD.into()],
        Via::Keys { reached, .. } => {
            let mut reasons = in_words(&reached.doubts, reached.via.action.name);
            reasons.extend(of_keys(tenant, account));
            reasons
        }
        Via::AzureRole { reached, with, .. } => {
            let mut reasons = in_words(&reached.doubts, reached.via.action.name);
            if let Some((_, read)) = with {
                reasons.extend(in_words(&read.doubts, read.via.action.name));
            }
            reasons
        }
        Via::Identity {
            chain,
            is_lost,
            through,
            ..
        } => {
            let mut reasons = of_chain(chain);
            if *is_lost {
                reasons.push("where the managed identity is, as its resource ID isn't known".into());
            }
            reasons.extend(of_via(tenant, through, account));
            reasons
        }
        Via::Copy { chain, is_guess } => {
            let mut reasons = of_chain(chain);
            if *is_guess {
                reasons.push("whether the account has continuous backup".into());
            }
            reasons
        }
    }
}

fn of_chain(chain: &Chain<'_>) -> Vec<Shown> {
    let of = |power: &Power<'_>| -> Vec<Shown> {
        let doubts = power.doubts.iter();
        doubts.map(|doubt| doubt_in_words(*doubt, power.action)).collect()
    };
    let mut reasons = of(&chain.first);
    reasons.extend(chain.second.iter().flat_map(of));
    reasons
}

/// Why a key possibly has no effect.
fn of_keys(tenant: &Tenant<'_>, account: usize) -> Option<Shown> {
    let account = tenant.account(account)?;
    match account.keys() {
        Keys::Unknown => Some("whether key-based authentication is enabled, which couldn't be read".into()),
        Keys::SaidRefused => Some(shown!(
            "whether disabling key-based authentication has an effect for the {} API, which isn't documented",
            account.api.title()
        )),
        Keys::Accepted | Keys::Refused => None,
    }
}
