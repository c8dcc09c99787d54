//! The valid policy: everything in it refers to something that exists, and knows the line it was written in.

use super::account_match::AccountMatch;
use super::key_age::MaxKeyAge;
use super::source::Source;
use crate::finding::{Check, Confidence, Selected, Severity, SourceRef};
use crate::model::{ActionPattern, Api, Glob, Permission, PrincipalId, PrincipalKind, RoleKind, ScopePattern};
use jiff::civil::Date;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Something that a policy says, and where it says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruled<T> {
    /// What it says.
    pub value: T,
    /// Where.
    pub at: SourceRef,
}

/// A policy, read from one or more files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The files, in the order they were given.
    pub files: Vec<Arc<str>>,
    /// Names of principals.
    pub principals: Vec<Principal>,
    /// The blocks below `accounts:`, in the order of the files.
    pub blocks: Vec<Block>,
    /// Severities that differ from the defaults; `None`: the check is off.
    pub severities: BTreeMap<&'static Check, Ruled<Option<Severity>>>,
    /// Findings that are accepted until a day.
    pub waivers: Vec<Waiver>,
    /// Rules that this version reads but does not judge yet, as sentences for the user.
    pub notices: Vec<Ruled<String>>,
    /// What the files hold, to show the lines that an error is about.
    pub sources: Vec<Source>,
}

/// A name for a principal's object id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The name that rules use.
    pub name: String,
    /// The object id.
    pub id: PrincipalId,
    /// What it is, if the policy says so.
    pub kind: Option<PrincipalKind>,
    /// Who is in it, if it is a group and the policy says so; nobody else is.
    pub members: Option<Ruled<Vec<PrincipalId>>>,
    /// Where it is declared.
    pub at: SourceRef,
}

/// One block below `accounts:`. What it leaves out it says nothing about: `None` is not the same as an empty list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its name, for messages.
    pub name: String,
    /// Where it begins.
    pub at: SourceRef,
    /// Which accounts it is for.
    pub matches: AccountMatch,
    /// Who answers for these accounts.
    pub owner: Option<Ruled<String>>,
    /// What the local-auth switch must be.
    pub local_auth: Option<Ruled<Switch>>,
    /// What the switch for metadata writes by key must be.
    pub key_metadata_writes: Option<Ruled<Switch>>,
    /// How old account keys can be; `None`: as old as [`MaxKeyAge::DEFAULT`].
    pub max_key_age: Option<Ruled<MaxKeyAge>>,
    /// The custom role definitions that must exist; no others may.
    pub roles: Option<Vec<RoleRule>>,
    /// Who may do what where; nobody may do more.
    pub grants: Option<Vec<GrantRule>>,
    /// What nobody may do, whatever the grants say.
    pub denies: Vec<DenyRule>,
    /// Who may have a way round all of this through Azure RBAC; nobody else may.
    pub holders: BTreeMap<Privilege, Holders>,
}

/// A way round the data plane that a policy names the holders of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Privilege {
    /// Reading account keys.
    KeyReaders,
    /// Changing the account, its local-auth switch included.
    AccountWriters,
    /// Giving oneself or others access: to the data, or to Azure.
    RoleAdmins,
    /// Taking over managed identities that have access.
    IdentityAdmins,
}

impl Privilege {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::KeyReaders,
        Self::AccountWriters,
        Self::RoleAdmins,
        Self::IdentityAdmins,
    ];

    /// Its key in policies.
    pub fn key(self) -> &'static str {
        match self {
            Self::KeyReaders => "key_readers",
            Self::AccountWriters => "account_writers",
            Self::RoleAdmins => "role_admins",
            Self::IdentityAdmins => "identity_admins",
        }
    }
}

/// Who may have a privilege, as one block says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holders {
    /// Where the list begins.
    pub at: SourceRef,
    /// Who.
    pub principals: Vec<PrincipalId>,
}

/// What a switch must be, the laxest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Switch {
    /// Whatever it is, it was thought about.
    Any,
    /// On.
    Enabled,
    /// Off.
    Disabled,
}

impl Switch {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Disabled, Self::Enabled, Self::Any];

    /// The word for it in policies.
    pub fn word(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
            Self::Any => "any",
        }
    }
}

/// A custom role definition that must exist and mean exactly this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRule {
    /// The role's name, as people see it.
    pub name: String,
    /// What it grants.
    pub permission: Permission,
    /// Where it may be assigned; `None`: not said.
    pub assignable_scopes: Option<Vec<ScopePattern>>,
    /// Where it is declared.
    pub at: SourceRef,
}

/// Whether a grant must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It must be there, and may.
    Required,
    /// It may be there.
    Optional,
}

/// Whom a rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrincipalRule {
    /// Everybody.
    Anyone,
    /// One principal.
    One(PrincipalId),
}

impl PrincipalRule {
    /// Whether the rule is about `principal`.
    pub fn matches(&self, principal: &PrincipalId) -> bool {
        match self {
            Self::Anyone => true,
            Self::One(id) => id == principal,
        }
    }
}

/// Who may do what where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRule {
    /// Who.
    pub principal: PrincipalRule,
    /// What: the role's permissions, or the data actions written in the rule. [`Self::permission_in`] says what that is in
    /// an account.
    pub permission: Permission,
    /// The role it names, if it names one.
    pub role: Option<String>,
    /// Where. Without `*` when the grant is required.
    pub scope: ScopePattern,
    /// Whether it must be there.
    pub presence: Presence,
    /// Where it is written.
    pub at: SourceRef,
}

impl GrantRule {
    /// What it grants in an account of `api`: where several APIs have a built-in role of the name, its own is meant.
    pub fn permission_in(&self, api: Api) -> Cow<'_, Permission> {
        let is_of_mongo_user = matches!(&self.principal, PrincipalRule::One(id) if id.is_mongo_user());
        let role = self.role.as_deref().filter(|_| !is_of_mongo_user);
        let named = role.map(RoleKind::builtins_named);
        let mut own = named.into_iter().flatten().filter(|(kind, _)| kind.row().api == api);
        match own.next() {
            Some((_, builtin)) => Cow::Owned(builtin.permission()),
            None => Cow::Borrowed(&self.permission),
        }
    }
}

/// What nobody may do, whatever the grants say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DenyRule {
    /// What.
    pub data_actions: Vec<ActionPattern>,
    /// Where.
    pub scope: ScopePattern,
    /// Who is excepted.
    pub except: Vec<PrincipalId>,
    /// Why, for the message.
    pub reason: Option<String>,
    /// Where it is written.
    pub at: SourceRef,
}

/// Accepts findings until a day. Every pattern that is given must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The check.
    pub check: &'static Check,
    /// The account's name, ignoring case; `None`: any, also findings without an account.
    pub account: Option<Glob>,
    /// The principal.
    pub principal: Option<PrincipalId>,
    /// The scope of the finding, as reports show it.
    pub scope: Option<ScopePattern>,
    /// The role's name, case-sensitive.
    pub role: Option<Glob>,
    /// Whether it accepts only what is possible, and nothing that is certain.
    pub only_possible: bool,
    /// The fingerprint, in lower case.
    pub fingerprint: Option<String>,
    /// The last day on which it holds.
    pub expires: Date,
    /// Why it is accepted.
    pub reason: String,
    /// Where it is written.
    pub at: SourceRef,
}

impl Waiver {
    /// Whether every pattern that is given matches a finding of the check. One that names accounts is for findings that
    /// concern no others.
    pub fn selects(&self, finding: &Selected<'_>) -> bool {
        let is_of_accounts = |glob: &Glob| {
            let accounts = finding.accounts.as_ref();
            accounts.is_some_and(|names| names.iter().all(|name| glob.matches(name)))
        };
        self.account.as_ref().is_none_or(is_of_accounts)
            && self.principal.as_ref().is_none_or(|id| finding.principal == Some(id))
            && (self.scope.as_ref()).is_none_or(|scope| finding.scope.as_ref().is_some_and(|found| scope.names(found)))
            && (self.role.as_ref()).is_none_or(|glob| finding.role.is_some_and(|role| glob.matches(role)))
            && (!self.only_possible || finding.confidence == Confidence::Possible)
            && (self.fingerprint.as_ref()).is_none_or(|own| *own == finding.fingerprint)
    }
}
