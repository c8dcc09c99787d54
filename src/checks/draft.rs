//! A finding as a check writes it; severity and state are added by the audit.

use super::context::AccountContext;
use super::steps::Steps;
use super::violation::Violation;
use super::wording::quote;
use crate::finding::{
    Check, Confidence, Finding, Place, Remedy, Severity, SourceRef, State, Subject, Title, Witness, Wrong,
};
use crate::model::{Permission, Shown};
use crate::resolve::Role;
use crate::shown;

/// A finding in the making.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    finding: Finding,
    /// How bad it is where the policy does not say; `None`: as its check is.
    default: Option<Severity>,
    /// Whether it is the same whatever its role grants.
    is_of_any_role: bool,
}

impl Draft {
    pub(super) fn new(check: &'static Check, subject: Subject, title: Title, message: impl Into<Shown>) -> Self {
        Self {
            default: None,
            is_of_any_role: false,
            finding: Finding {
                check,
                severity: Severity::Note,
                confidence: Confidence::Certain,
                state: State::New,
                subject,
                title,
                message: message.into(),
                witness: None,
                place: None,
                remedy: None,
                waiver: None,
                wrong: Wrong::default(),
                key: String::new(),
                behind: String::new(),
            },
        }
    }

    pub(super) fn check(&self) -> &'static Check {
        self.finding.check
    }

    pub(super) fn finish(self, severity: Severity) -> Finding {
        Finding {
            severity,
            ..self.finding
        }
    }

    pub(super) fn subject(&self) -> &Subject {
        &self.finding.subject
    }

    /// How sure it is and, where the readings differ, what it depends on: on `more`, such as how names and ids are spelt, or
    /// else on the wildcards of `stated`.
    pub(super) fn violation<'p>(
        self,
        context: &AccountContext<'_, '_>,
        violation: &Violation,
        stated: impl Iterator<Item = &'p Permission>,
        more: Option<Shown>,
    ) -> Self {
        let stated: Vec<&Permission> = stated.collect();
        let wrong = violation.wrong(&context.access.universe, &stated);
        let more = more.filter(|_| violation.depends_on_more);
        let why = |set| {
            let doubt = more.or_else(|| context.doubt(set, stated.into_iter()));
            doubt.unwrap_or_else(|| "how the service reads wildcards, which isn't documented in full".into())
        };
        let draft = self.wrong(wrong).confidence(violation.confidence);
        match violation.confidence {
            Confidence::Possible => draft.depends_on(why(&violation.actions)),
            Confidence::Certain if violation.possibly.is_empty() => draft,
            Confidence::Certain => {
                let also = context.access.universe.verbs(&violation.possibly);
                let why = why(&violation.possibly);
                draft.also(shown!("Possibly also: {}. That depends on {}.", also, why))
            }
        }
    }

    /// Says in the message what a possible finding depends on: the end of "it depends on …".
    pub(super) fn depends_on(self, what: impl Into<Shown>) -> Self {
        self.also(shown!("Possible: it depends on {}.", what.into()))
    }

    /// One more sentence in the message.
    pub(super) fn also(mut self, sentence: impl Into<Shown>) -> Self {
        self.finding.message.push(shown!(" {}", sentence.into()));
        self
    }

    pub(super) fn confidence(mut self, confidence: Confidence) -> Self {
        self.finding.confidence = confidence;
        self
    }

    pub(super) fn witness(mut self, witness: Witness) -> Self {
        self.finding.witness = Some(witness);
        self
    }

    pub(super) fn policy(mut self, at: Option<&SourceRef>) -> Self {
        self.finding.place = at.cloned().map(Place::Policy);
        self
    }

    /// What to do in words, beginning with a verb.
    pub(super) fn remedy(mut self, summary: impl Into<Shown>) -> Self {
        self.finding.remedy = Some(Remedy {
            summary: summary.into(),
            steps: Vec::new(),
        });
        self
    }

    /// The same, and step by step.
    pub(super) fn fix(mut self, summary: impl Into<Shown>, steps: Steps) -> Self {
        self.finding.remedy = Some(steps.finish(summary.into()));
        self
    }

    /// It is about something that the policy does not speak of: a note, unless the policy gives its check a severity.
    pub(super) fn unstated(self) -> Self {
        self.by_default(Severity::Note)
    }

    /// It is as bad as this, not as its check is, unless the policy gives its check a severity.
    pub(super) fn by_default(mut self, severity: Severity) -> Self {
        self.default = Some(severity);
        self
    }

    pub(super) fn default_severity(&self) -> Severity {
        self.default.unwrap_or(self.finding.check.severity)
    }

    /// The data actions that identify it.
    pub(super) fn wrong(mut self, wrong: Wrong) -> Self {
        self.finding.wrong = wrong;
        self
    }

    /// It is about an assignment of a role.
    pub(super) fn through(mut self, context: &AccountContext<'_, '_>, of: &Role<'_>) -> Self {
        if let Subject::Grant { role, .. } = &mut self.finding.subject {
            role.get_or_insert_with(|| of.definition.role_name.clone());
        }
        match self.has_actions() || self.is_of_any_role {
            true => self,
            false => self.gives(context, of),
        }
    }

    /// It is about an assignment of a role that wasn't read: nobody knows whether it gives something else than it did.
    pub(super) fn through_unread(mut self) -> Self {
        self.finding.wrong.is_unread = !self.is_of_any_role;
        self
    }

    /// It is the same finding whatever its role grants, as nobody has that.
    pub(super) fn of_any_role(mut self) -> Self {
        self.is_of_any_role = true;
        self
    }

    /// It is about whoever has a role: it is another finding once the role gives something else.
    pub(super) fn gives(self, context: &AccountContext<'_, '_>, role: &Role<'_>) -> Self {
        let bounds = &role.bounds;
        match Violation::of(bounds.least(), bounds.most()) {
            Some(violation) => {
                let stated: Vec<&Permission> = role.definition.permissions.iter().collect();
                self.wrong(violation.wrong(&context.access.universe, &stated))
            }
            None => self,
        }
    }

    /// Adds what is behind it, in a hash: it is another finding once that is something else.
    pub(super) fn behind(mut self, hash: String) -> Self {
        self.finding.behind = hash;
        self
    }

    /// Whether it says itself which data actions it is about.
    pub(super) fn has_actions(&self) -> bool {
        self.finding.wrong != Wrong::default()
    }

    /// What tells this finding from others of its check on the same subject.
    pub(super) fn key(mut self, key: impl Into<String>) -> Self {
        self.finding.key = key.into();
        self
    }
}

/// The account's name as titles write it.
pub(super) fn account_title(context: &AccountContext<'_, '_>) -> Shown {
    Shown::of(context.account().id.name())
}

/// The account's name as messages write it.
pub(super) fn account_name(context: &AccountContext<'_, '_>) -> Shown {
    quote(context.account().id.name())
}
