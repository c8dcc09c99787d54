//! A second implementation of the control plane, the slow way: every person with every grant, action and account, in three
//! values. It takes nothing from the program but the plain types of a snapshot.
//!
//! What gives access is a [`Grant`], wherever it comes from: a source of other grants (another tenant's, say) is one more
//! line in [`grants::grants`].

pub(crate) mod conditions;
mod denials;
mod grants;
mod people;

use crate::tenants::Tenant;
use conditions::{allows, is_blank};
use cosmos_rbac::model::bypass::{ACTIONS, Applies, BypassAction, BypassKind};
use cosmos_rbac::model::{Api, AzurePermission, AzureRoleDefinition, ControlPlane, DenyEffect, Gap, PrincipalRecord};
use grants::{Grant, grants};
use people::{may_be, people};
use std::collections::BTreeMap;

/// How sure something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sure {
    No,
    Possible,
    Certain,
}

impl Sure {
    pub(crate) fn of(is_certain: bool) -> Self {
        if is_certain { Self::Certain } else { Self::No }
    }

    pub(crate) fn not(self) -> Self {
        match self {
            Self::No => Self::Certain,
            Self::Possible => Self::Possible,
            Self::Certain => Self::No,
        }
    }
}

/// One verdict: what a person has through a grant.
pub(crate) struct Verdict {
    /// The grant: its id, and whether it is eligible.
    pub(crate) grant: (String, bool),
    /// `None`: somebody unknown, in a group.
    pub(crate) person: Option<String>,
    /// Whether the person has the grant themselves, and not through a group.
    pub(crate) is_direct: bool,
    pub(crate) action: &'static BypassAction,
    pub(crate) account: usize,
    pub(crate) sure: Sure,
}

/// Everybody's access to everything.
pub(crate) fn judge(tenant: &Tenant) -> Vec<Verdict> {
    let mut all = Vec::new();
    for plane in &tenant.planes {
        for grant in grants(plane) {
            let people = people(&tenant.principals, grant.principal.as_str(), grant.written_type);
            for action in ACTIONS.iter() {
                for (account, record) in tenant.accounts.iter().enumerate() {
                    let case = Case {
                        tenant,
                        plane,
                        grant: &grant,
                        action,
                        account: &record.account.id.to_string(),
                    };
                    let sure = case.given(record.account.api);
                    if sure == Sure::No {
                        continue;
                    }
                    for person in &people {
                        let kept = denials::kept(&case, person);
                        let sure = if person.exists {
                            sure.min(kept)
                        } else {
                            sure.min(kept).min(Sure::Possible)
                        };
                        all.push(Verdict {
                            grant: (grant.id.to_owned(), grant.is_eligible),
                            person: person.id.map(str::to_owned),
                            is_direct: person.id == Some(grant.principal.as_str()),
                            action,
                            account,
                            sure,
                        });
                    }
                }
            }
        }
    }
    all
}

/// The surest of each grant, kind and account: what the people behind a grant have.
pub(crate) fn by_grant(verdicts: &[Verdict]) -> BTreeMap<(String, bool, BypassKind, usize), Sure> {
    let mut best = BTreeMap::new();
    for one in verdicts.iter().filter(|one| one.sure > Sure::No) {
        let key = (one.grant.0.clone(), one.grant.1, one.action.kind, one.account);
        let known = best.entry(key).or_insert(one.sure);
        *known = one.sure.max(*known);
    }
    best
}

/// One question: whether a grant gives an action on an account.
struct Case<'c, 't> {
    tenant: &'t Tenant,
    plane: &'t ControlPlane,
    grant: &'c Grant<'t>,
    action: &'static BypassAction,
    account: &'c str,
}

impl Case<'_, '_> {
    /// How sure it is before deny assignments, the same for all people.
    fn given(&self, api: Api) -> Sure {
        let (grant, action) = (self.grant, self.action);
        let Some(role) = grant.role else { return Sure::No };
        let mut sure = permitted(&role.permissions, action).min(allows(grant.condition, action.name));
        if grant.is_eligible {
            sure = sure.min(Sure::Possible);
        }
        if let Some(roles) = &grant.only_assigns {
            // To managed identities only, and nothing else of what the role allows.
            let opens = |role: &AzureRoleDefinition| {
                ACTIONS
                    .iter()
                    .any(|action| permitted(&role.permissions, action) > Sure::No)
            };
            let is_of_use = roles.iter().any(|role| role.is_none_or(opens));
            if action.name != "Microsoft.Authorization/roleAssignments/write" || !is_of_use {
                return Sure::No;
            }
            sure = sure.min(Sure::Possible);
        }
        let own = self
            .account
            .to_lowercase()
            .starts_with(&format!("/subscriptions/{}/", self.plane.subscription.to_lowercase()));
        let inside = thing_within(grant.scope, self.account);
        let reaches = match &inside {
            Some(kind) => {
                sure = sure.min(Sure::Possible);
                let mut grants_data = ACTIONS.iter().filter_map(child);
                child(action).as_ref() == Some(kind)
                    || (is_authorization(action) && grants_data.any(|one| one == *kind))
            }
            None => {
                is_above_subscriptions(grant.scope)
                    || (!is_malformed(grant.scope) && is_below(self.account, grant.scope))
            }
        };
        if !own || !reaches || (action.name.contains("elevateAccess") && grant.scope != "/") {
            return Sure::No;
        }
        let is_cluster = |api| matches!(api, Api::MongoCluster | Api::CassandraCluster);
        match action.applies {
            Applies::ToApi(wanted) if api == Api::Unknown && !is_cluster(wanted) => sure = sure.min(Sure::Possible),
            Applies::ToApi(wanted) if wanted != api => return Sure::No,
            Applies::ToRolesOf(_) if is_cluster(api) => return Sure::No,
            Applies::ToRolesOf(own) if own != api => sure = sure.min(Sure::Possible),
            Applies::ToAccounts if is_cluster(api) => return Sure::No,
            _ => {}
        }
        if action.name == "Microsoft.Authorization/roleDefinitions/write" {
            sure = sure.min(self.own_custom_role());
        } else if action.caveat.is_some() {
            sure = sure.min(Sure::Possible);
        }
        if self.plane.deny_assignments.is_none() || self.plane.gaps.iter().any(|gap| gap.what == Gap::DENY_ASSIGNMENTS)
        {
            sure = sure.min(Sure::Possible);
        }
        sure
    }

    /// Whether the people behind the grant have a custom role that they could widen: certain for the role of the grant
    /// itself, when it can be assigned nowhere else.
    fn own_custom_role(&self) -> Sure {
        let mut best = Sure::No;
        for other in self.tenant.planes.iter().flat_map(grants) {
            if other.role.is_some_and(|role| role.built_in) {
                continue;
            }
            let is_it = other.id == self.grant.id && !other.is_eligible && is_blank(other.condition);
            let scopes = other.role.map_or(&[][..], |role| &role.assignable_scopes);
            let confined = !scopes.is_empty() && scopes.iter().all(|one| holds_all(self.grant.scope, one.as_str()));
            let records = &self.tenant.principals;
            let people = people(records, self.grant.principal.as_str(), self.grant.written_type);
            let group = self.grant.principal.as_str();
            let share = people
                .iter()
                .map(|person| may_be(records, person, group, other.principal.as_str(), other.written_type));
            let share = share.max().unwrap_or(Sure::No);
            best = best.max(if is_it && confined {
                share
            } else {
                share.min(Sure::Possible)
            });
        }
        best
    }
}

/// How sure it is that permissions give an action: the same in both readings of wildcards, or possible.
fn permitted(permissions: &[AzurePermission], action: &BypassAction) -> Sure {
    let reading = |optional: bool| {
        let given = permissions.iter().filter(|one| matches_one(one, action.name, optional));
        given
            .map(|one| allows(one.condition.as_deref(), action.name))
            .max()
            .unwrap_or(Sure::No)
    };
    match (reading(false), reading(true)) {
        (one, other) if one == other => one,
        _ => Sure::Possible,
    }
}

fn matches_one(permission: &AzurePermission, action: &str, optional: bool) -> bool {
    let any =
        |list: &[cosmos_rbac::model::ActionPattern]| list.iter().any(|one| covers(one.as_str(), action, optional));
    any(&permission.actions) && !any(&permission.not_actions)
}

/// Whether a pattern covers an action; `optional`: `/*/` may stand for `/`.
pub(crate) fn covers(pattern: &str, action: &str, optional: bool) -> bool {
    fn is_match(pattern: &str, action: &str) -> bool {
        match (pattern.chars().next(), action.chars().next()) {
            (None, end) => end.is_none(),
            (Some('*'), _) => (0..=action.len()).any(|skipped| is_match(&pattern[1..], &action[skipped..])),
            (Some(a), Some(b)) => a == b && is_match(&pattern[1..], &action[1..]),
            (Some(_), None) => false,
        }
    }
    let (pattern, action) = (pattern.to_lowercase(), action.to_lowercase());
    let mut variants = vec![pattern];
    if optional {
        // Every way to leave some of them out.
        let mut at = 0;
        while at < variants.len() {
            let one = variants[at].clone();
            let shorter = one
                .match_indices("/*/")
                .map(|(start, _)| format!("{}{}", &one[..start], &one[start + 2..]));
            for shorter in shorter.collect::<Vec<_>>() {
                if !variants.contains(&shorter) {
                    variants.push(shorter);
                }
            }
            at += 1;
        }
    }
    variants.iter().any(|one| is_match(one, &action))
}

fn lower(text: &str) -> String {
    text.trim_end_matches('/').to_lowercase()
}

fn is_below(path: &str, top: &str) -> bool {
    format!("{}/", lower(path)).starts_with(&format!("{}/", lower(top)))
}

fn is_above_subscriptions(scope: &str) -> bool {
    scope == "/" || lower(scope).starts_with("/providers/microsoft.management/")
}

fn is_malformed(scope: &str) -> bool {
    lower(scope).ends_with("/resourcegroups")
}

/// Whether one scope in a subscription's list holds all of another.
fn holds_all(upper: &str, other: &str) -> bool {
    if is_malformed(upper) || is_malformed(other) {
        return false;
    }
    upper == "/" || is_below(other, upper) || (is_above_subscriptions(upper) && !is_above_subscriptions(other))
}

/// The type of the thing in the account that a scope names.
fn thing_within(scope: &str, account: &str) -> Option<String> {
    let is_inside = is_below(scope, account) && lower(scope) != lower(account);
    is_inside.then(|| lower(scope)[account.len() + 1..].split('/').next().unwrap().to_owned())
}

/// `sqlroleassignments` of an action on such things in an account.
fn child(action: &BypassAction) -> Option<String> {
    let parts: Vec<&str> = action.name.split('/').collect();
    let is_child = parts[0] == "Microsoft.DocumentDB" && parts.len() == 4 && parts[3] == "write";
    is_child.then(|| parts[2].to_lowercase())
}

fn is_authorization(action: &BypassAction) -> bool {
    action.name.starts_with("Microsoft.Authorization/")
}

/// Whether a deny assignment blocks anything: an effect that an old file doesn't tell is the one that all had then.
fn blocks(effect: Option<DenyEffect>) -> Sure {
    match effect {
        None | Some(DenyEffect::Enforced) => Sure::Certain,
        Some(DenyEffect::Audit | DenyEffect::Unknown) => Sure::Possible,
    }
}

fn record<'t>(records: &'t [PrincipalRecord], id: &str) -> Option<&'t PrincipalRecord> {
    records.iter().find(|record| record.id.as_str() == id)
}
