//! From a row of an account to a row of an answer.

use super::found::{Found, Unsure, Via, levels};
use super::question::Question;
use super::sets::Sets;
use crate::access::{AccountAccess, Level, Route, Row};
use crate::model::{Atom, Naming, Scope};
use std::sync::Arc;

/// Makes the rows of an answer of the rows of an account.
pub(super) struct Making<'a, 'r, 't> {
    access: &'a AccountAccess<'r, 't>,
    question: &'a Question,
    /// The place in this account that is asked about.
    scope: Option<Scope>,
    /// What of the universe is asked about.
    sets: Arc<Sets>,
}

impl<'a, 'r, 't> Making<'a, 'r, 't> {
    pub(super) fn new(access: &'a AccountAccess<'r, 't>, question: &'a Question, sets: Arc<Sets>) -> Self {
        let scope = question.scope.as_ref();
        Self {
            scope: scope.map(|scope| access.record.account.place(scope.clone())),
            sets,
            access,
            question,
        }
    }

    /// The row, if it says something of what was asked.
    pub(super) fn found(&self, row: &Row<'_, 't>) -> Option<Found<'t>> {
        let wanted = &self.question.wanted;
        let meets = self.meets(row.scope)?;
        let level = wanted.level(row, &self.sets.asked, &self.sets.by_code);
        if level == Level::No {
            return None;
        }
        let at_most = |level: Level| match meets.is_certain {
            true => level,
            false => level.min(Level::Possible),
        };
        Some(Found {
            account: self.access.place(),
            principal: row.principal.clone(),
            member: None,
            scope: row.scope.clone(),
            is_part: meets.is_part,
            level: at_most(level),
            levels: levels(row).map(at_most),
            actions: self.sets.actions(&row.data.actions, meets.is_certain),
            via: Via::of(&row.route, self.worst(row).as_ref()),
            against: None,
            unsure: Unsure {
                spelling: !meets.is_certain,
                code: self.is_by_code_only(row),
                ..unsure(row)
            },
        })
    }

    /// Whether a row holds where it was asked about, or in a part of that.
    fn meets(&self, own: &Scope) -> Option<Meets> {
        let Some(asked) = &self.scope else {
            return Some(Meets {
                is_part: false,
                is_certain: true,
            });
        };
        let existing = self.access.access.existing;
        let covers: [(bool, bool, bool); 4] = [
            (own.covers(asked), false, true),
            (asked.covers(own), true, true),
            (existing.could_cover(own, asked), false, false),
            (existing.could_cover(asked, own), true, false),
        ];
        let found = covers.into_iter().find(|(holds, ..)| *holds);
        found.map(|(_, is_part, is_certain)| Meets { is_part, is_certain })
    }

    /// The worst action that was asked about and that a row gives, the surest.
    fn worst(&self, row: &Row<'_, 't>) -> Option<Atom> {
        let universe = &self.access.access.universe;
        let actions = &row.data.actions;
        let sets = [
            actions.least().and(&self.sets.asked),
            actions.most().and(&self.sets.asked),
            actions.most().and(&self.sets.by_code),
        ];
        let worst = sets.iter().find(|set| !set.is_empty())?;
        universe.worst(worst).cloned()
    }

    fn is_by_code_only(&self, row: &Row<'_, 't>) -> bool {
        let most = row.data.actions.most();
        most.and(&self.sets.asked).is_empty() && !most.and(&self.sets.by_code).is_empty()
    }
}

#[derive(Clone, Copy)]
struct Meets {
    is_part: bool,
    is_certain: bool,
}

/// What of a role assignment the service could read in another way.
fn unsure(row: &Row<'_, '_>) -> Unsure {
    let grant = match &row.route {
        Route::RoleAssignment(grant) => grant,
        Route::UnknownRole {
            is_scope_meant,
            is_foreign,
            ..
        } => {
            return Unsure {
                scope: *is_scope_meant,
                foreign: *is_foreign,
                role: true,
                ..Unsure::default()
            };
        }
        _ => return Unsure::default(),
    };
    let has_passwords = grant.assignment.kind.has_passwords();
    Unsure {
        naming: grant.naming == Naming::Possible && !has_passwords,
        undocumented: !grant.role.definition.is_documented(),
        any_database: grant.naming == Naming::Possible && has_passwords,
        scope: grant.is_scope_meant,
        foreign: grant.is_foreign,
        spelling: false,
        code: false,
        role: false,
        wildcard: grant.role.bounds.least() != grant.role.bounds.most(),
    }
}
