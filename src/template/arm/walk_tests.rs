use super::super::super::expression::Budget;
use super::super::super::planned::{Plan, Target};
use super::super::super::source::Sources;
use super::super::{Given, read};
use serde_json::{Value, json};

fn plan(resources: &Value) -> Plan {
    let template = json!({"contentVersion": "1.0.0.0", "parameters": {"x": {"type": "bool"}}, "resources": resources});
    let root = Sources::default().parse("t.json", template.to_string()).unwrap();
    read(&root, Given::default(), &Target::default(), &Budget::default())
}

#[test]
fn what_decides_access_elsewhere_is_not_analyzed() {
    let listed = |resource: &Value| {
        let plan = plan(&json!([resource]));
        assert_eq!((plan.resources.len(), plan.unread.len()), (0, 0), "{plan:?}");
        plan.not_analyzed.into_iter().map(|(kind, _)| kind).collect::<Vec<_>>()
    };
    for kind in [
        "Microsoft.Resources/deploymentScripts",
        "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
        "Microsoft.Authorization/roleAssignmentScheduleRequests",
    ] {
        assert_eq!(listed(&json!({"type": kind, "name": "a"})), [kind]);
        assert_eq!(
            listed(&json!({"type": kind, "name": "a", "condition": "[parameters('x')]"})),
            [kind]
        );
        assert!(listed(&json!({"type": kind, "name": "a", "condition": false})).is_empty());
        assert!(listed(&json!({"type": kind, "name": "a", "existing": true})).is_empty());
    }
    let group =
        |properties: Value| json!({"import": "graph", "type": "Microsoft.Graph/groups@v1.0", "properties": properties});
    assert_eq!(listed(&group(json!({"members": []}))), ["Microsoft.Graph/groups@v1.0"]);
    assert!(listed(&group(json!({"displayName": "g"}))).is_empty());
    assert!(listed(&json!({"type": "Microsoft.Web/sites", "name": "a"})).is_empty());
}

#[test]
fn azure_role_assignments_below_an_account_are_what_they_are() {
    let expected =
        "/providers/Microsoft.DocumentDB/databaseAccounts/a/providers/Microsoft.Authorization/roleAssignments/g";
    let kind = "Microsoft.DocumentDB/databaseAccounts/providers/roleAssignments";
    let flat = json!([{"type": kind, "name": "a/Microsoft.Authorization/g"}]);
    let account =
        |child: Value| json!([{"type": "Microsoft.DocumentDB/databaseAccounts", "name": "a", "resources": [child]}]);
    let nested = account(json!({"type": "providers/roleAssignments", "name": "a/Microsoft.Authorization/g"}));
    let short = account(json!({"type": "providers/roleAssignments", "name": "Microsoft.Authorization/g"}));
    for resources in [flat, nested, short] {
        let plan = plan(&resources);
        let last = plan.resources.last().unwrap();
        assert!(last.id.ends_with(expected), "{}", last.id);
        assert_eq!(last.resource_type, "Microsoft.Authorization/roleAssignments");
    }
}
