//! What several snapshots say of a principal, as one record.

use crate::model::{PrincipalId, PrincipalKind, PrincipalRecord};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What one file says of a principal.
struct Version {
    taken_at: Timestamp,
    /// Its number.
    file: usize,
    /// The numbers of other files that say the same, none of them newer.
    also: Vec<usize>,
    record: PrincipalRecord,
}

/// All that was read, without what was read twice.
#[derive(Default)]
pub(super) struct Principals {
    versions: BTreeMap<PrincipalId, Vec<Version>>,
}

/// One record of each principal.
#[derive(Default)]
pub(super) struct Joined {
    pub(super) records: Vec<PrincipalRecord>,
    /// How many principals several files have, with different contents.
    pub(super) renewed: usize,
    /// The groups whose members are those of an older file, by their names or IDs, as a newer one has none.
    pub(super) older_members: BTreeSet<String>,
}

/// Two files say different things of a principal, and neither is newer.
pub(super) struct OneTime {
    pub(super) id: PrincipalId,
    /// Their numbers.
    pub(super) files: [usize; 2],
}

impl Principals {
    pub(super) fn take(&mut self, file: usize, taken_at: Timestamp, record: PrincipalRecord) {
        let versions = self.versions.entry(record.id.clone()).or_default();
        match versions.iter_mut().find(|known| known.record == record) {
            Some(known) if known.taken_at < taken_at => {
                known.also.push(known.file);
                (known.taken_at, known.file) = (taken_at, file);
            }
            Some(known) => known.also.push(file),
            None => versions.push(Version {
                taken_at,
                file,
                also: Vec::new(),
                record,
            }),
        }
    }

    /// The newest record of each. Members are read where a group has a role, and not where it is a member, so a record without
    /// them gets those of the newest record that says the same of the principal. `newest`: when the newest of the files was taken
    /// that are about what a file of this number is about.
    pub(super) fn join(self, newest_about: impl Fn(usize) -> Option<Timestamp>) -> Result<Joined, OneTime> {
        let mut joined = Joined::default();
        let unread = self.without_their_members();
        for (id, mut versions) in self.versions {
            versions.sort_by_key(|version| (std::cmp::Reverse(version.taken_at), version.file));
            let Some(newest) = versions.first() else { continue };
            let base = without_members(&newest.record);
            if let Some(twin) = twin_of(newest, &versions, |record| without_members(record) != base) {
                return Err(one_time(id, newest, twin));
            }
            let is_same = |version: &&Version| without_members(&version.record) == base;
            let with_members = |version: &&Version| version.record.members.is_some() && is_same(version);
            let chosen = versions.iter().find(with_members).unwrap_or(newest);
            let differs = |record: &PrincipalRecord| record.members.is_some() && *record != chosen.record;
            if let Some(twin) = twin_of(chosen, &versions, |record| {
                without_members(record) == base && differs(record)
            }) {
                return Err(one_time(id, chosen, twin));
            }
            let is_other = |version: &Version| !is_same(&version) || differs(&version.record);
            joined.renewed += usize::from(versions.iter().any(is_other));
            // A scan without the directory has no record, and is about the same groups.
            let about_same = newest_about(chosen.file).filter(|other| *other > chosen.taken_at);
            let latest = about_same.map_or(newest.taken_at, |other| other.max(newest.taken_at));
            if chosen.taken_at < latest && chosen.record.members.is_some() {
                let name = match chosen.record.name.as_str() {
                    "" => id.as_str(),
                    name => name,
                };
                joined.older_members.insert(name.to_owned());
            }
            let mut record = chosen.record.clone();
            // What an older scan of the same subscriptions has of them can have changed since, and so can what a newer one asked for in
            // vain. Scans of other subscriptions are seldom of the same minute, and have no members of a group without a role there: these
            // have a day.
            let is_behind = about_same.is_some() || unread.contains(&id);
            let can_have_changed = is_behind || days(chosen.taken_at, latest) > 0;
            record.members_bounded |= record.members.is_some() && can_have_changed;
            joined.records.push(record);
        }
        Ok(joined)
    }

    /// The groups that the newest file about them has without their members, although no group there has them as a member, so that
    /// it is about them because they have a role.
    fn without_their_members(&self) -> BTreeSet<PrincipalId> {
        let newest = |versions: &'_ Vec<Version>| -> Option<(usize, bool)> {
            let newest = versions.iter().max_by_key(|version| version.taken_at)?;
            let is_group = newest.record.kind == PrincipalKind::Group && newest.record.found;
            Some((newest.file, is_group && newest.record.members.is_none()))
        };
        let lacking = self.versions.iter().filter_map(|(id, versions)| {
            let (file, lacks) = newest(versions)?;
            lacks.then_some((file, id))
        });
        let mut unread: BTreeSet<(usize, &PrincipalId)> = lacking.collect();
        if !unread.is_empty() {
            for version in self.versions.values().flatten() {
                for member in version.record.members.iter().flatten() {
                    for file in version.also.iter().chain([&version.file]) {
                        unread.remove(&(*file, member));
                    }
                }
            }
        }
        unread.into_iter().map(|(_, id)| id.clone()).collect()
    }
}

/// Whole days between two scans.
pub(super) fn days(oldest: Timestamp, newest: Timestamp) -> usize {
    usize::try_from(newest.duration_since(oldest).as_hours() / 24).unwrap_or_default()
}

/// Another record of the same time, of which `is_other` holds.
fn twin_of<'v>(
    one: &Version,
    versions: &'v [Version],
    is_other: impl Fn(&PrincipalRecord) -> bool,
) -> Option<&'v Version> {
    versions
        .iter()
        .find(|version| version.taken_at == one.taken_at && is_other(&version.record))
}

fn one_time(id: PrincipalId, one: &Version, other: &Version) -> OneTime {
    let files = [one.file.min(other.file), one.file.max(other.file)];
    OneTime { id, files }
}

/// What is said of a principal beside its members.
fn without_members(record: &PrincipalRecord) -> PrincipalRecord {
    PrincipalRecord {
        members: None,
        members_bounded: false,
        members_count: None,
        ..record.clone()
    }
}
