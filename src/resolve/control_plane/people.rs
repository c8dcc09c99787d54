//! The people behind a holder, and whom a list of principals names: judged one by one, so that several entries of a deny
//! assignment, or several deny assignments, are put together as they are for each person.

use super::holder::Holder;
use super::truth::Truth;
use crate::model::{DenyPrincipal, PrincipalId};
use crate::resolve::directory::{Directory, Members};

/// Somebody who has what a holder has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person<'a> {
    /// `None`: somebody in a group whose members weren't all read.
    id: Option<&'a PrincipalId>,
    /// Whether it could be a group.
    may_be_group: bool,
    /// Whether there certainly is such a person.
    pub(super) exists: bool,
}

/// The people who have what a holder has: itself, or the members of the group that it is. Groups in that group aren't people;
/// their members are among its own.
pub(super) fn people<'a>(directory: &Directory<'a>, holder: Holder<'a>) -> Vec<Person<'a>> {
    let single = |id, may_be_group| Person {
        id: Some(id),
        may_be_group,
        exists: true,
    };
    let unknown = |exists| Person {
        id: None,
        may_be_group: true,
        exists,
    };
    let id = holder.principal();
    match directory.members(id, holder.principal_type()) {
        Members::None => vec![single(id, false)],
        Members::Unknown => vec![if directory.is_group(id) {
            unknown(true)
        } else {
            single(id, true)
        }],
        Members::Known(group) => {
            let members = group.members.iter().filter(|member| !directory.is_group(member));
            let member = |id: &&'a PrincipalId| single(*id, !matches!(directory.members(id, None), Members::None));
            let mut people: Vec<Person<'a>> = members.map(member).collect();
            // Whoever is put into an empty group has what it has.
            if people.is_empty() && group.is_complete {
                people.push(single(id, false));
            } else if !group.is_complete {
                people.push(unknown(people.is_empty()));
            }
            people
        }
    }
}

/// Whether an entry of a list of principals is, or has in it, a person who has what `holder` has.
pub(super) fn is_named(
    directory: &Directory<'_>,
    entry: (&PrincipalId, Option<&str>),
    person: Person<'_>,
    holder: &PrincipalId,
) -> Truth {
    let (entry, kind) = entry;
    let is_or_is_in = |id: &PrincipalId| directory.is_or_is_in(id, entry);
    if is_or_is_in(holder) || person.id.is_some_and(is_or_is_in) {
        return Truth::True;
    }
    match directory.members(entry, kind) {
        Members::None if person.id.is_some() && !person.may_be_group => Truth::False,
        Members::Known(group) if group.is_complete && person.id.is_some() && !person.may_be_group => Truth::False,
        _ => Truth::Unknown,
    }
}

/// Whether a list of principals names a person, and another one doesn't spare them.
pub(super) fn is_concerned(
    directory: &Directory<'_>,
    (named, spared): (&[DenyPrincipal], &[DenyPrincipal]),
    person: Person<'_>,
    holder: &PrincipalId,
) -> Truth {
    let in_list = |list: &[DenyPrincipal]| {
        let one = |entry: &DenyPrincipal| {
            if entry.is_everyone() {
                return Truth::True;
            }
            is_named(directory, (&entry.id, entry.kind.as_deref()), person, holder)
        };
        list.iter().map(one).fold(Truth::False, Truth::or)
    };
    let named = in_list(named);
    if named == Truth::False {
        return Truth::False;
    }
    named.and(in_list(spared).negated())
}
