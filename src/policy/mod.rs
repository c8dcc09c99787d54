//! What the owner of a tenant wants: the policy, as valid types.
//!
//! `raw` reads YAML into a tree in which everything has its place, `validate` turns the trees of all files into the types
//! of `rules` and reports every error at once, `contradiction` finds rules that cannot both be kept, `merge` joins
//! blocks, and `joiner` finds those that match an account. `lint` says what is valid and probably a mistake, `schema` is for editors. Knows nothing of findings' wording.

mod account_match;
pub mod checked;
mod contradiction;
mod error;
mod joiner;
mod key_age;
mod lint;
mod load;
mod lookup;
mod merge;
mod raw;
mod rules;
mod schema;
mod snippet;
mod source;
mod text;
mod validate;

#[cfg(test)]
mod tests;

pub use account_match::AccountMatch;
pub use error::{Contradiction, Disagreement, PolicyError, PolicyErrors};
pub use joiner::Joiner;
pub use key_age::MaxKeyAge;
pub use lint::Warning;
pub(crate) use load::LARGEST;
pub use merge::AccountPolicy;
pub use rules::{
    Block, DenyRule, GrantRule, Holders, Policy, Presence, Principal, PrincipalRule, Privilege, RoleRule, Ruled,
    Switch, Waiver,
};
pub use schema::schema;
pub use source::Source;
pub(crate) use validate::written_action;
pub use validate::{Suggestions, day};
