//! The checks of one account.

use super::context::AccountContext;
use super::draft::Draft;
use super::names::Names;
use super::summary::summarise;
use super::{not_checked, registry};
use crate::finding::{AccountSummary, Baseline, SourceRef, Subject};
use crate::model::{AccountRecord, PrincipalId};
use crate::policy::{Contradiction, Holders, Policy, Privilege, Switch};
use crate::snapshot::Header;
use std::cell::LazyCell;
use std::collections::BTreeMap;

/// What the audit of one account comes to. Nothing in it is the account's record.
pub(super) struct Outcome<'p> {
    pub(super) drafts: Vec<Draft>,
    pub(super) summary: AccountSummary,
    pub(super) blocks: Vec<&'p SourceRef>,
    pub(super) applied_rules: Vec<&'p SourceRef>,
    pub(super) used_rules: Vec<&'p SourceRef>,
    pub(super) holders: BTreeMap<Privilege, Vec<&'p Holders>>,
    pub(super) contradictions: Vec<Contradiction>,
    pub(super) not_checked: Vec<not_checked::Reason>,
    pub(super) identities: BTreeMap<PrincipalId, bool>,
    pub(super) keys_wanted: bool,
}

pub(super) fn audit_account<'p>(
    record: &AccountRecord,
    policy: &'p Policy,
    names: &Names<'_>,
    baseline: Option<&Baseline>,
    header: &Header,
) -> Outcome<'p> {
    let own = policy.for_account(&record.account);
    let holders = own.holders.clone();
    let contradictions = own.contradictions.clone();
    // What could be for the account is not unused.
    let blocks = own.blocks.iter().chain(&own.undecided).map(|block| &block.at).collect();
    let keys_wanted = own
        .local_auth
        .as_ref()
        .is_some_and(|ruled| ruled.value == Switch::Enabled);
    let context = AccountContext::new(record, own, names, baseline, header);
    let roles = LazyCell::new(|| context.roles_by_assignment());
    let drafts = registry::rows().flat_map(|row| row.in_account(&context));
    // Whatever is said of an assignment is another finding once its role gives something else.
    let drafts: Vec<Draft> = drafts
        .map(|draft| match draft.subject() {
            Subject::Grant {
                assignment: Some(id), ..
            } => match roles.get(id.as_str()) {
                Some(role) => draft.through(&context, role),
                None => draft,
            },
            _ => draft,
        })
        .collect();
    let is_used = |place: &usize| {
        context.rules.get(*place).is_some_and(|judged| {
            context.access.grants().any(|grant| {
                names.concerns(&judged.rule.principal, grant.principal())
                    && context
                        .access
                        .existing
                        .pattern_could_overlap(&judged.rule.scope, grant.scope)
                    && !judged.bounds.most().and(grant.role.bounds.most()).is_empty()
            })
        })
    };
    // Where nothing was read, a rule isn't unused.
    let is_analyzed = context.account().api.has_roles_read();
    let at = |place: usize| context.rules.get(place).map(|judged| &judged.rule.at);
    Outcome {
        summary: summarise(&context, &drafts),
        blocks,
        applied_rules: (0..context.rules.len())
            .filter(|_| is_analyzed)
            .filter_map(at)
            .collect(),
        used_rules: (0..context.rules.len()).filter(is_used).filter_map(at).collect(),
        not_checked: not_checked::of_account(&context),
        holders,
        contradictions,
        keys_wanted,
        identities: identities(&context),
        drafts,
    }
}

/// The managed identities that have access to data, and whether certainly. Others are not kept: an account may have
/// thousands of assignments.
fn identities(context: &AccountContext<'_, '_>) -> BTreeMap<PrincipalId, bool> {
    let mut found = BTreeMap::new();
    for grant in context.access.grants() {
        let sure = grant.is_certain() && !grant.role.bounds.least().is_empty();
        for id in context.names.directory.identities(grant.principal()) {
            *found.entry(PrincipalId::clone(id)).or_insert(false) |= sure;
        }
    }
    found
}
