//! The answer as CSV: one row a principal, account, scope and assignment.

use super::rows::{OfActions, People, Told};
use crate::model::{PrincipalId, PrincipalKind, PrincipalRef, Shown};
use crate::query::{Answer, Found};
use crate::report::csv::{csv_rows, csv_table_in_parts};
use std::borrow::Cow;
use std::convert::Infallible;
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
    let people = People::of(answer);
    let rows = |found: &[Found<'_>]| {
        let mut names = OfActions::new();
        let rows = people
            .rows(answer, found)
            .map(|told| row(answer, &people, &mut names, &told));
        csv_rows(rows)
    };
    csv_table_in_parts(&COLUMNS, &answer.rows, rows, out)
}

/// The cells of a row. `names`: those of the data actions, of both kinds.
fn row<'a>(
    answer: &'a Answer<'_>,
    people: &'a People<'_>,
    names: &mut OfActions<[String; 2]>,
    told: &Told<'a, '_>,
) -> Vec<Cow<'a, str>> {
    let found = told.found;
    let account = answer.tenant.account(found.account);
    let principal = people.get(told.principal);
    let group = told.group.and_then(|id| people.get(id));
    let name = |one: Option<&'a PrincipalRef>| one.and_then(|one| one.name.as_deref()).unwrap_or_default();
    let made = names.get::<Infallible>(&found.actions, |actions| {
        Ok([actions.certain.join("; "), actions.possible.join("; ")])
    });
    let [certain, possible] = made.unwrap_or_else(|never| match never {});
    let reasons: Vec<&str> = told.depends_on.iter().map(Shown::as_str).collect();
    let mut cells: Vec<Cow<'a, str>> = vec![
        account.map(|account| account.id.name()).unwrap_or_default().into(),
        account.map(|account| account.id.as_str()).unwrap_or_default().into(),
        told.principal.as_str().into(),
        name(principal).into(),
        principal.map_or(PrincipalKind::Unknown, |one| one.kind).word().into(),
        found.scope.to_string().into(),
    ];
    cells.extend(found.levels.map(|level| Cow::from(level.word())));
    cells.extend([
        told.confidence().into(),
        word(told.is_indirect(answer)).into(),
        word(found.via.is_eligible()).into(),
        told.kind().into(),
        told.group.map(PrincipalId::as_str).unwrap_or_default().into(),
        name(group).into(),
        found.via.role_name().into(),
        found.via.role_id().into(),
        found.via.assignment().into(),
        told.azure_scope().unwrap_or_default().into(),
        found.via.check().unwrap_or_default().into(),
        told.identity().map(PrincipalId::as_str).unwrap_or_default().into(),
        certain.into(),
        possible.into(),
        reasons.join("; ").into(),
        found.against.map(|against| against.word()).unwrap_or_default().into(),
    ]);
    cells
}

fn word(is_so: bool) -> &'static str {
    if is_so { "true" } else { "false" }
}
