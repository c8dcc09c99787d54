//! Who is there: the identities of teams, people, and groups of them.

use super::{Size, guid};
use serde_json::{Value, json};

/// An identity of a team: of its grants, the one with this number.
pub(crate) fn of_team(team: usize, grant: usize) -> String {
    guid(3, team * 100_000 + grant)
}

/// Somebody whom no grant allows anything.
pub(crate) fn stranger(number: usize) -> String {
    guid(7, number % 50_000)
}

/// A group.
pub(crate) fn group(number: usize) -> String {
    guid(5, number)
}

fn person(number: usize) -> String {
    guid(6, number)
}

/// All that the directory knows, sorted by id.
pub(crate) fn all(size: &Size) -> Vec<Value> {
    let identity = |id: String, name: String| {
        let resource = format!(
            "/subscriptions/{}/resourceGroups/rg-identities/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}",
            guid(1, 0)
        );
        json!({"id": id, "name": name, "kind": "managed-identity", "found": true, "resource_id": resource})
    };
    let teams = (0..size.blocks).flat_map(|team| {
        (0..size.grants).map(move |grant| identity(of_team(team, grant), format!("id-team-{team}-{grant}")))
    });
    let members = |number: usize| -> Vec<String> {
        let some = (0..size.members).map(|place| person(number * 7 + place));
        some.collect()
    };
    let groups = (0..size.groups).map(|number| {
        json!({"id": group(number), "name": format!("Group {number}"), "kind": "group", "found": true,
            "members": members(number), "members_count": size.members})
    });
    let people = match size.groups {
        0 => 0,
        groups => (groups - 1) * 7 + size.members,
    };
    let people = (0..people).map(|number| {
        json!({"id": person(number), "name": format!("user{number}@contoso.example"), "kind": "user", "found": true})
    });
    let strangers = if size.findings > 0.0 { 50_000 } else { 0 };
    let strangers = (0..strangers).map(|number| identity(stranger(number), format!("id-stray-{number}")));
    teams.chain(groups).chain(people).chain(strangers).collect()
}
