//! What was fixed since the baseline, in the JSON report.

use crate::finding;
use schemars::JsonSchema;
use serde::Serialize;

/// A finding of the baseline that is there no more.
#[derive(Serialize, JsonSchema)]
pub(super) struct Fixed<'r> {
    /// As the baseline has it.
    fingerprint: &'r str,
    /// The check.
    check: &'r str,
    /// How bad it was.
    #[schemars(extend("enum" = finding::Severity::ALL.map(finding::Severity::word)))]
    severity: &'static str,
    /// The account's ARM id; `null`: it concerned the policy or the whole scan, or many accounts.
    account: Option<&'r str>,
    /// What was wrong: an ARM id, or a place in the policy.
    subject: Option<&'r str>,
    /// The object id of the principal concerned.
    principal: Option<&'r str>,
    /// Where, relative to the account.
    scope: Option<&'r str>,
    /// What was wrong, and where, in one line.
    title: &'r str,
    /// What was wrong, as the baseline says it.
    message: &'r str,
}

impl<'r> Fixed<'r> {
    pub(super) fn of(fixed: &'r finding::Fixed) -> Self {
        Self {
            fingerprint: &fixed.fingerprint,
            check: &fixed.check,
            severity: fixed.severity.word(),
            account: fixed.account.as_ref().map(|id| id.as_str()),
            subject: fixed.subject.as_deref(),
            principal: fixed.principal.as_ref().map(|id| id.as_str()),
            scope: fixed.scope.as_deref(),
            title: fixed.title.as_str(),
            message: &fixed.message,
        }
    }
}
