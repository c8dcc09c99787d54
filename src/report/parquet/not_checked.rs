//! What was not checked: by the audit, and what the rows of effective access don't know. One row an account that is concerned; without
//! an account where nobody knows which are.

use super::key;
use super::spec::Spec;
use super::table::{Cell, Cells, Column, Kind};
use crate::finding::{Place, Report};
use crate::query::Answer;
use std::io;

pub(super) const SPEC: Spec = Spec {
    name: "not_checked",
    file: "not_checked.parquet",
    columns: &[
        Column::of("key", Kind::Text),
        Column::of("source", Kind::Text),
        Column::of("what", Kind::Text),
        Column::of("why", Kind::Text),
        Column::maybe("account", Kind::Text),
        Column::maybe("account_id", Kind::Text),
        Column::maybe("policy_file", Kind::Text),
        Column::maybe("policy_line", Kind::Number),
    ],
    rows,
};

/// A reason, without its account.
struct Reason<'r> {
    source: &'static str,
    what: &'static str,
    why: &'r str,
    accounts: Option<&'r [usize]>,
    place: Option<&'r Place>,
}

fn rows(report: &Report, answer: &Answer<'_>, add: &mut dyn FnMut(Cells) -> io::Result<()>) -> io::Result<()> {
    let of_audit = report.not_checked.iter().map(|row| Reason {
        source: "audit",
        what: row.what.word(),
        why: row.why.as_str(),
        accounts: row.accounts.as_deref(),
        place: row.place.as_ref(),
    });
    let of_access = answer.unread.iter().map(|row| Reason {
        source: "access",
        what: row.what.word(),
        why: row.why.as_str(),
        accounts: row.accounts.as_deref(),
        place: None,
    });
    let of_age = of_age(report);
    for reason in of_age.into_iter().chain(of_audit).chain(of_access) {
        // One that concerns no account that is known is said all the same.
        let places: Vec<Option<usize>> = match reason.accounts.unwrap_or_default() {
            [] => vec![None],
            some => some.iter().copied().map(Some).collect(),
        };
        for place in places {
            add(row(report, &reason, place))?;
        }
    }
    Ok(())
}

/// That the snapshot is too old, so that what was checked needn't hold any more.
fn of_age(report: &Report) -> Option<Reason<'_>> {
    let why = report.snapshot.age_doubt.as_ref()?;
    Some(Reason {
        source: "audit",
        what: "snapshot-age",
        why: why.as_str(),
        accounts: None,
        place: None,
    })
}

fn row(report: &Report, reason: &Reason<'_>, place: Option<usize>) -> Cells {
    let account = place
        .and_then(|place| report.accounts.get(place))
        .map(|account| &account.id);
    let id = account.map(|id| id.as_str());
    let policy = reason.place.map(Place::source);
    let line = policy.map(|at| at.line.to_string()).unwrap_or_default();
    let file = policy.map(|at| &*at.file);
    let fields = [
        reason.source,
        reason.what,
        reason.why,
        id.unwrap_or_default(),
        file.unwrap_or_default(),
        &line,
    ];
    vec![
        key::of("export/not-checked", fields),
        Cell::text(reason.source),
        Cell::text(reason.what),
        Cell::text(reason.why),
        Cell::maybe(account.map(|id| id.name())),
        Cell::maybe(id),
        Cell::maybe(file),
        Cell::maybe_number(policy.map(|at| at.line)),
    ]
}
