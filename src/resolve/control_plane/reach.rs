//! From assignments to the accounts that they reach.

use super::bypass::{Bypass, Doubt, Span, Via};
use super::conditions::Conditions;
use super::custom_roles::CustomRoles;
use super::deny::{Class, Denies};
use super::gather::{self, Gathered, Given, Role, Roles, is_doubtful};
use super::holder::Holder;
use super::lift::Lifts;
use super::places::{Part, Places};
use super::remaining::{Concerned, Denied, remaining};
use super::truth::Truth;
use crate::model::azure_rbac::Level;
use crate::model::bypass::{ACTIONS, Applies, ROLE_DEFINITIONS_WRITE, RequestPlace, grants_data};
use crate::model::{BypassAction, BypassKind, ControlPlane, Gap};
use crate::resolve::directory::Directory;
use jiff::Timestamp;
use std::ops::Range;

/// An assignment of a role that was not read: nobody knows what it gives.
#[derive(Debug, Clone)]
pub struct UnknownRole<'a> {
    /// The assignment.
    pub holder: Holder<'a>,
    pub(super) ranks: Vec<Range<usize>>,
}

/// What all assignments come to.
pub(super) struct Found<'a> {
    pub(super) bypasses: Vec<Bypass<'a>>,
    /// Assignments that hold for accounts and whose role was not read.
    pub(super) unknown_roles: Vec<UnknownRole<'a>>,
    /// Assignments whose scope is malformed.
    pub(super) unplaced: Vec<Holder<'a>>,
}

/// What is the same for all assignments.
struct World<'w, 'a> {
    planes: &'a [ControlPlane],
    places: &'w Places<'a>,
    directory: &'w Directory<'a>,
    conditions: &'w Conditions<'a>,
    custom_roles: CustomRoles<'a>,
    /// Per block its deny assignments, as far as they were read.
    denies: Vec<Denies<'a>>,
}

/// A part of where an assignment holds, and the people whom it concerns there.
type Populated = (Part, Vec<(Class, bool)>);

pub(super) fn find<'a>(
    planes: &'a [ControlPlane],
    places: &Places<'a>,
    directory: &Directory<'a>,
    taken_at: Timestamp,
) -> Found<'a> {
    let conditions = Conditions::new(planes);
    let roles = Roles::new(planes, &conditions);
    let denies = (places.blocks.iter().enumerate())
        .map(|(index, block)| match block.plane.and_then(|plane| planes.get(plane)) {
            Some(plane) => {
                let lifts = Lifts::new(plane, &roles, taken_at);
                Denies::new(plane, index, places, &conditions, &lifts)
            }
            None => Denies::default(),
        })
        .collect();
    let world = World {
        planes,
        places,
        directory,
        conditions: &conditions,
        custom_roles: CustomRoles::new(planes, &roles, taken_at),
        denies,
    };
    let mut found = Found {
        bypasses: Vec::new(),
        unknown_roles: Vec::new(),
        unplaced: Vec::new(),
    };
    for gathered in gather::assignments(planes, &roles, taken_at) {
        let holder = gathered.holder;
        let mut listing = gathered.planes.iter().filter_map(|plane| planes.get(*plane));
        if listing.clone().all(|plane| gather::is_unplaced(holder, plane)) {
            found.unplaced.push(holder);
            continue;
        }
        let is_of_template = listing.any(|plane| plane.of_template.is_all);
        let parts = world.parts(&gathered);
        match roles.get(holder.role_definition_id()) {
            Some(_) if parts.is_empty() => {}
            Some(role) => world.bypasses(holder, role, &roles, parts, &mut found.bypasses),
            // Of what a template assigns elsewhere, most concerns nobody.
            None if parts.is_empty() && is_of_template => {}
            // Where no account is, it can be a managed identity that it lets somebody act as.
            None => found.unknown_roles.push(UnknownRole {
                holder,
                ranks: parts.into_iter().map(|part| part.ranks).collect(),
            }),
        }
    }
    found
}

impl<'a> World<'_, 'a> {
    /// Where an assignment holds, by blocks and in the order of ranks.
    fn parts(&self, gathered: &Gathered<'a>) -> Vec<Part> {
        let scope = gathered.holder.scope();
        if !scope.is_above_subscriptions() {
            return self.places.at(scope).into_iter().collect();
        }
        // It holds for every subscription that lists it.
        let planes = gathered.planes.iter().filter_map(|plane| self.planes.get(*plane));
        let mut blocks: Vec<usize> = planes
            .filter_map(|plane| self.places.block(&plane.subscription))
            .collect();
        blocks.sort_unstable();
        blocks.dedup();
        let part = |block: usize| {
            Some(Part {
                ranks: self.places.blocks.get(block)?.ranks.clone(),
                block,
                within: None,
            })
        };
        blocks.into_iter().filter_map(part).collect()
    }

    fn bypasses(
        &self,
        holder: Holder<'a>,
        role: &Role<'a>,
        roles: &Roles<'a>,
        parts: Vec<Part>,
        into: &mut Vec<Bypass<'a>>,
    ) {
        let mut gives: Vec<Given<'a>> = match holder {
            Holder::Delegated { authorization, .. } if authorization.only_assigns() => {
                roles.only_assigned(role, authorization)
            }
            _ => role.gives.clone(),
        };
        if [holder.id(), &role.definition.id]
            .iter()
            .any(|id| is_doubtful(self.planes, id))
        {
            gives.iter_mut().for_each(|given| given.doubts.push(Doubt::Template));
        }
        let populated = |part: Part| {
            let denies = self.denies.get(part.block);
            let classes = denies.map(|denies| denies.classes(holder, self.directory));
            (part, classes.unwrap_or_default())
        };
        let parts: Vec<Populated> = parts.into_iter().map(populated).collect();
        for kind in BypassKind::ALL {
            let vias: Vec<Via<'a>> = (gives.iter())
                .filter_map(|given| self.via(holder, given, kind, &parts))
                .collect();
            if !vias.is_empty() {
                into.push(Bypass {
                    holder,
                    role: role.definition,
                    kind,
                    vias,
                });
            }
        }
    }

    fn via(&self, holder: Holder<'a>, given: &Given<'a>, kind: BypassKind, parts: &[Populated]) -> Option<Via<'a>> {
        let action = ACTIONS.get(given.action).filter(|action| action.kind == kind)?;
        if action.place == RequestPlace::Root && holder.scope().level() != Level::Root {
            return None;
        }
        let doubts = self.doubts(holder, given, action)?;
        let mut spans = Vec::new();
        for both in parts {
            let part = &both.0;
            let is_there = match (&part.within, action.place) {
                (None, _) => true,
                (Some(child), RequestPlace::Anywhere) => grants_data(child),
                (Some(child), place) => place.is_child(child),
            };
            if is_there && self.concerns(action, part.block, &part.ranks) {
                let left = self.spans(holder, given.action, both);
                // What is denied may have been all that the action means something for.
                spans.extend(
                    left.into_iter()
                        .filter(|span| self.concerns(action, part.block, &span.ranks)),
                );
            }
        }
        (!spans.is_empty()).then_some(Via {
            action,
            pattern: given.pattern,
            doubts,
            spans,
        })
    }

    /// Why what a role gives may be no bypass; `None`: it certainly is none.
    fn doubts(&self, holder: Holder<'a>, given: &Given<'a>, action: &BypassAction) -> Option<Vec<Doubt<'a>>> {
        let mut doubts = Vec::new();
        doubts.extend(holder.is_eligible().then_some(Doubt::Eligible));
        if let Holder::Delegated { authorization, .. } = holder {
            let is_narrowed = authorization.only_assigns();
            doubts.extend(is_narrowed.then_some(Doubt::OnlyToIdentities(authorization)));
        }
        match self.conditions.allows(holder.condition(), given.action) {
            Truth::False => return None,
            Truth::Unknown => doubts.extend(holder.condition().map(Doubt::Condition)),
            Truth::True => {}
        }
        doubts.extend(&given.doubts);
        let caveat = action.caveat.map(Doubt::Action);
        if action.name == ROLE_DEFINITIONS_WRITE {
            match self.custom_roles.can_be_widened(holder, self.directory) {
                Truth::False => return None,
                Truth::Unknown => doubts.extend(caveat),
                Truth::True => {}
            }
        } else {
            doubts.extend(caveat);
        }
        Some(doubts)
    }

    /// Whether the action means something for one of the accounts.
    fn concerns(&self, action: &BypassAction, block: usize, ranks: &Range<usize>) -> bool {
        let Some(block) = self.places.blocks.get(block) else {
            return false;
        };
        let mut accounts = ranks.clone().filter_map(|rank| self.places.account(rank));
        action.applies == Applies::ToAll
            || (block.apis.iter().any(|api| action.concerns(*api))
                && (*ranks == block.ranks || accounts.any(|(_, account)| action.concerns(account.api))))
    }

    /// What deny assignments leave of a part.
    fn spans(&self, holder: Holder<'a>, action: usize, (part, classes): &Populated) -> Vec<Span<'a>> {
        let mut doubts = Vec::new();
        doubts.extend(part.within.is_some().then_some(Doubt::WithinAccount));
        doubts.extend((!self.knows_denies(part.block)).then_some(Doubt::DenyNotRead));
        let denies = self.denies.get(part.block).map_or(&[][..], Denies::list).iter();
        let overlap = denies.filter(|deny| deny.ranks.start < part.ranks.end && part.ranks.start < deny.ranks.end);
        let people: Vec<Concerned<'a>> = (classes.iter())
            .map(|(class, exists)| Concerned {
                denied: (overlap.clone())
                    .filter_map(|deny| {
                        Some(Denied {
                            denial: deny.denial(action, holder, class)?,
                            ranks: deny.ranks.clone(),
                            deny: deny.assignment,
                        })
                    })
                    .collect(),
                exists: *exists,
            })
            .collect();
        remaining(&part.ranks, &doubts, &people)
    }

    fn knows_denies(&self, block: usize) -> bool {
        let plane = self
            .places
            .blocks
            .get(block)
            .and_then(|block| self.planes.get(block.plane?));
        plane.is_some_and(|plane| plane.has_all(Gap::DENY_ASSIGNMENTS))
    }
}
