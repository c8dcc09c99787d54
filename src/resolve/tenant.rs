//! A scanned tenant, resolved: who can do what where. It knows no policy: auditing, asking, comparing and drafting a policy
//! all begin here.
//!
//! What concerns the tenant as a whole is held: the directory, Azure RBAC, the accounts' settings. What an account holds is
//! lent by [`Records`], one account at a time, and resolved when it is asked for: an audit of many accounts holds what it
//! found, not what it read.

use super::control_plane::{ControlAccess, Powers};
use super::data_plane::Access;
use super::directory::Directory;
use super::role_sets::RoleSets;
use crate::model::{Account, AccountRecord, ActionPattern};
use crate::snapshot::{Frame, Records, Snapshot, SnapshotError};
use rayon::prelude::*;
use std::sync::OnceLock;

/// A tenant as a scan saw it.
pub struct Tenant<'a> {
    /// What the scan says of the tenant as a whole.
    pub frame: Frame<'a>,
    /// Who principals are, and who is in which group.
    pub directory: Directory<'a>,
    /// Who can get at which accounts through Azure RBAC.
    pub control: ControlAccess<'a>,
    /// Who has the actions that open paths from elsewhere.
    pub powers: Powers<'a>,
    records: &'a dyn Records,
    role_sets: RoleSets,
}

impl<'a> Tenant<'a> {
    /// Resolves what concerns the tenant as a whole; `records` lends the accounts of `frame`.
    pub fn new(frame: Frame<'a>, records: &'a dyn Records) -> Self {
        let directory = Directory::new(frame.principals).with_delegations(frame.control_planes);
        Self {
            control: ControlAccess::resolve(
                frame.control_planes,
                frame.accounts.clone(),
                &directory,
                frame.header.taken_at,
            ),
            powers: Powers::new(frame.control_planes, frame.header.taken_at),
            directory,
            role_sets: RoleSets::default(),
            records,
            frame,
        }
    }

    /// The tenant of a snapshot that is held in memory.
    pub fn of(snapshot: &'a Snapshot) -> Self {
        Self::new(snapshot.frame(), snapshot)
    }

    /// The account of a place in the frame.
    pub fn account(&self, place: usize) -> Option<&'a Account> {
        self.frame.accounts.get(place).copied()
    }

    /// What the roles of an account say, whose record is lent. The universe also holds what `also` names.
    pub fn access<'r, 'p>(
        &self,
        record: &'r AccountRecord,
        also: impl IntoIterator<Item = &'p ActionPattern>,
    ) -> Access<'r> {
        Access::with(record, self.role_sets.of(record, also.into_iter()))
    }

    /// What `of` says of the account of a place in the frame, if there is one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn for_account<T: Send + Sync>(
        &self,
        place: usize,
        of: impl Fn(&AccountRecord) -> T + Sync,
    ) -> Result<Option<T>, SnapshotError> {
        let answer = OnceLock::new();
        self.records.lend(place, &|record| {
            // Asked once.
            let _ = answer.set(of(record));
        })?;
        Ok(answer.into_inner())
    }

    /// What `of` says of the accounts of some places, in their order, for those who can't hold what it says of all. Accounts are read in
    /// parallel.
    ///
    /// # Errors
    /// When an account cannot be read.
    pub fn for_accounts<T: Send + Sync>(
        &self,
        places: &[usize],
        of: impl Fn(usize, &AccountRecord) -> Option<T> + Sync,
    ) -> Result<Vec<Option<T>>, SnapshotError> {
        let one = |place: &usize| {
            let found = self.for_account(*place, |record| of(*place, record))?;
            found.ok_or(SnapshotError::Lost { accounts: 1 })
        };
        places.par_iter().map(one).collect()
    }

    /// What `of` says of each account, given its place in the frame, in the order of their ids. Accounts are read in parallel, and none is held longer
    /// than its call.
    ///
    /// # Errors
    /// When an account cannot be read.
    pub fn for_each_account<T: Send + Sync>(
        &self,
        of: impl Fn(usize, &AccountRecord) -> T + Sync,
    ) -> Result<Vec<T>, SnapshotError> {
        let answers: Vec<OnceLock<T>> = self.frame.accounts.iter().map(|_| OnceLock::new()).collect();
        self.records.visit(&|place, record| {
            if let Some(answer) = answers.get(place) {
                // Asked once for each place.
                let _ = answer.set(of(place, record));
            }
        })?;
        // An account without an answer would be missing from every report, as if there were none.
        let number = answers.len();
        let answers: Vec<T> = answers.into_iter().filter_map(OnceLock::into_inner).collect();
        if answers.len() == number {
            Ok(answers)
        } else {
            Err(SnapshotError::Lost {
                accounts: number - answers.len(),
            })
        }
    }
}

/// A tenant lends the accounts that it was made of.
impl Records for Tenant<'_> {
    fn visit(&self, each: &(dyn Fn(usize, &AccountRecord) + Sync)) -> Result<(), SnapshotError> {
        self.records.visit(each)
    }

    fn lend(&self, place: usize, with: &(dyn Fn(&AccountRecord) + Sync)) -> Result<(), SnapshotError> {
        self.records.lend(place, with)
    }
}
