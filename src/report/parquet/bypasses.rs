//! Who can bypass the roles of the data plane through Azure RBAC: one row an assignment, kind of bypass and account.

use super::key;
use super::spec::Spec;
use super::table::{Cell, Cells, Column, Kind};
use crate::finding::{Confidence, Report};
use crate::query::Answer;
use crate::report::local_auth::local_auth;
use std::io;

pub(super) const SPEC: Spec = Spec {
    name: "bypasses",
    file: "bypasses.parquet",
    columns: &[
        Column::of("key", Kind::Text),
        Column::of("account", Kind::Text),
        Column::of("account_id", Kind::Text),
        Column::of("principal_id", Kind::Text),
        Column::maybe("principal_name", Kind::Text),
        Column::of("principal_kind", Kind::Text),
        Column::of("bypass", Kind::Text),
        Column::of("confidence", Kind::Text),
        Column::of("eligible", Kind::Flag),
        Column::maybe("action", Kind::Text),
        Column::maybe("pattern", Kind::Text),
        Column::of("role", Kind::Text),
        Column::of("role_definition", Kind::Text),
        Column::of("role_assignment", Kind::Text),
        Column::of("azure_scope", Kind::Text),
        Column::of("local_auth", Kind::Text),
    ],
    rows,
};

fn rows(report: &Report, _: &Answer<'_>, add: &mut dyn FnMut(Cells) -> io::Result<()>) -> io::Result<()> {
    for account in &report.accounts {
        let id = &account.id;
        for reached in &account.bypasses {
            let Some(bypass) = report.bypasses.get(reached.bypass) else {
                continue;
            };
            let confidence = match reached.certain {
                true => Confidence::Certain,
                false => Confidence::Possible,
            };
            let principal = &bypass.principal;
            let action = bypass.through.as_ref().map(|(action, _)| action.name);
            let pattern = bypass.through.as_ref().map(|(_, pattern)| pattern.as_str());
            let fields = [
                id.as_str(),
                &bypass.assignment,
                principal.id.as_str(),
                bypass.kind.word(),
                action.unwrap_or_default(),
                pattern.unwrap_or_default(),
                &bypass.role.id,
            ];
            // A role assignment and one that must be activated can share an ID.
            let eligible = bypass.eligible.then_some("eligible");
            add(vec![
                key::of("export/bypass", fields.into_iter().chain(eligible)),
                Cell::text(id.name()),
                Cell::text(id.as_str()),
                Cell::text(principal.id.as_str()),
                Cell::maybe(principal.name.as_deref()),
                Cell::text(principal.kind.word()),
                Cell::text(bypass.kind.word()),
                Cell::text(confidence.word()),
                Cell::Flag(bypass.eligible),
                Cell::maybe(action),
                Cell::maybe(pattern),
                Cell::text(&bypass.role.name),
                Cell::text(&bypass.role.id),
                Cell::text(&bypass.assignment),
                Cell::text(&bypass.scope),
                Cell::text(local_auth(account)),
            ])?;
        }
    }
    Ok(())
}
