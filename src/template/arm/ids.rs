//! Ids of resources in Azure Resource Manager, of which parts can be unknown: those stand in braces.

use super::super::planned::{Level, Target};
use sha2::{Digest, Sha256};

/// Longest expression that stands in braces as it is.
const LONGEST: usize = 36;

/// Makes the parts in braces short, and one segment each: a `/` in them separates nothing.
pub(in crate::template) fn flat(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut part = String::new();
    for c in text.chars() {
        match (c, depth) {
            ('{', 0) => depth = 1,
            (_, 0) => made.push(c),
            ('}', 1) => {
                depth = 0;
                made.push_str(&format!("{{{}}}", named(&std::mem::take(&mut part))));
            }
            (c, _) => {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                part.push(c);
            }
        }
    }
    if depth > 0 {
        made.push_str(&format!("{{{}", named(&part)));
    }
    made
}

/// A short name for an expression: the same for the same expression only.
fn named(expression: &str) -> String {
    let parameter = expression
        .strip_prefix("parameters('")
        .and_then(|rest| rest.strip_suffix("')"));
    if let Some(name) = parameter.filter(|name| !name.contains('\'')) {
        return name.to_owned();
    }
    let short = expression.chars().take(LONGEST + 1).count() <= LONGEST;
    if short {
        return expression.replace('/', "|");
    }
    let start: String = expression
        .chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '_'))
        .take(24)
        .collect();
    let digits = Sha256::digest(expression.as_bytes());
    let digits: String = digits.iter().take(3).map(|byte| format!("{byte:02x}")).collect();
    format!("{start}…{digits}")
}

/// The parts of a text between the `/` outside of braces.
fn split(text: &str) -> Vec<String> {
    flat(text).split('/').map(str::to_owned).collect()
}

/// The id of a resource of a type. `scope`: what it is an extension of, where that isn't the target. `None`: the name has not as
/// many segments as the type.
pub(super) fn id(target: &Target, level: Level, kind: &str, name: &str, scope: Option<&str>) -> Option<String> {
    let (provider, types) = kind.split_once('/')?;
    let (types, names): (Vec<&str>, Vec<String>) = (types.split('/').collect(), split(name));
    if types.len() != names.len() || names.iter().any(String::is_empty) {
        return None;
    }
    let mut id = match (scope, level) {
        (Some(scope), _) => rooted(target, level, scope),
        (None, level) => base(target, level),
    };
    id.push_str("/providers/");
    id.push_str(provider);
    for (kind, name) in types.iter().zip(&names) {
        for part in [kind, name.as_str()] {
            id.push('/');
            id.push_str(part);
        }
    }
    Some(id)
}

/// What ids of resources at a level begin with.
fn base(target: &Target, level: Level) -> String {
    match level {
        Level::Group => format!(
            "/subscriptions/{}/resourceGroups/{}",
            flat(target.subscription()),
            flat(target.resource_group())
        ),
        Level::Subscription => format!("/subscriptions/{}", flat(target.subscription())),
        Level::Above => String::new(),
    }
}

/// A scope as an id: Bicep writes that of a resource in the same group as `<type>/<name>`.
fn rooted(target: &Target, level: Level, scope: &str) -> String {
    let scope = flat(scope);
    let scope = scope.trim_end_matches('/');
    if scope.starts_with('/') || scope.starts_with('{') || scope.is_empty() {
        let bare = scope.trim_start_matches('/');
        return if bare.is_empty() {
            String::new()
        } else {
            format!("/{bare}")
        };
    }
    let mut segments = scope.split('/');
    let (Some(provider), rest) = (segments.next(), segments) else {
        return base(target, level);
    };
    let rest: Vec<&str> = rest.collect();
    format!("{}/providers/{provider}/{}", base(target, level), rest.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_types() {
        let target = Target {
            subscription: Some("s".into()),
            resource_group: None,
            ..Target::default()
        };
        let of = |kind, name, scope| id(&target, Level::Group, kind, name, scope);
        let group = "/subscriptions/s/resourceGroups/{resource-group}";
        assert_eq!(
            of(
                "Microsoft.DocumentDB/databaseAccounts/sqlDatabases",
                "a-{u('/x')}/d",
                None
            ),
            Some(format!(
                "{group}/providers/Microsoft.DocumentDB/databaseAccounts/a-{{u('|x')}}/sqlDatabases/d"
            ))
        );
        assert_eq!(
            of("Microsoft.DocumentDB/databaseAccounts/sqlDatabases", "a", None),
            None
        );
        let scope = "Microsoft.DocumentDB/databaseAccounts/a";
        let assignment = "providers/Microsoft.Authorization/roleAssignments/g";
        let kind = "Microsoft.Authorization/roleAssignments";
        assert_eq!(
            of(kind, "g", Some(scope)),
            Some(format!("{group}/providers/{scope}/{assignment}"))
        );
        assert_eq!(
            of(kind, "g", Some("/subscriptions/t/")),
            Some(format!("/subscriptions/t/{assignment}"))
        );
        assert_eq!(of(kind, "g", Some("/")), Some(format!("/{assignment}")));
    }
}
