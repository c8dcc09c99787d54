//! The JSON Schema of a policy file, for editors. Its words are those of the loader's types; what a schema can't say, such as that
//! names are declared, only the loader checks.

use super::rules::{Privilege, Switch};
use crate::finding::{About, Check, Confidence, Severity};
use crate::model::{Api, PrincipalKind};
use serde_json::{Map, Value, json};

/// A GUID, as the loader takes them.
const GUID: &str = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$";
/// A day of a waiver.
const DAY: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
/// A finding's fingerprint.
const FINGERPRINT: &str = "^[0-9A-Fa-f]{32}$";
/// A place in an account.
const SCOPE: &str = "^/(dbs/[^/]+(/colls/[^/]+)?/?)?$";
/// One without `*`.
const PLACE: &str = "^/(dbs/[^/*]+(/colls/[^/*]+)?/?)?$";

/// The JSON Schema of a policy file. `checks` are those that it can name. It is of draft 7, the newest that the YAML extension
/// of VS Code reads in full.
pub fn schema(checks: &[&'static Check]) -> Value {
    let checks = checks.iter().copied().filter(|check| check.about != About::Coverage);
    let severities: Map<String, Value> = checks
        .clone()
        .map(|check| (check.id.to_owned(), severity(check)))
        .collect();
    let waivable = checks.filter(|check| check.about != About::Waiver);
    let waivable: Vec<&str> = waivable.map(|check| check.id).collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "a cosmos-rbac policy, version 1",
        "description": "Who can access what in which Azure Cosmos DB accounts.",
        "type": "object",
        "additionalProperties": false,
        "required": ["version"],
        "properties": {
            "version": {"description": "The version of the policy language. Always 1.", "enum": [1, "1"]},
            "principals": {
                "description": "Names for the object IDs of users, groups, service principals and managed identities.",
                "type": "object",
                "additionalProperties": {"$ref": "#/definitions/principal"},
            },
            "accounts": {
                "description": "Blocks of rules. Every block that matches an account applies to it. The order never matters.",
                "type": "array",
                "items": {"$ref": "#/definitions/block"},
            },
            "checks": {
                "description": "Severities that differ from the defaults.",
                "type": "object",
                "additionalProperties": false,
                "properties": severities,
            },
            "waivers": {
                "description": "Findings that are accepted until a day.",
                "type": "array",
                "items": {"$ref": "#/definitions/waiver"},
            },
        },
        "definitions": {
            "text": text("A text."),
            "principal": object("A principal.", &["id"], json!({
                "id": pattern("The object ID, not the application ID.", GUID),
                "kind": words("What it is.", &PrincipalKind::KNOWN.map(PrincipalKind::word)),
                "members": principals("Who is in the group, also through nested groups, and nobody else. Left out: not checked."),
            })),
            "block": block(),
            "match": object("Which accounts the block is for. Everything that is given must match. Left out: every account.", &[], json!({
                "account": text("The account's name. `*` matches any number of characters, case is ignored."),
                "subscription": text("The subscription's ID."),
                "resource_group": text("The resource group's name. Case is ignored."),
                "api": words("The account's API.", &Api::ALL.map(Api::word)),
                "tags": {
                    "description": "Tags of the account. Names ignore case, values don't.",
                    "type": "object",
                    "additionalProperties": text("The value of the tag. `*` matches any number of characters."),
                },
            })),
            "role": object("A custom role definition that must exist with exactly these permissions.", &["name", "data_actions"], json!({
                "name": text("The role's name in Azure, in exactly this spelling."),
                "data_actions": data_actions("What the role grants."),
                "assignable_scopes": {
                    "description": "Where the role can be assigned. Left out: not checked.",
                    "type": "array",
                    "minItems": 1,
                    "items": pattern("`/`, `/dbs/<database>` or `/dbs/<database>/colls/<container>`.", PLACE),
                },
            })),
            "grant": grant(),
            "deny": object("What is forbidden, whatever the grants allow.", &["data_actions", "scope"], json!({
                "data_actions": data_actions("What is forbidden."),
                "scope": pattern("Where. `*` matches names.", SCOPE),
                "except": principals("Principals that it isn't forbidden for."),
                "reason": text("Why, for the finding."),
            })),
            "waiver": waiver(&waivable),
        },
    })
}

fn block() -> Value {
    let switch = |what: &str| {
        let what = format!("What {what} must be. `any`: either is fine. Left out: not checked.");
        words(&what, &Switch::ALL.map(Switch::word))
    };
    let mut keys = json!({
        "name": text("The block's name, for messages."),
        "owner": text("Who owns the accounts. Every finding about them names the owner."),
        "match": {"$ref": "#/definitions/match"},
        "local_auth": switch("key-based authentication"),
        "key_metadata_writes": switch("changing databases, containers and throughput with a key"),
        "max_key_age": pattern("How old account keys can be, in whole days. Left out: `90d`.", "^([1-9][0-9]*)(d|w)$"),
        "roles": list("The custom role definitions that must exist, and no others. Left out: not checked.", "role"),
        "grants": list("Who has access to what. Nobody else does. Left out: not checked.", "grant"),
        "deny": list("What is forbidden, whatever the grants allow.", "deny"),
    });
    if let Some(keys) = keys.as_object_mut() {
        for privilege in Privilege::ALL {
            let can = match privilege {
                Privilege::KeyReaders => "read account keys",
                Privilege::AccountWriters => "change the account, including key-based authentication,",
                Privilege::RoleAdmins => "grant access, to the data or in Azure,",
                Privilege::IdentityAdmins => "take over managed identities that have access",
            };
            let what = format!("The principals that can {can} through Azure RBAC. Left out: not checked.");
            keys.insert(privilege.key().to_owned(), principals(&what));
        }
    }
    object("Rules for the accounts that it matches.", &[], keys)
}

fn grant() -> Value {
    let mut grant = object(
        "Who has access to what.",
        &["principal", "scope"],
        json!({
            "principal": text("A name below `principals`, or an object ID. `*`: all principals, only with `presence: optional`."),
            "role": text("A role of this policy, or a built-in role."),
            "data_actions": data_actions("What is granted."),
            "scope": pattern("Where. `*` matches names, only with `presence: optional`.", SCOPE),
            "presence": words("`required` (default): it must exist. `optional`: it can exist.", &["required", "optional"]),
        }),
    );
    if let Some(grant) = grant.as_object_mut() {
        grant.insert(
            "oneOf".to_owned(),
            json!([{"required": ["role"]}, {"required": ["data_actions"]}]),
        );
        let optional = json!({"required": ["presence"], "properties": {"presence": {"const": "optional"}}});
        let one_place = json!({"properties": {"principal": {"not": {"const": "*"}}, "scope": {"pattern": PLACE}}});
        grant.insert("if".to_owned(), json!({"not": optional}));
        grant.insert("then".to_owned(), one_place);
    }
    grant
}

fn waiver(checks: &[&str]) -> Value {
    let keys = json!({
        "check": words("The check's ID.", checks),
        "account": pattern("The account's name. `*` is allowed, case is ignored.", "^[A-Za-z0-9*-]+$"),
        "principal": text("A name below `principals`, or an object ID."),
        "scope": pattern("Exactly the scope that the finding shows. `*` matches names.", SCOPE),
        "role": text("The name of the role that the finding is about. `*` is allowed, case matters."),
        "confidence": words("`possible`: only findings that are possible, and none that is certain.", &[Confidence::Possible.word()]),
        "fingerprint": pattern("The finding's fingerprint, as in the JSON report.", FINGERPRINT),
        "expires": pattern("The last day, `YYYY-MM-DD`.", DAY),
        "reason": text("Why the finding is accepted."),
    });
    object("Accepts findings until a day.", &["check", "expires", "reason"], keys)
}

fn severity(check: &Check) -> Value {
    let words: Vec<&str> = Severity::ALL.into_iter().map(Severity::word).chain(["off"]).collect();
    json!({
        "description": format!("{}. Default: {}.", check.summary, check.severity.word()),
        "enum": words,
    })
}

fn object(description: &str, required: &[&str], properties: Value) -> Value {
    json!({
        "description": description,
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

/// The loader reads every scalar as text: an editor must not complain of a role that is called `123`.
fn text(description: &str) -> Value {
    json!({"description": description, "type": ["string", "number", "boolean"], "pattern": "\\S"})
}

fn pattern(description: &str, pattern: &str) -> Value {
    json!({"description": description, "type": "string", "pattern": pattern})
}

fn words(description: &str, words: &[&str]) -> Value {
    json!({"description": description, "enum": words})
}

fn list(description: &str, of: &str) -> Value {
    json!({"description": description, "type": "array", "items": {"$ref": format!("#/definitions/{of}")}})
}

fn principals(description: &str) -> Value {
    let one = text("A name below `principals`, or an object ID.");
    json!({"description": description, "type": "array", "items": one})
}

fn data_actions(description: &str) -> Value {
    let one =
        text("Short, such as `sqlDatabases/containers/items/read`, or in full. `*` matches any number of characters.");
    json!({"description": description, "type": "array", "minItems": 1, "items": one})
}
