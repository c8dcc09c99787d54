//! From assignments to the accounts that they reach.

use super::cut::{Blow, cut};
use super::deny::{Directory, Rules, Whom};
use super::gather::{self, Gathered, Given, Role, Roles};
use super::places::{Part, Places};
use super::ways::{ACTIONS, Place, WayAction, grants_data, is_kind};
use super::{Carried, ControlAccess, Doubt, Holder, Route, Span, UnknownRole, Unread, Way};
use crate::model::azure_rbac::Level;
use crate::model::{AccountRecord, ControlPlane, Gap, PrincipalRecord};
use std::ops::Range;

/// What is the same for all assignments.
struct World<'a> {
    planes: &'a [ControlPlane],
    places: Places<'a>,
    directory: Directory<'a>,
    /// Per block its deny assignments, as far as they were read.
    rules: Vec<Rules<'a>>,
}

pub(super) fn resolve<'a>(
    planes: &'a [ControlPlane],
    accounts: &'a [AccountRecord],
    principals: &'a [PrincipalRecord],
) -> ControlAccess<'a> {
    let places = Places::new(accounts, planes);
    let rules = (places.blocks.iter().enumerate())
        .map(|(index, block)| match block.plane.and_then(|plane| planes.get(plane)) {
            Some(plane) => Rules::new(plane, index, &places),
            None => Rules::default(),
        })
        .collect();
    let world = World {
        planes,
        directory: Directory::new(principals),
        rules,
        places,
    };
    let roles = Roles::new(planes);
    let mut routes = Vec::new();
    let mut unknown_roles = Vec::new();
    let mut unplaced = Vec::new();
    for gathered in gather::assignments(planes, &roles) {
        let holder = gathered.holder;
        if holder.scope().level() == Level::Malformed {
            unplaced.push(holder);
            continue;
        }
        let parts = world.parts(&gathered);
        match roles.get(holder.role_definition_id()) {
            _ if parts.is_empty() => {}
            Some(role) => world.routes(holder, role, parts, &mut routes),
            None => unknown_roles.push(UnknownRole {
                holder,
                ranks: parts.into_iter().map(|part| part.ranks).collect(),
            }),
        }
    }
    ControlAccess {
        unread: world.unread(),
        by_block: by_block(&world.places, &routes),
        routes,
        unknown_roles,
        unplaced,
        places: world.places,
    }
}

/// Per block the routes that reach into it.
fn by_block(places: &Places<'_>, routes: &[Route<'_>]) -> Vec<Vec<usize>> {
    let mut index: Vec<Vec<usize>> = places.blocks.iter().map(|_| Vec::new()).collect();
    for (number, route) in routes.iter().enumerate() {
        for span in route.carried.iter().flat_map(|carried| &carried.spans) {
            // A span lies in one block.
            let block = places
                .blocks
                .partition_point(|block| block.ranks.end <= span.ranks.start);
            if let Some(list) = index.get_mut(block)
                && list.last() != Some(&number)
            {
                list.push(number);
            }
        }
    }
    index
}

impl<'a> World<'a> {
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

    fn routes(&self, holder: Holder<'a>, role: &Role<'a>, parts: Vec<Part>, into: &mut Vec<Route<'a>>) {
        let whom = |part: &Part| {
            let rules = self.rules.get(part.block);
            rules
                .map(|rules| rules.whom(holder, &self.directory))
                .unwrap_or_default()
        };
        let parts: Vec<(Part, Whom)> = parts.into_iter().map(|part| (part.clone(), whom(&part))).collect();
        for way in Way::ALL {
            let carried: Vec<Carried<'a>> = (role.gives.iter())
                .filter_map(|given| self.carried(holder, *given, way, &parts))
                .collect();
            if !carried.is_empty() {
                into.push(Route {
                    holder,
                    role: role.definition,
                    way,
                    carried,
                });
            }
        }
    }

    fn carried(&self, holder: Holder<'a>, given: Given<'a>, way: Way, parts: &[(Part, Whom)]) -> Option<Carried<'a>> {
        let action = ACTIONS.get(given.action).filter(|action| action.way == way)?;
        if action.place == Place::Root && holder.scope().level() != Level::Root {
            return None;
        }
        let mut spans = Vec::new();
        for both in parts {
            let part = &both.0;
            let is_there = match (&part.within, action.place) {
                (None, _) => true,
                (Some(kind), Place::Anywhere) => grants_data(kind),
                (Some(kind), place) => is_kind(place, kind),
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
        let mut doubts = Vec::new();
        doubts.extend(holder.is_eligible().then_some(Doubt::Eligible));
        doubts.extend(holder.condition().map(Doubt::Condition));
        doubts.extend(given.condition.map(Doubt::RoleCondition));
        doubts.extend(action.doubt);
        (!spans.is_empty()).then_some(Carried {
            action,
            pattern: given.pattern,
            doubts,
            spans,
        })
    }

    /// Whether the action means something for one of the accounts.
    fn concerns(&self, action: &WayAction, block: usize, ranks: &Range<usize>) -> bool {
        let Some(block) = self.places.blocks.get(block) else {
            return false;
        };
        let mut accounts = ranks.clone().filter_map(|rank| self.places.account(rank));
        action.api.is_none()
            || (block.apis.iter().any(|api| action.concerns(*api))
                && (*ranks == block.ranks || accounts.any(|(_, record)| action.concerns(record.account.api))))
    }

    /// What deny assignments leave of a part.
    fn spans(&self, holder: Holder<'a>, action: usize, (part, whom): &(Part, Whom)) -> Vec<Span<'a>> {
        let mut doubts = Vec::new();
        doubts.extend(part.within.is_some().then_some(Doubt::WithinAccount));
        doubts.extend((!self.knows_denies(part.block)).then_some(Doubt::DenyNotRead));
        let rules = self.rules.get(part.block).map_or(&[][..], Rules::list).iter();
        let overlap = rules.filter(|rule| rule.ranks.start < part.ranks.end && part.ranks.start < rule.ranks.end);
        let blows: Vec<Blow<'a>> = overlap
            .filter_map(|rule| {
                Some(Blow {
                    effect: rule.effect(action, holder, whom)?,
                    ranks: rule.ranks.clone(),
                    deny: rule.deny,
                })
            })
            .collect();
        cut(&part.ranks, &doubts, &blows)
    }

    fn knows_denies(&self, block: usize) -> bool {
        let plane = self
            .places
            .blocks
            .get(block)
            .and_then(|block| self.planes.get(block.plane?));
        plane.is_some_and(|plane| plane.has_all(Gap::DENY_ASSIGNMENTS))
    }

    fn unread(&self) -> Vec<Unread> {
        let unread = self.places.blocks.iter().map(|block| {
            let plane = block.plane.and_then(|plane| self.planes.get(plane));
            let lists = plane.map_or(LISTS.to_vec(), |plane| {
                let unread = plane.lists().into_iter().filter(|(_, is_whole)| !is_whole);
                unread.map(|(what, _)| what).collect()
            });
            Unread {
                subscription: block.subscription.clone(),
                lists,
                all: plane.is_none(),
            }
        });
        unread.filter(|one| !one.lists.is_empty()).collect()
    }
}

const LISTS: [&str; 4] = [
    Gap::AZURE_ROLE_ASSIGNMENTS,
    Gap::AZURE_ROLE_DEFINITIONS,
    Gap::DENY_ASSIGNMENTS,
    Gap::ELIGIBLE,
];
