//! A pattern of accounts, as a policy writes it and as people call it.

use super::expressible::is_text;
use super::fold::Pattern;
use super::yaml::scalar;
use crate::snapshot::Subscription;

/// What the accounts are called together.
pub(super) fn called(pattern: &Pattern, subscriptions: &[Subscription]) -> String {
    match pattern {
        Pattern::Prefix(text) => format!("{text}*"),
        Pattern::Suffix(text) => format!("*{text}"),
        Pattern::Around(first, last) => format!("{first}*{last}"),
        Pattern::ResourceGroup(_, group) => format!("resource group {group}"),
        Pattern::Subscription(id) => {
            let known = subscriptions.iter().find(|one| one.id.eq_ignore_ascii_case(id));
            let name = known.map(|one| one.name.as_str()).filter(|name| is_text(name));
            format!("subscription {}", name.unwrap_or(id))
        }
        Pattern::Tag(key, value) => format!("{key}={value}"),
        Pattern::Everything => "every account".to_owned(),
        Pattern::Account(name, _) => name.clone(),
    }
}

/// What stands behind `match:`; `None`: the block is for every account.
pub(super) fn matched(pattern: &Pattern) -> Option<String> {
    Some(match pattern {
        Pattern::Prefix(text) => format!("{{ account: {} }}", scalar(&format!("{text}*"))),
        Pattern::Suffix(text) => format!("{{ account: {} }}", scalar(&format!("*{text}"))),
        Pattern::Around(first, last) => format!("{{ account: {} }}", scalar(&format!("{first}*{last}"))),
        Pattern::ResourceGroup(subscription, group) => format!(
            "{{ subscription: {}, resource_group: {} }}",
            scalar(subscription),
            scalar(group)
        ),
        Pattern::Subscription(id) => format!("{{ subscription: {} }}", scalar(id)),
        Pattern::Tag(key, value) => format!("{{ tags: {{ {}: {} }} }}", scalar(key), scalar(value)),
        Pattern::Everything => return None,
        Pattern::Account(name, None) => format!("{{ account: {} }}", scalar(name)),
        Pattern::Account(name, Some((subscription, group))) => format!(
            "{{ account: {}, subscription: {}, resource_group: {} }}",
            scalar(name),
            scalar(subscription),
            scalar(group)
        ),
    })
}
