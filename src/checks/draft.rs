//! A finding as a check writes it; severity and state are added by the audit.

use super::context::{AccountContext, Violation};
use super::wording::{Command, quote, verbs};
use crate::finding::{CheckId, Confidence, Finding, PolicyRef, PrincipalRef, Remedy, Severity, State, Witness};
use crate::model::{AccountId, ActionSet, Permission, PrincipalId, Scope, Universe};
use crate::resolve::Grant;

/// A finding in the making.
#[derive(Debug, Clone)]
pub(super) struct Draft(Finding);

impl Draft {
    pub(super) fn new(check: CheckId, message: impl Into<String>) -> Self {
        Self(Finding {
            check,
            severity: Severity::Note,
            confidence: Confidence::Certain,
            state: State::New,
            account: None,
            subject: None,
            principal: None,
            scope: None,
            data_actions: Vec::new(),
            message: message.into(),
            witness: None,
            policy: None,
            remedy: None,
            key: String::new(),
        })
    }

    pub(super) fn check(&self) -> CheckId {
        self.0.check
    }

    pub(super) fn finish(self, severity: Severity) -> Finding {
        Finding { severity, ..self.0 }
    }

    pub(super) fn principal_id(&self) -> Option<&PrincipalId> {
        self.0.principal.as_ref().map(|principal| &principal.id)
    }

    pub(super) fn account(self, context: &AccountContext<'_>) -> Self {
        self.account_id(&context.record.account.id)
    }

    pub(super) fn account_id(mut self, id: &AccountId) -> Self {
        self.0.account = Some(id.clone());
        self
    }

    /// How sure it is and, where the two readings of the wildcards differ, what it depends on.
    pub(super) fn violation<'p>(
        self,
        context: &AccountContext<'_>,
        violation: &Violation,
        stated: impl Iterator<Item = &'p Permission>,
    ) -> Self {
        let draft = self.confidence(violation.confidence);
        match violation.confidence {
            Confidence::Possible => draft.depends_on(&context.doubt(&violation.actions, stated)),
            Confidence::Certain if violation.possibly.is_empty() => draft,
            Confidence::Certain => {
                let more = verbs(&context.access.universe, &violation.possibly);
                draft.depends_on(&format!(
                    "possibly also {more}: {}",
                    context.doubt(&violation.possibly, stated)
                ))
            }
        }
    }

    /// Says in the message what a possible finding depends on.
    pub(super) fn depends_on(mut self, what: &str) -> Self {
        self.0.message.push_str("; ");
        self.0.message.push_str(what);
        self
    }

    pub(super) fn confidence(mut self, confidence: Confidence) -> Self {
        self.0.confidence = confidence;
        self
    }

    pub(super) fn subject(mut self, subject: impl Into<String>) -> Self {
        self.0.subject = Some(subject.into());
        self
    }

    pub(super) fn principal(mut self, principal: PrincipalRef) -> Self {
        self.0.principal = Some(principal);
        self
    }

    pub(super) fn scope(mut self, scope: &Scope) -> Self {
        self.0.scope = Some(scope.clone());
        self
    }

    pub(super) fn data_actions(mut self, universe: &Universe, set: &ActionSet) -> Self {
        self.0.data_actions = universe.members(set).map(|atom| atom.name()).collect();
        self.0.data_actions.sort();
        self
    }

    pub(super) fn witness(mut self, witness: Witness) -> Self {
        self.0.witness = Some(witness);
        self
    }

    pub(super) fn policy(mut self, at: Option<&PolicyRef>) -> Self {
        self.0.policy = at.cloned();
        self
    }

    pub(super) fn remedy(mut self, summary: impl Into<String>) -> Self {
        self.0.remedy = Some(Remedy {
            summary: summary.into(),
            command: None,
        });
        self
    }

    pub(super) fn command(mut self, command: Command) -> Self {
        if let Some(remedy) = &mut self.0.remedy {
            remedy.command = Some(command.finish());
        }
        self
    }

    /// What tells this finding from others of its check on the same subject.
    pub(super) fn key(mut self, key: impl Into<String>) -> Self {
        self.0.key = key.into();
        self
    }

    /// A finding about what an assignment gives.
    pub(super) fn about_grant(self, context: &AccountContext<'_>, grant: &Grant<'_, '_>) -> Self {
        self.subject(&grant.assignment.id)
            .principal(context.principal(grant.principal()))
            .scope(grant.scope)
    }
}

/// The account's name as messages write it.
pub(super) fn account_name(context: &AccountContext<'_>) -> String {
    quote(&context.record.account.name)
}
