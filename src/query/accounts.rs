//! Which accounts are asked about.

use super::asked::Asked;
use super::error::{AskError, did_you_mean};
use crate::model::glob::Case;
use crate::model::{Account, Glob, Shown};
use crate::resolve::Tenant;
use crate::shown;
use crate::snapshot::Subscription;

/// The accounts that a question is about.
pub(super) struct Meant {
    /// Their places.
    pub(super) places: Vec<usize>,
    /// What is doubtful about them.
    pub(super) unsure: Option<Shown>,
}

/// The accounts that a question is about. `own`: the account that its scope names.
pub(super) fn accounts(tenant: &Tenant<'_>, asked: &Asked, own: Option<&str>) -> Result<Meant, AskError> {
    let frame = &tenant.frame;
    let all: Vec<(usize, &Account)> = frame.accounts.iter().copied().enumerate().collect();
    let mut left = all.clone();
    let named = |text: &str| {
        let glob = Glob::new(text, Case::Ignored);
        move |account: &Account| glob.matches(account.id.name()) || glob.matches(account.id.as_str())
    };
    let nobody = |what: &str, text: &str, known: Vec<&str>, of: &str| {
        Err(AskError::new(
            format!("no account {what} `{text}`"),
            did_you_mean(text, of, known),
        ))
    };
    let account_names = || all.iter().map(|(_, account)| account.id.name()).collect::<Vec<_>>();
    if let Some(own) = own {
        let is_own = |account: &Account| {
            own.eq_ignore_ascii_case(account.id.name()) || own.eq_ignore_ascii_case(account.id.as_str())
        };
        left.retain(|(_, account)| is_own(account));
        if left.is_empty() {
            return nobody("is called", own, account_names(), "accounts");
        }
    }
    for text in &asked.accounts {
        if !all.iter().any(|(_, account)| named(text)(account)) {
            return nobody("matches", text, account_names(), "accounts");
        }
    }
    let globs: Vec<_> = asked.accounts.iter().map(|text| named(text)).collect();
    left.retain(|(_, account)| globs.is_empty() || globs.iter().any(|fits| fits(account)));
    let subscriptions = &frame.header.subscriptions;
    let in_subscription = |account: &Account, text: &str| {
        let glob = Glob::new(text, Case::Ignored);
        let own = account.id.subscription();
        let name = subscriptions.iter().find(|one| one.id.eq_ignore_ascii_case(own));
        glob.matches(own) || name.is_some_and(|one| glob.matches(&one.name))
    };
    let known = frame.subscriptions();
    for text in &asked.subscriptions {
        let glob = Glob::new(text, Case::Ignored);
        if !known.values().flatten().any(|name| glob.matches(name)) {
            let names = known.keys();
            let names = names.map(|id| Subscription::name_by_id(subscriptions, id).unwrap_or(id));
            return nobody(
                "is in a subscription that matches",
                text,
                names.collect(),
                "subscriptions",
            );
        }
    }
    let is_in_one = |account: &Account| asked.subscriptions.iter().any(|text| in_subscription(account, text));
    left.retain(|(_, account)| asked.subscriptions.is_empty() || is_in_one(account));
    let mut wanted = Vec::new();
    for text in &asked.tags {
        let Some((key, value)) = text.split_once('=').filter(|(key, _)| !key.is_empty()) else {
            let help = "write it as `KEY=VALUE`; `*` in the value stands for any text";
            return Err(AskError::new(format!("invalid tag `{text}`"), help));
        };
        let value = Glob::new(value, Case::Ignored);
        // Of an account whose tags aren't known, it can be the one.
        let could_have = |account: &Account| has(account, key, &value) != Some(false);
        if !all.iter().any(|(_, account)| could_have(account)) {
            let tags = all.iter().flat_map(|(_, account)| account.tags.iter());
            let known: Vec<String> = tags.map(|(key, value)| format!("{key}={value}")).collect();
            return nobody("has the tag", text, known.iter().map(String::as_str).collect(), "tags");
        }
        left.retain(|(_, account)| could_have(account));
        wanted.push((key, value));
    }
    // Subscriptions without accounts are no typo: what wasn't read of them is the answer.
    let in_none = !asked.subscriptions.is_empty() && !all.iter().any(|(_, account)| is_in_one(account));
    if left.is_empty() && !all.is_empty() && !in_none {
        let help = "each of them matches accounts, but no account matches all of them";
        return Err(AskError::new("the filters together match no account", help));
    }
    let is_unsure = |account: &&Account| wanted.iter().any(|(key, value)| has(account, key, value).is_none());
    Ok(Meant {
        unsure: unsure(left.iter().map(|(_, account)| *account).filter(is_unsure)),
        places: left.into_iter().map(|(place, _)| place).collect(),
    })
}

/// Whether an account has a tag. `None`: it isn't known.
fn has(account: &Account, key: &str, value: &Glob) -> Option<bool> {
    account.tags.fits(key, |is| value.matches(is))
}

/// What to say of accounts of which it isn't known whether they have the tags.
fn unsure<'a>(accounts: impl Iterator<Item = &'a Account>) -> Option<Shown> {
    /// Accounts that are named.
    const NAMED: usize = 3;
    let all: Vec<&Account> = accounts.collect();
    let named = all.iter().take(NAMED).map(|account| Shown::quoted(account.id.name()));
    let mut named: Vec<Shown> = named.collect();
    if let Some(more) = all.len().checked_sub(NAMED).filter(|more| *more > 0) {
        named.push(shown!("{} more", more));
    }
    let text = || {
        shown!(
            "the tags of {} couldn't be read. The answer includes every account that could have the tag.",
            Shown::list(&named)
        )
    };
    (!all.is_empty()).then(text)
}
