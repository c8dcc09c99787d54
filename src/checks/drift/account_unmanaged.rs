//! `account-unmanaged`: no block of the policy is for the account.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_name, account_title};
use crate::checks::row::{Origin, Row, Run};
use crate::finding::{About, Check, Group, Severity};
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
    needs: &[],
    summary: "no block of the policy matches an account",
    why: "The policy says nothing about the account, so nothing in it can be drift: neither keys nor access were \
          compared with anything.",
    fix: "Add a block that matches the account, or widen the `match` of one.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    if !context.policy.blocks.is_empty() {
        return Vec::new();
    }
    let message = shown!(
        "no block of the policy matches {}, so its keys and access were not compared",
        account_name(context)
    );
    let title = title!("No policy block matches {}", account_title(context));
    vec![
        Draft::new(&CHECK, context.about_account(), title, message).remedy(shown!(
            "add a block to the policy below `accounts:`, such as `- match: {{ account: {} }}`",
            Shown::of(context.account().id.name())
        )),
    ]
}
