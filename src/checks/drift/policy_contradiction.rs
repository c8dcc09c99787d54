//! `policy-contradiction`: two blocks of the policy match an account and contradict each other.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_title};
use crate::checks::row::{Origin, Row, Run};
use crate::finding::{About, Check, Group, Severity};
use crate::model::Shown;
use crate::policy::Disagreement;
use crate::shown;
use crate::title;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::Contradiction,
};

static CHECK: Check = Check {
    id: "policy-contradiction",
    group: Group::Drift,
    severity: Severity::High,
    about: About::Account,
    needs: &[],
    summary: "Two policy blocks that match an account contradict each other",
    why: "Both blocks match because of the account's name, resource group or tags. Anyone who can create or tag \
          accounts chooses these. The account is checked against the stricter rule: `disabled` before `enabled` \
          before `any`, required before optional, and a deny before a grant. A role must match both definitions. If \
          blocks contradict each other in every account, the policy is rejected instead.",
    fix: "Correct the tags of the account, narrow the `match` of one block, or make the rules agree.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let contradictions = context.policy.contradictions.iter();
    contradictions
        .map(|found| {
            let holds = match &found.about {
                Disagreement::Owner => "Findings in the account name all of its owners.",
                _ => "The account is checked against the stricter rule.",
            };
            let message = shown!(
                "{}. {} The other rule is at {}.",
                Shown::of(&found.message).capitalised(),
                holds,
                Shown::of_value(&found.second)
            );
            let account = account_title(context);
            let title = match &found.about {
                Disagreement::Owner => title!("Policy blocks disagree about the owner of {}", account),
                Disagreement::Setting(key) => title!("Policy blocks disagree about {} of {}", *key, account),
                Disagreement::Role(role) => {
                    title!("Policy blocks disagree about role {} in {}", Shown::of(role), account)
                }
                Disagreement::Presence(_) => {
                    title!(
                        "Policy blocks disagree about whether a grant in {} is required",
                        account
                    )
                }
                Disagreement::Denied(_) => title!("A grant that the policy requires in {} is denied", account),
            };
            Draft::new(&CHECK, context.about_account(), title, message)
                .policy(Some(&found.first))
                .key(found.about.key())
                .remedy("Correct the tags of the account, narrow the `match` of one block, or make the rules agree.")
        })
        .collect()
}
