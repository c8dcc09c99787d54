//! What an audit finds, and the report that holds it. Knows how findings are ordered, counted and identified, but
//! neither how they come about nor how they are shown.

mod access;
mod baseline;
mod report;

pub use access::{Ability, AbilityKind, AccessSummary, GrantSummary, RoleSummary, RouteSummary, WaySummary};
pub use baseline::{Baseline, BaselineError};
pub use report::{
    AccountSummary, CheckSummary, Gate, Notice, Parts, PrincipalState, PrincipalSummary, Report, SnapshotSummary,
    Summary, Verdict,
};

use crate::model::{AccountId, PrincipalId, PrincipalKind, Scope};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Note,
    /// To be tidied up.
    Low,
    /// To be fixed.
    Medium,
    /// To be fixed soon.
    High,
    /// To be fixed now.
    Critical,
}

impl Severity {
    /// From the mildest to the worst.
    pub const ALL: [Self; 5] = [Self::Note, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word for it in policies, reports and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// How sure a finding is, given that the service's behaviour is not documented in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// True in one reading of the wildcards only; the message says what it depends on.
    Possible,
    /// True however the wildcards are read.
    Certain,
}

impl Confidence {
    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Certain => "certain",
        }
    }
}

/// Whether a finding counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It counts.
    New,
    /// An earlier report has it.
    Known,
    /// A waiver accepts it until a day.
    Waived,
}

impl State {
    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Known => "known",
            Self::Waived => "waived",
        }
    }
}

macro_rules! check_ids {
    ($($variant:ident = $id:literal,)*) => {
        /// Names a check. The ids are part of the interface: policies, waivers and pipelines rely on them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum CheckId {
            $(#[doc = concat!("`", $id, "`")] $variant,)*
        }

        impl CheckId {
            /// All of them, in the order of `explain`.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The id in policies and reports.
            pub fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)*
                }
            }
        }
    };
}

check_ids! {
    LocalAuthEnabled = "local-auth-enabled",
    KeyMetadataWrites = "key-metadata-writes",
    ExcessAccess = "excess-access",
    MissingAccess = "missing-access",
    DeniedAccess = "denied-access",
    RoleDrift = "role-drift",
    RoleMissing = "role-missing",
    RoleUndeclared = "role-undeclared",
    AccountUnmanaged = "account-unmanaged",
    PolicyUnused = "policy-unused",
    WaiverExpired = "waiver-expired",
    WaiverUnused = "waiver-unused",
    WildcardAction = "wildcard-action",
    UnknownAction = "unknown-action",
    NotDataActions = "not-data-actions",
    AccountScopeWrite = "account-scope-write",
    DanglingRole = "dangling-role",
    DanglingScope = "dangling-scope",
    MalformedScope = "malformed-scope",
    ScopeNotAssignable = "scope-not-assignable",
    RoleUnused = "role-unused",
    AssignmentRedundant = "assignment-redundant",
    LimitNear = "limit-near",
    OrphanedPrincipal = "orphaned-principal",
    DirectUser = "direct-user",
    KeyAccess = "key-access",
    SelfGrant = "self-grant",
    LocalAuthSwitch = "local-auth-switch",
    RoleAssignmentWrite = "role-assignment-write",
    CollectionIncomplete = "collection-incomplete",
}

impl CheckId {
    /// The check of this id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|check| check.id() == id)
    }
}

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// A place in a policy file. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyRef {
    /// The file, as it was named on the command line.
    pub file: Arc<str>,
    /// The line.
    pub line: u64,
    /// The column, in characters.
    pub column: u64,
}

impl fmt::Display for PolicyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A principal, with the name that the policy or the directory gives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrincipalRef {
    /// Its object id.
    pub id: PrincipalId,
    /// Its name, if one is known.
    pub name: Option<String>,
    /// What it is, as far as the directory said.
    pub kind: PrincipalKind,
}

impl fmt::Display for PrincipalRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.id),
        }
    }
}

/// A role definition, as a witness names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RoleRef {
    /// Its ARM id.
    pub id: String,
    /// The name that people see.
    pub name: String,
}

/// The proof of a finding: one concrete action at one concrete scope, and the chain that grants it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Witness {
    /// Who.
    pub principal: Option<PrincipalRef>,
    /// May do what: a data action in full, or one of Azure RBAC.
    pub action: Option<String>,
    /// Where.
    pub scope: Option<Scope>,
    /// Where, for an action of Azure RBAC: the scope of the assignment.
    pub azure_scope: Option<String>,
    /// Through which role assignment (ARM id).
    pub assignment: Option<String>,
    /// And which role definition.
    pub role: Option<RoleRef>,
    /// And which of its patterns.
    pub pattern: Option<String>,
}

/// What to do about a finding. Commands are printed, never run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remedy {
    /// In words.
    pub summary: String,
    /// For a POSIX shell, with every value quoted.
    pub command: Option<String>,
}

/// The accounts that an assignment of Azure RBAC reaches, as far as the finding concerns them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The scope of the assignment.
    pub scope: String,
    /// Their places in [`Report::accounts`], in order.
    pub accounts: Vec<usize>,
}

/// Why a finding is waived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// Why somebody accepted it.
    pub reason: String,
    /// The last day on which that holds.
    pub expires: Date,
    /// The waiver.
    pub policy: PolicyRef,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The check that found it.
    pub check: CheckId,
    /// How bad it is, after the policy's `checks:`.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// Whether it counts.
    pub state: State,
    /// The account, unless the finding concerns the policy or the whole scan.
    pub account: Option<AccountId>,
    /// What is wrong, as an ARM id or policy place: a role assignment, a role definition, a subscription.
    pub subject: Option<String>,
    /// The principal concerned.
    pub principal: Option<PrincipalRef>,
    /// The scope concerned, unless it is malformed.
    pub scope: Option<Scope>,
    /// The accounts concerned, where there may be many of them.
    pub reach: Option<Reach>,
    /// The data actions concerned, in full, sorted.
    pub data_actions: Vec<String>,
    /// One or two sentences.
    pub message: String,
    /// The proof.
    pub witness: Option<Witness>,
    /// The policy line that judged it.
    pub policy: Option<PolicyRef>,
    /// What to do.
    pub remedy: Option<Remedy>,
    /// The waiver that accepts it, if its state says that one does.
    pub waiver: Option<Arc<Acceptance>>,
    /// What tells two findings of a check on the same subject apart, where nothing above does.
    pub key: String,
}

impl Finding {
    /// Identifies what is wrong: 32 hexadecimal digits that do not depend on order, counts, wording or policy lines.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        let mut field = |text: &str| {
            // Lengths keep neighbouring fields from running into each other.
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        field("cosmos-rbac/finding/1");
        field(self.check.id());
        field(self.confidence.word());
        field(self.account.as_ref().map_or("", AccountId::key));
        field(&self.subject.as_deref().unwrap_or_default().to_ascii_lowercase());
        field(self.principal.as_ref().map_or("", |principal| principal.id.as_str()));
        field(&self.scope.as_ref().map(Scope::to_string).unwrap_or_default());
        for action in &self.data_actions {
            field(&action.to_ascii_lowercase());
        }
        field(&self.key);
        hash.finalize()
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}
