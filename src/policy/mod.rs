//! What the owner of a tenant wants: the policy, as valid types.
//!
//! `raw` has the YAML's shape with positions, `validate` turns it into the types of `rules` and reports every error of
//! every file at once, `merge` joins the blocks that match an account. Knows nothing of findings' wording.

mod merge;
mod rules;

pub use merge::{AccountPolicy, Contradiction};
pub use rules::{
    AccountMatch, Block, DenyRule, GrantRule, Policy, Presence, Principal, PrincipalRule, RoleRule, Ruled, Switch,
    Waiver,
};
