//! What a scan always reads, and a line lacks without a gap that says why. Only what an older version wrote can lack it: of any
//! other file, something was lost, and that is never taken for empty.

use super::{Header, Line};
use crate::model::{
    AccountRecord, Api, BuiltinRole, ControlPlane, DenyEffect, Gap, Part, PrincipalRecord, RoleKind, role_key,
};

impl Header {
    /// Notes in a line what it doesn't say, so that everybody takes it for unread.
    pub(super) fn explain(&self, line: &mut Line) {
        // Versions that listed clusters read all of the below as well. A file that doesn't say it can be older, and audits of it
        // say what that version didn't read.
        if !self.has_clusters() {
            return;
        }
        match line {
            Line::Account(record) => of_account(record),
            Line::ControlPlane(plane) => of_control_plane(plane),
            Line::Principals(list) => list.iter_mut().for_each(of_principal),
            Line::Header(_) | Line::Gap(_) | Line::Gone(_) | Line::End(_) => {}
        }
    }
}

/// Users of MongoDB itself, and their roles; role definitions that every account has.
fn of_account(record: &mut AccountRecord) {
    let lost: Vec<&str> = RoleKind::ALL
        .into_iter()
        .filter_map(|kind| lost_built_in(record, kind))
        .collect();
    record.gaps.extend(lost.into_iter().map(not_read));
    of_mongo(record);
    record.gaps.sort();
}

/// The list of role definitions, if an assignment names one that the service brings along, and the list hasn't it: such a role can't
/// be deleted, so something of the list was lost.
fn lost_built_in(record: &AccountRecord, kind: RoleKind) -> Option<&'static str> {
    let row = kind.row();
    if kind.has_passwords()
        || record.has_gap(Part::Account)
        || record.gaps.iter().any(|gap| gap.what == row.definitions)
    {
        return None;
    }
    let ids = row.builtin.iter().map(BuiltinRole::guid);
    let built_in: Vec<String> = ids.collect();
    let is_one = |id: &str, of: &str| role_key(id) == of;
    let assigned = |of: &str| {
        let mut own = record.role_assignments().iter().filter(|one| one.kind == kind);
        own.any(|one| is_one(one.role_definition_id.as_str(), of))
    };
    let listed = |of: &str| {
        let mut own = record.role_definitions().iter().filter(|one| one.kind == kind);
        own.any(|one| is_one(&one.id, of))
    };
    let is_lost = built_in.iter().any(|of| !listed(of) && assigned(of));
    (is_lost && record.role_definitions.is_some()).then_some(row.definitions)
}

fn of_mongo(record: &mut AccountRecord) {
    if record.account.api != Api::Mongo || record.has_gap(Part::Account) {
        return;
    }
    let row = RoleKind::Mongodb.row();
    let lists = [
        (row.definitions, record.mongo_roles.is_none()),
        (row.assignments, record.mongo_users.is_none()),
    ];
    for (list, is_missing) in lists {
        if is_missing && !record.gaps.iter().any(|gap| gap.what == list) {
            record.gaps.push(not_read(list));
        }
    }
}

/// What is delegated to other tenants, and whether a deny assignment blocks anything.
fn of_control_plane(plane: &mut ControlPlane) {
    if plane.lacks_delegations() {
        plane.gaps.push(not_read(Gap::DELEGATIONS));
        plane.gaps.sort();
    }
    for deny in plane.deny_assignments.iter_mut().flatten() {
        deny.effect.get_or_insert(DenyEffect::Unknown);
    }
}

/// A list of members without their number is whole for nobody.
fn of_principal(record: &mut PrincipalRecord) {
    record.members_bounded |= record.members.is_some() && record.members_count.is_none();
}

fn not_read(what: &str) -> Gap {
    Gap {
        what: what.to_owned(),
        item: None,
        status: None,
        code: Gap::NOT_READ.to_owned(),
        message: String::new(),
    }
}
