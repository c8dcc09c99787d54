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
        let is_of_access = |finding: &&Finding| found.via.check().is_some() || finding.check.about == About::Access;
        let about = self.findings(found).filter(is_of_access);
        let worst = about.map(state).max();
        worst.unwrap_or_else(|| match self.was_compared(found) {
            true => Against::Matches,
            false => Against::NotChecked,
        })
    }

    /// The findings about a row: about its role assignment, or about what its Azure role gives the principal in this account.
    pub fn findings<'a>(&'a self, found: &'a Found<'_>) -> impl Iterator<Item = &'r Finding> + use<'a, 'r> {
        let (check, principal) = (found.via.check(), &found.principal);
        // That its role wasn't read is a finding about the scan, and about no account.
        let is_unknown = matches!(found.via, Via::UnknownAzureRole(_));
        self.through(found.via.assignment(), found.account)
            .filter(move |finding| {
                !is_unknown
                    && check.is_none_or(|check| {
                        check == finding.check.id && finding.subject.principal_id() == Some(principal)
                    })
            })
    }

    /// The findings about an assignment that concern an account.
    pub fn through(&self, assignment: &str, account: usize) -> impl Iterator<Item = &'r Finding> + use<'_, 'r> {
        let about = self.by_assignment.get(&assignment.to_ascii_lowercase());
        about
            .into_iter()
            .flatten()
            .copied()
            .filter(move |finding| match finding.subject.reach() {
                Some(reach) => reach.accounts.binary_search(&account).is_ok(),
                None => true,
            })
    }

    /// Whether the policy has something that the row was compared with.
    fn was_compared(&self, found: &Found<'_>) -> bool {
        let lacks = |what| self.report.lacks(what, found.account) || self.report.lacks(What::Policy, found.account);
        match &found.via {
            // What the role gives isn't known.
            Via::RoleAssignment { .. } if found.unsure.role => false,
            Via::UnknownAzureRole(_) => false,
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
