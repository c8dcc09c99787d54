//! What an audit did not check: what the policy leaves out, what could not be read, and what was not asked for. Checks that
//! need it say so in their metadata (`Check::needs`). `reason` says why, and `above` what concerns more than one account.

mod above;
mod people;
mod reason;
mod rules;

pub(crate) use people::{ByPrincipal, Said, group_members, said, without_records};
pub(super) use reason::{Places, Reason};

use super::context::AccountContext;
use super::names::Names;
use super::wording::quote;
use crate::finding::{AccountSummary, NotChecked, Place, What};
use crate::model::{AccountKey, AccountRecord, Api, Gap, Keys, KeysGenerated, Part, PrincipalId, Shown};
use crate::policy::{AccountPolicy, Block, Policy, Privilege, Ruled, Switch};
use crate::resolve::Tenant;
use crate::shown;
use above::above;
use reason::{Why, of_gap};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Roles that a reason names.
const NAMED: usize = 3;

/// What was not checked in one account.
pub(super) fn of_account(context: &AccountContext<'_, '_>) -> Vec<Reason> {
    if !context.account().api.is_read() {
        return unread(context.record);
    }
    let mut reasons = left_out(&context.policy, context.account().api);
    let lacks_tags = context.record.gaps.iter().any(Gap::is_in_tags);
    let undecided = context.policy.undecided.iter().filter(|_| !lacks_tags);
    reasons.extend(undecided.map(|block| {
        let why = shown!(
            "not known before the deployment: whether the block {} matches",
            quote(&block.name)
        );
        Reason::new(What::Policy, why).at(Some(Place::Policy(block.at.clone())))
    }));
    reasons.extend(rules::elsewhere(&context.policy, context.account().api));
    reasons.extend(rules::without_place(context.record));
    reasons.extend(unread(context.record));
    reasons.extend(undated(context.record));
    reasons
}

/// What the policy does not state of an account.
fn left_out(policy: &AccountPolicy<'_>, api: Api) -> Vec<Reason> {
    if policy.blocks.is_empty() && policy.undecided.is_empty() {
        return vec![Reason::new(What::Policy, "no policy block matches")];
    }
    // What a block states that possibly matches is no reason of its own.
    let possibly = |states: fn(&Block) -> bool| policy.undecided.iter().any(|block| states(block));
    let lists = [
        (
            What::Access,
            "grants",
            policy.grants.is_none() && !possibly(|block| block.grants.is_some()),
        ),
        (
            What::DeniedActions,
            "deny",
            // What grants do not allow is reported, denied or not.
            policy.denies.is_empty()
                && policy.grants.is_none()
                && !possibly(|block| !block.denies.is_empty() || block.grants.is_some()),
        ),
        (
            What::Roles,
            "roles",
            policy.roles.is_none() && !possibly(|block| block.roles.is_some()),
        ),
    ];
    let holders = Privilege::ALL.map(|privilege| {
        let what = match privilege {
            Privilege::KeyReaders => What::KeyReaders,
            Privilege::AccountWriters => What::AccountWriters,
            Privilege::RoleAdmins => What::RoleAdmins,
            Privilege::IdentityAdmins => What::IdentityAdmins,
        };
        let is_stated = |privilege: Privilege| {
            let mut undecided = policy.undecided.iter();
            policy.holders.contains_key(&privilege) || undecided.any(|block| block.holders.contains_key(&privilege))
        };
        // Who can take over identities is held against the role admins where nothing else is said.
        let is_judged = privilege == Privilege::IdentityAdmins && is_stated(Privilege::RoleAdmins);
        (what, privilege.key(), !is_stated(privilege) && !is_judged)
    });
    // Clusters have no custom roles, no keys, and settings that let whoever writes them in.
    let of_accounts = [
        What::Roles,
        What::KeyReaders,
        What::AccountWriters,
        What::KeyMetadataWrites,
    ];
    let applies = |what: What| !api.is_cluster() || !of_accounts.contains(&what);
    let missing = lists.into_iter().chain(holders);
    let missing = missing.filter(|(what, _, missing)| *missing && applies(*what));
    let missing = missing.map(|(what, key, _)| Reason::new(what, shown!("the policy has no {}", key)));
    let switches = [
        (
            What::LocalAuth,
            "local_auth",
            policy.local_auth,
            possibly(|block| block.local_auth.is_some()),
        ),
        (
            What::KeyMetadataWrites,
            "key_metadata_writes",
            policy.key_metadata_writes,
            possibly(|block| block.key_metadata_writes.is_some()),
        ),
    ];
    let open = switches
        .into_iter()
        .filter(|(what, _, ruled, possibly)| applies(*what) && (ruled.is_some() || !possibly))
        .filter_map(|(what, key, ruled, _)| Some(Reason::new(what, any(key, ruled)?).at(place_of(ruled))));
    missing.chain(open).collect()
}

/// Why a switch is not compared with anything.
fn any(key: &'static str, ruled: Option<&Ruled<Switch>>) -> Option<Shown> {
    match ruled.map(|ruled| ruled.value) {
        None => Some(shown!("the policy has no {}", key)),
        Some(Switch::Any) => Some(shown!(
            "the policy accepts any setting: {}",
            quote(&format!("{key}: any"))
        )),
        Some(Switch::Disabled | Switch::Enabled) => None,
    }
}

fn place_of<T>(ruled: Option<&Ruled<T>>) -> Option<Place> {
    ruled.map(|ruled| Place::Policy(ruled.at.clone()))
}

/// What could not be read of an account, or was not asked for.
fn unread(record: &AccountRecord) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = record.gaps.iter().map(|gap| of_gap(gap, What::Account)).collect();
    let api = record.account.api;
    if let Some(row) = api.listed_only() {
        let why = shown!("this version doesn't analyze {}", row.title);
        reasons.push(Reason::new(What::OtherResources, why));
        return reasons;
    }
    if api.is_cluster() {
        reasons.push(Reason::new(What::ClusterUsers, of_cluster(api)));
        return reasons;
    }
    if !api.has_roles_read() {
        reasons.push(Reason::new(
            What::OtherApis,
            "this version doesn't know the API of the account",
        ));
        return reasons;
    }
    if record.is_older_than_mongo_users() {
        reasons.push(Reason::new(
            What::MongoUsers,
            "the snapshot is of an older version, which didn't read users with passwords",
        ));
    }
    let unknown: Vec<Shown> = record
        .unknown_mongo_roles()
        .into_iter()
        .take(NAMED)
        .map(quote)
        .collect();
    if !unknown.is_empty() {
        let why = shown!(
            "this version doesn't know {} {}",
            match unknown.len() {
                1 => "the MongoDB role",
                _ => "the MongoDB roles",
            },
            Shown::list(&unknown)
        );
        reasons.push(Reason::new(What::MongoUsers, why));
    }
    let is_told = |part: Part| record.has_gap(part);
    let parts = [Part::Databases, Part::Containers, Part::Account];
    if record.inventory().is_none() && !parts.into_iter().any(is_told) {
        reasons.push(Reason::new(
            What::Databases,
            "not in the snapshot, or left out by `--no-inventory`",
        ));
    }
    reasons
}

/// What no list of Azure has of a cluster.
fn of_cluster(api: Api) -> &'static str {
    match api {
        Api::MongoCluster => "Azure lists only those that were added through Azure",
        _ => "Azure lists no users of managed Cassandra clusters",
    }
}

/// Keys that can work and whose age isn't known.
fn undated(record: &AccountRecord) -> Option<Reason> {
    let account = &record.account;
    let is_known = |keys: &KeysGenerated| AccountKey::ALL.iter().all(|key| keys.get(*key).is_some());
    let is_dated = account.keys_generated_at.as_ref().is_some_and(is_known);
    (!is_dated && account.keys() != Keys::Refused && !account.api.is_cluster()).then_some(Reason {
        what: What::KeyAge,
        why: Why::Undated,
        place: None,
    })
}

/// What of an account wasn't read, and why.
pub(crate) fn unread_of(record: &AccountRecord) -> Vec<(What, Shown)> {
    let reasons = unread(record).into_iter();
    reasons.map(|reason| (reason.what, reason.why.words(false))).collect()
}

/// What wasn't read of Azure RBAC and of the lists that accounts come from, why, and which accounts that concerns.
pub(crate) fn unread_above(tenant: &Tenant<'_>) -> Vec<(What, Shown, Option<Vec<usize>>)> {
    let reasons = above::unread(tenant).into_iter();
    reasons
        .map(|(reason, places)| (reason.what, reason.why.words(false), places))
        .collect()
}

/// All that was not checked: `of_accounts` is what [`of_account`] says of each account, in the order of `accounts`.
pub(super) fn gather(
    of_accounts: Vec<Arc<[Reason]>>,
    of_identities: Vec<(Reason, Places)>,
    tenant: &Tenant<'_>,
    (policy, names): (&Policy, &Names<'_>),
    accounts: &[AccountSummary],
) -> Vec<NotChecked> {
    let mut found: BTreeMap<(What, Shown), Spread> = BTreeMap::new();
    let mut of_lists: BTreeMap<Arc<[Reason]>, Vec<usize>> = BTreeMap::new();
    for (account, reasons) in of_accounts.into_iter().enumerate() {
        of_lists.entry(reasons).or_default().push(account);
    }
    let of_accounts = of_lists
        .iter()
        .flat_map(|(reasons, places)| reasons.iter().map(|reason| (reason.clone(), Some(places.clone()))));
    let above = above(tenant, (policy, names), accounts)
        .into_iter()
        .chain(of_identities);
    for (reason, places) in of_accounts.chain(above) {
        let is_of_some = matches!(reason.why, Why::WithoutPlace(_));
        let why = reason.why.words(tenant.frame.origins.is_some());
        let spread = found.entry((reason.what, why)).or_default();
        spread.add(reason.place, places);
        spread.is_of_some |= is_of_some;
    }
    let rows = found.into_iter().map(|((what, why), spread)| {
        let known: Vec<usize> = spread.accounts.into_iter().collect();
        let known = (!spread.is_unknown).then_some(known);
        NotChecked {
            principals: known
                .as_deref()
                .filter(|_| !spread.is_of_some)
                .and_then(|places| principals(what, places, accounts)),
            accounts: known,
            what,
            why,
            place: spread.place,
        }
    });
    rows.collect()
}

/// Where one thing was not checked for one reason.
#[derive(Default)]
struct Spread {
    /// Rules that say the same in several places are one reason; the first of the places is named.
    place: Option<Place>,
    accounts: BTreeSet<usize>,
    is_unknown: bool,
    /// Whether it is about some of what principals have, so that it doesn't tell how many.
    is_of_some: bool,
}

impl Spread {
    fn add(&mut self, place: Option<Place>, accounts: Places) {
        self.place = [self.place.take(), place].into_iter().flatten().min();
        self.is_unknown |= accounts.is_none();
        self.accounts.extend(accounts.into_iter().flatten());
    }
}

/// How many principals have role assignments that were not compared; `None`: it is about something else, or not known.
fn principals(what: What, places: &[usize], accounts: &[AccountSummary]) -> Option<usize> {
    if !matches!(what, What::Access | What::Policy) {
        return None;
    }
    let mut ids: BTreeSet<&PrincipalId> = BTreeSet::new();
    for place in places {
        let account = accounts.get(*place)?;
        if !account.all_principals {
            return None;
        }
        let with_access = account.principals.iter().filter(|summary| summary.assignments > 0);
        ids.extend(with_access.map(|summary| &summary.principal.id));
    }
    Some(ids.len())
}
