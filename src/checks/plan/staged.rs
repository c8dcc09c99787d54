//! What can take the place of role assignments is created, or made of another one, before any of them is deleted: it takes minutes until Azure Cosmos DB
//! acts on it, and whoever runs the script checks it in between.

use super::job::{Part, edits};
use crate::finding::{AccountEdit, PlanPart, Stage, Step};

/// The parts of an account, with all that is created or changed before all that is deleted. One that does both becomes two.
pub(super) fn staged(parts: Vec<Part>) -> Vec<Part> {
    let mut done: Vec<Part> = Vec::new();
    for part in parts {
        let at = done
            .iter()
            .position(|one| deletes(&one.plan.steps))
            .unwrap_or(done.len());
        match early(&part, done.get(at..).unwrap_or_default()) {
            Some((creates, rest)) => {
                done.insert(at, creates);
                done.extend(rest);
            }
            None => done.push(part),
        }
    }
    done
}

/// What a part creates, and the rest of it. `None`: it creates nothing, or not without what `passed` does before.
fn early(part: &Part, passed: &[Part]) -> Option<(Part, Option<Part>)> {
    if part.plan.held.is_some() {
        return None;
    }
    let steps = &part.plan.steps;
    let first = steps.iter().position(|step| deletes(std::slice::from_ref(step)));
    let (creates, rest) = steps.split_at(first.unwrap_or(steps.len()));
    let creates_all = edits(creates).all(|(_, edit)| match edit {
        AccountEdit::CreateAssignment { id, .. } | AccountEdit::UpdateAssignment { id, .. } => {
            !passed.iter().any(|one| concerns(one, id))
        }
        // The name of a role can be free only once another one is deleted.
        AccountEdit::WriteDefinition { .. } => passed.is_empty(),
        _ => false,
    });
    if edits(creates).next().is_none() || !creates_all {
        return None;
    }
    let half = |stage, steps: &[Step]| Part {
        id: part.id.clone(),
        plan: PlanPart {
            stage,
            steps: steps.to_vec(),
            opens: Vec::new(),
            ..part.plan.clone()
        },
    };
    if rest.is_empty() {
        return Some((part.clone(), None));
    }
    let mut last = half(part.plan.stage, rest);
    last.plan.opens.clone_from(&part.plan.opens);
    Some((half(Stage::Replace, creates), Some(last)))
}

fn deletes(steps: &[Step]) -> bool {
    edits(steps).any(|(_, edit)| {
        matches!(
            edit,
            AccountEdit::DeleteAssignment { .. } | AccountEdit::DeleteDefinition { .. }
        )
    })
}

fn concerns(part: &Part, assignment: &str) -> bool {
    edits(&part.plan.steps).any(|(_, edit)| match edit {
        AccountEdit::CreateAssignment { id, .. }
        | AccountEdit::UpdateAssignment { id, .. }
        | AccountEdit::DeleteAssignment { id } => id.eq_ignore_ascii_case(assignment),
        _ => false,
    })
}
