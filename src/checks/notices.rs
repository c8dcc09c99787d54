//! What an audit does not judge although nothing failed: rules that mean nothing, and what the scan was not asked for.

use super::context::AuditContext;
use super::wording::{count, quote};
use crate::finding::{AccountSummary, Baseline, Notice, Place};
use crate::model::Shown;
use crate::policy::{Policy, Privilege};
use crate::resolve::Tenant;
use crate::shown;

/// All of them, the policy's first.
pub(super) fn all(context: &AuditContext<'_>, baseline: Option<&Baseline>, accounts: &[AccountSummary]) -> Vec<Notice> {
    let AuditContext { tenant, policy, .. } = context;
    let of_policy = policy.notices.iter().map(|notice| Notice {
        message: Shown::of(&notice.value),
        place: Some(Place::Policy(notice.at.clone())),
    });
    // What counts is a finding.
    let of_age = context.doubt.iter().filter(|doubt| !doubt.counts).map(|doubt| Notice {
        message: doubt.message.clone(),
        place: None,
    });
    of_policy
        .chain(of_age)
        .chain(without_control_plane(tenant, policy))
        .chain(without_directory(tenant, accounts))
        .chain(without_inventory(tenant, accounts))
        .chain(with_old_baseline(baseline))
        .collect()
}

/// What cannot be compared is not taken for known.
fn with_old_baseline(baseline: Option<&Baseline>) -> Option<Notice> {
    let is_old = baseline.is_some_and(|baseline| !baseline.is_comparable());
    is_old.then(|| Notice {
        message:
            "the baseline was written by another version of cosmos-rbac, whose fingerprints can't be compared: every \
                  finding counts as new; review this report and use it as the baseline"
                .into(),
        place: None,
    })
}

/// Keys and self-grants can be judged only with Azure RBAC.
fn without_control_plane(tenant: &Tenant<'_>, policy: &Policy) -> Option<Notice> {
    if tenant.frame.accounts.is_empty() || tenant.frame.has_control_plane() {
        return None;
    }
    let first = |privilege: &Privilege| {
        let lists = policy.blocks.iter().filter_map(|block| block.holders.get(privilege));
        lists.map(|list| list.at.clone()).min()
    };
    let stated = Privilege::ALL.iter().find_map(first);
    let mut message = Shown::from(
        "Azure RBAC was not read (`--no-control-plane`, or a snapshot without it): who can read keys, change \
                       accounts or give access was not judged",
    );
    if stated.is_some() {
        message.push(", though the policy says who may");
    }
    Some(Notice {
        message,
        place: stated.map(Place::Policy),
    })
}

/// Without databases and containers nobody knows which scopes exist.
fn without_inventory(tenant: &Tenant<'_>, accounts: &[AccountSummary]) -> Option<Notice> {
    // Where they were to be read, there is a finding about each account.
    let was_asked = tenant.frame.header.scope.as_ref().is_some_and(|scope| scope.inventory);
    let lacks = |account: &AccountSummary| account.databases.is_none() && !account.api.catalogue().is_empty();
    (!was_asked && accounts.iter().any(lacks)).then(|| Notice {
        message:
            "databases and containers were not read (`--no-inventory`, or a snapshot without them): assignments to \
                  scopes that don't exist are not reported"
                .into(),
        place: None,
    })
}

/// Without the directory, names stay ids.
fn without_directory(tenant: &Tenant<'_>, accounts: &[AccountSummary]) -> Option<Notice> {
    let notice = |message: Shown| Notice { message, place: None };
    let Some(principals) = tenant.frame.principals else {
        let has_some = accounts
            .iter()
            .any(|account| account.role_assignments.is_some_and(|number| number > 0));
        return has_some.then(|| {
            notice(
                "principals were not looked up in the directory (`--no-graph`, no permission, or a snapshot without \
                 them): names stay ids, and neither deleted principals nor persons and groups are known"
                    .into(),
            )
        });
    };
    let bounded = principals.iter().filter(|record| record.members_bounded);
    let names: Vec<Shown> = bounded
        .map(|record| {
            quote(if record.name.is_empty() {
                record.id.as_str()
            } else {
                &record.name
            })
        })
        .collect();
    (!names.is_empty()).then(|| {
        notice(shown!(
            "not all members of {} were read: {}",
            count(names.len(), "group", "groups"),
            Shown::join(names.iter().take(10), ", ")
        ))
    })
}
