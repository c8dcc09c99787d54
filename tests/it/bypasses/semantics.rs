//! What Azure RBAC leaves open: conditions, wildcards, groups, eligibility. Each test is one kind of case,
//! and says what is certain, possible or nothing.

use super::*;
use cosmos_rbac::model::ControlPlane;
use std::collections::BTreeMap;

pub(super) const CONTRIBUTOR: &str = "b24988ac-6180-42a0-ab88-20f7382dd24c";
pub(super) const CUSTOM: &str = "c0570000-0000-4000-8000-000000000001";
pub(super) const ACCOUNT: &str = "/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/one";
pub(super) const EVERYONE: &str = "00000000-0000-0000-0000-000000000000";
const ASSIGN: &str = "Microsoft.Authorization/roleAssignments/write";
const ROLE: &str = "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]";

/// An account whose keys open it, and Azure RBAC around it.
pub(super) struct Case {
    assignments: Vec<Value>,
    pub(super) eligible: Vec<Value>,
    pub(super) denies: Vec<Value>,
    pub(super) custom: Value,
    pub(super) directory: Vec<Value>,
    readers: Vec<u8>,
}

impl Case {
    pub(super) fn new() -> Self {
        Self {
            assignments: Vec::new(),
            eligible: Vec::new(),
            denies: Vec::new(),
            custom: json!([]),
            directory: vec![person(1, "ann", "user"), person(2, "ben", "user")],
            readers: Vec::new(),
        }
    }

    /// Assigns a role at a place below the subscription, with what else is said of the assignment.
    pub(super) fn assign(mut self, who: u8, guid: &str, below: &str, more: Value) -> Self {
        let mut one = json!({
            "id": format!("a{}", self.assignments.len()), "role_definition_id": role(guid), "principal_id": id(who),
            "principal_type": "User", "scope": format!("/subscriptions/{SUBSCRIPTION}{below}"),
        });
        one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.assignments.push(one);
        self
    }

    /// Gives the custom role these permissions; it can be assigned in the subscription.
    pub(super) fn custom(mut self, actions: Value, not_actions: Value) -> Self {
        self.custom = json!([{"actions": actions, "not_actions": not_actions}]);
        self
    }

    /// Denies everybody an action, with what else is said of the deny assignment.
    pub(super) fn deny(mut self, actions: Value, more: Value) -> Self {
        let mut one = json!({
            "id": format!("d{}", self.denies.len()), "name": "mine", "scope": format!("/subscriptions/{SUBSCRIPTION}"),
            "permissions": [{"actions": actions, "not_actions": []}], "does_not_apply_to_child_scopes": false,
            "principals": [{"id": EVERYONE, "type": "SystemDefined"}], "exclude_principals": [],
            "effect": "enforced", "system_protected": true,
        });
        one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.denies.push(one);
        self
    }

    pub(super) fn report(&self) -> Report {
        let mut tenant = Tenant::of(&[("one", false)]);
        tenant.directory = self.directory.clone();
        let mut snapshot = tenant.snapshot();
        let definition = |guid: &str, name: &str, permissions: Value| {
            let scopes = if guid == CUSTOM {
                format!("/subscriptions/{SUBSCRIPTION}")
            } else {
                "/".to_owned()
            };
            json!({"id": role(guid), "role_name": name, "built_in": guid != CUSTOM, "assignable_scopes": [scopes],
                "permissions": permissions})
        };
        let plane = json!({
            "subscription": SUBSCRIPTION, "role_assignments": self.assignments, "eligible": self.eligible,
            "deny_assignments": self.denies, "gaps": [],
            "role_definitions": [
                definition(OWNER, "Owner", json!([{"actions": ["*"], "not_actions": []}])),
                definition(CONTRIBUTOR, "Contributor", json!([{"actions": ["*"], "not_actions":
                    ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write",
                     "Microsoft.Resources/deploymentStacks/manageDenySetting/action"]}])),
                definition(CUSTOM, "Custom", self.custom.clone()),
            ],
        });
        snapshot.control_planes = vec![serde_json::from_value::<ControlPlane>(plane).unwrap()];
        let readers: Vec<String> = self.readers.iter().map(|who| id(*who)).collect();
        let readers = readers.join(", ");
        let policy = format!(
            "version: 1\naccounts: [{{ key_readers: [{readers}], account_writers: [{readers}], role_admins: [{readers}] }}]"
        );
        let policy = Policy::from_sources(&[("policy.yaml", &policy)], &CHECKS).unwrap();
        audit(&resolve::Tenant::of(&snapshot), &policy, Options::default()).unwrap()
    }

    /// How sure each bypass is, by check and principal; those that read the read-only keys by `*/read` are left out.
    fn found(&self) -> BTreeMap<(&'static str, String), &'static str> {
        let report = self.report();
        let bypasses = report
            .findings
            .iter()
            .filter(|finding| finding.subject.reach().is_some());
        let is_read = |finding: &&Finding| finding.message.as_str().contains("read the read-only keys");
        let told = bypasses
            .filter(|finding| !is_read(finding))
            .map(|finding| ((finding.check.id, name_of(finding)), finding.confidence.word()));
        told.collect()
    }

    pub(super) fn sure(&self, check: &'static str, who: &str) -> &'static str {
        self.found().get(&(check, who.to_owned())).copied().unwrap_or("none")
    }
}

fn only(roles: &str) -> Value {
    json!({"condition": format!("(!(ActionMatches{{'{ASSIGN}'}})) OR ({ROLE} {roles})")})
}

#[test]
fn a_condition_decides_only_the_actions_that_it_names() {
    let case = Case::new().assign(
        1,
        OWNER,
        "",
        only("ForAnyOfAnyValues:GuidEquals {7f951dda-4ed3-4680-a7ca-43fe172d538d}"),
    );
    for check in ["key-access", "self-grant", "local-auth-switch"] {
        assert_eq!(case.sure(check, "ann"), "certain", "{check}");
    }
    assert_eq!(case.sure("role-assignment-write", "ann"), "none");
}

#[test]
fn a_condition_on_roles_is_decided_by_the_roles_that_it_leaves() {
    for (roles, expected) in [
        // All but the three that assign roles: DocumentDB Account Contributor is left.
        (
            "ForAnyOfAllValues:GuidNotEquals {8e3af657-a8ff-443c-a75c-2fe8c4bcb635, 18d7d88d-d35e-4fb5-a5c3-7773c20a72d9, f58310d9-a9f6-439a-9e8d-f62e7b41a168}",
            "certain",
        ),
        // Any other of two is always left.
        (
            "ForAnyOfAnyValues:GuidNotEquals {8e3af657-a8ff-443c-a75c-2fe8c4bcb635, 18d7d88d-d35e-4fb5-a5c3-7773c20a72d9}",
            "certain",
        ),
        (
            "ForAnyOfAnyValues:GuidEquals {5BD9CD88FE454216938BF97437E15450}",
            "certain",
        ),
        // Reader: sources disagree about its keys.
        (
            "ForAnyOfAnyValues:GuidEquals {acdd72a7-3385-48ef-bd42-f606fba81ae7}",
            "possible",
        ),
        // Nobody knows that role.
        (
            "ForAnyOfAnyValues:GuidEquals {00000000-0000-4000-8000-00000000dead}",
            "possible",
        ),
        (
            "ForAnyOfAnyValues:GuidEquals {7f951dda-4ed3-4680-a7ca-43fe172d538d, 4633458b-17de-408a-b874-0445c86b69e6}",
            "none",
        ),
        // Who gets the role, or what isn't understood, is unknown.
        (
            "ForAnyOfAnyValues:GuidEquals {8e3af657-a8ff-443c-a75c-2fe8c4bcb635} AND @Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEquals 'User'",
            "possible",
        ),
        ("ForAnyOfAnyValues:GuidEquals {not a list", "possible"),
    ] {
        let case = Case::new().assign(1, OWNER, "", only(roles));
        assert_eq!(case.sure("role-assignment-write", "ann"), expected, "{roles}");
    }
}

#[test]
fn a_role_of_the_tenant_counts_for_what_it_gives() {
    let list = format!("ForAnyOfAnyValues:GuidEquals {{{CUSTOM}}}");
    for (actions, expected) in [
        (
            json!(["Microsoft.DocumentDB/databaseAccounts/listKeys/action"]),
            "certain",
        ),
        (
            json!(["Microsoft.DocumentDB/databaseAccounts/*/listKeys/action"]),
            "possible",
        ),
        (json!(["Microsoft.Storage/*"]), "none"),
    ] {
        let case = Case::new()
            .custom(actions.clone(), json!([]))
            .assign(1, OWNER, "", only(&list));
        assert_eq!(case.sure("role-assignment-write", "ann"), expected, "{actions}");
    }
}

#[test]
fn a_hostile_condition_is_unknown_and_does_no_harm() {
    for text in [
        "(".repeat(100_000),
        "!".repeat(100_000),
        format!("{}true", "(".repeat(1_000)),
        "'".to_owned(),
        "@Request[".to_owned(),
        "ActionMatches{}".to_owned(),
        "ActionMatches{'\u{0}é\\'}".to_owned(),
        format!("ActionMatches{{'{}'}}", "/*/*".repeat(20_000)),
    ] {
        let case = Case::new().assign(1, OWNER, "", json!({"condition": text}));
        assert_eq!(case.sure("key-access", "ann"), "possible");
    }
}

#[test]
fn a_star_between_slashes_can_stand_for_no_segment() {
    let da = "Microsoft.DocumentDB/databaseAccounts";
    for (actions, not, check, expected) in [
        (
            json!([format!("{da}/*/write")]),
            json!([]),
            "local-auth-switch",
            "possible",
        ),
        (json!([format!("{da}/*/write")]), json!([]), "self-grant", "certain"),
        (
            json!([format!("{da}/*")]),
            json!([format!("{da}/*/write")]),
            "local-auth-switch",
            "possible",
        ),
        (
            json!([format!("{da}/*")]),
            json!([format!("{da}/*/write")]),
            "self-grant",
            "none",
        ),
        (
            json!([format!("{da}/*/*/listKeys/*/action")]),
            json!([]),
            "key-access",
            "possible",
        ),
        (
            json!(["Microsoft.Authorization/roleAssignments/*/write"]),
            json!([]),
            "role-assignment-write",
            "possible",
        ),
        (
            json!([format!("{da}*/write")]),
            json!([]),
            "local-auth-switch",
            "certain",
        ),
    ] {
        let case = Case::new()
            .custom(actions.clone(), not)
            .assign(1, CUSTOM, "", json!({}));
        assert_eq!(case.sure(check, "ann"), expected, "{actions} {check}");
    }
    let deny = json!(
        ["listConnectionStrings/*", "readonlykeys/*", "*/listKeys/action"].map(|action| format!("{da}/{action}"))
    );
    let case = Case::new().assign(1, CONTRIBUTOR, "", json!({})).deny(deny, json!({}));
    assert_eq!(case.sure("key-access", "ann"), "possible");
}

#[test]
fn a_group_is_allowed_when_the_people_in_it_are() {
    let mut case = Case::new().assign(9, OWNER, "", json!({"principal_type": "Group"}));
    case.directory = vec![
        person(1, "ann", "user"),
        person(2, "ben", "user"),
        group(8, "inner", &[1]),
        group(9, "outer", &[8, 1]),
    ];
    case.readers = vec![1];
    assert!(case.found().is_empty(), "{:?}", case.found());
    case.directory[3] = group(9, "outer", &[8, 1, 2]);
    assert_eq!(case.found().len(), 4);
}

#[test]
fn who_can_widen_their_own_custom_role_can_certainly_assign_roles() {
    let editor = json!(["Microsoft.Authorization/roleDefinitions/write"]);
    let case = Case::new()
        .custom(editor.clone(), json!([]))
        .assign(1, CUSTOM, "", json!({}));
    assert_eq!(case.sure("role-assignment-write", "ann"), "certain");
    // Below the place where it can be assigned it can't be changed by this alone.
    let case = Case::new()
        .custom(editor.clone(), json!([]))
        .assign(1, CUSTOM, ACCOUNT, json!({}));
    assert_eq!(case.sure("role-assignment-write", "ann"), "possible");
    let case = Case::new()
        .custom(json!(["Microsoft.Storage/*"]), json!([]))
        .assign(1, CUSTOM, "", json!({}));
    assert_eq!(case.sure("role-assignment-write", "ann"), "none");
}

#[test]
fn an_eligible_assignment_counts_until_it_ends() {
    for (end, expected) in [
        (json!(null), "possible"),
        (json!("2026-11-02T08:00:01Z"), "possible"),
        (json!("2026-11-02T08:00:00Z"), "none"),
        (json!("2026-01-01T00:00:00Z"), "none"),
    ] {
        let mut case = Case::new();
        case.eligible = vec![
            json!({"id": "e", "role_definition_id": role(OWNER), "principal_id": id(1), "end": end,
            "scope": format!("/subscriptions/{SUBSCRIPTION}")}),
        ];
        assert_eq!(case.sure("key-access", "ann"), expected, "{end}");
    }
}

#[test]
fn a_group_of_another_tenant_is_no_orphan() {
    let mut case = Case::new()
        .assign(5, OWNER, "", json!({"principal_type": "ForeignGroup"}))
        .assign(6, OWNER, "", json!({}));
    let missing = |who| json!({"id": id(who), "name": "", "kind": "unknown", "found": false});
    case.directory = vec![missing(5), missing(6)];
    let report = case.report();
    let orphans: Vec<String> = of(&report, "orphaned-principal")
        .iter()
        .map(|one| name_of(one))
        .collect();
    assert_eq!(orphans, [id(6)]);
    assert_eq!(case.sure("key-access", &id(5)), "certain");
    let keys = of(&report, "key-access")
        .into_iter()
        .find(|one| one.subject.principal().unwrap().id.as_str() == id(5))
        .unwrap();
    assert!(
        keys.message.as_str().contains("(group of another tenant)"),
        "{}",
        keys.message
    );
}
