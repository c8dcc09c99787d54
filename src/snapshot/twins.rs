//! Things that stand twice in an account of a snapshot. Whichever were taken, the other would be lost: what differs is
//! refused, what is the same is one.

use super::order::ignoring_case;
use crate::model::casing::folded;
use crate::model::{AccountRecord, RoleKind, arm_id, guid};
use std::collections::BTreeMap;

/// Removes repetitions; the lists of `record` are sorted.
pub(super) fn join(record: &mut AccountRecord) -> Result<(), String> {
    let definitions = record.role_definitions().iter().map(|one| (&one.id, one.kind));
    let assignments = record.role_assignments().iter().map(|one| (&one.id, one.kind));
    if let Some((id, kind)) = definitions.chain(assignments).find(|(id, kind)| is_other(id, *kind)) {
        let word = kind.row().word;
        return Err(format!(
            "`kind` of `{id}` is `{word}`, which the ID contradicts; take a new snapshot"
        ));
    }
    if let Some(list) = &mut record.role_definitions {
        join_list(list, "role definition", |role| &role.id)?;
    }
    if let Some(list) = &mut record.role_assignments {
        join_list(list, "role assignment", |assignment| &assignment.id)?;
    }
    if let Some(list) = &mut record.mongo_roles {
        join_list(list, "MongoDB role", |role| &role.id)?;
    }
    if let Some(list) = &mut record.mongo_users {
        join_list(list, "MongoDB user", |user| &user.id)?;
    }
    for database in record.databases.iter_mut().flatten() {
        database.containers.iter_mut().for_each(Vec::dedup);
    }
    if let Some(list) = &mut record.databases {
        list.dedup();
        let names = || list.iter().map(|database| &database.name);
        // Sorted by name.
        if let Some((name, _)) = names().zip(names().skip(1)).find(|(a, b)| a == b) {
            return Err(contradiction("database", name));
        }
    }
    Ok(())
}

/// Whether an id names a list of another kind of role.
fn is_other(id: &str, kind: RoleKind) -> bool {
    RoleKind::of_id(id).is_some_and(|own| own != kind)
}

fn join_list<T: Clone + PartialEq + WithId>(
    list: &mut Vec<T>,
    what: &str,
    id: fn(&T) -> &String,
) -> Result<(), String> {
    if list.is_sorted_by(|one, next| is_plainly_before(id(one), id(next))) {
        return Ok(());
    }
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept: Vec<T> = Vec::with_capacity(list.len());
    for one in std::mem::take(list) {
        let key = key(id(&one));
        match first.get(&key).and_then(|place| kept.get(*place)) {
            None => {
                first.insert(key, kept.len());
                kept.push(one);
            }
            Some(twin) if one.clone().with_id(id(twin)) == *twin => {}
            Some(_) => return Err(contradiction(what, id(&one))),
        }
    }
    *list = kept;
    Ok(())
}

fn contradiction(what: &str, id: &str) -> String {
    format!("{what} `{id}` appears twice in the account, with different contents; take a new snapshot")
}

/// Whether two ids in a row are in order, differ, have letters of ASCII only, and end with GUIDs in their usual spelling. Where that is so throughout, as
/// in nearly every list, nothing is there twice.
fn is_plainly_before(one: &str, next: &str) -> bool {
    let is_plain = |id: &str| id.is_ascii() && guid::is_guid(arm_id::last_segment(id)) && !id.ends_with('/');
    is_plain(one) && is_plain(next) && ignoring_case(one, next).is_lt()
}

/// What an id is compared by: ids ignore case, and their last segment is a GUID in any spelling.
fn key(id: &str) -> String {
    let last = arm_id::last_segment(id);
    let parent = id.trim_end_matches('/').strip_suffix(last).unwrap_or_default();
    format!("{}{}", folded(parent), guid::canonical(last))
}

/// Something with an id that may be spelt otherwise.
trait WithId {
    fn with_id(self, id: &str) -> Self;
}

impl WithId for crate::model::RoleDefinition {
    fn with_id(self, id: &str) -> Self {
        Self {
            id: id.to_owned(),
            ..self
        }
    }
}

impl WithId for crate::model::RoleAssignment {
    fn with_id(self, id: &str) -> Self {
        Self {
            id: id.to_owned(),
            ..self
        }
    }
}

impl WithId for crate::model::MongoRole {
    fn with_id(self, id: &str) -> Self {
        Self {
            id: id.to_owned(),
            ..self
        }
    }
}

impl WithId for crate::model::MongoUser {
    fn with_id(self, id: &str) -> Self {
        Self {
            id: id.to_owned(),
            ..self
        }
    }
}
