//! What waivers tell findings apart by, and the narrowest waiver of a finding.

use super::check::{About, Check, Selector};
use crate::model::guid::is_guid;
use crate::model::shown::is_unsafe;
use crate::model::{PrincipalId, Scope, ScopePattern, Shown, yaml};
use jiff::civil::Date;

/// The values of a finding that the keys of a waiver are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected<'f> {
    /// The names of the accounts concerned; `None`: it concerns the policy or the whole scan.
    pub accounts: Option<Vec<&'f str>>,
    /// Who is concerned.
    pub principal: Option<&'f PrincipalId>,
    /// Where.
    pub scope: Option<Scope>,
    /// The name of the role that it is about, or that the access comes through.
    pub role: Option<&'f str>,
}

/// The keys of a waiver that is as narrow as waivers of a check can be, with the value of a finding for each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Narrowest {
    check: &'static str,
    keys: Vec<(Selector, String)>,
    /// What a policy can't say of the finding, such as a name with invisible characters.
    pub left_out: Vec<Selector>,
}

impl Narrowest {
    /// Of a finding of `check`. `None`: its findings can't be waived.
    pub fn of(check: &Check, finding: &Selected<'_>) -> Option<Self> {
        if matches!(check.about, About::Waiver | About::Coverage) {
            return None;
        }
        let mut narrowest = Self {
            check: check.id,
            keys: Vec::new(),
            left_out: Vec::new(),
        };
        for selector in check.about.selectors() {
            let Some(value) = finding.value(*selector) else {
                continue;
            };
            match is_writable(*selector, &value, finding) {
                true => narrowest.keys.push((*selector, value)),
                false => narrowest.left_out.push(*selector),
            }
        }
        Some(narrowest)
    }

    /// Whether it names nothing but the check.
    pub fn is_for_all(&self) -> bool {
        self.keys.is_empty()
    }

    /// The item of `waivers:`, a line each, as a policy has it. `principal` says how the principal is written, and what is
    /// said beside it.
    pub fn lines(
        &self,
        expires: Date,
        reason: &str,
        principal: impl Fn(&str) -> (String, Option<Shown>),
    ) -> Vec<String> {
        let mut lines = vec![format!("  - check: {}", self.check)];
        for (selector, value) in &self.keys {
            let key = selector.key();
            lines.push(match selector {
                Selector::Principal => {
                    let (written, comment) = principal(value);
                    let comment = comment.map_or_else(String::new, |comment| format!(" # {comment}"));
                    format!("    {key}: {}{comment}", yaml::scalar(&written))
                }
                _ => format!("    {key}: {}", yaml::scalar(value)),
            });
        }
        // In quotes: readers of YAML 1.1 take a day for a time, which the schema has no place for.
        lines.push(format!("    expires: \"{expires}\""));
        lines.push(format!("    reason: {}", yaml::scalar(reason)));
        lines
    }
}

impl Selected<'_> {
    /// What the finding has for a key. Of several accounts none is named: a waiver that names one accepts only what
    /// concerns no other.
    fn value(&self, selector: Selector) -> Option<String> {
        match selector {
            Selector::Account => match self.accounts.as_deref() {
                Some([one]) => Some((*one).to_owned()),
                _ => None,
            },
            Selector::Principal => self.principal.map(ToString::to_string),
            Selector::Scope => self.scope.as_ref().map(ToString::to_string),
            Selector::Role => self.role.map(str::to_owned),
        }
    }
}

/// Whether a policy can have the value, and would mean it.
fn is_writable(selector: Selector, value: &str, finding: &Selected<'_>) -> bool {
    let is_text = !value.trim().is_empty() && !value.chars().any(is_unsafe);
    is_text
        && match selector {
            Selector::Account => value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'),
            Selector::Principal => is_guid(value),
            Selector::Scope => {
                let pattern = ScopePattern::parse(value).ok();
                let scope = finding.scope.as_ref();
                pattern.zip(scope).is_some_and(|(pattern, scope)| pattern.names(scope))
            }
            Selector::Role => true,
        }
}
