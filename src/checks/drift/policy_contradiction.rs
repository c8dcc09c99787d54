//! `policy-contradiction`: two blocks of the policy that both match an account cannot both be kept.

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
    summary: "two blocks of the policy match an account and contradict each other",
    why: "The blocks meet because of the account's name, group or tags, which whoever can create or tag accounts chooses. \
          The account is checked against the stricter rule: `disabled` before `enabled` before `any`, required before \
          optional, a deny before a grant, and a role must have both meanings. A policy whose blocks contradict each other \
          in every account is an error instead.",
    fix: "Correct the account's tags, narrow one block's `match` so that both never match one account, or make the rules \
          agree.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let contradictions = context.policy.contradictions.iter();
    contradictions
        .map(|found| {
            let message = shown!(
                "{}; the account is checked against the stricter rule (the other rule: {})",
                Shown::of(&found.message),
                Shown::of_value(&found.second)
            );
            let account = account_title(context);
            let title = match &found.about {
                Disagreement::Switch(key) => title!("Policy blocks disagree about {} of {}", *key, account),
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
                .remedy("correct the account's tags, narrow one block's `match`, or make the rules agree")
        })
        .collect()
}
