//! Columns of accounts that have millions of entries in large reports: each entry is made while it is written, of what the report
//! holds already and of the places in tables, which are all that is kept.

use super::intern::NONE;
use super::matrix::Columns;
use crate::finding::{AccountSummary, Report};
use crate::model::Shown;
use serde::{Serialize, Serializer};

/// Of each account, the principals: place in `principals`, how many assignments, state.
pub(super) struct Principals<'r> {
    report: &'r Report,
    /// Of each account, the place of each principal.
    pub(super) places: Vec<Box<[i32]>>,
    /// The states that there are, with the place of their text.
    pub(super) states: Vec<(&'static str, i32)>,
}

impl<'r> Principals<'r> {
    pub(super) fn of(report: &'r Report) -> Self {
        Self {
            report,
            places: Vec::new(),
            states: Vec::new(),
        }
    }
}

impl Serialize for Principals<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let state = |word: &str| {
            let mut states = self.states.iter();
            states
                .find(|(known, _)| *known == word)
                .map_or(NONE, |(_, place)| *place)
        };
        rows(serializer, self.report, &self.places, |account, places| {
            let all = account.principals.iter().zip(places);
            let rows = all.map(|(one, place)| (*place, one.assignments, state(one.state.word())));
            rows.collect::<Vec<(i32, u32, i32)>>()
        })
    }
}

/// Of each account, the grants: place in its principals, role, column of the scope, how many columns that covers.
pub(super) struct Grants<'r> {
    report: &'r Report,
    /// Of each account, the place of each role.
    pub(super) roles: Vec<Box<[i32]>>,
}

impl<'r> Grants<'r> {
    pub(super) fn of(report: &'r Report) -> Self {
        Self {
            report,
            roles: Vec::new(),
        }
    }
}

impl Serialize for Grants<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        rows(serializer, self.report, &self.roles, |account, roles| {
            let grants = account.access.as_ref().map_or(&[][..], |access| &access.grants);
            let matrix = Columns::of(grants);
            let rows = grants.iter().map(|grant| {
                let role = roles.get(grant.role).copied().unwrap_or(NONE);
                let (column, covered) = matrix.covered(&grant.scope);
                (grant.principal, role, column, covered)
            });
            rows.collect::<Vec<_>>()
        })
    }
}

/// Of each account, the bypasses: place in `bypasses`, and whether it is certain.
pub(super) struct Bypasses<'r>(pub(super) &'r Report);

impl Serialize for Bypasses<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows = |account: &AccountSummary| -> Vec<(usize, bool)> {
            let all = account.bypasses.iter();
            all.map(|one| (one.bypass, one.certain)).collect()
        };
        serializer.collect_seq(self.0.shown_accounts().map(|(_, account)| rows(account)))
    }
}

/// Of each account, the role assignments of its grants, in their order. Nearly all are GUIDs that stand nowhere else, so each is made
/// while it is written, and none is held.
pub(super) struct Assignments<'r>(pub(super) &'r Report);

impl Serialize for Assignments<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.shown_accounts().map(|(_, account)| OfAccount(account)))
    }
}

/// Those of one account.
struct OfAccount<'r>(&'r AccountSummary);

impl Serialize for OfAccount<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let grants = self.0.access.iter().flat_map(|access| &access.grants);
        serializer.collect_seq(grants.map(|grant| String::from(Shown::of_value(&grant.assignment))))
    }
}

/// Writes what `row` makes of each account that is shown and of what is kept of it.
fn rows<S: Serializer, T: Serialize>(
    serializer: S,
    report: &Report,
    kept: &[Box<[i32]>],
    row: impl Fn(&AccountSummary, &[i32]) -> T,
) -> Result<S::Ok, S::Error> {
    let accounts = report.shown_accounts().map(|(_, account)| account).zip(kept);
    serializer.collect_seq(accounts.map(|(account, kept)| row(account, kept)))
}
