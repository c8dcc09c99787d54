//! The ways around: who can get at an account's data through Azure RBAC, without any role of the data plane.
//!
//! One [`Route`] per assignment and way, with all accounts that it reaches: a role at a management group is one result,
//! however many subscriptions list it. What a role gives is `actions` less `not_actions` of each permissions object, and
//! the union of these; scopes inherit downwards; deny assignments win. Where something is not known the access stays and
//! has a [`Doubt`]; it goes only when it is certainly denied.
//!
//! `ways` has the actions that matter, `places` the accounts at a scope, `deny` the deny assignments, `cut` what they
//! leave, `gather` the assignments and roles, and `reach` brings them together.

mod cut;
mod deny;
mod gather;
mod places;
mod reach;
mod ways;

pub use ways::{ACTIONS, Way, WayAction};

use crate::model::{
    AccountRecord, ActionPattern, Api, AzureRoleAssignment, AzureRoleDefinition, AzureScope, ControlPlane,
    DenyAssignment, EligibleAssignment, PrincipalId, PrincipalRecord,
};
use places::Places;
use std::ops::Range;

/// What gives a principal a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder<'a> {
    /// A role assignment.
    Active(&'a AzureRoleAssignment),
    /// A role that may be activated.
    Eligible(&'a EligibleAssignment),
}

impl<'a> Holder<'a> {
    /// The ARM id of the assignment.
    pub fn id(self) -> &'a str {
        match self {
            Self::Active(one) => &one.id,
            Self::Eligible(one) => &one.id,
        }
    }

    /// The ARM id of the role definition.
    pub fn role_definition_id(self) -> &'a str {
        match self {
            Self::Active(one) => &one.role_definition_id,
            Self::Eligible(one) => &one.role_definition_id,
        }
    }

    /// Who has the role.
    pub fn principal(self) -> &'a PrincipalId {
        match self {
            Self::Active(one) => &one.principal_id,
            Self::Eligible(one) => &one.principal_id,
        }
    }

    /// What that is, as the service wrote it.
    pub fn principal_type(self) -> Option<&'a str> {
        match self {
            Self::Active(one) => one.principal_type.as_deref(),
            Self::Eligible(one) => one.principal_type.as_deref(),
        }
    }

    /// Where.
    pub fn scope(self) -> &'a AzureScope {
        match self {
            Self::Active(one) => &one.scope,
            Self::Eligible(one) => &one.scope,
        }
    }

    /// The condition that narrows it.
    pub fn condition(self) -> Option<&'a str> {
        match self {
            Self::Active(one) => one.condition.as_deref(),
            Self::Eligible(one) => one.condition.as_deref(),
        }
        .filter(|text| deny::is_conditional(Some(text)))
    }

    /// Whether it must be activated first.
    pub fn is_eligible(self) -> bool {
        matches!(self, Self::Eligible(_))
    }
}

/// Why access is possible, and not certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt<'a> {
    /// The role must be activated first.
    Eligible,
    /// The assignment has a condition.
    Condition(&'a str),
    /// What the role grants there has a condition.
    RoleCondition(&'a str),
    /// The action is documented, but nobody has shown that it does what its name says.
    ActionNotSeen,
    /// A role definition can be widened; that helps only somebody who holds a custom role already.
    NeedsCustomRole,
    /// Users with passwords exist only in accounts with the capability `EnableMongoRoleBasedAccessControl`.
    NeedsMongoUsers,
    /// The account's API is not known, and so not what grants access to its data.
    ApiUnknown,
    /// The assignment holds for a single thing in the account only.
    WithinAccount,
    /// A deny assignment may take it away.
    DenyUnsure {
        /// The deny assignment.
        deny: &'a DenyAssignment,
        /// What is not known.
        why: DenyDoubt,
    },
    /// Not all deny assignments of the subscription were read.
    DenyNotRead,
}

/// Why it is not certain that a deny assignment takes access away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DenyDoubt {
    /// Whether it concerns the principal depends on who is in a group.
    Membership,
    /// It has a condition.
    Condition,
    /// Whether it holds where the request is made: roles can be assigned further up, and some deny assignments do not
    /// hold below their scope.
    Scope,
}

/// An action that opens a way, as a role gives it.
#[derive(Debug, Clone)]
pub struct Carried<'a> {
    /// The action.
    pub action: &'static WayAction,
    /// The pattern of the role that gives it.
    pub pattern: &'a ActionPattern,
    /// Doubts that hold for all accounts.
    doubts: Vec<Doubt<'a>>,
    /// The accounts, by rank.
    spans: Vec<Span<'a>>,
}

/// Accounts that share their doubts.
#[derive(Debug, Clone)]
struct Span<'a> {
    ranks: Range<usize>,
    doubts: Vec<Doubt<'a>>,
}

/// What one assignment does for one way.
#[derive(Debug, Clone)]
pub struct Route<'a> {
    /// The assignment.
    pub holder: Holder<'a>,
    /// The role.
    pub role: &'a AzureRoleDefinition,
    /// The way.
    pub way: Way,
    /// The actions that open it, at least one.
    pub carried: Vec<Carried<'a>>,
}

/// An account that a route reaches.
#[derive(Debug, Clone)]
pub struct Reached<'r, 'a> {
    /// Its place among the accounts that were given.
    pub account: usize,
    /// The action that is the most certain there.
    pub via: &'r Carried<'a>,
    /// Why it is not certain; empty: it is.
    pub doubts: Vec<Doubt<'a>>,
}

impl Reached<'_, '_> {
    /// Whether nothing stands in the way.
    pub fn is_certain(&self) -> bool {
        self.doubts.is_empty()
    }
}

/// An assignment of a role that was not read: nobody knows what it gives.
#[derive(Debug, Clone)]
pub struct UnknownRole<'a> {
    /// The assignment.
    pub holder: Holder<'a>,
    ranks: Vec<Range<usize>>,
}

/// What of a subscription with accounts was not read in full; no route there proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The subscription's id, in lower case.
    pub subscription: String,
    /// The lists, by the names of their gaps.
    pub lists: Vec<&'static str>,
    /// Whether there is nothing of it at all: it was not collected.
    pub all: bool,
}

/// Who can get at which accounts through Azure RBAC.
#[derive(Debug)]
pub struct ControlAccess<'a> {
    /// What was found, by assignment and way.
    pub routes: Vec<Route<'a>>,
    /// Assignments that hold for accounts and whose role was not read.
    pub unknown_roles: Vec<UnknownRole<'a>>,
    /// Assignments whose scope is malformed, so that nobody knows where they hold.
    pub unplaced: Vec<Holder<'a>>,
    /// What was not read.
    pub unread: Vec<Unread>,
    places: Places<'a>,
    /// Per block the routes that reach into it.
    by_block: Vec<Vec<usize>>,
}

impl<'a> ControlAccess<'a> {
    /// Resolves what Azure RBAC says of `accounts`. Without `principals` it is not known who is in which group.
    pub fn resolve(
        planes: &'a [ControlPlane],
        accounts: &'a [AccountRecord],
        principals: Option<&'a [PrincipalRecord]>,
    ) -> Self {
        reach::resolve(planes, accounts, principals.unwrap_or_default())
    }

    /// The accounts that a route reaches, in the order of their ids.
    pub fn reached<'r>(&self, route: &'r Route<'a>) -> Vec<Reached<'r, 'a>> {
        let mut ranks: Vec<Range<usize>> = (route.carried.iter())
            .flat_map(|carried| carried.spans.iter().map(|span| span.ranks.clone()))
            .collect();
        ranks.sort_by_key(|ranks| (ranks.start, ranks.end));
        let mut next = 0;
        let mut all = Vec::new();
        for range in ranks {
            let first = next.max(range.start);
            all.extend((first..range.end).filter_map(|rank| self.reached_at(route, rank)));
            next = next.max(range.end);
        }
        all
    }

    /// The routes that reach an account, by its place among those that were given.
    pub fn on(&self, account: usize) -> impl Iterator<Item = (&Route<'a>, Reached<'_, 'a>)> {
        let found = self.places.rank(account);
        let routes = found.and_then(|(_, block)| self.by_block.get(block));
        let rank = found.map_or(usize::MAX, |(rank, _)| rank);
        let routes = routes.into_iter().flatten().filter_map(|index| self.routes.get(*index));
        routes.filter_map(move |route| Some((route, self.reached_at(route, rank)?)))
    }

    /// The accounts, by their places, that an assignment of an unknown role holds for.
    pub fn concerned(&self, unknown: &UnknownRole<'a>) -> Vec<usize> {
        let ranks = unknown.ranks.iter().cloned().flatten();
        ranks
            .filter_map(|rank| self.places.account(rank))
            .map(|(index, _)| index)
            .collect()
    }

    fn reached_at<'r>(&self, route: &'r Route<'a>, rank: usize) -> Option<Reached<'r, 'a>> {
        let (account, record) = self.places.account(rank)?;
        let api = record.account.api;
        let ways = route.carried.iter().filter(|carried| carried.action.concerns(api));
        let here = ways.filter_map(|carried| Some((carried, carried.span(rank)?)));
        let (via, span) = here.min_by_key(|(carried, span)| carried.doubts.len() + span.doubts.len())?;
        let is_guess = via.action.api.is_some() && api == Api::Unknown;
        let doubts = via.doubts.iter().chain(&span.doubts).copied();
        Some(Reached {
            account,
            via,
            doubts: doubts.chain(is_guess.then_some(Doubt::ApiUnknown)).collect(),
        })
    }
}

impl<'a> Carried<'a> {
    /// Doubts that hold for all accounts.
    pub fn doubts(&self) -> &[Doubt<'a>] {
        &self.doubts
    }

    fn span(&self, rank: usize) -> Option<&Span<'a>> {
        // Spans are sorted, and do not overlap.
        let index = self.spans.partition_point(|span| span.ranks.end <= rank);
        self.spans.get(index).filter(|span| span.ranks.start <= rank)
    }
}
