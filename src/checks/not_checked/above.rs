//! What was not checked above the accounts: Azure RBAC, the directory, and accounts that were not listed.

use super::people;
use super::reason::{Places, Reason, of_gap};
use crate::checks::names::Names;
use crate::checks::wording::{count, quote};
use crate::finding::{AccountSummary, Place, What};
use crate::model::listed_only;
use crate::model::{Gap, PrincipalId, PrincipalRecord, Shown, SourceRef};
use crate::policy::{Policy, Privilege};
use crate::resolve::Tenant;
use crate::shown;
use foldhash::{HashMap, HashMapExt};
use std::collections::{BTreeMap, BTreeSet};

/// What was not checked above the accounts, and where that matters.
pub(super) fn above(
    tenant: &Tenant<'_>,
    (policy, names): (&Policy, &Names<'_>),
    accounts: &[AccountSummary],
) -> Vec<(Reason, Places)> {
    let first = |privilege: &Privilege| {
        let lists = policy.blocks.iter().filter_map(|block| block.holders.get(privilege));
        lists.map(|list| list.at.clone()).min()
    };
    let stated = Privilege::ALL.iter().find_map(first);
    let mut out = lists(tenant);
    out.extend(skipped(tenant));
    out.extend(of_template(tenant));
    out.extend(not_analyzed(tenant));
    out.extend(turned_off(policy, accounts));
    out.extend(azure_rbac(tenant, stated.map(Place::Policy)));
    out.extend(foreign_roles(tenant));
    out.extend(clusters(tenant));
    out.extend(other_resources(tenant));
    out.extend(directory(tenant, accounts, names));
    out
}

/// What was not read above the accounts, whatever a policy says; who is in which group aside.
pub(super) fn unread(tenant: &Tenant<'_>) -> Vec<(Reason, Places)> {
    let mut out = lists(tenant);
    out.extend(skipped(tenant));
    out.extend(of_template(tenant));
    out.extend(not_analyzed(tenant));
    out.extend(azure_rbac(tenant, None));
    out.extend(foreign_roles(tenant));
    out.extend(clusters(tenant));
    out.extend(other_resources(tenant));
    out
}

/// The role assignments of other APIs than an account's own.
fn foreign_roles(tenant: &Tenant<'_>) -> Option<(Reason, Places)> {
    let reason = Reason::new(
        What::ForeignRoles,
        "not in the snapshot, or left out by `--own-kinds-only`",
    );
    (!tenant.frame.header.has_foreign_kinds()).then(|| (reason, Some(read(tenant))))
}

/// The places of accounts of which more was read than that they are there.
fn read(tenant: &Tenant<'_>) -> Vec<usize> {
    let accounts = tenant.frame.accounts.iter().enumerate();
    let read = accounts.filter(|(_, account)| account.api.is_read());
    read.map(|(place, _)| place).collect()
}

/// Clusters, which are no accounts and have lists of their own.
fn clusters(tenant: &Tenant<'_>) -> Option<(Reason, Places)> {
    let reason = Reason::new(What::Clusters, "not in the snapshot, which an older version wrote");
    (!tenant.frame.header.has_clusters()).then_some((reason, None))
}

/// Resources that would only be listed.
fn other_resources(tenant: &Tenant<'_>) -> Option<(Reason, Places)> {
    let why = shown!(
        "{} aren't in the snapshot, which an older version wrote",
        listed_only::titles()
    );
    (!tenant.frame.header.has_listed_only()).then(|| (Reason::new(What::OtherResources, why), None))
}

/// Azure role assignments that a template deploys and whose roles aren't known: a reason for each role.
fn of_template(tenant: &Tenant<'_>) -> Vec<(Reason, Places)> {
    let mut roles: BTreeMap<&str, (usize, &Option<SourceRef>)> = BTreeMap::new();
    for one in tenant.frame.origins.iter().flat_map(|origins| &origins.azure_roles) {
        if let Some(why) = &one.why {
            roles.entry(why).or_insert((0, &one.at)).0 += 1;
        }
    }
    let reason = |(why, (number, at)): (&str, (usize, &Option<SourceRef>))| {
        let (number, verb) = match number {
            1 => ("an Azure role assignment".into(), "isn't"),
            many => (shown!("{} Azure role assignments", many), "aren't"),
        };
        let why = shown!("{} of the template {} analyzed: {}", number, verb, Shown::of(why));
        let reason = Reason::new(What::AzureRbac, why);
        (reason.at(at.clone().map(Place::Template)), Some(read(tenant)))
    };
    roles.into_iter().map(reason).collect()
}

/// What else a template deploys that could give somebody access: a reason for each type.
fn not_analyzed(tenant: &Tenant<'_>) -> Vec<(Reason, Places)> {
    let mut types: BTreeMap<&str, (usize, &Option<SourceRef>)> = BTreeMap::new();
    for (kind, at) in tenant.frame.origins.iter().flat_map(|origins| &origins.not_analyzed) {
        types.entry(kind).or_insert((0, at)).0 += 1;
    }
    let reason = |(kind, (number, at)): (&str, (usize, &Option<SourceRef>))| {
        let number = count(number, "resource", "resources");
        let why = shown!(
            "this version doesn't analyze {} of type {} of the template",
            number,
            quote(kind)
        );
        let kind = kind.to_ascii_lowercase();
        let what = match kind.split_once('/') {
            Some(("microsoft.managedidentity", _)) => What::Identities,
            Some(("microsoft.graph", _)) => What::GroupMembers,
            Some(("microsoft.managedservices", _)) => What::Delegations,
            // Requests of roles, and scripts, which can do anything.
            Some(_) => What::AzureRbac,
            // Resources of Terraform.
            None if kind.contains("lighthouse") => What::Delegations,
            None if kind.contains("script") => What::AzureRbac,
            None => What::Identities,
        };
        let reason = Reason::new(what, why);
        (reason.at(at.clone().map(Place::Template)), None)
    };
    types.into_iter().map(reason).collect()
}

/// What a template doesn't deploy with these parameters.
fn skipped(tenant: &Tenant<'_>) -> Option<(Reason, Places)> {
    let skipped = &tenant.frame.origins?.skipped;
    let (kind, at) = skipped.first()?;
    let why = match skipped.len() {
        1 => shown!(
            "a resource of type {} isn't deployed: its condition is false",
            quote(kind)
        ),
        many => shown!(
            "{} resources aren't deployed, as their conditions are false; the first is of type {}",
            many,
            quote(kind)
        ),
    };
    let reason = Reason::new(What::Undeployed, why);
    Some((reason.at(at.clone().map(Place::Template)), None))
}

/// The lists that accounts come from.
fn lists(tenant: &Tenant<'_>) -> Vec<(Reason, Places)> {
    let interrupted = (!tenant.frame.ended).then(|| (Reason::new(What::Accounts, "the scan was interrupted"), None));
    let shards = tenant.frame.header.shards.iter().map(|shards| {
        let why = shown!("the snapshot holds only {}", Shown::of_value(shards));
        (Reason::new(What::Accounts, why), None)
    });
    let gaps = tenant.frame.gaps.iter().map(|found| {
        let reason = of_gap(&found.gap, What::Accounts);
        let assigned = (tenant.frame.origins).and_then(|origins| origins.uncounted.get(&found.gap.message));
        match assigned {
            None => (reason, None),
            // They can be in any account.
            Some(of_azure) => {
                let what = if *of_azure {
                    What::AzureRbac
                } else {
                    What::RoleAssignments
                };
                (Reason { what, ..reason }, Some(read(tenant)))
            }
        }
    });
    interrupted.into_iter().chain(shards).chain(gaps).collect()
}

/// Azure RBAC. `stated`: where the policy says who is allowed to use it.
fn azure_rbac(tenant: &Tenant<'_>, stated: Option<Place>) -> Vec<(Reason, Places)> {
    let accounts = read(tenant);
    if accounts.is_empty() {
        return Vec::new();
    }
    if !tenant.frame.has_control_plane() {
        let why = match &stated {
            _ if tenant.frame.origins.is_some_and(|origins| !origins.has_tenant) => {
                "a template doesn't say which roles are assigned already, at and above what it deploys"
            }
            Some(_) => {
                "not in the snapshot or left out by `--no-control-plane`, although the policy lists who is allowed to use it"
            }
            None => "not in the snapshot, or left out by `--no-control-plane`",
        };
        let reason = Reason::new(What::AzureRbac, why).at(stated);
        return vec![(reason, Some(accounts))];
    }
    let mut within: HashMap<String, Vec<usize>> = HashMap::new();
    for place in accounts {
        let Some(account) = tenant.account(place) else { continue };
        let subscription = account.id.subscription().to_ascii_lowercase();
        within.entry(subscription).or_default().push(place);
    }
    let of = |subscription: &str| {
        within
            .get(&subscription.to_ascii_lowercase())
            .cloned()
            .unwrap_or_default()
    };
    let planes = tenant.frame.control_planes.iter();
    let gaps = planes.flat_map(|plane| {
        let concerned = of(&plane.subscription);
        let gaps = plane.gaps.iter().filter(|_| !of(&plane.subscription).is_empty());
        gaps.map(move |gap| (of_gap(gap, What::AzureRbac), Some(concerned.clone())))
    });
    let control = &tenant.control;
    let missing = control.unread.iter().filter(|unread| unread.all).map(|unread| {
        let reason = Reason::new(What::AzureRbac, "the subscription isn't in the snapshot");
        (reason, Some(of(&unread.subscription)))
    });
    // A list that could not be read is reported as that.
    let is_told = |what: &str| tenant.frame.control_planes.iter().any(|plane| plane.has_gap(what));
    let unknown = control
        .unknown_roles
        .iter()
        .filter(|_| !is_told(Gap::AZURE_ROLE_DEFINITIONS));
    let unknown = unknown.map(|unknown| {
        let reason = Reason::new(What::AzureRbac, "the role definition of a role assignment wasn't read");
        let accounts = control.concerned(unknown);
        // Where none is, it can concern managed identities, which have access anywhere.
        (reason, (!accounts.is_empty()).then_some(accounts))
    });
    let unplaced = control.unplaced.iter().map(|_| {
        (
            Reason::new(What::AzureRbac, "the scope of a role assignment is invalid"),
            None,
        )
    });
    let delegations = tenant
        .frame
        .control_planes
        .iter()
        .filter(|plane| plane.lacks_delegations() && !plane.of_template.is_all);
    let delegations = delegations.filter_map(|plane| {
        let reason = Reason::new(What::Delegations, "the snapshot was taken by an older version");
        let concerned = of(&plane.subscription);
        (!concerned.is_empty()).then_some((reason, Some(concerned)))
    });
    let reasons = gaps.chain(missing).chain(unknown).chain(unplaced).chain(delegations);
    reasons.chain(publishers(tenant)).collect()
}

/// The deny assignment of a managed application spares its publisher, who is of another tenant, and whose access to the
/// application's resource group stands in no list that is read ("Azure managed applications overview").
fn publishers(tenant: &Tenant<'_>) -> Option<(Reason, Places)> {
    let planes = tenant.frame.control_planes.iter();
    let denies = planes.flat_map(|plane| plane.deny_assignments.iter().flatten());
    let names: BTreeSet<&str> = (denies.map(|deny| deny.name.as_str()))
        .filter(|name| {
            let name = name.to_ascii_lowercase();
            name.contains("managed application") || name.contains("microsoft.solutions/applications")
        })
        .collect();
    let names: Vec<Shown> = names.into_iter().map(quote).collect();
    let why = shown!("deny assignments spare them: {}", first(&names));
    (!names.is_empty()).then(|| (Reason::new(What::Publishers, why), None))
}

/// Checks that the policy turned off find nothing, whatever there is.
fn turned_off(policy: &Policy, accounts: &[AccountSummary]) -> Option<(Reason, Places)> {
    let off = policy.severities.iter().filter(|(_, ruled)| ruled.value.is_none());
    let places = off.clone().map(|(_, ruled)| ruled.at.clone());
    let names: Vec<Shown> = off.map(|(check, _)| quote(check.id)).collect();
    let reason = Reason::new(What::Checks, shown!("the policy turned off {}", first(&names)));
    let reason = reason.at(places.min().map(Place::Policy));
    (!names.is_empty()).then(|| (reason, Some((0..accounts.len()).collect())))
}

/// Who isn't known, or who is in a group, of those who have access; then of other groups, which a policy can name.
fn directory(tenant: &Tenant<'_>, accounts: &[AccountSummary], names: &Names<'_>) -> Vec<(Reason, Places)> {
    let [groups, nameless] = people::of_accounts(tenant, accounts);
    let told: BTreeSet<PrincipalId> = groups.keys().cloned().collect();
    let mut said = people::group_members(names, groups, false);
    said.extend(people::without_records(tenant, names, nameless));
    let said = said
        .into_iter()
        .map(|(what, why, places)| (Reason::new(what, why), Some(places)));
    let others = |is_one: fn(&PrincipalRecord) -> bool, why: &'static str| {
        let records = tenant.frame.principals.unwrap_or_default().iter();
        let records = records.filter(|record| is_one(record) && !told.contains(&record.id));
        let names: Vec<Shown> = records
            .map(|record| match record.name.as_str() {
                "" => quote(record.id.as_str()),
                name => quote(name),
            })
            .collect();
        let why = shown!("{} {}", why, first(&names));
        (!names.is_empty()).then(|| (Reason::new(What::GroupMembers, why), None))
    };
    let bounded = others(|record| !record.has_all_members(), "not all members were read: groups");
    let uncounted = others(
        |record| record.members.is_some() && record.has_all_members() && record.members_count.is_none(),
        "the snapshot was taken by an older version and has no service principals of groups",
    );
    said.chain(bounded).chain(uncounted).collect()
}

/// The first of many names.
fn first(names: &[Shown]) -> Shown {
    let shown = Shown::join(names.iter().take(NAMED), ", ");
    match names.len().checked_sub(NAMED) {
        None | Some(0) => shown,
        Some(more) => shown!("{} and {} more", shown, more),
    }
}

/// Names that are shown.
const NAMED: usize = 10;
