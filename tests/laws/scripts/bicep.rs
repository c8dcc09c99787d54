//! Reads Bicep: by its grammar (tree-sitter), and then what the resources are.

use cosmos_rbac::model::arm_id::last_segment;
use cosmos_rbac::snapshot::Snapshot;
use std::collections::BTreeMap;
use tree_sitter::{Node, Parser};

/// A resource that a template creates or changes.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    /// What it is, in one spelling.
    pub(crate) body: String,
}

/// A value of a template.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Text(String),
    List(Vec<Value>),
    Object(BTreeMap<String, Value>),
}

impl Value {
    fn field(&self, name: &str) -> &Value {
        match self {
            Self::Object(fields) => fields.get(name).unwrap_or_else(|| panic!("no {name} in {self:?}")),
            other => panic!("no {name} in {other:?}"),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            other => panic!("no text: {other:?}"),
        }
    }

    fn texts(&self) -> Vec<String> {
        match self {
            Self::List(all) => all.iter().map(|one| one.text().to_owned()).collect(),
            other => panic!("no list: {other:?}"),
        }
    }
}

/// The resources of a template. It panics where the text is no Bicep, or names an account that isn't there.
pub(crate) fn resources(text: &str, snapshot: &Snapshot) -> Vec<Resource> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_bicep::LANGUAGE.into()).unwrap();
    let tree = parser.parse(text, None).unwrap();
    let root = tree.root_node();
    assert!(!root.has_error(), "{}\n{text}", root.to_sexp());
    let bad = |c: char| c.is_control() && c != '\n';
    assert!(
        !text.contains(bad) && !text.contains(['\u{2028}', '\u{202e}']),
        "{text:?}"
    );
    let group = group(text);
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let mut found = Vec::new();
    for node in children(root) {
        match node.kind() {
            "comment" | "diagnostic_comment" => continue,
            "resource_declaration" => {}
            other => panic!("a template has {other}: {text}"),
        }
        let parts = children(node);
        let [symbol, of_type, object] = &parts[..] else {
            panic!("{text}")
        };
        let symbol = source(*symbol, text).to_owned();
        let of_type = string(source(*of_type, text), &ids);
        let (of_type, version) = of_type.split_once('@').unwrap();
        assert_eq!(version, "2024-05-15");
        let body = value(*object, text, &ids);
        let name = body.field("name").text().to_owned();
        let kind = match of_type {
            "Microsoft.DocumentDB/databaseAccounts" => {
                assert!(source(node, text).contains("' existing = {"), "{text}");
                ids.insert(symbol, account(snapshot, &group, &name));
                continue;
            }
            "Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions" => "sqlRoleDefinitions",
            "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments" => "sqlRoleAssignments",
            other => panic!("a template has {other}"),
        };
        let id = format!("{}/{kind}/{name}", body.field("parent").text());
        ids.insert(symbol, id.clone());
        let properties = body.field("properties");
        let body = match kind {
            "sqlRoleDefinitions" => definition(properties),
            _ => format!(
                "{} {} {}",
                properties.field("roleDefinitionId").text().to_lowercase(),
                properties.field("principalId").text(),
                properties.field("scope").text()
            ),
        };
        found.push(Resource { kind, id, body });
    }
    found
}

fn definition(properties: &Value) -> String {
    assert_eq!(properties.field("type").text(), "CustomRole");
    let Value::List(permissions) = properties.field("permissions") else {
        panic!("{properties:?}")
    };
    let permissions: Vec<_> = permissions.iter().map(|one| one.field("dataActions").texts()).collect();
    let scopes = properties.field("assignableScopes").texts();
    format!("{:?} {scopes:?} {permissions:?}", properties.field("roleName").text())
}

/// What role definitions and role assignments of a snapshot are, in the same spelling, by id.
pub(crate) fn bodies(snapshot: &Snapshot) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for record in &snapshot.accounts {
        let account = record.account.id.as_str();
        let whole = |scope: &String| {
            let scope = scope.trim_end_matches('/');
            match scope.split_at_checked(account.len()) {
                Some((own, rest)) if own.eq_ignore_ascii_case(account) => format!("{account}{rest}"),
                _ if scope.is_empty() || scope.starts_with('/') => format!("{account}{scope}"),
                _ => format!("{account}/{scope}"),
            }
        };
        for role in record.role_definitions() {
            let scopes: Vec<String> = role.assignable_scopes.iter().map(whole).collect();
            let permissions = role.permissions.iter();
            let permissions: Vec<Vec<&str>> = permissions
                .map(|one| one.data_actions.iter().map(|action| action.as_str()).collect())
                .collect();
            let mut body = format!("{:?} {scopes:?} {permissions:?}", role.role_name);
            let mut without = role.permissions.iter().flat_map(|one| &one.not_data_actions).peekable();
            if without.peek().is_some() {
                // No template has any.
                body.push_str(&format!(
                    " without {:?}",
                    without.map(|action| action.as_str()).collect::<Vec<_>>()
                ));
            }
            all.insert(role.id.to_lowercase(), body);
        }
        for one in record.role_assignments() {
            let role = last_segment(one.role_definition_id.as_str());
            let role = format!("{account}/sqlRoleDefinitions/{role}").to_lowercase();
            let body = format!("{role} {} {}", one.principal_id.as_str(), whole(&one.scope));
            all.insert(one.id.to_lowercase(), body);
        }
    }
    all
}

/// The subscription and the resource group that a template is deployed to, from the command in its comment.
fn group(text: &str) -> (String, String) {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("//   az deployment group create "))
        .unwrap();
    let words: Vec<&str> = line.split(' ').collect();
    let flag = |name: &str| {
        let place = words.iter().position(|word| *word == name).unwrap();
        words[place + 1].trim_matches('\'').to_owned()
    };
    (flag("--subscription"), flag("--resource-group"))
}

fn account(snapshot: &Snapshot, (subscription, group): &(String, String), name: &str) -> String {
    let mut ids = snapshot.accounts.iter().map(|record| &record.account.id);
    let found = ids.find(|id| {
        id.name() == name
            && id.subscription().eq_ignore_ascii_case(subscription)
            && id.resource_group().eq_ignore_ascii_case(group)
    });
    found
        .unwrap_or_else(|| panic!("there is no account {name}"))
        .to_string()
}

fn children(node: Node<'_>) -> Vec<Node<'_>> {
    node.named_children(&mut node.walk()).collect()
}

fn source<'t>(node: Node<'_>, text: &'t str) -> &'t str {
    node.utf8_text(text.as_bytes()).unwrap()
}

fn value(node: Node<'_>, text: &str, ids: &BTreeMap<String, String>) -> Value {
    let own = source(node, text);
    match node.kind() {
        "string" => Value::Text(string(own, ids)),
        "object" => {
            let fields = children(node).into_iter().map(|property| {
                let parts = children(property);
                let [name, content] = &parts[..] else {
                    panic!("{}", source(property, text))
                };
                (source(*name, text).to_owned(), value(*content, text, ids))
            });
            Value::Object(fields.collect())
        }
        "array" => Value::List(children(node).into_iter().map(|one| value(one, text, ids)).collect()),
        _ if children(node).len() == 1 && source(children(node)[0], text) == own => value(children(node)[0], text, ids),
        _ => Value::Text(reference(own, ids)),
    }
}

/// `symbol` or `symbol.id`: both are the resource.
fn reference(own: &str, ids: &BTreeMap<String, String>) -> String {
    let symbol = own.strip_suffix(".id").unwrap_or(own);
    ids.get(symbol)
        .unwrap_or_else(|| panic!("{symbol} isn't declared before"))
        .clone()
}

/// What a text in quotes is.
/// Source: <https://learn.microsoft.com/azure/azure-resource-manager/bicep/data-types#strings>.
fn string(own: &str, ids: &BTreeMap<String, String>) -> String {
    let inner = own.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap();
    let mut out = String::new();
    let mut rest = inner;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\'' => panic!("a quote isn't escaped in {own}"),
            '$' if rest.starts_with('{') => {
                let (name, more) = rest[1..].split_once('}').unwrap();
                out.push_str(&reference(name, ids));
                rest = more;
            }
            '\\' => {
                let escape = rest.chars().next().unwrap();
                rest = &rest[escape.len_utf8()..];
                match escape {
                    'n' => out.push('\n'),
                    'r' => out.push('\r'),
                    't' => out.push('\t'),
                    '\\' | '\'' | '$' => out.push(escape),
                    'u' => {
                        let (digits, more) = rest.strip_prefix('{').unwrap().split_once('}').unwrap();
                        out.push(char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap());
                        rest = more;
                    }
                    other => panic!("Bicep has no \\{other}: {own}"),
                }
            }
            c => out.push(c),
        }
    }
    out
}
