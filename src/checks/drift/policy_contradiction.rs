//! `policy-contradiction`: two blocks of the policy that both match an account cannot both be kept.

use crate::checks::context::AccountContext;
use crate::checks::draft::Draft;
use crate::checks::row::{Row, Run};
use crate::finding::{About, Check, Group, Severity};
use crate::model::Shown;
use crate::shown;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
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
            Draft::new(&CHECK, context.about_account(), message)
                .policy(Some(&found.first))
                .key(found.about.key())
                .remedy("correct the account's tags, narrow one block's `match`, or make the rules agree")
        })
        .collect()
}
