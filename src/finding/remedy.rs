//! What to do about a finding. Commands are printed, never run.

use super::edit::Edit;
use crate::model::Shown;

/// What to do about a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Remedy {
    /// In words, beginning with a verb.
    pub summary: Shown,
    /// What to do one after the other. What takes something away comes after what has to be there first.
    pub steps: Vec<Step>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step {
    /// For a POSIX shell, with every value quoted. `None`: it is done by hand, or its values could not be pasted safely.
    pub command: Option<String>,
    /// What it gives, changes or takes away.
    pub changes: Shown,
    /// The same for machines. `None`: there is no command, or it changes nothing that is audited.
    pub edit: Option<Box<Edit>>,
}

impl Remedy {
    /// The commands of all steps. `None`: there are no steps, or one of them has no command.
    fn commands(&self) -> Option<Vec<&str>> {
        let commands: Option<Vec<&str>> = self.steps.iter().map(|step| step.command.as_deref()).collect();
        commands.filter(|commands| !commands.is_empty())
    }

    /// All steps as one command that stops where one fails, each on a line.
    pub fn command(&self) -> Option<String> {
        self.commands().map(|commands| commands.join(" && \\\n"))
    }

    /// The same on one line.
    pub fn command_line(&self) -> Option<String> {
        self.commands().map(|commands| commands.join(" && "))
    }
}
