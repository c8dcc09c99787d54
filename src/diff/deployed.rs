//! What a template gives that the scan may or may not have: the scan didn't read what it would take to tell.

use super::change::{NotCompared, Unknown};
use super::holdings::{Holding, Holdings};
use super::scans::{Found, Scan, Scans};
use super::world::World;
use crate::access::Route;
use crate::model::{
    AccountRecord, AzureRoleDefinition, ControlPlane, Gap, PrincipalId, RoleAssignment, RoleDefinition, Shown,
    SourceRef,
};
use crate::resolve::Holder;
use crate::shown;
use crate::snapshot::AzureRole;
use std::collections::{BTreeMap, BTreeSet};

/// Principals that a line names.
const NAMED: usize = 3;

impl World<'_> {
    /// Of an account, the people whom the template assigns something there that could not be compared.
    /// `unknown`: the role assignments whose role definitions weren't read.
    pub(super) fn possibly_gained(
        &self,
        found: Scans<Found<'_>>,
        new: &Holdings<'_>,
        unknown: &[&RoleAssignment],
    ) -> Option<NotCompared> {
        let origins = self.read.new.frame.origins.as_ref()?;
        let (_, old) = found.old?;
        let is_deployed = |id: &str| origins.get(id).is_some_and(|origin| origin.at.is_some());
        let is_open = |one: &&Holding<'_>| {
            let is_unknown = matches!(one.row.route, Route::UnknownRole { .. } | Route::UnknownAzureRole(_));
            is_unknown || !one.is_comparable
        };
        let deployed = new.all.iter().filter(is_open).filter(|one| match &one.row.route {
            Route::RoleAssignment(grant) => {
                let (own, role) = (grant.assignment, grant.role.definition);
                (is_deployed(&own.id) && !had(old, own))
                    || (is_deployed(&role.id) && !old.role_definitions().contains(role))
            }
            Route::UnknownRole { assignment, .. } => is_deployed(&assignment.id) && !had(old, assignment),
            Route::UnknownAzureRole(holder) => is_deployed(holder.id()) && !self.had_azure(*holder),
            Route::Keys { bypass, .. } | Route::AzureRole { bypass, .. } => {
                let is_new = is_deployed(bypass.holder.id()) && !self.had_azure(bypass.holder);
                is_new || (is_deployed(&bypass.role.id) && !self.had_azure_role(bypass.role))
            }
            Route::Identity { chain, .. } | Route::Copy { chain, .. } => {
                let first = &chain.first;
                is_deployed(first.holder.id()) && !self.had_azure(first.holder)
            }
        });
        let mut people: BTreeSet<&PrincipalId> = deployed.map(|one| one.principal).collect();
        // Nobody knows what an invalid scope means.
        let (_, record) = found.new?;
        let odd = record.role_assignments().iter();
        let odd = odd.filter(|own| record.account.is_invalid_scope(&own.scope));
        let odd = odd.filter(|own| is_deployed(&own.id) && !had(old, own));
        people.extend(odd.map(|own| &own.principal_id));
        let unknown = unknown.iter().filter(|own| is_deployed(&own.id) && !had(old, own));
        people.extend(unknown.map(|own| &own.principal_id));
        if people.is_empty() {
            return None;
        }
        let names = people.iter().take(NAMED);
        let mut names: Vec<Shown> = names
            .map(|id| Shown::of_value(&self.principal(Scan::New, id)))
            .collect();
        match people.len().saturating_sub(NAMED) {
            0 => {}
            1 => names.push("1 other".into()),
            more => names.push(shown!("{} others", more)),
        }
        let what = shown!("what the template gives to {}", Shown::list(&names));
        Some(can_be_new(Unknown::Account(old.account.id.clone()), what))
    }

    /// Of an account, the settings with which the template lets more in than the scan may know.
    pub(super) fn possibly_opened(&self, found: Scans<Found<'_>>) -> Vec<NotCompared> {
        let (Some((_, old)), Some((_, new)), Some(origins)) = (found.old, found.new, self.read.new.frame.origins)
        else {
            return Vec::new();
        };
        let (old, new) = (&old.account, &new.account);
        let is_deployed = origins.get(new.id.as_str()).is_some_and(|origin| origin.at.is_some());
        let settings = [
            (
                "that account keys are accepted",
                old.local_auth_disabled,
                new.local_auth_disabled,
            ),
            (
                "that account keys can change metadata",
                old.key_metadata_writes_disabled,
                new.key_metadata_writes_disabled,
            ),
        ];
        let open = settings
            .into_iter()
            .filter(|(_, before, after)| is_deployed && before.is_none() && *after == Some(false));
        let mut all: Vec<NotCompared> = open
            .map(|(what, ..)| can_be_new(Unknown::Account(old.id.clone()), what.into()))
            .collect();
        all.extend(self.redefined(found));
        all
    }

    /// The roles of an account that the template defines, where it isn't known what they were or who has them.
    fn redefined(&self, found: Scans<Found<'_>>) -> Vec<NotCompared> {
        let (Some((_, old)), Some((_, new)), Some(origins)) = (found.old, found.new, self.read.new.frame.origins)
        else {
            return Vec::new();
        };
        let has_definitions = old.has_all_role_definitions();
        if has_definitions && old.has_all_role_assignments() {
            return Vec::new();
        }
        let is_deployed = |role: &&RoleDefinition| origins.get(&role.id).is_some_and(|origin| origin.at.is_some());
        let there = |role: &RoleDefinition| {
            old.role_definitions()
                .iter()
                .find(|one| one.id.eq_ignore_ascii_case(&role.id))
        };
        let roles = new.role_definitions().iter().filter(is_deployed);
        // A role that certainly wasn't there is assigned to nobody yet.
        let roles = roles.filter(|role| there(role).map_or(!has_definitions, |before| before != *role));
        let one = |role: &RoleDefinition| {
            let what = shown!(
                "who has what the template adds to the role {}",
                Shown::quoted(role.name())
            );
            can_be_new(Unknown::Account(old.account.id.clone()), what)
        };
        roles.map(one).collect()
    }

    /// The same of Azure roles.
    pub(super) fn redefined_azure(&self) -> Vec<NotCompared> {
        let Some(origins) = self.read.new.frame.origins else {
            return Vec::new();
        };
        let old = &self.read.old.frame;
        let lists = [Gap::AZURE_ROLE_ASSIGNMENTS, Gap::AZURE_ROLE_DEFINITIONS];
        let is_whole = |plane: &ControlPlane| lists.iter().all(|list| plane.has_all(list));
        if old.has_control_plane() && old.control_planes.iter().all(is_whole) {
            return Vec::new();
        }
        let planes = self.read.new.frame.control_planes.iter();
        let roles = planes.flat_map(|plane| plane.role_definitions.iter().flatten());
        let roles = roles.filter(|role| origins.get(&role.id).is_some_and(|origin| origin.at.is_some()));
        let roles = roles.filter(|role| !self.had_azure_role(role));
        let one = |role: &AzureRoleDefinition| {
            let name = Shown::quoted(&role.role_name);
            can_be_new(
                Unknown::Tenant,
                shown!("who has what the template adds to the Azure role {}", name),
            )
        };
        roles.map(one).collect()
    }

    /// Whether the scan has the same assignment of an Azure role, under the same ID.
    fn had_azure(&self, holder: Holder<'_>) -> bool {
        let planes = self.read.old.frame.control_planes.iter();
        let mut there = planes.flat_map(|plane| plane.role_assignments.iter().flatten());
        there.any(|one| {
            one.id.eq_ignore_ascii_case(holder.id())
                && one.principal_id == *holder.principal()
                && one.role_definition_id.eq_ignore_ascii_case(holder.role_definition_id())
                && one.scope == *holder.scope()
        })
    }

    fn had_azure_role(&self, role: &AzureRoleDefinition) -> bool {
        let planes = self.read.old.frame.control_planes.iter();
        let mut there = planes.flat_map(|plane| plane.role_definitions.iter().flatten());
        there.any(|one| one == role)
    }

    /// What a template has that could give somebody access, and that isn't analyzed.
    pub(super) fn not_analyzed(&self) -> Vec<NotCompared> {
        let Some(origins) = self.read.new.frame.origins.as_ref() else {
            return Vec::new();
        };
        let one = |what: Shown, reason: Shown, may_be_gain: bool| NotCompared {
            of: Unknown::Tenant,
            what,
            verb: "isn't analyzed",
            reason,
            missing: Scans { old: false, new: true },
            is_failure: may_be_gain,
            may_be_gain,
        };
        let is_new = |role: &AzureRole| {
            role.assignment
                .as_ref()
                .is_none_or(|own| !self.had_azure(Holder::Active(own)))
        };
        let roles = origins.azure_roles.iter().filter_map(|role| {
            let why = Shown::of(role.why.as_deref()?);
            let to = role
                .assignment
                .as_ref()
                .map(|own| self.principal(Scan::New, &own.principal_id));
            let what = match to {
                Some(principal) => shown!("the Azure role that {} gets", Shown::of_value(&principal)),
                None => "the assignment of an Azure role".into(),
            };
            Some(match is_new(role) {
                true => one(what, shown!("{}; it can be new, and counts as gained", why), true),
                false => one(what, why, false),
            })
        });
        let types = origins.not_analyzed.iter();
        let types = types.map(|(kind, _)| {
            let what = shown!("what {} can give", Shown::quoted(kind));
            one(what, Shown::default(), false)
        });
        roles.chain(types).collect()
    }

    /// What a template doesn't deploy with these parameters, by type. With others it could give somebody access.
    pub(super) fn undeployed(&self) -> Vec<NotCompared> {
        let mut types: BTreeMap<&str, (usize, &Option<SourceRef>)> = BTreeMap::new();
        for (kind, at) in self.read.new.frame.origins.iter().flat_map(|origins| &origins.skipped) {
            types.entry(kind).or_insert((0, at)).0 += 1;
        }
        let one = |(kind, (number, at)): (&str, (usize, &Option<SourceRef>))| {
            let kind = Shown::quoted(kind);
            let at = at
                .as_ref()
                .map(|at| shown!(": {}", Shown::of_value(at)))
                .unwrap_or_default();
            let (what, verb, reason) = match number {
                1 => (
                    shown!("a resource of type {}", kind),
                    "isn't deployed",
                    shown!("its condition is false{}", at),
                ),
                many => (
                    shown!("{} resources of type {}", many, kind),
                    "aren't deployed",
                    shown!("their conditions are false; the first{}", at),
                ),
            };
            NotCompared {
                of: Unknown::Tenant,
                what,
                verb,
                reason,
                missing: Scans { old: false, new: true },
                is_failure: false,
                may_be_gain: false,
            }
        };
        types.into_iter().map(one).collect()
    }
}

/// Something of a template that the scan may or may not have.
fn can_be_new(of: Unknown, what: Shown) -> NotCompared {
    NotCompared {
        of,
        what,
        verb: "couldn't be looked up",
        reason: "it can be new, and counts as gained".into(),
        missing: Scans { old: true, new: false },
        is_failure: true,
        may_be_gain: true,
    }
}

/// Whether the scan has the same role assignment, under the same ID.
fn had(old: &AccountRecord, own: &RoleAssignment) -> bool {
    old.role_assignments().iter().any(|one| {
        one.id.eq_ignore_ascii_case(&own.id)
            && one.principal_id == own.principal_id
            && one
                .role_definition_id
                .as_str()
                .eq_ignore_ascii_case(own.role_definition_id.as_str())
            && one.scope.eq_ignore_ascii_case(&own.scope)
    })
}
