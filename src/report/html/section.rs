//! An account as the page shows it without JavaScript.

use super::super::text::thousands;
use crate::finding::{AccountSummary, PrincipalState, Report, Severity, What};
use crate::model::{Keys, Shown};
use crate::resolve::AccessRows;
use crate::shown;
use std::collections::BTreeSet;

/// Abilities that a grant names.
const ABILITIES: usize = 6;
/// Bypasses of an account that are named.
const BYPASSES: usize = 20;

pub(super) struct Section {
    pub(super) name: Shown,
    pub(super) id: Shown,
    pub(super) facts: Vec<(&'static str, Shown)>,
    pub(super) principals: Vec<(Shown, &'static str, Vec<Shown>)>,
    pub(super) bypasses: Vec<Shown>,
    pub(super) more_bypasses: usize,
}

impl Section {
    /// An account: `found`, how many findings of each severity concern it, the mildest first.
    pub(super) fn of(account: &AccountSummary, place: usize, found: &[usize], report: &Report) -> Self {
        let keys = Keys::of(account.api, account.local_auth_disabled);
        let beside = match keys {
            Keys::Refused => " (key-based authentication is disabled)",
            Keys::SaidRefused => " (key-based authentication is said to be disabled)",
            Keys::Accepted | Keys::Unknown => "",
        };
        let bypasses = bypasses(account, report, beside);
        let number = |number: Option<usize>, what: What| match number {
            None => "unknown".into(),
            Some(number) if report.lacks(what, place) => shown!("at least {}", thousands(number)),
            Some(number) => thousands(number),
        };
        let principals = (account.all_principals || !account.principals.is_empty()).then_some(account.principals.len());
        let not_checked = report.not_checked.iter().filter(|row| row.is_about(place));
        let mut not_checked: Vec<Shown> = not_checked.map(|row| row.what.title().into()).collect();
        not_checked.dedup();
        let disabled = |switch: Option<bool>| match switch {
            Some(true) => "Disabled",
            Some(false) => "Enabled",
            None => "Unknown",
        };
        let blocks: Vec<Shown> = account.blocks.iter().map(|block| Shown::of(block)).collect();
        let owners: Vec<Shown> = account.owners.iter().map(|owner| Shown::of(owner)).collect();
        let none = AccessRows::default();
        let access = account.access.as_ref().unwrap_or(&none);
        let told = account.principals.iter().enumerate().map(|(place, one)| {
            let grants = access.grants.iter();
            let grants = grants.filter(|grant| grant.principal == place);
            let grants = grants.filter_map(|grant| {
                let role = access.roles.get(grant.role)?;
                let verbs = role.can.iter().map(|can| can.action.verb());
                let mut can = Shown::join(verbs.take(ABILITIES), ", ");
                if role.can.len() > ABILITIES {
                    can.push(shown!(" and {} more", role.can.len() - ABILITIES));
                }
                let name = Shown::of(&role.role.name);
                let verb = match role.can.iter().any(|can| can.certain) {
                    true => "can",
                    false => "possibly can",
                };
                Some(shown!("{}: {} {} ({})", Shown::of_value(&grant.scope), verb, can, name))
            });
            (Shown::of_value(&one.principal), state(one.state), grants.collect())
        });
        Self {
            name: Shown::of(account.id.name()),
            id: Shown::of(account.id.as_str()),
            facts: vec![
                (
                    match account.api.is_cluster() {
                        true => "Sign-in with a password",
                        false => "Key-based authentication",
                    },
                    match keys {
                        _ if !account.api.is_read() => "Not analyzed",
                        Keys::SaidRefused => "Said to be disabled",
                        _ => disabled(account.local_auth_disabled),
                    }
                    .into(),
                ),
                (
                    "Metadata writes with keys",
                    match account.api.is_cluster() {
                        true => "Not applicable",
                        false => disabled(account.key_metadata_writes_disabled),
                    }
                    .into(),
                ),
                ("API", account.api.title().into()),
                ("Region", Shown::of(&account.location)),
                ("Policy blocks", some_or_none(&blocks)),
                ("Owner", some_or_none(&owners)),
                (
                    "Role definitions",
                    number(account.role_definitions, What::RoleDefinitions),
                ),
                (
                    "Role assignments",
                    number(account.role_assignments, What::RoleAssignments),
                ),
                ("Databases", number(account.databases, What::Databases)),
                ("Principals", number(principals, What::RoleAssignments)),
                ("Couldn't be read", thousands(account.gaps)),
                ("Findings", findings(found)),
                ("Not checked", some_or_none(&not_checked)),
            ],
            principals: told.collect(),
            more_bypasses: bypasses.len().saturating_sub(BYPASSES),
            bypasses: bypasses.into_iter().take(BYPASSES).collect(),
        }
    }
}

/// The bypasses that lead to an account; first the assignments whose role definitions weren't read, each once, as they could be anything.
/// `keys`: what there is to say of its keys.
fn bypasses(account: &AccountSummary, report: &Report, keys: &'static str) -> Vec<Shown> {
    let all = account.bypasses.iter();
    let all = all.filter_map(|one| Some((report.bypasses.get(one.bypass)?, one.certain)));
    let (read, unread): (Vec<_>, Vec<_>) = all.partition(|(bypass, _)| bypass.through.is_some());
    let mut told = BTreeSet::new();
    let unread = unread.into_iter().filter_map(|(bypass, _)| {
        let is_new = told.insert((&bypass.principal.id, &bypass.assignment, bypass.eligible));
        is_new.then(|| {
            shown!(
                "{} possibly can do anything through {}, as its definition couldn't be read",
                Shown::of_value(&bypass.principal),
                Shown::of(&bypass.role.name)
            )
        })
    });
    let mut lines: Vec<Shown> = unread.collect();
    lines.extend(read.into_iter().map(|(bypass, is_certain)| {
        shown!(
            "{} can {} through {}{}{}",
            Shown::of_value(&bypass.principal),
            bypass.kind.verb(),
            Shown::of(&bypass.role.name),
            if is_certain { "" } else { " (possible)" },
            if bypass.kind.is_of_keys() { keys } else { "" }
        )
    }));
    lines
}

/// Counts by severity, the worst first.
fn findings(found: &[usize]) -> Shown {
    let there = Severity::ALL.iter().zip(found).rev().filter(|(_, number)| **number > 0);
    let there = there.map(|(severity, number)| shown!("{} {}", thousands(*number), severity.title()));
    some_or_none(&there.collect::<Vec<Shown>>())
}

fn state(state: PrincipalState) -> &'static str {
    match state {
        PrincipalState::AsDeclared => "matches the policy",
        PrincipalState::Drift => "deviates from the policy",
        PrincipalState::NotJudged => "not checked",
    }
}

fn some_or_none(all: &[Shown]) -> Shown {
    match all {
        [] => "none".into(),
        some => Shown::join(some, ", "),
    }
}
