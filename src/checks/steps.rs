//! The steps of a remedy in the making.

use super::command::Command;
use crate::finding::{Remedy, Step};
use crate::model::Shown;
use crate::shown;

/// What to do, one after the other. Once a step has no command that could be given, none that comes after it has one: what
/// takes access away is never alone.
#[derive(Debug, Default)]
pub(super) struct Steps {
    steps: Vec<Step>,
    is_stuck: bool,
    /// Why a step has no command.
    why: Option<&'static str>,
}

impl Steps {
    /// One command.
    pub(super) fn one(command: impl Into<Option<Command>>, changes: impl Into<Shown>) -> Self {
        Self::default().then(command, changes)
    }

    /// Another command; `None`: the Azure CLI has none for it.
    #[must_use]
    pub(super) fn then(mut self, command: impl Into<Option<Command>>, changes: impl Into<Shown>) -> Self {
        let mut changes = changes.into();
        let command: Option<Command> = command.into();
        let edit = command.as_ref().and_then(Command::edit).cloned();
        let command = match command.map(Command::finish) {
            _ if self.is_stuck => None,
            Some(Ok(command)) => Some(command),
            Some(Err(why)) => {
                self.why = Some(why);
                changes.push(shown!(" No command is given, because {}.", why));
                None
            }
            None => None,
        };
        self.is_stuck |= command.is_none();
        let edit = edit.filter(|_| command.is_some()).map(Box::new);
        self.steps.push(Step { command, changes, edit });
        self
    }

    /// Something that the reader does. Steps after it keep their commands, but the remedy is no single command.
    #[must_use]
    pub(super) fn by_hand(mut self, changes: impl Into<Shown>) -> Self {
        self.steps.push(Step {
            command: None,
            changes: changes.into(),
            edit: None,
        });
        self
    }

    /// Something that the reader does, without which what comes after it would do harm.
    #[must_use]
    pub(super) fn first(self, changes: impl Into<Shown>) -> Self {
        Self {
            is_stuck: true,
            ..self.by_hand(changes)
        }
    }

    /// No steps yet, and none that come will have a command.
    pub(super) fn stuck() -> Self {
        Self {
            is_stuck: true,
            ..Self::default()
        }
    }

    /// More steps.
    #[must_use]
    pub(super) fn and(mut self, more: Self) -> Self {
        for step in more.steps {
            self.steps.push(match self.is_stuck {
                true => Step {
                    command: None,
                    edit: None,
                    ..step
                },
                false => step,
            });
        }
        self.is_stuck |= more.is_stuck;
        self.why = self.why.or(more.why);
        self
    }

    /// Whether no further step has a command.
    pub(super) fn is_stuck(&self) -> bool {
        self.is_stuck
    }

    /// Something more to know of the last step.
    #[must_use]
    pub(super) fn noting(mut self, more: &Shown) -> Self {
        if let Some(last) = self.steps.last_mut() {
            last.changes.push(more.clone());
        }
        self
    }

    /// Whether there is a command.
    pub(super) fn has_commands(&self) -> bool {
        self.steps.iter().any(|step| step.command.is_some())
    }

    pub(super) fn finish(self, mut summary: Shown) -> Remedy {
        if let Some(why) = self.why {
            summary.push(shown!(" No command is given, because {}.", why));
        }
        Remedy {
            summary,
            steps: self.steps,
        }
    }
}
