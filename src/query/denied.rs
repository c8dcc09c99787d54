//! What the service says when it refuses a request: who lacks which data action where.
//!
//! Its text, as SDKs pass it on: "Request blocked by Auth ACCOUNT : Request is blocked because principal `[ID]` does not have
//! required RBAC permissions to perform action `[ACTION]` on resource `[RESOURCE]`." They wrap it in stack traces and in JSON.

use super::error::AskError;
use super::refusal::{USE_ARM, not_about_roles};
use crate::model::{AccountId, ActionPattern, PrincipalId, Scope, guid};

/// A refused request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// Who was refused; `None`: the text has no object id.
    pub principal: Option<PrincipalId>,
    /// The data action that they lack.
    pub action: ActionPattern,
    /// Where they lack it.
    pub scope: Scope,
    /// The account's name, if the text has it.
    pub account: Option<String>,
}

/// More than any such text.
pub const LONGEST: usize = 1 << 20;

impl Denied {
    /// Reads the text.
    ///
    /// # Errors
    /// When it isn't such a text.
    pub fn parse(text: &str) -> Result<Self, AskError> {
        let text = plain(text);
        if let Some(request) = in_brackets(&text, "given request") {
            let message = format!(
                "`{}` isn't a data action, so Microsoft Entra tokens can't make it",
                joined(&request, " ")
            );
            return Err(AskError::new(message, USE_ARM));
        }
        let Some(action) = in_brackets(&text, "perform action").map(|found| joined(&found, "")) else {
            return Err(not_one(&text));
        };
        let resource = in_brackets(&text, "on resource").map(|found| joined(&found, ""));
        let resource = resource.unwrap_or_else(|| "/".to_owned());
        let scope = Scope::relative(&resource).or_else(|| within_account(&resource));
        let Some(scope) = scope else {
            return Err(AskError::new(
                format!("the text names the resource `{resource}`, which is no scope of an account"),
                "a resource is `/`, `dbs/DATABASE` or `dbs/DATABASE/colls/CONTAINER`",
            ));
        };
        if action.is_empty() {
            return Err(not_one(&text));
        }
        let principal = in_brackets(&text, "principal").map(|found| joined(&found, ""));
        Ok(Self {
            principal: principal
                .filter(|id| guid::parse(id).is_some())
                .map(|id| PrincipalId::from(id.as_str())),
            action: ActionPattern::from_policy(&action),
            scope,
            account: account(&text),
        })
    }

    /// The account that is meant: the one that was given, by name or resource ID, or that of the text.
    ///
    /// # Errors
    /// When these are two accounts.
    pub fn account<'a>(&'a self, given: Option<&'a str>) -> Result<Option<&'a str>, AskError> {
        let (Some(own), Some(given)) = (self.account.as_deref(), given) else {
            return Ok(given.or(self.account.as_deref()));
        };
        let id = AccountId::split_prefix(given);
        let name = id.as_ref().map_or(given, |(id, _)| id.name());
        if name.eq_ignore_ascii_case(own) {
            return Ok(Some(given));
        }
        Err(AskError::new(
            format!("the message is about account `{own}`, and --account names `{given}`"),
            format!("leave --account out, or paste a message that is about `{given}`"),
        ))
    }
}

fn not_one(text: &str) -> AskError {
    let words: Vec<&str> = text.split_whitespace().collect();
    not_about_roles(&words.join(" ")).unwrap_or_else(|| {
        AskError::new(
            "the text isn't a refusal of Azure Cosmos DB",
            "paste the whole message, which has `does not have required RBAC permissions to perform action […] on resource […]`",
        )
    })
}

/// The text without the escapes that JSON and logs put into it.
fn plain(text: &str) -> String {
    let mut out = text.to_owned();
    // Logs escape what was escaped already.
    for _ in 0..3 {
        for (from, to) in [
            ("\\r", "\r"),
            ("\\n", "\n"),
            ("\\t", " "),
            ("\\\"", "\""),
            ("\\/", "/"),
            ("\\u0027", "'"),
        ] {
            out = out.replace(from, to);
        }
        out = out.replace("\\\\", "\\");
    }
    out
}

/// What stands in brackets behind some words, whatever blanks are between them.
fn in_brackets(text: &str, words: &str) -> Option<String> {
    let folded: Vec<(usize, char)> = text.char_indices().collect();
    let wanted: Vec<char> = words.chars().collect();
    // Words can be broken over lines.
    let matches_at = |start: usize| -> Option<usize> {
        let mut at = start;
        for letter in &wanted {
            if *letter == ' ' {
                let before = at;
                while folded.get(at).is_some_and(|(_, c)| c.is_whitespace()) {
                    at += 1;
                }
                if at == before {
                    return None;
                }
                continue;
            }
            if !folded.get(at).is_some_and(|(_, c)| c.eq_ignore_ascii_case(letter)) {
                return None;
            }
            at += 1;
        }
        while folded.get(at).is_some_and(|(_, c)| c.is_whitespace()) {
            at += 1;
        }
        folded.get(at).filter(|(_, c)| *c == '[')?;
        Some(at + 1)
    };
    let from = (0..folded.len()).find_map(matches_at)?;
    let begin = folded.get(from)?.0;
    let rest = text.get(begin..)?;
    let end = rest.find(']')?;
    rest.get(..end).map(str::to_owned)
}

/// Lines put together, without what sets them in.
fn joined(text: &str, between: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(between)
}

/// A resource that begins with the account's id.
fn within_account(resource: &str) -> Option<Scope> {
    let (id, _) = AccountId::split_prefix(resource)?;
    Scope::parse(resource, &id).ok()
}

/// The account behind `Request blocked by Auth`, whose name has letters, digits and hyphens.
fn account(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("blocked by Auth ")?;
    let name: String = rest
        .trim_start()
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "3f09a3ed-8a4c-4b2f-9d3e-0123456789ab";

    fn denied(scope: &str, action: &str, account: Option<&str>) -> Denied {
        Denied {
            principal: Some(ID.into()),
            action: ActionPattern::from_policy(action),
            scope: Scope::relative(scope).unwrap(),
            account: account.map(str::to_owned),
        }
    }

    #[test]
    fn refusals_are_read_however_they_are_wrapped() {
        let whole = format!(
            "Request blocked by Auth cosmos-orders : Request is blocked because principal [{ID}] does not have required RBAC \
             permissions to perform action [Microsoft.DocumentDB/databaseAccounts/readMetadata] on resource [/]. \
             Learn more: https://aka.ms/cosmos-native-rbac."
        );
        let expected = denied("/", "readMetadata", Some("cosmos-orders"));
        assert_eq!(Denied::parse(&whole).unwrap(), expected);
        let json = format!(
            "{{\"code\":\"Forbidden\",\"message\":\"{}\\r\\nActivityId: 1\"}}",
            whole
        );
        assert_eq!(Denied::parse(&json).unwrap(), expected);
        let item = "sqlDatabases/containers/items/create";
        let wrapped = format!(
            "Reason: (Request is blocked because principal\n  [{ID}] does not have required RBAC permissions to perform\n  \
             action [Microsoft.DocumentDB/databaseAccounts/sqlDatabases/\n  containers/items/create] on resource \
             [dbs/orders/colls/\n  items]."
        );
        assert_eq!(
            Denied::parse(&wrapped).unwrap(),
            denied("/dbs/orders/colls/items", item, None)
        );
    }

    #[test]
    fn anything_else_is_no_refusal() {
        for (text, expected) in [
            ("", "isn't a refusal"),
            ("perform action [] on resource [/]", "isn't a refusal"),
            ("Local\n  Authorization is disabled. Use an AAD token", "account key"),
            (
                "The given request [POST /dbs] cannot be authorized by AAD token in data plane.",
                "isn't a data action",
            ),
            ("perform action [x] on resource [a/b]", "no scope"),
        ] {
            let error = Denied::parse(text).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
