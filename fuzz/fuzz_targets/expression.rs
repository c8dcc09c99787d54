//! An expression of a template, in brackets or not, wherever an expression can be.
#![no_main]

use cosmos_rbac::template::Template;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|text: &str| {
    let file = std::env::temp_dir().join(format!("cosmos-rbac-fuzz-{}-expression.json", std::process::id()));
    let expression = format!("[{text}]");
    let template = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"p": {"type": "string", "defaultValue": "x"}, "n": {"type": "int", "defaultValue": 3},
            "a": {"type": "array", "defaultValue": [1, "b", {"c": [2]}]}, "o": {"type": "object", "defaultValue": {"k": "v"}}},
        "variables": {"v": expression, "w": "[variables('v')]"},
        "resources": [{"type": "Microsoft.DocumentDB/databaseAccounts", "apiVersion": "2024-11-15", "name": "acc",
            "location": "[variables('w')]", "condition": expression, "tags": {"t": expression},
            "properties": {"disableLocalAuth": expression, "databaseAccountOfferType": "Standard"}},
          {"type": "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments", "apiVersion": "2024-11-15",
            "name": "[format('acc/{0}', guid(string(variables('v'))))]", "copy": {"name": "c", "count": expression},
            "properties": {"roleDefinitionId": expression, "principalId": expression, "scope": expression}}]
    });
    std::fs::write(&file, template.to_string()).unwrap();
    let template = Template {
        file: &file,
        parameters: None,
        subscription: Some("11111111-0000-4000-8000-000000000001".into()),
        resource_group: Some("rg".into()),
    };
    let _ = template.read(jiff::Timestamp::UNIX_EPOCH);
});
