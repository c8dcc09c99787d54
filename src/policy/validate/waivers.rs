//! `checks:` and `waivers:`: what is reported how, and what is accepted until when.

use super::validator::Validator;
use super::walk::Fields;
use crate::finding::{About, Check, Confidence, Finding, Selector, Severity};
use crate::model::glob::Case;
use crate::policy::raw::{Node, Value};
use crate::policy::rules::{Ruled, Waiver};
use crate::policy::source::Span;
use crate::policy::text::quoted;
use jiff::civil::Date;

impl Validator<'_> {
    pub(super) fn checks(&mut self, node: &Node) {
        for entry in self.walk.entries(node, "`checks`").unwrap_or_default() {
            let check = self.check(entry.key, entry.key_span, "changed");
            let severities = Severity::ALL.map(|severity| (severity.word(), Some(severity)));
            let words: Vec<_> = severities.into_iter().chain([("off", None)]).collect();
            let value = self.walk.word(entry.value, "a severity", &words);
            let (Some(check), Some(value)) = (check, value) else {
                continue;
            };
            let at = self.walk.place(entry.key_span);
            match self.policy.severities.get(check) {
                Some(first) if first.value != value => {
                    let word = first.value.map_or("off", Severity::word);
                    let message = format!("check `{check}` is `{word}` at {}; remove one of the two", first.at);
                    self.walk.error(entry.key_span, message);
                }
                Some(_) => {}
                None => {
                    self.policy.severities.insert(check, Ruled { value, at });
                }
            }
        }
    }

    /// A check that a policy has power over.
    fn check(&mut self, id: &str, span: Span, done: &str) -> Option<&'static Check> {
        let Some(check) = self.checks.iter().copied().find(|check| check.id == id) else {
            let known = self.checks.iter().map(|check| check.id);
            let hint = self.walk.suggestions.hint(id, known);
            let hint = if hint.is_empty() {
                "; `cosmos-rbac explain` lists them".to_owned()
            } else {
                hint
            };
            self.walk.error(span, format!("unknown check {}{hint}", quoted(id)));
            return None;
        };
        if check.about == About::Coverage {
            // A policy that hides what was never looked at would turn every other result into a guess.
            let message =
                format!("check `{check}` can't be {done} by a policy; use `--allow-incomplete` for a single run");
            self.walk.error(span, message);
            return None;
        }
        Some(check)
    }

    pub(super) fn waivers(&mut self, node: &Node) {
        for item in self.walk.list(node, "`waivers`").unwrap_or_default() {
            if let Some(waiver) = self.waiver(item) {
                self.policy.waivers.push(waiver);
            }
        }
    }

    fn waiver(&mut self, node: &Node) -> Option<Waiver> {
        let keys = [
            "check",
            "account",
            "principal",
            "scope",
            "role",
            "confidence",
            "fingerprint",
            "expires",
            "reason",
        ];
        let fields = self.walk.fields(node, "a waiver", &keys)?;
        let check = fields.require(&mut self.walk, "check").and_then(|node| {
            let id = self.walk.text(node, "`check`")?;
            self.check(id, node.span, "waived")
        });
        let account = fields
            .get("account")
            .map(|node| self.glob(node, "`account`", Case::Ignored));
        let principal = fields.get("principal").map(|node| self.principal(node, "`principal`"));
        let scope = fields.get("scope").map(|node| self.scope(node, "the scope", None));
        let role = fields
            .get("role")
            .map(|node| self.glob(node, "`role`", Case::Sensitive));
        let only_possible = fields.get("confidence").map(|node| {
            let words = [(Confidence::Possible.word(), ())];
            self.walk.word(node, "`confidence`", &words)
        });
        let fingerprint = fields.get("fingerprint").map(|node| self.fingerprint(node));
        let is_narrowed = fingerprint.is_some()
            || Selector::ALL
                .iter()
                .any(|selector| fields.get(selector.key()).is_some());
        if let Some(check) = check {
            self.can_match(check, &fields);
        }
        if let Some(check) = check
            && !is_narrowed
            && !matches!(check.about, About::Policy | About::Waiver)
        {
            let message = format!(
                "this is a waiver for everything that `{check}` finds; name an `account`, `principal`, `scope`, `role` or \
                 `fingerprint`, or turn the check off below `checks:`"
            );
            self.walk.error(fields.span, message);
        }
        let expires = self.expires(&fields);
        let reason = fields
            .require(&mut self.walk, "reason")
            .and_then(|node| self.walk.prose(node, "`reason`"));
        Some(Waiver {
            check: check?,
            account: account.flatten(),
            principal: principal.flatten(),
            scope: scope.flatten(),
            role: role.flatten(),
            only_possible: only_possible.is_some(),
            fingerprint: fingerprint.flatten(),
            expires: expires?,
            reason: reason?,
            at: self.walk.place(fields.span),
        })
    }

    /// A waiver that matches nothing, whatever the tenant is like, is a mistake.
    fn can_match(&mut self, check: &Check, fields: &Fields<'_>) {
        if check.about == About::Waiver {
            let message = format!("findings of `{check}` can't be waived; correct or remove the waiver that they name");
            self.walk.error(fields.span, message);
            return;
        }
        if let Some(node) = fields.get("account")
            && let Value::Scalar { text, .. } = &node.value
            && let Some(other) = text.chars().find(|c| !c.is_ascii_alphanumeric() && !"-*/".contains(*c))
        {
            let message = format!(
                "`account` {} never matches: no account name has {}, only letters, digits and hyphens",
                quoted(text),
                quoted(&other.to_string())
            );
            self.walk.error(node.span, message);
        }
        let selectors = check.about.selectors();
        for selector in Selector::ALL.iter().filter(|selector| !selectors.contains(selector)) {
            let Some(node) = fields.get(selector.key()) else {
                continue;
            };
            let instead: Vec<String> = selectors.iter().map(|one| quoted(one.key())).collect();
            let instead = match instead.as_slice() {
                [] => "leave it out".to_owned(),
                names => format!("such a waiver can name {}", names.join(", ")),
            };
            let key = selector.key();
            let message = format!("findings of `{check}` have no {key}, so this waiver never matches; {instead}");
            self.walk.error(node.span, message);
        }
    }

    fn fingerprint(&mut self, node: &Node) -> Option<String> {
        let text = self.walk.text(node, "`fingerprint`")?;
        let is_whole = text.len() == Finding::FINGERPRINT_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_whole {
            let message = format!(
                "invalid fingerprint {}: expected all {} hexadecimal digits, as in the JSON report",
                quoted(text),
                Finding::FINGERPRINT_DIGITS
            );
            self.walk.error(node.span, message);
        }
        is_whole.then(|| text.to_ascii_lowercase())
    }

    fn expires(&mut self, fields: &Fields<'_>) -> Option<Date> {
        let node = fields.require(&mut self.walk, "expires")?;
        let text = self.walk.text(node, "`expires`")?;
        let date = day(text);
        if date.is_none() {
            let message = format!(
                "invalid date {}: expected `YYYY-MM-DD`, for example `2027-01-31`",
                quoted(text)
            );
            self.walk.error(node.span, message);
        }
        date
    }
}

/// The day of a waiver. The parser knows more spellings; one is enough, and years with six digits are mistakes.
pub fn day(text: &str) -> Option<Date> {
    let has_shape = text.len() == 10
        && text.char_indices().all(|(at, c)| match at {
            4 | 7 => c == '-',
            _ => c.is_ascii_digit(),
        });
    has_shape.then(|| text.parse().ok()).flatten()
}
