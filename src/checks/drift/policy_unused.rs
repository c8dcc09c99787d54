//! `policy-unused`: a block of the policy matches no account, or no assignment uses an optional grant.

use crate::checks::context::AuditContext;
use crate::checks::draft::Draft;
use crate::checks::row::{Origin, Row, Run};
use crate::checks::wording::quote;
use crate::finding::{About, Check, Confidence, Group, Severity, Subject, What};
use crate::model::Shown;
use crate::policy::{Presence, PrincipalRule};
use crate::shown;
use crate::title;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Audit(run),
    origin: Origin::Policy,
};

static CHECK: Check = Check {
    id: "policy-unused",
    group: Group::Drift,
    severity: Severity::Low,
    about: About::Policy,
    needs: &[What::Accounts],
    summary: "Unused policy block or optional grant",
    why: "A block that matches no account can be a typing error. The account that it was meant for is then not \
          checked as intended. An optional grant that no role assignment uses silently allows access that is added \
          later.",
    fix: "Correct the `match`, the scope or the principal, or remove what is no longer needed.",
};

fn run(context: &AuditContext<'_>) -> Vec<Draft> {
    let frame = &context.tenant.frame;
    let mut drafts = Vec::new();
    // Of no accounts, no block matches any; that there was nothing to audit is the verdict, not a fault of the policy.
    if frame.accounts.is_empty() {
        return drafts;
    }
    let source = match frame.origins {
        None => "the snapshot",
        Some(origins) if origins.has_tenant => "the template or the snapshot",
        Some(_) => "the template",
    };
    let accounts_read = frame.ended && frame.header.shards.is_none() && frame.gaps.is_empty();
    let all_read = context.is_complete;
    for block in &context.policy.blocks {
        if !context.matched_blocks.contains(&block.at) {
            let draft = Draft::new(
                &CHECK,
                Subject::Rule,
                title!("Policy block {} matches no account", Shown::of(&block.name)),
                shown!("No account in {} matches the block {}.", source, quote(&block.name)),
            )
            .policy(Some(&block.at))
            .key(format!("block\n{}", block.name))
            .remedy(shown!(
                "Correct the `match` of the block, or delete the block ({}).",
                Shown::of_value(&block.at)
            ));
            drafts.push(unless_read(draft, accounts_read));
        }
        for rule in block.grants.iter().flatten() {
            // Required grants that nobody has are missing access; grants to everybody are there to cover what may come.
            let PrincipalRule::One(principal) = &rule.principal else {
                continue;
            };
            let unused = context.applied_rules.contains(&rule.at) && !context.used_rules.contains(&rule.at);
            if rule.presence == Presence::Optional && unused {
                let name = context.policy.principals.iter().find(|named| named.id == *principal);
                let name = name.map_or(principal.as_str(), |named| named.name.as_str());
                let scope = rule.scope.to_string();
                let text = shown!(
                    "No role assignment uses the optional grant to {} at {}.",
                    quote(name),
                    quote(&scope)
                );
                let role = rule.role.as_deref().unwrap_or_default();
                let title = title!(
                    "Optional grant to {} at {} is unused",
                    context.names.title_within(principal),
                    Shown::of(&scope)
                );
                let draft = Draft::new(&CHECK, Subject::Rule, title, text)
                    .policy(Some(&rule.at))
                    .key(format!("grant\n{}\n{principal}\n{scope}\n{role}", block.name))
                    .remedy(shown!(
                        "Delete the grant ({}), or correct its principal, scope or actions.",
                        Shown::of_value(&rule.at)
                    ));
                drafts.push(unless_read(draft, all_read));
            }
        }
    }
    drafts
}

/// Says so when what uses a part of the policy can be among what could not be read.
fn unless_read(draft: Draft, all_read: bool) -> Draft {
    if all_read {
        return draft;
    }
    draft
        .confidence(Confidence::Possible)
        .depends_on("what couldn't be read")
}
