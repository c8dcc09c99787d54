//! Runs the checks over a tenant: its accounts one by one and in parallel, then what concerns the audit as a whole, then the
//! waivers, and one total order at the end, so that the same input gives the same bytes.

use super::account::{AccountAudit, Outcome};
use super::context::AuditContext;
use super::draft::Draft;
use super::names::Names;
use super::only::OnlyError;
use super::options::Options;
use super::policy_groups::PolicyGroups;
use super::policy_use::PolicyUse;
use super::reached::Accounts;
use super::registry::{self, CHECKS};
use super::shared::Alike;
use super::since::compare;
use super::{bypass, coverage, drift, not_checked, notices, summary, waivers, written};
use crate::finding::{
    AccountSummary, Check, CheckSummary, Finding, Parts, Report, Severity, SnapshotSummary, TemplateFile, Waivers,
};
use crate::model::PrincipalId;
use crate::policy::{Contradiction, Holders, Policy, PolicyErrors, Privilege};
use crate::resolve::Tenant;
use crate::snapshot::SnapshotError;
use foldhash::HashMap;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Why a tenant cannot be audited.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// Blocks of the policy contradict each other in every account.
    #[error(transparent)]
    Policy(#[from] PolicyErrors),
    /// A filter means nothing in the tenant.
    #[error(transparent)]
    Only(#[from] OnlyError),
    /// An account cannot be read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

/// A report without causes, and what they are worked out from.
pub(super) struct Examined {
    pub(super) report: Report,
    /// Whether the policy wants an account to accept keys.
    pub(super) keys_wanted: Vec<bool>,
}

/// Runs every check over a tenant.
///
/// # Errors
/// When blocks of the policy contradict each other in every account, or when an account cannot be read.
pub(super) fn examine(tenant: &Tenant<'_>, policy: &Policy, options: Options<'_>) -> Result<Examined, AuditError> {
    let names = Names::new(policy, &tenant.directory);
    let header = tenant.frame.header;
    let joiner = policy.joiner();
    let policy_groups = PolicyGroups::of(policy, &tenant.directory);
    let audit = AccountAudit {
        joiner: &joiner,
        names: &names,
        tenant,
        options,
        alike: Alike::default(),
        policy_use: PolicyUse::default(),
        groups: &policy_groups,
    };
    // Summaries stay where they are first written; the rest is in boxes, as it is moved from list to list.
    let summaries: Vec<OnceLock<AccountSummary>> = tenant.frame.accounts.iter().map(|_| OnceLock::new()).collect();
    let outcomes = tenant.for_each_account(|place, record| {
        let (summary, outcome) = audit.of(record);
        if let Some(own) = summaries.get(place) {
            // Asked once for each place.
            let _ = own.set(summary);
        }
        Box::new(outcome)
    })?;
    let mut accounts: Vec<AccountSummary> = summaries.into_iter().filter_map(OnceLock::into_inner).collect();
    let Merged {
        mut drafts,
        holders,
        identities,
        groups,
        not_checked,
        keys_wanted,
    } = merge(outcomes).map_err(|found| policy.explain(&found))?;
    let context = AuditContext {
        tenant,
        policy,
        names: &names,
        is_complete: tenant.frame.is_complete() && accounts.iter().all(|account| account.gaps == 0),
        doubt: options
            .freshness
            .and_then(|freshness| freshness.doubt(header.taken_at, header.last_taken_at())),
        holders,
        identities: identities
            .into_iter()
            .map(|(id, accounts)| (id, Arc::new(accounts)))
            .collect(),
        reached: OnceLock::new(),
        data_access: policy_groups.accounts(&groups),
        matched_blocks: audit.policy_use.blocks.sorted(),
        applied_rules: audit.policy_use.applied_rules.sorted(),
        used_rules: audit.policy_use.used_rules.sorted(),
    };
    drafts.extend(registry::rows().flat_map(|row| row.in_audit(&context)));
    let mut findings = finish(drafts, policy);
    if let Some(origins) = tenant.frame.origins {
        written::at_template(&mut findings, &accounts, origins);
    }
    let applied = waivers::apply(&context, &accounts, &mut findings, options.ignore_waivers);
    let about_waivers = (applied.fates)
        .iter()
        .flat_map(|fate| registry::rows().filter_map(|row| row.in_waiver(fate)));
    findings.extend(finish(about_waivers.collect(), policy));
    let not_compared = [bypass::not_checked(&context), drift::not_checked(&context)].concat();
    let not_checked = not_checked::gather(not_checked, not_compared, tenant, (policy, &names), &accounts);
    let fixed = options
        .baseline
        .map(|baseline| compare(baseline, &context, &accounts, &not_checked, &mut findings))
        .unwrap_or_default();
    let places: HashMap<&Check, usize> = CHECKS.iter().enumerate().map(|(at, check)| (*check, at)).collect();
    findings.sort_by_cached_key(|finding| order(finding, &places));
    findings.dedup_by(|later, first| is_same(first, later));
    let all_read = context.is_complete && coverage::is_all_placed(tenant) && coverage::is_directory_known(&context);
    let scanned = SnapshotSummary {
        taken_at: header.taken_at,
        last_taken_at: header.last_taken_at(),
        cloud: header.cloud.clone(),
        tenant: header.tenant.clone(),
        tenant_name: header.tenant_name.clone(),
        scanned_by: header.scanned_by.clone(),
        subscriptions: header.subscriptions.clone(),
        accounts: accounts.len(),
        gone: tenant.frame.gone.len(),
        role_definitions: accounts.iter().filter_map(|account| account.role_definitions).sum(),
        role_assignments: accounts.iter().filter_map(|account| account.role_assignments).sum(),
        complete: all_read && coverage::is_recent(&context),
        all_read,
        age_doubt: coverage::age_doubt(&context),
        template: tenant.frame.origins.map(|origins| TemplateFile {
            file: origins.file.to_string(),
            kind: origins.kind,
        }),
    };
    let bypasses = summary::bypasses(&tenant.control, &names, &mut accounts);
    let groups = summary::groups(&accounts, &bypasses, &names);
    let parts = Parts {
        snapshot: scanned,
        policy: policy.files.clone(),
        waivers: Waivers {
            ignored: applied.ignored,
            ending: applied.ending.len(),
        },
        notices: notices::all(&context, applied.ending, options.baseline),
        not_checked,
        checks: checks(policy),
        accounts,
        bypasses,
        groups,
        findings,
        filtered: None,
        causes: Vec::new(),
        fixed,
    };
    Ok(Examined {
        report: Report::new(parts, options.gate),
        keys_wanted,
    })
}

/// What the audits of all accounts come to, in the order of the accounts: places in it are places in the report.
#[derive(Default)]
struct Merged<'p> {
    drafts: Vec<Draft>,
    holders: Vec<Arc<BTreeMap<Privilege, Vec<&'p Holders>>>>,
    identities: HashMap<&'p PrincipalId, Accounts>,
    groups: Vec<Vec<&'p PrincipalId>>,
    not_checked: Vec<Arc<[not_checked::Reason]>>,
    /// Whether the policy wants an account to accept keys.
    keys_wanted: Vec<bool>,
}

/// Joins the outcomes. Where every account is concerned, the contradictions of the policy are an error: no account can be
/// checked as it was meant.
fn merge(outcomes: Vec<Box<Outcome<'_>>>) -> Result<Merged<'_>, Vec<Contradiction>> {
    if !outcomes.is_empty() && outcomes.iter().all(|outcome| !outcome.contradictions.is_empty()) {
        let all = outcomes.into_iter().flat_map(|outcome| outcome.contradictions);
        let mut contradictions: Vec<Contradiction> = all.collect();
        // The same two rules meet in every account that both match; one example is enough.
        contradictions.sort_by(|a, b| (&a.first, &a.second, &a.message).cmp(&(&b.first, &b.second, &b.message)));
        contradictions.dedup_by(|a, b| (&a.first, &a.second) == (&b.first, &b.second));
        return Err(contradictions);
    }
    let mut merged = Merged::default();
    for (account, outcome) in outcomes.into_iter().enumerate() {
        let outcome = *outcome;
        merged.drafts.extend(outcome.drafts);
        merged.holders.push(outcome.holders);
        merged.not_checked.push(outcome.not_checked);
        merged.keys_wanted.push(outcome.keys_wanted);
        for (holder, lead) in outcome.identities {
            merged.identities.entry(holder).or_default().push(account, lead);
        }
        merged.groups.push(outcome.groups);
    }
    Ok(merged)
}

/// How bad the findings of a check are, `default` where the policy does not say; `None`: the policy turned it off.
fn severity(check: &Check, policy: &Policy, default: Severity) -> Option<Severity> {
    policy.severities.get(check).map_or(Some(default), |ruled| ruled.value)
}

fn checks(policy: &Policy) -> Vec<CheckSummary> {
    let summary = |check: &&'static Check| CheckSummary {
        check,
        severity: severity(check, policy, check.severity),
    };
    CHECKS.iter().map(summary).collect()
}

/// Gives drafts their severity, and leaves out those whose check is off.
pub(super) fn finish(drafts: Vec<Draft>, policy: &Policy) -> Vec<Finding> {
    drafts
        .into_iter()
        .filter_map(|draft| Some((severity(draft.check(), policy, draft.default_severity())?, draft)))
        .map(|(severity, draft)| draft.finish(severity))
        .collect()
}

/// The one order of findings: the whole scan first, then by account; the worst first. Total: fingerprints differ, and
/// where several rules say the same, the first of them comes first.
fn order(finding: &Finding, places: &HashMap<&Check, usize>) -> impl Ord + use<> {
    let subject = &finding.subject;
    (
        subject.account().cloned(),
        std::cmp::Reverse(finding.severity),
        places.get(finding.check).copied(),
        subject.principal().cloned(),
        subject.scope().cloned(),
        subject.id().map(str::to_ascii_lowercase),
        finding.fingerprint(),
        finding.place.clone(),
        finding.message.clone(),
        finding.remedy.as_ref().map(|remedy| remedy.summary.clone()),
    )
}

/// Whether two findings are one: several rules of a policy may say the same, such as a role that two blocks declare.
fn is_same(a: &Finding, b: &Finding) -> bool {
    a.check == b.check
        && a.account() == b.account()
        && a.subject.principal() == b.subject.principal()
        && a.subject.scope() == b.subject.scope()
        && a.subject.data_actions() == b.subject.data_actions()
        && a.fingerprint() == b.fingerprint()
}
