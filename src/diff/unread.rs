//! What the scans didn't read, so that it is said and never taken for a change.

use super::change::{NotCompared, Unknown};
use super::scans::{Scan, Scans};
use super::undocumented;
use crate::model::listed_only;
use crate::model::{AccountRecord, Api, Gap, Part, RoleKind, Shown};
use crate::resolve::{Tenant, Unread};
use crate::shown;
use crate::snapshot::Header;
use foldhash::HashMap;
use std::collections::{BTreeMap, BTreeSet};

/// What of Azure RBAC a scan read, and what it didn't.
pub(super) struct AzureLists<'t> {
    /// Of each subscription with accounts, in lower case, what was not read.
    unread: HashMap<&'t str, &'t Unread>,
    /// Of each subscription that was read, in lower case, what was read in full.
    read: BTreeMap<String, BTreeSet<&'static str>>,
    /// Whether they were left out on purpose.
    is_left_out: bool,
}

impl<'t> AzureLists<'t> {
    /// The lists that give somebody a role.
    pub(super) const THAT_GIVE: [&'static str; 3] = [Gap::AZURE_ROLE_ASSIGNMENTS, Gap::ELIGIBLE, Gap::DELEGATIONS];

    pub(super) fn new(tenant: &'t Tenant<'t>) -> Self {
        let unread = tenant.control.unread.iter();
        let planes = tenant.frame.control_planes.iter();
        let read = planes.filter(|plane| !plane.of_template.is_all).map(|plane| {
            let lists = plane.lists().into_iter().filter(|(_, is_whole)| *is_whole);
            let id = plane.subscription.to_ascii_lowercase();
            (id, lists.map(|(list, _)| list).collect())
        });
        Self {
            unread: unread.map(|one| (one.subscription.as_str(), one)).collect(),
            read: read.collect(),
            is_left_out: !tenant.frame.has_control_plane(),
        }
    }

    /// Whether they were left out on purpose.
    pub(super) fn is_left_out(&self) -> bool {
        self.is_left_out
    }

    /// What was not read of a subscription, by the names of gaps, and whether this version knows the name.
    fn of(&self, subscription: &str) -> BTreeSet<(bool, &'t str)> {
        let found = self.unread.get(subscription.to_ascii_lowercase().as_str()).copied();
        let lists = found.into_iter().flat_map(|unread| &unread.lists);
        let others = found.into_iter().flat_map(|unread| &unread.others);
        let others = others.map(|what| (false, what.as_str()));
        lists.map(|list| (true, *list)).chain(others).collect()
    }

    /// Whether a list of a subscription, in lower case, was read in full.
    pub(super) fn has(&self, subscription: &str, list: &'static str) -> bool {
        self.read.get(subscription).is_some_and(|lists| lists.contains(list))
    }

    /// The subscriptions of which something was read, in lower case.
    pub(super) fn subscriptions(&self) -> impl Iterator<Item = &str> {
        self.read.keys().map(String::as_str)
    }

    /// Whether another scan read the same, however much that is.
    pub(super) fn is_read_as(&self, other: &Self) -> bool {
        self.read == other.read
    }
}

/// What of Azure RBAC could not be compared, by subscription; `names` has their names.
pub(super) fn of_azure(
    lists: &Scans<AzureLists<'_>>,
    subscriptions: &BTreeSet<String>,
    names: impl Fn(&str) -> String,
) -> Vec<NotCompared> {
    let mut found = Vec::new();
    if lists.old.is_left_out || lists.new.is_left_out {
        let missing = Scans::of(|scan| lists.get(scan).is_left_out);
        found.push(NotCompared {
            of: Unknown::Tenant,
            what: "Azure roles and account keys".into(),
            verb: LEFT_OUT,
            reason: Shown::default(),
            is_failure: missing.old != missing.new,
            may_be_gain: false,
            missing,
        });
    }
    let is_told = |scan: Scan| lists.get(scan).is_left_out;
    for subscription in subscriptions {
        let unread = Scans::of(|scan| match is_told(scan) {
            true => BTreeSet::new(),
            false => lists.get(scan).of(subscription),
        });
        let all: BTreeSet<(bool, &str)> = unread.old.union(&unread.new).copied().collect();
        found.extend(all.into_iter().map(|list| NotCompared {
            of: Unknown::Subscription(names(subscription)),
            what: match list {
                (true, known) => Gap::name_of(known),
                (false, other) => Shown::quoted(other),
            },
            verb: UNREAD,
            reason: Shown::default(),
            missing: Scans::of(|scan| unread.get(scan).contains(&list)),
            is_failure: true,
            may_be_gain: false,
        }));
    }
    found
}

/// What accounts come from and a scan didn't read: an account that neither scan lists shows no change.
pub(super) fn of_lists(tenants: Scans<&Tenant<'_>>, scan: Scan) -> Vec<NotCompared> {
    let frame = &tenants.get(scan).frame;
    let one = |of: Unknown, reason: Shown| NotCompared {
        of,
        what: "accounts that weren't listed".into(),
        verb: "can be missing",
        reason,
        missing: Scans::of(|one| one == scan),
        is_failure: true,
        may_be_gain: false,
    };
    let interrupted = (!frame.ended).then(|| one(Unknown::Tenant, "the scan was interrupted".into()));
    let shards = frame.header.shards.iter();
    let shards = shards.map(|shards| one(Unknown::Tenant, shown!("it holds only {}", Shown::of_value(shards))));
    let gaps = frame.gaps.iter().filter(|found| found.gap.part() != Part::Principals);
    let gaps = gaps.map(|found| {
        if found.gap.is_until_deployment() {
            let origins = frame.origins.filter(|_| scan == Scan::New);
            let may_be_gain = origins.is_some_and(|origins| origins.uncounted.contains_key(&found.gap.message));
            let reason = Shown::of(found.gap.message.trim());
            return NotCompared {
                of: Unknown::Tenant,
                what: "what only the deployment tells".into(),
                verb: "isn't known",
                reason: match may_be_gain {
                    true => shown!("{}; it can be new, and counts as gained", reason),
                    false => reason,
                },
                missing: Scans::of(|one| one == scan),
                is_failure: true,
                may_be_gain,
            };
        }
        let of = found
            .subscription
            .clone()
            .map_or(Unknown::Tenant, Unknown::Subscription);
        one(of, shown!("{}: {}", found.gap.name(), found.gap.in_short()))
    });
    interrupted.into_iter().chain(shards).chain(gaps).collect()
}

/// The role assignments of other APIs than an account's own.
pub(super) fn of_foreign_roles(tenants: Scans<&Tenant<'_>>) -> Option<NotCompared> {
    left_out(
        tenants,
        "assigned roles of another API than the account's".into(),
        Header::has_foreign_kinds,
    )
}

/// Clusters, which older versions didn't list.
pub(super) fn of_clusters(tenants: Scans<&Tenant<'_>>) -> Option<NotCompared> {
    let what = "MongoDB vCore and managed Cassandra clusters".into();
    left_out(tenants, what, Header::has_clusters)
}

/// Resources that would only be listed, and that older versions didn't list.
pub(super) fn of_other_resources(tenants: Scans<&Tenant<'_>>) -> Option<NotCompared> {
    left_out(tenants, listed_only::titles(), Header::has_listed_only)
}

/// What scans leave out as a whole; `has`: whether one has it.
fn left_out(tenants: Scans<&Tenant<'_>>, what: Shown, has: fn(&Header) -> bool) -> Option<NotCompared> {
    let missing = Scans::of(|scan| !has(tenants.get(scan).frame.header));
    (missing.old || missing.new).then(|| NotCompared {
        of: Unknown::Tenant,
        what,
        verb: LEFT_OUT,
        reason: Shown::default(),
        is_failure: missing.old != missing.new,
        may_be_gain: false,
        missing,
    })
}

/// What of an account could not be compared.
pub(super) fn of_account(records: Scans<Option<&AccountRecord>>) -> Vec<NotCompared> {
    let Some(account) = records.new.or(records.old).map(|record| &record.account.id) else {
        return Vec::new();
    };
    // In one that a scan doesn't have, it has nothing to read.
    let differs = |missing: Scans<bool>| records.old.is_some() && records.new.is_some() && missing.old != missing.new;
    // Both lists are told together where they are missing for the same reason.
    let mut told: BTreeMap<(Scans<bool>, Why), Vec<Shown>> = BTreeMap::new();
    for (part, name) in PARTS {
        let missing = Scans::of(|scan| records.get(scan).is_some_and(|record| !has(record, part)));
        let unread = Scan::BOTH.into_iter().filter(|scan| *missing.get(*scan));
        let mut reasons = unread.filter_map(|scan| records.get(scan).map(|record| Why::of(record, part)));
        let Some(first) = reasons.next() else { continue };
        let why = Why {
            // What neither scan can read with this version is no failure of theirs.
            is_failure: first.is_failure || reasons.any(|why| why.is_failure) || differs(missing),
            reason: first.reason,
        };
        let records = Scan::BOTH.into_iter().filter_map(|scan| *records.get(scan));
        let mut gaps = records
            .flat_map(|record| &record.gaps)
            .filter(|gap| gap.part() == part)
            .map(|gap| gap.what.as_str());
        let first = gaps.next();
        // Lists of MongoDB's own users have a name of their own, unless others are missing, too.
        let is_of_users = |list: &str| RoleKind::of_list(list).is_some_and(RoleKind::has_passwords);
        let what = first.filter(|list| is_of_users(list) && gaps.all(is_of_users));
        told.entry((missing, why))
            .or_default()
            .push(Gap::name_of(what.unwrap_or(name)));
    }
    for (missing, why, what) in of_other_gaps(records) {
        told.entry((missing, why)).or_default().push(Shown::quoted(what));
    }
    // They were read, and nobody knows what they grant.
    let is_unknown = |record: &AccountRecord| !record.unknown_mongo_roles().is_empty();
    let unknown = Scans::of(|scan| records.get(scan).is_some_and(is_unknown));
    if unknown.old || unknown.new {
        let why = Why {
            // Whoever has another one of them can have gained something.
            is_failure: differs(unknown) || undocumented::changed_users(records),
            reason: "this version doesn't know them".into(),
        };
        let names = Scan::BOTH.into_iter().filter_map(|scan| *records.get(scan));
        let names: BTreeSet<&str> = names.flat_map(AccountRecord::unknown_mongo_roles).collect();
        let names: Vec<Shown> = names.into_iter().map(Shown::quoted).collect();
        told.entry((unknown, why))
            .or_default()
            .push(shown!("what MongoDB users have through {}", Shown::list(&names)));
    }
    let is_older = |record: &AccountRecord| record.is_older_than_mongo_users();
    let has_users = Scans::of(|scan| records.get(scan).is_some_and(is_older));
    if has_users.old || has_users.new {
        let why = Why {
            is_failure: differs(has_users),
            reason: "scanned with an older version".into(),
        };
        told.entry((has_users, why)).or_default().push("MongoDB users".into());
    }
    let one = |((missing, why), what): ((Scans<bool>, Why), Vec<Shown>)| NotCompared {
        of: Unknown::Account(account.clone()),
        what: Shown::list(&what),
        verb: if why.is_failure { UNREAD } else { LEFT_OUT },
        reason: why.reason,
        missing,
        is_failure: why.is_failure,
        may_be_gain: false,
    };
    told.into_iter().map(one).collect()
}

/// Gaps in what this version doesn't know: it could be anything.
fn of_other_gaps(records: Scans<Option<&AccountRecord>>) -> Vec<(Scans<bool>, Why, &str)> {
    let gaps = |scan: Scan| {
        let gaps = records.get(scan).iter().flat_map(|record| &record.gaps);
        gaps.filter(|gap| gap.part() == Part::Other && !gap.is_in_tags())
    };
    let all: BTreeMap<&str, &Gap> = Scan::BOTH
        .into_iter()
        .flat_map(gaps)
        .map(|gap| (gap.what.as_str(), gap))
        .collect();
    let one = |(what, gap)| {
        let missing = Scans::of(|scan| gaps(scan).any(|gap| gap.what == what));
        (missing, Why::of_gap(gap), what)
    };
    all.into_iter().map(one).collect()
}

pub(super) const UNREAD: &str = "couldn't be read";
pub(super) const LEFT_OUT: &str = "weren't read";

/// What is compared of an account, each with a `what` of gaps that has its name.
const PARTS: [(Part, &str); 4] = [
    (Part::RoleDefinitions, "sqlRoleDefinitions"),
    (Part::RoleAssignments, "sqlRoleAssignments"),
    (Part::LocalAuth, Gap::LOCAL_AUTH),
    (Part::KeyMetadataWrites, Gap::KEY_METADATA_WRITES),
];

/// Why something was not read.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Why {
    is_failure: bool,
    reason: Shown,
}

impl Why {
    fn of(record: &AccountRecord, part: Part) -> Self {
        let own = |gap: &&Gap| [part, Part::Account].contains(&gap.part());
        let is_of_roles = [Part::RoleDefinitions, Part::RoleAssignments].contains(&part);
        let (is_failure, reason) = match record.gaps.iter().find(own) {
            _ if is_of_roles && !record.account.api.has_roles_read() => {
                let why = match record.account.api {
                    Api::CassandraCluster => "Azure doesn't list them",
                    Api::Unknown => "this version doesn't know the API",
                    _ => "this version doesn't read them",
                };
                (false, why.into())
            }
            Some(gap) => return Self::of_gap(gap),
            None => (true, Shown::default()),
        };
        Self { is_failure, reason }
    }

    fn of_gap(gap: &Gap) -> Self {
        Self {
            is_failure: true,
            reason: gap.in_short(),
        }
    }
}

fn has(record: &AccountRecord, part: Part) -> bool {
    match part {
        // Of what is only listed, no settings are compared.
        Part::LocalAuth | Part::KeyMetadataWrites if !record.account.api.is_read() => true,
        Part::RoleDefinitions => record.has_all_role_definitions(),
        Part::RoleAssignments => record.has_all_role_assignments(),
        Part::LocalAuth => record.account.local_auth_disabled.is_some(),
        _ => record.account.key_metadata_writes_disabled.is_some() || record.account.api.is_cluster(),
    }
}
