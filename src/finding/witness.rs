//! The proof of a finding.

use crate::model::{ActionPattern, Atom, BypassAction, PrincipalRef, RoleRef, Scope};

/// The proof of a finding: one concrete action at one concrete scope, and the chain that grants it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Witness {
    /// Who.
    pub principal: Option<PrincipalRef>,
    /// May do what.
    pub action: Option<ProvenAction>,
    /// Where.
    pub scope: Option<Scope>,
    /// Where, for an action of Azure RBAC: the scope of the assignment.
    pub azure_scope: Option<String>,
    /// Through which role assignment (ARM id).
    pub assignment: Option<String>,
    /// And which role definition.
    pub role: Option<RoleRef>,
    /// And which of its patterns.
    pub pattern: Option<ActionPattern>,
}

/// The action that a witness proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProvenAction {
    /// An action on data.
    Data(Atom),
    /// An action of Azure RBAC that opens an account.
    Azure(&'static BypassAction),
    /// An action of Azure RBAC elsewhere, that is part of a path to an account.
    Elsewhere(&'static str),
}

impl ProvenAction {
    /// The action in full, for machines.
    pub fn name(&self) -> String {
        match self {
            Self::Data(atom) => atom.name(),
            Self::Azure(action) => action.name.to_owned(),
            Self::Elsewhere(name) => (*name).to_owned(),
        }
    }
}
