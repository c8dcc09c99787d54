//! What to know of the policy, the snapshot and the baseline although nothing is wrong with them.

use super::bypass::keys_open;
use super::context::AuditContext;
use super::wording::{count, quote, stopped};
use crate::finding::{Baseline, Notice, Place};
use crate::model::bypass::Caveat;
use crate::model::{BypassKind, PrincipalId, Shown};
use crate::policy::Privilege;
use crate::resolve::{Doubt, Tenant};
use crate::shown;
use crate::snapshot::Subscription;
use std::collections::{BTreeMap, BTreeSet};

/// All of them, the policy's first. `ending`: waivers that expire soon.
pub(super) fn all(context: &AuditContext<'_>, ending: Vec<Notice>, baseline: Option<&Baseline>) -> Vec<Notice> {
    let of_policy = context.policy.notices.iter().map(|notice| Notice {
        message: stopped(&notice.value).capitalised(),
        place: Some(Place::Policy(notice.at.clone())),
    });
    // What counts is a finding.
    let of_age = context.doubt.iter().filter(|doubt| !doubt.counts).map(|doubt| Notice {
        message: shown!("{}.", doubt.message.capitalised()),
        place: None,
    });
    of_policy
        .chain(ending)
        .chain(of_age)
        .chain(without_deny_effect(context.tenant))
        .chain(readers(context))
        .chain(with_old_baseline(baseline))
        .collect()
}

/// What cannot be compared is not taken for known.
fn with_old_baseline(baseline: Option<&Baseline>) -> Option<Notice> {
    let is_old = baseline.is_some_and(|baseline| !baseline.is_comparable());
    is_old.then(|| Notice {
        message:
            "The baseline was written by another version of cosmos-rbac, and its fingerprints can't be compared. Every \
                  finding counts as new. Review this report and use it as the baseline."
                .into(),
        place: None,
    })
}

/// A notice about no line of the policy.
fn notice(message: Shown) -> Notice {
    Notice { message, place: None }
}

/// Files of earlier versions don't tell which deny assignments only audit.
fn without_deny_effect(tenant: &Tenant<'_>) -> Option<Notice> {
    let denies = tenant
        .frame
        .control_planes
        .iter()
        .flat_map(|plane| plane.deny_assignments.iter().flatten());
    let without: BTreeSet<String> = denies
        .filter(|deny| deny.effect.is_none())
        .map(|deny| deny.id.to_ascii_lowercase())
        .collect();
    (!without.is_empty()).then(|| {
        notice(shown!(
            "The snapshot doesn't say of {} whether requests are blocked or only logged. They were taken as blocked. Scan \
             again to know.",
            count(without.len(), "deny assignment", "deny assignments")
        ))
    })
}

/// Where the policy says nothing, each reader would be a finding that is hardly one: how many there are is worth a line.
fn readers(context: &AuditContext<'_>) -> Vec<Notice> {
    let control = &context.tenant.control;
    let mut found: BTreeMap<String, (BTreeSet<&PrincipalId>, BTreeSet<usize>)> = BTreeMap::new();
    let of_kind = |kind: BypassKind| control.bypasses.iter().filter(move |bypass| bypass.kind == kind);
    for bypass in of_kind(BypassKind::ReadReadOnlyKeys) {
        for reached in control.reached(bypass) {
            let Some(account) = context.tenant.account(reached.account) else {
                continue;
            };
            let lists = context.holders.get(reached.account);
            let lists = lists.and_then(|lists| lists.get(&Privilege::KeyReaders));
            let is_stated = lists.is_some_and(|lists| !lists.is_empty());
            let is_disputed = reached.doubts.contains(&Doubt::Action(Caveat::SourcesDisagree));
            if is_stated || !is_disputed || keys_open(account).is_none() {
                continue;
            }
            let subscription = account.id.subscription().to_ascii_lowercase();
            let (principals, accounts) = found.entry(subscription).or_default();
            principals.insert(bypass.holder.principal());
            accounts.insert(reached.account);
        }
    }
    let known = &context.tenant.frame.header.subscriptions;
    let say = |(id, (principals, accounts)): (String, (BTreeSet<&PrincipalId>, BTreeSet<usize>))| {
        notice(shown!(
            "{} can possibly read the read-only keys of {} in subscription {}. Their roles, such as Reader, include {}. \
             Sources disagree about whether Azure returns the keys for it. To have it checked, list who can read keys in {}.",
            count(principals.len(), "principal", "principals"),
            count(accounts.len(), "account", "accounts"),
            quote(Subscription::name_by_id(known, &id).unwrap_or(&id)),
            quote("readonlykeys/read"),
            quote(Privilege::KeyReaders.key())
        ))
    };
    found.into_iter().map(say).collect()
}
