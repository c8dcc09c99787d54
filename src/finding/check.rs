//! What is known of a check apart from how it looks for its findings: its id, its severity, its texts, and what it is about.
//! Whoever treats some checks unlike others asks for what they are about, never for their ids.

use super::scale::Severity;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A check. Each is a `static` beside the function that looks for its findings. The ids are part of the interface: policies,
/// waivers and pipelines rely on them.
#[derive(Debug)]
pub struct Check {
    /// Names it in policies and reports.
    pub id: &'static str,
    /// What kind of thing it finds.
    pub group: Group,
    /// How bad its findings are, unless the policy says otherwise.
    pub severity: Severity,
    /// What its findings are about.
    pub about: About,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

/// What kind of thing a check finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The tenant differs from the policy.
    Drift,
    /// Something is odd whatever the policy says.
    Hygiene,
    /// Somebody can get round the roles of the data plane.
    Bypass,
    /// Something could not be judged.
    Coverage,
}

impl Group {
    /// The heading above its checks.
    pub fn title(self) -> &'static str {
        match self {
            Self::Drift => "drift from the policy",
            Self::Hygiene => "hygiene",
            Self::Bypass => "ways round the data plane",
            Self::Coverage => "coverage",
        }
    }
}

/// What the findings of a check are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// One account, or something in it.
    Account,
    /// What a principal can do in one account, held against the policy: with such a finding its access is not as declared.
    Access,
    /// An assignment of Azure RBAC, which may reach many accounts.
    Tenant,
    /// The policy itself: there is no account to narrow a waiver to.
    Policy,
    /// What could not be read: no violation, and nothing that a policy has power over. Of accounts, or above them.
    Coverage,
}

impl About {
    /// Whether a check is about single accounts, so that each account passes or fails it.
    pub fn is_of_accounts(self) -> bool {
        matches!(self, Self::Account | Self::Access | Self::Coverage)
    }

    /// Whether a check is about something that is no part of a single account.
    pub fn is_of_the_whole(self) -> bool {
        matches!(self, Self::Tenant | Self::Policy | Self::Coverage)
    }
}

impl PartialEq for Check {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Check {}

impl Ord for Check {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(other.id)
    }
}

impl PartialOrd for Check {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Check {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}
