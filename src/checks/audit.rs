//! The audit: what the checks find in a tenant, and what there is to change.

use super::examine::{AuditError, Examined, examine};
use super::names::Names;
use super::only::narrowed;
use super::options::Options;
use super::{causes, plan, written};
use crate::finding::Report;
use crate::policy::Policy;
use crate::resolve::Tenant;

/// Audits a tenant against a policy. Pure: the clock is the snapshot's `taken_at`, and
/// [`Freshness::now`](super::Freshness::now).
///
/// # Errors
/// When blocks of the policy contradict each other in every account, or when an account cannot be read.
pub fn audit(tenant: &Tenant<'_>, policy: &Policy, options: Options<'_>) -> Result<Report, AuditError> {
    let Examined {
        mut report,
        keys_wanted,
    } = examine(tenant, policy, options)?;
    let mut hidden = Vec::new();
    if !options.only.is_empty() {
        let names = Names::new(policy, &tenant.directory);
        (report, hidden) = narrowed(report, options.only, &names, &tenant.frame)?;
    }
    report.causes = causes::of(&report.findings, tenant, policy, &keys_wanted);
    if tenant.frame.origins.is_some() {
        written::mended_there(&mut report);
    }
    let inner = Options {
        without_access: true,
        ..options
    };
    if options.effects {
        causes::add_effects(&mut report, &hidden, tenant, policy, inner)?;
    }
    if options.plan {
        report.plan = Some(Box::new(plan::of(&report, &hidden, tenant, policy, inner)?));
    }
    Ok(report)
}
