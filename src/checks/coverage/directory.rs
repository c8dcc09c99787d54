//! What Microsoft Graph was asked for and didn't answer, although the policy has a rule about it. Without names alone an audit is
//! complete.

use crate::checks::context::AuditContext;
use crate::checks::drift::unread_groups;
use crate::checks::wording::quote;
use crate::finding::{SourceRef, Title};
use crate::model::Shown;
use crate::policy::Privilege;
use crate::shown;
use crate::title;

const GRANT: &str = "Grant the scanning identity `Directory.Read.All` of Microsoft Graph, and scan again. Or scan with `--no-graph`: these \
                     rules of the policy are then listed as not checked.";
const TOO_MANY: &str = "Review the group in Microsoft Entra ID: a scan reads at most 5,000 members of a group, and of 500 groups. Or remove its \
                        `members` from the policy: they are then listed as not checked.";
const DELETED: &str = "If the group was deleted, delete its role assignments and remove its `members` from the policy. Otherwise scan again.";

/// A rule that couldn't be checked.
pub(super) struct Unchecked<'a> {
    /// What is unknown.
    pub(super) title: Title,
    /// What that means.
    pub(super) message: Shown,
    /// What to do about it.
    pub(super) remedy: &'static str,
    /// The rule.
    pub(super) at: &'a SourceRef,
    /// Tells it from others.
    pub(super) key: String,
}

/// Of each group whose members the policy lists, and of managed identities.
pub(super) fn unchecked<'a>(context: &AuditContext<'a>) -> impl Iterator<Item = Unchecked<'a>> {
    let groups = unread_groups(context).map(|(group, list)| Unchecked {
        title: title!(
            "Members of {} couldn't be read",
            context.names.title_within(&group.id)
        ),
        message: shown!(
            "Not all members of {} could be read, so members that the policy doesn't list can be missing from this report.",
            quote(&group.name)
        ),
        remedy: match context.tenant.directory.record(&group.id) {
            Some(record) if !record.found => DELETED,
            Some(record) if record.members.is_some() => TOO_MANY,
            _ => GRANT,
        },
        at: &list.at,
        key: format!("members\n{}", group.id),
    });
    groups.chain(identities(context))
}

/// Nobody is known to be a managed identity.
fn identities<'a>(context: &AuditContext<'a>) -> Option<Unchecked<'a>> {
    let frame = &context.tenant.frame;
    let is_unread = frame.is_graph_asked() && frame.principals.is_none() && frame.has_control_plane();
    let mut lists = (context.holders.iter()).filter_map(|lists| lists.get(&Privilege::IdentityAdmins)?.first());
    let first = lists.next().filter(|_| is_unread)?;
    Some(Unchecked {
        title: title!("Managed identities couldn't be looked up"),
        message: "No principal could be looked up, so principals that can act as a managed identity with access can be missing from this \
                  report."
            .into(),
        remedy: GRANT,
        at: &first.at,
        key: "identities".to_owned(),
    })
}

/// Whether the policy has no rule about what couldn't be read.
pub(in crate::checks) fn is_known(context: &AuditContext<'_>) -> bool {
    unchecked(context).next().is_none()
}
