//! The checks of one account.

use super::behind::Behind;
use super::context::AccountContext;
use super::draft::Draft;
use super::lead::Lead;
use super::leads::leads;
use super::names::Names;
use super::options::Options;
use super::policy_groups::PolicyGroups;
use super::policy_use::PolicyUse;
use super::shared::Alike;
use super::summary::summarise;
use super::{not_checked, registry};
use crate::finding::{AccountSummary, Subject};
use crate::model::{AccountRecord, PrincipalId};
use crate::policy::{Contradiction, Holders, Joiner, Privilege, Switch};
use crate::resolve::Tenant;
use foldhash::HashSet;
use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the audit of one account comes to, beside its summary. Nothing in it is the account's record.
pub(super) struct Outcome<'p> {
    pub(super) drafts: Vec<Draft>,
    pub(super) holders: Arc<BTreeMap<Privilege, Vec<&'p Holders>>>,
    pub(super) contradictions: Vec<Contradiction>,
    pub(super) not_checked: Arc<[not_checked::Reason]>,
    /// Who has access to data and is a managed identity or has some in it.
    pub(super) identities: Vec<(&'p PrincipalId, Lead)>,
    /// The groups that the policy names that have role assignments, themselves or through a group that they are in.
    pub(super) groups: Vec<&'p PrincipalId>,
    pub(super) keys_wanted: bool,
}

/// What accounts are audited against.
pub(super) struct AccountAudit<'a, 'p> {
    pub(super) joiner: &'a Joiner<'p>,
    pub(super) names: &'a Names<'p>,
    pub(super) tenant: &'a Tenant<'a>,
    pub(super) options: Options<'a>,
    pub(super) alike: Alike,
    pub(super) policy_use: PolicyUse<'p>,
    pub(super) groups: &'a PolicyGroups<'p>,
}

impl<'p> AccountAudit<'_, 'p> {
    /// What the audit of an account comes to.
    pub(super) fn of(&self, record: &AccountRecord) -> (AccountSummary, Outcome<'p>) {
        audit_account(record, self)
    }
}

fn audit_account<'p>(record: &AccountRecord, audit: &AccountAudit<'_, 'p>) -> (AccountSummary, Outcome<'p>) {
    let names = audit.names;
    let own = audit.joiner.for_account(&record.account);
    let holders = Arc::clone(&own.holders);
    let contradictions = own.contradictions.clone();
    // What could be for the account is not unused.
    let blocks = own.blocks.iter().chain(&own.undecided);
    audit.policy_use.blocks.note(blocks.map(|block| &block.at));
    let keys_wanted = own
        .local_auth
        .as_ref()
        .is_some_and(|ruled| ruled.value == Switch::Enabled);
    let context = AccountContext::new(record, own, names, audit.options.baseline, audit.tenant);
    let roles = LazyCell::new(|| context.roles_by_assignment());
    let unread = LazyCell::new(|| unread_roles(&context));
    let behind = Behind::default();
    let drafts = registry::rows().flat_map(|row| row.in_account(&context));
    // Whatever is said of an assignment is another finding once its role gives something else.
    let drafts: Vec<Draft> = drafts
        .map(|draft| match draft.subject() {
            Subject::Grant {
                assignment: Some(id), ..
            } => match roles.get(id.as_str()) {
                Some(role) => draft.through(&context, role),
                None if unread.contains(id.as_str()) => draft.through_unread(),
                None if draft.has_actions() => draft,
                None => match behind.user(&context, id) {
                    Some(hash) => draft.behind(hash),
                    None => draft,
                },
            },
            // Nor does its name say what a role grants.
            Subject::Role { id: Some(id), .. } if !draft.has_actions() => match behind.role(&context, id) {
                Some(hash) => draft.behind(hash),
                None => draft,
            },
            _ => draft,
        })
        .collect();
    // Where nothing was read, a rule isn't unused.
    let is_analyzed = context.account().api.has_roles_read();
    let at = |place: usize| context.rules.get(place).map(|judged| &judged.rule.at);
    let applied = (0..context.rules.len()).filter(|_| is_analyzed);
    audit.policy_use.applied_rules.note(applied.filter_map(at));
    audit.policy_use.used_rules.note(used_rules(&context).filter_map(at));
    let summary = summarise(&context, &drafts, &audit.alike, !audit.options.without_access);
    let outcome = Outcome {
        groups: audit.groups.in_account(&context),
        not_checked: audit.alike.reasons.of(&not_checked::of_account(&context)),
        holders,
        contradictions,
        keys_wanted,
        identities: leads(&context, names.directory),
        drafts,
    };
    (summary, outcome)
}

/// The assignments whose role definition wasn't read, by their ids.
fn unread_roles<'r>(context: &AccountContext<'r, '_>) -> HashSet<&'r str> {
    let without = context.access.assignments.iter();
    let without = without.filter(|found| context.access.role_of(found).is_none());
    let is_unread = |kind| context.record.lacks_role_definitions(kind);
    let unread = without.filter(|found| found.assignment.kinds_of_role().any(is_unread));
    unread.map(|found| found.assignment.id.as_str()).collect()
}

/// The places of the rules that an assignment uses.
fn used_rules(context: &AccountContext<'_, '_>) -> impl Iterator<Item = usize> {
    let mut is_used = vec![false; context.rules.len()];
    for grant in context.access.grants() {
        let concerned = context
            .index
            .rules_concerning(context.names.directory, grant.principal());
        for place in concerned {
            let (Some(judged), Some(is_used)) = (context.rules.get(place), is_used.get_mut(place)) else {
                continue;
            };
            let existing = &context.access.existing;
            *is_used = *is_used
                || existing.pattern_could_overlap(&judged.rule.scope, grant.scope)
                    && !judged.bounds.most().and(grant.role.bounds.most()).is_empty();
        }
    }
    let all = is_used.into_iter().enumerate();
    all.filter_map(|(place, is_used)| is_used.then_some(place))
}
