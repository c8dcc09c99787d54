//! What a script of fixes does, and in which order. Worked out on a copy of the tenant that was audited again: what is said
//! of it was seen there.

use super::edit::{AccountEdit, Edit};
use super::remedy::Step;
use super::scale::Severity;
use super::title::Title;
use crate::model::{AccountId, RoleAssignment, RoleDefinition, Shown};
use std::collections::BTreeSet;

/// The fixes of a report as one run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// What is done, one after the other.
    pub parts: Vec<PlanPart>,
    /// The findings that count and are there no more afterwards, by their places in the report.
    pub closes: BTreeSet<usize>,
    /// The findings that count and are there only afterwards, the worst first.
    pub opens: Vec<Opened>,
    /// The role definitions and role assignments that are created or changed, by account.
    pub accounts: Vec<PlannedAccount>,
}

/// What a step of a plan is about. The order of a run: what gives comes before what takes away, and what cannot be undone by the
/// next deployment comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// A role definition is created.
    Define,
    /// A role is assigned, and nothing is taken away.
    Grant,
    /// A role definition is changed.
    Redefine,
    /// An assignment gets another role.
    Reassign,
    /// A role is assigned that takes the place of a role assignment that is deleted later.
    Replace,
    /// Role assignments are deleted, each after what has to be in its place.
    Remove,
    /// A role definition is deleted.
    Undefine,
    /// Assignments of Azure roles are deleted.
    Azure,
    /// Keys are kept from changing databases and containers.
    KeyMetadataWrites,
    /// Key-based authentication is disabled.
    Keys,
    /// Keys are generated anew.
    RegenerateKeys,
}

/// The steps for one finding, or for one account that several findings are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanPart {
    /// What it is about, at the latest of its steps.
    pub stage: Stage,
    /// The cause, by its place in the report.
    pub cause: usize,
    /// The findings that it is for, by their places in the report.
    pub findings: Vec<usize>,
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// Why the reader has to decide first; `None`: nothing stands against it.
    pub held: Option<Shown>,
    /// What the account has only afterwards, besides what the whole plan opens.
    pub opens: Vec<Opened>,
}

/// A finding that a change brings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opened {
    /// How bad it is.
    pub severity: Severity,
    /// What it says.
    pub title: Title,
}

/// What an account has afterwards and hasn't today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedAccount {
    /// The account.
    pub id: AccountId,
    /// Role definitions that are created or changed, sorted by id.
    pub definitions: Vec<RoleDefinition>,
    /// Role assignments that are created or changed, sorted by id.
    pub assignments: Vec<RoleAssignment>,
}

impl Plan {
    /// Whether the run has to stop before it deletes role assignments: others that can take their place are created or changed
    /// before, and have to take effect first.
    pub fn waits(&self) -> bool {
        let mut given: BTreeSet<&AccountId> = BTreeSet::new();
        let active = self.parts.iter().filter(|part| part.held.is_none());
        for (part, step) in active.flat_map(|part| part.steps.iter().map(move |step| (part, step))) {
            let Some(Edit::InAccount { account, edit }) = step.edit.as_deref() else {
                continue;
            };
            match edit.as_ref() {
                AccountEdit::CreateAssignment { .. } | AccountEdit::UpdateAssignment { .. }
                    if part.stage < Stage::Remove =>
                {
                    given.insert(account);
                }
                AccountEdit::DeleteAssignment { .. } if given.contains(account) => return true,
                _ => {}
            }
        }
        false
    }

    /// The steps that are not held back, in order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        let active = self.parts.iter().filter(|part| part.held.is_none());
        active.flat_map(|part| &part.steps)
    }
}
