//! The one order of lists that files and reports rely on.

use super::Line;
use crate::model::{
    AccountRecord, AzurePermission, ControlPlane, Database, OnceNative, Permission, PrincipalRecord, RoleAssignment,
    RoleDefinition,
};
use std::cmp::Ordering;

impl Line {
    /// Puts all lists of the line into order.
    pub(super) fn sort(&mut self) {
        match self {
            Self::Account(record) => record.sort(),
            Self::ControlPlane(plane) => plane.sort(),
            Self::Principals(list) => sort_principals(list),
            Self::Header(_) | Self::Gap(_) | Self::Gone(_) | Self::End(_) => {}
        }
    }
}

impl AccountRecord {
    /// Puts all lists into the one order that files and reports rely on.
    pub fn sort(&mut self) {
        let definitions = self.role_definitions.iter_mut().flatten();
        for RoleDefinition {
            assignable_scopes,
            permissions,
            ..
        } in definitions
        {
            assignable_scopes.sort();
            for Permission {
                data_actions,
                not_data_actions,
            } in permissions.iter_mut()
            {
                data_actions.sort();
                not_data_actions.sort();
            }
            permissions.sort();
        }
        let by_name = |a: &RoleDefinition, b: &RoleDefinition| {
            ignoring_case(&a.id, &b.id).then_with(|| a.role_name.cmp(&b.role_name))
        };
        let by_scope =
            |a: &RoleAssignment, b: &RoleAssignment| ignoring_case(&a.id, &b.id).then_with(|| a.scope.cmp(&b.scope));
        self.role_definitions.iter_mut().for_each(|list| list.sort_by(by_name));
        self.role_assignments.iter_mut().for_each(|list| list.sort_by(by_scope));
        for role in self.mongo_roles.iter_mut().flatten() {
            role.privileges
                .iter_mut()
                .for_each(|privilege| privilege.actions.sort());
            role.privileges.sort();
            role.roles.sort();
        }
        for user in self.mongo_users.iter_mut().flatten() {
            user.roles.sort();
        }
        by_id(&mut self.mongo_roles, |one| &one.id);
        by_id(&mut self.mongo_users, |one| &one.id);
        self.native = OnceNative::default();
        if let Some(databases) = &mut self.databases {
            databases
                .iter_mut()
                .flat_map(|database: &mut Database| &mut database.containers)
                .for_each(|list| list.sort());
            databases.sort_by(|a, b| a.name.cmp(&b.name));
        }
        self.gaps.sort();
    }
}

impl ControlPlane {
    /// Puts all lists into the one order that files and reports rely on.
    pub fn sort(&mut self) {
        for role in self.role_definitions.iter_mut().flatten() {
            role.assignable_scopes.sort();
            sort_permissions(&mut role.permissions);
        }
        for deny in self.deny_assignments.iter_mut().flatten() {
            sort_permissions(&mut deny.permissions);
            deny.principals.sort();
            deny.exclude_principals.sort();
        }
        for one in self.delegations.iter_mut().flatten() {
            one.authorizations.sort();
            one.eligible_authorizations.sort();
        }
        by_id(&mut self.role_assignments, |one| &one.id);
        by_id(&mut self.role_definitions, |one| &one.id);
        by_id(&mut self.deny_assignments, |one| &one.id);
        by_id(&mut self.eligible, |one| &one.id);
        by_id(&mut self.delegations, |one| &one.id);
        self.gaps.sort();
    }
}

/// By the id in any casing; what shares one is still in one order only.
fn by_id<T: Ord>(list: &mut Option<Vec<T>>, id: impl Fn(&T) -> &str) {
    if let Some(list) = list {
        list.sort();
        list.sort_by(|a, b| ignoring_case(id(a), id(b)));
    }
}

fn sort_permissions(permissions: &mut [AzurePermission]) {
    for permission in permissions.iter_mut() {
        permission.actions.sort();
        permission.not_actions.sort();
    }
    permissions.sort();
}

pub(super) fn sort_principals(list: &mut [PrincipalRecord]) {
    for members in list.iter_mut().filter_map(|one| one.members.as_mut()) {
        members.sort();
    }
    list.sort();
}

/// Compares ids, which ignore case.
pub(super) fn ignoring_case(a: &str, b: &str) -> Ordering {
    /// Bytes that are compared at once. Ids in one list begin alike, for 150 bytes and more.
    const MANY: usize = 32;
    let [a, b] = [a, b].map(str::as_bytes);
    let alike = a.chunks_exact(MANY).zip(b.chunks_exact(MANY));
    let alike = alike.take_while(|(a, b)| a == b).count() * MANY;
    let [a, b] = [a, b].map(|id| id.iter().skip(alike).map(u8::to_ascii_lowercase));
    a.cmp(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_compared_as_if_all_were_lower_case() {
        let long = "/subscriptions/S/resourceGroups/RG/providers/Microsoft.DocumentDB/databaseAccounts/a/";
        let ends = ["", "x", "X", "y", "Y1", "[", "`", "é"];
        for start in (0..long.len()).map(|length| &long[..length]) {
            for (a, b) in ends.iter().flat_map(|a| ends.iter().map(move |b| (*a, *b))) {
                for upper in [start.to_owned(), start.to_uppercase()] {
                    let (one, other) = (format!("{start}{a}{long}"), format!("{upper}{b}"));
                    let lower = one.to_ascii_lowercase().cmp(&other.to_ascii_lowercase());
                    assert_eq!(ignoring_case(&one, &other), lower, "{one} {other}");
                    assert_eq!(ignoring_case(&other, &one), lower.reverse(), "{one} {other}");
                }
            }
        }
    }
}
