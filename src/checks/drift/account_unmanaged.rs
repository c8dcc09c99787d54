//! `account-unmanaged`: no block of the policy is for the account.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_name};
use crate::checks::{Check, Group, Run};
use crate::finding::{CheckId, Severity};

pub(in crate::checks) const CHECK: Check = Check {
    id: CheckId::AccountUnmanaged,
    group: Group::Drift,
    severity: Severity::Medium,
    summary: "no block of the policy matches an account",
    why: "The policy says nothing about the account, so nothing in it can be drift: neither keys nor access were \
          compared with anything.",
    fix: "Add a block that matches the account, or widen the `match` of one.",
    run: Run::Account(run),
};

fn run(context: &AccountContext<'_>) -> Vec<Draft> {
    if !context.policy.blocks.is_empty() {
        return Vec::new();
    }
    let message = format!(
        "no block of the policy matches {}, so its keys and access were not compared",
        account_name(context)
    );
    vec![
        Draft::new(CHECK.id, message)
            .subject(context.record.account.id.as_str())
            .remedy("add a block to the policy that matches the account"),
    ]
}
