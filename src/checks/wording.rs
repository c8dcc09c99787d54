//! How findings speak: names in backticks, numbers with what they count.

use crate::finding::title::Piece;
use crate::model::azure_rbac::Level;
use crate::model::guid::is_guid;
use crate::model::{ActionPattern, AzureScope, Scope, Shown};
use crate::shown;
use crate::snapshot::Subscription;
use std::collections::BTreeSet;

/// A name in backticks.
pub(super) fn quote(name: &str) -> Shown {
    Shown::quoted(name)
}

/// Where in an account, as it stands behind the account's name in a title.
pub(super) fn within(scope: &Scope) -> Piece {
    match scope {
        Scope::Account => "".into(),
        _ => shown!(" {}", Shown::of_value(scope)).into(),
    }
}

/// Where in Azure, in a title: by its name, not by its id.
pub(super) fn azure_place(scope: &AzureScope, known: &[Subscription]) -> Piece {
    match (scope.level(), azure_name(scope, known)) {
        (Level::Root, _) => "the tenant root".into(),
        (Level::Malformed, _) => "an invalid scope".into(),
        (Level::Subscription, None) => {
            let id = scope.subscription().unwrap_or_default();
            Piece::Text(shown!("subscription {}", short_id(id)))
        }
        (Level::Subscription, Some(name)) => shown!("subscription {}", name).into(),
        (Level::ManagementGroup, name) => shown!("management group {}", name.unwrap_or_default()).into(),
        (Level::ResourceGroup | Level::Resource, name) => name.unwrap_or_default().into(),
    }
}

/// Where in Azure, in a table: by its name, not by its id.
pub(crate) fn azure_in_short(scope: &AzureScope, known: &[Subscription]) -> Shown {
    azure_place(scope, known).into()
}

/// Where in Azure, in a message: what it is, and its name. Its ID is in the proof.
pub(super) fn azure_scope(scope: &AzureScope, known: &[Subscription]) -> Shown {
    let noun = match scope.level() {
        Level::Root => return shown!("the tenant root {}", quote("/")),
        Level::ManagementGroup => "management group",
        Level::Subscription => "subscription",
        Level::ResourceGroup => "resource group",
        Level::Resource | Level::Malformed => return quote(scope.as_str()),
    };
    match azure_name(scope, known) {
        Some(name) => shown!("{} `{}`", noun, name),
        None => shown!("{} {}", noun, quote(scope.subscription().unwrap_or_default())),
    }
}

/// The name of a scope; `None`: of a subscription only the id is known, which some tenants also give it as its name.
pub(super) fn azure_name(scope: &AzureScope, known: &[Subscription]) -> Option<Shown> {
    if scope.level() == Level::Subscription {
        let id = scope.subscription()?;
        let named = known.iter().find(|one| one.id.eq_ignore_ascii_case(id));
        return named
            .filter(|one| !one.name.is_empty() && !is_guid(&one.name))
            .map(|one| Shown::of(&one.name));
    }
    scope.as_str().trim_end_matches('/').rsplit('/').next().map(Shown::of)
}

/// The ends of an id, for titles: what comes first and last of a GUID tells it from others.
pub(super) fn short_id(id: &str) -> Shown {
    const HEAD: usize = 8;
    const TAIL: usize = 4;
    let length = id.chars().count();
    if length <= HEAD + TAIL {
        return Shown::of(id);
    }
    let head: String = id.chars().take(HEAD).collect();
    let tail: String = id.chars().skip(length - TAIL).collect();
    shown!("{}…{}", Shown::of(&head), Shown::of(&tail))
}

/// The end of a data action, which is enough in a title: `items/*`.
pub(super) fn tail(pattern: &ActionPattern) -> Shown {
    let short = pattern.short();
    let start = short.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at + 1);
    Shown::of(short.get(start..).unwrap_or(short))
}

/// Text of others as a sentence: with one full stop at its end.
pub(super) fn stopped(text: &str) -> Shown {
    shown!("{}.", Shown::of(text.trim_end().trim_end_matches('.')))
}

/// `one thing`, `2 things`.
pub(super) fn count(number: usize, one: &'static str, many: &'static str) -> Shown {
    shown!("{} {}", number, if number == 1 { one } else { many })
}

/// Names, whose order and case say nothing, as the key of a finding.
pub(super) fn key_of<'p>(patterns: impl IntoIterator<Item = &'p ActionPattern>) -> String {
    let names: BTreeSet<String> = patterns
        .into_iter()
        .map(|pattern| pattern.as_str().to_ascii_lowercase())
        .collect();
    names.into_iter().collect::<Vec<_>>().join("\n")
}
