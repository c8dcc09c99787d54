//! What the Azure CLI would do to a tenant, done to its snapshot.

use cosmos_rbac::model::arm_id::last_segment;
use cosmos_rbac::model::guid::is_guid;
use cosmos_rbac::model::{
    AccountRecord, ActionPattern, Generated, KeysGenerated, OnceNative, Permission, RoleAssignment, RoleDefinition,
    RoleKind,
};
use cosmos_rbac::snapshot::Snapshot;
use serde_json::Value;
use std::collections::BTreeMap;

/// A command, taken apart.
struct Call<'w> {
    words: String,
    flags: BTreeMap<&'w str, &'w str>,
}

impl<'w> Call<'w> {
    fn of(words: &'w [String]) -> Self {
        let first = words.iter().position(|word| word.starts_with("--")).unwrap();
        let mut flags = BTreeMap::new();
        let mut rest = words[first..].iter();
        while let Some(word) = rest.next() {
            let (flag, value) = match word.split_once('=') {
                Some(pair) => pair,
                None => (word.as_str(), rest.next().unwrap().as_str()),
            };
            assert!(flags.insert(flag, value).is_none(), "{words:?}");
        }
        Self {
            words: words[..first].join(" "),
            flags,
        }
    }

    fn flag(&self, name: &str) -> &'w str {
        self.flags
            .get(name)
            .unwrap_or_else(|| panic!("no {name} in {}", self.words))
    }
}

/// Runs one command, as the service would; it panics where the service would refuse.
pub(crate) fn apply(snapshot: &mut Snapshot, words: &[String]) {
    let call = Call::of(words);
    if call.words == "az role assignment delete" {
        let mut found = false;
        for plane in &mut snapshot.control_planes {
            let list = plane.role_assignments.as_mut().unwrap();
            let before = list.len();
            list.retain(|one| one.id != call.flag("--ids"));
            found |= list.len() < before;
        }
        assert!(found, "{words:?}");
        return;
    }
    if call.words == "az role assignment create" {
        // Lets the next scan read more; of this one nothing changes.
        assert_eq!(call.flag("--role"), "Reader");
        return;
    }
    if call.words == "az managed-cassandra cluster update" || call.words.starts_with("az resource ") {
        on_cluster(snapshot, &call);
        return;
    }
    let name = if call.words == "az cosmosdb update" || call.words == "az cosmosdb keys regenerate" {
        "--name"
    } else {
        "--account-name"
    };
    let record = snapshot.accounts.iter_mut().find(|record| {
        let id = &record.account.id;
        id.name() == call.flag(name)
            && id.resource_group() == call.flag("--resource-group")
            && id.subscription() == call.flag("--subscription")
    });
    in_account(record.unwrap(), &call);
}

/// What is done to a cluster or to a user in it.
fn on_cluster(snapshot: &mut Snapshot, call: &Call<'_>) {
    let mut clusters = snapshot.accounts.iter_mut().filter(|one| one.account.api.is_cluster());
    let Some(id) = call.flags.get("--ids").copied() else {
        let name = call.flag("--cluster-name");
        let record = clusters.find(|record| record.account.id.name() == name).unwrap();
        record.account.authentication = vec![call.flag("--authentication-method").to_owned()];
        return;
    };
    let record = clusters
        .find(|record| record.account.id.rest_of(id).is_some())
        .unwrap_or_else(|| panic!("no cluster {id}"));
    match call.words.as_str() {
        "az resource patch" => {
            assert_eq!(
                call.flag("--properties"),
                r#"{"authConfig":{"allowedModes":["MicrosoftEntraID"]}}"#
            );
            record.account.local_auth_disabled = Some(true);
        }
        "az resource delete" => {
            let users = record.role_assignments.as_mut().unwrap();
            let before = users.len();
            users.retain(|one| one.id != id);
            assert!(users.len() < before, "{id}");
        }
        other => panic!("{other}"),
    }
}

fn in_account(record: &mut AccountRecord, call: &Call<'_>) {
    let id = record.account.id.as_str().to_owned();
    let names = |text: &str, name: &str| last_segment(text).eq_ignore_ascii_case(name);
    let (words, kind) = kind_of(&call.words);
    let names_one = |one: &RoleAssignment, name: &str| one.kind == kind && names(&one.id, name);
    let names_role = |one: &RoleDefinition, name: &str| one.kind == kind && names(&one.id, name);
    match words.as_str() {
        "az cosmosdb update" => {
            if let Some(value) = call.flags.get("--disable-local-auth") {
                record.account.local_auth_disabled = Some(*value == "true");
            } else {
                let value = call.flag("--disable-key-based-metadata-write-access");
                record.account.key_metadata_writes_disabled = Some(value == "true");
            }
        }
        "az cosmosdb keys regenerate" => {
            let keys = record.account.keys_generated_at.unwrap();
            record.account.keys_generated_at = Some(KeysGenerated::of(|key| {
                let now = Some(Generated::At("2999-01-01T00:00:00Z".parse().unwrap()));
                keys.get(key)
                    .filter(|_| key.az_kind() != call.flag("--key-kind"))
                    .or(now)
            }));
        }
        "az cosmosdb mongodb user definition delete" => {
            let list = record.mongo_users.as_mut().unwrap();
            let before = list.len();
            list.retain(|one| !one.id.ends_with(&format!("/{}", call.flag("--id"))));
            assert!(list.len() < before);
            record.native = OnceNative::default();
        }
        "az cosmosdb KIND role definition delete" if kind.has_passwords() => {
            let list = record.mongo_roles.as_mut().unwrap();
            let before = list.len();
            list.retain(|one| !one.id.ends_with(&format!("/{}", call.flag("--id"))));
            assert!(list.len() < before);
            record.native = OnceNative::default();
        }
        "az cosmosdb KIND role assignment delete" => {
            let list = record.role_assignments.as_mut().unwrap();
            let before = list.len();
            list.retain(|one| !names_one(one, call.flag("--role-assignment-id")));
            assert!(list.len() < before);
        }
        "az cosmosdb KIND role assignment update" => {
            let role = role_named(record, kind, call);
            let list = record.role_assignments.as_mut().unwrap();
            let one = list
                .iter_mut()
                .find(|one| names_one(one, call.flag("--role-assignment-id")));
            one.unwrap().role_definition_id = role.into();
        }
        "az cosmosdb KIND role assignment create" => {
            let role = role_named(record, kind, call);
            let list = record.role_assignments.as_mut().unwrap();
            assert!(!list.iter().any(|one| names_one(one, call.flag("--role-assignment-id"))));
            let scope = call.flag("--scope");
            assert!(
                scope.starts_with('/'),
                "the Azure CLI glues other scopes to the account's name"
            );
            list.push(RoleAssignment {
                kind,
                id: new_id(&id, kind.row().assignments, call.flag("--role-assignment-id")),
                role_definition_id: role.into(),
                principal_id: call.flag("--principal-id").into(),
                scope: format!("{id}{}", scope.trim_end_matches('/')),
            });
        }
        "az cosmosdb KIND role definition delete" => {
            let name = call.flag("--id");
            let used = record
                .role_assignments()
                .iter()
                .any(|one| one.kind == kind && names(one.role_definition_id.as_str(), name));
            assert!(!used, "a role definition that is assigned cannot be deleted");
            let list = record.role_definitions.as_mut().unwrap();
            let before = list.len();
            list.retain(|one| !names_role(one, name));
            assert!(list.len() < before);
        }
        "az cosmosdb KIND role definition create" => {
            let body: Value = serde_json::from_str(call.flag("--body")).unwrap();
            let role = definition(
                call,
                kind,
                new_id(&id, kind.row().definitions, body["Id"].as_str().unwrap()),
            );
            let list = record.role_definitions.as_mut().unwrap();
            assert!(!list.iter().any(|one| names_role(one, last_segment(&role.id))));
            let same = |one: &RoleDefinition| one.kind == kind && one.role_name.eq_ignore_ascii_case(&role.role_name);
            assert!(!list.iter().any(same), "names of role definitions are unique");
            list.push(role);
        }
        "az cosmosdb KIND role definition update" => {
            let body: Value = serde_json::from_str(call.flag("--body")).unwrap();
            let name = body["Id"].as_str().unwrap();
            let list = record.role_definitions.as_mut().unwrap();
            let one = list.iter_mut().find(|one| names_role(one, name)).unwrap();
            assert!(!one.is_built_in());
            *one = definition(call, kind, one.id.clone());
        }
        other => panic!("no such command: {other}"),
    }
}

/// The id of something that is created under a GUID of the command's choice.
/// The kind of role that a command is about, and the command with a word in its place.
fn kind_of(words: &str) -> (String, RoleKind) {
    let found = RoleKind::ALL.into_iter().find_map(|kind| {
        let rest = words.strip_prefix(kind.row().az)?;
        Some((format!("az cosmosdb KIND role{rest}"), kind))
    });
    found.unwrap_or_else(|| (words.to_owned(), RoleKind::Sql))
}

fn new_id(account: &str, list: &str, name: &str) -> String {
    assert!(is_guid(name), "{name}");
    format!("{account}/{list}/{name}")
}

fn role_named(record: &AccountRecord, kind: RoleKind, call: &Call<'_>) -> String {
    if let Some(guid) = call.flags.get("--role-definition-id") {
        return format!("{}/{}/{guid}", record.account.id, kind.row().definitions);
    }
    let name = call.flag("--role-definition-name");
    let mut named = record
        .role_definitions()
        .iter()
        .filter(|role| role.kind == kind && role.role_name.eq_ignore_ascii_case(name));
    let role = named.next().unwrap_or_else(|| panic!("there is no role {name:?}"));
    assert_eq!(named.next(), None, "{name:?} is ambiguous");
    role.id.clone()
}

/// The body as the Azure CLI reads it; what else is in it, `NotDataActions` among it, is dropped.
fn definition(call: &Call<'_>, kind: RoleKind, id: String) -> RoleDefinition {
    let body: Value = serde_json::from_str(call.flag("--body")).unwrap();
    let texts = |value: &Value| -> Vec<String> { serde_json::from_value(value.clone()).unwrap() };
    let permission = |one: &Value| Permission {
        data_actions: texts(&one["DataActions"])
            .into_iter()
            .map(ActionPattern::full)
            .collect(),
        not_data_actions: Vec::new(),
    };
    assert_eq!(body["Type"], "CustomRole");
    let scopes = texts(&body["AssignableScopes"]);
    assert!(!scopes.is_empty() && scopes.iter().all(|scope| scope.starts_with('/')));
    let permissions: Vec<Permission> = body["Permissions"].as_array().unwrap().iter().map(permission).collect();
    assert!(
        permissions.iter().all(|one| !one.data_actions.is_empty()),
        "a role grants something"
    );
    RoleDefinition {
        kind,
        id,
        role_name: body["RoleName"].as_str().unwrap().to_owned(),
        claims_built_in: false,
        assignable_scopes: scopes,
        permissions,
    }
}
