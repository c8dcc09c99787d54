//! One filter, as it is written: `account=cosmos-*`.

use crate::checks::registry::CHECKS;
use crate::finding::Severity;
use crate::model::Glob;
use crate::model::glob::Case;
use crate::policy::Suggestions;
use std::fmt;
use std::str::FromStr;
use strum::{IntoStaticStr, VariantArray};

/// What a filter looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Key {
    /// The account's name.
    Account,
    /// The name or ID of the account's subscription.
    Subscription,
    /// A tag of the account.
    Tag,
    /// Who answers for the account, as the policy says.
    Owner,
    /// The check's ID.
    Check,
    /// The severity.
    Severity,
    /// The name or object ID of the principal, or of a member of the group that it is.
    Principal,
}

impl Key {
    /// The word for it.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Whether it chooses accounts, and with them all that concerns them.
    pub fn is_of_accounts(self) -> bool {
        matches!(self, Self::Account | Self::Subscription | Self::Tag | Self::Owner)
    }
}

/// A key and what it has to be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    key: Key,
    /// The tag's name; else empty.
    tag: String,
    value: Glob,
}

impl Filter {
    /// What it looks at.
    pub fn key(&self) -> Key {
        self.key
    }

    /// The tag that it looks at.
    pub(super) fn tag(&self) -> &str {
        &self.tag
    }

    /// What it has to be like, as it is written.
    pub(super) fn value(&self) -> &str {
        self.value.as_str()
    }

    /// Whether a name is one that it means.
    pub(super) fn matches(&self, name: &str) -> bool {
        self.value.matches(name)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, tag, value } = self;
        match key {
            Key::Tag => write!(f, "tag={tag}={value}"),
            key => write!(f, "{}={value}", key.word()),
        }
    }
}

impl FromStr for Filter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words = || Key::VARIANTS.iter().map(|key| key.word());
        let keys = || words().collect::<Vec<_>>().join(", ");
        let (word, value) = text
            .split_once('=')
            .ok_or_else(|| format!("expected KEY=GLOB, such as `account=cosmos-*`; keys: {}", keys()))?;
        let Some(key) = Key::VARIANTS.iter().copied().find(|key| key.word() == word) else {
            return Err(match Suggestions::default().nearest(word, words()) {
                Some(meant) => format!("unknown key `{word}`; did you mean `{meant}`?"),
                None => format!("unknown key `{word}`; expected one of: {}", keys()),
            });
        };
        let (tag, value) = match key {
            Key::Tag => value
                .split_once('=')
                .filter(|(name, _)| !name.is_empty())
                .ok_or("expected `tag=NAME=GLOB`, such as `tag=env=prod`; any value: `tag=env=*`")?,
            _ => ("", value),
        };
        if value.is_empty() && key != Key::Tag {
            return Err(format!(
                "`{word}` has no value; expected a name, in which `*` can stand for anything"
            ));
        }
        // As in policies, only the values of tags are case-sensitive.
        let case = if key == Key::Tag {
            Case::Sensitive
        } else {
            Case::Ignored
        };
        let filter = Self {
            key,
            tag: tag.to_owned(),
            value: Glob::new(value, case),
        };
        match key {
            Key::Check => known(&filter, "check", CHECKS.iter().map(|check| check.id))?,
            Key::Severity => known(&filter, "severity", Severity::ALL.iter().rev().map(|one| one.word()))?,
            _ => {}
        }
        Ok(filter)
    }
}

/// Refuses what means none of the words.
fn known<'k>(filter: &Filter, what: &str, all: impl Iterator<Item = &'k str> + Clone) -> Result<(), String> {
    if all.clone().any(|one| filter.matches(one)) {
        return Ok(());
    }
    let value = filter.value();
    Err(match Suggestions::default().nearest(value, all.clone()) {
        Some(meant) => format!("unknown {what} `{value}`; did you mean `{meant}`?"),
        None if what == "check" => format!("unknown check `{value}`; `cosmos-rbac explain` lists all checks"),
        None => format!(
            "unknown {what} `{value}`; expected one of: {}",
            all.collect::<Vec<_>>().join(", ")
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_a_key_and_a_glob() {
        for text in [
            "account=cosmos-*",
            "tag=env=prod",
            "tag=env=",
            "check=excess-*",
            "severity=HIGH",
            "principal=a=b",
        ] {
            let filter: Filter = text.parse().unwrap();
            assert_eq!(filter.to_string(), text);
        }
        for (text, problem) in [
            ("cosmos-*", "expected KEY=GLOB, such as `account=cosmos-*`"),
            ("acount=x", "did you mean `account`?"),
            ("x=y", "expected one of: account, subscription, tag"),
            ("tag=env", "expected `tag=NAME=GLOB`"),
            ("tag==prod", "expected `tag=NAME=GLOB`"),
            ("account=", "has no value"),
            ("check=exces-access", "did you mean `excess-access`?"),
            ("check=zzz*", "unknown check `zzz*`"),
            ("severity=urgent", "expected one of: critical, high"),
        ] {
            let error = text.parse::<Filter>().unwrap_err();
            assert!(error.contains(problem), "{text}: {error}");
        }
    }
}
