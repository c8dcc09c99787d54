//! What a finding is about. Each kind of thing has what belongs to it, and nothing else.

use super::scale::Confidence;
use crate::model::{AccountId, Atom, PrincipalId, PrincipalRef, Scope};

/// The thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// An account: a setting, or all of it.
    Account(AccountId),
    /// A role definition of the data plane.
    Role {
        /// The account that has it, or should.
        account: AccountId,
        /// Its ARM id; `None`: there is no such role definition.
        id: Option<String>,
        /// Its name.
        name: String,
        /// The data actions concerned, sorted by name.
        actions: Vec<Atom>,
    },
    /// What a principal can do through a role assignment of the data plane, or should be able to.
    Grant {
        /// The account.
        account: AccountId,
        /// The ARM id of the assignment; `None`: there is none.
        assignment: Option<String>,
        /// Who.
        principal: PrincipalRef,
        /// The name of the role definition that it goes through, or should; `None`: there is none of that id.
        role: Option<String>,
        /// Where; `None`: the scope is malformed, or the finding is about the assignment wherever it holds.
        scope: Option<Scope>,
        /// The data actions concerned, sorted by name.
        actions: Vec<Atom>,
    },
    /// An assignment of Azure RBAC.
    AzureAssignment {
        /// The account, if it holds for nothing but that.
        account: Option<AccountId>,
        /// Its ARM id.
        id: String,
        /// Who.
        principal: PrincipalRef,
        /// The accounts concerned; `None`: the finding is about the assignment itself.
        reach: Option<Reach>,
    },
    /// A member of a group.
    Member {
        /// The group.
        group: PrincipalRef,
        /// Who is in it.
        principal: PrincipalRef,
        /// The accounts that the group has access to; `None`: there is none.
        reach: Option<Reach>,
    },
    /// A rule of the policy.
    Rule,
    /// Something that could not be read.
    Unread {
        /// The account that it belongs to, unless it is above the accounts.
        account: Option<AccountId>,
        /// The ARM id of what it belongs to, if it is above the accounts and there is one.
        id: Option<String>,
    },
}

/// The accounts that an assignment of Azure RBAC reaches, or that a group has access to, as far as the finding concerns them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The scope of the assignment; `None`: it is about a group.
    pub scope: Option<String>,
    /// Their places in the accounts of the report, in order.
    pub accounts: Vec<usize>,
    /// Of these, the places of those where it is possible only, in order.
    pub possible: Vec<usize>,
}

impl Reach {
    /// How sure a finding is at one of the accounts, that is so sure on the whole.
    pub fn confidence_at(&self, place: usize, on_the_whole: Confidence) -> Confidence {
        if self.possible.binary_search(&place).is_ok() {
            Confidence::Possible
        } else {
            on_the_whole
        }
    }
}

impl Subject {
    /// The account, unless it concerns the policy, the whole scan, or many accounts.
    pub fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Account(account) | Self::Role { account, .. } | Self::Grant { account, .. } => Some(account),
            Self::AzureAssignment { account, .. } | Self::Unread { account, .. } => account.as_ref(),
            Self::Member { .. } | Self::Rule => None,
        }
    }

    /// The id of the thing itself, if it has one: an ARM id, or the object id of a group.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Account(account) => Some(account.as_str()),
            Self::Role { id, .. } | Self::Unread { id, .. } => id.as_deref(),
            Self::Grant { assignment, .. } => assignment.as_deref(),
            Self::AzureAssignment { id, .. } => Some(id),
            Self::Member { group, .. } => Some(group.id.as_str()),
            Self::Rule => None,
        }
    }

    /// The principal concerned.
    pub fn principal(&self) -> Option<&PrincipalRef> {
        match self {
            Self::Grant { principal, .. }
            | Self::AzureAssignment { principal, .. }
            | Self::Member { principal, .. } => Some(principal),
            Self::Account(_) | Self::Role { .. } | Self::Rule | Self::Unread { .. } => None,
        }
    }

    /// The name of the role definition of the data plane that it is, or goes through.
    pub fn role_name(&self) -> Option<&str> {
        match self {
            Self::Role { name, .. } => Some(name),
            Self::Grant { role, .. } => role.as_deref(),
            _ => None,
        }
    }

    /// The object id of the principal concerned.
    pub fn principal_id(&self) -> Option<&PrincipalId> {
        self.principal().map(|principal| &principal.id)
    }

    /// The place in the account.
    pub fn scope(&self) -> Option<&Scope> {
        match self {
            Self::Grant { scope, .. } => scope.as_ref(),
            _ => None,
        }
    }

    /// The accounts concerned, where there may be many of them.
    pub fn reach(&self) -> Option<&Reach> {
        match self {
            Self::AzureAssignment { reach, .. } | Self::Member { reach, .. } => reach.as_ref(),
            _ => None,
        }
    }

    /// The data actions concerned, sorted by name.
    pub fn data_actions(&self) -> &[Atom] {
        match self {
            Self::Role { actions, .. } | Self::Grant { actions, .. } => actions,
            _ => &[],
        }
    }

    /// The same, concerning these data actions: of a role definition or a grant.
    #[must_use]
    pub fn with_actions<'a>(mut self, concerned: impl Iterator<Item = &'a Atom>) -> Self {
        if let Self::Role { actions, .. } | Self::Grant { actions, .. } = &mut self {
            *actions = concerned.cloned().collect();
            actions.sort_by_cached_key(Atom::name);
        }
        self
    }
}
