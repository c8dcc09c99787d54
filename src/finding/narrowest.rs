//! The narrowest waiver of a finding: what `waive`, the HTML page and drafted policies write.

use super::check::{About, Check, Selector};
use super::scale::Confidence;
use super::selected::Selected;
use crate::model::shown::is_unsafe;
use crate::model::{PrincipalId, ScopePattern, Shown, yaml};
use foldhash::{HashMap, HashMapExt};
use jiff::civil::Date;

/// The check that finds who can act as somebody else, and so has what that one comes to have.
const LEADS_ON: &str = "identity-takeover";

/// A waiver that accepts one finding. It names what can be named exactly, without `*`. Where these names leave something open,
/// it has the finding's fingerprint, too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Narrowest {
    /// The name of the only account that is concerned.
    pub account: Option<String>,
    /// The check.
    pub check: &'static Check,
    /// Who is concerned.
    pub principal: Option<PrincipalId>,
    /// The name of the role.
    pub role: Option<String>,
    /// Where.
    pub scope: Option<String>,
    /// Whether the finding is only possible, and so accepted as long as it isn't certain.
    pub is_possible: bool,
    /// The finding's fingerprint; `None`: the names say all that waivers of the check can say, and no other finding has them.
    pub fingerprint: Option<String>,
}

impl Narrowest {
    /// Of all findings of a report, in their order. `None`: findings of the check can't be waived. `accounts`: the names of all
    /// accounts of the report.
    pub fn of_all<'f>(
        findings: impl Iterator<Item = (&'static Check, Selected<'f>)>,
        accounts: impl Iterator<Item = &'f str>,
    ) -> Vec<Option<Self>> {
        let mut twins: HashMap<String, bool> = HashMap::new();
        for name in accounts {
            let seen = twins.entry(name.to_ascii_lowercase());
            seen.and_modify(|is_twin| *is_twin = true).or_insert(false);
        }
        let is_twin = |name: &String| twins.get(&name.to_ascii_lowercase()) == Some(&true);
        let mut all: Vec<(Option<Self>, String)> = findings
            .map(|(check, finding)| (Self::named(check, &finding), finding.fingerprint.into_owned()))
            .collect();
        let mut alike: HashMap<Self, usize> = HashMap::new();
        for named in all.iter().filter_map(|(named, _)| named.as_ref()) {
            *alike.entry(named.names()).or_default() += 1;
        }
        for (named, fingerprint) in &mut all {
            if let Some(named) = named
                && (!named.is_complete()
                    || named.account.as_ref().is_some_and(is_twin)
                    || alike.get(&named.names()).is_some_and(|number| *number > 1))
            {
                named.fingerprint = Some(std::mem::take(fingerprint));
            }
        }
        all.into_iter().map(|(named, _)| named).collect()
    }

    /// With the names of a finding that a policy can have, and that mean only themselves there.
    fn named(check: &'static Check, finding: &Selected<'_>) -> Option<Self> {
        if matches!(check.about, About::Waiver | About::Coverage) {
            return None;
        }
        let has = |selector| check.about.selectors().contains(&selector);
        let is_account = |name: &&str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let is_place = |text: &String| {
            let pattern = ScopePattern::parse(text).ok();
            let literal = pattern.and_then(|pattern| pattern.literal());
            literal.is_some() && literal == finding.scope
        };
        Some(Self {
            check,
            account: finding
                .account()
                .filter(|name| has(Selector::Account) && is_text(name) && is_account(name))
                .map(str::to_owned),
            principal: finding
                .principal
                .filter(|id| has(Selector::Principal) && id.is_nameable())
                .cloned(),
            role: finding
                .role
                .filter(|name| has(Selector::Role) && is_text(name) && !name.contains('*'))
                .map(str::to_owned),
            scope: finding
                .scope
                .as_ref()
                .filter(|_| has(Selector::Scope))
                .map(ToString::to_string)
                .filter(|text| is_text(text) && is_place(text)),
            is_possible: finding.confidence == Confidence::Possible,
            fingerprint: None,
        })
    }

    /// What findings have that its names don't tell apart.
    fn names(&self) -> Self {
        Self {
            account: self.account.as_ref().map(|name| name.to_ascii_lowercase()),
            // Without this key, a waiver accepts possible findings, too.
            is_possible: false,
            ..self.clone()
        }
    }

    /// Whether its names say all that there is to say: it has every name that waivers of the check can have. The name of a role
    /// doesn't say what the role grants, and that of an identity not what it has.
    fn is_complete(&self) -> bool {
        let selectors = self.check.about.selectors();
        !matches!(self.check.about, About::Role | About::Policy)
            && self.check.id != LEADS_ON
            && selectors.iter().all(|selector| self.name(*selector).is_some())
    }

    fn name(&self, selector: Selector) -> Option<&str> {
        match selector {
            Selector::Account => self.account.as_deref(),
            Selector::Principal => self.principal.as_ref().map(PrincipalId::as_str),
            Selector::Scope => self.scope.as_deref(),
            Selector::Role => self.role.as_deref(),
        }
    }

    /// The keys and their values, in the order of the documentation. `principal` says how a principal is written.
    pub fn keys(&self, principal: impl Fn(&PrincipalId) -> String) -> Vec<(&'static str, String)> {
        let mut keys = vec![("check", self.check.id.to_owned())];
        keys.extend(Selector::ALL.iter().filter_map(|selector| {
            let name = match selector {
                Selector::Principal => principal(self.principal.as_ref()?),
                _ => self.name(*selector)?.to_owned(),
            };
            Some((selector.key(), name))
        }));
        if self.is_possible {
            keys.push(("confidence", Confidence::Possible.word().to_owned()));
        }
        let fingerprint = self.fingerprint.clone();
        keys.extend(fingerprint.map(|fingerprint| ("fingerprint", fingerprint)));
        keys
    }

    /// The item of `waivers:`, a line each, as a policy has it. `principal` says how the principal is written, and what is
    /// said beside it.
    pub fn lines(
        &self,
        expires: Date,
        reason: &str,
        principal: impl Fn(&PrincipalId) -> (String, Option<Shown>),
    ) -> Vec<String> {
        let mut lines = Vec::new();
        for (key, value) in self.keys(|id| principal(id).0) {
            let begin = if lines.is_empty() { "- " } else { "  " };
            let beside = (self.principal.as_ref()).filter(|_| key == Selector::Principal.key());
            let comment = beside.and_then(|id| principal(id).1);
            let comment = comment.map_or_else(String::new, |comment| format!(" # {comment}"));
            lines.push(format!("  {begin}{key}: {}{comment}", yaml::scalar(&value)));
        }
        // In quotes: readers of YAML 1.1 take a day for a time, which the schema has no place for.
        lines.push(format!("    expires: \"{expires}\""));
        lines.push(format!("    reason: {}", yaml::scalar(reason)));
        lines
    }
}

/// Whether a policy can have the text.
fn is_text(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(is_unsafe)
}
