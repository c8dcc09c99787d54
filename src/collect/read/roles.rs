//! The lists of roles of an account: those of the kind of its API, and the role assignments of the other kinds.

use super::below::{below, path};
use super::list::Listing;
use super::service::Service;
use super::versions::Versions;
use crate::arm;
use crate::model::{Account, Gap, RoleAssignment, RoleDefinition, RoleKind};
use futures::{join, stream, stream::StreamExt};

/// What was read of the roles of an account.
#[derive(Debug, Default)]
pub(super) struct Roles {
    pub(super) definitions: Option<Vec<RoleDefinition>>,
    pub(super) assignments: Option<Vec<RoleAssignment>>,
    pub(super) gaps: Vec<Gap>,
}

impl Roles {
    /// Adds what was read of other kinds. A list that wasn't read stays unread, unless something of another kind is there:
    /// then the gap says that it isn't all.
    pub(super) fn add(&mut self, other: Self) {
        add(&mut self.definitions, other.definitions);
        add(&mut self.assignments, other.assignments);
        self.gaps.extend(other.gaps);
    }
}

fn add<T>(own: &mut Option<Vec<T>>, other: Option<Vec<T>>) {
    if let Some(other) = other.filter(|items| !items.is_empty()) {
        own.get_or_insert_default().extend(other);
    }
}

/// Reads the roles of the kind of the account's API.
pub(super) async fn own(arm: &Service, account: &Account, kind: RoleKind, versions: &Versions) -> Roles {
    let (definitions, assignments) = join!(
        definitions(arm, account, kind, versions),
        assignments(arm, account, kind, versions)
    );
    let mut gaps = definitions.gaps;
    gaps.extend(assignments.gaps);
    Roles {
        definitions: definitions.items,
        assignments: assignments.items,
        gaps,
    }
}

/// Reads the role assignments of the kinds that are not `own`, and the role definitions of those that are assigned. An
/// account that says it has no such list has no such assignment.
pub(super) async fn foreign(
    arm: &Service,
    account: &Account,
    own: RoleKind,
    is_wanted: bool,
    versions: &Versions,
) -> Roles {
    let mut roles = Roles::default();
    if !is_wanted {
        return roles;
    }
    let others = RoleKind::ENTRA.into_iter().filter(|kind| *kind != own);
    let each = others.map(|kind| async move {
        let assigned = assignments(arm, account, kind, versions).await;
        let mut roles = Roles {
            gaps: assigned.gaps,
            ..Roles::default()
        };
        let Some(items) = assigned.items else {
            roles.gaps.retain(|gap| !is_no_such_list(gap));
            return roles;
        };
        if items.is_empty() {
            return roles;
        }
        let defined = definitions(arm, account, kind, versions).await;
        roles.gaps.extend(defined.gaps);
        Roles {
            definitions: defined.items,
            assignments: Some(items),
            ..roles
        }
    });
    let mut each = stream::iter(each).buffered(RoleKind::ENTRA.len());
    while let Some(one) = each.next().await {
        roles.add(one);
    }
    roles
}

async fn definitions(arm: &Service, account: &Account, kind: RoleKind, versions: &Versions) -> Listing<RoleDefinition> {
    let list = kind.row().definitions;
    let path = path(account, &[list]);
    let read = |list| arm.list(list, |item| arm::role_definition(item, kind));
    let list = below(account, list, &path);
    match kind {
        RoleKind::Sql => read(list).await,
        _ => versions.roles.read(list, read).await,
    }
}

async fn assignments(arm: &Service, account: &Account, kind: RoleKind, versions: &Versions) -> Listing<RoleAssignment> {
    let list = kind.row().assignments;
    let path = path(account, &[list]);
    let read = |list| arm.list(list, |item| arm::role_assignment(item, kind));
    let list = below(account, list, &path);
    match kind {
        RoleKind::Sql => read(list).await,
        _ => versions.roles.read(list, read).await,
    }
}

/// Whether the service says that the account has no such list. What else fails isn't known to be empty: neither what it knows in another
/// version only, nor anything of an account that isn't there or not ready, which its own lists tell.
pub(super) fn is_no_such_list(gap: &Gap) -> bool {
    let codes = ["BadRequest", "MethodNotAllowed", "NotFound"];
    matches!(gap.status, Some(400 | 404 | 405)) && codes.iter().any(|code| code.eq_ignore_ascii_case(&gap.code))
}
