//! Effective access: the rows of `access -f json`, each with both readings.

use super::key;
use super::spec::Spec;
use super::table::{Cell, Cells, Column, Kind, bytes};
use crate::finding::Report;
use crate::model::{PrincipalId, PrincipalKind, RoleKind, Shown};
use crate::query::{Against, Answer};
use crate::report::answer::{OfActions, People, Told};
use parquet::data_type::ByteArray;
use std::convert::Infallible;
use std::io;

pub(super) const SPEC: Spec = Spec {
    name: "access",
    file: "access.parquet",
    columns: &[
        Column::of("key", Kind::Text),
        Column::of("account", Kind::Text),
        Column::of("account_id", Kind::Text),
        Column::of("principal_id", Kind::Text),
        Column::maybe("principal_name", Kind::Text),
        Column::of("principal_kind", Kind::Text),
        Column::of("scope", Kind::Text),
        Column::maybe("role_kind", Kind::Text),
        Column::of("can_read", Kind::Text),
        Column::of("can_write", Kind::Text),
        Column::of("can_delete", Kind::Text),
        Column::of("can_manage", Kind::Text),
        Column::of("data_actions", Kind::Texts),
        Column::of("possibly", Kind::Texts),
        Column::of("confidence", Kind::Text),
        Column::of("indirect", Kind::Flag),
        Column::of("eligible", Kind::Flag),
        Column::of("depends_on", Kind::Texts),
        Column::of("via", Kind::Text),
        Column::maybe("group_id", Kind::Text),
        Column::maybe("group_name", Kind::Text),
        Column::of("role", Kind::Text),
        Column::of("role_definition", Kind::Text),
        Column::of("role_assignment", Kind::Text),
        Column::maybe("with_role_assignment", Kind::Text),
        Column::maybe("azure_scope", Kind::Text),
        Column::maybe("bypass", Kind::Text),
        Column::maybe("identity_id", Kind::Text),
        Column::maybe("identity_name", Kind::Text),
        Column::maybe("policy", Kind::Text),
        Column::of("access_complete", Kind::Flag),
    ],
    rows,
};

/// The names of data actions, certain and possible, as they are held.
type Names = (Vec<ByteArray>, Vec<ByteArray>);

fn rows(_: &Report, answer: &Answer<'_>, add: &mut dyn FnMut(Cells) -> io::Result<()>) -> io::Result<()> {
    let people = People::of(answer);
    let mut names = OfActions::new();
    let mut known = None;
    for told in people.rows(answer, &answer.rows) {
        let account = told.found.account;
        let is_complete = match known {
            Some((of, is_complete)) if of == account => is_complete,
            _ => answer.completeness(account).is_complete(),
        };
        known = Some((account, is_complete));
        let mut cells = row(answer, &people, &mut names, &told);
        cells.push(Cell::Flag(is_complete));
        add(cells)?;
    }
    Ok(())
}

fn row(answer: &Answer<'_>, people: &People<'_>, names: &mut OfActions<Names>, told: &Told<'_, '_>) -> Cells {
    let found = told.found;
    let account = answer.tenant.account(found.account);
    let account_id = account.map(|account| account.id.as_str()).unwrap_or_default();
    let principal = people.get(told.principal);
    let name = |id: Option<&PrincipalId>| id.and_then(|id| people.get(id)?.name.as_deref());
    let list = |all: &[String]| all.iter().map(|name| bytes(name)).collect::<Vec<_>>();
    let made = names.get::<Infallible>(&found.actions, |actions| {
        Ok((list(&actions.certain), list(&actions.possible)))
    });
    let (certain, possible) = made.unwrap_or_else(|never| match never {});
    let kind = RoleKind::of_id(found.via.assignment()).or_else(|| account?.api.role_kind());
    let [read, write, delete, manage] = found.levels.map(|level| Cell::text(level.word()));
    vec![
        key::of_access(account_id, told),
        Cell::text(account.map(|account| account.id.name()).unwrap_or_default()),
        Cell::text(account_id),
        Cell::text(told.principal.as_str()),
        Cell::maybe(name(Some(told.principal))),
        Cell::text(principal.map_or(PrincipalKind::Unknown, |one| one.kind).word()),
        Cell::text(&found.scope.to_string()),
        Cell::maybe(kind.map(|kind| kind.row().word)),
        read,
        write,
        delete,
        manage,
        Cell::Texts(certain),
        Cell::Texts(possible),
        Cell::text(told.confidence()),
        Cell::Flag(told.is_indirect(answer)),
        Cell::Flag(found.via.is_eligible()),
        Cell::texts(told.depends_on.iter().map(Shown::as_str)),
        Cell::text(told.kind()),
        Cell::maybe(told.group.map(PrincipalId::as_str)),
        Cell::maybe(name(told.group)),
        Cell::text(found.via.role_name()),
        Cell::text(found.via.role_id()),
        Cell::text(found.via.assignment()),
        Cell::maybe(told.with()),
        Cell::maybe(told.azure_scope()),
        Cell::maybe(found.via.check()),
        Cell::maybe(told.identity().map(PrincipalId::as_str)),
        Cell::maybe(name(told.identity())),
        Cell::maybe(found.against.map(Against::word)),
    ]
}
