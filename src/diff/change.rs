//! What a comparison finds, in types that outlive the accounts' records.

use super::power::Power;
use super::scans::Scans;
use crate::access::{Sure, Verb};
use crate::model::{AccountId, Api, AzureScope, PrincipalId, PrincipalRef, RoleRef, Scope, Shown};
use jiff::Timestamp;

/// What differs between two scans of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The scans.
    pub scans: Scans<ScanFacts>,
    /// The accounts.
    pub accounts: Accounts,
    /// Settings that differ, by account.
    pub settings: Vec<Setting>,
    /// Access that only the later scan has, sorted.
    pub gained: Vec<Change>,
    /// Access that only the earlier scan has, sorted.
    pub lost: Vec<Change>,
    /// What could not be compared, sorted.
    pub not_compared: Vec<NotCompared>,
}

impl Difference {
    /// Whether somebody gained access, be it possibly, or a setting now lets more in.
    pub fn has_gain(&self) -> bool {
        let lets_in = self.settings.iter().any(|setting| setting.effect() == Effect::Gain);
        !self.gained.is_empty() || lets_in || self.may_have_gain()
    }

    /// Whether a template gives access of which the scan doesn't tell whether it is new.
    pub fn may_have_gain(&self) -> bool {
        self.not_compared.iter().any(|one| one.may_be_gain)
    }

    /// Whether something should have been compared and could not be.
    pub fn is_incomplete(&self) -> bool {
        self.not_compared.iter().any(|one| one.is_failure)
    }

    /// Whether nothing differs, as far as could be compared.
    pub fn is_empty(&self) -> bool {
        let accounts = &self.accounts;
        let same = [self.gained.is_empty(), self.lost.is_empty(), self.settings.is_empty()];
        same == [true; 3] && accounts.added.is_empty() && accounts.removed.is_empty()
    }
}

/// What to know of a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanFacts {
    /// When it began.
    pub taken_at: Timestamp,
    /// The tenant's id; empty when it is not known.
    pub tenant: String,
    /// The tenant's name, where it is known.
    pub tenant_name: Option<String>,
    /// How many accounts it has.
    pub accounts: usize,
    /// Whether everything could be read.
    pub is_complete: bool,
    /// The template that would be deployed to it; then it is no scan but what there would be.
    pub template: Option<TemplateFacts>,
}

/// A template that would be deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFacts {
    /// The file, as it was named.
    pub file: String,
    /// What it is: "ARM template".
    pub kind: &'static str,
}

/// The accounts of two scans, sorted by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accounts {
    /// How many were compared.
    pub compared: usize,
    /// Those that only the later scan has.
    pub added: Vec<AccountId>,
    /// Those that only the earlier scan has, though the later one looked for them.
    pub removed: Vec<AccountId>,
}

/// A setting of an account that differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Setting {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub what: SettingKind,
    /// What it was and what it is, in words of machine formats.
    pub values: Scans<String>,
}

/// A setting that decides who gets at the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum SettingKind {
    /// Whether account keys are accepted.
    LocalAuth,
    /// Whether clients of a cluster need not sign in at all.
    AnonymousAccess,
    /// Whether account keys can change databases and containers.
    KeyMetadataWrites,
    /// The API.
    Api,
    /// How the account is backed up, and so whether it can be restored as of any moment.
    Backup,
    /// The resource group: the account was moved.
    ResourceGroup,
    /// The subscription: the account was moved.
    Subscription,
}

impl SettingKind {
    /// The word for it in machine formats.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// What a setting does to access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It lets more in.
    Gain,
    /// It lets less in.
    Loss,
    /// Neither, by itself.
    None,
}

/// What `local_auth` and `key_metadata_writes` can be.
pub(super) const ENABLED: &str = "enabled";
pub(super) const DISABLED: &str = "disabled";

impl Setting {
    /// What it does to access.
    pub fn effect(&self) -> Effect {
        match (self.values.old.as_str(), self.values.new.as_str()) {
            (DISABLED, ENABLED) => Effect::Gain,
            (ENABLED, DISABLED) => Effect::Loss,
            _ => Effect::None,
        }
    }
}

/// Access that only one of the scans has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// To which account.
    pub account: AccountId,
    /// Who.
    pub principal: PrincipalRef,
    /// Where.
    pub scope: Scope,
    /// The API of the account.
    pub api: Api,
    /// The check that reports such access, unless it is through a role assignment of the data plane.
    pub bypass: Option<&'static str>,
    /// The data actions that are certain, in full.
    pub data_actions: Vec<String>,
    /// The data actions that are possible, in full.
    pub possibly: Vec<String>,
    /// What they come to.
    pub power: Power,
    /// Whether only the certainty differs: in the other scan it was possible, too.
    pub is_certainty: bool,
    /// What made the difference.
    pub because: Because,
    /// Through what.
    pub via: Via,
    /// If the principal is a group: for whom of its people it is the same.
    pub members: Option<Members>,
}

impl Change {
    /// How sure the surest of it is.
    pub fn sure(&self) -> Sure {
        self.power.sure()
    }

    /// What can be done with data, and how surely.
    pub fn verbs(&self) -> impl Iterator<Item = (Verb, Sure)> {
        let all = Verb::ALL.into_iter().map(|verb| (verb, self.power.data.can(verb)));
        all.filter(|(_, sure)| *sure != Sure::No)
    }
}

/// The people of a group that a change concerns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Members {
    /// How many are in it.
    pub people: usize,
    /// Those for whom it is not the same. What they gained or lost of it is told by itself.
    pub apart: Vec<PrincipalId>,
}

/// What made the difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Because {
    /// A role assignment or definition, be it of Azure.
    Grant,
    /// The principal joined or left the group.
    Membership,
    /// Key-based authentication was enabled or disabled.
    LocalAuth,
    /// The account is new, or no longer exists.
    Account,
}

impl Because {
    /// The word for it in machine formats.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Through what somebody has access.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Via {
    /// The group that the principal has it through.
    pub group: Option<PrincipalRef>,
    /// The role.
    pub role: RoleRef,
    /// The ARM id of the assignment, or of the delegation.
    pub assignment: String,
    /// Where in Azure, if it is an Azure role.
    pub azure: Option<AzureRole>,
}

/// What there is to know of an Azure role that gives access.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AzureRole {
    /// Where it is assigned.
    pub at: AzureScope,
    /// The name of the subscription that this is.
    pub subscription: Option<String>,
    /// Whether it must be activated first.
    pub eligible: bool,
    /// Whether it is delegated to another tenant.
    pub delegated: bool,
    /// Whether it is about account keys.
    pub of_keys: bool,
}

/// Something that could not be compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotCompared {
    /// Of what.
    pub of: Unknown,
    /// What, in words: `role assignments`.
    pub what: Shown,
    /// What became of it: `couldn't be read`.
    pub verb: &'static str,
    /// Why, as far as there is more to say: `403`.
    pub reason: Shown,
    /// In which of the scans.
    pub missing: Scans<bool>,
    /// Whether it should have been read. What both scans left out on purpose is said, and is no failure.
    pub is_failure: bool,
    /// Whether a template gives somebody access there that the scan may not know: it counts as a possible gain.
    pub may_be_gain: bool,
}

/// Of what something could not be compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unknown {
    /// Of the tenant as a whole.
    Tenant,
    /// Of a subscription: its name or id.
    Subscription(String),
    /// Of an account.
    Account(AccountId),
    /// Of a principal.
    Principal(PrincipalRef),
}
