//! A question that is put to each account: what one of them says.

use super::complete::Lacks;
use super::found::{Found, Via};
use super::making::Making;
use super::place::Presence;
use super::question::Question;
use super::sets::Known;
use super::unknown::unknown_actions;
use super::unread::{self, Above};
use super::who::Who;
use crate::access::{AccountAccess, Blind, Elsewhere, Row, Shorter};
use crate::finding::What;
use crate::model::{AccountRecord, PrincipalId, Scope};
use crate::resolve::{Doubt, Tenant};
use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::OnceLock;

/// A question, with what is worked out once for all accounts.
pub(super) struct Asking<'q, 't> {
    pub(super) tenant: &'t Tenant<'t>,
    question: &'q Question,
    elsewhere: Elsewhere<'t>,
    known: Known,
    places: BTreeSet<usize>,
    above: OnceLock<Vec<Above>>,
}

/// What one account says.
pub(super) struct OfAccount<'t> {
    pub(super) presence: Presence,
    /// Whether no list of Azure says what databases there are.
    pub(super) is_unlisted: bool,
    /// Whether anyone who reaches it can do what was asked.
    pub(super) is_open: bool,
    pub(super) rows: Vec<Found<'t>>,
    pub(super) lacks: Lacks,
}

impl OfAccount<'_> {
    /// The same without its rows.
    pub(super) fn without_rows(&self) -> Self {
        Self {
            presence: self.presence,
            is_unlisted: self.is_unlisted,
            is_open: self.is_open,
            rows: Vec::new(),
            lacks: self.lacks.clone(),
        }
    }
}

impl<'q, 't> Asking<'q, 't> {
    pub(super) fn new(tenant: &'t Tenant<'t>, question: &'q Question) -> Self {
        Self {
            elsewhere: Elsewhere::new(tenant),
            known: Known::default(),
            places: question.accounts.iter().copied().collect(),
            above: OnceLock::new(),
            tenant,
            question,
        }
    }

    /// What above the accounts wasn't read.
    pub(super) fn above(&self) -> &[Above] {
        self.above.get_or_init(|| unread::above(self.tenant))
    }

    /// The places of the accounts that are asked about.
    pub(super) fn places(&self) -> &BTreeSet<usize> {
        &self.places
    }

    /// What the account of a place says, whose record is lent, if it is asked about.
    pub(super) fn of(&self, place: usize, record: &AccountRecord) -> Option<OfAccount<'t>> {
        self.places.contains(&place).then(|| self.of_account(place, record))
    }

    fn of_account(&self, place: usize, record: &AccountRecord) -> OfAccount<'t> {
        let (tenant, question) = (self.tenant, self.question);
        let wanted = &question.wanted;
        let access = AccountAccess::of(tenant, place, record, wanted.pattern());
        let scope = question.scope.clone().unwrap_or(Scope::Account);
        let mut found = OfAccount {
            presence: Presence::of(&access, &record.account.place(scope)),
            is_unlisted: record.account.api.is_cluster() || !record.account.api.is_known(),
            is_open: record.account.accepts_anyone() && wanted.is_of_data(),
            rows: Vec::new(),
            lacks: Lacks {
                unread: unread::of_account(record, wanted),
                ..Lacks::default()
            },
        };
        if found.presence == Presence::Missing {
            return found;
        }
        let mut own = access.rows();
        own.extend(access.unknown_rows());
        let far = self.elsewhere.rows(&access, &own);
        if wanted.is_of_data() {
            let is_asked = |id: &PrincipalId| question.who.is_empty() || !self.asked_members(id).is_empty();
            let unknown = unknown_actions(&access, wanted, question.scope.as_ref(), is_asked);
            found.lacks.unread.extend(unknown);
            let odd = record.role_assignments().iter();
            let odd = odd.filter(|own| record.account.is_invalid_scope(&own.scope) && is_asked(&own.principal_id));
            let why = "what a role assignment at an invalid scope gives isn't known";
            found
                .lacks
                .unread
                .extend(odd.map(|_| (What::RoleAssignments, why.into())));
            let unjoined = access.unjoined().into_iter().filter(|(who, _)| is_asked(who));
            found.lacks.groups.extend(unjoined.map(|(_, group)| group.clone()));
        }
        let making = Making::new(&access, question, self.known.of(wanted, &access.access.universe));
        // MongoDB's own users are in no group, and act as nobody else.
        let could_be_others = question.who.is_empty() || !question.who.iter().all(Who::is_mongo_user);
        let mut holders: BTreeSet<&PrincipalId> = BTreeSet::new();
        let asked: BTreeSet<&PrincipalId> = self.asked().collect();
        let could_run_code = LazyCell::new(|| (self.elsewhere).could_run_code(&asked, &Shorter::at(tenant, place)));
        for row in own.iter().chain(&far) {
            let Some(one) = making.found(row) else { continue };
            found.lacks.denies |= depends_on_denies(&one.via);
            let members = self.asked_members(row.principal);
            if could_be_others && members.is_empty() {
                let is_new = holders.insert(row.principal);
                self.others(row, is_new, &could_run_code, &mut found.lacks);
            }
            if question.who.is_empty() {
                found.rows.push(one);
                continue;
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

    /// Who else could have what the principal of a row has, as it isn't known. `is_new`: whether it has no row yet; `could_run_code`:
    /// whether those who are asked about could run code where a managed identity is attached.
    fn others(&self, row: &Row<'_, 't>, is_new: bool, could_run_code: &impl Deref<Target = bool>, lacks: &mut Lacks) {
        let (tenant, id) = (self.tenant, row.principal);
        let hidden = tenant.directory.hidden(id, row.route.principal_type());
        // Without any records one reason says it of all.
        let is_said = hidden.record && tenant.frame.principals.is_none();
        if hidden.members && !(is_said && self.question.who.is_empty()) && !lacks.groups.contains(id) {
            lacks.groups.insert(id.clone());
        }
        if !is_new {
            return;
        }
        if hidden.record {
            lacks.blind.insert((Blind::NoRecord, id.clone()));
        }
        let blind = self.elsewhere.blind(id);
        let blind = blind
            .iter()
            .filter(|(why, _)| *why != Blind::Attached || **could_run_code);
        lacks.blind.extend(blind.map(|(why, id)| (*why, (*id).clone())));
    }

    /// The principals that are asked about; none is everybody.
    fn asked(&self) -> impl Iterator<Item = &'q PrincipalId> {
        self.question.who.iter().flat_map(|who| &who.principals)
    }

    /// The principals that were asked about and that have what `holder` has.
    fn asked_members(&self, holder: &PrincipalId) -> Vec<&'q PrincipalId> {
        let all: BTreeSet<&PrincipalId> = self.asked().collect();
        let directory = &self.tenant.directory;
        all.into_iter().filter(|id| directory.is_or_is_in(id, holder)).collect()
    }
}

/// Whether a row could disappear, as deny assignments weren't read.
fn depends_on_denies(via: &Via<'_>) -> bool {
    let is_one = |doubt: &Doubt<'_>| matches!(doubt, Doubt::DenyNotRead);
    match via {
        Via::RoleAssignment { .. } | Via::UnknownAzureRole(_) => false,
        Via::Keys { reached, .. } => reached.doubts.iter().any(is_one),
        Via::AzureRole { reached, with, .. } => {
            let with = with.iter().flat_map(|(_, other)| &other.doubts);
            reached.doubts.iter().chain(with).any(is_one)
        }
        Via::Identity { chain, through, .. } => {
            chain.doubts().any(|doubt| is_one(&doubt)) || depends_on_denies(through)
        }
        Via::Copy { chain, .. } => chain.doubts().any(|doubt| is_one(&doubt)),
    }
}
