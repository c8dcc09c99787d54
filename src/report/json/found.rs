//! A finding in the JSON report, and in whatever else carries findings as JSON.

use crate::finding;
use crate::model::{self, Atom, PrincipalKind, PrincipalRef};
use schemars::JsonSchema;
use serde::Serialize;

/// One thing that is wrong.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Finding<'r> {
    /// Identifies what is wrong: it does not depend on order, wording, counts or policy lines.
    fingerprint: String,
    /// The check; `cosmos-rbac explain` says more.
    check: &'static str,
    /// How bad it is.
    #[schemars(extend("enum" = finding::Severity::ALL.map(finding::Severity::word)))]
    severity: &'static str,
    /// `possible`: the message says what it depends on.
    #[schemars(extend("enum" = [finding::Confidence::Certain, finding::Confidence::Possible].map(finding::Confidence::word)))]
    confidence: &'static str,
    /// Only `new` findings count.
    #[schemars(extend("enum" = [finding::State::New, finding::State::Known, finding::State::Waived].map(finding::State::word)))]
    state: &'static str,
    /// The account's ARM id; `null`: it concerns the policy or the whole scan.
    account: Option<&'r str>,
    /// What is wrong: an ARM id, or the object id of a group.
    subject: Option<&'r str>,
    /// Who is concerned.
    principal: Option<Principal<'r>>,
    /// Where, relative to the account.
    scope: Option<String>,
    /// The name of the role that it is about, or that the access comes through.
    role: Option<&'r str>,
    /// Present where it is `false`: the role definition wasn't read. The fingerprint then lacks what the role grants.
    #[serde(skip_serializing_if = "Option::is_none")]
    role_read: Option<bool>,
    /// The accounts concerned, where one assignment of an Azure role or one group reaches many.
    #[serde(skip_serializing_if = "Option::is_none")]
    reach: Option<Reach<'r>>,
    /// Who answers for the accounts concerned, as the policy says; several are sorted, and separated by a comma and a space.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    /// The data actions concerned, in full.
    data_actions: Vec<String>,
    /// What is wrong, and where, in one line of at most 80 characters.
    title: &'r str,
    /// Why, and through what, in one to three sentences.
    message: &'r str,
    /// The proof.
    witness: Option<Witness<'r>>,
    /// The policy line that judged it.
    policy: Option<PolicyRef<'r>>,
    /// The template's line that would deploy it; left out of audits of what is deployed.
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<PolicyRef<'r>>,
    /// What to do.
    remedy: Option<Remedy<'r>>,
    /// The waiver that accepts it.
    #[serde(skip_serializing_if = "Option::is_none")]
    waiver: Option<Waiver<'r>>,
}

/// The accounts that an assignment of an Azure role reaches, or that a group has access to, as far as a finding concerns them.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Reach<'r> {
    /// The scope of the assignment; left out where a group has access.
    #[serde(skip_serializing_if = "Option::is_none")]
    azure_scope: Option<&'r str>,
    /// How many.
    accounts: usize,
    /// All of them, by ARM id.
    named: Vec<&'r str>,
    /// Of these, the ones where it is possible only although the finding is certain.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    possible: Vec<&'r str>,
}

/// A principal.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Principal<'r> {
    /// Its object id.
    id: &'r str,
    /// Its name, if one is known.
    name: Option<&'r str>,
    /// What it is, as far as the directory said.
    #[serde(skip_serializing_if = "is_unknown")]
    kind: PrincipalKind,
}

/// The proof of a finding: one action at one scope, and the chain that grants it.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Witness<'r> {
    /// Who.
    principal: Option<Principal<'r>>,
    /// May do what: a data action, or one of Azure RBAC.
    data_action: Option<String>,
    /// Where.
    scope: Option<String>,
    /// Where, for an action of Azure RBAC: the scope of the assignment.
    #[serde(skip_serializing_if = "Option::is_none")]
    azure_scope: Option<&'r str>,
    /// Through which role assignment (ARM id).
    role_assignment: Option<&'r str>,
    /// And which role definition.
    role_definition: Option<RoleDefinition<'r>>,
    /// And which of its patterns.
    pattern: Option<&'r str>,
}

/// A role definition.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct RoleDefinition<'r> {
    /// Its ARM id.
    id: &'r str,
    /// The name that people see.
    name: &'r str,
}

/// A place in a policy file.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct PolicyRef<'r> {
    /// The file.
    file: &'r str,
    /// The line, from 1.
    line: u64,
    /// The column in characters, from 1.
    column: u64,
}

/// Why a finding is waived.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Waiver<'r> {
    /// Why somebody accepted it.
    reason: &'r str,
    /// The last day on which that holds.
    #[schemars(extend("format" = "date"))]
    expires: String,
    /// The waiver.
    policy: PolicyRef<'r>,
}

/// What to do. Nothing of it is ever run.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Remedy<'r> {
    /// In words, beginning with a verb.
    summary: &'r str,
    /// The commands of all steps for a POSIX shell, joined with `&&`; `null`: there are no steps, or one has no command.
    command: Option<String>,
    /// What to do, one after the other.
    steps: Vec<Step<'r>>,
}

/// One step of a remedy.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Step<'r> {
    /// For a POSIX shell, with every value quoted; `null`: it is done by hand, or its values could not be pasted safely.
    command: Option<&'r str>,
    /// What it gives, changes or takes away.
    changes: &'r str,
}

impl<'r> Remedy<'r> {
    pub(super) fn of(remedy: &'r finding::Remedy) -> Self {
        let step = |step: &'r finding::Step| Step {
            command: step.command.as_deref(),
            changes: step.changes.as_str(),
        };
        Self {
            summary: remedy.summary.as_str(),
            command: remedy.command(),
            steps: remedy.steps.iter().map(step).collect(),
        }
    }
}

impl<'r> Finding<'r> {
    pub(in crate::report) fn of(finding: &'r finding::Finding, report: &'r finding::Report) -> Self {
        let subject = &finding.subject;
        Self {
            fingerprint: finding.fingerprint(),
            check: finding.check.id,
            severity: finding.severity.word(),
            confidence: finding.confidence.word(),
            state: finding.state.word(),
            account: finding.account().map(|id| id.as_str()),
            subject: subject.id(),
            principal: subject.principal().map(Principal::of),
            scope: subject.scope().map(ToString::to_string),
            role: finding.role(),
            role_read: finding.wrong.is_unread.then_some(false),
            reach: subject.reach().map(|reach| Reach::of(reach, report)),
            owner: owner(report, finding),
            data_actions: subject.data_actions().iter().map(Atom::name).collect(),
            title: finding.title.as_str(),
            message: finding.message.as_str(),
            witness: finding.witness.as_ref().map(Witness::of),
            policy: finding.place.as_ref().and_then(PolicyRef::of_place),
            template: finding.place.as_ref().and_then(PolicyRef::of_template),
            remedy: finding.remedy.as_ref().map(Remedy::of),
            waiver: finding.waiver.as_deref().map(|waiver| Waiver {
                reason: &waiver.reason,
                expires: waiver.expires.to_string(),
                policy: PolicyRef::of(&waiver.policy),
            }),
        }
    }
}

/// Who answers for the accounts that a finding concerns, if the policy says so.
pub(in crate::report) fn owner(report: &finding::Report, finding: &finding::Finding) -> Option<String> {
    Some(report.owner(finding)).filter(|owner| !owner.is_empty())
}

impl<'r> Principal<'r> {
    pub(in crate::report) fn of(principal: &'r PrincipalRef) -> Self {
        Self {
            id: principal.id.as_str(),
            name: principal.name.as_deref(),
            kind: principal.kind,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
pub(super) fn is_unknown(kind: &PrincipalKind) -> bool {
    *kind == PrincipalKind::Unknown
}

impl<'r> Reach<'r> {
    pub(in crate::report) fn of(reach: &'r finding::Reach, report: &'r finding::Report) -> Self {
        let ids = |places: &[usize]| {
            let accounts = places.iter().filter_map(|place| report.accounts.get(*place));
            accounts.map(|account| account.id.as_str()).collect()
        };
        Self {
            azure_scope: reach.scope.as_deref(),
            accounts: reach.accounts.len(),
            named: ids(&reach.accounts),
            possible: ids(&reach.possible),
        }
    }
}

impl<'r> RoleDefinition<'r> {
    pub(in crate::report) fn of(role: &'r model::RoleRef) -> Self {
        Self {
            id: &role.id,
            name: &role.name,
        }
    }
}

impl<'r> Witness<'r> {
    pub(in crate::report) fn of(witness: &'r finding::Witness) -> Self {
        Self {
            principal: witness.principal.as_ref().map(Principal::of),
            data_action: witness.action.as_ref().map(finding::ProvenAction::name),
            scope: witness.scope.as_ref().map(ToString::to_string),
            azure_scope: witness.azure_scope.as_deref(),
            role_assignment: witness.assignment.as_deref(),
            role_definition: witness.role.as_ref().map(RoleDefinition::of),
            pattern: witness.pattern.as_ref().map(model::ActionPattern::as_str),
        }
    }
}

impl<'r> PolicyRef<'r> {
    /// Of a place that is in a policy.
    pub(in crate::report) fn of_place(place: &'r finding::Place) -> Option<Self> {
        match place {
            finding::Place::Policy(at) => Some(Self::of(at)),
            finding::Place::Template(_) => None,
        }
    }

    /// Of a place that is in a template.
    pub(in crate::report) fn of_template(place: &'r finding::Place) -> Option<Self> {
        match place {
            finding::Place::Template(at) => Some(Self::of(at)),
            finding::Place::Policy(_) => None,
        }
    }

    pub(in crate::report) fn of(at: &'r finding::SourceRef) -> Self {
        Self {
            file: &at.file,
            line: at.line,
            column: at.column,
        }
    }
}
