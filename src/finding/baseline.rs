//! An earlier report, against which a new one is compared: what was found then is known, and does not fail a pipeline
//! again.

use super::item::Finding;
use super::scale::State;
use crate::model::{AccountId, PrincipalId};
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};

/// What an earlier report found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    fingerprints: HashSet<String>,
    principals: BTreeMap<AccountId, HashSet<PrincipalId>>,
}

/// What is wrong with a file that was given as a baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is no JSON, or not of this shape.
    #[error("line {line}, column {column}: {message}; give a report that `audit -f json` wrote")]
    Shape {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// It is something else.
    #[error("it is no report of this program; give a report that `audit -f json` wrote")]
    Format,
    /// It is a report of a later program.
    #[error("its version is {0}, and this program reads version 1; use a newer cosmos-rbac")]
    Version(u64),
}

#[derive(Deserialize)]
struct Head {
    format: Option<String>,
    version: Option<u64>,
}

#[derive(Deserialize)]
struct Report {
    accounts: Vec<Account>,
    findings: Vec<Found>,
}

#[derive(Deserialize)]
struct Account {
    id: AccountId,
    principals: Vec<Principal>,
}

#[derive(Deserialize)]
struct Principal {
    id: PrincipalId,
}

#[derive(Deserialize)]
struct Found {
    fingerprint: String,
    state: String,
}

impl Baseline {
    /// Reads a JSON report.
    ///
    /// # Errors
    /// When the text is none.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let shape = |error: serde_json::Error| BaselineError::Shape {
            line: error.line(),
            column: error.column(),
            message: error
                .to_string()
                .split(" at line ")
                .next()
                .unwrap_or_default()
                .to_owned(),
        };
        let head: Head = serde_json::from_str(text).map_err(shape)?;
        match (head.format.as_deref(), head.version) {
            (Some("cosmos-rbac/report"), Some(1)) => {}
            (Some("cosmos-rbac/report"), Some(version)) => return Err(BaselineError::Version(version)),
            _ => return Err(BaselineError::Format),
        }
        let report: Report = serde_json::from_str(text).map_err(shape)?;
        let principals = report.accounts.into_iter().map(|account| {
            let ids = account.principals.into_iter().map(|principal| principal.id);
            (account.id, ids.collect())
        });
        // What a waiver accepted was not accepted for good: it counts once the waiver is over.
        let counted = report
            .findings
            .into_iter()
            .filter(|found| found.state != State::Waived.word());
        Ok(Self {
            principals: principals.collect(),
            fingerprints: counted.map(|found| found.fingerprint).collect(),
        })
    }

    /// Whether the finding was there already. What could not be read is told every time.
    pub fn knows(&self, finding: &Finding) -> bool {
        !finding.is_gap() && self.fingerprints.contains(&finding.fingerprint())
    }

    /// Whether the principal had a role assignment in the account already.
    pub fn had(&self, account: &AccountId, principal: &PrincipalId) -> bool {
        self.principals.get(account).is_some_and(|ids| ids.contains(principal))
    }
}
