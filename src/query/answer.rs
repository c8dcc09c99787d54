//! The answer to a question: who can, where, and through what.

use super::asking::{Asking, OfAccount};
use super::complete::{AllLacks, Completeness};
use super::doubts::doubts;
use super::error::{AskError, did_you_mean};
use super::found::Found;
use super::place::Presence;
use super::policy_state::Audited;
use super::question::Question;
use super::unread::Unread;
use crate::checks::Names;
use crate::finding::{Report, What};
use crate::model::{AccountRecord, ActionPattern, AzureScope, PrincipalId, PrincipalRef, Scope, Shown};
use crate::policy::Policy;
use crate::resolve::Tenant;
use crate::snapshot::{SnapshotError, Subscription};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Who can do what was asked.
pub struct Answer<'t> {
    /// The tenant.
    pub tenant: &'t Tenant<'t>,
    /// What principals are called.
    names: Arc<Names<'t>>,
    /// What was asked.
    pub question: Question,
    /// The accounts that have the place, or could have it.
    pub looked: Vec<Looked>,
    /// Who can, sorted by account, section, principal, scope and assignment.
    pub rows: Vec<Found<'t>>,
    /// What couldn't be read and matters to the question.
    pub unread: Vec<Unread>,
    /// Of the accounts that were looked at, those in which anyone who reaches them can do what was asked, by their places.
    pub open: Vec<usize>,
}

/// An account that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looked {
    /// Its place in the frame.
    pub account: usize,
    /// Whether it has the place that was asked about.
    pub presence: Presence,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// The question means nothing in this tenant.
    #[error(transparent)]
    Question(#[from] AskError),
    /// An account couldn't be read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

/// Answers a question. `policy` gives names to principals.
///
/// # Errors
/// When the place that was asked about is nowhere, and when an account can't be read.
pub fn ask<'t>(tenant: &'t Tenant<'t>, policy: &'t Policy, question: Question) -> Result<Answer<'t>, NoAnswer> {
    let asking = Asking::new(tenant, &question);
    let found = tenant.for_each_account(|place, record| asking.of(place, record))?;
    let places = asking.places();
    let mut all = Gathered {
        // The rows are most of what an answer holds: they get the memory that they need at once, as growing would take it twice.
        rows: Vec::with_capacity(found.iter().flatten().map(|own| own.rows.len()).sum()),
        ..Gathered::default()
    };
    for (place, own) in found.into_iter().enumerate() {
        all.add(place, own);
    }
    let looked = all.looked.len();
    // That some accounts have no list of what is in them makes no place of a typing error, unless one of them is meant.
    let is_named = places.len() == looked || !question.asked.accounts.is_empty();
    let is_missing = !all.is_known && !places.is_empty() && (looked == 0 || !is_named);
    if let Some(scope) = question.scope.as_ref().filter(|_| is_missing) {
        return Err(missing(tenant, scope, places, looked)?.into());
    }
    let names = Arc::new(Names::new(policy, &tenant.directory));
    let answer = all.answer(&asking, names, question.clone());
    Ok(answer)
}

/// Answers who can do what in the accounts of a question without a place, some accounts at a time, so that no more rows are held than
/// those of `part` accounts. What is returned has no rows, and says the rest of all accounts.
///
/// # Errors
/// When an account can't be read, and when `each` fails.
pub fn ask_in_parts<'t, E: From<NoAnswer>>(
    tenant: &'t Tenant<'t>,
    policy: &'t Policy,
    question: Question,
    part: usize,
    each: &mut dyn FnMut(Answer<'t>) -> Result<(), E>,
) -> Result<Answer<'t>, E> {
    let asking = Asking::new(tenant, &question);
    let names = Arc::new(Names::new(policy, &tenant.directory));
    let mut all = Gathered::default();
    for places in question.accounts.chunks(part.max(1)) {
        let found = tenant.for_accounts(places, |place, record| asking.of(place, record));
        let found = found.map_err(|error| E::from(error.into()))?;
        let mut some = Gathered::default();
        for (place, own) in places.iter().zip(found) {
            all.add(*place, own.as_ref().map(OfAccount::without_rows));
            some.add(*place, own);
        }
        let of_some = Question {
            accounts: places.to_vec(),
            ..question.without_accounts()
        };
        each(some.answer(&asking, Arc::clone(&names), of_some))?;
    }
    Ok(all.answer(&asking, names, question.clone()))
}

/// What accounts say, put together.
#[derive(Default)]
struct Gathered<'t> {
    looked: Vec<Looked>,
    rows: Vec<Found<'t>>,
    lacks: AllLacks,
    open: Vec<usize>,
    /// Whether one is known to have the place, or not to have it.
    is_known: bool,
}

impl<'t> Gathered<'t> {
    fn add(&mut self, place: usize, own: Option<OfAccount<'t>>) {
        let Some(own) = own.filter(|own| own.presence > Presence::Missing) else {
            return;
        };
        self.looked.push(Looked {
            account: place,
            presence: own.presence,
        });
        self.is_known |= own.presence != Presence::Unknown || !own.is_unlisted;
        self.open.extend(own.is_open.then_some(place));
        self.rows.extend(own.rows);
        self.lacks.add(place, own.lacks);
    }

    fn answer(self, asking: &Asking<'_, 't>, names: Arc<Names<'t>>, question: Question) -> Answer<'t> {
        let looked = self.looked.iter().map(|one| one.account).collect();
        let unread = self
            .lacks
            .finish(asking.tenant, asking.above(), &names, &question, &looked);
        Answer {
            tenant: asking.tenant,
            names,
            question,
            looked: self.looked,
            rows: self.rows,
            unread,
            open: self.open,
        }
    }
}

/// The error for a place that no account has. `unlisted`: how many nobody knows of.
fn missing(
    tenant: &Tenant<'_>,
    scope: &Scope,
    places: &BTreeSet<usize>,
    unlisted: usize,
) -> Result<AskError, SnapshotError> {
    let there = |place: usize, record: &AccountRecord| {
        let mut all = Vec::new();
        for database in record.databases.iter().flatten().filter(|_| places.contains(&place)) {
            let at = Scope::Database(database.name.clone());
            match scope.container() {
                None => all.push(at.to_string()),
                Some(_) => all.extend(database.containers.iter().flatten().map(|container| {
                    Scope::Container {
                        database: database.name.clone(),
                        container: container.clone(),
                    }
                    .to_string()
                })),
            }
        }
        all
    };
    let known: BTreeSet<String> = tenant.for_each_account(there)?.into_iter().flatten().collect();
    let text = scope.to_string();
    let what = if scope.container().is_some() {
        "containers"
    } else {
        "databases"
    };
    let hint = did_you_mean(&text, what, known.iter().map(String::as_str));
    let frame = &tenant.frame;
    let only = places
        .first()
        .filter(|_| places.len() == 1)
        .and_then(|place| frame.accounts.get(*place));
    let message = match (only, unlisted) {
        (Some(account), _) => format!("account `{}` has no `{text}`", account.id.name()),
        (None, 0) => format!("none of {} accounts has `{text}`", places.len()),
        (None, some) if places.len() - some == 1 => format!(
            "the only account whose databases are known has no `{text}`; to ask about one of the others, add `--account`"
        ),
        (None, some) => format!(
            "none of the {} accounts whose databases are known has `{text}`; to ask about one of the others, add `--account`",
            places.len() - some
        ),
    };
    Ok(AskError::new(message, hint))
}

impl<'t> Answer<'t> {
    /// Whether somebody can, certainly or possibly, directly or not.
    pub fn is_somebody(&self) -> bool {
        !self.rows.is_empty() || !self.open.is_empty()
    }

    /// Whether everything was read that matters to the question. What a template doesn't deploy matters to another deployment.
    pub fn is_complete(&self) -> bool {
        self.unread.iter().all(|unread| unread.what == What::Undeployed)
    }

    /// Whether the rows of the account of a place are all the access there is.
    pub fn completeness(&self, account: usize) -> Completeness<'_> {
        Completeness::of(&self.unread, account)
    }

    /// Whether all role assignments of the accounts that were looked at are known, and who has them.
    pub fn knows_assignments(&self) -> bool {
        self.unread.iter().all(|unread| match unread.what {
            What::Account | What::RoleDefinitions | What::RoleAssignments | What::OtherApis | What::GroupMembers => {
                false
            }
            // Whether there are others matters to none that was looked at.
            What::Accounts | What::OtherResources => unread.accounts.is_none(),
            _ => true,
        })
    }

    /// Compares the rows with what an audit of the same tenant found.
    pub fn compare(&mut self, report: &Report) {
        self.compare_with(&Audited::new(report));
    }

    /// The same, with what was prepared of the report.
    pub fn compare_with(&mut self, audited: &Audited<'_>) {
        for found in &mut self.rows {
            found.against = Some(audited.of(found));
        }
    }

    /// Why a row is only possible, or partly: each the end of "it depends on …".
    pub fn doubts(&self, found: &Found<'_>) -> Vec<Shown> {
        doubts(self.tenant, found)
    }

    /// Where in Azure, by its name.
    pub fn azure_place(&self, scope: &AzureScope) -> Shown {
        Subscription::place(&self.tenant.frame.header.subscriptions, scope).in_table()
    }

    /// A principal in as few words as tell it from others.
    pub fn name(&self, id: &PrincipalId) -> Shown {
        self.names.in_short(id)
    }

    /// A principal, with the name that the policy or the directory gives it.
    pub fn principal(&self, id: &PrincipalId) -> PrincipalRef {
        self.names.principal(id)
    }

    /// The data action that was asked about.
    pub fn pattern(&self) -> Option<&ActionPattern> {
        self.question.wanted.pattern()
    }
}
