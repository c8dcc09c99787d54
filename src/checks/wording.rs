//! How findings speak: names in backticks, numbers with what they count.

use crate::finding::title::Piece;
use crate::model::azure_rbac::Level;
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
    let last = || {
        Shown::of(
            scope
                .as_str()
                .trim_end_matches('/')
                .rsplit('/')
                .next()
                .unwrap_or_default(),
        )
    };
    match scope.level() {
        Level::Root => "the tenant root".into(),
        Level::ManagementGroup => shown!("management group {}", last()).into(),
        Level::Subscription => {
            let id = scope.subscription().unwrap_or_default();
            let named = known
                .iter()
                .find(|one| one.id.eq_ignore_ascii_case(id) && !one.name.is_empty());
            match named {
                Some(one) => shown!("subscription {}", Shown::of(&one.name)).into(),
                None => Piece::Text(shown!("subscription {}", short_id(id))),
            }
        }
        Level::ResourceGroup | Level::Resource => last().into(),
        Level::Malformed => "an invalid scope".into(),
    }
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
