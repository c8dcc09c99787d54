//! What the filters choose in a tenant. The same key twice means one or the other; different keys mean both.

use super::filter::{Filter, Key};
use crate::checks::names::Names;
use crate::finding::{AccountSummary, Finding, Fixed, Report};
use crate::model::azure_rbac::AzureScope;
use crate::model::{Account, AccountId, Gap, PrincipalRef};
use crate::policy::Suggestions;
use crate::snapshot::{Frame, Subscription};
use std::collections::{BTreeMap, BTreeSet};

/// Names that an error lists.
const LISTED: usize = 8;

/// A filter that means nothing in the tenant: a typo must not make an audit pass.
#[derive(Debug, thiserror::Error)]
pub enum OnlyError {
    /// Nothing there is called like that.
    #[error("no {what} matches `--only {filter}`")]
    Nothing {
        /// What it looks for.
        what: String,
        /// The filter.
        filter: String,
        /// The name that was meant, or those that there are.
        hint: String,
    },
    /// Each filter means some accounts, and no account is meant by all of them.
    #[error("no account matches all of `--only {}`", .filters.join(" --only "))]
    NoAccount {
        /// The filters.
        filters: Vec<String>,
    },
}

/// What the filters choose.
pub(super) struct Choice<'f> {
    filters: &'f [Filter],
    /// Of each account of the report, whether it is meant.
    pub(super) accounts: Vec<bool>,
    /// Those that a filter for principals means, as far as they are known.
    principals: BTreeSet<String>,
    chooses_accounts: bool,
}

impl<'f> Choice<'f> {
    /// `frame`: what the report is about, as the scan saw it.
    pub(super) fn of(
        filters: &'f [Filter],
        report: &Report,
        names: &Names<'_>,
        frame: &Frame<'_>,
    ) -> Result<Self, OnlyError> {
        let all = || report.accounts.iter().zip(frame.accounts.iter().copied());
        let subscriptions = &report.snapshot.subscriptions;
        let of_accounts = |filter: &&Filter| filter.key().is_of_accounts();
        let everybody = everybody(report, names, frame);
        for filter in filters {
            if filter.key().is_of_accounts() && !report.accounts.is_empty() {
                let mut known = BTreeSet::new();
                if filter.key() == Key::Subscription {
                    let names = frame.subscriptions().into_values().flatten();
                    known.extend(names.map(str::to_owned));
                }
                for account in all() {
                    known.extend(values(filter, account, subscriptions));
                }
                if !all().any(|account| could_fit(filter, account)) {
                    means_something(filter, &known)?;
                }
            }
            if filter.key() == Key::Principal {
                let known = everybody.values().flatten().cloned().collect();
                means_something(filter, &known)?;
            }
        }
        let is_meant = |account: (&AccountSummary, &Account)| {
            let fits = |filter: &Filter| {
                let own = values(filter, account, subscriptions);
                own.iter().any(|one| filter.matches(one)) || could_fit(filter, account)
            };
            all_keys(filters.iter().filter(of_accounts), fits)
        };
        let accounts: Vec<bool> = all().map(is_meant).collect();
        // Subscriptions without accounts are no typo: what is said of them is shown.
        let mut by_subscription = filters.iter().filter(|one| one.key() == Key::Subscription).peekable();
        let in_none = by_subscription.peek().is_some() && {
            let fits = |filter: &Filter, account| {
                values(filter, account, subscriptions)
                    .iter()
                    .any(|one| filter.matches(one))
            };
            !by_subscription.any(|filter| all().any(|account| fits(filter, account)))
        };
        if !accounts.is_empty() && !accounts.contains(&true) && !in_none {
            let filters = filters.iter().filter(of_accounts).map(ToString::to_string);
            return Err(OnlyError::NoAccount {
                filters: filters.collect(),
            });
        }
        let named = everybody.into_iter().filter(|(_, names)| {
            let mut wanted = filters.iter().filter(|filter| filter.key() == Key::Principal);
            wanted.any(|filter| names.iter().any(|name| filter.matches(name)))
        });
        Ok(Self {
            principals: named.map(|(id, _)| id).collect(),
            chooses_accounts: filters.iter().any(|filter| filter.key().is_of_accounts()),
            filters,
            accounts,
        })
    }

    /// Whether a finding is shown.
    pub(super) fn shows(&self, finding: &Finding, report: &Report) -> bool {
        self.concerns(finding, report)
            && (finding.is_gap() || {
                let id = finding.subject.principal_id().map(|id| id.as_str());
                self.fits(finding.check.id, finding.severity.word(), id, report)
            })
    }

    /// Whether something that was fixed is shown.
    pub(super) fn shows_fixed(&self, fixed: &Fixed, report: &Report) -> bool {
        let mut accounts = fixed.account.iter().chain(&fixed.reach);
        let is_within = !self.chooses_accounts || accounts.any(|id| self.means(id, report));
        let principal = fixed.principal.as_ref().map(|id| id.as_str());
        is_within && self.fits(&fixed.check, fixed.severity.word(), principal, report)
    }

    /// Whether a finding concerns one of the accounts, or could.
    fn concerns(&self, finding: &Finding, report: &Report) -> bool {
        if !self.chooses_accounts {
            return true;
        }
        let concerned = report.concerned(finding);
        if concerned.is_empty() && finding.account().is_none() {
            return self.could_concern(finding, report);
        }
        concerned.iter().any(|place| self.accounts.get(*place) == Some(&true))
    }

    /// The same of what is above the accounts: by the scope of what it is about.
    fn could_concern(&self, finding: &Finding, report: &Report) -> bool {
        let Some(id) = finding.subject.id() else {
            // What couldn't be read of the whole tenant can be about any account; a rule of the policy is about none.
            return finding.is_gap();
        };
        let scope = id
            .rsplit_once("/providers/Microsoft.Authorization/")
            .map_or(id, |(scope, _)| scope);
        let scope = AzureScope::new(scope);
        let Some(subscription) = scope.subscription() else {
            return true;
        };
        // An account that would be meant can be missing where its list couldn't be read.
        if finding.is_gap() && Gap::LISTS.iter().any(|list| finding.key.starts_with(list)) {
            return self.could_be_in(subscription, report);
        }
        let mut accounts = report
            .accounts
            .iter()
            .zip(&self.accounts)
            .filter(|(_, is_meant)| **is_meant);
        accounts.any(|(account, _)| scope.contains(&AzureScope::new(account.id.as_str())))
    }

    /// Whether the filters leave accounts of a subscription.
    fn could_be_in(&self, subscription: &str, report: &Report) -> bool {
        let all = report.snapshot.subscriptions.iter();
        let names = all
            .filter(|one| one.id.eq_ignore_ascii_case(subscription))
            .map(|one| one.name.as_str());
        let names: Vec<&str> = names.chain([subscription]).collect();
        let mut filters = self
            .filters
            .iter()
            .filter(|filter| filter.key() == Key::Subscription)
            .peekable();
        filters.peek().is_none() || filters.any(|filter| names.iter().any(|name| filter.matches(name)))
    }

    /// Whether an account is meant. One that is no more is known by its ID only.
    fn means(&self, id: &AccountId, report: &Report) -> bool {
        if let Ok(place) = report.accounts.binary_search_by(|account| account.id.cmp(id)) {
            return self.accounts.get(place) == Some(&true);
        }
        let subscriptions = &report.snapshot.subscriptions;
        all_keys(
            self.filters.iter().filter(|filter| filter.key().is_of_accounts()),
            |filter| match filter.key() {
                Key::Account => filter.matches(id.name()),
                Key::Subscription => {
                    filter.matches(id.subscription()) || filter.matches(Subscription::name_of(subscriptions, id))
                }
                _ => false,
            },
        )
    }

    /// Whether the filters for findings leave it.
    fn fits(&self, check: &str, severity: &str, principal: Option<&str>, report: &Report) -> bool {
        let has_member = |id: &str| {
            let mut groups = report.groups.iter().filter(|row| row.group.as_str() == id);
            groups.any(|row| row.members.iter().any(|one| self.principals.contains(one.id.as_str())))
        };
        all_keys(
            self.filters.iter().filter(|filter| !filter.key().is_of_accounts()),
            |filter| match filter.key() {
                Key::Check => filter.matches(check),
                Key::Severity => filter.matches(severity),
                _ => principal.is_some_and(|id| self.principals.contains(id) || has_member(id)),
            },
        )
    }
}

/// Whether of each key that the filters have, one filter fits.
fn all_keys<'f>(filters: impl Iterator<Item = &'f Filter>, fits: impl Fn(&Filter) -> bool) -> bool {
    let mut found: BTreeMap<&str, bool> = BTreeMap::new();
    for filter in filters {
        *found.entry(filter.key().word()).or_default() |= fits(filter);
    }
    found.values().all(|fits| *fits)
}

/// What an account has that a filter looks at.
fn values(
    filter: &Filter,
    (account, scanned): (&AccountSummary, &Account),
    subscriptions: &[Subscription],
) -> Vec<String> {
    match filter.key() {
        Key::Account => vec![account.id.name().to_owned()],
        Key::Subscription => vec![
            Subscription::name_of(subscriptions, &account.id).to_owned(),
            account.id.subscription().to_owned(),
        ],
        Key::Tag => scanned.tags.values(filter.tag()).map(str::to_owned).collect(),
        Key::Owner => account.owners.to_vec(),
        Key::Check | Key::Severity | Key::Principal => Vec::new(),
    }
}

/// Whether a filter can mean an account of which not all tags are known, nor which blocks of the policy match it.
fn could_fit(filter: &Filter, (account, scanned): (&AccountSummary, &Account)) -> bool {
    match filter.key() {
        Key::Tag => scanned.tags.fits(filter.tag(), |value| filter.matches(value)).is_none(),
        Key::Owner => account.owners.is_empty() && !scanned.tags.is_told(),
        _ => false,
    }
}

/// Everybody who is known, by ID, with what they are called.
fn everybody(report: &Report, names: &Names<'_>, frame: &Frame<'_>) -> BTreeMap<String, Vec<String>> {
    let in_accounts = report.accounts.iter().flat_map(|account| &account.principals);
    let in_accounts = in_accounts.map(|one| &*one.principal);
    let above = report.bypasses.iter().map(|one| &one.principal);
    let members = report.groups.iter().flat_map(|row| &row.members);
    let found = report.findings.iter().filter_map(|one| one.subject.principal());
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut add = |principal: &PrincipalRef| {
        let known = all.entry(principal.id.as_str().to_owned());
        known.or_insert_with(|| {
            std::iter::once(principal.id.as_str().to_owned())
                .chain(principal.name.clone())
                .collect()
        });
    };
    in_accounts.chain(above).chain(members).chain(found).for_each(&mut add);
    names.all().for_each(|id| add(&names.principal(id)));
    // Of whom nothing is to be said is known, too.
    let assigned = frame.control_planes.iter().flat_map(|plane| {
        let active = plane.role_assignments.iter().flatten().map(|one| &one.principal_id);
        let eligible = plane.eligible.iter().flatten().map(|one| &one.principal_id);
        active.chain(eligible)
    });
    let recorded = frame
        .principals
        .unwrap_or_default()
        .iter()
        .filter(|record| record.found);
    assigned
        .chain(recorded.map(|record| &record.id))
        .for_each(|id| add(&names.principal(id)));
    // A principal can have a name in the directory that is not the policy's.
    for (id, name) in names.directory.names() {
        if let Some(known) = all
            .get_mut(id.as_str())
            .filter(|known| !known.iter().any(|one| one == name))
        {
            known.push(name.to_owned());
        }
    }
    all
}

fn means_something(filter: &Filter, known: &BTreeSet<String>) -> Result<(), OnlyError> {
    if known.iter().any(|one| filter.matches(one)) {
        return Ok(());
    }
    let what = match filter.key() {
        Key::Tag => format!("account with tag `{}`", filter.tag()),
        key => key.word().to_owned(),
    };
    let hint = match Suggestions::default().nearest(filter.value(), known.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if known.is_empty() => match filter.key() {
            Key::Owner => "the policy names no owner; add `owner` to its blocks".to_owned(),
            _ => "there is none in the tenant".to_owned(),
        },
        None => {
            let named: Vec<&str> = known.iter().take(LISTED).map(String::as_str).collect();
            let more = known.len().saturating_sub(LISTED);
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            format!("there are {}{more}", named.join(", "))
        }
    };
    Err(OnlyError::Nothing {
        what,
        filter: filter.to_string(),
        hint,
    })
}
