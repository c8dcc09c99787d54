//! What concerns a principal or an assignment, found without looking through all rules and assignments of an account.

use crate::model::{Alike, PrincipalId, Scope};
use crate::policy::PrincipalRule;
use crate::resolve::{Access, Directory};
use foldhash::{HashMap, HashMapExt};
use std::cell::OnceCell;

/// Places in the rules and in the assignments of an account.
pub(super) struct Index<'r, 'p> {
    rules: HashMap<&'p PrincipalId, Vec<usize>>,
    /// Rules for everybody.
    anyone: Vec<usize>,
    assignments: HashMap<&'r PrincipalId, Vec<usize>>,
    by_id: HashMap<&'r str, Vec<usize>>,
    /// Of those who have many assignments, those at each place; filled when somebody first asks.
    by_place: OnceCell<HashMap<(&'r PrincipalId, Alike), Vec<usize>>>,
}

/// Assignments of a principal of which all are looked at.
const FEW: usize = 16;

impl<'r, 'p> Index<'r, 'p> {
    /// `rules`: whom each rule is about.
    pub(super) fn new(rules: impl Iterator<Item = &'p PrincipalRule>, access: &Access<'r>) -> Self {
        let mut index = Self {
            rules: HashMap::new(),
            anyone: Vec::new(),
            assignments: HashMap::new(),
            by_id: HashMap::new(),
            by_place: OnceCell::new(),
        };
        for (place, rule) in rules.enumerate() {
            match rule {
                PrincipalRule::Anyone => index.anyone.push(place),
                PrincipalRule::One(id) => index.rules.entry(id).or_default().push(place),
            }
        }
        for (place, found) in access.assignments.iter().enumerate() {
            let assignment = found.assignment;
            index
                .assignments
                .entry(&assignment.principal_id)
                .or_default()
                .push(place);
            index.by_id.entry(&assignment.id).or_default().push(place);
        }
        index
    }

    /// The rules for a principal or a group that it is in, in their order.
    pub(super) fn rules_for(&self, directory: &Directory<'_>, id: &PrincipalId) -> Vec<usize> {
        let own = holders(directory, id)
            .filter_map(|holder| self.rules.get(holder))
            .flatten();
        sorted(own.chain(&self.anyone).copied().collect())
    }

    /// The first rule that names a principal itself.
    pub(super) fn first_rule_of(&self, id: &PrincipalId) -> Option<usize> {
        self.rules.get(id)?.first().copied()
    }

    /// The rules that say something of what a principal is given: they hold for it, or for somebody who is in it.
    pub(super) fn rules_concerning(&self, directory: &Directory<'_>, id: &PrincipalId) -> Vec<usize> {
        let mut all = self.rules_for(directory, id);
        all.extend(self.rules_within(directory, id));
        sorted(all)
    }

    /// The rules that name a principal or, if it is a group, somebody in it, in their order.
    pub(super) fn rules_within(&self, directory: &Directory<'_>, id: &PrincipalId) -> Vec<usize> {
        let own = self.rules.get(id).into_iter().flatten().copied();
        let members = directory.known_members(id).map_or(&[][..], |(members, _)| members);
        let of_members: Vec<usize> = if members.len() < self.rules.len() {
            let found = members.iter().filter_map(|member| self.rules.get(member));
            found.flatten().copied().collect()
        } else {
            let is_member = |rule: &PrincipalId| rule != id && directory.is_or_is_in(rule, id);
            let found = self.rules.iter().filter(|(rule, _)| is_member(rule));
            found.flat_map(|(_, places)| places.iter().copied()).collect()
        };
        sorted(own.chain(of_members).collect())
    }

    /// The assignments of a principal and of groups that it is in, in their order.
    pub(super) fn assignments_for(&self, directory: &Directory<'_>, id: &PrincipalId) -> Vec<usize> {
        let all = holders(directory, id).filter_map(|holder| self.assignments.get(holder));
        sorted(all.flatten().copied().collect())
    }

    /// The same, without most of those that don't hold at `scope`.
    pub(super) fn assignments_near(
        &self,
        directory: &Directory<'_>,
        id: &PrincipalId,
        scope: &Scope,
        access: &Access<'r>,
    ) -> Vec<usize> {
        let mut found = Vec::new();
        for holder in holders(directory, id) {
            let Some((holder, all)) = self.assignments.get_key_value(holder) else {
                continue;
            };
            if all.len() <= FEW {
                found.extend(all);
                continue;
            }
            let by_place = self.by_place.get_or_init(|| self.places_of_many(access));
            let near = Alike::of(scope).and_above();
            found.extend(near.filter_map(|place| by_place.get(&(*holder, place))).flatten());
        }
        sorted(found)
    }

    fn places_of_many(&self, access: &Access<'r>) -> HashMap<(&'r PrincipalId, Alike), Vec<usize>> {
        let mut found: HashMap<_, Vec<usize>> = HashMap::new();
        for (holder, places) in self.assignments.iter().filter(|(_, all)| all.len() > FEW) {
            for place in places {
                if let Some(grant) = access.grant(*place) {
                    found.entry((*holder, Alike::of(grant.scope))).or_default().push(*place);
                }
            }
        }
        found
    }

    /// What stands in the list of assignments under an id.
    pub(super) fn assignments_of(&self, id: &str) -> &[usize] {
        self.by_id.get(id).map_or(&[], Vec::as_slice)
    }
}

/// A principal, and the groups that it is in.
fn holders<'d>(directory: &'d Directory<'_>, id: &'d PrincipalId) -> impl Iterator<Item = &'d PrincipalId> {
    std::iter::once(id).chain(directory.groups_of(id).iter().copied())
}

fn sorted(mut places: Vec<usize>) -> Vec<usize> {
    places.sort_unstable();
    places.dedup();
    places
}
