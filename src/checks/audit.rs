//! Runs the checks over a snapshot: accounts in parallel, then what concerns the audit as a whole, then the waivers,
//! and one total order at the end, so that the same input gives the same bytes.

use super::context::{AccountContext, AuditContext};
use super::directory::Directory;
use super::draft::Draft;
use super::summary::{self, summarise};
use super::{CHECKS, Check, Run, check, coverage, notices, waivers};
use crate::finding::{
    AccountSummary, Baseline, CheckSummary, Finding, Gate, Parts, PolicyRef, Report, Severity, SnapshotSummary, State,
};
use crate::model::AccountRecord;
use crate::policy::{Contradiction, Holders, Policy, Privilege};
use crate::resolve::ControlAccess;
use crate::snapshot::Snapshot;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What an audit is told besides snapshot and policy.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'b> {
    /// When the result is a failure.
    pub gate: Gate,
    /// An earlier report: what it found is known.
    pub baseline: Option<&'b Baseline>,
}

/// Audits a snapshot against a policy. Pure: the clock is the snapshot's `taken_at`.
///
/// # Errors
/// When blocks of the policy that match the same account contradict each other.
pub fn audit(snapshot: &Snapshot, policy: &Policy, options: Options<'_>) -> Result<Report, Vec<Contradiction>> {
    let directory = Directory::new(policy, snapshot.principals.as_deref());
    let control = ControlAccess::resolve(
        &snapshot.control_planes,
        &snapshot.accounts,
        snapshot.principals.as_deref(),
    );
    // One account after the other, in the snapshot's order: places in it are places in the report.
    let outcomes: Vec<Result<Outcome<'_>, Vec<Contradiction>>> = snapshot
        .accounts
        .par_iter()
        .map(|record| audit_account(record, policy, &directory))
        .collect();
    let mut accounts = Vec::with_capacity(outcomes.len());
    let mut drafts = Vec::new();
    let mut contradictions = Vec::new();
    let mut context = AuditContext {
        snapshot,
        policy,
        directory: &directory,
        baseline: options.baseline,
        control: &control,
        holders: Vec::with_capacity(snapshot.accounts.len()),
        matched_blocks: Default::default(),
        applied_rules: Default::default(),
        used_rules: Default::default(),
    };
    for outcome in outcomes {
        match outcome {
            Ok(outcome) => {
                context.matched_blocks.extend(outcome.blocks);
                context.applied_rules.extend(outcome.applied_rules);
                context.used_rules.extend(outcome.used_rules);
                drafts.extend(outcome.drafts);
                context.holders.push(outcome.holders);
                accounts.push(outcome.summary);
            }
            Err(found) => contradictions.extend(found),
        }
    }
    if !contradictions.is_empty() {
        // The same two rules meet in every account that both match; one example is enough.
        contradictions.sort_by(|a, b| (&a.first, &a.second, &a.message).cmp(&(&b.first, &b.second, &b.message)));
        contradictions.dedup_by(|a, b| (&a.first, &a.second) == (&b.first, &b.second));
        return Err(contradictions);
    }
    for check in CHECKS {
        if let Run::Audit(run) = check.run {
            drafts.extend(run(&context));
        }
    }
    let mut findings = finish(drafts, policy);
    let about_waivers = waivers::apply(snapshot, policy, &mut findings);
    findings.extend(finish(about_waivers, policy));
    if let Some(baseline) = options.baseline {
        let known = |finding: &&mut Finding| finding.state == State::New && baseline.knows(finding);
        findings
            .iter_mut()
            .filter(known)
            .for_each(|finding| finding.state = State::Known);
    }
    findings.sort_by_cached_key(order);
    findings.dedup_by(|later, first| is_same(first, later));
    let scanned = SnapshotSummary {
        taken_at: snapshot.header.taken_at,
        cloud: snapshot.header.cloud.clone(),
        tenant: snapshot.header.tenant.clone(),
        subscriptions: snapshot.header.subscriptions.clone(),
        accounts: accounts.len(),
        gone: snapshot.gone.len(),
        role_definitions: accounts.iter().filter_map(|account| account.role_definitions).sum(),
        role_assignments: accounts.iter().filter_map(|account| account.role_assignments).sum(),
        complete: snapshot.is_complete() && coverage::is_all_placed(snapshot, &control),
    };
    let routes = summary::ways(&control, &directory, &mut accounts);
    let parts = Parts {
        snapshot: scanned,
        policy: policy.files.clone(),
        notices: notices::all(snapshot, policy),
        checks: ran(policy),
        accounts,
        routes,
        findings,
    };
    Ok(Report::new(parts, options.gate))
}

/// What the audit of one account comes to.
struct Outcome<'a> {
    drafts: Vec<Draft>,
    summary: AccountSummary,
    blocks: Vec<&'a PolicyRef>,
    applied_rules: Vec<&'a PolicyRef>,
    used_rules: Vec<&'a PolicyRef>,
    holders: BTreeMap<Privilege, Vec<&'a Holders>>,
}

fn audit_account<'a>(
    record: &'a AccountRecord,
    policy: &'a Policy,
    directory: &'a Directory<'a>,
) -> Result<Outcome<'a>, Vec<Contradiction>> {
    let context = AccountContext::new(record, policy.for_account(&record.account)?, directory);
    let mut drafts = Vec::new();
    for check in CHECKS {
        if let Run::Account(run) = check.run {
            drafts.extend(run(&context).into_iter().map(|draft| draft.account(&context)));
        }
    }
    let used = context.rules.iter().filter(|judged| {
        context.access.grants().any(|grant| {
            directory.applies(&judged.rule.principal, grant.principal())
                && judged.rule.scope.overlaps(grant.scope)
                && !judged.bounds.most().and(grant.role.bounds.most()).is_empty()
        })
    });
    Ok(Outcome {
        summary: summarise(&context, &drafts),
        blocks: context.policy.blocks.iter().map(|block| &block.at).collect(),
        applied_rules: context.rules.iter().map(|judged| &judged.rule.at).collect(),
        used_rules: used.map(|judged| &judged.rule.at).collect(),
        holders: context.policy.holders.clone(),
        drafts,
    })
}

/// How bad the findings of a check are; `None`: the policy turned it off. `unstated`: they are about something that the
/// policy does not speak of.
fn severity(check: &Check, policy: &Policy, unstated: bool) -> Option<Severity> {
    match policy.severities.get(&check.id) {
        Some(ruled) => ruled.value,
        None if unstated => Some(Severity::Note),
        None => Some(check.severity),
    }
}

fn ran(policy: &Policy) -> Vec<CheckSummary> {
    CHECKS
        .iter()
        .filter_map(|check| {
            Some(CheckSummary {
                id: check.id,
                severity: severity(check, policy, false)?,
                summary: check.summary,
                why: check.why,
                fix: check.fix,
            })
        })
        .collect()
}

/// Gives drafts their severity, and leaves out those whose check is off.
fn finish(drafts: Vec<Draft>, policy: &Policy) -> Vec<Finding> {
    drafts
        .into_iter()
        .filter_map(|draft| Some((severity(check(draft.check())?, policy, draft.is_unstated())?, draft)))
        .map(|(severity, draft)| draft.finish(severity))
        .collect()
}

/// The one order of findings: the whole scan first, then by account; the worst first. Total: fingerprints differ, and
/// where several rules say the same, the first of them comes first.
fn order(finding: &Finding) -> impl Ord + use<> {
    (
        finding.account.clone(),
        std::cmp::Reverse(finding.severity),
        finding.check,
        finding.principal.clone(),
        finding.scope.clone(),
        finding.subject.as_ref().map(|subject| subject.to_ascii_lowercase()),
        finding.fingerprint(),
        finding.policy.clone(),
        finding.message.clone(),
    )
}

/// Whether two findings are one: several rules of a policy may say the same, such as a role that two blocks declare.
fn is_same(a: &Finding, b: &Finding) -> bool {
    a.check == b.check
        && a.account == b.account
        && a.principal == b.principal
        && a.scope == b.scope
        && a.data_actions == b.data_actions
        && a.fingerprint() == b.fingerprint()
}
