//! Who principals are, and who is in which group. The one index of groups: whoever asks, asks it.

use crate::model::{AzureScope, ControlPlane, Delegation, PrincipalId, PrincipalKind, PrincipalRecord, PrincipalRef};
use foldhash::{HashMap, HashSet};

/// What the directory says of principals. Without its records nobody is known to be in any group.
#[derive(Debug, Default)]
pub struct Directory<'a> {
    records: HashMap<&'a PrincipalId, &'a PrincipalRecord>,
    groups: HashMap<&'a PrincipalId, Group<'a>>,
    memberships: HashMap<&'a PrincipalId, Vec<&'a PrincipalId>>,
    /// The managed identities that have what a principal has, of those that have any.
    identities: HashMap<&'a PrincipalId, Vec<&'a PrincipalId>>,
    /// The principals of other tenants that there are delegations to, with the names that these give them, or none.
    foreign: HashMap<&'a PrincipalId, &'a str>,
}

/// A group whose members were read.
#[derive(Debug)]
pub struct Group<'a> {
    /// Who is in it, also through groups within it.
    pub members: HashSet<&'a PrincipalId>,
    /// Whether these are all.
    pub is_complete: bool,
    /// Whether they were counted. Scans of earlier versions didn't, and have no service principals in groups.
    pub is_counted: bool,
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

/// What isn't known of a principal, and of who has what it has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hidden {
    /// It is or could be a group, and not all who are in it are known.
    pub members: bool,
    /// The directory says nothing of it: it could be anybody, also somebody who was deleted.
    pub record: bool,
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
                is_complete: record.has_all_members(),
                is_counted: record.members_count.is_some(),
            };
            directory.groups.insert(&record.id, group);
        }
        let is_identity = |id: &&PrincipalId| {
            let kind = directory.record(id).map(|record| record.kind);
            kind == Some(PrincipalKind::ManagedIdentity)
        };
        let identities = records.unwrap_or_default().iter().filter_map(|record| {
            let all = std::iter::once(&record.id).chain(record.members.iter().flatten());
            let found: Vec<_> = all.filter(is_identity).collect();
            (!found.is_empty()).then_some((&record.id, found))
        });
        directory.identities = identities.collect();
        directory
    }

    /// The same, with the principals of other tenants that the subscriptions delegate to.
    #[must_use]
    pub fn with_delegations(mut self, planes: &'a [ControlPlane]) -> Self {
        let delegations = planes.iter().flat_map(|plane| plane.delegations.iter().flatten());
        for (authorization, _) in delegations.flat_map(Delegation::all) {
            let name = authorization.principal_name.as_deref().unwrap_or_default();
            let known = self.foreign.entry(&authorization.principal_id).or_insert(name);
            if known.is_empty() {
                *known = name;
            }
        }
        self
    }

    /// What the directory says of a principal. `None`: it was not asked, or did not answer.
    pub fn record(&self, id: &PrincipalId) -> Option<&'a PrincipalRecord> {
        self.records.get(id).copied()
    }

    /// A principal with the directory's name for it.
    pub fn principal(&self, id: &PrincipalId) -> PrincipalRef {
        let record = self.record(id);
        let own = record
            .map(|record| record.name.as_str())
            .filter(|name| !name.is_empty());
        let foreign = || self.foreign.get(id).copied().filter(|name| !name.is_empty());
        let name = own.or_else(foreign);
        PrincipalRef {
            id: id.clone(),
            name: name.map(str::to_owned),
            kind: match record {
                Some(record) => record.kind,
                None if id.is_mongo_user() => PrincipalKind::MongoUser,
                None => PrincipalKind::Unknown,
            },
            is_ambiguous: false,
        }
    }

    /// Where a managed identity is, or the resource that it belongs to.
    pub fn resource(&self, id: &PrincipalId) -> Option<AzureScope> {
        self.record(id)?.resource_id.as_deref().map(AzureScope::new)
    }

    /// The names that the directory and delegations give, each with its principal.
    pub fn names(&self) -> impl Iterator<Item = (&'a PrincipalId, &'a str)> {
        let own = self.records.values().map(|record| (&record.id, record.name.as_str()));
        own.chain(self.foreign.iter().map(|(id, name)| (*id, *name)))
            .filter(|(_, name)| !name.is_empty())
    }

    /// The managed identities that have what `id` has: itself, or those in it.
    pub fn identities(&self, id: &PrincipalId) -> &[&'a PrincipalId] {
        self.identities.get(id).map_or(&[], Vec::as_slice)
    }

    /// The same id, of a principal that has [`identities`](Self::identities), as long as the directory is there.
    pub fn with_identities(&self, id: &PrincipalId) -> Option<&'a PrincipalId> {
        self.identities.get_key_value(id).map(|(id, _)| *id)
    }

    /// The groups that it is known to be in.
    pub fn groups_of(&self, id: &PrincipalId) -> &[&'a PrincipalId] {
        self.memberships.get(id).map_or(&[], Vec::as_slice)
    }

    /// Whether `id` has what `holder` has: because it is it, or in it.
    pub fn is_or_is_in(&self, id: &PrincipalId, holder: &PrincipalId) -> bool {
        id == holder || self.groups.get(holder).is_some_and(|group| group.members.contains(id))
    }

    /// Who has what two principals have together: one of them, a member of the group that the other is, or the members of
    /// both groups. Many of these are the first group as a whole.
    pub fn both(&self, one: &'a PrincipalId, other: &'a PrincipalId) -> Vec<&'a PrincipalId> {
        /// Members of both groups that are told one by one.
        const MOST: usize = 20;
        if self.is_or_is_in(one, other) {
            return vec![one];
        }
        if self.is_or_is_in(other, one) {
            return vec![other];
        }
        let Some(((members, _), group)) = self.known_members(one).zip(self.groups.get(other)) else {
            return Vec::new();
        };
        let common: Vec<&'a PrincipalId> = members.iter().filter(|id| group.members.contains(id)).collect();
        if common.len() > MOST { vec![one] } else { common }
    }

    /// Whether it is known to be a group.
    pub fn is_group(&self, id: &PrincipalId) -> bool {
        self.groups.contains_key(id)
            || self
                .record(id)
                .is_some_and(|record| record.kind == PrincipalKind::Group)
    }

    /// The people in a group that are known, when there are some, and whether these are all. Groups in it aren't people: their
    /// members are in it, too. They stand for themselves where there is nobody in any of them.
    pub fn known_people(&self, id: &PrincipalId) -> Option<(Vec<&'a PrincipalId>, bool)> {
        let (members, is_all) = self.known_members(id)?;
        let people: Vec<_> = members.iter().filter(|member| !self.is_group(member)).collect();
        let people = if people.is_empty() {
            members.iter().collect()
        } else {
            people
        };
        Some((people, is_all))
    }

    /// The people in a group, when all of them are known.
    pub fn all_people(&self, id: &PrincipalId) -> Option<Vec<&'a PrincipalId>> {
        let (people, is_all) = self.known_people(id)?;
        is_all.then_some(people)
    }

    /// The members of a group that are known, when there are some, and whether these are all.
    pub fn known_members(&self, id: &PrincipalId) -> Option<(&'a [PrincipalId], bool)> {
        let record = self.record(id)?;
        let members = record.members.as_deref().filter(|members| !members.is_empty())?;
        Some((members, record.has_all_members()))
    }

    /// Who is in it. `written`: what it is, as a service wrote it beside the id; that counts where the directory does not
    /// know.
    pub fn members(&self, id: &PrincipalId, written: Option<&str>) -> Members<'_, 'a> {
        if id.is_mongo_user() {
            return Members::None;
        }
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

    /// Whether a principal of this tenant was deleted: the directory was asked, and doesn't know it. `written` is as for
    /// [`members`](Self::members).
    pub fn is_deleted(&self, id: &PrincipalId, written: Option<&str>) -> bool {
        !self.is_foreign(id, written) && self.record(id).is_some_and(|record| !record.found)
    }

    /// What isn't known of a principal. Nobody has what one had that was deleted. `written` is as for [`members`](Self::members).
    pub fn hidden(&self, id: &PrincipalId, written: Option<&str>) -> Hidden {
        if self.is_deleted(id, written) {
            return Hidden::default();
        }
        Hidden {
            members: match self.members(id, written) {
                Members::Known(group) => !group.is_complete || !group.is_counted,
                Members::Unknown => true,
                Members::None => false,
            },
            record: self.lacks(id) && !self.is_foreign(id, written),
        }
    }

    /// Whether the directory could know it, and says nothing of it.
    pub fn lacks(&self, id: &PrincipalId) -> bool {
        // One of a kind that this version doesn't know can be an identity as well.
        let is_told = |record: &PrincipalRecord| !record.found || record.kind != PrincipalKind::Unknown;
        !self.record(id).is_some_and(is_told) && !id.is_in_no_directory()
    }

    /// Those in a group, when it is one, of whom the directory says nothing.
    pub fn nameless_members(&self, id: &PrincipalId) -> impl Iterator<Item = &'a PrincipalId> {
        let members = self.known_members(id).map_or(&[][..], |(members, _)| members);
        members.iter().filter(|member| self.lacks(member))
    }

    /// Whether it is of another tenant, as a delegation or a service says.
    fn is_foreign(&self, id: &PrincipalId, written: Option<&str>) -> bool {
        self.foreign.contains_key(id) || written.is_some_and(is_of_another_tenant)
    }
}

/// Whether what a service wrote beside a principal says that it is of another tenant: a partner's group in a subscription of the
/// Cloud Solution Provider program. Source: `principalType` in the REST API of role assignments.
pub(super) fn is_of_another_tenant(written: &str) -> bool {
    written.eq_ignore_ascii_case("ForeignGroup")
}
