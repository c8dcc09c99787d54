//! An object to change with the findings that it closes.

use super::candidates::Candidates;
use super::object::Object;
use crate::finding::{Confidence, Finding, ProvenAction, State};
use crate::model::{Account, BypassKind};
use crate::resolve::Tenant;
use std::collections::BTreeMap;

/// An object and the findings that its change closes, at least one, in order.
pub(super) struct Group<'g> {
    pub(super) object: Object,
    pub(super) findings: Vec<&'g Finding>,
    pub(super) tenant: &'g Tenant<'g>,
    pub(super) candidates: &'g Candidates<'g>,
}

impl Group<'_> {
    /// The accounts that the findings concern, in order.
    pub(super) fn accounts(&self) -> impl Iterator<Item = &Account> {
        let mut all: BTreeMap<&str, &Account> = BTreeMap::new();
        for finding in &self.findings {
            all.extend(concerned(self, finding).map(|account| (account.id.key(), account)));
        }
        all.into_values()
    }
}

/// The accounts that a finding concerns.
pub(super) fn concerned<'g>(group: &'g Group<'_>, finding: &'g Finding) -> impl Iterator<Item = &'g Account> {
    concerned_surely(group, finding).map(|(account, _)| account)
}

/// The same, each with whether it is certain of it.
pub(super) fn concerned_surely<'g>(
    group: &'g Group<'_>,
    finding: &'g Finding,
) -> impl Iterator<Item = (&'g Account, bool)> {
    let reached = finding.subject.reach().into_iter().flat_map(|reach| {
        let sure = |place: usize| reach.confidence_at(place, finding.confidence) == Confidence::Certain;
        let places = reach.accounts.iter().copied();
        places.map(move |place| (place, sure(place)))
    });
    let reached = reached.filter_map(|(place, is_sure)| Some((group.tenant.account(place)?, is_sure)));
    // What holds for one account only reaches it, too.
    let own = finding.account().and_then(|id| group.candidates.account(id));
    reached.chain(own.map(|account| (account, finding.confidence == Confidence::Certain)))
}

/// The first of the worst that count; of all, where none does.
pub(super) fn worst<'g>(findings: &[&'g Finding]) -> Option<&'g Finding> {
    let rank = |finding: &&Finding| (finding.state == State::New, finding.severity);
    findings.iter().copied().rev().max_by_key(rank)
}

/// Whether a finding is about reading keys through an Azure role.
pub(super) fn reads_keys(finding: &Finding) -> bool {
    bypass(finding).is_some_and(BypassKind::is_of_keys)
}

/// The bypass that a finding proves.
pub(super) fn bypass(finding: &Finding) -> Option<BypassKind> {
    match finding.witness.as_ref()?.action.as_ref()? {
        ProvenAction::Azure(action) => Some(action.kind),
        ProvenAction::Data(_) | ProvenAction::Elsewhere(_) => None,
    }
}
