//! Where an Azure role holds. Scopes ignore case; the casing that the service sent is kept for display.

use crate::model::arm_id::AccountId;
use crate::model::casing::folded;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A scope of Azure RBAC: `/`, a management group, a subscription, a resource group, or a resource at any depth. Any
/// text is one; what has none of these forms is malformed, and known as such.
///
/// Source: "Understand scope for Azure RBAC", section "Scope format".
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(from = "String", into = "String")]
pub struct AzureScope {
    text: String,
    /// In lower case and without a slash at its end.
    key: String,
    level: Level,
}

/// What a scope is; the wider comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// `/`: everything in the tenant.
    Root,
    /// All subscriptions below a management group; which these are, the scope does not tell.
    ManagementGroup,
    /// One subscription.
    Subscription,
    /// One resource group.
    ResourceGroup,
    /// One resource, and those within it.
    Resource,
    /// Nothing that is known.
    Malformed,
}

impl AzureScope {
    /// Reads a scope in any casing. A slash at its end does not count.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let body = match text.strip_suffix('/') {
            Some(rest) if !rest.is_empty() && !rest.ends_with('/') => rest,
            _ => &text,
        };
        let key = folded(body);
        let level = level(&key);
        Self { text, key, level }
    }

    /// The scope as the service wrote it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The scope in lower case: two scopes with the same key are the same place.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The subscription that it is, or is in, in lower case.
    pub fn subscription(&self) -> Option<&str> {
        self.key.strip_prefix("/subscriptions/")?.split('/').next()
    }

    /// What it is.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Whether it lies above subscriptions, so that it holds for every subscription in whose list it stands.
    pub fn is_above_subscriptions(&self) -> bool {
        matches!(self.level, Level::Root | Level::ManagementGroup)
    }

    /// Whether everything at `other` is certainly at this scope too. Which management groups lie below which, and which
    /// subscriptions in them, the scopes alone do not tell.
    pub fn contains(&self, other: &Self) -> bool {
        match (self.level, other.level) {
            (_, Level::Malformed) | (Level::Malformed, _) => false,
            (Level::Root, _) => true,
            _ => is_below(&other.key, &self.key),
        }
    }

    /// The account that this scope lies in, and the kind of thing in it, in lower case; e.g. `sqlroleassignments`.
    /// `None`: it is no place within an account.
    pub fn within_account(&self) -> Option<(AccountId, &str)> {
        let (account, rest) = AccountId::split_prefix(&self.key)?;
        let kind = rest.strip_prefix('/')?.split('/').next()?;
        Some((account, kind))
    }
}

/// Whether the path is `top`, or lies in it.
fn is_below(path: &str, top: &str) -> bool {
    path.strip_prefix(top)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn level(key: &str) -> Level {
    if key == "/" {
        return Level::Root;
    }
    let Some(body) = key.strip_prefix('/') else {
        return Level::Malformed;
    };
    let parts: Vec<&str> = body.split('/').collect();
    let is_odd = match parts.as_slice() {
        ["subscriptions", own, "resourcegroups", group, ..] => is_no_name(own) || is_no_name(group),
        ["subscriptions", own, ..] => is_no_name(own),
        _ => false,
    };
    if is_odd || parts.iter().any(|part| part.is_empty()) {
        return Level::Malformed;
    }
    match parts.as_slice() {
        ["providers", "microsoft.management", "managementgroups", _] => Level::ManagementGroup,
        ["subscriptions", _] => Level::Subscription,
        ["subscriptions", _, "resourcegroups", _] => Level::ResourceGroup,
        ["subscriptions", _, "resourcegroups", _, rest @ ..] | ["subscriptions", _, rest @ ..] => resource(rest),
        // Resources of the tenant have no subscription.
        rest => resource(rest),
    }
}

/// Whether no subscription and no resource group can have the name.
///
/// Source: "Naming rules and restrictions for Azure resources", `Microsoft.Resources`.
fn is_no_name(name: &str) -> bool {
    name.contains(|letter: char| letter.is_whitespace() || letter.is_control() || "%?#".contains(letter))
}

/// `providers/{namespace}`, then pairs of a type and a name; an extension begins anew with `providers`.
fn resource(parts: &[&str]) -> Level {
    match parts {
        ["providers", _, _, _, pairs @ ..] if pairs.len().is_multiple_of(2) => Level::Resource,
        _ => Level::Malformed,
    }
}

impl From<String> for AzureScope {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for AzureScope {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<AzureScope> for String {
    fn from(scope: AzureScope) -> Self {
        scope.text
    }
}

impl fmt::Display for AzureScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

// Files must keep what the service wrote, so two spellings are not equal; ask for `key` to compare places.
impl PartialEq for AzureScope {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for AzureScope {}

impl Ord for AzureScope {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl PartialOrd for AzureScope {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for AzureScope {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_told_by_the_form() {
        for (text, expected) in [
            ("/", Level::Root),
            (
                "/providers/Microsoft.Management/managementGroups/mg",
                Level::ManagementGroup,
            ),
            ("/subscriptions/s", Level::Subscription),
            ("/SUBSCRIPTIONS/S/", Level::Subscription),
            ("/subscriptions/s/resourcegroups/g", Level::ResourceGroup),
            (
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/a",
                Level::Resource,
            ),
            (
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/a/sqlDatabases/d",
                Level::Resource,
            ),
            (
                "/subscriptions/s/providers/Microsoft.Security/pricings/p",
                Level::Resource,
            ),
            ("/providers/Microsoft.Billing/billingAccounts/b", Level::Resource),
            ("", Level::Malformed),
            ("//", Level::Malformed),
            ("/subscriptions", Level::Malformed),
            ("/subscriptions/", Level::Malformed),
            ("/subscriptions//resourceGroups/g", Level::Malformed),
            (
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB",
                Level::Malformed,
            ),
            ("subscriptions/s", Level::Malformed),
            ("/subscriptions/s?x", Level::Malformed),
            ("/subscriptions/s/resourceGroups/rg ", Level::Malformed),
            ("/subscriptions/s/resourceGroups/r%67/providers/a/b/c", Level::Malformed),
            ("/subscriptions/s/resourceGroups/(é_.-)", Level::ResourceGroup),
            ("*", Level::Malformed),
        ] {
            assert_eq!(AzureScope::new(text).level(), expected, "{text}");
        }
    }

    #[test]
    fn a_scope_holds_what_is_below_it() {
        let scope = |text: &str| AzureScope::new(text);
        let group = scope("/subscriptions/s/resourceGroups/g");
        assert!(scope("/").contains(&group));
        assert!(scope("/Subscriptions/S").contains(&group));
        assert!(group.contains(&scope("/subscriptions/s/resourcegroups/G/providers/a/b/c")));
        assert!(!group.contains(&scope("/subscriptions/s/resourceGroups/g2")));
        assert!(!group.contains(&scope("/subscriptions/s")));
        assert!(!scope("").contains(&group) && !scope("/").contains(&scope("")));
        let letters = scope("/subscriptions/s/resourceGroups/réseau");
        assert!(letters.contains(&scope("/subscriptions/s/resourcegroups/RÉSEAU/providers/a/b/c")));
    }
}
