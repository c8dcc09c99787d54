//! The answer to a question: who can, where, and through what.

use super::doubts::doubts;
use super::error::{AskError, did_you_mean};
use super::found::Found;
use super::making::Making;
use super::place::Presence;
use super::policy_state::Audited;
use super::question::Question;
use super::sets::Known;
use super::unknown::unknown_actions;
use super::unread::{self, Collected, Unread};
use super::who::Who;
use crate::access::{AccountAccess, Elsewhere, Row};
use crate::checks::Names;
use crate::finding::{Report, What};
use crate::model::{AccountRecord, ActionPattern, AzureScope, PrincipalId, PrincipalRef, Scope, Shown};
use crate::policy::Policy;
use crate::resolve::{Directory, Members, Tenant};
use crate::snapshot::{SnapshotError, Subscription};
use std::collections::{BTreeMap, BTreeSet};

/// Who can do what was asked.
pub struct Answer<'t> {
    /// The tenant.
    pub tenant: &'t Tenant<'t>,
    /// What principals are called.
    names: Names<'t>,
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

/// What one account says.
struct OfAccount<'t> {
    presence: Presence,
    /// Whether no list of Azure says what databases there are.
    is_unlisted: bool,
    /// Whether anyone who reaches it can do what was asked.
    is_open: bool,
    rows: Vec<Found<'t>>,
    unread: Vec<(What, Shown)>,
    /// Who has what was asked, and could be a group with the principals that were asked about.
    groups: BTreeSet<PrincipalId>,
}

/// Answers a question. `policy` gives names to principals.
///
/// # Errors
/// When the place that was asked about is nowhere, and when an account can't be read.
pub fn ask<'t>(tenant: &'t Tenant<'t>, policy: &'t Policy, question: Question) -> Result<Answer<'t>, NoAnswer> {
    let names = Names::new(policy, &tenant.directory);
    let elsewhere = Elsewhere::new(tenant);
    let known = Known::default();
    let places: BTreeSet<usize> = question.accounts.iter().copied().collect();
    let of_account = |place: usize, record: &AccountRecord| {
        places
            .contains(&place)
            .then(|| of_account(tenant, &elsewhere, &question, &known, place, record))
    };
    let found = tenant.for_each_account(of_account)?;
    let mut looked = Vec::new();
    // The rows are most of what an answer holds: they get the memory that they need at once, as growing would take it twice.
    let mut rows = Vec::with_capacity(found.iter().flatten().map(|own| own.rows.len()).sum());
    let mut collected = Collected::default();
    let mut groups: BTreeMap<PrincipalId, BTreeSet<usize>> = BTreeMap::new();
    let (mut open, mut is_known_nowhere) = (Vec::new(), true);
    for (place, own) in found.into_iter().enumerate() {
        let Some(own) = own.filter(|own| own.presence > Presence::Missing) else {
            continue;
        };
        looked.push(Looked {
            account: place,
            presence: own.presence,
        });
        is_known_nowhere &= own.presence == Presence::Unknown && own.is_unlisted;
        open.extend(own.is_open.then_some(place));
        rows.extend(own.rows);
        for (what, why) in own.unread {
            collected.add(what, why, Some(&[place]));
        }
        for id in own.groups {
            groups.entry(id).or_default().insert(place);
        }
    }
    // That some accounts have no list of what is in them makes no place of a typing error, unless one of them is meant.
    let is_named = places.len() == looked.len() || !question.asked.accounts.is_empty();
    let is_missing = is_known_nowhere && !places.is_empty() && (looked.is_empty() || !is_named);
    if let Some(scope) = question.scope.as_ref().filter(|_| is_missing) {
        return Err(missing(tenant, scope, &places, looked.len())?.into());
    }
    unread::above(tenant, &looked.iter().map(|one| one.account).collect(), &mut collected);
    unread::groups(&names, groups, !question.who.is_empty(), &mut collected);
    if rows.is_empty() && question.who.is_empty() && question.wanted.is_of_data() {
        unread::keys(tenant, looked.iter().map(|one| one.account), &mut collected);
    }
    Ok(Answer {
        tenant,
        names,
        question,
        looked,
        rows,
        unread: collected.finish(),
        open,
    })
}

fn of_account<'t>(
    tenant: &'t Tenant<'t>,
    elsewhere: &Elsewhere<'t>,
    question: &Question,
    known: &Known,
    place: usize,
    record: &AccountRecord,
) -> OfAccount<'t> {
    let wanted = &question.wanted;
    let access = AccountAccess::of(tenant, place, record, wanted.pattern());
    let scope = question.scope.clone().unwrap_or(Scope::Account);
    let mut found = OfAccount {
        presence: Presence::of(record, &access.access, &record.account.place(scope)),
        is_unlisted: record.account.api.is_cluster() || !record.account.api.is_known(),
        is_open: record.account.accepts_anyone() && wanted.is_of_data(),
        rows: Vec::new(),
        unread: unread::of_account(record, wanted),
        groups: BTreeSet::new(),
    };
    if found.presence == Presence::Missing {
        return found;
    }
    let own = access.rows();
    let far = elsewhere.rows(&access, &own);
    if wanted.is_of_data() {
        let directory = &tenant.directory;
        let is_asked = |id: &PrincipalId| question.who.is_empty() || !asked_members(directory, question, id).is_empty();
        found
            .unread
            .extend(unknown_actions(&access, wanted, question.scope.as_ref(), is_asked));
        let unjoined = access.unjoined().into_iter().filter(|(who, _)| is_asked(who));
        found.groups.extend(unjoined.map(|(_, group)| group.clone()));
    }
    let making = Making::new(&access, question, known.of(wanted, &access.access.universe));
    for row in own.iter().chain(&far) {
        let Some(one) = making.found(row) else { continue };
        if question.who.is_empty() {
            found.rows.push(one);
            continue;
        }
        let members = asked_members(&tenant.directory, question, row.principal);
        // MongoDB's own users are in no group.
        let could_be_in = !question.who.iter().all(Who::is_mongo_user);
        if members.is_empty() && could_be_in && could_be_group(&tenant.directory, row) {
            found.groups.insert(row.principal.clone());
        }
        found.rows.extend(members.into_iter().map(|member| Found {
            member: (member != row.principal).then(|| member.clone()),
            ..one.clone()
        }));
    }
    found.rows.sort_by(|a, b| {
        a.via
            .section()
            .cmp(&b.via.section())
            .then_with(|| (&a.principal, &a.member, &a.scope).cmp(&(&b.principal, &b.member, &b.scope)))
            .then_with(|| a.via.assignment().cmp(b.via.assignment()))
    });
    // All accounts' rows are held at a time.
    found.rows.shrink_to_fit();
    found
}

/// The principals that were asked about and that have what `holder` has.
fn asked_members<'q>(directory: &Directory<'_>, question: &'q Question, holder: &PrincipalId) -> Vec<&'q PrincipalId> {
    let all: BTreeSet<&PrincipalId> = question.who.iter().flat_map(|who| &who.principals).collect();
    all.into_iter().filter(|id| directory.is_or_is_in(id, holder)).collect()
}

/// Whether somebody else than those who are known could have what the principal of a row has.
fn could_be_group(directory: &Directory<'_>, row: &Row<'_, '_>) -> bool {
    let written = row.route.bypass().and_then(|bypass| bypass.holder.principal_type());
    match directory.members(row.principal, written) {
        Members::None => false,
        Members::Known(group) => !group.is_complete || !group.is_counted,
        Members::Unknown => true,
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

    /// Whether everything was read that matters to the question.
    pub fn is_complete(&self) -> bool {
        self.unread.is_empty()
    }

    /// Whether all role assignments of the accounts that were looked at are known, and who has them.
    pub fn knows_assignments(&self) -> bool {
        self.unread.iter().all(|unread| match unread.what {
            What::RoleDefinitions | What::RoleAssignments | What::OtherApis | What::GroupMembers => false,
            // Whether there are others matters to none that was looked at.
            What::Accounts | What::OtherResources => unread.accounts.is_none(),
            _ => true,
        })
    }

    /// Compares the rows with what an audit of the same tenant found.
    pub fn compare(&mut self, report: &Report) {
        let audited = Audited::new(report);
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
