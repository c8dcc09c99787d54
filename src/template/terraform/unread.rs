//! What of a plan isn't read, though it could grant access: each is named, so that nothing passes in silence.

use super::super::kinds::assigns;
use super::super::planned::Unread;
use super::super::value::{Node, Value, Why};
use super::change::{Change, Fate};
use super::config::{list, whole_references};
use super::content;
use super::rows::is_unknown;
use super::world::World;
use std::collections::BTreeSet;

/// What is missing from a plan as a whole.
pub(super) fn of_plan(plan: &Node) -> Vec<Unread> {
    let mut found = Vec::new();
    let mut add = |what: &str, why: Why, at: Option<&Node>| {
        found.push(Unread {
            what: what.to_owned(),
            why,
            at: at.and_then(|node| node.at).or(plan.at),
        });
    };
    let is = |field: &str, wanted: bool| plan.get(field).filter(|node| node.value == Value::Bool(wanted));
    if let Some(errored) = is("errored", true) {
        let why = Why::Elsewhere("what Terraform couldn't plan because of an error".into());
        add("the rest of the plan", why, Some(errored));
    } else if let Some(incomplete) = is("complete", false) {
        let why = Why::Elsewhere("everything that the configuration declares, because the plan isn't complete".into());
        add("the rest of the plan", why, Some(incomplete));
    }
    let planned = plan.at_path(&["planned_values", "root_module"]);
    let has_resources = planned.is_some_and(|module| {
        let listed = |field: &str| !list(module.get(field)).is_empty();
        listed("resources") || listed("child_modules")
    });
    if plan.get("resource_changes").is_none() && has_resources {
        let why = Why::Elsewhere("`resource_changes`, which say what isn't known yet".into());
        add("the plan's resources", why, planned);
    } else {
        for resource in without_change(plan) {
            let address = resource.text("address").map_or("?", |address| address);
            let why = Why::Elsewhere("its entry in `resource_changes`, which says what isn't known yet".into());
            add(&named(address), why, Some(resource));
        }
    }
    for entry in list(plan.get("deferred_changes")) {
        let address = entry.get("resource_change").and_then(|change| change.text("address"));
        let why = Why::Elsewhere("changes that Terraform has deferred to a later plan".into());
        add(&named(address.map_or("?", |address| address)), why, Some(entry));
    }
    for entry in ["action_invocations", "deferred_action_invocations"]
        .iter()
        .flat_map(|name| list(plan.get(name)))
    {
        // One that is deferred has the invocation inside.
        let action = entry.get("action_invocation").unwrap_or(entry);
        let value = |name: &str| action.get("config_values").and_then(|values| values.text(name));
        let of_ours = value("type").is_none_or(|of| is_ours(of));
        let is_azapi = action.text("type").is_some_and(|kind| kind.starts_with("azapi_"));
        if is_azapi && of_ours && !only_reads(value("method").map(|of| &**of), value("action").map(|of| &**of)) {
            let address = action.text("address").map_or("?", |address| address);
            let why = Why::Elsewhere("what the action changes".into());
            add(&format!("the action `{address}`"), why, Some(entry));
        }
    }
    found
}

/// Of what Terraform has deferred to a later plan, the assignments of roles, and whether these are Azure roles.
pub(super) fn deferred_assignments(plan: &Node) -> impl Iterator<Item = (String, bool)> {
    let deferred = list(plan.get("deferred_changes")).iter();
    deferred.filter_map(|entry| {
        let change = entry.get("resource_change")?;
        let kind = match &**change.text("type")? {
            "azapi_resource" => change.at_path(&["change", "after"])?.text("type")?,
            _ => change.text("type")?,
        };
        let is_one = assigns(kind) || kind.ends_with("_role_assignment") || kind.ends_with("_mongo_user_definition");
        let of_azure = !kind.contains("cosmosdb") && !super::super::kinds::is_ours(kind);
        let address = change.text("address").filter(|_| is_one)?;
        Some((named(address), of_azure))
    })
}

/// Resources of Azure that would be there and that `resource_changes` hasn't. Terraform writes no such plan.
fn without_change(plan: &Node) -> Vec<&Node> {
    let changed: BTreeSet<&str> = list(plan.get("resource_changes"))
        .iter()
        .filter_map(|entry| entry.text("address").map(|address| &**address))
        .collect();
    let mut found = Vec::new();
    let mut open: Vec<&Node> = plan.at_path(&["planned_values", "root_module"]).into_iter().collect();
    while let Some(module) = open.pop() {
        open.extend(list(module.get("child_modules")));
        found.extend(list(module.get("resources")).iter().filter(|resource| {
            let is = |field: &str, holds: fn(&str) -> bool| resource.text(field).is_none_or(|text| holds(text));
            let is_managed = is("mode", |mode| mode != "data");
            let of_azure = |kind: &str| {
                ["azurerm_", "azapi_", "azuread_"]
                    .iter()
                    .any(|with| kind.starts_with(with))
            };
            let address = resource.text("address");
            is_managed && is("type", of_azure) && address.is_none_or(|address| !changed.contains(&**address))
        }));
    }
    found.sort_by_key(|resource| resource.at);
    found
}

/// Whether a request of the provider `azapi` only reads.
fn only_reads(method: Option<&str>, action: Option<&str>) -> bool {
    let starts = |text: Option<&str>, with: &[&str]| {
        let text = text.unwrap_or_default().to_ascii_lowercase();
        with.iter().any(|start| text.starts_with(start))
    };
    starts(method, &["get", "head"]) || starts(action, &["list", "readonlykeys"])
}

/// The version of the format, if this program doesn't know it.
pub(super) fn unknown_version(plan: &Node) -> Option<Unread> {
    let version = plan.get("format_version")?;
    let text = version.value.as_text().map_or("?", |text| text);
    let is_known = matches!(text.split('.').next(), Some("0" | "1"));
    (!is_known).then(|| Unread {
        what: "the plan".to_owned(),
        why: Why::Unsupported(format!("version `{text}` of the format").into()),
        at: version.at,
    })
}

/// Why an entry of `resource_changes` isn't read, if it could have to do with access.
pub(super) fn of_change(world: &World<'_>, change: &Change<'_>) -> Option<Unread> {
    let unread = |why: Why| {
        Some(Unread {
            what: named(change.address),
            why,
            at: change.at,
        })
    };
    let unsupported = |what: &str| unread(Why::Unsupported(what.into()));
    if change.fate == Fate::Deleted {
        return None;
    }
    match change.kind {
        kind if is_unknown(kind) => unsupported(&format!("resources of the type `{kind}`")),
        kind if kind.ends_with("_template_deployment") && kind.starts_with("azurerm_") => {
            let content = world.field(change, "template_content");
            let text = content.as_ref().and_then(|content| content.value.as_text());
            if text.is_some_and(|text| content::is_harmless(text)) {
                None
            } else {
                unsupported("templates in a plan of Terraform")
            }
        }
        kind if kind.starts_with("azurerm_pim_") => {
            unsupported("role assignments of Privileged Identity Management in a plan of Terraform")
        }
        "azapi_resource" | "azapi_update_resource" | "azapi_resource_action" | "azapi_data_plane_resource" => {
            of_azapi(world, change).and_then(unread)
        }
        // What a group has been assigned is given to its members.
        "azuread_group_member" if !change.stays => unsupported("members of groups in a plan of Terraform"),
        "azuread_group" if !change.stays && (world.sets(change, "members") || has_other_members(change)) => {
            unsupported("members of groups in a plan of Terraform")
        }
        // A service connection assigns roles of the account's own to the identity of an app.
        kind if kind.starts_with("azurerm_") && kind.ends_with("_connection") => {
            connects(world, change).then_some(())?;
            unread(Why::Elsewhere("the role assignments that the connection makes".into()))
        }
        _ => None,
    }
}

/// Types of resources that can decide who has access, beside those that are read or unread: who can act as an identity or an app, and
/// what is delegated to other tenants.
const NOT_ANALYZED: [&str; 12] = [
    "azuread_application_certificate",
    "azuread_application_federated_identity_credential",
    "azuread_application_password",
    "azuread_service_principal_certificate",
    "azuread_service_principal_password",
    "azurerm_arc_machine_run_command",
    "azurerm_federated_identity_credential",
    "azurerm_lighthouse_assignment",
    "azurerm_lighthouse_definition",
    "azurerm_resource_deployment_script_azure_cli",
    "azurerm_resource_deployment_script_azure_power_shell",
    "azurerm_virtual_machine_run_command",
];

/// Whether an entry of `resource_changes` isn't analyzed, though it can decide who has access.
pub(super) fn is_not_analyzed(change: &Change<'_>) -> bool {
    change.fate != Fate::Deleted && !change.stays && NOT_ANALYZED.contains(&change.kind)
}

/// Whether a group would have members that it doesn't have now.
fn has_other_members(change: &Change<'_>) -> bool {
    let members = |values: Option<&Node>| values.and_then(|values| values.get("members")).cloned();
    let unknown = change.after.unknown.and_then(|unknown| unknown.get("members"));
    let is_later = unknown.is_some_and(|node| node.value == Value::Bool(true));
    let after = members(change.after.values);
    let is_set = !list(after.as_ref()).is_empty();
    (is_set && after.map(|node| node.value) != members(change.before.values).map(|node| node.value)) || is_later
}

fn of_azapi(world: &World<'_>, change: &Change<'_>) -> Option<Why> {
    let of = world.field(change, "type")?;
    let Some(text) = of.value.as_text() else {
        let unknown = of.value.as_unknown()?;
        return Some(unknown.why.clone());
    };
    let of = text.split('@').next().unwrap_or_default();
    if of.eq_ignore_ascii_case("Microsoft.Resources/deployments") {
        return Some(Why::Unsupported("templates in a plan of Terraform".into()));
    }
    if !is_ours(of) {
        return None;
    }
    let text = |field: &str| {
        let node = world.field(change, field);
        node.and_then(|node| node.value.as_text().map(|text| text.to_string()))
    };
    match change.kind {
        "azapi_resource_action" => {
            let reads = only_reads(text("method").as_deref(), text("action").as_deref());
            (!reads && !change.stays).then(|| Why::Elsewhere("what the action changes".into()))
        }
        "azapi_data_plane_resource" => Some(Why::Unsupported(
            "resources of the type `azapi_data_plane_resource`".into(),
        )),
        "azapi_update_resource" if world.id(change).is_none() => {
            Some(Why::Deployment(change.place("resource_id").into()))
        }
        // A secret body is put over the other; of users and clusters it is where the password is.
        _ if world.sets(change, "sensitive_body") && !of.to_ascii_lowercase().contains("user") => {
            Some(Why::Sensitive(change.place("sensitive_body").into()))
        }
        _ => None,
    }
}

/// Whether a type of Azure Resource Manager can have to do with access to data.
pub(super) fn is_ours(of: &str) -> bool {
    let of = of.to_ascii_lowercase();
    [
        "microsoft.documentdb/",
        "microsoft.authorization/",
        "microsoft.dbforpostgresql/servergroupsv2",
    ]
    .iter()
    .any(|start| of.starts_with(start))
}

/// Whether a service connection leads to an account, as far as is known.
fn connects(world: &World<'_>, change: &Change<'_>) -> bool {
    match world.field(change, "target_resource_id") {
        None => false,
        Some(node) => match node.value.as_text() {
            Some(text) => content::names_ours(text),
            None => {
                let expression = world
                    .config
                    .expression(&change.module, &change.resource, "target_resource_id");
                let references = whole_references(expression);
                let is_other = |one: &String| one.starts_with("azurerm_") && !one.contains("cosmosdb");
                references.is_empty() || !references.iter().all(is_other)
            }
        },
    }
}

fn named(address: &str) -> String {
    format!("the resource `{address}`")
}

#[cfg(test)]
#[path = "unread_tests.rs"]
mod tests;
