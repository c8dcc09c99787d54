//! What an assignment of an Azure role lets its holder do, to which accounts, and how surely.

use super::holder::Holder;
use crate::model::bypass::Caveat;
use crate::model::{ActionPattern, Api, Authorization, AzureRoleDefinition, BypassAction, BypassKind, DenyAssignment};
use std::ops::Range;

/// Why access is possible, and not certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt<'a> {
    /// The role must be activated first.
    Eligible,
    /// The assignment has a condition, and what is known doesn't decide it.
    Condition(&'a str),
    /// What the role grants there has a condition, and what is known doesn't decide it.
    RoleCondition(&'a str),
    /// The role gives the action only in one reading of its wildcards.
    Wildcard,
    /// The action may not suffice.
    Action(Caveat),
    /// The role can be assigned to managed identities only, and no role but these: so an authorization of Azure Lighthouse
    /// says.
    OnlyToIdentities(&'a Authorization),
    /// The assignment is for a single restorable account, and it is not known whether that is this one.
    OneRestorable,
    /// The account's API is not known, and so not what grants access to its data.
    ApiUnknown,
    /// What can be written are roles of this API, and the account has another.
    OtherApi(Api),
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
    /// A template doesn't say for certain that the role is assigned like this.
    Template,
}

/// Why it is not certain that a deny assignment takes access away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DenyDoubt {
    /// Whether it blocks anything: it only audits, or the service didn't say.
    Effect,
    /// Whether it concerns the principal depends on who is in a group.
    Membership,
    /// It has a condition, and what is known doesn't decide it.
    Condition,
    /// It names the action only in one reading of its wildcards.
    Wildcard,
    /// What it comes to where the request is made, which is not worked out.
    NotEvaluated,
    /// Whether it holds where the request is made: roles can be assigned further up, and some deny assignments do not
    /// hold below their scope.
    Scope,
    /// The principal can lift it.
    Lifted,
}

/// An action that opens a bypass, as a role gives it.
#[derive(Debug, Clone)]
pub struct Via<'a> {
    /// The action.
    pub action: &'static BypassAction,
    /// The pattern of the role that gives it.
    pub pattern: &'a ActionPattern,
    /// Doubts that hold for all accounts.
    pub(super) doubts: Vec<Doubt<'a>>,
    /// The accounts, by rank.
    pub(super) spans: Vec<Span<'a>>,
}

/// Accounts that share their doubts.
#[derive(Debug, Clone)]
pub(super) struct Span<'a> {
    pub(super) ranks: Range<usize>,
    pub(super) doubts: Vec<Doubt<'a>>,
}

/// What one assignment gives of one kind.
#[derive(Debug, Clone)]
pub struct Bypass<'a> {
    /// The assignment.
    pub holder: Holder<'a>,
    /// The role.
    pub role: &'a AzureRoleDefinition,
    /// What its holder can do.
    pub kind: BypassKind,
    /// The actions that open it, at least one.
    pub vias: Vec<Via<'a>>,
}

/// An account that a bypass reaches.
#[derive(Debug, Clone)]
pub struct Reached<'r, 'a> {
    /// Its place among the accounts that were given.
    pub account: usize,
    /// The action that is the most certain there.
    pub via: &'r Via<'a>,
    /// Why it is not certain; empty: it is.
    pub doubts: Vec<Doubt<'a>>,
}

impl Reached<'_, '_> {
    /// Whether nothing stands in the way.
    pub fn is_certain(&self) -> bool {
        self.doubts.is_empty()
    }
}

impl<'a> Via<'a> {
    /// Doubts that hold for all accounts.
    pub fn doubts(&self) -> &[Doubt<'a>] {
        &self.doubts
    }

    pub(super) fn span(&self, rank: usize) -> Option<&Span<'a>> {
        // Spans are sorted, and do not overlap.
        let index = self.spans.partition_point(|span| span.ranks.end <= rank);
        self.spans.get(index).filter(|span| span.ranks.start <= rank)
    }
}
