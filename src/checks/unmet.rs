//! What in a policy meets nothing in a tenant, as warnings about the policy: what checks find of its rules and waivers, and what
//! only matters to those who write it.

use super::examine::{AuditError, examine};
use super::options::Options;
use super::registry;
use super::row::Origin;
use crate::finding::{About, Check, Finding, Place, SourceRef};
use crate::model::{Existing, PrincipalId, PrincipalKind, Scope, ScopePattern};
use crate::policy::{Policy, Warning};
use crate::resolve::Tenant;
use crate::snapshot::SnapshotError;
use foldhash::HashSet;
use std::collections::BTreeSet;

/// What meets nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// Of the policy.
    pub warnings: Vec<Warning>,
    /// Accounts that no block matches, by name.
    pub uncovered: Vec<String>,
    /// How many accounts there are.
    pub accounts: usize,
}

/// Holds a policy against a tenant.
///
/// # Errors
/// When blocks of the policy contradict each other in every account, or when an account cannot be read.
pub fn unmet(tenant: &Tenant<'_>, policy: &Policy) -> Result<Unmet, AuditError> {
    // What the policy turns off for audits is still worth a warning here.
    let mut all = policy.clone();
    all.severities.retain(|check, _| !is_about_policy(check));
    let report = examine(tenant, &all, Options::without_access())?.report;
    let last = tenant.frame.header.last_taken_at();
    let day = last.to_zoned(jiff::tz::TimeZone::UTC).date();
    let has_expired = |at: &SourceRef| {
        policy
            .waivers
            .iter()
            .any(|waiver| waiver.at == *at && waiver.expires < day)
    };
    let is_of_policy = |finding: &&Finding| {
        let contradicts = || {
            let mut rows = registry::rows();
            rows.any(|row| row.check == finding.check && matches!(row.origin, Origin::Contradiction))
        };
        is_about_policy(finding.check) || contradicts()
    };
    let about_policy = report.findings.iter().filter(is_of_policy);
    let mut warnings: Vec<Warning> = about_policy
        .map(|finding| Warning {
            code: finding.check.id,
            message: finding.message.without_final(&['.']).into(),
            at: finding.place.as_ref().map(Place::source).cloned(),
            other: None,
        })
        // That is known without a tenant.
        .filter(|warning| !warning.at.as_ref().is_some_and(has_expired))
        .collect();
    warnings.extend(denies(tenant, policy)?);
    warnings.extend(principals(tenant, policy)?);
    policy.sort_warnings(&mut warnings);
    let uncovered = report.accounts.iter();
    let uncovered = uncovered.filter(|account| account.blocks.is_empty() && account.api.is_read());
    Ok(Unmet {
        warnings,
        uncovered: uncovered.map(|account| account.id.name().to_owned()).collect(),
        accounts: report.accounts.len(),
    })
}

fn is_about_policy(check: &Check) -> bool {
    matches!(check.about, About::Policy | About::Waiver)
}

/// Denies at places that none of their accounts has.
fn denies(tenant: &Tenant<'_>, policy: &Policy) -> Result<Vec<Warning>, AuditError> {
    // Of each account, the denies that apply, and whether their place exists or could.
    let joiner = policy.joiner();
    let found = tenant.for_each_account(|_, record| {
        let denies = joiner.for_account(&record.account).denies.into_iter();
        let exists = |scope: &ScopePattern| match &record.databases {
            None => true,
            Some(databases) => {
                let place = |place| record.account.place(place);
                let mut unread = databases.iter().filter(|database| database.containers.is_none());
                scope.database().is_none()
                    || unread.any(|database| scope.overlaps(&place(Scope::Database(database.name.clone()))))
                    || Existing::new(Some(databases))
                        .places()
                        .any(|one| scope.covers(&place(one)))
            }
        };
        denies
            .map(|deny| (deny.at.clone(), exists(&deny.scope)))
            .collect::<Vec<_>>()
    })?;
    let met: BTreeSet<&SourceRef> = found
        .iter()
        .flatten()
        .filter(|(_, met)| *met)
        .map(|(at, _)| at)
        .collect();
    let applied: BTreeSet<&SourceRef> = found.iter().flatten().map(|(at, _)| at).collect();
    let warning = |at: &&SourceRef| {
        Warning {
        code: "unmet-deny",
        message: "the scope of this deny exists in none of its accounts; correct the scope, or keep the deny for what is created \
                  later"
            .to_owned(),
        at: Some((*at).clone()),
        other: None,
    }
    };
    Ok(applied.difference(&met).map(warning).collect())
}

/// Principals that the directory doesn't know, that are of another kind, or that have no access at all.
fn principals(tenant: &Tenant<'_>, policy: &Policy) -> Result<Vec<Warning>, AuditError> {
    if tenant.frame.principals.is_none() {
        return Ok(Vec::new());
    }
    // A scan asks the directory for all of these, and what it asks for needn't be answered.
    let holders = holders(tenant)?;
    let mut warnings = Vec::new();
    for principal in &policy.principals {
        let name = &principal.name;
        let (code, message) = match tenant.directory.record(&principal.id) {
            // No directory has users of MongoDB.
            None if principal.id.is_mongo_user() => continue,
            None if tenant.frame.is_complete() && !holders.contains(&principal.id) => (
                "principal-without-access",
                format!("principal `{name}` has no role assignment in the snapshot, and is in no group that has one"),
            ),
            None => continue,
            Some(record) if !record.found => (
                "unknown-principal",
                format!("the directory doesn't know principal `{name}`; correct its object ID, or remove it"),
            ),
            Some(record) => match principal
                .kind
                .filter(|kind| record.kind != PrincipalKind::Unknown && *kind != record.kind)
            {
                Some(kind) => (
                    "principal-kind",
                    format!(
                        "principal `{name}` is `{}` in the directory, not `{}`; correct its kind or its object ID",
                        record.kind.word(),
                        kind.word()
                    ),
                ),
                None => continue,
            },
        };
        warnings.push(Warning {
            code,
            message,
            at: Some(principal.at.clone()),
            other: None,
        });
    }
    Ok(warnings)
}

/// Who has a role assignment, of an account or of Azure RBAC.
fn holders(tenant: &Tenant<'_>) -> Result<HashSet<PrincipalId>, SnapshotError> {
    let own = tenant.for_each_account(|_, record| {
        let native = record.native().assignments.iter().map(|one| &one.assignment);
        let all = record.role_assignments().iter().chain(native);
        all.map(|one| one.principal_id.clone()).collect::<HashSet<_>>()
    })?;
    let planes = tenant.frame.control_planes.iter();
    let azure = planes.flat_map(|plane| plane.role_assignments.iter().flatten());
    let azure = azure.map(|one| one.principal_id.clone());
    Ok(own.into_iter().flatten().chain(azure).collect())
}
