//! The first line of a merged snapshot, if the snapshots belong together.

use super::MergeError;
use crate::snapshot::format::{Extent, Header, Subscription, TargetKind};
use crate::snapshot::shard::Shards;
use jiff::Timestamp;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The header of all, and whether one identity took all of them. Whatever is the same in all snapshots stays; the time is the
/// oldest, so that none of what they hold is older than it says.
///
/// # Errors
/// When they are not of one tenant and one scan, or shards are missing.
pub(super) fn joined(all: &[(PathBuf, Header)], allow_missing: bool) -> Result<(Header, bool), MergeError> {
    let Some((first_file, first)) = all.first() else {
        return Err(MergeError::Nothing);
    };
    for (file, header) in all {
        same("cloud", (first_file, &first.cloud), (file, &header.cloud))?;
    }
    let known = all.iter().find(|(_, header)| !header.tenant.is_empty());
    let (known_file, known) = known.map_or((first_file, first), |(file, header)| (file, header));
    for (file, header) in all.iter().filter(|(_, header)| !header.tenant.is_empty()) {
        same("tenant", (known_file, &known.tenant), (file, &header.tenant))?;
    }
    let shards = shards(all)?.filter(|shards| !shards.missing().is_empty());
    if let Some(shards) = shards.as_ref().filter(|_| !allow_missing) {
        return Err(MergeError::Missing { shards: shards.clone() });
    }
    let mut newest_first: Vec<&Header> = all.iter().map(|(_, header)| header).collect();
    // Of those that are as new always in the same order, whatever that of the files is.
    newest_first.sort_by_cached_key(|header| (Reverse(header.taken_at), serde_json::to_string(header).ok()));
    let oldest = newest_first
        .iter()
        .map(|header| header.taken_at)
        .min()
        .unwrap_or(first.taken_at);
    let mut names = newest_first.iter().filter_map(|header| header.tenant_name.as_ref());
    let is_one_identity = all.iter().all(|(_, header)| header.scanned_by == first.scanned_by);
    let mut header = Header::new(
        oldest,
        first.cloud.clone(),
        known.tenant.clone(),
        subscriptions(&newest_first),
    );
    header.tenant_name = names.next().cloned();
    let last = newest_first.iter().map(|header| header.last_taken_at()).max();
    header.last_taken_at = last.filter(|last| *last > oldest);
    header.scope = scope(&newest_first);
    header.scanned_by = first.scanned_by.clone().filter(|_| is_one_identity);
    header.shards = shards;
    Ok((header, is_one_identity))
}

fn same(what: &'static str, a: (&Path, &str), b: (&Path, &str)) -> Result<(), MergeError> {
    if a.1.eq_ignore_ascii_case(b.1) {
        return Ok(());
    }
    Err(MergeError::Other {
        what,
        file: b.0.to_owned(),
        value: b.1.to_owned(),
        first: a.0.to_owned(),
        expected: a.1.to_owned(),
    })
}

/// All shards that the snapshots hold. They have to be of one scan: the first shard of one and the second of another are no whole.
fn shards(all: &[(PathBuf, Header)]) -> Result<Option<Shards>, MergeError> {
    let mut parts = all
        .iter()
        .filter_map(|(file, header)| Some((file, header, header.shards.as_ref()?)));
    let Some((first_file, first, shards)) = parts.next() else {
        return Ok(None);
    };
    let all_parts = || {
        let parts = all.iter();
        parts.filter_map(|(file, header)| Some((file, header.taken_at, header.shards.as_ref()?)))
    };
    for (place, (first, taken_at, shards)) in all_parts().enumerate() {
        let mut later = all_parts().skip(place + 1).filter(|(_, time, _)| *time != taken_at);
        if let Some((file, shards)) = later.find_map(|(file, _, other)| Some((file, shards.common(other)?))) {
            return Err(MergeError::SameShards {
                shards,
                file: file.clone(),
                first: first.clone(),
            });
        }
    }
    let mut joined = shards.clone();
    for (file, header, shards) in parts {
        let of_one_scan = first.scope == header.scope && is_of_same_subscriptions(first, header);
        joined = joined
            .and(shards)
            .filter(|_| of_one_scan)
            .ok_or_else(|| MergeError::OtherScan {
                file: file.clone(),
                first: first_file.clone(),
            })?;
    }
    Ok(Some(joined))
}

/// Subscriptions that were not named one by one can come and go while the shards are scanned.
fn is_of_same_subscriptions(a: &Header, b: &Header) -> bool {
    let ids = |header: &Header| -> BTreeSet<String> {
        let all = header.subscriptions.iter();
        all.map(|one| one.id.to_ascii_lowercase()).collect()
    };
    let are_named = |header: &Header| {
        header
            .scope
            .as_ref()
            .is_none_or(|scope| scope.target == TargetKind::Subscriptions)
    };
    !are_named(a) || ids(a) == ids(b)
}

/// Those of all snapshots, with their newest names.
fn subscriptions(newest_first: &[&Header]) -> Vec<Subscription> {
    let mut all: BTreeMap<String, Subscription> = BTreeMap::new();
    for one in newest_first.iter().flat_map(|header| &header.subscriptions) {
        let known = all.entry(one.id.to_ascii_lowercase()).or_insert_with(|| one.clone());
        if known.name.is_empty() {
            known.name.clone_from(&one.name);
        }
    }
    let mut all: Vec<Subscription> = all.into_values().collect();
    all.sort();
    all
}

/// What was asked for: where one scan left something out, the accounts that lack it say so.
fn scope(newest_first: &[&Header]) -> Option<Extent> {
    let mut scopes = newest_first.iter().filter_map(|header| header.scope.as_ref());
    let mut joined = scopes.next()?.clone();
    for scope in scopes {
        if (scope.target, &scope.management_group) != (joined.target, &joined.management_group) {
            joined.target = TargetKind::Subscriptions;
            joined.management_group = None;
        }
        joined.inventory |= scope.inventory;
        // Nothing in an account says that they were left out.
        joined.foreign_kinds &= scope.foreign_kinds;
        joined.clusters &= scope.clusters;
        joined.resources.retain(|kind| scope.resources.contains(kind));
        joined.control_plane |= scope.control_plane;
        joined.graph |= scope.graph;
    }
    // A file that doesn't say what it was asked for can lack all of these.
    if newest_first.iter().any(|header| header.scope.is_none()) {
        joined.foreign_kinds = false;
        joined.clusters = false;
        joined.resources.clear();
    }
    Some(joined)
}

/// Of each file, when the newest was taken that scanned a subscription of it. The shards of one scan have accounts of their own, and
/// their age is that of the scan.
pub(super) fn newest_about(headers: &[(PathBuf, Header)]) -> Vec<Option<Timestamp>> {
    let subscriptions = |header: &Header| -> BTreeSet<String> {
        let ids = header.subscriptions.iter();
        ids.map(|one| one.id.to_ascii_lowercase()).collect()
    };
    let scanned: Vec<BTreeSet<String>> = headers.iter().map(|(_, header)| subscriptions(header)).collect();
    let newest = |(own, (_, header)): (&BTreeSet<String>, &(PathBuf, Header))| {
        let others = headers.iter().zip(&scanned);
        let same = others.filter(|((_, other), all)| other.shards.is_none() && !all.is_disjoint(own));
        same.map(|((_, other), _)| other.taken_at)
            .max()
            .filter(|_| header.shards.is_none())
    };
    scanned.iter().zip(headers).map(newest).collect()
}
