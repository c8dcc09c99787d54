//! Which account of one scan is which of the other, and what it means that one of them lacks it.

use super::change::{NotCompared, Unknown};
use super::scans::{Scan, Scans};
use crate::model::{AccountId, Part, ResourceType, Shown};
use crate::resolve::Tenant;
use foldhash::{HashMap, HashMapExt};

/// The accounts of two scans, by their places in the frames.
#[derive(Default)]
pub(super) struct Pairs {
    /// Those that both have.
    pub(super) both: Vec<Scans<usize>>,
    /// Those that one of them has although the other looked for them.
    pub(super) only: Vec<(Scan, usize)>,
    /// Those that the other did not look for.
    pub(super) not_compared: Vec<NotCompared>,
}

/// Puts the accounts side by side. Their names are unique in all of Azure, so one that has another id was moved to another
/// resource group or subscription.
pub(super) fn pairs(tenants: Scans<&Tenant<'_>>) -> Pairs {
    let mut found = Pairs::default();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut names: HashMap<String, Option<usize>> = HashMap::new();
    for (place, account) in tenants.new.frame.accounts.iter().enumerate() {
        places.insert(account.id.key(), place);
        let name = names.entry(account.id.name().to_ascii_lowercase());
        name.and_modify(|known| *known = None).or_insert(Some(place));
    }
    let mut is_paired = vec![false; tenants.new.frame.accounts.len()];
    let mut alone = Vec::new();
    let mut pair = |old: usize, new: usize, found: &mut Pairs| match is_paired.get_mut(new) {
        Some(paired) if !*paired => {
            *paired = true;
            found.both.push(Scans { old, new });
            true
        }
        _ => false,
    };
    for (old, account) in tenants.old.frame.accounts.iter().enumerate() {
        let new = places.get(account.id.key()).copied();
        if !new.is_some_and(|new| pair(old, new, &mut found)) {
            alone.push(old);
        }
    }
    for old in alone {
        let Some(account) = tenants.old.account(old) else {
            continue;
        };
        let named = names.get(&account.id.name().to_ascii_lowercase()).copied().flatten();
        if !named.is_some_and(|new| pair(old, new, &mut found)) {
            found.take(Scan::Old, old, &account.id, tenants);
        }
    }
    for (new, account) in tenants.new.frame.accounts.iter().enumerate() {
        if is_paired.get(new) == Some(&false) {
            found.take(Scan::New, new, &account.id, tenants);
        }
    }
    found
}

impl Pairs {
    /// Takes an account that only one of the scans has.
    fn take(&mut self, scan: Scan, place: usize, account: &AccountId, tenants: Scans<&Tenant<'_>>) {
        // What a template adds to those that were read: whoever has access to it may gain it.
        let is_of_template = scan == Scan::New && tenants.new.frame.origins.is_some();
        match missed(tenants.get(scan.other()), account) {
            None => self.only.push((scan, place)),
            Some((of, what, verb)) => self.not_compared.push(NotCompared {
                of,
                what,
                verb,
                reason: Shown::default(),
                missing: Scans::of(|one| one != scan),
                is_failure: true,
                may_be_gain: is_of_template,
            }),
        }
    }
}

/// Why a scan that lacks an account need not have met it; `None`: it looked, and there was none.
fn missed(tenant: &Tenant<'_>, account: &AccountId) -> Option<(Unknown, Shown, &'static str)> {
    let frame = &tenant.frame;
    if frame.gone.iter().any(|gone| gone.id == *account) {
        return None;
    }
    let own = |what: &'static str, verb| Some((Unknown::Account(account.clone()), what.into(), verb));
    if !frame.header.has_subscription(account.subscription()) {
        return own("the subscription", "isn't");
    }
    let is_listed = match account.resource_type() {
        ResourceType::Account => true,
        ResourceType::MongoCluster | ResourceType::CassandraCluster => frame.header.has_clusters(),
        ResourceType::GarnetCluster | ResourceType::PostgresqlCluster => frame.header.has_listed_only(),
    };
    if !is_listed {
        return own("clusters", "weren't listed");
    }
    if frame.header.shards.as_ref().is_some_and(|shards| !shards.hold(account)) {
        return own("the shard", "isn't");
    }
    let is_unread = frame.gaps.iter().any(|one| {
        let is_own = one
            .subscription
            .as_deref()
            .is_none_or(|id| id.eq_ignore_ascii_case(account.subscription()));
        is_own && one.gap.part() == Part::Accounts
    });
    if is_unread {
        return own("the accounts of the subscription", "couldn't be listed");
    }
    (!frame.ended)
        .then(|| own("the account", "wasn't reached: the scan was interrupted"))
        .flatten()
}
