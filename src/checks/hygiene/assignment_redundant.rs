//! `assignment-redundant`: other role assignments already grant what one grants.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_title};
use crate::checks::fix::{self, Removal};
use crate::checks::row::{Origin, Row, Run};
use crate::checks::wording::{quote, within};
use crate::finding::{About, Check, Group, Severity, What};
use crate::model::{Bounds, PrincipalId, Scope};
use crate::resolve::{Grant, Role};
use crate::shown;
use crate::title;
use foldhash::{HashMap, HashMapExt};
use std::collections::BTreeMap;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::StaleAssignment,
};

static CHECK: Check = Check {
    id: "assignment-redundant",
    group: Group::Hygiene,
    severity: Severity::Note,
    about: About::Assignment,
    needs: &[What::RoleAssignments, What::RoleDefinitions],
    summary: "Role assignment is redundant",
    why: "Other assignments already grant the same access. Deleting one of them looks like removing the access, but \
          the access remains.",
    fix: "Delete the role assignment. Other assignments grant the same access.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let mut by_principal: BTreeMap<&PrincipalId, Vec<Grant<'_, '_>>> = BTreeMap::new();
    // What only could be given makes nothing else redundant.
    for grant in context.access.grants().filter(|grant| grant.is_certain()) {
        by_principal.entry(grant.principal()).or_default().push(grant);
    }
    let mut drafts = Vec::new();
    for mut grants in by_principal.into_values().filter(|grants| grants.len() > 1) {
        // The narrowest first: of two that cover each other, the one that says less goes.
        grants.sort_by_key(|grant| std::cmp::Reverse(grant.scope.clone()));
        let mut kept = Kept::of(&grants);
        for grant in &grants {
            let given = kept.by_others(grant, Bounds::none(&context.access.universe));
            let bounds = &grant.role.bounds;
            let is_redundant = bounds.is_within(&given) && !bounds.most().is_empty();
            if is_redundant {
                kept.remove(grant);
                drafts.push(draft(context, grant));
            }
        }
    }
    drafts
}

/// A place by its database and container.
type Place<'c> = (Option<&'c str>, Option<&'c str>);

fn place(scope: &Scope) -> Place<'_> {
    (scope.database(), scope.container())
}

fn address(role: &Role<'_>) -> usize {
    std::ptr::from_ref(role).addr()
}

/// The account, the database and the container that a place is or is in: the scopes that cover it.
fn around((database, container): Place<'_>) -> impl Iterator<Item = Place<'_>> {
    let within = [(database, None), (database, container)];
    let mut all = vec![(None, None)];
    all.extend(within.into_iter().filter(|place| place.0.is_some()));
    all.dedup();
    all.into_iter()
}

/// What a principal has, counted by place and role: thousands of assignments may give the same.
struct Kept<'g, 'c, 'r> {
    /// Roles by where they are in memory: nothing else tells all of them apart.
    counts: HashMap<Place<'c>, HashMap<usize, (usize, &'c Role<'r>)>>,
    /// Roles of a user of MongoDB have one id.
    by_id: HashMap<&'r str, Vec<&'g Grant<'c, 'r>>>,
}

impl<'g, 'c, 'r> Kept<'g, 'c, 'r> {
    fn of(grants: &'g [Grant<'c, 'r>]) -> Self {
        let mut kept = Self {
            counts: HashMap::new(),
            by_id: HashMap::new(),
        };
        for grant in grants {
            let at_scope = kept.counts.entry(place(grant.scope)).or_default();
            let same = at_scope.entry(address(grant.role)).or_insert((0, grant.role));
            same.0 += 1;
            kept.by_id.entry(&grant.assignment.id).or_default().push(grant);
        }
        kept
    }

    fn with_id(&self, id: &str) -> &[&'g Grant<'c, 'r>] {
        self.by_id.get(id).map_or(&[], Vec::as_slice)
    }

    /// What assignments with other ids give at all of the place of one.
    fn by_others(&self, grant: &Grant<'c, 'r>, none: Bounds) -> Bounds {
        let own = self.with_id(&grant.assignment.id);
        let mut given = none;
        for scope in around(place(grant.scope)) {
            for (role, (count, role_of)) in self.counts.get(&scope).into_iter().flatten() {
                let is_own = |one: &&&Grant<'_, '_>| place(one.scope) == scope && address(one.role) == *role;
                if own.iter().filter(is_own).count() < *count {
                    given.add(&role_of.bounds);
                }
            }
        }
        given
    }

    /// Takes all with the id of one away.
    fn remove(&mut self, grant: &Grant<'c, 'r>) {
        for one in self.by_id.remove(grant.assignment.id.as_str()).unwrap_or_default() {
            let at_scope = self.counts.get_mut(&place(one.scope));
            let same = at_scope.and_then(|roles| roles.get_mut(&address(one.role)));
            if let Some((count, _)) = same {
                *count = count.saturating_sub(1);
            }
        }
    }
}

fn draft(context: &AccountContext<'_, '_>, grant: &Grant<'_, '_>) -> Draft {
    let message = shown!(
        "Other assignments already grant what {} grants {} at {}.",
        quote(grant.role.definition.name()),
        context.named(grant.principal()),
        quote(&grant.scope.to_string())
    );
    let title = title!(
        "{} has a redundant role in {}{}",
        context.names.title(grant.principal()),
        account_title(context),
        within(grant.scope)
    );
    let draft = Draft::new(
        &CHECK,
        context.about_assignment(grant.assignment, Some(grant.scope)),
        title,
        message,
    );
    if fix::is_needed(context, grant.assignment) {
        return draft.remedy("Keep it for now. The policy requires it once the other findings are fixed.");
    }
    let removal = Removal::of(context, grant.assignment);
    draft.fix(
        shown!("{} Other assignments grant the same access.", removal.summary),
        removal.steps,
    )
}
