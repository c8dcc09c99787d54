//! The principals of a drafted policy, each on a line: its object ID, what it is, and who is in it.

use super::lines::{Lines, WIDTH};
use super::members::Members;
use super::names::Names;
use super::yaml::{list, scalar};

pub(super) fn principals(lines: &mut Lines, names: &Names<'_>) {
    let declared = names.declared();
    if declared.is_empty() {
        return;
    }
    lines.part("principals");
    for one in declared {
        let (name, id) = (scalar(one.name), one.id);
        let kind = one.kind.map(|kind| format!("kind: {}", kind.word()));
        let members = match one.members {
            Some(Members::Listed(members)) => Some(names.sorted(members)),
            Some(Members::LeftOut(_)) | None => None,
        };
        let in_line = members
            .as_ref()
            .map(|members| format!("members: {}", list(members.iter().cloned())));
        let keys: Vec<String> = [Some(format!("id: {id}")), kind.clone(), in_line]
            .into_iter()
            .flatten()
            .collect();
        let line = format!("{name}: {{ {} }}", keys.join(", "));
        match (&members, one.members) {
            (Some(members), _) if 2 + line.chars().count() > WIDTH => {
                lines.line(2, &format!("{name}:"));
                lines.line(4, &format!("id: {id}"));
                if let Some(kind) = kind {
                    lines.line(4, &kind);
                }
                lines.list(4, "members", members);
            }
            (None, Some(Members::LeftOut(why))) => {
                lines.line(2, &format!("{line} # TODO: members aren't listed: {why}"))
            }
            _ => lines.line(2, &line),
        }
    }
}
