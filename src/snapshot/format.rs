//! The lines of a snapshot file.

use super::shard::Shards;
use crate::model::azure_rbac::AzurePlace;
use crate::model::listed_only::{LISTED_ONLY, ListedOnly};
use crate::model::{AccountId, AccountRecord, AzureScope, ControlPlane, Gap, PrincipalRecord, ScannedBy};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Says what kind of file it is.
pub const FORMAT: &str = "cosmos-rbac/snapshot";
/// The version of the format that this program writes and reads.
pub const VERSION: u32 = 1;
/// Principals in one line, so that no line grows with the tenant. Readers take any number.
const PRINCIPALS_PER_LINE: usize = 1000;
/// Members of groups in one line, about 4 MB of ids, unless a single group has more.
const MEMBERS_PER_LINE: usize = 100_000;

/// Gaps above the accounts that a file may have, and those for each of its accounts and control planes: more than a scan
/// finds, and few enough to be held in memory.
const GAPS_ABOVE: usize = 50_000;
const GAPS_PER_RECORD: usize = 1_000;

/// The first line: when, where and what was scanned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Header {
    /// Always `cosmos-rbac/snapshot`.
    pub format: String,
    /// Always 1.
    pub version: u32,
    /// When the scan began, UTC, whole seconds.
    pub taken_at: Timestamp,
    /// When the newest of the snapshots was taken that were merged into it, if they were taken at different times: `taken_at` is that of
    /// the oldest.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::model::time::optional"
    )]
    pub last_taken_at: Option<Timestamp>,
    /// The cloud: `public`, `usgov`, `china` or `custom`.
    pub cloud: String,
    /// The tenant's id, as far as it is known.
    pub tenant: String,
    /// The tenant's name. `None`: it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_name: Option<String>,
    /// The subscriptions that were scanned, sorted by id.
    pub subscriptions: Vec<Subscription>,
    /// What the scan was asked for, so that only the same scan continues it. `None`: the file does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Extent>,
    /// Which shards of the scan the file holds. `None`: it is no part of a scan, or all of them are in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shards: Option<Shards>,
    /// Who began the scan: it holds what they could read. `None`: the file does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scanned_by: Option<ScannedBy>,
}

impl Header {
    /// When the newest was read of what it holds. Whatever ends has ended by then.
    pub fn last_taken_at(&self) -> Timestamp {
        self.last_taken_at.map_or(self.taken_at, |last| last.max(self.taken_at))
    }

    /// Whether role assignments of other APIs than an account's own were read, as far as it says.
    pub fn has_foreign_kinds(&self) -> bool {
        self.scope.as_ref().is_some_and(|scope| scope.foreign_kinds)
    }

    /// Whether clusters were listed beside accounts, as far as it says.
    pub fn has_clusters(&self) -> bool {
        self.scope.as_ref().is_some_and(|scope| scope.clusters)
    }

    /// Whether all resources were listed of which nothing else is read, as far as it says.
    pub fn has_listed_only(&self) -> bool {
        let asked = self.scope.iter().flat_map(|scope| &scope.resources);
        let asked: Vec<&String> = asked.collect();
        let is_asked = |row: &ListedOnly| {
            let name = row.resource_type.name();
            asked.iter().any(|asked| asked.eq_ignore_ascii_case(name))
        };
        LISTED_ONLY.iter().all(is_asked)
    }

    /// Whether a subscription was scanned.
    pub fn has_subscription(&self, id: &str) -> bool {
        self.subscriptions.iter().any(|found| found.id.eq_ignore_ascii_case(id))
    }
}

/// What a scan was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Scope")] // The name in the published schema.
pub struct Extent {
    /// Which subscriptions.
    pub target: TargetKind,
    /// The management group, if that is the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub management_group: Option<String>,
    /// Whether databases and containers were read.
    pub inventory: bool,
    /// Whether role assignments of other APIs than an account's own were read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub foreign_kinds: bool,
    /// Whether MongoDB vCore and managed Cassandra clusters were listed. Older versions didn't.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clusters: bool,
    /// The types of which resources were listed, and nothing else was read. Older versions asked for none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// Whether Azure RBAC was read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub control_plane: bool,
    /// Whether principals were looked up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub graph: bool,
}

/// How the subscriptions of a scan were chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TargetKind {
    /// They were given one by one.
    Subscriptions,
    /// All below a management group.
    ManagementGroup,
    /// All that the credential saw.
    AllSubscriptions,
}

impl Header {
    /// A header of the version that this program writes.
    pub fn new(taken_at: Timestamp, cloud: String, tenant: String, subscriptions: Vec<Subscription>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            taken_at,
            last_taken_at: None,
            cloud,
            tenant,
            tenant_name: None,
            subscriptions,
            scope: None,
            shards: None,
            scanned_by: None,
        }
    }
}

/// A subscription that was scanned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Subscription {
    /// Its id.
    pub id: String,
    /// Its display name, or empty when it is not known.
    pub name: String,
}

impl Subscription {
    /// The name of a subscription. `None`: it is not known.
    pub fn name_by_id<'s>(all: &'s [Self], id: &str) -> Option<&'s str> {
        let own = |found: &&Self| found.id.eq_ignore_ascii_case(id) && !found.name.is_empty();
        all.iter().find(own).map(|found| found.name.as_str())
    }

    /// The name of an account's subscription, or its id where no name is known.
    pub fn name_of<'s>(all: &'s [Self], account: &'s AccountId) -> &'s str {
        let id = account.subscription();
        Self::name_by_id(all, id).unwrap_or(id)
    }

    /// A scope of Azure RBAC as people call it.
    pub fn place<'s>(all: &'s [Self], scope: &'s AzureScope) -> AzurePlace<'s> {
        let id = scope.subscription();
        AzurePlace::new(scope, id.and_then(|id| Self::name_by_id(all, id)))
    }
}

/// Something above the accounts that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ScanGap {
    /// The subscription, unless it concerns the whole scan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription: Option<String>,
    /// What could not be read, and why.
    #[serde(flatten)]
    pub gap: Gap,
}

/// An account that was listed, and was deleted before it could be read. It is no gap: there is nothing left to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Gone {
    /// Its ARM id.
    pub id: AccountId,
}

/// The last line: how much there was, so that a cut-off file is told from a whole one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct End {
    /// How many accounts the file holds.
    pub accounts: usize,
    /// How many gaps the file holds, those on accounts and in control planes included.
    pub gaps: usize,
    /// How many accounts were gone.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub gone: usize,
    /// How many subscriptions have a control plane.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub control_planes: usize,
    /// How many principals the file holds; `None`: it has no such line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principals: Option<usize>,
}

impl End {
    /// Counts a line. Whoever writes or reads lines counts them here, so that all count alike.
    ///
    /// # Errors
    /// When there are more gaps than what was scanned explains.
    pub fn count(&mut self, line: &Line) -> Result<(), String> {
        match line {
            Line::Account(record) => {
                self.accounts += 1;
                self.gaps += record.gaps.len();
            }
            Line::ControlPlane(plane) => {
                self.control_planes += 1;
                self.gaps += plane.gaps.len();
            }
            Line::Principals(list) => *self.principals.get_or_insert(0) += list.len(),
            Line::Gap(_) => self.gaps += 1,
            Line::Gone(_) => self.gone += 1,
            Line::Header(_) | Line::End(_) => {}
        }
        self.check()
    }

    /// Whether there are no more gaps than what was scanned explains.
    ///
    /// # Errors
    /// When there are. Says how many there can be.
    pub(super) fn check(&self) -> Result<(), String> {
        let most = GAPS_ABOVE + GAPS_PER_RECORD.saturating_mul(self.accounts + self.control_planes);
        if self.gaps > most {
            return Err(format!(
                "the snapshot has more than {most} gaps, the limit for {} accounts; take a new snapshot",
                self.accounts
            ));
        }
        Ok(())
    }

    /// Compares what the file says at its end with what it holds.
    ///
    /// # Errors
    /// When they differ. Says how.
    pub(super) fn expect(self, found: Self) -> Result<(), String> {
        if self == found {
            return Ok(());
        }
        Err(format!(
            "`end` counts {self}, but the file contains {found}; take a new snapshot"
        ))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = |number: usize, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
        write!(f, "{} and {}", count(self.accounts, "account"), count(self.gaps, "gap"))?;
        match self.gone {
            0 => {}
            gone => write!(f, " ({gone} deleted)")?,
        }
        match self.control_planes {
            0 => {}
            planes => write!(f, ", {}", count(planes, "control plane"))?,
        }
        match self.principals {
            None => Ok(()),
            Some(principals) => write!(f, ", {}", count(principals, "principal")),
        }
    }
}

/// One line of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// The first.
    Header(Header),
    /// An account with all that was read of it.
    Account(Box<AccountRecord>),
    /// What Azure RBAC says of a subscription.
    ControlPlane(Box<ControlPlane>),
    /// Some of the principals.
    Principals(Vec<PrincipalRecord>),
    /// A gap above the accounts.
    Gap(ScanGap),
    /// An account that was deleted meanwhile.
    Gone(Gone),
    /// The last.
    End(End),
}

impl Line {
    /// The lines of all principals: one that is empty if there are none, since without a line they weren't looked up.
    pub fn of_principals(all: &[PrincipalRecord]) -> impl Iterator<Item = Self> {
        let mut left = Some(all);
        std::iter::from_fn(move || {
            let (line, rest) = first_line(left?);
            left = (!rest.is_empty()).then_some(rest);
            Some(Self::Principals(line.to_vec()))
        })
    }
}

/// What fits into one line, and the rest.
fn first_line(principals: &[PrincipalRecord]) -> (&[PrincipalRecord], &[PrincipalRecord]) {
    let mut members = 0;
    let fitting = principals.iter().take(PRINCIPALS_PER_LINE).take_while(|principal| {
        members += principal.members.as_ref().map_or(0, Vec::len);
        members <= MEMBERS_PER_LINE
    });
    let count = fitting.count().max(1).min(principals.len());
    principals.split_at(count)
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
