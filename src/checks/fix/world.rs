//! The access that there would be after a change, held against the policy.

use crate::checks::context::{AccountContext, JudgedRule};
use crate::checks::violation::{Readings, Violation};
use crate::model::{ActionSet, Atom, Bounds, Permission, PrincipalId, Scope};
use crate::policy::PrincipalRule;
use crate::resolve::{Grant, Role};
use foldhash::HashSet;

/// A role that is to be assigned.
#[derive(Debug, Clone)]
pub(super) struct New<'c, 'r> {
    pub(super) principal: PrincipalId,
    pub(super) scope: Scope,
    pub(super) role: &'c Role<'r>,
    /// Whether the policy requires it.
    pub(super) is_required: bool,
}

/// The access that there would be without some assignments, and with others.
pub(super) struct World<'c, 'r, 'p> {
    pub(super) context: &'c AccountContext<'r, 'p>,
    /// Assignments that are no more, by id.
    gone: HashSet<&'c str>,
    /// Whether those are no more either that findings say to remove.
    without_condemned: bool,
    pub(super) added: Vec<New<'c, 'r>>,
    /// A role that gives something else than it does.
    pub(super) changed: Option<(&'c str, Bounds)>,
}

/// A grant that the policy requires.
pub(super) struct Required<'c, 'p> {
    pub(super) judged: &'c JudgedRule<'p>,
    pub(super) principal: &'c PrincipalId,
    pub(super) scope: Scope,
}

impl<'c, 'r, 'p> World<'c, 'r, 'p> {
    pub(super) fn without(context: &'c AccountContext<'r, 'p>, gone: impl IntoIterator<Item = &'c str>) -> Self {
        Self {
            context,
            gone: gone.into_iter().collect(),
            without_condemned: false,
            added: Vec::new(),
            changed: None,
        }
    }

    /// Without what findings say to remove, too: it cannot be relied on.
    pub(super) fn and_condemned(self) -> Self {
        Self {
            without_condemned: true,
            ..self
        }
    }

    /// Whether an assignment is no more.
    pub(super) fn is_gone(&self, id: &str) -> bool {
        self.gone.contains(id) || (self.without_condemned && condemned(self.context).contains(id))
    }

    /// With a role that gives `bounds`.
    pub(super) fn with_role(context: &'c AccountContext<'r, 'p>, id: &'c str, bounds: Bounds) -> Self {
        Self {
            changed: Some((id, bounds)),
            ..Self::without(context, [])
        }
    }

    fn bounds<'b>(&'b self, role: &'b Role<'r>) -> &'b Bounds {
        match &self.changed {
            Some((id, bounds)) if *id == role.definition.id => bounds,
            _ => &role.bounds,
        }
    }

    /// What `principal` would have at all of `scope`.
    pub(super) fn granted(&self, principal: &PrincipalId, scope: &Scope) -> Readings {
        let none = || Bounds::none(&self.context.access.universe);
        let mut granted = Readings {
            certain: none(),
            possible: none(),
        };
        for grant in self.context.grants_for(principal, scope) {
            let bounds = self.bounds(grant.role);
            let is_certain = grant.is_certain() && grant.scope.covers(scope);
            // Many assign the same: whether one of those is no more changes nothing, and takes longer to find out.
            if bounds.is_within(&granted.possible) && (!is_certain || bounds.is_within(&granted.certain)) {
                continue;
            }
            if self.is_gone(&grant.assignment.id) {
                continue;
            }
            granted.possible.add(bounds);
            if is_certain {
                granted.certain.add(bounds);
            }
        }
        let directory = self.context.names.directory;
        for new in &self.added {
            if directory.is_or_is_in(principal, &new.principal) && new.scope.covers(scope) {
                granted.possible.add(self.bounds(new.role));
                granted.certain.add(self.bounds(new.role));
            }
        }
        granted
    }

    /// Whether more of what a rule requires is missing than today.
    pub(super) fn breaks(&self, rule: &Required<'_, '_>) -> bool {
        let today = lacks(rule, &self.context.granted(rule.principal, &rule.scope));
        let then = lacks(rule, &self.granted(rule.principal, &rule.scope));
        today.iter().zip(&then).any(|(today, then)| !then.is_subset(today))
    }
}

/// What is missing, in each reading.
fn lacks(rule: &Required<'_, '_>, granted: &Readings) -> [ActionSet; 4] {
    let own = &rule.judged.bounds;
    let Readings { certain, possible } = granted;
    [
        own.least().minus(certain.least()),
        own.most().minus(certain.most()),
        own.least().minus(possible.least()),
        own.most().minus(possible.most()),
    ]
}

/// The grants that the policy requires.
pub(super) fn required<'c, 'p>(context: &'c AccountContext<'_, 'p>) -> impl Iterator<Item = Required<'c, 'p>> {
    context.rules.iter().filter_map(|judged| Required::of(context, judged))
}

/// The grants that the policy requires of a principal or, if it is a group, of somebody in it.
pub(super) fn required_of<'c, 'p>(
    context: &'c AccountContext<'_, 'p>,
    principal: &PrincipalId,
) -> impl Iterator<Item = Required<'c, 'p>> {
    let places = context.index.rules_within(context.names.directory, principal);
    let rules = places.into_iter().filter_map(|place| context.rules.get(place));
    rules.filter_map(|judged| Required::of(context, judged))
}

impl<'c, 'p> Required<'c, 'p> {
    /// `None`: the policy does not require it.
    pub(super) fn of(context: &AccountContext<'_, 'p>, judged: &'c JudgedRule<'p>) -> Option<Self> {
        let PrincipalRule::One(principal) = &judged.rule.principal else {
            return None;
        };
        context.policy.requires(judged.rule).then_some(())?;
        let scope = context.account().place(judged.rule.scope.literal()?);
        Some(Self {
            judged,
            principal,
            scope,
        })
    }
}

/// Whether the policy leaves it at that when `principal` gets `bounds` at `scope`: it allows that, and denies none of it.
pub(in crate::checks) fn is_allowed(
    context: &AccountContext<'_, '_>,
    principal: &PrincipalId,
    scope: &Scope,
    bounds: &Bounds,
) -> bool {
    let allowed = context.policy.grants.is_none()
        || Violation::beyond(bounds, true, &context.allowed(principal, scope)).is_none();
    allowed && !is_denied(context, principal, scope, bounds)
}

/// Whether the policy denies, or could deny, some of it.
pub(super) fn is_denied(
    context: &AccountContext<'_, '_>,
    principal: &PrincipalId,
    scope: &Scope,
    bounds: &Bounds,
) -> bool {
    let universe = &context.access.universe;
    context.policy.denies.iter().any(|deny| {
        let forbidden = universe.bounds([&Permission {
            data_actions: deny.data_actions.clone(),
            not_data_actions: Vec::new(),
        }]);
        let denies_reading = universe
            .members(forbidden.most())
            .any(|atom| atom.ability().reads_data());
        let copy = universe.filter(bounds.most(), Atom::reads_analytical_copy);
        !deny.except.contains(principal)
            && context.access.existing.pattern_could_overlap(&deny.scope, scope)
            && (!bounds.most().and(forbidden.most()).is_empty() || (denies_reading && !copy.is_empty()))
    })
}

/// Whether a role may be assigned at a scope.
pub(super) fn is_assignable(context: &AccountContext<'_, '_>, role: &Role<'_>, scope: &Scope) -> bool {
    let texts = role.definition.assignable_scopes.iter();
    let mut scopes = texts.filter_map(|text| context.account().scope(text).ok());
    scopes.any(|assignable| assignable.covers(scope))
}

/// Whether the policy lists the custom roles of the account, and this one is not among them.
pub(super) fn is_undeclared(context: &AccountContext<'_, '_>, role: &Role<'_>) -> bool {
    let rules = context.policy.roles.as_ref();
    let definition = role.definition;
    !definition.is_built_in() && rules.is_some_and(|rules| !rules.iter().any(|rule| rule.name == definition.role_name))
}

/// Assignments that findings say to remove, by id: they cannot be relied on to give what the policy requires.
pub(super) fn condemned<'c, 'r>(context: &'c AccountContext<'r, '_>) -> &'c HashSet<&'r str> {
    let is_condemned = |grant: &Grant<'_, '_>| {
        grant.is_scope_meant
            || context.names.directory.is_deleted(grant.principal(), None)
            || is_undeclared(context, grant.role)
            || !is_assignable(context, grant.role, grant.scope)
            || !is_allowed(context, grant.principal(), grant.scope, &grant.role.bounds)
    };
    context.condemned.get_or_init(|| {
        let grants = context.access.grants().filter(is_condemned);
        grants.map(|grant| grant.assignment.id.as_str()).collect()
    })
}
