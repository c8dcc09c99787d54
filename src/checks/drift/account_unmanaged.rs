//! `account-unmanaged`: no block of the policy matches the account.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_name, account_title};
use crate::checks::row::{Origin, Row, Run};
use crate::finding::{About, Check, Group, Severity, What};
use crate::model::Shown;
use crate::shown;
use crate::title;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::Uncovered,
};

static CHECK: Check = Check {
    id: "account-unmanaged",
    group: Group::Drift,
    severity: Severity::Medium,
    about: About::Account,
    needs: &[What::Policy, What::OtherResources],
    summary: "No policy block matches the account",
    why: "The policy says nothing about the account. Its settings and its access weren't compared with anything.",
    fix: "Add a block that matches the account, or widen the `match` of an existing block.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    // Of what is only listed there is nothing to compare.
    if !context.policy.blocks.is_empty() || !context.policy.undecided.is_empty() || !context.account().api.is_read() {
        return Vec::new();
    }
    let message = shown!(
        "Key-based authentication and access of {} weren't compared with anything.",
        account_name(context)
    );
    let title = title!("No policy block matches {}", account_title(context));
    vec![
        Draft::new(&CHECK, context.about_account(), title, message).remedy(shown!(
            "Add a block below `accounts:` in the policy, such as `- {{ match: {{ account: {} }}, local_auth: disabled }}`. What the \
             block leaves out, such as `local_auth`, isn't checked.",
            Shown::of(context.account().id.name())
        )),
    ]
}
