//! The accounts: settings, how much was read of them, and what was not checked there.

use super::key;
use super::spec::Spec;
use super::table::{Cell, Cells, Column, Kind, bytes};
use crate::finding::Report;
use crate::query::Answer;
use crate::report::local_auth::local_auth;
use std::io;

pub(super) const SPEC: Spec = Spec {
    name: "accounts",
    file: "accounts.parquet",
    columns: &[
        Column::of("key", Kind::Text),
        Column::of("account", Kind::Text),
        Column::of("account_id", Kind::Text),
        Column::of("subscription_id", Kind::Text),
        Column::of("subscription", Kind::Text),
        Column::of("resource_group", Kind::Text),
        Column::of("location", Kind::Text),
        Column::of("api", Kind::Text),
        Column::of("tags", Kind::Map),
        Column::maybe("owner", Kind::Text),
        Column::of("policy_blocks", Kind::Texts),
        Column::of("local_auth", Kind::Text),
        Column::maybe("local_auth_disabled", Kind::Flag),
        Column::maybe("key_metadata_writes_disabled", Kind::Flag),
        Column::maybe("role_definitions", Kind::Number),
        Column::maybe("role_assignments", Kind::Number),
        Column::maybe("databases", Kind::Number),
        Column::of("gaps", Kind::Number),
        Column::of("not_checked", Kind::Texts),
        Column::of("access_complete", Kind::Flag),
        Column::of("access_not_known", Kind::Texts),
        Column::of("access_not_known_why", Kind::Texts),
    ],
    rows,
};

fn rows(report: &Report, answer: &Answer<'_>, add: &mut dyn FnMut(Cells) -> io::Result<()>) -> io::Result<()> {
    for (place, account) in report.accounts.iter().enumerate() {
        let id = &account.id;
        let tags = answer
            .tenant
            .account(place)
            .into_iter()
            .flat_map(|account| account.tags.iter());
        let completeness = answer.completeness(place);
        let owner = (!account.owners.is_empty()).then(|| account.owners.join(", "));
        add(vec![
            key::of_account(id),
            Cell::text(id.name()),
            Cell::text(id.as_str()),
            Cell::text(id.subscription()),
            Cell::text(report.snapshot.subscription_name(id)),
            Cell::text(id.resource_group()),
            Cell::text(&account.location),
            Cell::text(account.api.word()),
            Cell::Map(tags.map(|(name, value)| (bytes(name), bytes(value))).collect()),
            Cell::maybe(owner.as_deref()),
            Cell::texts(&*account.blocks),
            Cell::text(local_auth(account)),
            Cell::maybe_flag(account.local_auth_disabled),
            Cell::maybe_flag(account.key_metadata_writes_disabled),
            Cell::maybe_number(account.role_definitions),
            Cell::maybe_number(account.role_assignments),
            Cell::maybe_number(account.databases),
            Cell::number(account.gaps),
            Cell::texts(report.not_checked_in(place)),
            Cell::Flag(completeness.is_complete()),
            Cell::texts(completeness.whats()),
            Cell::texts(completeness.whys()),
        ])?;
    }
    Ok(())
}
