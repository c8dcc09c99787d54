//! One column for each field: what the scripts read as `accounts` and `findings`. Numbers are places in the tables of
//! `data.rs`, and -1 is none.

use super::streamed::{Bypasses, Grants, Principals};
use crate::finding::{Report, Severity};
use serde::Serialize;

/// A bypass: principal, kind, action and pattern (none where the role definition wasn't read), id and name of the Azure role, scope, assignment, and
/// whether it must be activated first.
pub(super) type Bypass = (i32, usize, i32, i32, i32, i32, i32, i32, bool);

#[derive(Serialize)]
pub(super) struct Check {
    pub(super) id: &'static str,
    /// Empty for a check that did not run.
    pub(super) severity: &'static str,
    pub(super) group: &'static str,
    /// Places in `not_checked`: why it could not pass everywhere.
    pub(super) not_run: Vec<usize>,
    /// What must have been checked for it to pass.
    pub(super) needs: Vec<&'static str>,
    pub(super) summary: &'static str,
    pub(super) why: &'static str,
    pub(super) fix: &'static str,
}

#[derive(Serialize)]
pub(super) struct Accounts<'r> {
    pub(super) id: Vec<i32>,
    pub(super) name: Vec<i32>,
    pub(super) group: Vec<i32>,
    pub(super) subscription: Vec<i32>,
    pub(super) location: Vec<i32>,
    pub(super) api: Vec<i32>,
    pub(super) keys_refused: Vec<Option<bool>>,
    /// Where keys are refused: whether only the switch says so.
    pub(super) keys_doubtful: Vec<bool>,
    /// What one signs in with besides an identity: 0 account keys, 1 passwords, 2 nothing at all.
    pub(super) sign_in: Vec<u8>,
    pub(super) key_writes_refused: Vec<Option<bool>>,
    pub(super) blocks: Vec<Box<[i32]>>,
    pub(super) owner: Vec<i32>,
    pub(super) role_definitions: Vec<Option<usize>>,
    pub(super) role_assignments: Vec<Option<usize>>,
    pub(super) databases: Vec<Option<usize>>,
    /// `None`: not all of them are known.
    pub(super) database_names: Vec<Option<Box<[i32]>>>,
    pub(super) gaps: Vec<usize>,
    /// Whether role definitions, role assignments, databases or principals were not read in full.
    pub(super) partly: Vec<[bool; 4]>,
    /// Places in `not_checked`.
    pub(super) not_checked: Vec<Box<[u32]>>,
    pub(super) principals: Principals<'r>,
    /// The columns of the matrix: whatever a scope covers stands right behind it.
    pub(super) scopes: Vec<Box<[i32]>>,
    pub(super) grants: Grants<'r>,
    pub(super) bypasses: Bypasses<'r>,
}

impl<'r> Accounts<'r> {
    /// Of the accounts of a report, with nothing yet.
    pub(super) fn of(report: &'r Report) -> Self {
        Self {
            id: Vec::new(),
            name: Vec::new(),
            group: Vec::new(),
            subscription: Vec::new(),
            location: Vec::new(),
            api: Vec::new(),
            keys_refused: Vec::new(),
            keys_doubtful: Vec::new(),
            sign_in: Vec::new(),
            key_writes_refused: Vec::new(),
            blocks: Vec::new(),
            owner: Vec::new(),
            role_definitions: Vec::new(),
            role_assignments: Vec::new(),
            databases: Vec::new(),
            database_names: Vec::new(),
            gaps: Vec::new(),
            partly: Vec::new(),
            not_checked: Vec::new(),
            principals: Principals::of(report),
            scopes: Vec::new(),
            grants: Grants::of(report),
            bypasses: Bypasses(report),
        }
    }
}

#[derive(Serialize, Default)]
pub(super) struct Findings {
    /// One after the other, 32 characters each.
    pub(super) fingerprints: String,
    pub(super) check: Vec<usize>,
    pub(super) severity: Vec<usize>,
    pub(super) possible: Vec<u8>,
    /// Place in `states`.
    pub(super) state: Vec<usize>,
    /// Place in `waivers`.
    pub(super) waiver: Vec<i32>,
    /// Place in `drafts`.
    pub(super) draft: Vec<i32>,
    pub(super) account: Vec<i32>,
    /// Who answers for the accounts; several are separated by commas.
    pub(super) owner: Vec<i32>,
    pub(super) subject: Vec<i32>,
    pub(super) subject_name: Vec<i32>,
    pub(super) principal: Vec<i32>,
    pub(super) scope: Vec<i32>,
    pub(super) reach: Vec<i32>,
    pub(super) actions: Vec<i32>,
    pub(super) title: Vec<i32>,
    pub(super) message: Vec<i32>,
    pub(super) witness: Vec<i32>,
    pub(super) policy: Vec<i32>,
    pub(super) remedy: Vec<i32>,
    /// Place in `steps`.
    pub(super) steps: Vec<i32>,
}

#[derive(Serialize)]
pub(super) struct Cause {
    pub(super) id: i32,
    pub(super) title: i32,
    pub(super) detail: i32,
    /// Place in `severities`.
    pub(super) severity: usize,
    pub(super) findings: Vec<usize>,
    pub(super) remedy: i32,
    /// Place in `steps`.
    pub(super) steps: i32,
    /// What the change closes and opens, the mildest severity first.
    pub(super) effect: Option<[Counts; 2]>,
}

pub(super) type Counts = [usize; Severity::ALL.len()];

#[derive(Serialize)]
pub(super) struct Fixed {
    /// Place in `severities`.
    pub(super) severity: usize,
    pub(super) check: i32,
    pub(super) account: i32,
    pub(super) title: i32,
    pub(super) message: i32,
    pub(super) fingerprint: i32,
}
