//! Forms of ARM templates that mean what they seem not to: what isn't known never has a default's value, and what isn't read
//! is said.

use crate::support::{Bench, Outcome};
use serde_json::{Value, json};

const ACCOUNTS: &str = "Microsoft.DocumentDB/databaseAccounts";

fn template(resources: Value) -> Value {
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"x": {"type": "bool"}, "p": {"type": "object"}, "t": {"type": "string"}},
        "resources": resources,
    })
}

fn account(disabled: Value) -> Value {
    json!({"type": ACCOUNTS, "name": "orders", "location": "westeurope",
        "properties": {"disableLocalAuth": disabled, "disableKeyBasedMetadataWriteAccess": true}})
}

fn safe() -> Value {
    account(json!(true))
}

/// A module with one account, of which the parameter `d` says whether it has keys.
fn module(handed: Value) -> Value {
    let mut inner = template(json!([account(json!("[parameters('d')]"))]));
    inner["parameters"] = json!({"d": {"type": "bool", "defaultValue": true}});
    let mut properties = json!({"mode": "Incremental", "template": inner,
        "expressionEvaluationOptions": {"scope": "inner"}});
    properties
        .as_object_mut()
        .unwrap()
        .extend(handed.as_object().unwrap().clone());
    json!({"type": "Microsoft.Resources/deployments", "name": "m", "properties": properties})
}

fn audit(template: &Value, more: &[&str]) -> Outcome {
    let bench = Bench::offline();
    bench.write("t.json", template.to_string());
    bench.run(&[&["audit", "--color=never", "--template=t.json"], more].concat())
}

/// Nothing fails, and what isn't known is said.
fn says(template: &Value, what: &str) {
    let outcome = audit(template, &["--fail-on=never"]).exits(3);
    let text: Vec<&str> = outcome.stdout.split_whitespace().collect();
    assert!(text.join(" ").contains(what), "{what}: {outcome}");
}

#[test]
fn what_hands_a_parameter_over_unknown_leaves_no_default() {
    let either = |one: &str, other: &str| json!({"parameters": {"d": format!("[if(parameters('x'), createObject({one}), createObject({other}))]")}});
    let no_value = "the parameter `x` has no value";
    for (handed, what) in [
        (either("'value', false()", "'value', true()"), no_value),
        (either("'value', false()", "'value', null()"), no_value),
        (either("'reference', parameters('p')", "'value', true()"), no_value),
        (
            json!({"parameters": "[parameters('p')]"}),
            "the parameter `p` has no value",
        ),
        (json!({"parameters": 5}), "its `parameters` are a number, not an object"),
        (
            json!({"parametersLink": {"uri": "https://example.com/p.json"}}),
            "the file doesn't include the parameters that it links to",
        ),
        (
            json!({"parameters": {"d": false}}),
            "the parameter `d` is a boolean, not an object with `value` or `reference`",
        ),
        (
            json!({"parameters": {"d": {}}}),
            "the parameter `d` has neither `value` nor `reference`",
        ),
        (json!({"parameters": {"d": {"value": "[parameters('x')]"}}}), no_value),
        (
            json!({"parameters": {}, "expressionEvaluationOptions": {"scope": "[parameters('t')]"}}),
            "the parameter `t` has no value",
        ),
    ] {
        says(&template(json!([module(handed)])), what);
    }
    for handed in [
        json!({}),
        json!({"parameters": {}}),
        json!({"parameters": null, "parametersLink": null}),
        json!({"parameters": {"d": {"value": null}}}),
        json!({"parameters": {"d": "[createObject('value', true())]"}}),
    ] {
        audit(&template(json!([module(handed)])), &[]).exits(0);
    }
    audit(
        &template(json!([module(json!({"parameters": {"d": {"value": false}}}))])),
        &[],
    )
    .exits(1);
}

#[test]
fn a_parameters_file_gives_values_or_is_wrong() {
    let bench = Bench::offline();
    bench.write(
        "t.json",
        template(json!([account(json!("[parameters('x')]"))])).to_string(),
    );
    let with = |given: Value| {
        bench.write("p.json", json!({"parameters": {"x": given}}).to_string());
        bench.run(&["audit", "--color=never", "--template=t.json", "--parameters=p.json"])
    };
    for (given, code) in [
        (json!({"value": true}), 0),
        (json!({"value": false}), 1),
        (json!({"expression": "[true()]"}), 0),
        (json!({"expression": "[false()]"}), 1),
        (json!({"expression": "[externalInput('a', 'b')]"}), 3),
        (json!({"expression": "[parameters('y')]"}), 3),
        (json!({"reference": {"keyVault": {"id": "/"}, "secretName": "s"}}), 3),
        (json!({"value": null}), 3),
        (json!({"value": "${X}"}), 3),
        (json!({"value": "{{X}}"}), 3),
        (json!({"value": "$(X)"}), 3),
        (json!({"value": "%X%"}), 3),
    ] {
        with(given).exits(code);
    }
    for (given, says) in [
        (
            json!(false),
            "p.json:1:20: the parameter `x` is a boolean, not an object",
        ),
        (json!(null), "p.json:1:20: the parameter `x` is null, not an object"),
        (
            json!({}),
            "p.json:1:20: the parameter `x` has neither `value` nor `reference`",
        ),
        (json!({"expression": 5}), "the parameter `x` has neither"),
    ] {
        let outcome = with(given).exits(2);
        assert!(outcome.stderr.contains(says), "{outcome}");
    }
}

#[test]
fn resources_that_are_broken_are_said() {
    let without = |name: &str| {
        let mut resource = account(json!(false));
        resource.as_object_mut().unwrap().remove(name);
        resource
    };
    let with = |name: &str, value: Value| {
        let mut resource = safe();
        resource[name] = value;
        resource
    };
    for (resources, what) in [
        (
            json!([safe(), "x"]),
            "this version doesn't read resources that an expression gives",
        ),
        (json!([safe(), 5]), "it is a number, not an object"),
        (json!([safe(), null]), "it is null, not an object"),
        (json!([safe(), without("type")]), "it has no `type`"),
        (
            json!([safe(), with("type", json!({"a": 1}))]),
            "its `type` is an object, not a string",
        ),
        (
            json!([safe(), with("type", json!("[parameters('t')]"))]),
            "the parameter `t` has no value",
        ),
        (
            json!([safe(), with("type", json!("sqlRoleAssignments"))]),
            "its type `sqlRoleAssignments` names no resource provider",
        ),
        (
            json!("[parameters('p')]"),
            "this version doesn't read resources that an expression gives",
        ),
        (json!(null), "`resources` is null, not an array or an object"),
        (
            json!([with("resources", json!("[parameters('p')]"))]),
            "the resources in `orders`",
        ),
        (
            json!([with("resources", json!(5))]),
            "`resources` is a number, not an array or an object",
        ),
        (
            json!([safe(), with("copy", json!({"name": "c", "count": -1}))]),
            "the `count` of the copy is -1",
        ),
        (
            json!({"a": with("@options", json!({"onlyIfNotExists": true}))}),
            "it is deployed only if it doesn't exist yet",
        ),
        (
            json!([safe(), {"type": "Microsoft.Resources/deployments", "name": "m",
                "properties": {"mode": "Incremental", "template": "[parameters('p')]"}}]),
            "this version doesn't read templates that an expression gives",
        ),
    ] {
        says(&template(resources), what);
    }
    // A condition isn't one of the resources below.
    let mut left_out = with("condition", json!(false));
    left_out["resources"] = json!([{"type": "sqlRoleAssignments", "name": "a", "properties": {
        "roleDefinitionId": format!("[resourceId('{ACCOUNTS}/sqlRoleDefinitions', 'orders', '00000000-0000-0000-0000-000000000002')]"),
        "principalId": "22222222-2222-2222-2222-222222222222", "scope": "/"}}]);
    says(&template(json!([left_out])), "the file only refers to the account");
    // What an extension of Bicep deploys isn't in Azure Resource Manager.
    let other = json!({"import": "kubernetes", "type": "Secret", "properties": {}});
    audit(&template(json!([safe(), other])), &[]).exits(0);
}

#[test]
fn types_that_could_grant_access_and_are_not_read_are_said() {
    let of = |kind: &str| {
        let names = vec!["a"; kind.matches('/').count() - 1].join("/");
        json!({"type": kind, "name": format!("orders/{names}"), "properties": {}})
    };
    for (kind, code) in [
        ("databaseAccounts/fancyRoleAssignments", 3),
        ("databaseAccounts/sqlDatabases/roleAssignments", 3),
        ("garnetClusters/users", 3),
        ("databaseAccounts/sqlDatabases/containers/triggers", 0),
        ("databaseAccounts/services", 0),
        ("databaseAccounts/privateEndpointConnections", 0),
        ("databaseAccounts/sqlDatabases/throughputSettings", 0),
        ("databaseAccounts/providers/locks", 0),
    ] {
        let resource = of(&format!("Microsoft.DocumentDB/{kind}"));
        let outcome = audit(&template(json!([safe(), resource])), &["--fail-on=never"]).exits(code);
        let said = format!("resources of the type `Microsoft.DocumentDB/{kind}`");
        let text: Vec<&str> = outcome.stdout.split_whitespace().collect();
        assert_eq!(text.join(" ").contains(&said), code == 3, "{outcome}");
    }
    let connection = |target: &str| {
        json!([safe(), {"type": "Microsoft.ServiceLinker/linkers", "name": "l", "properties": {
            "targetService": {"type": "AzureResource", "id": target}}}])
    };
    let made = "the role assignments that the connection makes";
    says(
        &template(connection(&format!("[resourceId('{ACCOUNTS}', 'orders')]"))),
        made,
    );
    says(&template(connection("[parameters('t')]")), made);
    let other = connection("[resourceId('Microsoft.Storage/storageAccounts', 's')]");
    audit(&template(other), &[]).exits(0);
}

#[test]
fn the_template_of_a_stack_is_read() {
    let mut stack = module(json!({"parameters": {"d": {"value": false}}}));
    stack["type"] = json!("Microsoft.Resources/deploymentStacks");
    stack["properties"]
        .as_object_mut()
        .unwrap()
        .remove("expressionEvaluationOptions");
    audit(&template(json!([stack])), &[]).exits(1);
    stack["properties"]["deploymentScope"] = json!("/subscriptions/11111111-1111-1111-1111-111111111111");
    says(
        &template(json!([stack])),
        "this version doesn't read stacks that deploy elsewhere",
    );
}

/// Modules in modules: more resources than Azure deploys, and more than anybody reads.
#[test]
fn what_makes_more_resources_than_anyone_deploys_ends() {
    let mut made = account(json!("[parameters('d')]"));
    made["name"] = json!("[format('orders-{0}', copyIndex())]");
    made["copy"] = json!({"name": "c", "count": 800});
    for _ in 0..3 {
        let mut outer = module(json!({"parameters": {"d": {"value": true}}}));
        outer["properties"]["template"]["resources"] = json!([made]);
        outer["copy"] = json!({"name": "c", "count": 800});
        made = outer;
    }
    let mut none = made.clone();
    none["properties"]["template"]["resources"][0]["properties"]["template"]["resources"] = json!([]);
    for resource in [made, none] {
        let resources = json!([safe(), resource]);
        let outcome = audit(&template(resources), &["--fail-on=never", "-f=json"]).exits(3);
        assert!(outcome.stdout.contains("more than 10,000 resources"), "{outcome}");
    }
}

#[test]
fn a_function_that_calls_itself_is_wrong_at_once() {
    let mut own = template(json!([account(json!("[ns.f(true())]"))]));
    own["functions"] = json!([{"namespace": "ns", "members": {"f": {
        "parameters": [{"name": "x", "type": "bool"}],
        "output": {"type": "bool", "value": "[ns.f(ns.f(parameters('x')))]"}}}}]);
    says(&own, "the function `ns.f` calls itself");
    own["functions"][0]["members"]["f"]["output"]["value"] = json!("[not(parameters('x'))]");
    own["resources"] = json!([account(json!("[ns.f(ns.f(true()))]"))]);
    audit(&own, &[]).exits(0);
}

#[test]
fn outputs_of_a_module_are_found_by_its_name() {
    let named = |value: Value| {
        let mut module = module(json!({}));
        module["properties"]["template"]["resources"] = json!([]);
        module["properties"]["template"]["outputs"] = json!({"k": {"type": "bool", "value": value}});
        module
    };
    let own = account(json!("[reference('m').outputs.k.value]"));
    audit(&template(json!([named(json!(true)), own])), &[]).exits(0);
    audit(&template(json!([named(json!(false)), own])), &[]).exits(1);
    // Of two, it isn't known which.
    let mut other = named(json!(false));
    other["resourceGroup"] = json!("other");
    audit(&template(json!([named(json!(true)), other, own])), &[]).exits(3);
}

#[test]
fn templates_with_symbolic_names_have_scopes_of_their_own() {
    let mut module = module(json!({"parameters": {"d": {"value": false}}}));
    module["properties"]
        .as_object_mut()
        .unwrap()
        .remove("expressionEvaluationOptions");
    audit(&template(json!({"m": module})), &[]).exits(1);
}
