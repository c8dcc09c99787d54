//! Nodes of principals, and who is in which group.
//!
//! An object of Entra ID can be a node of AzureHound's already. So its `name`, which is there a user principal name or has the tenant
//! in it, is left alone: BloodHound shows `displayname` where there is no `name`. Everything else has names that AzureHound doesn't use.

use super::super::answer::People;
use super::id;
use super::kinds::{self, EdgeKind, NodeKind, PRINCIPAL, SOURCE};
use super::shape::{Edge, Node, Properties, Value};
use crate::finding::{AccountSummary, Report};
use crate::model::guid::is_guid;
use crate::model::{PrincipalId, PrincipalKind, PrincipalRef};
use crate::query::{Answer, Found};
use crate::resolve::Members;
use std::collections::BTreeMap;
use std::io;

/// The principals that have nodes and are in no account, sorted.
pub(super) fn of_tenant<'f>(report: &'f Report, people: &'f People<'_>) -> BTreeMap<&'f PrincipalId, &'f PrincipalRef> {
    let of_bypasses = report.bypasses.iter().map(|bypass| &bypass.principal);
    let all = of_bypasses.chain(people.all());
    all.map(|one| (&one.id, one))
        .filter(|(id, _)| !id.is_mongo_user())
        .collect()
}

/// The node of a principal that is in no account.
pub(super) fn node(answer: &Answer<'_>, principal: &PrincipalRef, taken_at: &str) -> Node {
    let (id, directory) = (&principal.id, &answer.tenant.directory);
    let members = match directory.members(id, None) {
        _ if directory.is_deleted(id, None) => "none",
        Members::None => "none",
        Members::Known(group) if group.is_complete && group.is_counted => "all",
        Members::Known(_) => "some",
        Members::Unknown => "unknown",
    };
    let in_directory = match directory.record(id).map(|record| record.found) {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    };
    let kinds = match is_guid(id.as_str()) {
        true => kinds::of_entra(principal.kind),
        false => NodeKind::Principal.all(),
    };
    let mut properties = common(principal, taken_at);
    properties.push(("members_known", Value::text(members)));
    properties.push(("in_directory", Value::text(in_directory)));
    // The directory's name is what AzureHound has there, too; the policy can call the principal otherwise.
    let own = directory.principal(id).name;
    if let Some(name) = own.as_deref().or(principal.name.as_deref()) {
        properties.push(("displayname", Value::text(name)));
    }
    Node {
        id: id::of_entra(id),
        kinds,
        properties: Properties(properties),
    }
}

fn common(principal: &PrincipalRef, taken_at: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("taken_at", Value::text(taken_at)),
        ("principal_id", Value::text(principal.id.as_str())),
        (
            "principal_name",
            Value::text(principal.name.as_deref().unwrap_or_default()),
        ),
        ("principal_kind", Value::text(principal.kind.word())),
    ]
}

/// The nodes of the users of an account's own, who sign in with passwords, as its rows have them.
pub(super) fn of_account(
    account: &AccountSummary,
    rows: &[Found<'_>],
    people: &People<'_>,
    taken_at: &str,
    mut add: impl FnMut(&Node) -> io::Result<()>,
) -> io::Result<()> {
    let own = rows
        .iter()
        .map(|found| &found.principal)
        .filter(|id| id.is_mongo_user());
    let own: BTreeMap<&PrincipalId, Option<&PrincipalRef>> = own.map(|id| (id, people.get(id))).collect();
    for (id, principal) in own {
        let Some(principal) = principal else { continue };
        let mut properties = common(principal, taken_at);
        let name = principal.name.as_deref().unwrap_or(id.as_str());
        properties.push(("name", Value::text(&format!("{name}@{}", account.id.name()))));
        properties.push(("account", Value::text(account.id.name())));
        add(&Node {
            id: id::of_principal(id, &account.id),
            kinds: NodeKind::PasswordUser.all(),
            properties: Properties(properties),
        })?;
    }
    Ok(())
}

/// Anyone who reaches a cluster without authentication.
pub(super) fn anyone(report: &Report, taken_at: &str) -> Node {
    let kind = NodeKind::Anyone;
    Node {
        id: id::of_anyone(&report.snapshot.tenant),
        kinds: vec![kind.name(), PRINCIPAL, SOURCE],
        properties: Properties(vec![
            ("taken_at", Value::text(taken_at)),
            ("name", Value::text("Anyone who reaches the cluster")),
            ("principal_id", Value::text("anyone")),
            ("principal_name", Value::text("anyone")),
            ("principal_kind", Value::text(PrincipalKind::Unknown.word())),
        ]),
    }
}

/// Passes on who is in which group: of the groups that have access, all members that are known, also through groups within them.
pub(super) fn memberships(
    people: &People<'_>,
    taken_at: &str,
    mut add: impl FnMut(&Edge<'_>) -> io::Result<()>,
) -> io::Result<()> {
    for (group, members) in people.groups() {
        let end = id::of_entra(group);
        for member in members {
            let properties = vec![("taken_at", Value::text(taken_at))];
            add(&Edge::new(
                EdgeKind::MemberOf,
                [&id::of_entra(member), &end],
                properties,
            ))?;
        }
    }
    Ok(())
}
