//! Roles of Azure through the resolver: who carries the actions that open a way to the data. Roles of many shapes always,
//! and all built-in ones where their list is at hand.

use crate::bodies::{body, recording};
use cosmos_rbac::model::BypassKind;
use cosmos_rbac::model::azure_rbac::{BuiltInAzureRole, Reading};
use cosmos_rbac::model::bypass::{ACTIONS, ROLE_DEFINITIONS_WRITE};
use cosmos_rbac::model::takeover;
use cosmos_rbac::model::{
    Account, AccountId, AccountRecord, Api, AzurePermission, AzureRoleAssignment, AzureRoleDefinition, AzureScope,
    ControlPlane, OnceNative, Tags,
};
use cosmos_rbac::resolve::ControlAccess;
use cosmos_rbac::resolve::{Directory, Doubt};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const DA: &str = "Microsoft.DocumentDB/databaseAccounts/";
const FIRST_FOUR: [&str; 4] = [
    "Azure AI Administrator",
    "Contributor",
    "DocumentDB Account Contributor",
    "Owner",
];

pub(crate) fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap())
        .collect()
}

fn definition(role: &Value) -> AzureRoleDefinition {
    let patterns = |value: &Value| texts(value).into_iter().map(|text| text.to_owned().into()).collect();
    AzureRoleDefinition {
        id: format!(
            "/providers/Microsoft.Authorization/roleDefinitions/{}",
            role["id"].as_str().unwrap()
        ),
        role_name: role["roleName"].as_str().unwrap().to_owned(),
        built_in: true,
        assignable_scopes: vec!["/".into()],
        permissions: (role["permissions"].as_array().unwrap().iter())
            .map(|permission| AzurePermission {
                actions: patterns(&permission["actions"]),
                not_actions: patterns(&permission["notActions"]),
                condition: permission["condition"].as_str().map(str::to_owned),
            })
            .collect(),
    }
}

/// One account of each API, and every role assigned once at `/`.
pub(crate) fn tenant(roles: &[Value]) -> (Vec<AccountRecord>, ControlPlane) {
    let apis = Api::ALL.into_iter().filter(|api| *api != Api::Unknown && api.is_read());
    let accounts = apis.map(|api| {
        let name = api.title().to_ascii_lowercase().replace(' ', "-");
        let list = api.resource_type().segment();
        let id = format!("/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/{list}/{name}");
        AccountRecord {
            account: Account {
                id: AccountId::parse(&id).unwrap(),
                location: String::new(),
                api,
                tags: Tags::default(),
                local_auth_disabled: Some(false),
                key_metadata_writes_disabled: Some(false),
                keys_generated_at: None,
                provisioning_state: None,
                backup: None,
                authentication: Vec::new(),
            },
            role_definitions: Some(Vec::new()),
            role_assignments: Some(Vec::new()),
            databases: None,
            mongo_roles: None,
            mongo_users: None,
            native: OnceNative::default(),
            doubtful: std::collections::BTreeSet::new(),
            gaps: Vec::new(),
        }
    });
    let definitions: Vec<AzureRoleDefinition> = roles.iter().map(definition).collect();
    let assignments = definitions
        .iter()
        .enumerate()
        .map(|(number, role)| AzureRoleAssignment {
            id: format!("/providers/Microsoft.Authorization/roleAssignments/{number}"),
            role_definition_id: role.id.to_uppercase(),
            principal_id: "p".into(),
            principal_type: Some("User".to_owned()),
            scope: AzureScope::from("/"),
            condition: None,
            created_on: None,
        });
    let plane = ControlPlane {
        of_template: Default::default(),
        delegations: Some(Vec::new()),
        subscription: "S".to_owned(),
        role_assignments: Some(assignments.collect()),
        role_definitions: Some(definitions.clone()),
        deny_assignments: Some(Vec::new()),
        eligible: Some(Vec::new()),
        gaps: Vec::new(),
    };
    (accounts.collect(), plane)
}

fn resolve<'a>(planes: &'a [ControlPlane], accounts: &'a [AccountRecord]) -> ControlAccess<'a> {
    let accounts = accounts.iter().map(|record| &record.account).collect();
    ControlAccess::resolve(planes, accounts, &Directory::new(None), jiff::Timestamp::UNIX_EPOCH)
}

/// Per action the roles that carry it, and whether without a condition.
fn carriers(access: &ControlAccess<'_>) -> BTreeMap<&'static str, BTreeMap<String, bool>> {
    let mut found: BTreeMap<&'static str, BTreeMap<String, bool>> = BTreeMap::new();
    for bypass in &access.bypasses {
        for via in &bypass.vias {
            let is_free = !via
                .doubts()
                .iter()
                .any(|doubt| matches!(doubt, Doubt::RoleCondition(_) | Doubt::Wildcard));
            let roles = found.entry(via.action.name).or_default();
            roles.insert(bypass.role.role_name.clone(), is_free);
        }
    }
    found
}

/// The definition of a wildcard, without regard to time; both in lower case.
fn matches(pattern: &str, action: &str) -> bool {
    match (pattern.chars().next(), action.chars().next()) {
        (None, end) => end.is_none(),
        (Some('*'), _) => (0..=action.len()).any(|skipped| matches(&pattern[1..], &action[skipped..])),
        (Some(a), Some(b)) => a == b && matches(&pattern[1..], &action[1..]),
        (Some(_), None) => false,
    }
}

#[test]
fn roles_of_many_shapes_give_what_the_definition_says() {
    roles_give_what_the_definition_says(&body("azure_roles.json"));
}

#[test]
#[ignore = "needs COSMOS_RBAC_RECORDINGS; tests/run runs it where that is set"]
fn recorded_roles_give_what_the_definition_says() {
    roles_give_what_the_definition_says(&recording("built-in-roles.json"));
}

fn roles_give_what_the_definition_says(roles: &[Value]) {
    let (accounts, plane) = tenant(roles);
    let planes = [plane];
    let access = resolve(&planes, &accounts);
    assert!(access.unknown_roles.is_empty() && access.unplaced.is_empty() && access.unread.is_empty());
    let found = carriers(&access);
    // Whether without a condition, and whether in both readings of wildcards.
    let mut expected: BTreeMap<&'static str, BTreeMap<String, bool>> = BTreeMap::new();
    let mut conditioned: BTreeSet<(&'static str, String)> = BTreeSet::new();
    // Nobody has a custom role here that could be widened.
    for action in ACTIONS.iter().filter(|action| action.name != ROLE_DEFINITIONS_WRITE) {
        for role in roles {
            for permission in role["permissions"].as_array().unwrap() {
                let name = action.name.to_lowercase();
                let gives = |optional: bool| {
                    let any = |field: &str| {
                        let mut patterns = texts(&permission[field]).into_iter().map(str::to_lowercase);
                        patterns
                            .any(|one| matches(&one, &name) || (optional && matches(&one.replace("/*/", "/"), &name)))
                    };
                    any("actions") && !any("notActions")
                };
                let role = role["roleName"].as_str().unwrap().to_owned();
                if !(gives(false) || gives(true)) {
                    continue;
                }
                if permission["condition"].is_null() {
                    *expected.entry(action.name).or_default().entry(role).or_default() |= gives(false) && gives(true);
                } else {
                    conditioned.insert((action.name, role));
                }
            }
        }
    }
    for (action, roles) in &found {
        for (role, is_free) in roles {
            match expected.get(action).and_then(|roles| roles.get(role)) {
                Some(free) => assert!(
                    is_free == free || conditioned.contains(&(*action, role.clone())),
                    "{action} {role}"
                ),
                None => assert!(conditioned.contains(&(*action, role.clone())), "{action} {role}"),
            }
        }
    }
    for (action, roles) in &expected {
        assert!(roles.keys().all(|role| found[action].contains_key(role)), "{action}");
    }
    assert_eq!(found.len(), ACTIONS.len() - 1, "some role carries each of them");
}

/// What the program knows of roles that no scan reads is what it would say of them if one did.
#[test]
#[ignore = "needs COSMOS_RBAC_RECORDINGS; tests/run runs it where that is set"]
fn recorded_roles_are_as_the_table_of_built_in_roles_says() {
    let published = recording("built-in-roles.json");
    let (accounts, plane) = tenant(&published);
    let planes = [plane];
    let access = resolve(&planes, &accounts);
    let (mut certain, mut possible) = (BTreeSet::new(), BTreeSet::new());
    for bypass in &access.bypasses {
        let id = bypass.role.id.rsplit('/').next().unwrap().to_lowercase();
        // What a condition leaves depends on the other roles that were read.
        if bypass.vias.iter().all(|via| {
            via.doubts()
                .iter()
                .any(|doubt| matches!(doubt, Doubt::RoleCondition(_)))
        }) {
            continue;
        }
        if access.reached(bypass).iter().any(|reached| reached.is_certain()) {
            certain.insert(id.clone());
        }
        possible.insert(id);
    }
    let table = include_str!("../../src/model/azure_rbac/built_in/roles.txt");
    assert_eq!(table.lines().count(), published.len());
    for line in table.lines() {
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        let (is_certain, is_possible) = (certain.contains(words[1]), possible.contains(words[1]));
        assert_eq!(words[0] == "+", is_certain, "{line}");
        assert!(!["-", "~"].contains(&words[0]) || !is_possible, "{line}");
        let role = planes[0]
            .role_definitions
            .iter()
            .flatten()
            .find(|role| role.id.ends_with(words[1]));
        let permissions = &role.unwrap().permissions;
        let could = |action: &str| {
            let readings = [Reading::Literal, Reading::OptionalSegment];
            let all = permissions.iter();
            all.flat_map(|one| readings.map(|reading| one.grants(action, reading)))
                .any(|found| found.is_some())
        };
        let is_elsewhere = takeover::actions().any(could) || !takeover::sign_ins_of(words[1]).is_empty();
        assert!(words[0] != "-" || !is_elsewhere, "{line}");
        assert!(words[0] != "~" || is_elsewhere, "{line}");
        let known = BuiltInAzureRole::of_id(words[1]).and_then(BuiltInAzureRole::definition);
        assert_eq!(
            known.map(|role| role.permissions).as_ref(),
            (words[0] == "+").then_some(permissions),
            "{line}"
        );
    }
}

#[test]
#[ignore = "needs COSMOS_RBAC_RECORDINGS; tests/run runs it where that is set"]
fn recorded_roles_that_open_each_way_are_the_known_ones() {
    let published = recording("built-in-roles.json");
    assert_eq!(published.len(), 928);
    let (accounts, plane) = tenant(&published);
    let planes = [plane];
    let access = resolve(&planes, &accounts);
    let found = carriers(&access);
    let names = |action: &str| -> BTreeSet<&str> { found[action].keys().map(String::as_str).collect() };
    let four_and = |more: &[&'static str]| -> BTreeSet<&str> { FIRST_FOUR.iter().chain(more).copied().collect() };
    for (action, expected) in [
        ("listKeys/action", four_and(&["Defender Cloud Secrets Posture"])),
        (
            "listConnectionStrings/action",
            four_and(&["Defender Cloud Secrets Posture"]),
        ),
        ("readonlykeys/action", four_and(&["Cosmos DB Account Reader Role"])),
        ("write", four_and(&["Cosmos DB Operator"])),
        ("sqlRoleAssignments/write", four_and(&[])),
        ("sqlRoleDefinitions/write", four_and(&[])),
    ] {
        assert_eq!(names(&format!("{DA}{action}")), expected, "{action}");
    }
    let readers = names(&format!("{DA}readonlykeys/read"));
    assert_eq!(readers.len(), 21);
    assert!(readers.contains("Reader") && !readers.contains("Cosmos DB Operator"));
    let assigners = &found["Microsoft.Authorization/roleAssignments/write"];
    let free: Vec<&str> = assigners
        .iter()
        .filter(|(_, free)| **free)
        .map(|(name, _)| name.as_str())
        .collect();
    let administrators = [
        "Owner",
        "Role Based Access Control Administrator",
        "User Access Administrator",
    ];
    assert_eq!(free, administrators);
    // Of the 25 whose condition says which roles they may assign, most may assign none that opens a bypass.
    assert!(!assigners.contains_key("Key Vault Data Access Administrator"));
    assert_eq!(assigners.len() - free.len(), 11);

    // Carried, and no way: it shows nobody a key.
    let regenerate = format!("{DA}regenerateKey/action");
    assert!(ACTIONS.iter().all(|action| action.name != regenerate));
    let gives = |role: &&AzureRoleDefinition| {
        role.permissions
            .iter()
            .any(|one| one.grants(&regenerate, Reading::Literal).is_some())
    };
    let regenerators = planes[0].role_definitions.iter().flatten().filter(gives);
    let regenerators: BTreeSet<&str> = regenerators.map(|role| role.role_name.as_str()).collect();
    assert_eq!(regenerators, four_and(&[]));

    // What a way says of a role is certain only where nothing is left open.
    let certain = |kind: BypassKind| -> BTreeSet<&str> {
        let bypasses = access.bypasses.iter().filter(|bypass| bypass.kind == kind);
        let certain = bypasses.filter(|bypass| access.reached(bypass).iter().any(|reached| reached.is_certain()));
        certain.map(|bypass| bypass.role.role_name.as_str()).collect()
    };
    assert_eq!(certain(BypassKind::ReadKeys), names(&format!("{DA}listKeys/action")));
    assert_eq!(
        certain(BypassKind::ReadReadOnlyKeys),
        names(&format!("{DA}readonlykeys/action"))
    );
    assert_eq!(certain(BypassKind::GrantData), four_and(&[]));
    assert_eq!(certain(BypassKind::AssignRoles), administrators.into_iter().collect());
    // Every account of every API is reached by whoever may grant access to its data.
    let owner = access
        .bypasses
        .iter()
        .find(|bypass| bypass.kind == BypassKind::GrantData && bypass.role.role_name == "Owner");
    let reached = access.reached(owner.unwrap());
    assert!(reached.len() == accounts.len() && reached.iter().all(|one| one.is_certain()));
}
