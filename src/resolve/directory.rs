//! Who principals are, and who is in which group. The one index of groups: whoever asks, asks it.

use crate::model::{PrincipalId, PrincipalKind, PrincipalRecord, PrincipalRef};
use std::collections::{HashMap, HashSet};

/// What the directory says of principals. Without its records nobody is known to be in any group.
#[derive(Debug, Default)]
pub struct Directory<'a> {
    records: HashMap<&'a PrincipalId, &'a PrincipalRecord>,
    groups: HashMap<&'a PrincipalId, Group<'a>>,
    memberships: HashMap<&'a PrincipalId, Vec<&'a PrincipalId>>,
}

/// A group whose members were read.
#[derive(Debug)]
pub struct Group<'a> {
    /// Who is in it, also through groups within it.
    pub members: HashSet<&'a PrincipalId>,
    /// Whether these are all.
    pub is_complete: bool,
}

/// The members of something that may be a group.
#[derive(Debug, Clone, Copy)]
pub enum Members<'d, 'a> {
    /// It is no group.
    None,
    /// It is a group, and these are in it.
    Known(&'d Group<'a>),
    /// It is or may be a group.
    Unknown,
}

impl<'a> Directory<'a> {
    /// The directory of these records; `None`: it was not asked.
    pub fn new(records: Option<&'a [PrincipalRecord]>) -> Self {
        let mut directory = Self::default();
        for record in records.unwrap_or_default() {
            directory.records.insert(&record.id, record);
            let Some(members) = &record.members else { continue };
            for member in members {
                directory.memberships.entry(member).or_default().push(&record.id);
            }
            let group = Group {
                members: members.iter().collect(),
                is_complete: !record.members_bounded,
            };
            directory.groups.insert(&record.id, group);
        }
        directory
    }

    /// What the directory says of a principal. `None`: it was not asked, or did not answer.
    pub fn record(&self, id: &PrincipalId) -> Option<&'a PrincipalRecord> {
        self.records.get(id).copied()
    }

    /// A principal with the directory's name for it.
    pub fn principal(&self, id: &PrincipalId) -> PrincipalRef {
        let record = self.record(id);
        let name = record.map(|record| &record.name).filter(|name| !name.is_empty());
        PrincipalRef {
            id: id.clone(),
            name: name.cloned(),
            kind: record.map_or(PrincipalKind::Unknown, |record| record.kind),
        }
    }

    /// The groups that it is known to be in.
    pub fn groups_of(&self, id: &PrincipalId) -> &[&'a PrincipalId] {
        self.memberships.get(id).map_or(&[], Vec::as_slice)
    }

    /// Whether `id` has what `holder` has: because it is it, or in it.
    pub fn is_or_is_in(&self, id: &PrincipalId, holder: &PrincipalId) -> bool {
        id == holder || self.groups.get(holder).is_some_and(|group| group.members.contains(id))
    }

    /// Whether it is known to be a group.
    pub fn is_group(&self, id: &PrincipalId) -> bool {
        self.groups.contains_key(id)
            || self
                .record(id)
                .is_some_and(|record| record.kind == PrincipalKind::Group)
    }

    /// The people in a group, when all of them are known. Groups in it aren't people: their members are in it, too. They
    /// stand for themselves where there is nobody in any of them.
    pub fn all_people(&self, id: &PrincipalId) -> Option<Vec<&'a PrincipalId>> {
        let record = self.record(id).filter(|record| !record.members_bounded)?;
        let members = record.members.as_deref().filter(|members| !members.is_empty())?;
        let people: Vec<_> = members.iter().filter(|member| !self.is_group(member)).collect();
        Some(if people.is_empty() {
            members.iter().collect()
        } else {
            people
        })
    }

    /// Who is in it. `written`: what it is, as a service wrote it beside the id; that counts where the directory does not
    /// know.
    pub fn members(&self, id: &PrincipalId, written: Option<&str>) -> Members<'_, 'a> {
        if let Some(group) = self.groups.get(id) {
            return Members::Known(group);
        }
        let is_single = |text: &str| {
            ["User", "ServicePrincipal", "Device"]
                .iter()
                .any(|one| text.eq_ignore_ascii_case(one))
        };
        match self.record(id).map(|record| record.kind).unwrap_or_default() {
            PrincipalKind::Group => Members::Unknown,
            PrincipalKind::Unknown if !written.is_some_and(is_single) => Members::Unknown,
            _ => Members::None,
        }
    }
}
