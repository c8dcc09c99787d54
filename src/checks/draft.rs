//! A finding as a check writes it; severity and state are added by the audit.

use super::context::{AccountContext, Violation};
use super::wording::{Command, quote, verbs};
use crate::finding::{CheckId, Confidence, Finding, PolicyRef, PrincipalRef, Reach, Remedy, Severity, State, Witness};
use crate::model::{AccountId, ActionSet, Permission, PrincipalId, Scope, Universe};
use crate::resolve::Grant;

/// A finding in the making.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    finding: Finding,
    /// See [`Draft::unstated`].
    unstated: bool,
}

impl Draft {
    pub(super) fn new(check: CheckId, message: impl Into<String>) -> Self {
        Self {
            unstated: false,
            finding: Finding {
                check,
                severity: Severity::Note,
                confidence: Confidence::Certain,
                state: State::New,
                account: None,
                subject: None,
                principal: None,
                scope: None,
                reach: None,
                data_actions: Vec::new(),
                message: message.into(),
                witness: None,
                policy: None,
                remedy: None,
                waiver: None,
                key: String::new(),
            },
        }
    }

    pub(super) fn check(&self) -> CheckId {
        self.finding.check
    }

    pub(super) fn finish(self, severity: Severity) -> Finding {
        Finding {
            severity,
            ..self.finding
        }
    }

    pub(super) fn principal_id(&self) -> Option<&PrincipalId> {
        self.finding.principal.as_ref().map(|principal| &principal.id)
    }

    pub(super) fn account(self, context: &AccountContext<'_>) -> Self {
        self.account_id(&context.record.account.id)
    }

    pub(super) fn account_id(mut self, id: &AccountId) -> Self {
        self.finding.account = Some(id.clone());
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
        self.finding.message.push_str("; ");
        self.finding.message.push_str(what);
        self
    }

    pub(super) fn confidence(mut self, confidence: Confidence) -> Self {
        self.finding.confidence = confidence;
        self
    }

    pub(super) fn subject(mut self, subject: impl Into<String>) -> Self {
        self.finding.subject = Some(subject.into());
        self
    }

    pub(super) fn principal(mut self, principal: PrincipalRef) -> Self {
        self.finding.principal = Some(principal);
        self
    }

    pub(super) fn scope(mut self, scope: &Scope) -> Self {
        self.finding.scope = Some(scope.clone());
        self
    }

    pub(super) fn data_actions(mut self, universe: &Universe, set: &ActionSet) -> Self {
        self.finding.data_actions = universe.members(set).map(|atom| atom.name()).collect();
        self.finding.data_actions.sort();
        self
    }

    pub(super) fn witness(mut self, witness: Witness) -> Self {
        self.finding.witness = Some(witness);
        self
    }

    pub(super) fn policy(mut self, at: Option<&PolicyRef>) -> Self {
        self.finding.policy = at.cloned();
        self
    }

    pub(super) fn remedy(mut self, summary: impl Into<String>) -> Self {
        self.finding.remedy = Some(Remedy {
            summary: summary.into(),
            command: None,
        });
        self
    }

    pub(super) fn command(mut self, command: Command) -> Self {
        if let Some(remedy) = &mut self.finding.remedy {
            remedy.command = Some(command.finish());
        }
        self
    }

    /// The accounts concerned, by their places in the snapshot.
    pub(super) fn reach(mut self, scope: impl Into<String>, accounts: Vec<usize>) -> Self {
        self.finding.reach = Some(Reach {
            scope: scope.into(),
            accounts,
        });
        self
    }

    /// It is about something that the policy does not speak of: a note, unless the policy gives its check a severity.
    pub(super) fn unstated(mut self) -> Self {
        self.unstated = true;
        self
    }

    pub(super) fn is_unstated(&self) -> bool {
        self.unstated
    }

    /// What tells this finding from others of its check on the same subject.
    pub(super) fn key(mut self, key: impl Into<String>) -> Self {
        self.finding.key = key.into();
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
