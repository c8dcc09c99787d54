//! What an audit does not judge although nothing failed: rules that mean nothing, and what the scan was not asked for.

use super::wording::{count, quote};
use crate::finding::Notice;
use crate::policy::{Policy, Privilege};
use crate::snapshot::Snapshot;

/// All of them, the policy's first.
pub(super) fn all(snapshot: &Snapshot, policy: &Policy) -> Vec<Notice> {
    let of_policy = policy.notices.iter().map(|notice| Notice {
        message: notice.value.clone(),
        policy: Some(notice.at.clone()),
    });
    of_policy
        .chain(without_control_plane(snapshot, policy))
        .chain(without_directory(snapshot))
        .collect()
}

/// Keys and self-grants can be judged only with Azure RBAC.
fn without_control_plane(snapshot: &Snapshot, policy: &Policy) -> Option<Notice> {
    if snapshot.accounts.is_empty() || snapshot.has_control_plane() {
        return None;
    }
    let first = |privilege: &Privilege| {
        let lists = policy.blocks.iter().filter_map(|block| block.holders.get(privilege));
        lists.map(|list| list.at.clone()).min()
    };
    let stated = Privilege::ALL.iter().find_map(first);
    let mut message =
        "Azure RBAC was not read (`--no-control-plane`, or a snapshot without it): who can read keys, change \
                       accounts or give access was not judged"
            .to_owned();
    if stated.is_some() {
        message.push_str(", though the policy says who may");
    }
    Some(Notice {
        message,
        policy: stated,
    })
}

/// Without the directory, names stay ids.
fn without_directory(snapshot: &Snapshot) -> Option<Notice> {
    let notice = |message: String| Notice { message, policy: None };
    let Some(principals) = &snapshot.principals else {
        let has_some = snapshot
            .accounts
            .iter()
            .any(|record| !record.role_assignments().is_empty());
        return has_some.then(|| {
            notice(
                "principals were not looked up in the directory (`--no-graph`, no permission, or a snapshot without \
                 them): names stay ids, and neither deleted principals nor persons and groups are known"
                    .to_owned(),
            )
        });
    };
    let bounded = principals.iter().filter(|record| record.members_bounded);
    let names: Vec<String> = bounded
        .map(|record| {
            quote(if record.name.is_empty() {
                record.id.as_str()
            } else {
                &record.name
            })
        })
        .collect();
    (!names.is_empty()).then(|| {
        notice(format!(
            "not all members of {} were read: {}",
            count(names.len(), "group", "groups"),
            names.iter().take(10).cloned().collect::<Vec<_>>().join(", ")
        ))
    })
}
