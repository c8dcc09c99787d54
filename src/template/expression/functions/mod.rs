//! The functions of the language that need nothing but their arguments, each with how many of these it takes.

mod call;
mod encoding;
mod hashes;
mod ids;
mod lists;
mod logic;
mod numbers;
mod objects;
mod searching;
mod strings;
mod taking;

pub(super) use call::{Call, Function, same, unknowns};
pub(super) use objects::Merged;

use std::collections::HashMap;
use std::sync::LazyLock;

/// By their names in lower case.
static FUNCTIONS: LazyLock<HashMap<String, &'static Function>> = LazyLock::new(|| {
    let all = [
        encoding::FUNCTIONS,
        hashes::FUNCTIONS,
        ids::FUNCTIONS,
        lists::FUNCTIONS,
        logic::FUNCTIONS,
        numbers::FUNCTIONS,
        objects::FUNCTIONS,
        searching::FUNCTIONS,
        strings::FUNCTIONS,
        taking::FUNCTIONS,
    ];
    let named = all.into_iter().flatten();
    named
        .map(|function| (function.name.to_ascii_lowercase(), function))
        .collect()
});

/// The function of that name, in lower case.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.get(name).copied()
}
