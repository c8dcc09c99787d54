//! How the records of accounts are handed out: one after the other, so that whoever asks need not hold them all.
//!
//! What a snapshot says of the tenant as a whole is small, and needed for every account: the [`Frame`] has it. What an
//! account holds is large, and needed once: [`Records`] lends it. A snapshot in memory is both; a reader that goes through
//! a file twice, first for the frame and then for the records, can be the same.

use super::{Gone, Header, Origins, ScanGap, Snapshot, SnapshotError, Subscription};
use crate::model::{Account, AccountRecord, ControlPlane, PrincipalRecord};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Everything of a snapshot but what its accounts hold.
#[derive(Debug, Clone)]
pub struct Frame<'a> {
    /// When, where and what was scanned.
    pub header: &'a Header,
    /// The accounts themselves, sorted by id: their settings, without roles, assignments and databases.
    pub accounts: Vec<&'a Account>,
    /// What Azure RBAC says, sorted by subscription. Empty: it was not collected.
    pub control_planes: &'a [ControlPlane],
    /// What the directory says of principals, sorted by id. `None`: they were not looked up.
    pub principals: Option<&'a [PrincipalRecord]>,
    /// What could not be read above the accounts, sorted.
    pub gaps: &'a [ScanGap],
    /// Accounts that were deleted while the scan ran, sorted by id.
    pub gone: &'a [Gone],
    /// Whether the scan came to its end; if not, accounts may be missing.
    pub ended: bool,
    /// Where all of this is written, if no scan read it.
    pub origins: Option<&'a Origins>,
}

impl Frame<'_> {
    /// Whether Azure RBAC was read, or was to be read. What only a template says wasn't.
    pub fn has_control_plane(&self) -> bool {
        self.control_planes.iter().any(|plane| !plane.of_template.is_all)
            || self.header.scope.as_ref().is_some_and(|scope| scope.control_plane)
    }

    /// Whether Microsoft Graph was asked for principals, or was to be asked.
    pub fn is_graph_asked(&self) -> bool {
        let scope = self.header.scope.as_ref();
        scope.map_or(self.principals.is_some(), |scope| scope.graph)
    }

    /// The subscriptions that it names anywhere, by ID in lower case, with what each is called: its name if that is known, and its ID.
    pub fn subscriptions(&self) -> BTreeMap<String, BTreeSet<&str>> {
        let scanned = self.header.subscriptions.iter().map(|one| one.id.as_str());
        let gaps = self.gaps.iter().filter_map(|one| one.subscription.as_deref());
        let planes = self.control_planes.iter().map(|plane| plane.subscription.as_str());
        let accounts = self.accounts.iter().map(|account| account.id.subscription());
        let mut all: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for id in scanned.chain(gaps).chain(planes).chain(accounts) {
            let name = Subscription::name_by_id(&self.header.subscriptions, id);
            all.entry(id.to_ascii_lowercase())
                .or_default()
                .extend(name.into_iter().chain([id]));
        }
        all
    }

    /// Whether everything above the accounts was read.
    pub fn is_complete(&self) -> bool {
        self.ended
            && self.header.shards.is_none()
            && self.gaps.is_empty()
            && self.control_planes.iter().all(|plane| plane.gaps.is_empty())
    }
}

/// Lends the records of accounts.
pub trait Records: Sync {
    /// Calls `each` once for every account of the frame, with its place there. Calls may come in any order and at the same
    /// time; a record is gone after its call.
    ///
    /// # Errors
    /// When a record cannot be read.
    fn visit(&self, each: &(dyn Fn(usize, &AccountRecord) + Sync)) -> Result<(), SnapshotError>;

    /// Calls `with` with the record of one account of the frame, to have two snapshots side by side. A place that the frame
    /// doesn't have has no record.
    ///
    /// # Errors
    /// When a record cannot be read.
    fn lend(&self, place: usize, with: &(dyn Fn(&AccountRecord) + Sync)) -> Result<(), SnapshotError> {
        self.visit(&|visited, record| {
            if visited == place {
                with(record);
            }
        })
    }
}

impl Records for Snapshot {
    fn lend(&self, place: usize, with: &(dyn Fn(&AccountRecord) + Sync)) -> Result<(), SnapshotError> {
        self.accounts.get(place).into_iter().for_each(with);
        Ok(())
    }

    fn visit(&self, each: &(dyn Fn(usize, &AccountRecord) + Sync)) -> Result<(), SnapshotError> {
        self.accounts
            .par_iter()
            .enumerate()
            .for_each(|(place, record)| each(place, record));
        Ok(())
    }
}

impl Snapshot {
    /// What it says of the tenant as a whole.
    pub fn frame(&self) -> Frame<'_> {
        Frame {
            header: &self.header,
            accounts: self.accounts.iter().map(|record| &record.account).collect(),
            control_planes: &self.control_planes,
            principals: self.principals.as_deref(),
            gaps: &self.gaps,
            gone: &self.gone,
            ended: self.ended,
            origins: self.origins.as_ref(),
        }
    }
}
