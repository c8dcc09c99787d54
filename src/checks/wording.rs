//! How findings speak: names in backticks, numbers with what they count.

use crate::finding::title::Piece;
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

/// Where in Azure, in a title: only what is a name is shortened in it.
pub(super) fn azure_place(scope: &AzureScope, known: &[Subscription]) -> Piece {
    let place = Subscription::place(known, scope);
    match place.is_named() {
        true => Piece::Name(place.in_title()),
        false => Piece::Text(place.in_title()),
    }
}

/// Where in Azure, in a message: what it is, and its name. Its ID is in the proof.
pub(super) fn azure_scope(scope: &AzureScope, known: &[Subscription]) -> Shown {
    Subscription::place(known, scope).in_message()
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
