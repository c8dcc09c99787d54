//! A JSON report that an earlier run wrote, as far as later runs read it.

use super::check::Check;
use super::item::FINGERPRINTS;
use super::narrowest::Narrowest;
use super::scale::Confidence;
use super::selected::Selected;
use crate::model::{AccountId, PrincipalId, Scope};
use foldhash::HashMap;
use serde::Deserialize;
use std::fmt;

/// What is wrong with a file that was given as a report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
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

/// A report.
#[derive(Debug, Deserialize)]
pub struct WrittenReport {
    tool: Option<Tool>,
    #[serde(default)]
    pub(super) snapshot: Scanned,
    pub(super) accounts: Vec<Account>,
    /// The findings, in the order of the report.
    pub findings: Vec<WrittenFinding>,
}

/// What was scanned.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Scanned {
    /// The tenant's id; empty when it is not known.
    #[serde(default)]
    pub(super) tenant: String,
}

#[derive(Debug, Deserialize)]
struct Tool {
    fingerprints: Option<u32>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Account {
    pub(super) id: AccountId,
    pub(super) principals: Vec<Principal>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Principal {
    pub(super) id: PrincipalId,
    name: Option<String>,
}

/// A finding of a report.
#[derive(Debug, Deserialize)]
pub struct WrittenFinding {
    /// Its fingerprint.
    pub fingerprint: String,
    /// Whether it counted then, by the word of a [`State`](super::State).
    pub state: String,
    /// The check's id.
    pub check: String,
    pub(super) severity: String,
    pub(super) confidence: String,
    pub(super) account: Option<AccountId>,
    pub(super) subject: Option<String>,
    pub(super) principal: Option<Principal>,
    pub(super) scope: Option<String>,
    /// Reports of earlier versions have none: then it is that of the witness, if there is one.
    role: Option<String>,
    /// Whether its role definition was read; left out: it was.
    pub(super) role_read: Option<bool>,
    witness: Option<Witness>,
    pub(super) reach: Option<Reach>,
    /// Reports of earlier versions have none.
    pub(super) title: Option<String>,
    pub(super) message: String,
    /// The waiver that accepted it.
    pub waiver: Option<WrittenWaiver>,
}

#[derive(Debug, Deserialize)]
struct Witness {
    role_definition: Option<Role>,
}

#[derive(Debug, Deserialize)]
struct Role {
    name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Reach {
    pub(super) named: Vec<AccountId>,
    /// Of those named; left out: it is at all of them as sure as the finding.
    #[serde(default)]
    pub(super) possible: Vec<AccountId>,
}

/// The waiver of a finding of a report.
#[derive(Debug, Deserialize)]
pub struct WrittenWaiver {
    /// The last day on which it held.
    pub expires: String,
    /// Where it was written.
    pub policy: WrittenPlace,
}

/// A place in a policy file, as a report names it.
#[derive(Debug, Deserialize)]
pub struct WrittenPlace {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
}

impl fmt::Display for WrittenPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl WrittenReport {
    /// Reads a JSON report.
    ///
    /// # Errors
    /// When the text is none.
    pub fn parse(text: &str) -> Result<Self, ReportError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let shape = |error: serde_json::Error| ReportError::Shape {
            line: error.line(),
            column: error.column(),
            message: error
                .to_string()
                .split(" at line ")
                .next()
                .unwrap_or_default()
                .to_owned(),
        };
        let head: Head = serde_json::from_str(text).map_err(|error| match error.is_data() {
            true => ReportError::Format,
            false => shape(error),
        })?;
        match (head.format.as_deref(), head.version) {
            (Some("cosmos-rbac/report"), Some(1)) => {}
            (Some("cosmos-rbac/report"), Some(version)) => return Err(ReportError::Version(version)),
            _ => return Err(ReportError::Format),
        }
        serde_json::from_str(text).map_err(shape)
    }

    /// The narrowest waivers of its findings, by their fingerprints. `check`: the check of an ID.
    pub fn narrowest(&self, check: impl Fn(&str) -> Option<&'static Check>) -> HashMap<&str, Narrowest> {
        let known = || (self.findings.iter()).filter_map(|finding| Some((check(&finding.check)?, finding)));
        let accounts = self.accounts.iter().map(|account| account.id.name());
        let waivers = Narrowest::of_all(known().map(|(check, finding)| (check, finding.selected())), accounts);
        let all = known().zip(waivers);
        all.filter_map(|((_, finding), waiver)| Some((finding.fingerprint.as_str(), waiver?)))
            .collect()
    }

    /// Whether findings of this version's audits can have its fingerprints.
    pub fn has_fingerprints_of_this_version(&self) -> bool {
        self.fingerprints() == Some(FINGERPRINTS)
    }

    /// The version of its fingerprints; reports of the first versions don't say.
    pub(super) fn fingerprints(&self) -> Option<u32> {
        self.tool.as_ref()?.fingerprints
    }
}

impl WrittenFinding {
    /// What was wrong, and where, in one line.
    pub fn headline(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.message)
    }

    /// The name of the principal concerned.
    pub fn principal_name(&self) -> Option<&str> {
        self.principal.as_ref()?.name.as_deref()
    }

    /// What waivers tell it from others by.
    pub fn selected(&self) -> Selected<'_> {
        let proven = || Some(self.witness.as_ref()?.role_definition.as_ref()?.name.as_str());
        let scope = || Scope::parse(self.scope.as_deref()?, self.account.as_ref()?).ok();
        Selected {
            accounts: match &self.reach {
                Some(reach) => Some(reach.named.iter().map(AccountId::name).collect()),
                None => self.account.as_ref().map(|id| vec![id.name()]),
            },
            principal: self.principal.as_ref().map(|principal| &principal.id),
            scope: scope(),
            role: self.role.as_deref().or_else(proven),
            confidence: match self.confidence == Confidence::Possible.word() {
                true => Confidence::Possible,
                false => Confidence::Certain,
            },
            fingerprint: self.fingerprint.as_str().into(),
        }
    }
}
