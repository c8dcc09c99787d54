//! What is read of Azure RBAC: the lists of a subscription, which hold what is at it, above it and below it.
//!
//! Without a filter role assignments and deny assignments of all three are listed
//! (learn.microsoft.com/azure/role-based-access-control: "List Azure role assignments", "List Azure deny assignments",
//! section REST API); of eligible assignments that is not documented, and taken to be so. Role definitions are listed if
//! they can be assigned at the scope; those of resource groups come with `atScopeAndBelow()` ("List Azure role
//! definitions").

use super::delegations;
use super::list::{List, Listing, MOST_ITEMS, Query, url};
use super::service::Service;
use crate::arm::{self, Code, Failure};
use crate::model::arm_id::last_segment;
use crate::model::azure_rbac::OfTemplate;
use crate::model::guid::is_guid;
use crate::model::{AzureRoleDefinition, ControlPlane, Delegation, DenyAssignment, EligibleAssignment, Gap};
use futures::{StreamExt, join, stream};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};

/// Stable; `authorization/resource-manager/Microsoft.Authorization/stable/2022-04-01` in the azure-rest-api-specs
/// repository.
const RBAC: Query = &[("api-version", "2022-04-01")];
const ROLES: Query = &[("api-version", "2022-04-01"), ("$filter", "atScopeAndBelow()")];
/// The first version that tells the effect of a deny assignment; `…/preview/2024-07-01-preview` there.
const DENIES: Query = &[("api-version", "2024-07-01-preview")];
/// Stable; `…/stable/2020-10-01` there.
const PIM: Query = &[("api-version", "2020-10-01")];
/// What those of its lists answer that need a licence which the tenant has not: nobody can activate anything then, and
/// what was eligible is removed when a licence ends (learn.microsoft.com/entra/id-governance/licensing-fundamentals).
/// Seen as status 400 and 500: github.com/JulianHayward/AzAPICall has both.
const NO_LICENCE: &str = "AadPremiumLicenseRequired";
/// Roles that are asked for one by one, when the list lacks them.
const MOST_UNLISTED: usize = 50;
const UNLISTED_AT_ONCE: usize = 4;

/// Reads what Azure RBAC says of a subscription. `groups` are its resource groups that matter: they can be delegated by
/// themselves. What cannot be read is a gap.
pub(crate) async fn read(arm: &Service, subscription: &str, groups: Vec<String>) -> ControlPlane {
    let at = |list| path(subscription, list);
    let paths = [
        Gap::AZURE_ROLE_ASSIGNMENTS,
        Gap::AZURE_ROLE_DEFINITIONS,
        Gap::DENY_ASSIGNMENTS,
        Gap::ELIGIBLE,
    ]
    .map(at);
    let [assignments, definitions, denials, eligible] = &paths;
    let list = |what, path, query| List {
        what,
        item: None,
        path,
        query,
        question: None,
        most: MOST_ITEMS,
        subscription: Some(subscription),
    };
    let (assignments, mut definitions, denials, eligible, delegations) = join!(
        arm.list(
            list(Gap::AZURE_ROLE_ASSIGNMENTS, assignments, RBAC),
            arm::azure_role_assignment
        ),
        arm.list(
            list(Gap::AZURE_ROLE_DEFINITIONS, definitions, ROLES),
            arm::azure_role_definition
        ),
        deny_assignments(arm, |query| list(Gap::DENY_ASSIGNMENTS, denials, query)),
        arm.list(list(Gap::ELIGIBLE, eligible, PIM), arm::eligible_assignment),
        delegations::read(arm, subscription, groups),
    );
    let eligible = licensed(eligible);
    let mut used: BTreeMap<String, String> = BTreeMap::new();
    let assigned = assignments.items.iter().flatten().map(|one| &one.role_definition_id);
    let activatable = eligible.items.iter().flatten().map(|one| &one.role_definition_id);
    let delegated = delegations.items.iter().flatten().flat_map(Delegation::all);
    let delegated = delegated.flat_map(|(one, _)| one.roles());
    for id in assigned.chain(activatable).map(String::as_str).chain(delegated) {
        let id = last_segment(id);
        used.entry(id.to_ascii_lowercase()).or_insert_with(|| id.to_owned());
    }
    if let Some(roles) = &mut definitions.items {
        // There are hundreds of built-in roles.
        roles.retain(|role| used.contains_key(&last_segment(&role.id).to_ascii_lowercase()));
        let listed: HashSet<String> = roles
            .iter()
            .map(|role| last_segment(&role.id).to_ascii_lowercase())
            .collect();
        used.retain(|key, _| !listed.contains(key));
        // After a gap it is no wonder that some are missing.
        if definitions.gaps.is_empty() {
            let more = unlisted(arm, subscription, used.into_values().collect()).await;
            roles.extend(more.items.into_iter().flatten());
            definitions.gaps.extend(more.gaps);
        }
    }
    let gaps = [
        assignments.gaps,
        definitions.gaps,
        denials.gaps,
        eligible.gaps,
        delegations.gaps,
    ];
    ControlPlane {
        of_template: OfTemplate::default(),
        subscription: subscription.to_owned(),
        role_assignments: assignments.items,
        role_definitions: definitions.items,
        deny_assignments: denials.items,
        eligible: eligible.items,
        delegations: delegations.items,
        gaps: gaps.into_iter().flatten().collect(),
    }
}

/// Reads deny assignments with their effect, or without it where the service doesn't know that version: it says so in
/// several ways (`NoRegisteredProviderFound`, `InvalidResourceType`, `InvalidApiVersionParameter`).
async fn deny_assignments<'l>(arm: &Service, list: impl Fn(Query) -> List<'l>) -> Listing<DenyAssignment> {
    let listing = arm.list(list(DENIES), arm::deny_assignment).await;
    let is_unknown = |gap: &Gap| matches!(gap.status, Some(400 | 404));
    if listing.items.is_none() && listing.gaps.iter().any(is_unknown) {
        return arm.list(list(RBAC), arm::deny_assignment_without_effect).await;
    }
    listing
}

/// Without the licence nothing is eligible: that is no gap.
fn licensed(listing: Listing<EligibleAssignment>) -> Listing<EligibleAssignment> {
    let unlicensed = |gap: &Gap| gap.code.eq_ignore_ascii_case(NO_LICENCE);
    if listing.items.is_none() && listing.gaps.iter().any(unlicensed) {
        return Listing {
            items: Some(Vec::new()),
            gaps: Vec::new(),
        };
    }
    listing
}

/// Asks for roles that are assigned, but not listed: what an assignment grants is not to be guessed.
async fn unlisted(arm: &Service, subscription: &str, ids: Vec<String>) -> Listing<AzureRoleDefinition> {
    let too_many = ids.len().saturating_sub(MOST_UNLISTED);
    let asked = ids.into_iter().take(MOST_UNLISTED).map(|id| async move {
        role(arm, subscription, &id)
            .await
            .map_err(|failure| failure.into_gap(Gap::AZURE_ROLE_DEFINITIONS, Some(&id)))
    });
    let (mut found, mut gaps) = (Vec::new(), Vec::new());
    let mut answers = stream::iter(asked).buffer_unordered(UNLISTED_AT_ONCE);
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(role) => found.push(role),
            Err(gap) => gaps.push(gap),
        }
    }
    if too_many > 0 {
        let message = format!("{too_many} more roles are assigned, but not listed; they were not asked for");
        gaps.push(Failure::new(None, Code::RolesNotListed, message).into_gap(Gap::AZURE_ROLE_DEFINITIONS, None));
    }
    Listing {
        items: Some(found),
        gaps,
    }
}

async fn role(arm: &Service, subscription: &str, id: &str) -> Result<AzureRoleDefinition, Failure> {
    if !is_guid(id) {
        return Err(Failure::new(
            None,
            Code::UnusableName,
            "the role's ID isn't a GUID, and the role isn't listed",
        ));
    }
    let mut path = Vec::from(path(subscription, Gap::AZURE_ROLE_DEFINITIONS));
    path.push(id);
    let url = url(&arm.endpoint, &path, RBAC)?;
    let body = arm.get(&url, Some(subscription)).await?;
    let malformed = |why: String| Failure::new(None, Code::MalformedItem, why);
    let item: Value = serde_json::from_slice(&body).map_err(|error| malformed(error.to_string()))?;
    match arm::azure_role_definition(&item).map_err(malformed)? {
        Some(role) if last_segment(&role.value.id).eq_ignore_ascii_case(id) => Ok(role.value),
        _ => Err(malformed("the answer is another role".to_owned())),
    }
}

fn path<'p>(subscription: &'p str, list: &'p str) -> [&'p str; 5] {
    [
        "subscriptions",
        subscription,
        "providers",
        "Microsoft.Authorization",
        list,
    ]
}
