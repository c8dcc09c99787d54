//! Who is behind a principal, and whom a list names.

use super::{Sure, record};
use cosmos_rbac::model::{PrincipalKind, PrincipalRecord};

/// Somebody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person<'t> {
    /// `None`: somebody in a group of whom nothing is known.
    pub(crate) id: Option<&'t str>,
    /// Whether there certainly is such a person.
    pub(crate) exists: bool,
    /// Whether it could be a group all the same.
    unsure: bool,
}

enum Kind<'t> {
    Single,
    Group(&'t [cosmos_rbac::model::PrincipalId], bool),
    /// A group of whose members nothing was read.
    Closed,
    Anything,
}

fn kind<'t>(records: &'t [PrincipalRecord], id: &str, written: Option<&str>) -> Kind<'t> {
    let record = record(records, id);
    if let Some(members) = record.and_then(|record| record.members.as_deref()) {
        return Kind::Group(members, !record.unwrap().members_bounded);
    }
    match record.map_or(PrincipalKind::Unknown, |record| record.kind) {
        PrincipalKind::Group => Kind::Closed,
        PrincipalKind::Unknown if written != Some("User") => Kind::Anything,
        _ => Kind::Single,
    }
}

/// The people behind a principal.
pub(super) fn people<'t>(records: &'t [PrincipalRecord], id: &'t str, written: Option<&str>) -> Vec<Person<'t>> {
    let known = |id: &'t str, unsure| Person {
        id: Some(id),
        exists: true,
        unsure,
    };
    let somebody = |exists| Person {
        id: None,
        exists,
        unsure: true,
    };
    match kind(records, id, written) {
        Kind::Single => vec![known(id, false)],
        Kind::Anything => vec![known(id, true)],
        Kind::Closed => vec![somebody(true)],
        Kind::Group(members, whole) => {
            let is_group = |id: &str| matches!(kind(records, id, None), Kind::Group(..) | Kind::Closed);
            let persons = members.iter().map(|one| one.as_str()).filter(|id| !is_group(id));
            let mut all: Vec<Person<'t>> = persons
                .map(|one| known(one, matches!(kind(records, one, None), Kind::Anything)))
                .collect();
            match (whole, all.is_empty()) {
                (true, true) => all.push(known(id, false)),
                (false, nobody) => all.push(somebody(nobody)),
                (true, false) => {}
            }
            all
        }
    }
}

/// Whether a person, who is in `group` or is it, is `id` or in it.
pub(super) fn may_be(
    records: &[PrincipalRecord],
    person: &Person<'_>,
    group: &str,
    id: &str,
    written: Option<&str>,
) -> Sure {
    let kind = kind(records, id, written);
    let lists = |one: &str| {
        id == one || matches!(kind, Kind::Group(members, _) if members.iter().any(|member| member.as_str() == one))
    };
    if lists(group) || person.id.is_some_and(lists) {
        return Sure::Certain;
    }
    if person.unsure {
        return Sure::Possible;
    }
    match kind {
        Kind::Single | Kind::Group(_, true) => Sure::No,
        Kind::Group(_, false) | Kind::Closed | Kind::Anything => Sure::Possible,
    }
}
