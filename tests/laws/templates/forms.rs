//! The forms in which a tenant can be printed: files of any kind that deploy it.

use super::Resource;
use serde_json::{Value, json};

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

/// A value in which no string is taken for an expression.
fn literal(value: Value) -> Value {
    match value {
        Value::String(text) if text.starts_with('[') => Value::String(format!("[{text}")),
        Value::Array(items) => items.into_iter().map(literal).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, literal(value))).collect(),
        other => other,
    }
}

fn merged(mut one: Value, other: &Value) -> Value {
    one.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    one
}

/// How a tenant is printed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Array,
    Symbols,
    Module,
    Predicted,
    WhatIf,
    Terraform,
}

pub(super) const FORMS: [Form; 6] = [
    Form::Array,
    Form::Symbols,
    Form::Module,
    Form::Predicted,
    Form::WhatIf,
    Form::Terraform,
];

pub(super) fn print(form: Form, all: &[Resource]) -> Value {
    let in_template = |one: &Resource| {
        let body = json!({"type": one.kind, "apiVersion": "2025-04-15", "name": one.name()});
        literal(merged(body, &one.body))
    };
    let listed: Vec<Value> = all.iter().map(in_template).collect();
    let template = |resources: Value| json!({"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": resources});
    let whole = |one: &Resource| {
        let body = json!({"id": one.id, "type": one.kind, "name": one.name(), "apiVersion": "2025-04-15"});
        merged(body, &one.body)
    };
    match form {
        Form::Array => template(json!(listed)),
        Form::Symbols => {
            let named = listed
                .iter()
                .enumerate()
                .map(|(number, one)| (format!("r{number}"), one.clone()));
            merged(template(named.collect()), &json!({"languageVersion": "2.0"}))
        }
        Form::Module => {
            // What is handed over to a module means the same there.
            let account = all[0].name();
            let mut inner = listed.clone();
            for (one, resource) in inner.iter_mut().zip(all) {
                let rest = resource.name()[account.len()..].replace('\'', "''");
                one["name"] = json!(format!("[concat(parameters('account'), '{rest}')]"));
            }
            let inner = merged(
                template(json!(inner)),
                &json!({"parameters": {"account": {"type": "string"}}}),
            );
            template(json!([{
                "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "cosmos",
                "properties": {
                    "expressionEvaluationOptions": {"scope": "inner"}, "mode": "Incremental",
                    "parameters": {"account": {"value": literal(json!(account))}}, "template": inner,
                },
            }]))
        }
        Form::Predicted => {
            let all: Vec<Value> = all.iter().map(|one| literal(whole(one))).collect();
            json!({"predictedResources": all, "diagnostics": []})
        }
        Form::WhatIf => {
            let change =
                |one: &Resource| json!({"resourceId": one.id, "changeType": "Create", "after": literal(whole(one))});
            json!({"status": "Succeeded", "changes": all.iter().map(change).collect::<Vec<_>>()})
        }
        Form::Terraform => {
            let change = |(number, one): (usize, &Resource)| {
                let (parent, name) = one.id.rsplit_once('/').unwrap();
                let parent = parent.rsplit_once('/').unwrap().0;
                let parent = parent.strip_suffix("/providers/Microsoft.DocumentDB").unwrap_or(parent);
                let mut body = one.body.clone();
                let mut after = json!({"type": format!("{}@2025-04-15", one.kind), "name": name, "parent_id": parent});
                for field in ["location", "tags"] {
                    let value = body.as_object_mut().unwrap().remove(field);
                    after[field] = value.unwrap_or(Value::Null);
                }
                after["body"] = body;
                json!({"address": format!("azapi_resource.r{number}"), "mode": "managed", "type": "azapi_resource",
                    "name": format!("r{number}"), "change": {"actions": ["create"], "before": null, "after": after,
                    "after_unknown": {"id": true}, "after_sensitive": false}})
            };
            json!({"format_version": "1.2", "terraform_version": "1.9.0",
                "resource_changes": all.iter().enumerate().map(change).collect::<Vec<_>>()})
        }
    }
}
