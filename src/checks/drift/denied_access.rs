//! `denied-access`: a principal can do what the policy denies.

use crate::access::{CODE_IS_UNKNOWN, by_code};
use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_title};
use crate::checks::fix::Removal;
use crate::checks::row::{Origin, Row, Run};
use crate::checks::violation::Violation;
use crate::checks::wording::{quote, stopped, within};
use crate::finding::title::Piece;
use crate::finding::{About, Check, Confidence, Group, Severity, What};
use crate::model::{Account, Atom, Database, Existing, Permission, Scope, ScopePattern, Shown};
use crate::shown;
use crate::title;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::Assignment,
};

static CHECK: Check = Check {
    id: "denied-access",
    group: Group::Drift,
    severity: Severity::Critical,
    about: About::Access,
    needs: &[What::DeniedActions, What::RoleAssignments, What::RoleDefinitions],
    summary: "A principal can do what the policy denies",
    why: "A `deny` rule takes precedence over every grant. A principal that isn't listed under `except` can perform \
          a denied action in the scope or in part of it.",
    fix: "Delete the role assignment, or assign a role or scope that doesn't include the denied actions. If the \
          principal needs the access, list it under `except`.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let universe = &context.access.universe;
    let inventory = context.record.inventory();
    let mut drafts = Vec::new();
    for deny in &context.policy.denies {
        let forbidden = Permission {
            data_actions: deny.data_actions.clone(),
            not_data_actions: Vec::new(),
        };
        let denied = universe.bounds([&forbidden]);
        let denies_reading = universe.members(denied.most()).any(|atom| atom.ability().reads_data());
        // What code does isn't known, but it can do any work on items.
        let by_code = by_code(universe, &deny.data_actions).minus(denied.most());
        for grant in context.access.grants() {
            let existing = context.access.existing;
            if deny.except.contains(grant.principal()) || !existing.pattern_could_overlap(&deny.scope, grant.scope) {
                continue;
            }
            let is_spelt_so = deny.scope.overlaps(grant.scope);
            let is_certain = is_spelt_so && grant.is_certain();
            let bounds = &grant.role.bounds;
            let least = bounds.least().and(denied.least());
            let mut most = bounds.most().and(denied.most());
            if denies_reading {
                // The analytical copy holds the same items, whether or not the deny names the action that reads it.
                most = most.or(&universe.filter(bounds.most(), Atom::reads_analytical_copy));
            }
            most = most.or(&bounds.most().and(&by_code));
            let Some(mut violation) = Violation::unless(is_certain, least, most) else {
                continue;
            };
            let mut doubt = (!is_certain).then(|| context.spelling(&grant, &deny.scope.to_string()));
            if is_certain && violation.is_in_doubt_for(&by_code) {
                doubt = Some(CODE_IS_UNKNOWN.into());
                violation = violation.depending_on_more();
            }
            // Of places that only could be the same one is as good as the other.
            let place = match is_spelt_so {
                true => meeting_place(context.account(), &deny.scope, grant.scope, inventory),
                false => Some(grant.scope.clone()),
            };
            let who = context.named(grant.principal());
            let what = universe.verbs(&violation.actions);
            let role = quote(grant.role.definition.name());
            let reason = deny
                .reason
                .as_ref()
                .map(|reason| shown!(" Reason: {}", stopped(reason)))
                .unwrap_or_default();
            let is_of_copy = universe.members(&violation.actions).all(|atom| {
                let key = atom.key();
                atom.reads_analytical_copy() && !deny.data_actions.iter().any(|pattern| pattern.covers_most(&key))
            });
            let is_of_code = violation.actions.minus(&by_code).is_empty();
            let message = match &place {
                _ if is_of_code => shown!(
                    "{} can {} in {} through {}. A stored procedure can do what the policy denies there: {}.{}",
                    who,
                    what,
                    quote(&place.as_ref().map_or_else(|| deny.scope.to_string(), Scope::to_string)),
                    role,
                    universe.verbs(denied.most()),
                    reason
                ),
                _ if is_of_copy => shown!(
                    "{} can {} through {}. The policy denies reading in {}.{}",
                    who,
                    what,
                    role,
                    quote(&deny.scope.to_string()),
                    reason
                ),
                Some(place) => shown!(
                    "{} can {} in {} through {}. The policy denies this.{}",
                    who,
                    what,
                    quote(&place.to_string()),
                    role,
                    reason
                ),
                None => shown!(
                    "{} can {} in {} through {}. That scope includes {}, where the policy denies this.{}",
                    who,
                    what,
                    quote(&grant.scope.to_string()),
                    role,
                    quote(&deny.scope.to_string()),
                    reason
                ),
            };
            let (who, account) = (context.names.title(grant.principal()), account_title(context));
            let title = match &place {
                _ if is_of_copy => title!("{} can read the analytical copy of {}", who, account),
                place => {
                    let pattern = || match deny.scope.to_string().as_str() {
                        "/" => Piece::from(""),
                        scope => shown!(" {}", Shown::of(scope)).into(),
                    };
                    let at = place.as_ref().map_or_else(pattern, within);
                    let verbs = Piece::Text(universe.worst_verbs(&violation.actions));
                    title!("{} can {} in {}{}", who, verbs, account, at)
                }
            };
            // What a group is assigned is excepted with it, and not what its members are.
            let groups = deny.except.iter();
            let mut groups = groups.filter(|id| context.names.directory.is_or_is_in(grant.principal(), id));
            let message = match groups.next() {
                Some(group) => shown!(
                    "{} {} lists the group {}, not this principal.",
                    message,
                    quote("except"),
                    context.named(group)
                ),
                None => message,
            };
            let removal = Removal::of(context, grant.assignment);
            let draft = Draft::new(&CHECK, context.about_grant(&grant, &violation.actions), title, message)
                .violation(
                    context,
                    &violation,
                    grant.role.definition.permissions.iter().chain([&forbidden]),
                    doubt,
                )
                .witness(context.witness(&grant, &violation.actions, place.as_ref().unwrap_or(grant.scope)))
                .policy(Some(&deny.at))
                .key(deny.scope.to_string())
                .fix(
                    shown!(
                        "{} Or list the principal under `except` ({}).",
                        removal.summary,
                        Shown::of_value(&deny.at)
                    ),
                    removal.steps,
                );
            drafts.push(match place {
                Some(_) => draft,
                None => draft.confidence(Confidence::Possible).depends_on(match inventory {
                    Some(_) => "whether such a database or container is created, as none exists today",
                    None => "whether such a database or container exists, as the databases aren't known",
                }),
            });
        }
    }
    drafts
}

/// A concrete scope that lies both in the deny and in the grant; `None` when nothing there is known to exist.
fn meeting_place(
    account: &Account,
    deny: &ScopePattern,
    grant: &Scope,
    inventory: Option<&[Database]>,
) -> Option<Scope> {
    if deny.covers(grant) {
        return Some(grant.clone());
    }
    let Some(databases) = inventory else {
        // Not known what exists: the deny's own scope, when it names one.
        let own = account.place(deny.literal()?);
        return match own {
            // It is no name of the database that holds the tables, so it is that of a table.
            Scope::Tables(name) if !grant.covers(&Scope::Tables(name.clone())) => Some(Scope::table(name)),
            own => Some(own),
        };
    };
    let mut existing = Existing::new(Some(databases))
        .places()
        .map(|place| account.place(place));
    existing.find(|scope| deny.covers(scope) && grant.covers(scope))
}
