//! What is known of a check apart from how it looks for its findings: its id, its severity, its texts, and what it is about.
//! Whoever treats some checks unlike others asks for what they are about, never for their ids.

use super::not_checked::What;
use super::scale::Severity;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use strum::IntoStaticStr;

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
    /// What must have been checked for it to pass: where one of these was not, no finding proves nothing.
    pub needs: &'static [What],
    /// What it finds: a title without a full stop.
    pub summary: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

/// What kind of thing a check finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The tenant deviates from the policy.
    Drift,
    /// Something is odd whatever the policy says.
    Hygiene,
    /// A principal can bypass the roles of the data plane.
    Bypass,
    /// Something could not be checked.
    Coverage,
}

impl Group {
    /// The heading above its checks.
    pub fn title(self) -> &'static str {
        match self {
            Self::Drift => "Deviations from the policy",
            Self::Hygiene => "Hygiene",
            Self::Bypass => "Control-plane bypasses",
            Self::Coverage => "Coverage",
        }
    }
}

/// What the findings of a check are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// One account as a whole: its settings, or what the policy says of it.
    Account,
    /// A role definition of one account.
    Role,
    /// A role assignment of one account.
    Assignment,
    /// What a principal can do in one account, held against the policy: with such a finding its access is not as declared.
    Access,
    /// An assignment of Azure RBAC, which may reach many accounts.
    Tenant,
    /// Who is in a group, which may have access to many accounts.
    Members,
    /// The policy itself: there is no account to narrow a waiver to.
    Policy,
    /// A waiver of the policy: nothing that could be waived in turn.
    Waiver,
    /// What could not be read: no violation, and nothing that a policy has power over. Of accounts, or above them.
    Coverage,
}

impl About {
    /// Whether a check is about single accounts, so that each account passes or fails it.
    pub fn is_of_accounts(self) -> bool {
        !matches!(self, Self::Tenant | Self::Members | Self::Policy | Self::Waiver)
    }

    /// Whether a check is about something that is no part of a single account.
    pub fn is_of_the_whole(self) -> bool {
        !self.is_of_accounts() || self == Self::Coverage
    }
}

impl About {
    /// What a waiver can narrow its findings by; nothing else of them can ever match.
    pub fn selectors(self) -> &'static [Selector] {
        use Selector::{Account, Principal, Role, Scope};
        match self {
            Self::Account => &[Account],
            Self::Role => &[Account, Role],
            Self::Assignment | Self::Access => &[Account, Principal, Scope, Role],
            Self::Tenant => &[Account, Principal, Role],
            Self::Members => &[Account, Principal],
            Self::Policy | Self::Waiver | Self::Coverage => &[],
        }
    }
}

/// A key by which a waiver says which findings it accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Selector {
    /// The account's name.
    Account,
    /// The principal.
    Principal,
    /// The scope that the finding shows.
    Scope,
    /// The role's name.
    Role,
}

impl Selector {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 4] = [Self::Account, Self::Principal, Self::Scope, Self::Role];

    /// Its key in policies.
    pub fn key(self) -> &'static str {
        self.into()
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
