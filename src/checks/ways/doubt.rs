//! Why a way is possible and not certain, in words.

use crate::checks::wording::{list, quote};
use crate::model::{AccountRecord, Api};
use crate::resolve::{DenyDoubt, Doubt, Reached};

/// The end of "…; it depends on …", for the account that a finding shows.
pub(super) fn words(reached: &Reached<'_, '_>, record: Option<&AccountRecord>) -> String {
    let mut reasons: Vec<String> = reached
        .doubts
        .iter()
        .map(|doubt| reason(*doubt, reached.via.action.name))
        .collect();
    if let Some(record) = record {
        reasons.extend(of_keys(record, reached));
    }
    reasons.dedup();
    if reasons.is_empty() {
        // Every doubt has its words; this one is about none of them.
        reasons.push("what could not be read".to_owned());
    }
    format!("it depends on {}", list(&reasons))
}

/// Keys matter only where they are let in.
fn of_keys(record: &AccountRecord, reached: &Reached<'_, '_>) -> Option<String> {
    use crate::resolve::Way;
    if !matches!(reached.via.action.way, Way::ReadKeys | Way::ReadReadOnlyKeys) {
        return None;
    }
    match (record.account.local_auth_disabled, record.account.api) {
        (None, _) => Some("whether keys open the account, which could not be read".to_owned()),
        (Some(true), api) if api != Api::Sql => Some(format!(
            "whether the local-auth switch works for the {} API, which is not documented",
            api.title()
        )),
        _ => None,
    }
}

fn reason(doubt: Doubt<'_>, action: &str) -> String {
    match doubt {
        Doubt::Eligible => "the role being activated in Privileged Identity Management".to_owned(),
        Doubt::Condition(_) => "the condition of the assignment, which is not evaluated".to_owned(),
        Doubt::RoleCondition(_) => "the condition in the role, which is not evaluated".to_owned(),
        Doubt::ActionNotSeen => format!(
            "what the service does with {}, which is documented by its name only",
            quote(action)
        ),
        Doubt::NeedsCustomRole => "the principal holding a custom role, which it could widen".to_owned(),
        Doubt::NeedsMongoUsers => "users with passwords being turned on for the account".to_owned(),
        Doubt::ApiUnknown => "which API the account speaks".to_owned(),
        Doubt::WithinAccount => "what can be written below that scope within the account".to_owned(),
        Doubt::DenyUnsure { deny, why } => {
            let deny = quote(&deny.name);
            match why {
                DenyDoubt::Membership => format!("who is in the groups that the deny assignment {deny} names"),
                DenyDoubt::Condition => {
                    format!("the condition of the deny assignment {deny}, which is not evaluated")
                }
                DenyDoubt::Scope => format!("where the request is made: the deny assignment {deny} holds at one scope"),
            }
        }
        Doubt::DenyNotRead => "deny assignments that could not be read".to_owned(),
    }
}
