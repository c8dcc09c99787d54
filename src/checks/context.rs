//! What the checks see: one account with its access and its policy, or the audit as a whole.

use crate::finding::{Baseline, Confidence, PolicyRef, PrincipalRef, RoleRef, Witness};
use crate::model::{AccountRecord, ActionSet, Bounds, Permission, PrincipalId, Scope, action::Atom};
use crate::policy::{AccountPolicy, Block, GrantRule, Holders, Policy, PrincipalRule, Privilege};
use crate::resolve::{Access, ControlAccess, Grant};
use crate::snapshot::Snapshot;
use std::collections::{BTreeMap, BTreeSet};

use super::directory::Directory;
use super::wording::{quote, worst};

/// One account, as the checks see it.
pub(super) struct AccountContext<'a> {
    pub(super) record: &'a AccountRecord,
    pub(super) access: Access<'a>,
    pub(super) policy: AccountPolicy<'a>,
    /// The policy's grants with their actions in this account's universe; empty when it states none.
    pub(super) rules: Vec<JudgedRule<'a>>,
    pub(super) directory: &'a Directory<'a>,
}

/// A grant rule and what it allows.
pub(super) struct JudgedRule<'a> {
    pub(super) rule: &'a GrantRule,
    pub(super) bounds: Bounds,
}

impl<'a> AccountContext<'a> {
    pub(super) fn new(record: &'a AccountRecord, policy: AccountPolicy<'a>, directory: &'a Directory<'a>) -> Self {
        let grants = policy.grants.as_deref().unwrap_or_default();
        let roles = policy.roles.as_deref().unwrap_or_default();
        let stated = grants
            .iter()
            .map(|rule| &rule.permission)
            .chain(roles.iter().map(|rule| &rule.permission));
        let patterns = stated
            .flat_map(
                |Permission {
                     data_actions,
                     not_data_actions,
                 }| data_actions.iter().chain(not_data_actions),
            )
            .chain(policy.denies.iter().flat_map(|deny| &deny.data_actions));
        let access = Access::resolve(record, patterns);
        let mut rules: Vec<JudgedRule<'_>> = grants
            .iter()
            .map(|rule| JudgedRule {
                rule,
                bounds: access.universe.bounds([&rule.permission]),
            })
            .collect();
        rules.sort_by_key(|judged| &judged.rule.at);
        Self {
            record,
            access,
            policy,
            rules,
            directory,
        }
    }

    pub(super) fn principal(&self, id: &PrincipalId) -> PrincipalRef {
        self.directory.principal(id)
    }

    /// A principal as messages write it.
    pub(super) fn named(&self, id: &PrincipalId) -> String {
        quote(&self.principal(id).to_string())
    }

    /// What the policy allows `principal` at all of `scope`.
    pub(super) fn allowed(&self, principal: &PrincipalId, scope: &Scope) -> Bounds {
        self.union(self.rules_for(principal, scope).map(|judged| &judged.bounds))
    }

    /// The policy's grants to `principal`, or to a group that it is in, that hold at all of `scope`.
    pub(super) fn rules_for(&self, principal: &PrincipalId, scope: &Scope) -> impl Iterator<Item = &JudgedRule<'a>> {
        self.rules.iter().filter(|judged| {
            self.directory.applies(&judged.rule.principal, principal) && judged.rule.scope.covers(scope)
        })
    }

    /// What the roles give `principal` at all of `scope`.
    pub(super) fn granted(&self, principal: &PrincipalId, scope: &Scope) -> Bounds {
        self.union(self.grants_for(principal, scope).map(|grant| &grant.role.bounds))
    }

    /// The grants of `principal`, and of groups that it is in, that hold at all of `scope`.
    pub(super) fn grants_for(&self, principal: &PrincipalId, scope: &Scope) -> impl Iterator<Item = Grant<'_, 'a>> {
        self.access
            .grants()
            .filter(move |grant| self.directory.is_or_is_in(principal, grant.principal()) && grant.scope.covers(scope))
    }

    fn union<'b>(&self, all: impl Iterator<Item = &'b Bounds>) -> Bounds {
        all.fold(Bounds::none(&self.access.universe), |mut sum, bounds| {
            sum.add(bounds);
            sum
        })
    }

    /// Why the two readings differ about the actions in `set`, as the end of "it depends on …".
    pub(super) fn doubt<'p>(&self, set: &ActionSet, stated: impl Iterator<Item = &'p Permission>) -> String {
        let Some(action) = worst(&self.access.universe, set) else {
            return String::new();
        };
        let key = action.key();
        let stated: Vec<&Permission> = stated.collect();
        let unsure = stated
            .iter()
            .flat_map(|permission| &permission.data_actions)
            .find(|pattern| pattern.covers_most(&key) && !pattern.covers_least(&key));
        let subtracted = stated
            .iter()
            .flat_map(|permission| &permission.not_data_actions)
            .find(|pattern| pattern.covers_most(&key));
        match (unsure, subtracted) {
            (_, Some(pattern)) => format!(
                "it depends on whether the service subtracts `notDataActions` ({}), which it is said not to support",
                quote(pattern.short())
            ),
            (Some(pattern), None) => format!(
                "it depends on whether {} also covers {}, which is not documented",
                quote(pattern.short()),
                quote(&action.short())
            ),
            (None, None) => "it depends on how the service reads wildcards, which is not documented in full".to_owned(),
        }
    }

    /// The proof that a grant allows the worst action of `set` at `scope`.
    pub(super) fn witness(&self, grant: &Grant<'_, '_>, set: &ActionSet, scope: &Scope) -> Witness {
        let action = worst(&self.access.universe, set);
        Witness {
            principal: Some(self.principal(grant.principal())),
            action: action.map(Atom::name),
            scope: Some(scope.clone()),
            azure_scope: None,
            assignment: Some(grant.assignment.id.clone()),
            role: Some(RoleRef {
                id: grant.role.definition.id.clone(),
                name: grant.role.definition.role_name.clone(),
            }),
            pattern: action.and_then(|action| self.pattern_for(grant, action)),
        }
    }

    /// The role's pattern that gives `action`: one that certainly does, before one that could.
    fn pattern_for(&self, grant: &Grant<'_, '_>, action: &Atom) -> Option<String> {
        let key = action.key();
        let permissions = &grant.role.definition.permissions;
        let patterns = || permissions.iter().flat_map(|permission| &permission.data_actions);
        let sure = patterns().find(|pattern| pattern.covers_least(&key));
        sure.or_else(|| patterns().find(|pattern| pattern.covers_most(&key)))
            .map(|pattern| pattern.as_str().to_owned())
    }

    /// The block to point at when the policy states something by leaving it out.
    pub(super) fn block_with(&self, states: fn(&Block) -> bool) -> Option<&'a PolicyRef> {
        self.policy
            .blocks
            .iter()
            .find(|block| states(block))
            .map(|block| &block.at)
    }

    /// The policy line nearest to what a principal may do: its own rule, or else the block that states grants.
    pub(super) fn rule_near(&self, principal: &PrincipalId) -> Option<&'a PolicyRef> {
        let own = self
            .rules
            .iter()
            .find(|judged| judged.rule.principal == PrincipalRule::One(principal.clone()));
        own.map(|judged| &judged.rule.at)
            .or_else(|| self.block_with(|block| block.grants.is_some()))
    }
}

/// A comparison made in both readings of the wildcards, and what came of it.
pub(super) struct Violation {
    /// The actions concerned: those that both readings have or, if there are none, those that one has.
    pub(super) actions: ActionSet,
    pub(super) confidence: Confidence,
    /// Further actions that only one reading has, when others are certain.
    pub(super) possibly: ActionSet,
}

impl Violation {
    /// `None` when neither reading has any action.
    pub(super) fn of(least: &ActionSet, most: &ActionSet) -> Option<Self> {
        let both = least.and(most);
        let one = least.or(most).minus(&both);
        match (both.is_empty(), one.is_empty()) {
            (true, true) => None,
            (true, false) => Some(Self {
                possibly: one.minus(&one),
                actions: one,
                confidence: Confidence::Possible,
            }),
            (false, _) => Some(Self {
                actions: both,
                confidence: Confidence::Certain,
                possibly: one,
            }),
        }
    }
}

/// The audit as a whole, after the accounts.
pub(super) struct AuditContext<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) policy: &'a Policy,
    pub(super) directory: &'a Directory<'a>,
    pub(super) baseline: Option<&'a Baseline>,
    /// Who can get at the accounts through Azure RBAC.
    pub(super) control: &'a ControlAccess<'a>,
    /// Who may, as the policy says of each account, in the snapshot's order.
    pub(super) holders: Vec<BTreeMap<Privilege, Vec<&'a Holders>>>,
    /// Where the blocks stand that match an account.
    pub(super) matched_blocks: BTreeSet<&'a PolicyRef>,
    /// Where the grant rules stand that apply to an account.
    pub(super) applied_rules: BTreeSet<&'a PolicyRef>,
    /// Where the grant rules stand that allow something that somebody has.
    pub(super) used_rules: BTreeSet<&'a PolicyRef>,
}
