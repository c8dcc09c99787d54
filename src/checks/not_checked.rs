//! What an audit did not check: what the policy leaves out, what could not be read, and what was not asked for. Checks that
//! need it say so in their metadata (`Check::needs`).

use super::context::AccountContext;
use super::wording::quote;
use crate::finding::{AccountSummary, NotChecked, Place, What};
use crate::model::{AccountRecord, Gap, Part, PrincipalId, Shown};
use crate::policy::{AccountPolicy, Policy, Privilege, Ruled, Switch};
use crate::resolve::Tenant;
use crate::shown;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One thing that was not checked in one account or above them, and why.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Reason {
    what: What,
    why: Shown,
    place: Option<Place>,
}

impl Reason {
    fn new(what: What, why: impl Into<Shown>) -> Self {
        Self {
            what,
            why: why.into(),
            place: None,
        }
    }

    fn at(self, place: Option<Place>) -> Self {
        Self { place, ..self }
    }
}

/// What was not checked in one account.
pub(super) fn of_account(context: &AccountContext<'_, '_>) -> Vec<Reason> {
    let mut reasons = left_out(&context.policy);
    reasons.extend(unread(context.record));
    reasons
}

/// What the policy does not state of an account.
fn left_out(policy: &AccountPolicy<'_>) -> Vec<Reason> {
    if policy.blocks.is_empty() {
        return vec![Reason::new(What::Policy, "no block of the policy matches")];
    }
    let lists = [
        (What::Access, "grants", policy.grants.is_none()),
        (
            What::DeniedActions,
            "deny",
            // What grants do not allow is reported, denied or not.
            policy.denies.is_empty() && policy.grants.is_none(),
        ),
        (What::Roles, "roles", policy.roles.is_none()),
    ];
    let holders = Privilege::ALL.map(|privilege| {
        let what = match privilege {
            Privilege::KeyReaders => What::KeyReaders,
            Privilege::AccountWriters => What::AccountWriters,
            Privilege::RoleAdmins => What::RoleAdmins,
        };
        (what, privilege.key(), !policy.holders.contains_key(&privilege))
    });
    let missing = lists.into_iter().chain(holders).filter(|(.., missing)| *missing);
    let missing = missing.map(|(what, key, _)| Reason::new(what, shown!("the policy has no {}", key)));
    let switches = [
        (What::LocalAuth, "local_auth", policy.local_auth),
        (
            What::KeyMetadataWrites,
            "key_metadata_writes",
            policy.key_metadata_writes,
        ),
    ];
    let open = switches
        .into_iter()
        .filter_map(|(what, key, ruled)| Some(Reason::new(what, any(key, ruled)?).at(place_of(ruled))));
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
    let is_of_other_api = |gap: &&Gap| gap.code == Gap::API_NOT_SUPPORTED;
    let mut reasons: Vec<Reason> = record
        .gaps
        .iter()
        .filter(|gap| !is_of_other_api(gap))
        .map(of_gap)
        .collect();
    if record.gaps.iter().any(|gap| is_of_other_api(&gap)) {
        let why = shown!(
            "this version doesn't read roles of the {} API",
            record.account.api.title()
        );
        reasons.push(Reason::new(What::OtherApis, why));
        return reasons;
    }
    let is_told = |part: Part| record.has_gap(part);
    if record.inventory().is_none() && !is_told(Part::Databases) && !is_told(Part::Containers) {
        reasons.push(Reason::new(
            What::Databases,
            "not in the snapshot: `--no-inventory`, or it holds none of this account",
        ));
    }
    reasons
}

fn of_gap(gap: &Gap) -> Reason {
    let (what, list) = match gap.part() {
        Part::RoleDefinitions => (What::RoleDefinitions, None),
        Part::RoleAssignments => (What::RoleAssignments, None),
        Part::Databases => (What::Databases, None),
        Part::Containers => (What::Databases, Some("containers")),
        Part::LocalAuth => (What::LocalAuth, Some("the setting")),
        Part::KeyMetadataWrites => (What::KeyMetadataWrites, Some("the setting")),
        Part::Account => (What::Accounts, Some("the account")),
        Part::Subscriptions => (What::Accounts, Some("the list of subscriptions")),
        Part::Accounts | Part::Other => (What::Accounts, Some("the list of accounts")),
        Part::AzureRoleAssignments => (What::AzureRbac, Some("role assignments")),
        Part::AzureRoleDefinitions => (What::AzureRbac, Some("role definitions")),
        Part::Eligible => (What::AzureRbac, Some("eligible role assignments")),
        Part::DenyAssignments => (What::DenyAssignments, None),
        Part::Principals => (What::Directory, None),
    };
    let list = list.map(|list| shown!("{} ", list)).unwrap_or_default();
    let code = match gap.status {
        Some(status) => shown!("{} {}", status, Shown::of(&gap.code)),
        None => Shown::of(&gap.code),
    };
    Reason::new(what, shown!("{}couldn't be read: {}", list, code))
}

/// All that was not checked: `of_accounts` is what [`of_account`] says of each account, in the order of `accounts`.
pub(super) fn gather(
    of_accounts: Vec<Vec<Reason>>,
    tenant: &Tenant<'_>,
    policy: &Policy,
    accounts: &[AccountSummary],
) -> Vec<NotChecked> {
    let mut found: BTreeMap<(What, Shown), Spread> = BTreeMap::new();
    let of_accounts = of_accounts.into_iter().enumerate();
    let of_accounts =
        of_accounts.flat_map(|(account, reasons)| reasons.into_iter().map(move |reason| (reason, Some(vec![account]))));
    for (reason, places) in of_accounts.chain(above(tenant, policy, accounts)) {
        found
            .entry((reason.what, reason.why))
            .or_default()
            .add(reason.place, places);
    }
    let rows = found.into_iter().map(|((what, why), spread)| {
        let known: Vec<usize> = spread.accounts.into_iter().collect();
        let known = (!spread.is_unknown).then_some(known);
        NotChecked {
            principals: known.as_deref().and_then(|places| principals(what, places, accounts)),
            accounts: known,
            what,
            why,
            place: spread.place,
        }
    });
    rows.collect()
}

/// The accounts that something concerns, by their places; `None`: nobody knows which.
type Places = Option<Vec<usize>>;

/// Where one thing was not checked for one reason.
#[derive(Default)]
struct Spread {
    /// Rules that say the same in several places are one reason; the first of the places is named.
    place: Option<Place>,
    accounts: BTreeSet<usize>,
    is_unknown: bool,
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

/// What was not checked above the accounts, and where that matters.
fn above(tenant: &Tenant<'_>, policy: &Policy, accounts: &[AccountSummary]) -> Vec<(Reason, Places)> {
    let mut out = Vec::new();
    if !tenant.frame.ended {
        out.push((Reason::new(What::Accounts, "the scan was interrupted"), None));
    }
    out.extend(tenant.frame.gaps.iter().map(|found| (of_gap(&found.gap), None)));
    out.extend(azure_rbac(tenant, policy, accounts));
    out.extend(directory(tenant, accounts));
    out
}

fn azure_rbac(tenant: &Tenant<'_>, policy: &Policy, accounts: &[AccountSummary]) -> Vec<(Reason, Places)> {
    if accounts.is_empty() {
        return Vec::new();
    }
    if !tenant.frame.has_control_plane() {
        let first = |privilege: &Privilege| {
            let lists = policy.blocks.iter().filter_map(|block| block.holders.get(privilege));
            lists.map(|list| list.at.clone()).min()
        };
        let stated = Privilege::ALL.iter().find_map(first);
        let why = match stated {
            Some(_) => {
                "not in the snapshot or left out by `--no-control-plane`, although the policy says who may use it"
            }
            None => "not in the snapshot, or left out by `--no-control-plane`",
        };
        let reason = Reason::new(What::AzureRbac, why).at(stated.map(Place::Policy));
        return vec![(reason, Some((0..accounts.len()).collect()))];
    }
    let mut within: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, account) in accounts.iter().enumerate() {
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
        gaps.map(move |gap| (of_gap(gap), Some(concerned.clone())))
    });
    let control = &tenant.control;
    let missing = control.unread.iter().filter(|unread| unread.all).map(|unread| {
        let reason = Reason::new(What::AzureRbac, "the snapshot has nothing of the subscription");
        (reason, Some(of(&unread.subscription)))
    });
    // Of a list that could not be read it is told that it could not be.
    let is_told = |what: &str| tenant.frame.control_planes.iter().any(|plane| plane.has_gap(what));
    let unknown = control
        .unknown_roles
        .iter()
        .filter(|_| !is_told(Gap::AZURE_ROLE_DEFINITIONS));
    let unknown = unknown.map(|unknown| {
        let reason = Reason::new(What::AzureRbac, "the role definition of a role assignment wasn't read");
        (reason, Some(control.concerned(unknown)))
    });
    let unplaced = control.unplaced.iter().map(|_| {
        (
            Reason::new(What::AzureRbac, "the scope of a role assignment is malformed"),
            None,
        )
    });
    gaps.chain(missing).chain(unknown).chain(unplaced).collect()
}

/// Without the directory, names stay ids.
fn directory(tenant: &Tenant<'_>, accounts: &[AccountSummary]) -> Option<(Reason, Places)> {
    let Some(principals) = tenant.frame.principals else {
        let some = accounts
            .iter()
            .enumerate()
            .filter(|(_, account)| !account.principals.is_empty());
        let concerned: Vec<usize> = some.map(|(place, _)| place).collect();
        let why = "principals weren't looked up: `--no-graph`, no permission, or a snapshot without them";
        return (!concerned.is_empty()).then(|| (Reason::new(What::Directory, why), Some(concerned)));
    };
    let bounded = principals.iter().filter(|record| record.members_bounded);
    let names: Vec<Shown> = bounded
        .map(|record| match record.name.as_str() {
            "" => quote(record.id.as_str()),
            name => quote(name),
        })
        .collect();
    let shown = Shown::join(names.iter().take(NAMED), ", ");
    let why = match names.len().checked_sub(NAMED) {
        None | Some(0) => shown!("not all members were read of {}", shown),
        Some(more) => shown!("not all members were read of {} and {} more", shown, more),
    };
    (!names.is_empty()).then(|| (Reason::new(What::GroupMembers, why), None))
}

/// Groups that are named.
const NAMED: usize = 10;
