//! Grants that are written twice or allowed already, grants that a deny takes back, and denies within others.

use super::super::rules::{Block, DenyRule, GrantRule, Policy, Presence, PrincipalRule};
use super::super::text::quoted;
use super::blocks::same_grant;
use super::warning::{Warning, named};
use crate::finding::SourceRef;
use crate::model::{ActionPattern, Bounds, Glob, Permission, PrincipalId, RoleKind, Universe};
use foldhash::{HashMap, HashMapExt, HashSet};

/// A rule with what it comes to, and the number of its block.
struct Weighed<'p, R> {
    rule: &'p R,
    block: usize,
    bounds: Bounds,
}

pub(super) fn lint(policy: &Policy) -> Vec<Warning> {
    let grants = || policy.blocks.iter().flat_map(|block| block.grants.iter().flatten());
    let denies = || policy.blocks.iter().flat_map(|block| &block.denies);
    let patterns = grants().flat_map(|grant| grant.permission.patterns());
    let patterns = patterns.chain(denies().flat_map(|deny| &deny.data_actions));
    let universe = Universe::new(RoleKind::listed(), patterns);
    let grants: Vec<Weighed<'_, GrantRule>> = weighed(
        policy,
        |block| block.grants.as_deref().unwrap_or_default(),
        |grant| universe.bounds([&grant.permission]),
    );
    let denies: Vec<Weighed<'_, DenyRule>> = weighed(
        policy,
        |block| &block.denies,
        |deny| {
            let permission = Permission {
                data_actions: deny.data_actions.clone(),
                not_data_actions: Vec::new(),
            };
            universe.bounds([&permission])
        },
    );
    let mut warnings = duplicate_roles(policy);
    let everything = universe.bounds([&everything()]);
    warnings.extend(grants.iter().filter(|grant| allows(grant, &everything)).map(|grant| {
        let message = "this grant allows everybody to read, write and delete everything in the account, so nothing that \
                       somebody is granted deviates from the policy; name principals, or what everybody can do";
        Warning::new("allows-everything", &grant.rule.at, message.to_owned())
    }));
    warnings.extend(covered(policy, &grants));
    warnings.extend(denied(policy, &grants, &denies));
    warnings.extend(covered_denies(policy, &denies));
    warnings
}

fn weighed<'p, R>(
    policy: &'p Policy,
    rules: impl Fn(&'p Block) -> &'p [R],
    bounds: impl Fn(&R) -> Bounds,
) -> Vec<Weighed<'p, R>> {
    let blocks = policy.blocks.iter().enumerate();
    let rules = blocks.flat_map(|(block, one)| rules(one).iter().map(move |rule| (block, rule)));
    rules
        .map(|(block, rule)| Weighed {
            rule,
            block,
            bounds: bounds(rule),
        })
        .collect()
}

/// Whether the rules of one block hold in every account of another.
fn holds_in(policy: &Policy, outer: usize, inner: usize) -> bool {
    let blocks = policy.blocks.get(outer).zip(policy.blocks.get(inner));
    outer == inner || blocks.is_some_and(|(outer, inner)| outer.matches.contains(&inner.matches))
}

/// What the built-in role for reading and writing grants, as patterns.
fn everything() -> Permission {
    let actions = ["sqlDatabases/containers/*", "sqlDatabases/containers/items/*"];
    Permission {
        data_actions: actions.map(ActionPattern::from_policy).to_vec(),
        not_data_actions: Vec::new(),
    }
}

/// Whether a grant allows everybody so much in the whole account.
fn allows(grant: &Weighed<'_, GrantRule>, everything: &Bounds) -> bool {
    let is_any = |glob: Option<&Glob>| glob.is_none_or(|glob| glob.as_str().chars().all(|c| c == '*'));
    let scope = &grant.rule.scope;
    grant.rule.principal == PrincipalRule::Anyone
        && is_any(scope.database())
        && is_any(scope.container())
        && everything.most().is_subset(grant.bounds.most())
}

fn duplicate_roles(policy: &Policy) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for block in &policy.blocks {
        let mut first: HashMap<&str, &SourceRef> = HashMap::new();
        for role in block.roles.iter().flatten() {
            match first.get(role.name.as_str()) {
                Some(other) => {
                    let message = format!(
                        "role {} is declared twice in {}; remove one of them",
                        quoted(&role.name),
                        named(block)
                    );
                    warnings.push(Warning::new("duplicate-role", &role.at, message).beside(other));
                }
                None => {
                    first.insert(role.name.as_str(), &role.at);
                }
            }
        }
    }
    warnings
}

/// Grants that are there already, and optional ones whose access another grant allows.
fn covered(policy: &Policy, grants: &[Weighed<'_, GrantRule>]) -> Vec<Warning> {
    let mut by_principal: HashMap<Option<&PrincipalId>, Vec<usize>> = HashMap::new();
    for (place, grant) in grants.iter().enumerate() {
        by_principal.entry(principal(grant.rule)).or_default().push(place);
    }
    let mut warnings = Vec::new();
    for (place, grant) in grants.iter().enumerate() {
        let own = by_principal.get(&principal(grant.rule)).into_iter().flatten();
        let anyone = by_principal.get(&None).into_iter().flatten();
        let anyone = anyone.filter(|_| principal(grant.rule).is_some());
        let others = own.chain(anyone).filter(|other| **other != place);
        let others = others.filter_map(|other| Some((*other, grants.get(*other)?)));
        let mut others = others.filter(|(_, other)| holds_in(policy, other.block, grant.block));
        let found = others.find_map(|(at, other)| {
            let is_same = same_grant(other.rule, grant.rule);
            let is_later = at < place || !holds_in(policy, grant.block, other.block);
            if is_same {
                return is_later.then_some((other, "duplicate-grant"));
            }
            let is_covered = grant.rule.presence == Presence::Optional
                && other.rule.scope.contains(&grant.rule.scope)
                && grant.bounds.is_within(&other.bounds);
            let is_mutual = || {
                other.rule.presence == Presence::Optional
                    && grant.rule.scope.contains(&other.rule.scope)
                    && principal(other.rule) == principal(grant.rule)
                    && other.bounds.is_within(&grant.bounds)
            };
            (is_covered && (is_later || !is_mutual())).then_some((other, "covered-grant"))
        });
        if let Some((other, code)) = found {
            let message = match code {
                "duplicate-grant" => "this grant is written twice; remove one of them",
                _ => "this optional grant adds nothing: another grant allows all of it; remove one of them",
            };
            warnings.push(Warning::new(code, &grant.rule.at, message.to_owned()).beside(&other.rule.at));
        }
    }
    warnings
}

fn principal(grant: &GrantRule) -> Option<&PrincipalId> {
    match &grant.principal {
        PrincipalRule::Anyone => None,
        PrincipalRule::One(id) => Some(id),
    }
}

/// Optional grants that a deny takes back, wholly or in part. Of required ones, that is an error.
fn denied(policy: &Policy, grants: &[Weighed<'_, GrantRule>], denies: &[Weighed<'_, DenyRule>]) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let optional = grants.iter().filter(|grant| grant.rule.presence == Presence::Optional);
    for grant in optional {
        let is_meant = |deny: &&Weighed<'_, DenyRule>| {
            let is_excepted = principal(grant.rule).is_some_and(|id| deny.rule.except.contains(id));
            holds_in(policy, deny.block, grant.block) && !is_excepted
        };
        let relation = |deny: &Weighed<'_, DenyRule>| {
            let all_principals = principal(grant.rule).is_some() || deny.rule.except.is_empty();
            if all_principals && deny.rule.scope.contains(&grant.rule.scope) && grant.bounds.is_within(&deny.bounds) {
                return Some((
                    "voided-grant",
                    "everything that this grant allows is denied; remove the grant, or except the principal",
                ));
            }
            let meets = deny.rule.scope.contains(&grant.rule.scope) || grant.rule.scope.contains(&deny.rule.scope);
            let is_common = !grant.bounds.least().and(deny.bounds.least()).is_empty();
            // A grant to everybody, or of everything, is there to be limited.
            let is_broad = principal(grant.rule).is_none();
            (meets && is_common && !is_broad).then_some((
                "partly-denied-grant",
                "a part of what this grant allows is denied; narrow the grant, or except the principal",
            ))
        };
        let found = denies
            .iter()
            .filter(is_meant)
            .filter_map(|deny| Some((deny, relation(deny)?)));
        // What takes all of it says more than what takes a part.
        if let Some((deny, (code, message))) = found.min_by_key(|(_, (code, _))| *code != "voided-grant") {
            warnings.push(Warning::new(code, &grant.rule.at, message.to_owned()).beside(&deny.rule.at));
        }
    }
    warnings
}

/// Denies that forbid nothing that another one doesn't.
fn covered_denies(policy: &Policy, denies: &[Weighed<'_, DenyRule>]) -> Vec<Warning> {
    let covers = |outer: &Weighed<'_, DenyRule>, inner: &Weighed<'_, DenyRule>| {
        let excepted: HashSet<&PrincipalId> = inner.rule.except.iter().collect();
        holds_in(policy, outer.block, inner.block)
            && outer.rule.scope.contains(&inner.rule.scope)
            && inner.bounds.is_within(&outer.bounds)
            && outer.rule.except.iter().all(|id| excepted.contains(id))
    };
    let mut warnings = Vec::new();
    for (place, deny) in denies.iter().enumerate() {
        let mut others = denies
            .iter()
            .enumerate()
            .filter(|(at, other)| *at != place && covers(other, deny) && (*at < place || !covers(deny, other)));
        if let Some((_, other)) = others.next() {
            let message = "this deny adds nothing: another one forbids all of it; remove one of them".to_owned();
            warnings.push(Warning::new("covered-deny", &deny.rule.at, message).beside(&other.rule.at));
        }
    }
    warnings
}
