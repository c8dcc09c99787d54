//! The answer as CSV: one row a principal, account, scope and assignment.

use super::rows::{Told, rows};
use crate::model::{Atom, Shown};
use crate::query::{Answer, Via};
use crate::report::csv_table;
use std::io::{self, Write};

/// The columns; names stay, new ones come last.
const COLUMNS: [&str; 26] = [
    "account",
    "account_id",
    "principal_id",
    "principal_name",
    "principal_kind",
    "scope",
    "read",
    "write",
    "delete",
    "manage",
    "confidence",
    "indirect",
    "eligible",
    "via",
    "group_id",
    "group_name",
    "role",
    "role_definition",
    "role_assignment",
    "azure_scope",
    "bypass",
    "identity",
    "data_actions",
    "possibly",
    "depends_on",
    "policy",
];

/// Writes the answer.
///
/// # Errors
/// When it cannot be written.
pub fn csv(answer: &Answer<'_>, out: &mut dyn Write) -> io::Result<()> {
    csv_table(&COLUMNS, rows(answer).map(|told| row(answer, &told)), out)
}

fn row(answer: &Answer<'_>, told: &Told<'_, '_>) -> Vec<String> {
    let found = told.found;
    let account = answer.tenant.account(found.account);
    let principal = answer.principal(told.principal);
    let group = told.group.map(|id| answer.principal(id));
    let role = found.via.role();
    let names = |atoms: &[Atom]| atoms.iter().map(Atom::name).collect::<Vec<_>>().join("; ");
    let reasons: Vec<&str> = told.depends_on.iter().map(Shown::as_str).collect();
    let mut cells = vec![
        account.map(|account| account.id.name().to_owned()).unwrap_or_default(),
        account
            .map(|account| account.id.as_str().to_owned())
            .unwrap_or_default(),
        principal.id.to_string(),
        principal.name.unwrap_or_default(),
        principal.kind.word().to_owned(),
        found.scope.to_string(),
    ];
    cells.extend(found.levels.map(|level| level.word().to_owned()));
    cells.extend([
        told.confidence().to_owned(),
        told.is_indirect(answer).to_string(),
        found.via.is_eligible().to_string(),
        super::json::kind_of(told).to_owned(),
        group.as_ref().map(|group| group.id.to_string()).unwrap_or_default(),
        group.and_then(|group| group.name).unwrap_or_default(),
        role.name,
        role.id,
        found.via.assignment().to_owned(),
        found
            .via
            .holder()
            .map(|holder| holder.scope().as_str().to_owned())
            .unwrap_or_default(),
        found.via.check().unwrap_or_default().to_owned(),
        match &found.via {
            Via::Identity { identity, .. } => identity.to_string(),
            _ => String::new(),
        },
        names(&found.actions.certain),
        names(&found.actions.possible),
        reasons.join("; "),
        found
            .against
            .map(|against| against.word().to_owned())
            .unwrap_or_default(),
    ]);
    cells
}
