//! Compares two blocks, or one with itself, rule by rule.

use crate::finding::SourceRef;
use crate::model::{ActionPattern, Permission, PrincipalId, Scope, ScopePattern};
use crate::policy::error::{Contradiction, Disagreement};
use crate::policy::rules::{Block, DenyRule, GrantRule, Policy, Presence, PrincipalRule, RoleRule, Ruled, Switch};
use crate::policy::text::quoted;
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The data actions of a permission as a set that ignores order and case.
pub(in crate::policy) fn action_keys(permission: &Permission) -> BTreeSet<String> {
    let actions = permission.data_actions.iter();
    actions.map(|action| action.as_str().to_ascii_lowercase()).collect()
}

/// Whether two roles of one name mean the same. One that leaves out its assignable scopes says nothing about them.
pub(in crate::policy) fn same_role(a: &RoleRule, b: &RoleRule) -> bool {
    let set = |scopes: &[ScopePattern]| -> BTreeSet<ScopePattern> { scopes.iter().cloned().collect() };
    let same_scopes = match (&a.assignable_scopes, &b.assignable_scopes) {
        (Some(a), Some(b)) => set(a) == set(b),
        _ => true,
    };
    same_scopes && action_keys(&a.permission) == action_keys(&b.permission)
}

/// An action that both patterns certainly cover.
fn common_action(a: &ActionPattern, b: &ActionPattern) -> Option<String> {
    // A wildcard that certainly covers anything covers every name directly below it, so any name will do.
    let sample = |pattern: &ActionPattern| pattern.as_str().replace('*', "any");
    let covers = |a: &ActionPattern, b: &ActionPattern| {
        let action = sample(b);
        (a.covers_least(&action) && b.covers_least(&action)).then(|| b.short().to_owned())
    };
    covers(a, b).or_else(|| covers(b, a))
}

/// What two grants have in common when they are one: who, what, where.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct GrantKey<'p> {
    principal: Option<&'p PrincipalId>,
    role: Option<&'p str>,
    actions: Vec<String>,
    scope: &'p ScopePattern,
}

impl<'p> GrantKey<'p> {
    fn new(grant: &'p GrantRule) -> Self {
        let principal = match &grant.principal {
            PrincipalRule::Anyone => None,
            PrincipalRule::One(id) => Some(id),
        };
        let actions = match grant.role {
            Some(_) => Vec::new(),
            None => action_keys(&grant.permission).into_iter().collect(),
        };
        Self {
            principal,
            role: grant.role.as_deref(),
            actions,
            scope: &grant.scope,
        }
    }
}

/// Whose a grant is, and where, as text.
fn grant_name(grant: &GrantRule) -> String {
    let whose = match &grant.principal {
        PrincipalRule::Anyone => "*",
        PrincipalRule::One(id) => id.as_str(),
    };
    format!("{whose}\n{}", grant.scope)
}

/// A block, ready to be compared with many others.
pub(super) struct Index<'p> {
    pub(super) block: &'p Block,
    pub(super) roles: HashMap<&'p str, &'p RoleRule>,
    pub(super) grants: HashMap<GrantKey<'p>, &'p GrantRule>,
    pub(super) required: Vec<(&'p PrincipalId, Scope, &'p GrantRule)>,
}

impl<'p> Index<'p> {
    pub(super) fn new(block: &'p Block) -> Self {
        let mut index = Self {
            block,
            roles: HashMap::new(),
            grants: HashMap::new(),
            required: Vec::new(),
        };
        for role in block.roles.iter().flatten() {
            index.roles.entry(&role.name).or_insert(role);
        }
        for grant in block.grants.iter().flatten() {
            index.grants.entry(GrantKey::new(grant)).or_insert(grant);
            if let (Presence::Required, PrincipalRule::One(id), Some(scope)) =
                (grant.presence, &grant.principal, grant.scope.literal())
            {
                index.required.push((id, scope, grant));
            }
        }
        index
    }
}

/// Collects contradictions; of many about one rule, the first.
pub(super) struct Found<'p> {
    names: HashMap<&'p PrincipalId, &'p str>,
    seen: HashSet<(Disagreement, SourceRef)>,
    list: Vec<Contradiction>,
}

impl<'p> Found<'p> {
    pub(super) fn new(policy: &'p Policy) -> Self {
        let names = policy
            .principals
            .iter()
            .map(|principal| (&principal.id, principal.name.as_str()));
        Self {
            names: names.collect(),
            seen: HashSet::new(),
            list: Vec::new(),
        }
    }

    pub(super) fn sorted(mut self) -> Vec<Contradiction> {
        self.list
            .sort_by(|a, b| (&a.first, &a.second, &a.message).cmp(&(&b.first, &b.second, &b.message)));
        self.list
    }

    pub(super) fn inside(&mut self, index: &Index<'p>) {
        let because = String::new;
        for role in index.block.roles.iter().flatten() {
            if let Some(first) = index.roles.get(role.name.as_str()) {
                self.roles(first, role, &because);
            }
        }
        for grant in index.block.grants.iter().flatten() {
            if let Some(first) = index.grants.get(&GrantKey::new(grant)) {
                self.grants(first, grant, &because);
            }
        }
        self.denied(&index.block.denies, index, &because);
    }

    pub(super) fn between(&mut self, a: &Index<'p>, b: &Index<'p>, because: &dyn Fn() -> String) {
        self.owners(a.block, b.block, because);
        fn switch(ruled: Option<&Ruled<Switch>>) -> Option<(String, &SourceRef)> {
            ruled.map(|ruled| (ruled.value.word().to_owned(), &ruled.at))
        }
        let blocks = (a.block, b.block);
        self.settings("local_auth", blocks, |block| switch(block.local_auth.as_ref()), because);
        self.settings(
            "key_metadata_writes",
            blocks,
            |block| switch(block.key_metadata_writes.as_ref()),
            because,
        );
        self.settings(
            "max_key_age",
            blocks,
            |block| {
                let ruled = block.max_key_age.as_ref();
                ruled.map(|ruled| (ruled.value.to_string(), &ruled.at))
            },
            because,
        );
        for role in b.block.roles.iter().flatten() {
            if let Some(first) = a.roles.get(role.name.as_str()) {
                self.roles(first, role, because);
            }
        }
        // From the shorter list into the longer: one block with thousands of grants may meet thousands of blocks.
        if a.grants.len() < b.grants.len() {
            for (key, first) in &a.grants {
                if let Some(second) = b.grants.get(key) {
                    self.grants(first, second, because);
                }
            }
        } else {
            for (key, second) in &b.grants {
                if let Some(first) = a.grants.get(key) {
                    self.grants(first, second, because);
                }
            }
        }
        self.denied(&a.block.denies, b, because);
        self.denied(&b.block.denies, a, because);
    }

    fn owners(&mut self, a: &'p Block, b: &'p Block, because: &dyn Fn() -> String) {
        if let (Some(first), Some(second)) = (&a.owner, &b.owner)
            && first.value != second.value
        {
            let message = || {
                format!(
                    "`owner` is {} in block {}, but {} in block {}{}",
                    quoted(&first.value),
                    quoted(&a.name),
                    quoted(&second.value),
                    quoted(&b.name),
                    because()
                )
            };
            self.add(Disagreement::Owner, message, &first.at, &second.at);
        }
    }

    fn settings(
        &mut self,
        key: &'static str,
        (a, b): (&'p Block, &'p Block),
        get: fn(&Block) -> Option<(String, &SourceRef)>,
        because: &dyn Fn() -> String,
    ) {
        if let (Some((first, first_at)), Some((second, second_at))) = (get(a), get(b))
            && first != second
        {
            let message = || {
                format!(
                    "`{key}` is `{first}` in block {}, but `{second}` in block {}{}",
                    quoted(&a.name),
                    quoted(&b.name),
                    because()
                )
            };
            self.add(Disagreement::Setting(key), message, first_at, second_at);
        }
    }

    fn roles(&mut self, first: &RoleRule, second: &RoleRule, because: &dyn Fn() -> String) {
        if !same_role(first, second) {
            let message = || {
                format!(
                    "role {} is declared with two meanings{}",
                    quoted(&first.name),
                    because()
                )
            };
            self.add(Disagreement::Role(first.name.clone()), message, &first.at, &second.at);
        }
    }

    fn grants(&mut self, first: &GrantRule, second: &GrantRule, because: &dyn Fn() -> String) {
        if first.presence != second.presence {
            let message = || format!("the same grant is required here and optional there{}", because());
            let (required, optional) = match first.presence {
                Presence::Required => (first, second),
                Presence::Optional => (second, first),
            };
            self.add(
                Disagreement::Presence(grant_name(required)),
                message,
                &required.at,
                &optional.at,
            );
        }
    }

    fn denied(&mut self, denies: &[DenyRule], index: &Index<'p>, because: &dyn Fn() -> String) {
        for deny in denies {
            for (principal, scope, grant) in &index.required {
                if !deny.scope.overlaps(scope) || deny.except.contains(principal) {
                    continue;
                }
                let permission = match index.block.matches.api {
                    Some(api) => grant.permission_in(api),
                    None => Cow::Borrowed(&grant.permission),
                };
                let mut pairs = permission
                    .data_actions
                    .iter()
                    .flat_map(|granted| deny.data_actions.iter().map(move |denied| (granted, denied)));
                let Some(action) = pairs.find_map(|(granted, denied)| common_action(granted, denied)) else {
                    continue;
                };
                let name = self
                    .names
                    .get(principal)
                    .copied()
                    .unwrap_or(principal.as_str())
                    .to_owned();
                let message = || {
                    format!(
                        "this grant requires {} to have {} in {}, which is denied in {}{}",
                        quoted(&name),
                        quoted(&action),
                        quoted(&scope.to_string()),
                        quoted(&deny.scope.to_string()),
                        because()
                    )
                };
                self.add(Disagreement::Denied(grant_name(grant)), message, &grant.at, &deny.at);
            }
        }
    }

    fn add(&mut self, about: Disagreement, message: impl Fn() -> String, first: &SourceRef, second: &SourceRef) {
        // Once for each rule that is at odds with an earlier one; a deny may be at odds with many grants.
        let rule = match about {
            Disagreement::Denied(_) => first,
            _ => second,
        };
        if self.seen.insert((about.clone(), rule.clone())) {
            self.list.push(Contradiction {
                about,
                message: message(),
                first: first.clone(),
                second: second.clone(),
            });
        }
    }
}
