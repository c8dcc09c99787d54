//! What becomes of accounts and clusters that a list showed.

use crate::arm::{Code, Listed};
use crate::model::{AccountId, AccountRecord, Gap};

/// What came of reading an account.
pub(crate) enum Outcome {
    Account(Box<AccountRecord>),
    /// It was deleted since it was listed.
    Gone(AccountId),
}

/// Of an account that the list holds twice, differently, nobody knows which of the two its switches are.
pub(super) fn distrust(listed: &mut Listed, gaps: &[Gap]) {
    let account = &mut listed.account;
    let is_own = |gap: &&Gap| {
        let id = gap.item.as_deref();
        Code::ContradictoryItem.is_of(gap) && id.is_some_and(|id| id.eq_ignore_ascii_case(account.id.as_str()))
    };
    let Some(gap) = gaps.iter().find(is_own) else {
        return;
    };
    account.keys_generated_at = None;
    account.authentication.clear();
    let switches = [
        (Gap::LOCAL_AUTH, &mut account.local_auth_disabled),
        (Gap::KEY_METADATA_WRITES, &mut account.key_metadata_writes_disabled),
    ];
    for (what, switch) in switches {
        if switch.take().is_some() {
            listed.gaps.push(Gap {
                what: what.to_owned(),
                ..gap.clone()
            });
        }
    }
}
