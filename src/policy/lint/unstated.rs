//! What no block says anything about, and so isn't checked in any account.

use super::super::rules::{Block, Policy, Privilege};
use super::warning::Warning;

pub(super) fn lint(policy: &Policy) -> Vec<Warning> {
    // A file of waivers or principals alone is a part of a policy.
    if policy.blocks.is_empty() {
        return Vec::new();
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
    let unstated: Vec<String> = [Privilege::KeyReaders, Privilege::AccountWriters, Privilege::RoleAdmins]
        .into_iter()
        .filter(|privilege| none(&|block| block.holders.contains_key(privilege)))
        .map(|privilege| format!("`{}`", privilege.key()))
        .collect();
    if !unstated.is_empty() {
        let message = format!(
            "no block has {}, so who can bypass role assignments through these isn't checked",
            unstated.join(", ")
        );
        warn("unchecked-bypasses", message);
    }
    warnings
}
