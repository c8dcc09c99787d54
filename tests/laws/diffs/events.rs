//! What may happen between two scans.

use super::azure::{AzureAssigned, Denied, azure, denied};
use super::model::{Assigned, Model, PEOPLE, assigned, model};
use crate::strategies::{PlanPermission, Shapes, permission};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Something that happens between two scans.
#[derive(Debug, Clone)]
pub(super) enum Event {
    Assign(usize, Assigned),
    Unassign(usize, usize),
    Rewrite(usize, usize, Vec<PlanPermission>),
    SwitchKeys(usize),
    Toggle(usize, &'static str),
    Azure(AzureAssigned),
    NoAzure(usize),
    Nest,
    Deny(Denied),
    NoDeny,
    Delete,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (0..2_usize, assigned()).prop_map(|(account, one)| Event::Assign(account, one)),
        3 => (0..2_usize, 0..5_usize).prop_map(|(account, one)| Event::Unassign(account, one)),
        3 => (0..2_usize, 0..3_usize, vec(permission(Shapes::Any), 0..3))
            .prop_map(|(account, role, to)| Event::Rewrite(account, role, to)),
        2 => (0..2_usize).prop_map(Event::SwitchKeys),
        4 => (0..2_usize, select(PEOPLE.to_vec())).prop_map(|(group, who)| Event::Toggle(group, who)),
        3 => azure().prop_map(Event::Azure),
        2 => (0..4_usize).prop_map(Event::NoAzure),
        1 => Just(Event::Nest),
        1 => denied().prop_map(Event::Deny),
        1 => Just(Event::NoDeny),
        1 => Just(Event::Delete),
    ]
}

pub(super) fn two() -> impl Strategy<Value = (Model, Model)> {
    (model(), vec(event(), 0..5)).prop_map(|(old, events)| {
        let mut new = old.clone();
        events.into_iter().for_each(|event| new.happen(event));
        (old, new)
    })
}

/// A tenant, and the same with one role assignment or Azure role more.
pub(super) fn more() -> impl Strategy<Value = (Model, Model)> {
    let event = prop_oneof![
        (0..2_usize, assigned()).prop_map(|(account, one)| Event::Assign(account, one)),
        azure().prop_map(Event::Azure),
    ];
    (model(), event).prop_map(|(old, event)| {
        let mut new = old.clone();
        new.happen(event);
        (old, new)
    })
}

impl Model {
    fn happen(&mut self, event: Event) {
        match event {
            Event::Assign(account, one) => self.accounts.get_mut(account).into_iter().for_each(|account| {
                account.assigned.push(one.clone());
            }),
            Event::Unassign(account, one) => {
                if let Some(account) = self.accounts.get_mut(account)
                    && one < account.assigned.len()
                {
                    account.assigned.remove(one);
                }
            }
            Event::Rewrite(account, role, to) => {
                if let Some(account) = self.accounts.get_mut(account) {
                    account.roles[role] = to;
                }
            }
            Event::SwitchKeys(account) => {
                if let Some(account) = self.accounts.get_mut(account) {
                    account.is_disabled = !account.is_disabled;
                }
            }
            Event::Toggle(group, who) => {
                if !self.groups[group].remove(who) {
                    self.groups[group].insert(who);
                }
            }
            Event::Azure(one) => self.azure.push(one),
            Event::NoAzure(place) => {
                if place < self.azure.len() {
                    self.azure.remove(place);
                }
            }
            Event::Nest => self.is_nested = !self.is_nested,
            Event::Deny(one) => self.denied.push(one),
            Event::NoDeny => {
                self.denied.pop();
            }
            Event::Delete => {
                self.accounts.pop();
            }
        }
    }
}
