//! What was found in an account, with the names and the proof that reports need.

use super::change::{AzureRole, Because, Change, Via};
use super::claims::{Claim, Claims, claimed, claims};
use super::fold::{Told, fold};
use super::holdings::{Holding, Holdings, KEYS};
use super::power::Power;
use super::scans::{Scan, Scans};
use super::world::World;
use crate::access::Route;
use crate::model::azure_rbac::Level;
use crate::model::{
    AccountRecord, ActionSet, Atom, AzureRoleDefinition, Bounds, PrincipalId, PrincipalRef, RoleRef, Universe,
};
use crate::resolve::Holder;
use crate::snapshot::Subscription;
use std::collections::BTreeSet;

/// An account with all that is held in it.
pub(super) struct OneAccount<'w, 't, 'x> {
    pub(super) world: &'w World<'t>,
    pub(super) universe: &'w Universe,
    pub(super) records: Scans<Option<&'w AccountRecord>>,
    pub(super) holdings: &'w Scans<Holdings<'x>>,
}

impl<'x, 't: 'x> OneAccount<'_, 't, 'x> {
    /// What only one scan has.
    pub(super) fn changes(&self, scan: Scan, affected: &BTreeSet<&'x PrincipalId>) -> Vec<Change> {
        let groups = &self.world.groups;
        let (own, other) = (self.holdings.get(scan), self.holdings.get(scan.other()));
        let all = affected
            .iter()
            .map(|id| (*id, claims(self.universe, own, other, groups, id)));
        let all: Claims<'x> = all.filter(|(_, claims)| !claims.is_empty()).collect();
        let told = fold(self.universe, all, groups, scan);
        told.into_iter().filter_map(|told| self.change(scan, told)).collect()
    }

    fn change(&self, scan: Scan, told: Told<'x>) -> Option<Change> {
        let Told {
            principal,
            claim,
            members,
        } = told;
        let account = &self.records.get(scan).as_ref()?.account;
        let (own, groups) = (self.holdings.get(scan), &self.world.groups);
        let covering = own
            .of(groups, principal)
            .filter(|one| one.is_comparable && one.class == claim.class && one.scope.covers(claim.scope));
        // What gives the most of it, and of these what is the most direct and the widest.
        let witness = covering.min_by_key(|one| {
            let lacking = claim.power.beyond(self.universe, &one.power).weight();
            (lacking, one.principal != principal, one.scope)
        })?;
        let (certain, possible) = self.names(&claim.power.data.actions);
        Some(Change {
            account: account.id.clone(),
            principal: self.world.principal(scan, principal),
            scope: claim.scope.clone(),
            api: account.api,
            bypass: claim.class,
            data_actions: certain,
            possibly: possible,
            is_certainty: self.is_certainty(scan, principal, &claim),
            because: self.because(scan, principal, &claim, witness),
            via: self.via(scan, principal, witness)?,
            power: claim.power,
            members,
        })
    }

    /// The names of data actions: those that are certain, and the others.
    fn names(&self, actions: &Bounds) -> (Vec<String>, Vec<String>) {
        let names = |set: &ActionSet| self.universe.members(set).map(Atom::name).collect();
        (names(actions.least()), names(&actions.most().minus(actions.least())))
    }

    /// Whether the other scan has all of it, only less surely.
    fn is_certainty(&self, scan: Scan, principal: &PrincipalId, claim: &Claim<'_>) -> bool {
        let groups = &self.world.groups;
        let mut there = Power::none(self.universe);
        for one in self.holdings.get(scan.other()).of(groups, principal) {
            if one.class == claim.class && one.scope.covers(claim.scope) {
                there.add(&one.power);
            }
        }
        claim.power.is_within(self.universe, &there)
    }

    fn because(&self, scan: Scan, principal: &PrincipalId, claim: &Claim<'_>, witness: &Holding<'_>) -> Because {
        let (Some(old), Some(new)) = (self.records.old, self.records.new) else {
            return Because::Account;
        };
        if claim.class == KEYS && claim.power.is_of_data() && old.account.keys() != new.account.keys() {
            return Because::LocalAuth;
        }
        let group = witness.principal;
        let there = scan.other();
        if group == principal || self.world.groups.has(there, group, principal) {
            return Because::Grant;
        }
        // The group had it before, and only the principal was not in it.
        let of_group = self.holdings.get(there).of(&self.world.groups, group);
        let of_group: Vec<Claim<'_>> = of_group
            .map(|one| Claim {
                class: one.class,
                scope: one.scope,
                power: one.power.clone(),
            })
            .collect();
        let had = claimed(self.universe, &of_group, claim.class, claim.scope);
        match claim
            .power
            .and(self.universe, &witness.power)
            .beyond(self.universe, &had)
            .is_none()
        {
            true => Because::Membership,
            false => Because::Grant,
        }
    }

    fn via(&self, scan: Scan, principal: &PrincipalId, witness: &Holding<'_>) -> Option<Via> {
        let group = (witness.principal != principal).then(|| self.world.principal(scan, witness.principal));
        let route = &witness.row.route;
        Some(match (route, route.bypass()) {
            (Route::RoleAssignment(grant), _) => Via {
                group,
                role: grant.role.definition.reference(),
                assignment: grant.assignment.id.clone(),
                azure: None,
            },
            (_, Some(bypass)) => {
                let of_keys = bypass.kind.is_of_keys();
                self.azure_role(scan, group, (bypass.holder, bypass.role), of_keys)
            }
            (Route::Identity { chain, .. } | Route::Copy { chain, .. }, None) => {
                self.azure_role(scan, group, (chain.first.holder, chain.first.role), false)
            }
            // Rows of unknown roles aren't compared.
            (Route::UnknownRole { .. } | Route::UnknownAzureRole(_), None) => return None,
            (Route::Keys { .. } | Route::AzureRole { .. }, None) => return None,
        })
    }

    fn azure_role(
        &self,
        scan: Scan,
        group: Option<PrincipalRef>,
        (holder, role): (Holder<'_>, &AzureRoleDefinition),
        of_keys: bool,
    ) -> Via {
        let at = holder.scope().clone();
        let known = &self.world.read.get(scan).frame.header.subscriptions;
        let id = at.subscription().filter(|_| at.level() == Level::Subscription);
        let subscription = id.and_then(|id| Subscription::name_by_id(known, id));
        Via {
            group,
            role: RoleRef {
                id: role.id.clone(),
                name: role.role_name.clone(),
            },
            assignment: holder.id().to_owned(),
            azure: Some(AzureRole {
                subscription: subscription.map(str::to_owned),
                at,
                eligible: holder.is_eligible(),
                delegated: holder.delegation().is_some(),
                of_keys,
            }),
        }
    }
}
