//! What a policy says of the rows of an answer, as an audit found it.

use super::against::Against;
use super::found::{Found, Via};
use crate::finding::{About, Finding, PrincipalState, Report, Severity, State, What};
use crate::model::BypassKind;
use foldhash::{HashMap, HashMapExt};

/// The findings of an audit, by the assignment that they are about.
pub struct Audited<'r> {
    report: &'r Report,
    by_assignment: HashMap<String, Vec<&'r Finding>>,
}

impl<'r> Audited<'r> {
    /// Of a report about the same tenant.
    pub fn new(report: &'r Report) -> Self {
        let mut by_assignment: HashMap<String, Vec<&Finding>> = HashMap::new();
        for finding in &report.findings {
            if let Some(id) = finding.subject.id() {
                by_assignment.entry(id.to_ascii_lowercase()).or_default().push(finding);
            }
        }
        Self { report, by_assignment }
    }

    /// What the policy says of a row.
    pub fn of(&self, found: &Found<'_>) -> Against {
        let about = self.by_assignment.get(&found.via.assignment().to_ascii_lowercase());
        let about = about
            .into_iter()
            .flatten()
            .filter(|finding| self.concerns(finding, found));
        let worst = about.map(|finding| state(finding)).max();
        worst.unwrap_or_else(|| match self.was_compared(found) {
            true => Against::Matches,
            false => Against::NotChecked,
        })
    }

    /// Whether a finding about the row's assignment is about this access, in this account.
    fn concerns(&self, finding: &Finding, found: &Found<'_>) -> bool {
        let is_here = match finding.subject.reach() {
            Some(reach) => reach.accounts.binary_search(&found.account).is_ok(),
            None => true,
        };
        is_here
            && match &found.via {
                Via::RoleAssignment { .. } => finding.check.about == About::Access,
                _ => {
                    Some(finding.check.id) == found.via.check()
                        && finding.subject.principal_id() == Some(&found.principal)
                }
            }
    }

    /// Whether the policy has something that the row was compared with.
    fn was_compared(&self, found: &Found<'_>) -> bool {
        let lacks = |what| self.report.lacks(what, found.account) || self.report.lacks(What::Policy, found.account);
        match &found.via {
            Via::RoleAssignment { .. } => {
                let account = self.report.accounts.get(found.account);
                let mut principals = account.into_iter().flat_map(|account| &account.principals);
                let own = principals.find(|one| one.principal.id == found.principal);
                own.is_some_and(|one| one.state != PrincipalState::NotJudged) && !lacks(What::Access)
            }
            Via::Keys { bypass, .. } | Via::AzureRole { bypass, .. } => !lacks(needed(bypass.kind)),
            Via::Identity { .. } => !lacks(What::IdentityAdmins),
            Via::Copy { .. } => !lacks(What::KeyReaders),
        }
    }
}

/// The list of the policy that says who is allowed to.
fn needed(kind: BypassKind) -> What {
    match kind {
        BypassKind::ReadKeys | BypassKind::ReadReadOnlyKeys => What::KeyReaders,
        BypassKind::ChangeAccount => What::AccountWriters,
        BypassKind::GrantData | BypassKind::AssignRoles => What::RoleAdmins,
    }
}

fn state(finding: &Finding) -> Against {
    match (finding.state, finding.severity) {
        (State::Waived, _) => Against::Waived,
        (_, Severity::Note) => Against::Noted,
        _ => Against::Deviates,
    }
}
