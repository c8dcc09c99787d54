//! What the checks see: one account with its access and its policy, or the audit as a whole.

use super::freshness::Doubt;
use super::index::Index;
use super::names::Names;
use super::reached::{Accounts, Reached};
use super::violation::Readings;
use super::wording::quote;
use crate::access::ANY_DATABASE;
use crate::finding::{Baseline, ProvenAction, SourceRef, Subject, Witness};
use crate::model::{
    Account, AccountRecord, ActionPattern, ActionSet, Atom, Bounds, Naming, Permission, PrincipalId, PrincipalRef,
    RoleAssignment, RoleDefinition, ScannedBy, Scope, Shown,
};
use crate::policy::{AccountPolicy, Block, GrantRule, Holders, Policy, Privilege};
use crate::resolve::{Access, Grant, Role, Tenant};
use crate::shown;
use foldhash::{HashMap, HashSet};
use jiff::Timestamp;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// One account, as the checks see it.
pub(super) struct AccountContext<'r, 'p> {
    pub(super) record: &'r AccountRecord,
    pub(super) access: Access<'r>,
    pub(super) policy: AccountPolicy<'p>,
    /// The policy's grants with their actions in this account's universe; empty when it states none.
    pub(super) rules: Vec<JudgedRule<'p>>,
    /// Where to find them, and the assignments, by principal.
    pub(super) index: Index<'r, 'p>,
    pub(super) names: &'r Names<'r>,
    pub(super) baseline: Option<&'r Baseline>,
    /// Whether the scan was to read databases and containers.
    pub(super) wants_inventory: bool,
    /// Who scanned, if that is known.
    pub(super) scanned_by: Option<&'r ScannedBy>,
    /// When the scan began; of several that were merged the newest.
    pub(super) taken_at: Timestamp,
    /// Assignments that findings say to remove, by id; filled when a remedy first asks.
    pub(super) condemned: OnceCell<HashSet<&'r str>>,
}

/// A grant rule and what it allows.
pub(super) struct JudgedRule<'p> {
    pub(super) rule: &'p GrantRule,
    pub(super) bounds: Bounds,
}

impl<'r, 'p> AccountContext<'r, 'p> {
    pub(super) fn new(
        record: &'r AccountRecord,
        policy: AccountPolicy<'p>,
        names: &'r Names<'r>,
        baseline: Option<&'r Baseline>,
        tenant: &'r Tenant<'_>,
    ) -> Self {
        let header = tenant.frame.header;
        let grants = policy.grants.as_deref().unwrap_or_default();
        let roles = policy.roles.as_deref().unwrap_or_default();
        let api = record.account.api;
        let allowed: Vec<Cow<'_, Permission>> = grants.iter().map(|rule| rule.permission_in(api)).collect();
        let stated = allowed
            .iter()
            .map(AsRef::as_ref)
            .chain(roles.iter().map(|rule| &rule.permission));
        let patterns = stated
            .flat_map(Permission::patterns)
            .chain(policy.denies.iter().flat_map(|deny| &deny.data_actions));
        let access = tenant.access(record, patterns);
        let mut rules: Vec<JudgedRule<'_>> = grants
            .iter()
            .zip(&allowed)
            .map(|(rule, permission)| JudgedRule {
                rule,
                bounds: access.bounds(permission),
            })
            .collect();
        rules.sort_by_key(|judged| &judged.rule.at);
        Self {
            index: Index::new(rules.iter().map(|judged| &judged.rule.principal), &access),
            record,
            access,
            policy,
            rules,
            names,
            baseline,
            wants_inventory: header.scope.as_ref().is_some_and(|scope| scope.inventory),
            scanned_by: header.scanned_by.as_ref(),
            taken_at: header.last_taken_at(),
            condemned: OnceCell::new(),
        }
    }

    /// The account.
    pub(super) fn account(&self) -> &'r Account {
        &self.record.account
    }

    pub(super) fn principal(&self, id: &PrincipalId) -> PrincipalRef {
        self.names.principal(id)
    }

    /// A principal as messages write it.
    pub(super) fn named(&self, id: &PrincipalId) -> Shown {
        self.names.quoted(id)
    }

    /// What the policy allows `principal` at all of `scope`: by itself, and if it is a group, what it allows every member.
    pub(super) fn allowed(&self, principal: &PrincipalId, scope: &Scope) -> Readings {
        let own = self.ruled(principal, scope);
        let members = self.names.directory.all_people(principal);
        let of_members = members.iter().flatten().map(|member| self.ruled(member, scope));
        match of_members.reduce(|all, one| all.and(&one)) {
            Some(shared) => own.or(&shared),
            None => own,
        }
    }

    /// What the policy allows `principal`, by itself or through a group that it is in.
    fn ruled(&self, principal: &PrincipalId, scope: &Scope) -> Readings {
        let rules = self.rules_for(principal, scope);
        self.readings(rules.map(|judged| (judged.rule.scope.covers(scope), &judged.bounds)))
    }

    /// The policy's grants to `principal`, or to a group that it is in, that hold or could hold at all of `scope`.
    pub(super) fn rules_for(&self, principal: &PrincipalId, scope: &Scope) -> impl Iterator<Item = &JudgedRule<'p>> {
        let places = self.index.rules_for(self.names.directory, principal);
        let rules = places.into_iter().filter_map(|place| self.rules.get(place));
        rules.filter(|judged| self.access.existing.pattern_could_cover(&judged.rule.scope, scope))
    }

    /// What the roles give `principal` at all of `scope`.
    pub(super) fn granted(&self, principal: &PrincipalId, scope: &Scope) -> Readings {
        let grants = self.grants_for(principal, scope);
        self.readings(grants.map(|grant| (grant.is_certain() && grant.scope.covers(scope), &grant.role.bounds)))
    }

    /// What all give together, each of them certainly or possibly.
    fn readings<'b>(&self, all: impl Iterator<Item = (bool, &'b Bounds)>) -> Readings {
        let none = || Bounds::none(&self.access.universe);
        let (mut certain, mut possible) = (none(), none());
        for (is_certain, bounds) in all {
            possible.add(bounds);
            if is_certain {
                certain.add(bounds);
            }
        }
        Readings { certain, possible }
    }

    /// The grants of `principal`, and of groups that it is in, that hold or could hold at all of `scope`.
    pub(super) fn grants_for(&self, principal: &PrincipalId, scope: &Scope) -> impl Iterator<Item = Grant<'_, 'r>> {
        let directory = self.names.directory;
        let places = self.index.assignments_near(directory, principal, scope, &self.access);
        let grants = places.into_iter().filter_map(|place| self.access.grant(place));
        grants.filter(|grant| self.access.existing.could_cover(grant.scope, scope))
    }

    /// Why the two readings of wildcards differ about the actions in `set`. `None`: they do not.
    pub(super) fn doubt<'s>(&self, set: &ActionSet, stated: impl Iterator<Item = &'s Permission>) -> Option<Shown> {
        let action = self.access.universe.worst(set)?;
        let key = action.key();
        let stated: Vec<&Permission> = stated.collect();
        let unsure = stated
            .iter()
            .flat_map(|permission| &permission.data_actions)
            .filter(|pattern| pattern.covers_most(&key) && !pattern.covers_least(&key))
            .min();
        let subtracted = stated
            .iter()
            .flat_map(|permission| &permission.not_data_actions)
            .filter(|pattern| pattern.covers_most(&key))
            .min();
        match (unsure, subtracted) {
            (_, Some(pattern)) => Some(shown!(
                "whether the service honors `notDataActions` ({}), which the documentation says it doesn't support",
                quote(pattern.short())
            )),
            (Some(pattern), None) => Some(shown!(
                "whether {} also covers {}, which isn't documented",
                quote(pattern.short()),
                quote(&action.short())
            )),
            (None, None) if action.reads_analytical_copy() => Some("whether the analytical copy has this data".into()),
            (None, None) => None,
        }
    }

    /// The role definition of each assignment, by the assignment's id. All roles of a user of MongoDB itself have the id of the
    /// user, so it says nothing of these.
    pub(super) fn roles_by_assignment(&self) -> HashMap<&'r str, &Role<'r>> {
        let all = self.access.assignments.iter();
        let all = all.filter(|one| !one.assignment.kind.has_passwords());
        all.filter_map(|one| Some((one.assignment.id.as_str(), self.access.role_of(one)?)))
            .collect()
    }

    /// Why it is not certain that a grant holds at `other`: how the ids or names in it are spelt.
    pub(super) fn spelling(&self, grant: &Grant<'_, '_>, other: &str) -> Shown {
        if grant.is_foreign {
            return shown!(
                "whether roles of the {} API apply in an account with the {} API, which isn't documented",
                grant.assignment.kind.row().api.title(),
                self.account().api.title()
            );
        }
        if grant.naming == Naming::Possible && grant.assignment.kind.has_passwords() {
            return ANY_DATABASE.into();
        }
        if grant.naming == Naming::Possible {
            return shown!(
                "whether {} means role {}, as only the end of that ID names it",
                quote(grant.assignment.role_definition_id.as_str()),
                quote(grant.role.definition.name())
            );
        }
        if !grant.role.definition.is_documented() {
            return shown!(
                "what {} grants in a MongoDB vCore cluster, which isn't documented",
                quote(grant.role.definition.name())
            );
        }
        let own = grant.scope.to_string();
        if grant.is_scope_meant {
            return shown!(
                "whether the service reads the invalid scope {} as {}",
                quote(&grant.assignment.scope),
                quote(&own)
            );
        }
        shown!(
            "whether the service treats {} and {} as the same scope, which isn't documented",
            quote(&own),
            quote(other)
        )
    }

    /// The account as what a finding is about.
    pub(super) fn about_account(&self) -> Subject {
        Subject::Account(self.account().id.clone())
    }

    /// A role definition of the account as what a finding is about.
    pub(super) fn about_role(&self, definition: &RoleDefinition) -> Subject {
        Subject::Role {
            account: self.account().id.clone(),
            id: Some(definition.id.clone()),
            name: definition.role_name.clone(),
            actions: Vec::new(),
        }
    }

    /// A role assignment of the account as what a finding is about.
    pub(super) fn about_assignment(&self, assignment: &RoleAssignment, scope: Option<&Scope>) -> Subject {
        Subject::Grant {
            account: self.account().id.clone(),
            assignment: Some(assignment.id.clone()),
            principal: self.principal(&assignment.principal_id),
            role: None,
            scope: scope.cloned(),
            actions: Vec::new(),
        }
    }

    /// The actions that an assignment gives, and that a finding is about.
    pub(super) fn about_grant(&self, grant: &Grant<'_, '_>, concerned: &ActionSet) -> Subject {
        let mut subject = self.about_assignment(grant.assignment, Some(grant.scope));
        if let Subject::Grant { role, .. } = &mut subject
            && grant.assignment.kind.has_passwords()
        {
            *role = Some(grant.role.definition.role_name.clone());
        }
        subject.with_actions(self.access.universe.members(concerned))
    }

    /// The proof that a grant allows the worst action of `set` at `scope`.
    pub(super) fn witness(&self, grant: &Grant<'_, '_>, set: &ActionSet, scope: &Scope) -> Witness {
        let action = self.access.universe.worst(set);
        Witness {
            principal: Some(self.principal(grant.principal())),
            action: action.cloned().map(ProvenAction::Data),
            scope: Some(scope.clone()),
            azure_scope: None,
            assignment: Some(grant.assignment.id.clone()),
            role: Some(grant.role.definition.reference()),
            pattern: action.and_then(|action| self.pattern_for(grant, action)),
        }
    }

    /// The role's pattern that gives `action`: one that certainly does, before one that could.
    fn pattern_for(&self, grant: &Grant<'_, '_>, action: &Atom) -> Option<ActionPattern> {
        let key = action.key();
        let permissions = &grant.role.definition.permissions;
        let patterns = || permissions.iter().flat_map(|permission| &permission.data_actions);
        // The same one, whatever order they are written in.
        let sure = patterns().filter(|pattern| pattern.covers_least(&key)).min();
        sure.or_else(|| patterns().filter(|pattern| pattern.covers_most(&key)).min())
            .cloned()
    }

    /// The block to point at when the policy states something by leaving it out.
    pub(super) fn block_with(&self, states: fn(&Block) -> bool) -> Option<&'p SourceRef> {
        self.policy
            .blocks
            .iter()
            .find(|block| states(block))
            .map(|block| &block.at)
    }

    /// The policy line nearest to what a principal can do: its own rule, or else the block that states grants.
    pub(super) fn rule_near(&self, principal: &PrincipalId) -> Option<&'p SourceRef> {
        let own = self
            .index
            .first_rule_of(principal)
            .and_then(|place| self.rules.get(place));
        own.map(|judged| &judged.rule.at)
            .or_else(|| self.block_with(|block| block.grants.is_some()))
    }
}

/// The audit as a whole, after the accounts.
pub(super) struct AuditContext<'a> {
    pub(super) tenant: &'a Tenant<'a>,
    pub(super) policy: &'a Policy,
    pub(super) names: &'a Names<'a>,
    /// Whether everything was read, of the accounts and above them.
    pub(super) is_complete: bool,
    /// What speaks against the snapshot's age.
    pub(super) doubt: Option<Doubt>,
    /// Who may, as the policy says of each account, in the order of the tenant's accounts.
    pub(super) holders: Vec<Arc<BTreeMap<Privilege, Vec<&'a Holders>>>>,
    /// The managed identities with access to data, and groups with some in them, and in which accounts.
    pub(super) identities: BTreeMap<&'a PrincipalId, Arc<Accounts>>,
    /// These and others with access, once a check asks.
    pub(super) reached: OnceLock<Reached<'a>>,
    /// The accounts in which the groups that the policy names have role assignments, by their places.
    pub(super) data_access: BTreeMap<&'a PrincipalId, Vec<usize>>,
    /// Where the blocks stand that match an account.
    pub(super) matched_blocks: BTreeSet<&'a SourceRef>,
    /// Where the grant rules stand that apply to an account.
    pub(super) applied_rules: BTreeSet<&'a SourceRef>,
    /// Where the grant rules are that an assignment uses.
    pub(super) used_rules: BTreeSet<&'a SourceRef>,
}
