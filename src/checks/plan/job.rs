//! What is to be done, before it is known whether it can be.

use crate::finding::{AccountEdit, Edit, PlanPart, Stage, Step};
use crate::model::{AccountId, AccountRecord, Shown};
use foldhash::HashMap;

/// Why the commands of a fix are held back: the end of "because …".
pub(super) const BY_HAND: &str = "a step before them is done by hand";
pub(super) const CHANGED: &str = "another fix changes the same";
pub(super) const ALONE: &str = "they don't close the finding on their own";
pub(super) const MORE_RIGHTS: &str =
    "they give the scanning identity more rights than a scan needs; docs/permissions.md has a narrower role";
pub(super) const UNMANAGED: &str = "no block of the policy matches the account, so nobody decided about its keys";
pub(super) const UNTRIED: &str =
    "the account has too many fixes to try each of them, and has to be audited again once this script has run";

/// What identifies a part, however often the plan is made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum PartId {
    /// For a finding, by its place in the report.
    Finding(usize),
    /// Keys of the account of this place.
    Keys(usize),
}

/// A part of the plan.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) id: PartId,
    pub(super) plan: PlanPart,
}

/// Why parts are held back that would do harm.
pub(super) type Held = HashMap<PartId, Shown>;

/// A finding of an account that has to be closed.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) cause: usize,
    /// Its place in the report.
    pub(super) finding: usize,
    pub(super) print: String,
}

/// Keys of an account, which are to be disabled.
#[derive(Debug)]
pub(super) struct KeysJob {
    pub(super) cause: usize,
    /// The findings that it is for.
    pub(super) findings: Vec<usize>,
    pub(super) place: usize,
    pub(super) steps: Vec<Step>,
    pub(super) held: Option<Shown>,
}

/// What is to be done in an account.
#[derive(Debug, Default)]
pub(super) struct AccountJobs {
    pub(super) jobs: Vec<Job>,
    pub(super) keys: Option<KeysJob>,
}

/// The edits of steps in accounts.
pub(super) fn edits(steps: &[Step]) -> impl Iterator<Item = (&AccountId, &AccountEdit)> {
    steps.iter().filter_map(|step| match step.edit.as_deref()? {
        Edit::InAccount { account, edit } => Some((account, edit.as_ref())),
        Edit::DeleteAzureAssignment { .. } => None,
    })
}

/// The steps up to the first that the reader does, and the others.
pub(super) fn split(steps: &[Step]) -> (&[Step], &[Step]) {
    let by_hand = steps.iter().position(|step| step.command.is_none());
    steps.split_at(by_hand.unwrap_or(steps.len()))
}

/// What a part is about: what its last steps do.
pub(super) fn stage(steps: &[Step], record: Option<&AccountRecord>) -> Stage {
    let is_there = |id: &str| {
        let mut roles = record.iter().flat_map(|record| record.role_definitions());
        roles.any(|role| role.id.eq_ignore_ascii_case(id))
    };
    let of = |step: &Step| match step.edit.as_deref() {
        Some(Edit::DeleteAzureAssignment { .. }) => Stage::Azure,
        Some(Edit::InAccount { edit, .. }) => match edit.as_ref() {
            AccountEdit::WriteDefinition { id, .. } if is_there(id) => Stage::Redefine,
            AccountEdit::WriteDefinition { .. } => Stage::Define,
            AccountEdit::CreateAssignment { .. } => Stage::Grant,
            AccountEdit::UpdateAssignment { .. } => Stage::Reassign,
            AccountEdit::DeleteAssignment { .. } => Stage::Remove,
            AccountEdit::DeleteDefinition { .. } => Stage::Undefine,
            AccountEdit::DisableKeyMetadataWrites => Stage::KeyMetadataWrites,
            AccountEdit::DisableKeys | AccountEdit::RequirePasswords => Stage::Keys,
            AccountEdit::RegenerateKey { .. } => Stage::RegenerateKeys,
        },
        None => Stage::Grant,
    };
    steps.iter().map(of).max().unwrap_or(Stage::Grant)
}

/// Whether what the edits change is still there, and what they create isn't: a command that fails would end the run.
pub(super) fn can_run(steps: &[Step], record: &AccountRecord) -> bool {
    let assigned = |id: &str| {
        record
            .role_assignments()
            .iter()
            .map(|one| &one.id)
            .chain(record.mongo_users.iter().flatten().map(|one| &one.id))
            .any(|one| one.eq_ignore_ascii_case(id))
    };
    let defined = |id: &str| {
        record
            .role_definitions()
            .iter()
            .map(|one| &one.id)
            .chain(record.mongo_roles.iter().flatten().map(|one| &one.id))
            .any(|one| one.eq_ignore_ascii_case(id))
    };
    edits(steps).all(|(_, edit)| match edit {
        AccountEdit::CreateAssignment { id, .. } => !assigned(id),
        AccountEdit::UpdateAssignment { id, .. } | AccountEdit::DeleteAssignment { id } => assigned(id),
        AccountEdit::DeleteDefinition { id } => defined(id),
        AccountEdit::DisableKeyMetadataWrites
        | AccountEdit::DisableKeys
        | AccountEdit::RequirePasswords
        | AccountEdit::RegenerateKey { .. }
        | AccountEdit::WriteDefinition { .. } => true,
    })
}
