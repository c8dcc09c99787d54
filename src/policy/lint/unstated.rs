//! What no block says anything about, and so isn't checked in any account.

use super::super::rules::{Block, Policy, Privilege};
use super::warning::Warning;
use crate::finding::SourceRef;

/// A policy that says nothing at all, so that every account is one that nobody thought of.
fn empty(policy: &Policy) -> Option<Warning> {
    let says_something = !policy.principals.is_empty() || !policy.waivers.is_empty() || !policy.severities.is_empty();
    let file = policy.files.first().filter(|_| !says_something)?;
    let at = SourceRef {
        file: file.clone(),
        line: 1,
        column: 1,
    };
    let message = "the policy has no rules, so no account is checked against one; add blocks below `accounts`";
    Some(Warning::new("empty-policy", &at, message.to_owned()))
}

pub(super) fn lint(policy: &Policy) -> Vec<Warning> {
    // A file of waivers or principals alone is a part of a policy.
    if policy.blocks.is_empty() {
        return empty(policy).into_iter().collect();
    }
    let none = |says: &dyn Fn(&Block) -> bool| !policy.blocks.iter().any(says);
    let mut warnings = Vec::new();
    let mut warn = |code, message: String| {
        warnings.push(Warning {
            code,
            message,
            at: None,
            other: None,
        });
    };
    if none(&|block| block.local_auth.is_some()) {
        let message = "no block has `local_auth`, so key-based authentication isn't checked; write `local_auth: disabled`, or `any`";
        warn("unchecked-keys", message.to_owned());
    }
    if none(&|block| block.grants.is_some()) {
        warn(
            "unchecked-access",
            "no block has `grants`, so who has access isn't checked".to_owned(),
        );
    }
    let is_unstated = |privilege: &Privilege| none(&|block| block.holders.contains_key(privilege));
    let unstated: Vec<String> = Privilege::ALL
        .into_iter()
        .filter(is_unstated)
        // `role_admins` stands in for this list.
        .filter(|privilege| *privilege != Privilege::IdentityAdmins || is_unstated(&Privilege::RoleAdmins))
        .map(|privilege| format!("`{}`", privilege.key()))
        .collect();
    if let Some((last, others)) = unstated.split_last() {
        let names = match others {
            [] => last.clone(),
            _ => format!("{} or {last}", others.join(", ")),
        };
        let message = format!("no block has {names}, so who can bypass role assignments through these isn't checked");
        warn("unchecked-bypasses", message);
    }
    warnings
}
