//! Who principals are: their names, from the policy or the directory, and who is in which group.

use crate::finding::PrincipalRef;
use crate::model::{PrincipalId, PrincipalKind, PrincipalRecord};
use crate::policy::{Policy, PrincipalRule};
use std::collections::{BTreeMap, HashMap};

/// What is known of principals. Without the directory's records nobody is in any group.
pub(super) struct Directory<'a> {
    names: BTreeMap<&'a PrincipalId, &'a str>,
    records: HashMap<&'a PrincipalId, &'a PrincipalRecord>,
    groups: HashMap<&'a PrincipalId, Vec<&'a PrincipalId>>,
}

impl<'a> Directory<'a> {
    pub(super) fn new(policy: &'a Policy, records: Option<&'a [PrincipalRecord]>) -> Self {
        let records = records.unwrap_or_default();
        let mut groups: HashMap<&PrincipalId, Vec<&PrincipalId>> = HashMap::new();
        for record in records {
            for member in record.members.iter().flatten() {
                groups.entry(member).or_default().push(&record.id);
            }
        }
        Self {
            names: (policy.principals.iter())
                .map(|principal| (&principal.id, principal.name.as_str()))
                .collect(),
            records: records.iter().map(|record| (&record.id, record)).collect(),
            groups,
        }
    }

    /// A principal with the policy's name for it, or else the directory's.
    pub(super) fn principal(&self, id: &PrincipalId) -> PrincipalRef {
        let record = self.record(id);
        let name = self.names.get(id).copied();
        let name = name.or_else(|| {
            record
                .map(|record| record.name.as_str())
                .filter(|name| !name.is_empty())
        });
        PrincipalRef {
            id: id.clone(),
            name: name.map(str::to_owned),
            kind: record.map_or(PrincipalKind::Unknown, |record| record.kind),
        }
    }

    /// What the directory says of a principal. `None`: it was not asked, or did not answer.
    pub(super) fn record(&self, id: &PrincipalId) -> Option<&'a PrincipalRecord> {
        self.records.get(id).copied()
    }

    /// Whether a rule about a principal holds for `id`: because it names it, or a group that it is in.
    pub(super) fn applies(&self, rule: &PrincipalRule, id: &PrincipalId) -> bool {
        rule.matches(id) || self.groups_of(id).iter().any(|group| rule.matches(group))
    }

    /// Whether `id` has what `holder` has: because it is it, or in it.
    pub(super) fn is_or_is_in(&self, id: &PrincipalId, holder: &PrincipalId) -> bool {
        id == holder || self.groups_of(id).contains(&holder)
    }

    /// Whether a list of principals names `id`: itself, a group that it is in, or all members of the group that it is.
    pub(super) fn includes(&self, list: &[&PrincipalId], id: &PrincipalId) -> bool {
        let named = |id: &PrincipalId| list.iter().any(|named| self.is_or_is_in(id, named));
        named(id) || self.all_members(id).is_some_and(|members| members.iter().all(named))
    }

    /// The members of a group, when there are some and all of them are known.
    pub(super) fn all_members(&self, id: &PrincipalId) -> Option<&'a [PrincipalId]> {
        let record = self.record(id).filter(|record| !record.members_bounded)?;
        record.members.as_deref().filter(|members| !members.is_empty())
    }

    fn groups_of(&self, id: &PrincipalId) -> &[&'a PrincipalId] {
        self.groups.get(id).map_or(&[], Vec::as_slice)
    }
}
